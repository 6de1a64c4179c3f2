//! What offices write, to what the directory holds: one pure parser a file,
//! each from text (or a number) to a value, or to a refusal. None of them
//! knows of rows, problems or the network; `feeds::fields` asks them and tells
//! the office.
//!
//! A parser never guesses: what could mean two things means nothing, because
//! a wrong meeting sends somebody to a locked door. Each has a table test of
//! what real feeds contain, and a property that no text makes it panic.
//!
//! To read another way of writing: a line in the table of that parser's test,
//! with the right answer, and then the code.

pub(super) mod address;
pub(super) mod approximate;
pub(super) mod coordinates;
pub(super) mod day;
pub(super) mod html;
pub(super) mod link;
pub(super) mod payment;
pub(super) mod percent;
pub(super) mod phone;
pub(super) mod slug;
pub(super) mod text;
pub(super) mod time;
pub(super) mod updated;
pub(super) mod wrapped;
pub(super) mod zone;
