//! The same change to many items, in one transaction.

use serde::{Deserialize, Serialize};

use store::PatchMany;

use super::{parse_all, tidy_tags};
use crate::{Result, Studio};

/// What is changed of many items; what is `None` or empty stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ItemsPatch {
    /// 0 to 5.
    pub rating: Option<u8>,
    /// Marked or not.
    pub favourite: Option<bool>,
    /// Tags that are added where they aren't there.
    pub add_tags: Vec<String>,
    /// Tags that are taken away.
    pub remove_tags: Vec<String>,
}

impl Studio {
    /// Changes many items alike. Those that are gone are passed over.
    pub async fn change_items(&self, ids: Vec<String>, patch: ItemsPatch) -> Result<()> {
        let ids = parse_all(&ids)?;
        let patch = PatchMany {
            rating: patch.rating.map(|rating| rating.min(5)),
            favourite: patch.favourite,
            add_tags: tidy_tags(patch.add_tags),
            remove_tags: patch.remove_tags,
        };
        self.store(move |store| store.library().change_many(&ids, patch)).await
    }
}
