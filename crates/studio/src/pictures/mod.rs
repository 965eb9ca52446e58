//! The Image room's work: choose, check, price, send, keep.

pub mod adjust;
pub mod batch;
pub mod catalogue;
pub(crate) mod check;
pub mod estimate;
pub(crate) mod fit;
pub mod history;
pub(crate) mod input;
pub(crate) mod keep;
pub mod mask;
pub mod model;
pub(crate) mod pixels;
mod plan;
pub mod request;
mod send;
pub(crate) mod start;
mod wildcards;
