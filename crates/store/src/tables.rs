//! A file per table, its migrations beside it.

pub(crate) mod accounts;
pub(crate) mod attachments;
pub(crate) mod boards;
pub(crate) mod calls;
pub(crate) mod charges;
pub(crate) mod clones;
pub(crate) mod conversations;
pub(crate) mod files;
pub(crate) mod folders;
pub(crate) mod holds;
pub(crate) mod items;
pub(crate) mod jobs;
pub(crate) mod lineage;
pub(crate) mod markers;
pub(crate) mod messages;
pub(crate) mod model_versions;
pub(crate) mod past_prompts;
pub(crate) mod presets;
pub(crate) mod prompts;
pub(crate) mod readings;
pub(crate) mod rotations;
pub(crate) mod settings;
pub(crate) mod snapshots;
pub(crate) mod top_ups;
pub(crate) mod transcripts;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::money::{Currency, Money};

/// An enum that is kept as text, in rows and in sidecars alike.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        $(#[$doc])*
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// The word it is kept as.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                match value.as_str()? {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(rusqlite::types::FromSqlError::InvalidType),
                }
            }
        }
    };
}
pub(crate) use text_enum;

/// A moment as rows hold it: milliseconds since 1970, UTC.
pub(crate) fn to_time(milliseconds: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| Error::Unreadable { what: "time" })
}

pub(crate) fn to_time_if(milliseconds: Option<i64>) -> Result<Option<Timestamp>> {
    milliseconds.map(to_time).transpose()
}

pub(crate) fn from_time_if(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millisecond)
}

/// Sizes and counts fit: nothing here comes near 2^63.
pub(crate) fn to_sql_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn from_sql_count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

pub(crate) fn to_amount(text: &str) -> Result<Decimal> {
    text.parse().map_err(|_| Error::Unreadable { what: "amount" })
}

pub(crate) fn to_money(amount: Option<String>, currency: Option<Currency>) -> Result<Option<Money>> {
    match (amount, currency) {
        (Some(amount), Some(currency)) => Ok(Some(Money { amount: to_amount(&amount)?, currency })),
        _ => Ok(None),
    }
}

pub(crate) fn from_amount(money: Option<Money>) -> Option<String> {
    money.map(|money| money.amount.to_string())
}

pub(crate) fn to_json(text: Option<String>, what: &'static str) -> Result<Option<Value>> {
    text.map(|text| serde_json::from_str(&text).map_err(|_| Error::Unreadable { what })).transpose()
}

pub(crate) fn from_json(value: Option<&Value>) -> Option<String> {
    value.map(Value::to_string)
}
