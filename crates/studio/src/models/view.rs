//! What the Models room shows.

use serde::{Deserialize, Serialize};

use crate::{AppError, money::Money};

/// What a model can be the default of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Answers in conversations.
    Chat,
    /// Pictures from words.
    Picture,
    /// Pictures from pictures.
    Edit,
    /// Films from words.
    FilmText,
    /// Films from a picture.
    FilmImage,
    /// Films that keep to pictures, films or sounds.
    FilmReference,
    /// Films from films.
    FilmChange,
    /// Larger films.
    FilmUpscale,
    /// Music.
    Music,
    /// Noises.
    Sounds,
    /// Spoken prompts of the Music room.
    MusicSpeech,
    /// Spoken texts.
    Speak,
    /// Transcripts.
    Hear,
}

impl Purpose {
    /// Those of the Film room.
    pub(crate) const FILMS: [Self; 5] =
        [Self::FilmText, Self::FilmImage, Self::FilmReference, Self::FilmChange, Self::FilmUpscale];
    /// Those of the Music room.
    pub(crate) const MUSIC: [Self; 3] = [Self::Music, Self::Sounds, Self::MusicSpeech];
}

/// What a price is for, so that models can be compared by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PriceUnit {
    /// One picture.
    Picture,
    /// 1,000 words.
    ThousandWords,
    /// A minute of sound or film.
    Minute,
    /// A piece of whatever length.
    Piece,
}

/// What was assumed to make a price comparable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Assumed {
    /// Nothing but a multiplication.
    Nothing,
    /// A tier of size, and perhaps of quality.
    Tier {
        /// Such as `1K` or `1K, high`.
        tier: String,
    },
    /// The cheapest of several tiers.
    Lowest,
    /// 1,000 words are so many tokens.
    Tokens {
        /// How many.
        tokens: u32,
    },
    /// 1,000 words are so many characters.
    Characters {
        /// How many.
        characters: u32,
    },
    /// The price of a piece of this length.
    Length {
        /// Seconds.
        seconds: u32,
    },
    /// Venice's quote for a film like this.
    Film {
        /// Seconds.
        seconds: u32,
        /// A tier of size, such as `720p`.
        resolution: Option<String>,
        /// When Venice was asked.
        asked_at: String,
    },
}

/// A price that can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Comparable {
    /// For one unit; of words, read and as many written.
    pub amount: Money,
    /// What it is for.
    pub unit: PriceUnit,
    /// The part for words that are read.
    pub read: Option<Money>,
    /// The part for words that are written.
    pub written: Option<Money>,
    /// What was assumed.
    pub assumed: Assumed,
}

/// What a price of the list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PricePart {
    /// A picture or a piece of music that is made.
    Making,
    /// An edit.
    Editing,
    /// Making larger; its detail is by how much.
    Enlarging,
    /// A picture in a tier of size.
    Resolution,
    /// A picture in a tier of size and quality.
    Quality,
    /// Each further picture that goes in; its detail is how many are covered.
    MorePictures,
    /// Tokens read.
    Read,
    /// Tokens written.
    Written,
    /// Tokens read from the cache.
    CacheRead,
    /// Tokens put in the cache.
    CacheWritten,
    /// Tokens read of a long prompt; its detail is from how many tokens on.
    LongRead,
    /// Tokens written after a long prompt.
    LongWritten,
    /// Tokens of a long prompt read from the cache.
    LongCacheRead,
    /// Tokens of a long prompt put in the cache.
    LongCacheWritten,
    /// Characters spoken.
    Spoken,
    /// A second of music.
    Second,
    /// A second of sound that is transcribed.
    HeardSecond,
    /// A piece of music of some length; its detail is which, in seconds.
    Length,
}

/// How much of something a price of the list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PricePer {
    /// One.
    One,
    /// A thousand characters.
    ThousandCharacters,
    /// A million characters.
    MillionCharacters,
    /// A million tokens.
    MillionTokens,
    /// A second.
    Second,
}

/// A price as the list has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PriceLine {
    /// What for.
    pub part: PricePart,
    /// More about that.
    pub detail: Option<String>,
    /// How much.
    pub amount: Money,
    /// For how much of it.
    pub per: PricePer,
}

/// What a model can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Sees pictures.
    Vision,
    /// Hears.
    Hearing,
    /// Sees films.
    Watching,
    /// Thinks before it answers.
    Reasoning,
    /// Calls functions.
    Tools,
    /// Answers by a schema.
    Structured,
    /// Searches the web.
    WebSearch,
    /// Searches X.
    XSearch,
    /// Made for code.
    Code,
    /// Tells how probable its words were.
    Probabilities,
    /// Runs in attested hardware.
    Attested,
    /// Can be encrypted up to that hardware.
    Encrypted,
    /// Takes pictures for their style.
    StyleReferences,
    /// Makes sound with the film.
    Sound,
    /// Sings given words.
    Lyrics,
    /// Can be kept from singing.
    Instrumental,
    /// Makes loops.
    Loops,
    /// Clones voices.
    Cloning,
}

/// When a model goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Retirement {
    /// When it is gone, where that is told.
    pub at: Option<String>,
    /// The id of the model to use instead.
    pub replacement: Option<String>,
    /// Venice answers with the replacement by itself from then on.
    pub by_itself: bool,
}

/// A model as the room shows it. What isn't told is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelEntry {
    /// Venice's id.
    pub id: String,
    /// The name people know.
    pub name: String,
    /// What it makes, as Venice names kinds: `text`, `image` …
    pub kind: String,
    /// What it can be the default of.
    pub purpose: Option<Purpose>,
    /// Venice's sentence about it.
    pub description: Option<String>,
    /// `private`, `anonymized` or a word we don't know yet.
    pub privacy: Option<String>,
    /// In beta.
    pub beta: bool,
    /// Next to no content rules of its own.
    pub uncensored: bool,
    /// Not answering at present.
    pub offline: bool,
    /// Venice's traits, such as `default` or `fastest`.
    pub traits: Vec<String>,
    /// What it can do.
    pub capabilities: Vec<Capability>,
    /// The most tokens it reads.
    pub context_tokens: Option<u32>,
    /// The most tokens it writes.
    pub most_written: Option<u32>,
    /// The most characters of a prompt.
    pub prompt_limit: Option<u32>,
    /// Tiers of size.
    pub resolutions: Vec<String>,
    /// Width to height.
    pub aspect_ratios: Vec<String>,
    /// Lengths of a film, such as `5s`.
    pub durations: Vec<String>,
    /// How many voices it has.
    pub voices: u32,
    /// The file formats it writes.
    pub formats: Vec<String>,
    /// The number format of its weights.
    pub quantization: Option<String>,
    /// The dimensions of an embedding.
    pub dimensions: Option<u32>,
    /// Country codes it is meant for, where it isn't meant for all.
    pub regions: Vec<String>,
    /// Where it comes from: an address.
    pub source: Option<String>,
    /// When Venice took it up.
    pub added_at: Option<String>,
    /// When it goes, where that is planned.
    pub retirement: Option<Retirement>,
    /// The price to compare by; none = unknown, or only quoted.
    pub price: Option<Comparable>,
    /// Its price can be asked for: the list has none.
    pub is_quoted: bool,
    /// The prices of the list.
    pub prices: Vec<PriceLine>,
    /// The list has prices that this version can't read.
    pub more_prices: bool,
}

/// A model that is used where a form has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DefaultModel {
    /// Where.
    pub purpose: Purpose,
    /// Its id.
    pub model: String,
}

/// What the user marked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelMarks {
    /// The ids of favourites, of all accounts.
    pub favourites: Vec<String>,
    /// The defaults; the sandbox has its own.
    pub defaults: Vec<DefaultModel>,
}

/// All models of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelsPage {
    /// In Venice's order.
    pub models: Vec<ModelEntry>,
    /// What the user marked.
    pub marks: ModelMarks,
    /// When Venice was last asked.
    pub fetched_at: String,
    /// Their prices are pretend money.
    pub pretend: bool,
    /// Whose list it is.
    pub account: String,
    /// The list is an old one, because of this.
    pub problem: Option<AppError>,
}

/// What became of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It wasn't listed before.
    New,
    /// Some of its prices rose, none fell.
    Dearer,
    /// Some of its prices fell, none rose.
    Cheaper,
    /// Its prices changed otherwise.
    Repriced,
    /// It will go, or on another day than was said.
    Retiring,
    /// It was to go and stays.
    Stays,
    /// It is no longer listed.
    Gone,
}

/// A price that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PriceChange {
    /// What for.
    pub part: PricePart,
    /// More about that.
    pub detail: Option<String>,
    /// For how much of it.
    pub per: PricePer,
    /// What it was; none = there was no such price.
    pub before: Option<Money>,
    /// What it is.
    pub after: Option<Money>,
}

/// Something that changed about a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelChange {
    /// Its id.
    pub model: String,
    /// Its name, the last it had.
    pub name: String,
    /// What it makes, as Venice names kinds.
    pub kind: String,
    /// What became of it.
    pub change: ChangeKind,
    /// When a list first said so.
    pub at: String,
    /// The prices that changed.
    pub prices: Vec<PriceChange>,
    /// When it goes, of one that does or did.
    pub retirement: Option<Retirement>,
}

/// What changed in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelChanges {
    /// Since when; none where no list was ever read.
    pub since: Option<String>,
    /// The last first.
    pub changes: Vec<ModelChange>,
}
