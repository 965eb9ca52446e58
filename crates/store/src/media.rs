//! Media as plain files: how they come in, where they lie, and the sidecar beside each.

mod beginning;
mod boards_file;
pub(crate) mod disk;
pub(crate) mod hash;
mod incoming;
mod keep;
pub(crate) mod moving;
pub(crate) mod names;
pub(crate) mod sidecar;
pub(crate) mod transcript_file;
pub(crate) mod turns;
pub(crate) mod upkeep;

pub use self::incoming::Incoming;
pub use self::keep::{Media, NewItem};
pub use self::moving::Moved;

#[cfg(test)]
mod tests;
