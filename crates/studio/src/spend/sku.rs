//! What the name of a thing that was bought tells: `zai-org-glm-5-2-llm-output-mtoken` is a model, what of it, and its measure.

use std::collections::HashMap;

use venice::models::{Model, ModelType};

use super::view::ChargeKind;

/// What a SKU tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sku {
    pub kind: ChargeKind,
    /// The model's id; for a model that isn't listed any more, what stands in its place.
    pub model: Option<String>,
    /// What of it, such as `llm-output`; empty where it isn't told.
    pub part: String,
    /// Such as `mtoken`, `mchar`, `second`, `unit`.
    pub measure: String,
}

/// The models that names are read with.
#[derive(Debug, Default)]
pub(crate) struct SkuReader {
    /// By how SKUs spell them.
    models: HashMap<String, (String, Option<ChargeKind>)>,
}

/// What is bought of a model, and what kind of work that is: the end of a SKU before its measure. Longer ones come before those they
/// end with.
const PARTS: [(&str, ChargeKind); 33] = [
    ("llm-input", ChargeKind::Chat),
    ("llm-output", ChargeKind::Chat),
    ("llm-cache-read", ChargeKind::Chat),
    ("llm-cache-write", ChargeKind::Chat),
    ("llm-cached-input", ChargeKind::Chat),
    ("llm-reasoning", ChargeKind::Chat),
    ("llm", ChargeKind::Chat),
    ("embedding-input", ChargeKind::Embedding),
    ("embedding", ChargeKind::Embedding),
    ("background-removal", ChargeKind::Image),
    ("prompt-enhancement", ChargeKind::Image),
    ("input-image", ChargeKind::Image),
    ("upscale-2x", ChargeKind::Image),
    ("upscale-4x", ChargeKind::Image),
    ("upscale", ChargeKind::Image),
    ("inpaint", ChargeKind::Image),
    ("edit", ChargeKind::Image),
    ("image", ChargeKind::Image),
    ("video-transcription", ChargeKind::Transcription),
    ("transcription", ChargeKind::Transcription),
    ("asr", ChargeKind::Transcription),
    ("video", ChargeKind::Film),
    ("music", ChargeKind::Music),
    ("sound-effect", ChargeKind::Music),
    ("voice-clone", ChargeKind::Speech),
    ("speech", ChargeKind::Speech),
    ("tts", ChargeKind::Speech),
    ("audio", ChargeKind::Music),
    ("web-search", ChargeKind::Web),
    ("x-search", ChargeKind::Web),
    ("web-scrape", ChargeKind::Web),
    ("text-parser", ChargeKind::Web),
    ("rpc", ChargeKind::Other),
];

/// What is bought without a model: the beginning of a SKU.
const SERVICES: [(&str, ChargeKind); 6] = [
    ("web-search", ChargeKind::Web),
    ("web-scrape", ChargeKind::Web),
    ("text-parser", ChargeKind::Web),
    ("x-search", ChargeKind::Web),
    ("video-transcription", ChargeKind::Transcription),
    ("crypto-rpc", ChargeKind::Other),
];

impl SkuReader {
    pub(crate) fn new<'a>(models: impl IntoIterator<Item = &'a Model>) -> Self {
        let models = models.into_iter().map(|model| {
            let kind = match &model.model_type {
                ModelType::Text => Some(ChargeKind::Chat),
                ModelType::Image | ModelType::Inpaint | ModelType::Upscale => Some(ChargeKind::Image),
                ModelType::Video => Some(ChargeKind::Film),
                ModelType::Music => Some(ChargeKind::Music),
                ModelType::Tts => Some(ChargeKind::Speech),
                ModelType::Asr => Some(ChargeKind::Transcription),
                ModelType::Embedding => Some(ChargeKind::Embedding),
                _ => None,
            };
            (spelled(&model.id), (model.id.clone(), kind))
        });
        Self { models: models.collect() }
    }

    /// Reads the SKU of Venice's history, or, of what answers told, an operation and a model with a space between.
    pub(crate) fn read(&self, sku: &str) -> Sku {
        if let Some((operation, model)) = sku.split_once(' ') {
            return self.of_call(operation, model);
        }
        let (body, measure) = sku.rsplit_once('-').unwrap_or((sku, ""));
        let measure = measure.to_owned();
        if let Some((_, kind)) = SERVICES.iter().find(|(name, _)| begins(body, name)) {
            return Sku { kind: *kind, model: None, part: body.to_owned(), measure };
        }
        if let Some((length, id, of_model)) = self.listed(body) {
            let part = body.get(length..).unwrap_or_default().trim_start_matches('-').to_owned();
            // What the part says of itself goes before the model: a search beside a chat is a search.
            let of_part = PARTS.iter().find(|(name, _)| part == *name).map(|(_, kind)| *kind);
            let kind = match (of_part, of_model) {
                (Some(ChargeKind::Web), _) => ChargeKind::Web,
                (_, Some(kind)) | (Some(kind), None) => kind,
                (None, None) => ChargeKind::Other,
            };
            return Sku { kind, model: Some(id.to_owned()), part, measure };
        }
        let found = PARTS.iter().find_map(|(part, kind)| {
            let model = body.strip_suffix(part)?.strip_suffix('-')?;
            (!model.is_empty()).then_some((model, part, *kind))
        });
        match found {
            Some((model, part, kind)) => {
                let kind = match kind {
                    ChargeKind::Music if measure == "second" => ChargeKind::Transcription,
                    ChargeKind::Chat if model.starts_with("text-embedding") => ChargeKind::Embedding,
                    kind => kind,
                };
                Sku { kind, model: Some(model.to_owned()), part: (*part).to_owned(), measure }
            }
            None => Sku { kind: ChargeKind::Other, model: None, part: body.to_owned(), measure },
        }
    }

    /// The longest listed model that a SKU begins with: how long its name is there, its id, its kind.
    fn listed(&self, body: &str) -> Option<(usize, &str, Option<ChargeKind>)> {
        let spelled = spelled(body);
        let ends = spelled.match_indices('-').map(|(at, _)| at).chain([spelled.len()]);
        let mut ends: Vec<usize> = ends.collect();
        ends.reverse();
        ends.into_iter().find_map(|end| {
            let (id, kind) = self.models.get(spelled.get(..end)?)?;
            Some((end, id.as_str(), *kind))
        })
    }

    fn of_call(&self, operation: &str, model: &str) -> Sku {
        let kind = match operation {
            "createChatCompletion" | "createResponse" => ChargeKind::Chat,
            "createEmbedding" => ChargeKind::Embedding,
            "generateImage"
            | "simpleGenerateImage"
            | "editImage"
            | "multiEditImage"
            | "upscaleImage"
            | "backgroundRemoveImage" => ChargeKind::Image,
            "queueVideo" => ChargeKind::Film,
            "queueAudio" => ChargeKind::Music,
            "createSpeech" | "createClonedVoice" => ChargeKind::Speech,
            "createTranscription" | "createVideoTranscription" => ChargeKind::Transcription,
            "webSearch" | "webScrape" | "createTextParser" => ChargeKind::Web,
            // Of what a wallet paid only the model is told.
            _ => self.models.get(&spelled(model)).and_then(|(_, kind)| *kind).unwrap_or(ChargeKind::Other),
        };
        let model = (!model.is_empty()).then(|| self.canonical(model));
        Sku { kind, model, part: operation.to_owned(), measure: String::new() }
    }

    /// Whether a model is listed by this id.
    pub(crate) fn knows(&self, model: &str) -> bool {
        self.models.contains_key(&spelled(model.split_once(':').map_or(model, |(id, _)| id)))
    }

    fn canonical(&self, model: &str) -> String {
        self.models.get(&spelled(model)).map_or_else(|| model.to_owned(), |(id, _)| id.clone())
    }
}

/// As SKUs spell ids: small letters, and a hyphen for whatever else stands between them. As long as before.
pub(crate) fn spelled(id: &str) -> String {
    id.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect()
}

fn begins(body: &str, name: &str) -> bool {
    body.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn reader() -> SkuReader {
        let models: Vec<Model> = [
            ("zai-org-glm-5-2", "text"),
            ("deepseek-v3.2", "text"),
            ("qwen-image", "image"),
            ("qwen-image-2-edit", "inpaint"),
            ("openai/whisper-large-v3", "asr"),
            ("text-embedding-bge-m3", "embedding"),
            ("elevenlabs-tts-v3", "music"),
        ]
        .iter()
        .map(|(id, kind)| serde_json::from_value(json!({"id": id, "type": kind, "model_spec": {}})).unwrap())
        .collect();
        SkuReader::new(&models)
    }

    #[rstest]
    #[case("zai-org-glm-5-2-llm-output-mtoken", ChargeKind::Chat, Some("zai-org-glm-5-2"), "mtoken")]
    #[case("zai-org-glm-5-2-web-search-unit", ChargeKind::Web, Some("zai-org-glm-5-2"), "unit")]
    #[case("deepseek-v3-2-llm-input-mtoken", ChargeKind::Chat, Some("deepseek-v3.2"), "mtoken")]
    #[case("qwen-image-image-unit", ChargeKind::Image, Some("qwen-image"), "unit")]
    #[case("qwen-image-2-edit-edit-unit", ChargeKind::Image, Some("qwen-image-2-edit"), "unit")]
    #[case(
        "openai/whisper-large-v3-audio-second",
        ChargeKind::Transcription,
        Some("openai/whisper-large-v3"),
        "second"
    )]
    #[case(
        "text-embedding-bge-m3-llm-input-mtoken",
        ChargeKind::Embedding,
        Some("text-embedding-bge-m3"),
        "mtoken"
    )]
    #[case("elevenlabs-tts-v3-audio-unit", ChargeKind::Music, Some("elevenlabs-tts-v3"), "unit")]
    #[case("gone-model-llm-cache-read-mtoken", ChargeKind::Chat, Some("gone-model"), "mtoken")]
    #[case("gone-tts-speech-mchar", ChargeKind::Speech, Some("gone-tts"), "mchar")]
    #[case("gone-film-video-unit", ChargeKind::Film, Some("gone-film"), "unit")]
    #[case("web-search-brave-unit", ChargeKind::Web, None, "unit")]
    #[case("something-new", ChargeKind::Other, None, "new")]
    #[case("x", ChargeKind::Other, None, "")]
    #[case("generateImage qwen-image", ChargeKind::Image, Some("qwen-image"), "")]
    #[case("webSearch ", ChargeKind::Web, None, "")]
    fn names_tell_what_they_are(
        #[case] sku: &str,
        #[case] kind: ChargeKind,
        #[case] model: Option<&str>,
        #[case] measure: &str,
    ) {
        let read = reader().read(sku);
        assert_eq!(
            (read.kind, read.model.as_deref(), read.measure.as_str()),
            (kind, model, measure),
            "{sku}"
        );
    }
}
