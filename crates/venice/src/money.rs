//! Amounts of money: decimals in memory, JSON numbers on the wire.
//!
//! Venice writes prices as JSON numbers, and some of them show the arithmetic behind them
//! (`0.11500000000000002`). The shortest decimal text of the number is read, rounded to twelve places and freed of
//! trailing zeros, so that this one is 0.115. No price of the API has more than nine places.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserializer, Serializer, de};

/// Places kept after the point.
const PLACES: u32 = 12;

/// Reads a finite number; `None` for one that is out of a decimal's range.
pub(crate) fn from_f64(number: f64) -> Option<Decimal> {
    from_text(&number.to_string())
}

/// Reads an amount written as text, such as the value of a header.
pub(crate) fn from_text(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let amount = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()?;
    Some(amount.round_dp(PLACES).normalize())
}

/// The nearest double, by way of the decimal text: exact for what was read from one.
pub(crate) fn to_f64(amount: &Decimal) -> Option<f64> {
    amount.to_string().parse().ok()
}

struct Amount;

impl de::Visitor<'_> for Amount {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of money, as a number")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
        from_f64(number).ok_or_else(|| E::custom("an amount out of range"))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
        Ok(Decimal::from(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(Decimal::from(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        from_text(text).ok_or_else(|| E::custom("an amount that is no number"))
    }
}

pub(crate) fn serialize<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    match to_f64(amount) {
        Some(number) => serializer.serialize_f64(number),
        None => Err(serde::ser::Error::custom("an amount out of range")),
    }
}

/// For amounts that have to be there.
pub(crate) mod required {
    use super::{Amount, Decimal, Deserializer};

    pub(crate) use super::serialize;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        deserializer.deserialize_any(Amount)
    }
}

/// For optional amounts: `null`, a missing field and a value of another shape are all `None`.
pub(crate) mod option {
    use super::{Amount, Decimal, Deserializer, Serializer};
    use serde::Deserialize;

    #[expect(clippy::ref_option, reason = "serde's `with` passes a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(
        amount: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => super::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(value.deserialize_any(Amount).ok())
    }
}

/// For amounts by name. Entries that are no amount are left out.
pub(crate) mod by_name {
    use std::collections::BTreeMap;

    use super::{Amount, Decimal, Deserializer, Serializer};
    use serde::ser::{Error as _, SerializeMap as _};

    pub(crate) fn serialize<S, K>(amounts: &BTreeMap<K, Decimal>, serializer: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
        K: serde::Serialize,
    {
        let mut map = serializer.serialize_map(Some(amounts.len()))?;
        for (name, amount) in amounts {
            let number = super::to_f64(amount).ok_or_else(|| S::Error::custom("an amount out of range"))?;
            map.serialize_entry(name, &number)?;
        }
        map.end()
    }

    pub(crate) fn deserialize<'de, D, K>(deserializer: D) -> Result<BTreeMap<K, Decimal>, D::Error>
    where
        D: Deserializer<'de>,
        K: From<String> + Ord,
    {
        let entries: BTreeMap<String, serde_json::Value> = crate::lenient::map(deserializer)?;
        Ok(entries
            .into_iter()
            .filter_map(|(name, value)| Some((K::from(name), value.deserialize_any(Amount).ok()?)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Serialize, Deserialize)]
    struct Held {
        #[serde(default, with = "option")]
        amount: Option<Decimal>,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Asked {
        #[serde(with = "required")]
        amount: Decimal,
    }

    #[test]
    fn an_amount_that_has_to_be_there_is() {
        let read = |json: &str| serde_json::from_str::<Asked>(json);
        assert_eq!(read(r#"{"amount":0.1500}"#).unwrap().amount.to_string(), "0.15");
        for json in ["{}", r#"{"amount":null}"#, r#"{"amount":"free"}"#, r#"{"amount":1e300}"#] {
            assert!(read(json).is_err(), "{json}");
        }
        assert_eq!(
            serde_json::to_string(&read(r#"{"amount":"0.15"}"#).unwrap()).unwrap(),
            r#"{"amount":0.15}"#
        );
    }

    #[test]
    fn amounts_have_names() {
        #[derive(Serialize, Deserialize)]
        struct Named {
            #[serde(with = "by_name")]
            amounts: std::collections::BTreeMap<String, Decimal>,
        }
        let named: Named =
            serde_json::from_str(r#"{"amounts":{"USD":1.50,"DIEM":"0.1","VCU":null,"SHELLS":{}}}"#).unwrap();
        assert_eq!(serde_json::to_string(&named).unwrap(), r#"{"amounts":{"DIEM":0.1,"USD":1.5}}"#);
    }

    #[rstest]
    #[case("0.11500000000000002", "0.115")]
    #[case("0.0023000000000000004", "0.0023")]
    #[case("0.000167", "0.000167")]
    #[case("50", "50")]
    #[case("62.50", "62.5")]
    #[case("-0.5", "-0.5")]
    #[case("1e-7", "0.0000001")]
    #[case("\"12.340\"", "12.34")]
    fn reads_amounts_as_they_were_meant(#[case] json: &str, #[case] amount: &str) {
        let held: Held = serde_json::from_str(&format!("{{\"amount\":{json}}}")).unwrap();
        assert_eq!(held.amount.unwrap().to_string(), amount);
    }

    #[rstest]
    #[case(r#"{"amount":null}"#)]
    #[case(r#"{"amount":"free"}"#)]
    #[case(r#"{"amount":{"usd":1}}"#)]
    #[case(r#"{"amount":1e300}"#)]
    #[case("{}")]
    fn what_is_no_amount_is_none(#[case] json: &str) {
        assert_eq!(serde_json::from_str::<Held>(json).unwrap().amount, None);
    }

    proptest! {
        #[test]
        fn up_to_nine_places_survive_the_wire(units in -9_999_999_999_i64..9_999_999_999) {
            let amount = Decimal::new(units, 9).normalize();
            let json = serde_json::to_string(&Held { amount: Some(amount) }).unwrap();
            prop_assert_eq!(serde_json::from_str::<Held>(&json).unwrap().amount, Some(amount));
        }
    }
}
