//! Circles and passes.

mod answers;
mod asking;
mod joining;
mod reports;
mod leaving;
mod milestones;
mod mutes;
mod nudges;
mod outside;
mod sealing;
mod stewards;
