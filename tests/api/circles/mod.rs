//! Circles and passes.

mod check_ins;
mod goals;
mod joining;
mod sealing;
