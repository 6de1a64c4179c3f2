//! What tests stand on: a Postgres of their own, a database a test, the service
//! on a free port, and a caller.

mod app;
mod author;
mod caller;
mod command;
pub mod host;
mod mail;
mod office;
mod peer;
mod postgres;
pub mod profile;
mod receiver;
mod sign_in;
mod standing;
mod statements;
mod wire;
mod written;

pub use app::{Node, SECRET, TestApp};
pub use author::{Author, decide, keep, new_story_body, remove, story_body, waiting};
pub use caller::{Anonymous, Response};
pub use command::{Folder, openchair};
pub use mail::{MailServer, code_of};
pub use office::{Authenticator, Bearer, PASSWORD};
pub use peer::{Member, Peer, circle_body, device_id, device_key, join_body};
pub use postgres::TestDatabase;
pub use receiver::{Received, Receiver, Reply};
pub use sign_in::{BY_PASSWORD, auth_path, proof};
pub use statements::StatementCounter;
pub use wire::{Answer, Wire};

/// A fixture feed's bytes.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/feeds/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
