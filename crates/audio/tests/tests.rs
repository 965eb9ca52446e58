//! Sound, end to end.
mod files;
