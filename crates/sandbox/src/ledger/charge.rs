//! A row of the ledger.

use std::borrow::Cow;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::config::Currency;

/// Who pays for a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "with", rename_all = "snake_case")]
pub(crate) enum Payer {
    /// The account, by no key.
    #[default]
    WebApp,
    /// The account, by one of its keys.
    Key { id: String },
    /// A wallet, from what it has paid in.
    Wallet { address: String },
}

impl Payer {
    /// The id of the key, where one was used.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Key { id } => Some(id),
            Self::WebApp | Self::Wallet { .. } => None,
        }
    }

    /// The address of the wallet, where one pays.
    pub(crate) fn wallet(&self) -> Option<&str> {
        match self {
            Self::Wallet { address } => Some(address),
            Self::WebApp | Self::Key { .. } => None,
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    /// Pieces, such as pictures.
    #[default]
    Unit,
    /// Millions of tokens.
    MillionTokens,
    /// Millions of characters.
    MillionCharacters,
    /// Seconds of sound or film.
    Second,
}

impl Measure {
    /// How it ends a product's name.
    fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::MillionTokens => "mtoken",
            Self::MillionCharacters => "mchar",
            Self::Second => "second",
        }
    }
}

/// What is known of the inference that a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Inference {
    pub(crate) prompt_tokens: Option<u32>,
    pub(crate) completion_tokens: Option<u32>,
    pub(crate) milliseconds: u32,
}

/// A charge as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charge {
    /// The id that the answer's body carries, where its kind of body carries one.
    pub(crate) request_id: String,
    pub(crate) cf_ray: String,
    pub(crate) operation: Cow<'static, str>,
    pub(crate) model: Cow<'static, str>,
    /// What is paid for, such as `image` or `llm-input`.
    pub(crate) unit: Cow<'static, str>,
    #[serde(default)]
    pub(crate) measure: Measure,
    /// Whether it comes on top of what was asked for, such as a web search beside tokens.
    #[serde(default)]
    pub(crate) surcharge: bool,
    pub(crate) units: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    pub(crate) at: Timestamp,
    #[serde(default)]
    pub(crate) payer: Payer,
    /// `None` where Venice tells nothing, as for pictures.
    #[serde(default)]
    pub(crate) inference: Option<Inference>,
}

impl Charge {
    /// The product's name, such as `z-image-turbo-image-unit` or `kimi-k3-llm-output-mtoken`.
    pub(crate) fn sku(&self) -> String {
        format!("{}-{}-{}", self.model, self.unit, self.measure.word())
    }

    /// What one unit costs.
    pub(crate) fn each(&self) -> Decimal {
        self.amount.checked_div(self.units).unwrap_or_default().normalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_an_older_ledger_is_still_read() {
        let old = r#"{"request_id":"generate-image-1","cf_ray":"1","operation":"generateImage","model":"z-image-turbo",
            "unit":"image","units":4,"amount":"0.04","currency":"USD","at":"2026-11-21T12:00:00Z"}"#;
        let charge: Charge = serde_json::from_str(old).unwrap();
        assert_eq!(charge.sku(), "z-image-turbo-image-unit");
        assert_eq!((charge.each(), charge.payer), (Decimal::new(1, 2), Payer::WebApp));
    }
}
