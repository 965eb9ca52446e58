use std::collections::{HashSet, VecDeque};

use rusqlite::Connection;

use crate::error::Result;
use crate::ids::ItemId;
use crate::tables::items::{self, Item};
use crate::tables::lineage::{self, Link};

/// All that hangs together with an item, by links up and down.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The items, first made first; those in the trash too.
    pub items: Vec<Item>,
    /// The links between them, and those to parents that are gone for good.
    pub links: Vec<Link>,
    /// How many more hang on those that are told; 0 = these are all.
    pub left_out: u32,
}

/// The nearest items first, at most so many.
pub(super) fn of(db: &Connection, id: ItemId, most: usize) -> Result<Family> {
    let mut family = Family { items: vec![items::get(db, id)?], links: Vec::new(), left_out: 0 };
    let mut seen = HashSet::from([id]);
    let mut gone = HashSet::new();
    let mut left_out = HashSet::new();
    let mut waiting = VecDeque::from([id]);
    let mut links = HashSet::new();
    while let Some(next) = waiting.pop_front() {
        for link in lineage::links(db, next)? {
            links.insert(link);
            let other = if link.child == next { link.parent } else { link.child };
            if seen.contains(&other) || gone.contains(&other) || left_out.contains(&other) {
                continue;
            }
            match items::find(db, other)? {
                None => drop(gone.insert(other)),
                Some(_) if seen.len() >= most => drop(left_out.insert(other)),
                Some(item) => {
                    seen.insert(other);
                    family.items.push(item);
                    waiting.push_back(other);
                }
            }
        }
    }
    family.left_out = u32::try_from(left_out.len()).unwrap_or(u32::MAX);
    family.items.sort_by_key(|item| (item.made_at, item.id));
    let is_told = |link: &Link| {
        seen.contains(&link.child) && (seen.contains(&link.parent) || gone.contains(&link.parent))
    };
    family.links = links.into_iter().filter(is_told).collect();
    family.links.sort_by_key(|link| (link.child, link.role, link.parent));
    Ok(family)
}
