use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::options::VeniceParameters;

/// What would end a value, or be read as something else, in a suffix.
const IN_VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'&').add(b'=').add(b'#').add(b'+').add(b':');

/// What stands where a model is named: the id of a model, a trait of it (`default`, `fastest`) or the name it has
/// elsewhere (`gpt-4o`), with features behind it.
///
/// ```
/// use venice::chat::ModelId;
///
/// let id = ModelId::new("default").with("enable_web_search", "on").with("enable_web_citations", true);
/// assert_eq!(id.to_string(), "default:enable_web_search=on&enable_web_citations=true");
/// ```
///
/// Features are meant for programs that can't set [`VeniceParameters`]; a request of this crate can set both.
///
/// See <https://docs.venice.ai/api-reference/endpoint/chat/model_feature_suffix>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelId {
    /// The id, trait or name.
    pub name: String,
    /// The features and their values, in the order in which they are written.
    pub features: Vec<(String, String)>,
}

impl ModelId {
    /// A model without features.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), features: Vec::new() }
    }

    /// A model with the features that parameters set.
    pub fn with_parameters(name: impl Into<String>, parameters: &VeniceParameters) -> Self {
        // The names of features are those of the parameters, as they are written to JSON.
        let fields = match serde_json::to_value(parameters) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let features = fields.into_iter().map(|(name, value)| (name, text(value))).collect();
        Self { name: name.into(), features }
    }

    /// Adds a feature, or changes it.
    #[must_use]
    pub fn with(mut self, feature: impl Into<String>, value: impl ToString) -> Self {
        let (feature, value) = (feature.into(), value.to_string());
        match self.features.iter_mut().find(|(name, _)| *name == feature) {
            Some((_, old)) => *old = value,
            None => self.features.push((feature, value)),
        }
        self
    }

    /// The value of a feature.
    pub fn feature(&self, feature: &str) -> Option<&str> {
        self.features.iter().find(|(name, _)| name == feature).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (place, (feature, value)) in self.features.iter().enumerate() {
            let separator = if place == 0 { ':' } else { '&' };
            write!(f, "{separator}{feature}={}", utf8_percent_encode(value, IN_VALUE))?;
        }
        Ok(())
    }
}

impl From<ModelId> for String {
    fn from(id: ModelId) -> Self {
        id.to_string()
    }
}

impl From<&str> for ModelId {
    /// Reads a model with its features. A colon without a feature behind it belongs to the name.
    fn from(text: &str) -> Self {
        let features = |suffix: &str| {
            let pairs = suffix.split('&').map(|pair| {
                let (name, value) = pair.split_once('=')?;
                (!name.is_empty())
                    .then(|| (name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()))
            });
            pairs.collect::<Option<Vec<_>>>()
        };
        text.split_once(':')
            .and_then(|(name, suffix)| Some(Self { name: name.to_owned(), features: features(suffix)? }))
            .unwrap_or_else(|| Self::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::WebSearchMode;
    use proptest::prelude::*;

    #[test]
    fn features_are_written_and_changed() {
        let id = ModelId::new("m").with("enable_web_search", "on").with("enable_web_search", "auto");
        assert_eq!(
            (id.to_string().as_str(), id.feature("enable_web_search")),
            ("m:enable_web_search=auto", Some("auto"))
        );
        let parameters = VeniceParameters {
            enable_web_search: Some(WebSearchMode::On),
            disable_thinking: Some(true),
            ..VeniceParameters::default()
        };
        let id = ModelId::with_parameters("m", &parameters);
        assert_eq!(id.to_string(), "m:disable_thinking=true&enable_web_search=on");
    }

    #[test]
    fn names_with_colons_stay_whole() {
        for name in ["llama3:70b", "a:", "a:=1", "a:b=1&c", ""] {
            assert_eq!(ModelId::from(name), ModelId::new(name));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(name in "[a-z0-9-]{1,12}", features in proptest::collection::btree_map("[a-z_]{1,12}", "\\PC{0,12}", 0..4)) {
            let id = ModelId { name, features: features.into_iter().collect() };
            prop_assert_eq!(ModelId::from(id.to_string().as_str()), id);
        }
    }
}
