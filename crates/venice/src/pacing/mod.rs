//! What keeps a client within the limits it is given: retries, rate gates and the breaker.

mod breaker;
mod gate;
mod retry;

pub(crate) use breaker::Breaker;
pub(crate) use gate::{Gates, Ticket, WINDOW};
pub(crate) use retry::Retries;
pub use retry::RetryPolicy;
