//! Media as plain files: how they come in, where they lie, and the sidecar beside each.

pub(crate) mod disk;
mod incoming;
mod keep;
pub(crate) mod names;
pub(crate) mod sidecar;
pub(crate) mod upkeep;

pub use self::incoming::Incoming;
pub use self::keep::{Media, NewItem};

#[cfg(test)]
mod tests;
