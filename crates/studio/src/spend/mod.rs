//! What things cost: the guard before every paid call, and what was spent.

pub mod alerts;
pub mod budgets;
pub mod charts;
mod guard;
