//! Circles and passes.

mod answers;
mod asking;
mod check_ins;
mod conditions;
mod goals;
mod held_apart;
mod joining;
mod leaving;
mod milestones;
mod mutes;
mod nudges;
mod outside;
mod reports;
mod sealing;
mod stewards;
mod summary;
mod week;
