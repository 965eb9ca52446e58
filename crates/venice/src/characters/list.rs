use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::data;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::{GET_CHARACTER_BY_SLUG, LIST_CHARACTERS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

open_enum! {
    /// What characters are sorted by.
    pub enum CharacterOrder {
        /// Those Venice shows.
        Featured = "featured",
        /// The best rated.
        HighestRating = "highestRating",
        /// Those rated well.
        HighlyRated = "highlyRated",
        /// Those rated well, and new.
        HighlyRatedAndRecent = "highlyRatedAndRecent",
        /// The most used.
        Imports = "imports",
        /// The newest.
        MostRecent = "mostRecent",
        /// The most rated.
        RatingCount = "ratingCount",
    }
}

open_enum! {
    /// In which direction characters are sorted.
    pub enum SortDirection {
        /// The least first.
        Ascending = "asc",
        /// The most first.
        Descending = "desc",
    }
}

/// Asks for characters.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListCharacters {
    /// Words in the name, the description or the tags: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub search: Option<String>,
    /// Tags, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 20), inner(length(max = 100))))]
    pub tags: Vec<String>,
    /// Categories, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 20), inner(length(max = 100))))]
    pub categories: Vec<String>,
    /// The models they speak with, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 20), inner(length(max = 200)), extend("x-model" = "text")))]
    pub model_id: Vec<String>,
    /// Whether they are for adults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_adult: Option<bool>,
    /// Whether they speak with a pro model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Whether they look into the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_web_enabled: Option<bool>,
    /// What they are sorted by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<CharacterOrder>,
    /// In which direction. Venice's default is desc.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<SortDirection>,
    /// How many: 1 to 100. Venice's default is 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    pub limit: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
}

debug_without_words!(ListCharacters { is_adult, is_pro, is_web_enabled, sort_by, sort_order, limit, offset });

/// Asks for one character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GetCharacterBySlug {
    /// The character's slug, such as alan-watts.
    pub slug: String,
}

/// A character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Character {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub id: Option<String>,
    /// What it is asked for with, in chats too.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is like.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub description: Option<String>,
    /// Who made it, without a name.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub author: Option<String>,
    /// The model it speaks with.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model_id: Option<String>,
    /// Its tags.
    #[serde(default, deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub tags: Vec<String>,
    /// Whether it is for adults.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub adult: bool,
    /// Whether Venice shows it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub featured: bool,
    /// Whether it looks into the web.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub web_enabled: bool,
    /// Where it can be seen.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub share_url: Option<String>,
    /// Its picture.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub photo_url: Option<String>,
    /// How it is liked.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = CharacterStats))]
    pub stats: CharacterStats,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub created_at: Option<Timestamp>,
    /// When it was changed.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub updated_at: Option<Timestamp>,
}

/// How a character is liked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct CharacterStats {
    /// Stars, 1 to 5.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub average_rating: Option<f64>,
    /// How often it was taken over.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub imports: Option<u32>,
    /// How often it was rated.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub rating_count: Option<u32>,
    /// All stars added up.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub rating_sum: Option<f64>,
    /// Stars of the account that asks.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub user_rating: Option<f64>,
}

impl ListCharacters {
    /// The first 50, in Venice's order.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those with this tag, or one of the others asked for.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Only those of this category, or one of the others asked for.
    #[must_use]
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.categories.push(category.into());
        self
    }

    /// Only those that speak with this model, or one of the others asked for.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model_id.push(model.into());
        self
    }

    setters! {
        /// Words in the name, the description or the tags.
        search: String;
        /// Whether they are for adults.
        is_adult: bool;
        /// Whether they speak with a pro model.
        is_pro: bool;
        /// Whether they look into the web.
        is_web_enabled: bool;
        /// What they are sorted by.
        sort_by: CharacterOrder;
        /// In which direction.
        sort_order: SortDirection;
        /// How many.
        limit: u32;
        /// How many to pass over.
        offset: u32;
    }
}

impl GetCharacterBySlug {
    /// Asks for the character with this slug.
    pub fn new(slug: impl Into<String>) -> Self {
        Self { slug: slug.into() }
    }
}

impl Request for ListCharacters {
    type Answer = Vec<Character>;

    const OPERATION: Operation = LIST_CHARACTERS;

    fn call(&self) -> Result<Call> {
        let invalid = |field, reason| Err(Error::invalid_input(field, reason).of(&LIST_CHARACTERS));
        if self.limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
            return invalid("limit", "is not between 1 and 100");
        }
        if self.search.as_ref().is_some_and(|search| search.chars().count() > 200) {
            return invalid("search", "has more than 200 characters");
        }
        let lists = [("tags", &self.tags), ("categories", &self.categories), ("modelId", &self.model_id)];
        if let Some((name, _)) = lists.iter().find(|(_, list)| list.len() > 20) {
            return invalid(name, "has more than 20 entries");
        }
        let call = Call::empty(LIST_CHARACTERS)
            .query("search", self.search.as_ref())
            .query("isAdult", self.is_adult)
            .query("isPro", self.is_pro)
            .query("isWebEnabled", self.is_web_enabled)
            .query("sortBy", self.sort_by.as_ref())
            .query("sortOrder", self.sort_order.as_ref())
            .query("limit", self.limit)
            .query("offset", self.offset);
        let values = lists.into_iter().flat_map(|(name, list)| list.iter().map(move |value| (name, value)));
        Ok(values.fold(call, |call, (name, value)| call.query(name, Some(value))))
    }

    /// Characters that can't be read are left out.
    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Vec<Character>> {
        lenient::entries(&body, "no list of characters")
    }
}

impl Request for GetCharacterBySlug {
    type Answer = Character;

    const OPERATION: Operation = GET_CHARACTER_BY_SLUG;

    fn call(&self) -> Result<Call> {
        Call::empty(GET_CHARACTER_BY_SLUG).path("slug", &self.slug)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Character> {
        data(&body, "no character")
    }
}

impl Client {
    /// Lists characters.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/characters/list>.
    pub async fn list_characters(&self, request: &ListCharacters) -> Result<Answer<Vec<Character>>> {
        self.send(request).await
    }

    /// One character.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/characters/get>.
    pub async fn get_character_by_slug(&self, request: &GetCharacterBySlug) -> Result<Answer<Character>> {
        self.send(request).await
    }
}
