use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::operation::{GET_BILLING_USAGE_ANALYTICS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// The most days that are looked back.
const LONGEST_LOOKBACK: u32 = 90;

/// Asks what was used, added up by day, model and key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetBillingUsageAnalytics {
    /// Days to look back: 1 to 90. Venice's default is 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 90)))]
    pub lookback: Option<u32>,
    /// The first day, as YYYY-MM-DD. The last is needed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub start_date: Option<Date>,
    /// The last day, as YYYY-MM-DD. The first is needed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub end_date: Option<Date>,
}

/// What was used, added up. US dollars and DIEM are never to be added to each other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageAnalytics {
    /// The time that was looked at, such as `7d` or `2026-01-01:2026-01-31`.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub lookback: Option<String>,
    /// By day.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<DateUsage>))]
    pub by_date: Vec<DateUsage>,
    /// By model, the costliest first.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<ModelUsage>))]
    pub by_model: Vec<ModelUsage>,
    /// By day, for each of the models that cost most.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<DailyAmounts>))]
    pub by_model_daily: Vec<DailyAmounts>,
    /// The names of the models that cost most.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub top_models: Vec<String>,
    /// By key, the costliest first.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<KeyTotals>))]
    pub by_key: Vec<KeyTotals>,
    /// By day, for each of the keys that cost most.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<DailyAmounts>))]
    pub by_key_daily: Vec<DailyAmounts>,
    /// The names of the keys that cost most.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub top_key_names: Vec<String>,
}

/// What was used on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DateUsage {
    /// The day, by UTC.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub date: Date,
    /// US dollars.
    #[serde(default, rename = "USD", with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(default, rename = "DIEM", with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
}

/// What was used of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ModelUsage {
    /// The model's name, which isn't its id.
    pub model_name: String,
    /// What is counted: tokens, images, chars, minutes, seconds.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub unit_type: Option<String>,
    /// The kind of model: LLM, IMAGE, TTS, ASR, VIDEO.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model_type: Option<String>,
    /// US dollars.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total_usd: Option<Decimal>,
    /// DIEM.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total_diem: Option<Decimal>,
    /// Units.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total_units: Option<Decimal>,
    /// By kind of unit, where there are several.
    #[serde(default, deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<UnitUsage>))]
    pub breakdown: Vec<UnitUsage>,
}

/// What was used of one kind of unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct UnitUsage {
    /// The kind: Input, Output, Cache Read, Cache Write.
    #[serde(rename = "type")]
    pub kind: String,
    /// US dollars.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
    /// Units.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub units: Option<Decimal>,
}

/// What was used with a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
#[non_exhaustive]
pub struct KeyTotals {
    /// The key's id; `None` for Venice's own app.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub api_key_id: Option<String>,
    /// The key's description, or `Web App`.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub description: Option<String>,
    /// US dollars.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total_usd: Option<Decimal>,
    /// DIEM.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total_diem: Option<Decimal>,
    /// Units.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total_units: Option<Decimal>,
}

/// What was used on a day, by name. On the wire the names stand beside `date`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "BTreeMap<String, f64>")]
pub struct DailyAmounts {
    /// The beginning of the day.
    pub date: Timestamp,
    /// What was used, by the name of a model or a key. Venice doesn't say in which currency.
    pub amounts: BTreeMap<String, Decimal>,
}

#[cfg(feature = "specta")]
impl specta::Type for DailyAmounts {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <BTreeMap<String, f64> as specta::Type>::definition(types)
    }
}

impl TryFrom<Map<String, Value>> for DailyAmounts {
    type Error = &'static str;

    fn try_from(mut entries: Map<String, Value>) -> Result<Self, Self::Error> {
        let date = match entries.remove("date") {
            Some(Value::Number(number)) => {
                number.as_f64().and_then(|number| Timestamp::from_millisecond(number as i64).ok())
            }
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let amounts = entries
            .into_iter()
            .filter_map(|(name, value)| Some((name, money::required::deserialize(value).ok()?)))
            .collect();
        Ok(Self { date: date.ok_or("no date")?, amounts })
    }
}

impl From<DailyAmounts> for BTreeMap<String, f64> {
    fn from(daily: DailyAmounts) -> Self {
        let amounts =
            daily.amounts.iter().filter_map(|(name, amount)| Some((name.clone(), money::to_f64(amount)?)));
        amounts.chain([("date".to_owned(), daily.date.as_millisecond() as f64)]).collect()
    }
}

impl GetBillingUsageAnalytics {
    /// The last seven days.
    pub fn new() -> Self {
        Self::default()
    }

    /// From a day to a day, both included.
    pub fn between(first: Date, last: Date) -> Self {
        Self { lookback: None, start_date: Some(first), end_date: Some(last) }
    }

    setters! {
        /// Days to look back.
        lookback: u32;
    }
}

impl Request for GetBillingUsageAnalytics {
    type Answer = UsageAnalytics;

    const OPERATION: Operation = GET_BILLING_USAGE_ANALYTICS;

    fn call(&self) -> Result<Call> {
        let invalid =
            |field, reason| Err(Error::invalid_input(field, reason).of(&GET_BILLING_USAGE_ANALYTICS));
        if self.lookback.is_some_and(|days| !(1..=LONGEST_LOOKBACK).contains(&days)) {
            return invalid("lookback", "is not between 1 and 90 days");
        }
        match (self.start_date, self.end_date) {
            (Some(first), Some(last)) if first > last => {
                return invalid("end_date", "is before the first day");
            }
            (Some(_), None) => return invalid("end_date", "is missing"),
            (None, Some(_)) => return invalid("start_date", "is missing"),
            _ => {}
        }
        Ok(Call::empty(GET_BILLING_USAGE_ANALYTICS)
            .query("lookback", self.lookback.map(|days| format!("{days}d")))
            .query("startDate", self.start_date)
            .query("endDate", self.end_date))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<UsageAnalytics> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no analytics", None))
    }
}

impl Client {
    /// What was used, added up by day, model and key. It may be ten minutes old. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/billing/usage-analytics>.
    pub async fn get_billing_usage_analytics(
        &self,
        request: &GetBillingUsageAnalytics,
    ) -> Result<Answer<UsageAnalytics>> {
        self.send(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_beside_the_date() {
        let json = r#"{"Kimi K2.6":3.2,"bad":"much","date":1705276800000}"#;
        let daily: DailyAmounts = serde_json::from_str(json).unwrap();
        assert_eq!(daily.date.to_string(), "2024-01-15T00:00:00Z");
        assert_eq!(daily.amounts.len(), 1);
        assert_eq!(daily.amounts["Kimi K2.6"].to_string(), "3.2");
        let written = serde_json::to_string(&daily).unwrap();
        assert_eq!(serde_json::from_str::<DailyAmounts>(&written).unwrap(), daily);
        assert!(serde_json::from_str::<DailyAmounts>(r#"{"Kimi K2.6":3.2}"#).is_err());
    }
}
