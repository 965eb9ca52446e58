//! The Film room's work: choose, check, quote, send, agree, keep.

mod again;
mod check;
mod facts;
mod files;
mod fits;
pub(crate) mod job;
mod keep;
mod look;
pub(crate) mod models;
mod pack;
mod quote;
pub mod request;
mod start;
pub mod view;
mod waiting;
