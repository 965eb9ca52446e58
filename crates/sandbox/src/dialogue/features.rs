//! Venice's own parameters, from the body or from behind the model's id.

use serde_json::{Value, json};

use crate::{fields::Fields, refusal::Refusal, web::Found};

/// Whether the web is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Search {
    #[default]
    Off,
    /// Where the question sounds as if it were about today.
    Auto,
    On,
}

impl Search {
    const WORDS: [&'static str; 3] = ["auto", "off", "on"];

    fn of(word: &str) -> Self {
        match word {
            "auto" => Self::Auto,
            "on" => Self::On,
            _ => Self::Off,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Auto => "auto",
            Self::On => "on",
        }
    }
}

/// What the parameters ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Features {
    pub(crate) character: Option<String>,
    pub(crate) strip_thinking: bool,
    pub(crate) disable_thinking: bool,
    pub(crate) sealed: bool,
    pub(crate) search: Search,
    pub(crate) scraping: bool,
    pub(crate) citations: bool,
    pub(crate) results_in_stream: bool,
    pub(crate) results_as_documents: bool,
    pub(crate) system_prompt: bool,
    pub(crate) x_search: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            character: None,
            strip_thinking: false,
            disable_thinking: false,
            sealed: true,
            search: Search::Off,
            scraping: false,
            citations: false,
            results_in_stream: false,
            results_as_documents: false,
            system_prompt: true,
            x_search: false,
        }
    }
}

impl Features {
    /// The features behind a model's id, such as `:enable_web_search=on&enable_web_citations=true`.
    pub(crate) fn suffix(model: &str) -> Result<Self, Refusal> {
        let mut features = Self::default();
        let Some((_, suffix)) = model.split_once(':') else { return Ok(features) };
        for (name, value) in url::form_urlencoded::parse(suffix.as_bytes()) {
            if !features.set(&name, &value) {
                let message = format!("Unknown model feature suffix: '{name}={value}'");
                return Err(Refusal::field("INVALID_MODEL", "model", message));
            }
        }
        Ok(features)
    }

    fn set(&mut self, name: &str, value: &str) -> bool {
        if name == "character_slug" {
            self.character = Some(value.to_owned());
            return !value.is_empty();
        }
        if name == "enable_web_search" {
            self.search = Search::of(value);
            return Search::WORDS.contains(&value);
        }
        let Some(flag) = self.flag(name) else { return false };
        *flag = value == "true";
        matches!(value, "true" | "false")
    }

    fn flag(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "strip_thinking_response" => &mut self.strip_thinking,
            "disable_thinking" => &mut self.disable_thinking,
            "enable_e2ee" => &mut self.sealed,
            "enable_web_scraping" => &mut self.scraping,
            "enable_web_citations" => &mut self.citations,
            "include_search_results_in_stream" => &mut self.results_in_stream,
            "return_search_results_as_documents" => &mut self.results_as_documents,
            "include_venice_system_prompt" => &mut self.system_prompt,
            "enable_x_search" => &mut self.x_search,
            _ => return None,
        })
    }

    /// Takes `venice_parameters`; what they say comes before what the model's id says.
    pub(crate) fn take(&mut self, fields: &mut Fields) {
        fields.object("venice_parameters", |inner| {
            if let Some(slug) = inner.text("character_slug", 0..=200) {
                self.character = Some(slug).filter(|slug| !slug.is_empty());
            }
            if let Some(word) = inner.choice("enable_web_search", &Search::WORDS) {
                self.search = Search::of(word);
            }
            for name in [
                "strip_thinking_response",
                "disable_thinking",
                "enable_e2ee",
                "enable_web_scraping",
                "enable_web_citations",
                "include_search_results_in_stream",
                "return_search_results_as_documents",
                "include_venice_system_prompt",
                "enable_x_search",
            ] {
                if let (Some(value), Some(flag)) = (inner.flag(name), self.flag(name)) {
                    *flag = value;
                }
            }
            inner.leave_the_rest();
        });
    }

    /// What the answer says of them.
    pub(crate) fn to_json(&self, sealed: bool, found: &[Found]) -> Value {
        let mut said = json!({"enable_e2ee": sealed, "enable_web_search": self.search.name(),
            "enable_web_citations": self.citations, "enable_web_scraping": self.scraping,
            "include_venice_system_prompt": self.system_prompt,
            "include_search_results_in_stream": self.results_in_stream,
            "return_search_results_as_documents": self.results_as_documents,
            "strip_thinking_response": self.strip_thinking, "disable_thinking": self.disable_thinking});
        if let Some(slug) = &self.character {
            said["character_slug"] = json!(slug);
        }
        if !found.is_empty() {
            said["web_search_citations"] = citations(found);
        }
        said
    }
}

/// The pages that were found, as citations.
pub(crate) fn citations(found: &[Found]) -> Value {
    found
        .iter()
        .map(|page| json!({"title": page.title, "url": page.url, "content": page.content, "date": page.date}))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_may_carry_features_and_the_body_comes_first() {
        let mut features =
            Features::suffix("a:enable_web_search=on&disable_thinking=true&character_slug=b").unwrap();
        assert_eq!((features.search, features.disable_thinking), (Search::On, true));
        let Value::Object(body) = json!({"venice_parameters": {"enable_web_search": "off", "hint": 1}})
        else {
            return;
        };
        let mut fields = Fields::from_json(body);
        features.take(&mut fields);
        assert!(fields.finish().is_ok());
        assert_eq!((features.search, features.character.as_deref()), (Search::Off, Some("b")));
        for wrong in ["a:enable_web_search=maybe", "a:enable_flight=true", "a:disable_thinking=1", "a:x"] {
            assert!(Features::suffix(wrong).is_err(), "{wrong}");
        }
        assert!(Features::suffix("a:").is_ok());
    }
}
