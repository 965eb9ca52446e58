//! Characters to talk with.

mod list;
mod reviews;

pub use list::{
    Character, CharacterOrder, CharacterStats, GetCharacterBySlug, ListCharacters, SortDirection,
};
pub use reviews::{CharacterReview, CharacterReviews, GetCharacterReviews, ReviewPage, ReviewSummary};
