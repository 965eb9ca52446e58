use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::lenient;
use crate::wallet::Chain;

/// The most options that are read.
const MOST_OPTIONS: usize = 50;

/// What a server asks to be paid, and how it may be paid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentRequirements {
    /// The version of x402.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub x402_version: Option<u32>,
    /// What is paid for.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<PaidResource>))]
    pub resource: Option<PaidResource>,
    /// The ways to pay; one of them is to be chosen.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<PaymentOption>))]
    pub accepts: Vec<PaymentOption>,
}

/// What is paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PaidResource {
    /// Its address.
    pub url: String,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}

/// A way to pay. Nothing but an option that was confirmed is ever signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentOption {
    /// The scheme of x402: `exact`.
    pub scheme: String,
    /// The network, as `eip155:8453` for Base and `solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp` for Solana.
    pub network: String,
    /// The least amount, in the asset's smallest unit: a millionth of a dollar for USDC.
    pub amount: String,
    /// The token's address.
    pub asset: String,
    /// The receiver's address.
    pub pay_to: String,
    /// Seconds a payment may take.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_timeout_seconds: Option<u32>,
    /// What the network needs to know, such as the token's name and version or who pays the fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<std::collections::BTreeMap<String, crate::json::Json>>))]
    pub extra: Option<Map<String, Value>>,
    /// What else stood there. It is sent back as it came.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub more: Map<String, Value>,
}

impl PaymentOption {
    /// The chain, where it is one that a [`crate::wallet::Wallet`] can pay on.
    pub fn chain(&self) -> Option<Chain> {
        Chain::from_network(&self.network)
    }

    /// Whether it asks for USDC of a chain that a wallet can pay on.
    pub fn is_usdc(&self) -> bool {
        self.chain().is_some_and(|chain| chain.is_usdc(&self.asset))
    }

    /// The least amount in US dollars, where it asks for USDC.
    pub fn least_usd(&self) -> Option<Decimal> {
        let units: u64 = self.amount.parse().ok()?;
        self.is_usdc().then(|| Decimal::from_i128_with_scale(units.into(), 6).normalize())
    }

    /// A text of `extra`.
    pub(crate) fn extra(&self, name: &str) -> Option<&str> {
        self.extra.as_ref()?.get(name)?.as_str()
    }
}

impl PaymentRequirements {
    /// Reads the body of a 402; `None` where it offers no way to pay.
    pub(crate) fn from_body(body: &Value) -> Option<Self> {
        let mut body = body.clone();
        let options = body.get_mut("accepts").and_then(Value::as_array_mut)?;
        for option in options.iter_mut().filter_map(Value::as_object_mut) {
            // Version 1 has another name for it.
            if let (None, Some(amount)) = (option.get("amount"), option.get("maxAmountRequired")) {
                let amount = amount.clone();
                option.insert("amount".to_owned(), amount);
            }
        }
        let mut requirements: Self = serde_json::from_value(body).ok()?;
        requirements.accepts.truncate(MOST_OPTIONS);
        (!requirements.accepts.is_empty()).then_some(requirements)
    }

    /// Reads the header PAYMENT-REQUIRED.
    pub(crate) fn from_header(header: &str) -> Option<Self> {
        Self::from_body(&header_json(header)?)
    }
}

/// Reads a header that holds JSON in base64 of either alphabet, padded or not.
pub(crate) fn header_json(header: &str) -> Option<Value> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let header = header.trim();
    let decoded = GeneralPurpose::new(&STANDARD, config)
        .decode(header)
        .or_else(|_| GeneralPurpose::new(&URL_SAFE, config).decode(header))
        .ok()?;
    serde_json::from_slice(&decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use serde_json::json;

    fn asked() -> Value {
        json!({"x402Version": 2, "error": "Payment required", "accepts": [
            {"scheme": "exact", "network": "eip155:8453", "amount": "5000000", "maxTimeoutSeconds": 300,
             "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "payTo": "0x2670B922ef37C7Df47158725C0CC407b5382293F",
             "extra": {"name": "USD Coin", "version": "2"}, "outputSchema": null},
            {"scheme": "exact", "network": "base", "maxAmountRequired": "1", "asset": "0x0", "payTo": "0x0"},
            {"scheme": "exact"}, 7]})
    }

    #[test]
    fn options_are_read_and_written_as_they_came() {
        let read = PaymentRequirements::from_body(&asked()).unwrap();
        assert_eq!((read.x402_version, read.accepts.len()), (Some(2), 2));
        let first = &read.accepts[0];
        assert_eq!((first.chain(), first.least_usd()), (Some(Chain::Base), Some(Decimal::from(5))));
        assert_eq!(serde_json::to_value(first).unwrap(), asked()["accepts"][0]);
        let second = &read.accepts[1];
        assert_eq!(
            (second.amount.as_str(), second.chain(), second.least_usd()),
            ("1", Some(Chain::Base), None)
        );
    }

    #[test]
    fn the_header_says_the_same() {
        let json = asked().to_string();
        let read = PaymentRequirements::from_body(&asked());
        assert_eq!(PaymentRequirements::from_header(&STANDARD.encode(&json)), read);
        assert_eq!(PaymentRequirements::from_header(&format!(" {}", URL_SAFE_NO_PAD.encode(&json))), read);
        for header in ["", "?", "e30", "W10="] {
            assert_eq!(PaymentRequirements::from_header(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_reader(text in "\\PC{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            PaymentRequirements::from_header(&text);
            PaymentRequirements::from_header(&STANDARD.encode(bytes));
        }
    }
}
