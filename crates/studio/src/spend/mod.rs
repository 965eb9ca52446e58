//! What things cost: the guard before every paid call, and what was spent.

pub mod charts;
mod guard;
