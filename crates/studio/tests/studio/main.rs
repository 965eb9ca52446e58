//! The use cases against the sandbox.

mod bench;
mod import;
mod money;
mod paid;
mod pictures;
