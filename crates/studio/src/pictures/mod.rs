//! The Image room's work: choose, check, price, send, keep.

pub mod catalogue;
mod check;
pub mod estimate;
mod input;
pub(crate) mod keep;
pub mod model;
pub(crate) mod pixels;
pub mod request;
mod send;
pub(crate) mod start;
