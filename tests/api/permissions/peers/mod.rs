//! Who may do what of what belongs to members, passes and moderators.
//!
//! To add an operation: a line in [`rows`]. Its body is the example of its
//! schema in the document; where a field must be of this world (a voucher, an
//! invitation, an id) it is set in [`requests::body`]. What a name in a path
//! stands for is in `requests::path`, and made in [`world`]: a new thing is one
//! line there. Run the test with a guess: it prints the rows that are
//! otherwise, and each status is then read, not copied.
//!
//! Every operation is asked by everybody in one and the same state: after each
//! that succeeded all tables are put back, whatever tables there are. One that
//! was refused must have changed nothing.

mod callers;
mod canaries;
mod document;
mod matrix;
mod requests;
pub mod rows;
mod world;
