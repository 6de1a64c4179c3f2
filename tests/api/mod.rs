//! The HTTP interface, by feature and endpoint.

mod auth;
mod changes;
mod circles;
pub mod contract;
mod directory;
mod feedback;
mod feeds;
mod helplines;
mod meetings;
mod members;
mod milestones;
mod moderation;
mod offices;
mod peer_defects;
mod permissions;
mod print;
mod service;
mod stories;
mod webhooks;
