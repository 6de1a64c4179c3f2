//! Stories: their authors, their readers.

mod authors;
mod readers;
