//! What is set for a key: its kind, its limits, when it ends.

use jiff::{Timestamp, Unit, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::lenient;
use crate::money;
use crate::open_enum::open_enum;

open_enum! {
    /// What a key is for.
    pub enum ApiKeyType {
        /// Asking models.
        Inference = "INFERENCE",
        /// All that, and keys, billing and usage.
        Admin = "ADMIN",
    }
}

open_enum! {
    /// The time in which a limit may be used up.
    pub enum LimitPeriod {
        /// A day, by UTC.
        Epoch = "EPOCH",
        /// A month, by UTC.
        Month = "MONTH",
        /// For ever: what is used up doesn't come back.
        Lifetime = "LIFETIME",
    }
}

open_enum! {
    /// The models a key may ask, by what becomes of the words.
    pub enum ModelPrivacy {
        /// All.
        All = "ALL",
        /// Of text and embedding models those that are private or confidential; of others all.
        PrivateText = "PRIVATE_TEXT",
        /// Those that are private or confidential.
        PrivateOnly = "PRIVATE_ONLY",
    }
}

/// What a key may use up in a period, as an answer tells it; `None` for as much as there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct ConsumptionLimits {
    /// US dollars.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
    /// Venice Compute Units, the older name of DIEM.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub vcu: Option<Decimal>,
}

/// What a key may use up in a period, as it is asked for. What is left out stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ConsumptionLimit {
    /// US dollars: 0 to 9,999,999,999, or null for as much as there is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::present")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<SpendLimit>,
    /// DIEM: 0 to 9,999,999,999, or null for as much as there is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::present")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<SpendLimit>,
}

impl ConsumptionLimit {
    /// No limit is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many US dollars.
    #[must_use]
    pub fn usd(self, limit: impl Into<SpendLimit>) -> Self {
        Self { usd: Some(limit.into()), ..self }
    }

    /// At most so many DIEM.
    #[must_use]
    pub fn diem(self, limit: impl Into<SpendLimit>) -> Self {
        Self { diem: Some(limit.into()), ..self }
    }

    /// Whether Venice would take each.
    pub(crate) fn is_sound(&self) -> bool {
        let most = Decimal::from(9_999_999_999_u64);
        [self.usd, self.diem].into_iter().flatten().all(|limit| match limit {
            SpendLimit::Unlimited => true,
            SpendLimit::UpTo(amount) => (Decimal::ZERO..=most).contains(&amount),
        })
    }
}

/// A limit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpendLimit {
    /// As much as there is.
    Unlimited,
    /// No more than this.
    UpTo(Decimal),
}

impl From<Decimal> for SpendLimit {
    fn from(amount: Decimal) -> Self {
        Self::UpTo(amount)
    }
}

impl Serialize for SpendLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unlimited => serializer.serialize_none(),
            Self::UpTo(amount) => money::serialize(amount, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SpendLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if value.is_null() {
            return Ok(Self::Unlimited);
        }
        money::required::deserialize(value).map(Self::UpTo).map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SpendLimit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SpendLimit".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": ["number", "null"], "minimum": 0, "maximum": 9_999_999_999_u64})
    }
}

/// When a key ends. It is written as text: empty for never, a day, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// Never.
    Never,
    /// At the beginning of a day.
    Day(Date),
    /// At a moment, to the millisecond.
    Moment(Timestamp),
}

impl From<Date> for Expiry {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<Timestamp> for Expiry {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(moment)
    }
}

impl Serialize for Expiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Never => serializer.serialize_str(""),
            Self::Day(day) => serializer.collect_str(day),
            Self::Moment(moment) => {
                let moment = moment.round(Unit::Millisecond).unwrap_or(*moment);
                serializer.collect_str(&moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Option<String>>::deserialize(deserializer)?.unwrap_or_default();
        match text.trim() {
            "" => Ok(Self::Never),
            text if text.len() == 10 => text.parse().map(Self::Day).map_err(de::Error::custom),
            text => text.parse().map(Self::Moment).map_err(de::Error::custom),
        }
    }
}

#[cfg(feature = "specta")]
impl specta::Type for Expiry {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Expiry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Expiry".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let pattern = r"^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?)?$";
        schemars::json_schema!({"type": "string", "pattern": pattern})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(r#""""#, Expiry::Never)]
    #[case("null", Expiry::Never)]
    #[case(r#""2026-12-24""#, Expiry::Day(Date::constant(2026, 12, 24)))]
    #[case(r#""2026-12-24T06:00:00.000Z""#, Expiry::Moment("2026-12-24T06:00:00Z".parse().unwrap()))]
    fn an_end_is_a_text_of_three_kinds(#[case] json: &str, #[case] expiry: Expiry) {
        assert_eq!(serde_json::from_str::<Expiry>(json).unwrap(), expiry);
        let written = serde_json::to_string(&expiry).unwrap();
        assert_eq!(written, if json == "null" { r#""""# } else { json });
    }

    #[test]
    fn a_moment_is_written_to_the_millisecond() {
        let moment: Timestamp = "2026-12-24T06:00:00.123456Z".parse().unwrap();
        assert_eq!(serde_json::to_string(&Expiry::Moment(moment)).unwrap(), r#""2026-12-24T06:00:00.123Z""#);
        assert!(serde_json::from_str::<Expiry>(r#""next week""#).is_err());
    }

    #[test]
    fn no_limit_is_null_and_left_out_is_left_out() {
        let limit = ConsumptionLimit::new().usd(SpendLimit::Unlimited);
        assert_eq!(serde_json::to_string(&limit).unwrap(), r#"{"usd":null}"#);
        assert_eq!(serde_json::from_str::<ConsumptionLimit>(r#"{"usd":null}"#).unwrap(), limit);
        let limit = ConsumptionLimit::new().diem(Decimal::new(125, 1));
        assert_eq!(serde_json::to_string(&limit).unwrap(), r#"{"diem":12.5}"#);
        assert!(limit.is_sound());
        assert!(!ConsumptionLimit::new().usd(Decimal::NEGATIVE_ONE).is_sound());
    }
}
