//! Circles and passes.

mod answers;
mod asking;
mod joining;
mod leaving;
mod milestones;
mod mutes;
mod nudges;
mod outside;
mod reports;
mod sealing;
mod stewards;
