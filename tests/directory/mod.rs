//! What an office writes into its directory, and what it may not.

mod batch;
mod creating;
mod deleting;
mod desk;
mod feeds;
mod history;
mod moving;
mod notices;
mod patching;
mod places;
mod property;
mod rules;
mod zones;

use desk::{Desk, refused};
