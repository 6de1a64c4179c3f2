//! Circles and passes.

mod joining;
mod sealing;
