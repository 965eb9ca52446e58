//! What the user has marked many items with: read before it is changed, so that it can be put back.

use serde::{Deserialize, Serialize};
use store::ItemId;

use crate::{Result, Studio};

/// How many items are read at once.
const AT_ONCE: usize = 500;

/// An item's rating, mark and tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemMarks {
    /// The item.
    pub id: String,
    /// 0 to 5.
    pub rating: u8,
    /// Marked by the user.
    pub favourite: bool,
    /// The user's tags.
    pub tags: Vec<String>,
}

impl Studio {
    /// What these items are marked with, in the order asked for; those that are gone are left out.
    pub async fn item_marks(&self, ids: Vec<String>) -> Result<Vec<ItemMarks>> {
        let ids: Vec<ItemId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let marks = |item: store::Item| ItemMarks {
            id: item.id.to_string(),
            rating: item.rating,
            favourite: item.favourite,
            tags: item.tags,
        };
        // Whole items are large: of a hundred thousand only so many are in memory at once.
        self.store(move |store| {
            let mut all = Vec::with_capacity(ids.len());
            for some in ids.chunks(AT_ONCE) {
                all.extend(store.library().get_many(some)?.into_iter().map(marks));
            }
            Ok(all)
        })
        .await
    }
}
