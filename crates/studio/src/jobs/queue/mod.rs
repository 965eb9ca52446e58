//! The Queue: every job of the studio in one table, in which order they are sent, and whether any is.

pub mod view;
