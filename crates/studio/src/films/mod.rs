//! The Film room's work: choose, check, quote, send, agree, keep.

pub mod request;
pub mod view;
