//! What is said of a character.

use jiff::{Timestamp, ToSpan};

use super::Character;
use crate::chance::{Chance, mix};

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    /// From 1 to 5.
    pub(crate) rating: u32,
    pub(crate) message: Option<&'static str>,
    pub(crate) locale: Option<&'static str>,
    pub(crate) username: String,
}

/// What is said with so many stars.
const SAID: [&[&str]; 5] = [
    &["Talked about the weather on the lagoon. I had asked about my tax return.", "Would not stop humming."],
    &["Kind, but slow. The vaporetto is faster.", "Forgot twice what I had asked."],
    &[
        "Good company on a rainy day, less so on a busy one.",
        "Has one story too many.",
        "Fair, neither more nor less.",
    ],
    &[
        "Knows every bridge, and most of what is under it.",
        "Patient with beginners.",
        "Better in the evening than in the morning, as am I.",
        "Buon compagno di viaggio.",
    ],
    &[
        "I came for a question and stayed for an hour.",
        "Calm, exact, and funny where it helps.",
        "The best quarter of an hour of my day.",
        "Sehr angenehm, und nie belehrend.",
        "Precise answers, and a good ear for what I meant.",
    ],
];

const NAMES: [&str; 10] = [
    "lagoon_walker",
    "third_bridge",
    "salt_and_rope",
    "acqua_alta",
    "lamp_on_the_quay",
    "paper_boat",
    "north_wind",
    "mooring_post",
    "quiet_rio",
    "red_umbrella",
];

pub(super) fn of(character: &Character) -> Vec<Review> {
    let mut chance = Chance::new(mix(4, character.slug));
    let mut ratings: Vec<u32> =
        character.stars.iter().zip(1..).flat_map(|(count, stars)| (0..*count).map(move |_| stars)).collect();
    for place in (1..ratings.len()).rev() {
        let other = chance.below(u32::try_from(place + 1).unwrap_or(1)) as usize;
        ratings.swap(place, other);
    }
    let mut created = character.created_at();
    let mut reviews: Vec<Review> = ratings
        .into_iter()
        .map(|rating| {
            let later = i64::from(3600 + chance.below(5 * 86_400));
            created = created.saturating_add(later.seconds()).unwrap_or(created);
            let said = SAID[(rating - 1) as usize];
            let name = NAMES[chance.below(10) as usize];
            Review {
                id: chance.uuid(),
                created,
                rating,
                message: chance.happens(0.8).then(|| said[chance.below(said.len() as u32) as usize]),
                locale: [Some("en"), Some("it"), Some("de"), Some("en"), None][chance.below(5) as usize],
                username: format!("{name}_{}", 10 + chance.below(90)),
            }
        })
        .collect();
    reviews.reverse();
    reviews
}
