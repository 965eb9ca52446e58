//! The models of the Voice room: those that speak and those that listen.

mod names;
mod read;

use serde::{Deserialize, Serialize};
use venice::models::{Model, ModelType};

use self::read::Favourites;
use crate::{AppError, Result, Studio, models::view::Purpose, money::Money};

/// A voice of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VoiceView {
    /// What it is asked for by.
    pub id: String,
    /// Its name for people, such as `Sky`.
    pub name: String,
    /// The language it speaks by its id, such as `en-US`, where the id tells it.
    pub language: Option<String>,
    /// `female` or `male`, where the id tells it.
    pub gender: Option<String>,
    /// Marked by the user.
    pub favourite: bool,
    /// It was cloned: the id of the shelf.
    pub clone: Option<String>,
}

/// A range of numbers and where the form starts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Range {
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
    /// Without a choice.
    pub default: f64,
}

/// What a model wants of a sample to clone a voice from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CloningView {
    /// File formats such as `wav`; others are made into one of these here.
    pub formats: Vec<String>,
    /// The shortest sample, in seconds.
    pub least_seconds: f64,
    /// The length from which it sounds good, in seconds.
    pub good_seconds: f64,
    /// How long a voice is kept, in days; none = for good.
    pub kept_days: Option<u32>,
    /// Using it keeps it longer.
    pub renewed_by_use: bool,
    /// What making one costs; none = unknown.
    pub price: Option<Money>,
}

/// A model that speaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpeechModel {
    /// Venice's id.
    pub id: String,
    /// The name people know.
    pub name: String,
    /// `private`, `anonymized` or a word we don't know yet.
    pub privacy: Option<String>,
    /// Venice's sentence about it.
    pub description: Option<String>,
    /// Not answering at present.
    pub offline: bool,
    /// Its price for a million characters; none = unknown.
    pub price: Option<Money>,
    /// Its voices.
    pub voices: Vec<VoiceView>,
    /// The voice without a choice.
    pub default_voice: Option<String>,
    /// File formats such as `mp3`, the model's own first.
    pub formats: Vec<String>,
    /// How fast, as a factor; none = can't be set.
    pub speed: Option<Range>,
    /// Takes words for how to say it, at most so many characters.
    pub style_limit: Option<u32>,
    /// How much chance there is in it; none = can't be set.
    pub temperature: Option<Range>,
    /// Takes the share of likely sounds.
    pub top_p: bool,
    /// The languages it can be told, as it spells them; empty with `takes_language` = any.
    pub languages: Vec<String>,
    /// It can be told the language.
    pub takes_language: bool,
    /// It can be sent sentence by sentence.
    pub streams: bool,
    /// How voices are cloned for it.
    pub cloning: Option<CloningView>,
}

/// A model that listens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HearingModel {
    /// Venice's id.
    pub id: String,
    /// The name people know.
    pub name: String,
    /// `private`, `anonymized` or a word we don't know yet.
    pub privacy: Option<String>,
    /// Venice's sentence about it.
    pub description: Option<String>,
    /// Not answering at present.
    pub offline: bool,
    /// Its price for a second of sound; none = unknown.
    pub price: Option<Money>,
    /// It can be told the language.
    pub takes_language: bool,
    /// It is known to tell when each word was said; none = not known before it was asked.
    pub word_times: Option<bool>,
}

/// The models of the Voice room.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VoiceModels {
    /// Those that speak.
    pub speak: Vec<SpeechModel>,
    /// Those that listen.
    pub hear: Vec<HearingModel>,
    /// The one that speaks where none was chosen.
    pub default_speak: Option<String>,
    /// The one that listens where none was chosen.
    pub default_hear: Option<String>,
    /// The list is an old one, because of this.
    pub problem: Option<AppError>,
}

/// Under which the marked voices are kept.
const FAVOURITES: &str = "favourite_voices";

impl Studio {
    /// The models of the Voice room; `refresh` asks Venice again.
    pub async fn voice_models(&self, refresh: bool) -> Result<VoiceModels> {
        let payer = self.selected_payer().await?;
        let (listed, problem) = self.models_or_older(&payer, refresh).await?;
        let favourites = self.favourite_voices().await?;
        let account = payer.id.clone();
        let cloned = self.store(move |store| store.clones().of_account(&account)).await?;
        let marks = self.marks(&payer).await?;
        let of = |kind: ModelType| listed.models.iter().filter(move |model| model.model_type == kind);
        let mut speak: Vec<SpeechModel> =
            of(ModelType::Tts).map(|model| read::speaking(model, &favourites, &cloned)).collect();
        let mut hear: Vec<HearingModel> = of(ModelType::Asr).map(read::hearing).collect();
        let first_speaker = speak.iter().find(|model| !model.offline).map(|model| model.id.clone());
        let first_listener = hear.iter().find(|model| !model.offline).map(|model| model.id.clone());
        let chosen = |purpose| marks.default(purpose, &listed.models).map(str::to_owned);
        marks.favourites_first(&mut speak, |model| &model.id);
        marks.favourites_first(&mut hear, |model| &model.id);
        Ok(VoiceModels {
            default_speak: chosen(Purpose::Speak).or(first_speaker),
            default_hear: chosen(Purpose::Hear).or(first_listener),
            speak,
            hear,
            problem,
        })
    }

    /// Marks a voice of a model as a favourite, or no longer.
    pub async fn mark_voice(&self, model: String, voice: String, favourite: bool) -> Result<VoiceModels> {
        {
            // Two changes at once must not undo each other.
            let _turn = self.inner.settings_turn.lock().await;
            let mut favourites = self.favourite_voices().await?;
            let marked = favourites.entry(model).or_default();
            if favourite {
                marked.insert(voice);
            } else {
                marked.remove(&voice);
            }
            favourites.retain(|_, marked| !marked.is_empty());
            let value = serde_json::to_value(&favourites).map_err(AppError::internal)?;
            self.store(move |store| store.settings().set([(FAVOURITES.to_owned(), value)])).await?;
        }
        self.voice_models(false).await
    }

    async fn favourite_voices(&self) -> Result<Favourites> {
        let kept = self.store(|store| store.settings().get(FAVOURITES)).await?;
        Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default())
    }
}

/// A model that is to speak.
pub(super) struct Speaker {
    /// As the room shows it.
    pub model: SpeechModel,
    /// Its provider knows more voices than are listed.
    pub takes_foreign_voices: bool,
}

/// The model that is to speak; an error in Venice's own words where there is none, or it doesn't answer.
pub(super) fn speaker(models: &[Model], id: &str) -> Result<Speaker> {
    let found = models.iter().find(|model| model.id == id && model.model_type == ModelType::Tts);
    let model = found.ok_or_else(|| {
        AppError::venice(
            "MODEL_NOT_FOUND",
            "Venice doesn't list this model any more.",
            "Choose another model that speaks.",
        )
    })?;
    if model.spec.offline {
        return Err(AppError::venice(
            "MODEL_OFFLINE",
            "This model is offline.",
            "Choose another one, or try later.",
        ));
    }
    Ok(Speaker {
        model: read::speaking(model, &Favourites::new(), &[]),
        takes_foreign_voices: model.spec.supports_custom_voice_id == Some(true),
    })
}
