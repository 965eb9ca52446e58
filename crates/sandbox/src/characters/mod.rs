//! The sandbox's characters: a small invented Venice, its people and what is said of them.

mod cast;
mod reviews;

pub(crate) use cast::CHARACTERS;
pub(crate) use reviews::Review;

use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;

use crate::{
    chance::{Chance, mix},
    moment,
};

/// A character.
#[derive(Debug)]
pub(crate) struct Character {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    /// `None`: nothing is said of it.
    pub(crate) description: Option<&'static str>,
    pub(crate) tags: &'static [&'static str],
    pub(crate) categories: &'static [&'static str],
    pub(crate) model: &'static str,
    pub(crate) adult: bool,
    pub(crate) featured: bool,
    /// Whether its model is one of those that the web app keeps for subscribers.
    pub(crate) pro: bool,
    pub(crate) web: bool,
    pub(crate) imports: u32,
    /// How often it got one star, two, … five.
    pub(crate) stars: [u32; 5],
    /// When it was made, such as `2026-03-01`.
    pub(crate) created: &'static str,
    /// What its picture shows.
    pub(crate) picture: &'static str,
}

/// The character with this slug, or this id.
pub(crate) fn find(name: &str) -> Option<&'static Character> {
    CHARACTERS.iter().find(|character| character.slug == name || character.id() == name)
}

impl Character {
    pub(crate) fn id(&self) -> String {
        Chance::new(mix(0, self.slug)).uuid()
    }

    /// Five letters that stand for who made it.
    pub(crate) fn author(&self) -> String {
        let mut chance = Chance::new(mix(1, self.slug));
        (0..5).filter_map(|_| char::from_digit(chance.below(36), 36)).collect()
    }

    pub(crate) fn created_at(&self) -> Timestamp {
        let mut chance = Chance::new(mix(2, self.slug));
        let day = moment::read_day(self.created).map(moment::start).unwrap_or_default();
        day.saturating_add(i64::from(chance.below(86_400_000)).milliseconds()).unwrap_or(day)
    }

    /// A few weeks later.
    pub(crate) fn updated_at(&self) -> Timestamp {
        let mut chance = Chance::new(mix(3, self.slug));
        let created = self.created_at();
        let later = i64::from(7 + chance.below(40)) * 24 * 3600 + i64::from(chance.below(86_400));
        created.saturating_add(later.seconds()).unwrap_or(created)
    }

    pub(crate) fn rating_count(&self) -> u32 {
        self.stars.iter().sum()
    }

    pub(crate) fn rating_sum(&self) -> u32 {
        self.stars.iter().zip(1..).map(|(count, stars)| count * stars).sum()
    }

    /// To two digits; zero where nobody rated it.
    pub(crate) fn average(&self) -> Decimal {
        let sum = Decimal::from(self.rating_sum());
        sum.checked_div(self.rating_count().into()).unwrap_or_default().round_dp(2)
    }

    /// What was said of it, the latest first.
    pub(crate) fn reviews(&self) -> Vec<Review> {
        reviews::of(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn each_character_is_one_of_its_own_on_a_model_that_is_there() {
        let catalogue = Catalogue::new();
        let mut ids = BTreeSet::new();
        for character in CHARACTERS {
            assert!(catalogue.find("text", character.model).is_some(), "{}", character.slug);
            assert!(ids.insert(character.id()), "{}", character.slug);
            assert!(moment::read_day(character.created).is_some(), "{}", character.slug);
            assert_eq!(character.author().len(), 5);
            assert!(character.created_at() < character.updated_at());
            assert_eq!(find(&character.id()).map(|found| found.slug), Some(character.slug));
        }
        assert!(find("nobody").is_none());
    }

    #[test]
    fn reviews_add_up_to_the_ratings_and_come_the_latest_first() {
        for character in CHARACTERS {
            let reviews = character.reviews();
            assert_eq!(reviews.len(), character.rating_count() as usize);
            assert_eq!(reviews.iter().map(|review| review.rating).sum::<u32>(), character.rating_sum());
            assert!(reviews.is_sorted_by(|one, two| one.created >= two.created));
            assert!(reviews.iter().all(|review| review.created > character.created_at()));
            assert_eq!(character.reviews(), reviews);
        }
    }
}
