//! Amounts: store's types, and how they are made. Never summed across currencies.

use rust_decimal::Decimal;
pub use store::{Currency, Money};

/// An amount of US dollars, without trailing zeros.
pub fn usd(amount: Decimal) -> Money {
    Money { amount: amount.normalize(), currency: Currency::Usd }
}
