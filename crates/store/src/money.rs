use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::tables::text_enum;

text_enum! {
    /// What an amount is in. Amounts of different currencies are never added up.
    Currency {
        /// US dollars.
        Usd = "usd",
        /// DIEM, Venice's staking allowance.
        Diem = "diem",
        /// Credits bundled with a subscription.
        Credits = "credits",
    }
}

text_enum! {
    /// How sure an amount is.
    Certainty {
        /// Computed by us before sending; the charge may differ.
        Estimate = "estimate",
        /// Reported by Venice.
        Charge = "charge",
        /// Neither: the price isn't known.
        Unknown = "unknown",
    }
}

/// An amount of one currency. Written as decimal text, never as a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Money {
    /// How much.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

/// What making an item cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Cost {
    /// The amount; none when it isn't known or nothing was paid.
    pub money: Option<Money>,
    /// Whether the amount is an estimate or a charge.
    pub certainty: Certainty,
    /// Whether it is the sandbox's pretend money.
    pub pretend: bool,
}

impl Default for Cost {
    fn default() -> Self {
        Self { money: None, certainty: Certainty::Unknown, pretend: false }
    }
}
