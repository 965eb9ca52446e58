//! The models on offer, under Venice's ids with prices of our own: every shape of price and kind of constraint.

mod film_rules;
mod films;
mod music;
mod pictures;
mod rules;
mod sound;
mod text;
mod text_rules;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

pub(crate) use film_rules::{FilmRules, FilmSize, Input};
pub(crate) use music::{MusicPrice, MusicRules};
pub(crate) use rules::{Base, EditRules, PictureRules, Price};
pub(crate) use sound::{HearingRules, SpeechRules};
pub(crate) use text::RETIRED;
pub(crate) use text_rules::{Ability, EmbeddingRules, TextRules};

/// Types of models, in the order and spelling of the description.
pub(crate) const KINDS: [&str; 9] =
    ["asr", "embedding", "image", "music", "text", "tts", "upscale", "inpaint", "video"];

/// The model that edits when none is named.
pub(crate) const DEFAULT_EDIT: &str = "firered-image-edit";
/// The model that scales pictures up.
pub(crate) const UPSCALER: &str = "upscaler";
/// The model that cuts out.
pub(crate) const CUTTER: &str = "bria-bg-remover";

/// Other providers' names and the models that answer to them, by type.
const COMPATIBLE: &[(&str, &str, &str)] = &[
    ("text", "gpt-4o", "zai-org-glm-5-2"),
    ("text", "gpt-4o-mini", "qwen-3-8-27b"),
    ("text", "o3", "kimi-k3"),
    ("text", "claude-3-5-sonnet", "zai-org-glm-5-2"),
    ("image", "dall-e-2", "venice-sd35"),
    ("image", "dall-e-3", "z-image-turbo"),
    ("image", "gpt-image-1", "gpt-image-2"),
    ("tts", "tts-1", "tts-kokoro"),
    ("tts", "tts-1-hd", "tts-chatterbox-hd"),
    ("asr", "whisper-1", "openai/whisper-large-v3"),
    ("embedding", "text-embedding-ada-002", "text-embedding-bge-m3"),
];

/// When a model goes, and what to use then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deprecation {
    pub(crate) starts: &'static str,
    pub(crate) removes: &'static str,
    pub(crate) replacement: Option<&'static str>,
    pub(crate) auto_remap: bool,
}

/// A model.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    created: u32,
    pub(crate) private: bool,
    traits: &'static [&'static str],
    pub(crate) offline: bool,
    pub(crate) deprecation: Option<Deprecation>,
    pub(crate) price: Option<Price>,
    pub(crate) picture: Option<PictureRules>,
    pub(crate) edit: Option<EditRules>,
    pub(crate) text: Option<TextRules>,
    pub(crate) embedding: Option<EmbeddingRules>,
    pub(crate) speech: Option<SpeechRules>,
    pub(crate) hearing: Option<HearingRules>,
    pub(crate) music: Option<MusicRules>,
    pub(crate) film: Option<FilmRules>,
    /// What else its listing says.
    spec: Map<String, Value>,
}

impl Model {
    fn new(kind: &'static str, id: &'static str, name: &'static str, created: u32) -> Self {
        Self {
            id,
            kind,
            name,
            created,
            private: true,
            traits: &[],
            offline: false,
            deprecation: None,
            price: None,
            picture: None,
            edit: None,
            text: None,
            embedding: None,
            speech: None,
            hearing: None,
            music: None,
            film: None,
            spec: Map::new(),
        }
    }

    fn anonymized(mut self) -> Self {
        self.private = false;
        self
    }

    fn traits(mut self, traits: &'static [&'static str]) -> Self {
        self.traits = traits;
        self
    }

    fn deprecated(mut self, deprecation: Deprecation) -> Self {
        self.deprecation = Some(deprecation);
        self
    }

    /// Adds fields to its listing.
    fn says(mut self, fields: Value) -> Self {
        if let Value::Object(fields) = fields {
            self.spec.extend(fields);
        }
        self
    }

    fn for_code(&self) -> bool {
        self.spec.get("capabilities").is_some_and(|known| known["optimizedForCode"] == json!(true))
    }

    /// A price in dollars as the listing tells it, such as `input`.
    pub(crate) fn listed_price(&self, name: &str) -> Option<Decimal> {
        self.spec.get("pricing")?.get(name)?.get("usd")?.to_string().parse().ok()
    }

    /// The listing, as `ModelResponse` describes it.
    pub(crate) fn to_json(&self) -> Value {
        let mut spec = self.spec.clone();
        let mut set = |name: &str, value: Value| spec.insert(name.into(), value);
        set("name", json!(self.name));
        set("privacy", json!(if self.private { "private" } else { "anonymized" }));
        set("traits", json!(self.traits));
        set("offline", json!(self.offline));
        if let Some(going) = self.deprecation {
            let mut said = json!({"autoRemap": going.auto_remap, "date": going.removes, "removesAt": going.removes,
                "startsAt": going.starts});
            if let Some(replacement) = going.replacement {
                said["replacementModelId"] = json!(replacement);
            }
            set("deprecation", said);
        }
        if let Some(price) = &self.price {
            set("pricing", price.to_json());
        }
        if let Some(rules) = &self.picture {
            set("constraints", rules.to_json());
            set("supportsStyleReferences", json!(rules.style_references > 0));
            // The description names what a model supports here, without saying where the list tells it.
            if rules.web_search {
                set("supportsWebSearch", json!(true));
            }
            if rules.thinking {
                set("supportsOptimizePromptThinking", json!(true));
            }
        }
        if let Some(rules) = &self.edit {
            set("constraints", rules.to_json());
        }
        let mut model = json!({"id": self.id, "object": "model", "owned_by": "venice.ai", "type": self.kind,
            "created": self.created, "model_spec": spec});
        if let Some(context) = self.spec.get("availableContextTokens") {
            model["context_length"] = context.clone();
        }
        model
    }
}

/// All models, and the names they answer to.
#[derive(Debug)]
pub(crate) struct Catalogue(Vec<Model>);

impl Catalogue {
    pub(crate) fn new() -> Self {
        Self([text::models(), pictures::models(), sound::models(), music::models(), films::models()].concat())
    }

    /// The models of a type; also `all`, and `code` for text models made for it.
    pub(crate) fn of(&self, kind: &str) -> impl Iterator<Item = &Model> {
        self.0.iter().filter(move |model| match kind {
            "all" => true,
            "code" => model.for_code(),
            kind => model.kind == kind,
        })
    }

    /// Finds a model of `kind` by its id, one of its traits or a compatible name; features after a colon are cut off.
    pub(crate) fn find(&self, kind: &str, asked: &str) -> Option<&Model> {
        let name = asked.split_once(':').map_or(asked, |(name, _)| name);
        let id = compatible(kind).find(|(alias, _)| *alias == name).map_or(name, |(_, id)| id);
        let mut of_kind = self.of(kind);
        self.of(kind)
            .find(|model| model.id == id)
            .or_else(|| of_kind.find(|model| model.traits.contains(&name)))
    }

    /// The model with exactly this id.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Model> {
        self.0.iter().find(|model| model.id == id)
    }

    pub(crate) fn traits(&self, kind: &str) -> BTreeMap<&'static str, &'static str> {
        let mut traits = BTreeMap::new();
        for model in self.of(kind) {
            for name in model.traits {
                traits.entry(*name).or_insert(model.id);
            }
        }
        traits
    }
}

/// Other providers' names for models of `kind`, each with the id it stands for.
pub(crate) fn compatible(kind: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    COMPATIBLE.iter().filter(move |(of, _, _)| *of == kind).map(|(_, alias, id)| (*alias, *id))
}

/// Money as Venice writes it: a JSON number with no digit too many.
pub(crate) fn number(amount: Decimal) -> Value {
    serde_json::from_str(&amount.normalize().to_string()).unwrap_or_default()
}

/// Dollars from millionths; DIEM is at par.
const fn usd(millionths: i64) -> Decimal {
    Decimal::from_parts(millionths as u32, 0, 0, false, 6)
}

fn both(amount: Decimal) -> Value {
    json!({"usd": number(amount), "diem": number(amount)})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_models_and_no_id_is_used_twice() {
        let catalogue = Catalogue::new();
        for kind in KINDS {
            assert!(catalogue.of(kind).count() >= 1, "{kind}");
        }
        let mut ids: Vec<_> = catalogue.of("all").map(|model| model.id).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        assert!(catalogue.of("code").count() < catalogue.of("text").count());
    }

    #[test]
    fn names_resolve_in_every_way_venice_knows() {
        let catalogue = Catalogue::new();
        let id = |kind, name| catalogue.find(kind, name).map(|model| model.id);
        assert_eq!(id("image", "z-image-turbo"), Some("z-image-turbo"));
        assert_eq!(id("image", "default"), Some("z-image-turbo"));
        assert_eq!(id("image", "dall-e-3"), Some("z-image-turbo"));
        assert_eq!(
            id("text", "gpt-4o:enable_web_search=on&enable_web_citations=true"),
            Some("zai-org-glm-5-2")
        );
        assert_eq!(id("image", "zai-org-glm-5-2"), None, "of another type");
        assert_eq!(id("image", "no-such-model"), None);
    }

    #[test]
    fn compatible_names_and_replacements_lead_somewhere() {
        let catalogue = Catalogue::new();
        for kind in KINDS {
            for (alias, id) in compatible(kind) {
                assert!(catalogue.find(kind, id).is_some(), "{alias}");
            }
            for model in catalogue.of(kind) {
                if let Some(id) = model.deprecation.and_then(|going| going.replacement) {
                    assert!(catalogue.find(kind, id).is_some(), "{}", model.id);
                }
            }
        }
    }

    #[test]
    fn money_is_written_short() {
        assert_eq!(number(usd(40_000)).to_string(), "0.04");
        assert_eq!(number(usd(31)).to_string(), "0.000031");
        assert_eq!(number(Decimal::from(25)).to_string(), "25");
    }
}
