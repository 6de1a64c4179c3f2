//! Circles and passes.

mod joining;
mod reports;
mod sealing;
