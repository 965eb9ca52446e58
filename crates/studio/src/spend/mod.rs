//! What things cost: the guard before every paid call, and what was spent.

pub mod alerts;
pub mod budgets;
pub mod charts;
mod dashboard;
mod export;
mod guard;
mod matching;
mod receipts;
mod sku;
pub(crate) mod sync;
pub mod view;
