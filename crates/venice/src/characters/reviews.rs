use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::operation::{GET_CHARACTER_REVIEWS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Asks what people say of a character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetCharacterReviews {
    /// The character's slug, such as alan-watts.
    pub slug: String,
    /// The page, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub page: Option<u32>,
    /// Reviews on a page: 1 to 100. Venice's default is 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    pub page_size: Option<u32>,
}

/// What people say of a character.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct CharacterReviews {
    /// The reviews of this page that could be read.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<CharacterReview>))]
    pub data: Vec<CharacterReview>,
    /// Where this page stands.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = ReviewPage))]
    pub pagination: ReviewPage,
    /// All reviews in two numbers.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = ReviewSummary))]
    pub summary: ReviewSummary,
}

/// What one person says of a character.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CharacterReview {
    /// Its id.
    pub id: String,
    /// The character's id.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub character_id: Option<String>,
    /// Stars, 1 to 5.
    #[serde(default, deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub rating: Option<u32>,
    /// In words. Never shown by `Debug`.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub message: Option<String>,
    /// The language the person uses.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub locale: Option<String>,
    /// The name the person chose. Never shown by `Debug`.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub username: Option<String>,
    /// The person's picture. Never shown by `Debug`.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub user_avatar_url: Option<String>,
    /// Whether it was written by the account that asks.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub is_owner: bool,
    /// When it was written.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub created_at: Option<Timestamp>,
}

impl fmt::Debug for CharacterReview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CharacterReview")
            .field("id", &self.id)
            .field("rating", &self.rating)
            .finish_non_exhaustive()
    }
}

/// Where a page of reviews stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct ReviewPage {
    /// This page, counted from 1.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub page: Option<u32>,
    /// Reviews on a page.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub page_size: Option<u32>,
    /// Reviews on all pages.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub total: Option<u32>,
    /// Pages.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub total_pages: Option<u32>,
}

/// All reviews of a character in two numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct ReviewSummary {
    /// Stars, 1 to 5.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub average_rating: Option<f64>,
    /// How many there are.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub total_reviews: Option<u32>,
}

impl GetCharacterReviews {
    /// The first 20 reviews of the character with this slug.
    pub fn new(slug: impl Into<String>) -> Self {
        Self { slug: slug.into(), page: None, page_size: None }
    }

    setters! {
        /// The page, counted from 1.
        page: u32;
        /// Reviews on a page.
        page_size: u32;
    }
}

impl Request for GetCharacterReviews {
    type Answer = CharacterReviews;

    const OPERATION: Operation = GET_CHARACTER_REVIEWS;

    fn call(&self) -> Result<Call> {
        let invalid = |field, reason| Err(Error::invalid_input(field, reason).of(&GET_CHARACTER_REVIEWS));
        if self.page == Some(0) {
            return invalid("page", "is counted from 1");
        }
        if self.page_size.is_some_and(|size| !(1..=100).contains(&size)) {
            return invalid("page_size", "is not between 1 and 100");
        }
        let call = Call::empty(GET_CHARACTER_REVIEWS).path("slug", &self.slug)?;
        Ok(call.query("page", self.page).query("pageSize", self.page_size))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<CharacterReviews> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no reviews", None))
    }
}

impl Client {
    /// What people say of a character.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/characters/reviews>.
    pub async fn get_character_reviews(
        &self,
        request: &GetCharacterReviews,
    ) -> Result<Answer<CharacterReviews>> {
        self.send(request).await
    }
}
