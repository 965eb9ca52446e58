//! What was made from what: all that hangs together with an item.

use serde::{Deserialize, Serialize};
pub use store::Role;

use super::{parse, view::ItemView, view_of};
use crate::{Result, Studio};

/// More than these are not told.
const MOST: usize = 200;

/// One making from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineageLink {
    /// What was made.
    pub child: String,
    /// From what. It may be gone for good, and then isn't among the items.
    pub parent: String,
    /// As what the parent served.
    pub role: Role,
}

/// All that hangs together with an item, by links up and down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineageTree {
    /// The items, oldest first; those in the trash too.
    pub items: Vec<ItemView>,
    /// The links between them.
    pub links: Vec<LineageLink>,
    /// The nearest 200 are told; so many more hang on these. 0 = these are all.
    pub left_out: u32,
}

impl Studio {
    /// All that an item was made from and all that was made from it, near and far.
    pub async fn item_lineage(&self, id: String) -> Result<LineageTree> {
        let id = parse(&id)?;
        let family = self.store(move |store| store.library().family(id, MOST)).await?;
        let link = |link: store::Link| LineageLink {
            child: link.child.to_string(),
            parent: link.parent.to_string(),
            role: link.role,
        };
        Ok(LineageTree {
            items: family.items.iter().map(view_of).collect(),
            links: family.links.into_iter().map(link).collect(),
            left_out: family.left_out,
        })
    }
}
