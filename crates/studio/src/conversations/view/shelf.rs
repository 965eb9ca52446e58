//! What conversations are begun with: presets, saved prompts, characters.

use serde::{Deserialize, Serialize};

use super::ChatSettings;

/// Settings under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChatPreset {
    /// Its id; empty for one that is to be made.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The settings.
    pub settings: ChatSettings,
}

/// Words that are used again. `{{name}}` in them is asked for when they are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SavedPrompt {
    /// Its id; empty for one that is to be made.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The words.
    pub text: String,
    /// The names in them, in order.
    pub variables: Vec<String>,
}

/// A character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharacterView {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// The model that speaks for it.
    pub model: Option<String>,
    /// For adults.
    pub adult: bool,
    /// Venice shows it in front.
    pub featured: bool,
    /// It searches the web.
    pub web_enabled: bool,
    /// 1 to 5.
    pub rating: Option<f64>,
    /// How many rated it.
    pub ratings: Option<u32>,
    /// The media server serves its picture under `/character/SLUG`.
    pub has_picture: bool,
}

/// Which characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct CharacterQuery {
    /// Words.
    pub search: String,
    /// Any of these.
    pub tags: Vec<String>,
    /// Those for adults as well.
    pub adult: bool,
    /// Only those that search the web.
    pub web_enabled: bool,
    /// `featured`, `highestRating`, `imports`, `createdAt`, …: Venice's own words.
    pub sort_by: Option<String>,
    /// How many to leave out.
    pub offset: u32,
}

/// Some characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharactersPage {
    /// The characters.
    pub characters: Vec<CharacterView>,
    /// There may be more.
    pub more: bool,
}

/// What people say of a character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharacterReviewsPage {
    /// The reviews.
    pub reviews: Vec<CharacterReviewView>,
    /// The mean of all.
    pub rating: Option<f64>,
    /// How many there are.
    pub total: u32,
    /// The next page's number.
    pub next: Option<u32>,
}

/// What somebody says of a character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharacterReviewView {
    /// Its id.
    pub id: String,
    /// 1 to 5.
    pub rating: Option<u32>,
    /// The words.
    pub message: String,
    /// Who says it.
    pub username: Option<String>,
    /// RFC 3339.
    pub created_at: Option<String>,
}
