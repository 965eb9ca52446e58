//! The Music room's work: choose, check, quote, send. What comes is kept as films are.

mod check;
pub(crate) mod job;
pub(crate) mod models;
pub mod request;
mod start;
pub mod view;
