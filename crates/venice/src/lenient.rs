//! Reading what may not have the shape it is documented with: a field that can't be read is left out, and never
//! costs the answer it stands in.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::errors::Error;

/// Reads the field, or `None` where it has another shape.
pub(crate) fn field<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

/// Reads the field, or its default where it has another shape.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    field(deserializer).map(Option::unwrap_or_default)
}

/// Reads a list, leaving out the entries of another shape; a value that is no list is an empty one.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(entries) => {
            entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect()
        }
        _ => Vec::new(),
    })
}

/// Reads an object as a map, leaving out the entries of another shape; a value that is no object is an empty one.
pub(crate) fn map<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Object(entries) => entries
            .into_iter()
            .filter_map(|(key, entry)| Some((key, serde_json::from_value(entry).ok()?)))
            .collect(),
        _ => BTreeMap::new(),
    })
}

/// Reads `{"data": […]}`, leaving out the entries of another shape.
///
/// # Errors
///
/// [`crate::ErrorKind::UnexpectedBody`] where there is no such list.
pub(crate) fn entries<T: DeserializeOwned>(json: &[u8], what: &'static str) -> crate::Result<Vec<T>> {
    #[derive(Deserialize)]
    struct Holder {
        data: Vec<Value>,
    }
    let holder: Holder = serde_json::from_slice(json).map_err(|_| Error::unexpected(what, None))?;
    Ok(holder.data.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect())
}

/// Reads a field that is there, also where it is `null`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a count; `8.0` and `"8"` are counts too, a negative number is none.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(whole(&Value::deserialize(deserializer)?))
}

fn whole(value: &Value) -> Option<u32> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number >= 0.0 && number <= f64::from(u32::MAX) && number.fract() == 0.0).then_some(number as u32)
}

/// Moments that are written as seconds from 1970.
pub(crate) mod unix_time {
    use jiff::Timestamp;
    use serde::{Deserializer, Serialize, Serializer};

    /// Reads the moment, or `None` where the field has another shape.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let seconds: Option<f64> = super::field(deserializer)?;
        Ok(seconds.and_then(|seconds| Timestamp::from_second(seconds as i64).ok()))
    }

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(
        moment: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        moment.map(Timestamp::as_second).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "field")]
        name: Option<String>,
        #[serde(deserialize_with = "or_default")]
        on: bool,
        #[serde(deserialize_with = "list")]
        words: Vec<String>,
        #[serde(deserialize_with = "map")]
        names: BTreeMap<String, String>,
        #[serde(deserialize_with = "count")]
        steps: Option<u32>,
    }

    fn read(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn other_shapes_are_left_out_one_by_one() {
        let sample = read(r#"{"name":7,"on":"yes","words":["a",1,"b"],"names":{"x":"y","z":[]},"steps":-1}"#);
        let names = BTreeMap::from([("x".to_owned(), "y".to_owned())]);
        assert_eq!(sample, Sample { words: vec!["a".into(), "b".into()], names, ..Sample::default() });
        assert_eq!(read(r#"{"words":"a","names":3,"steps":{}}"#), Sample::default());
    }

    #[test]
    fn counts_come_in_several_spellings() {
        for json in ["8", "8.0", "\"8\""] {
            assert_eq!(read(&format!("{{\"steps\":{json}}}")).steps, Some(8), "{json}");
        }
        for json in ["8.5", "1e30", "\"many\"", "null"] {
            assert_eq!(read(&format!("{{\"steps\":{json}}}")).steps, None, "{json}");
        }
    }
}
