//! The Music room's work: choose, check, quote, send, keep.

pub mod request;
pub mod view;
