use serde::{Deserialize, Serialize};

use super::cursor;
use super::filter::{Filter, Sets};
use super::index::Entry;
use crate::Store;
use crate::error::Result;
use crate::money::Currency;
use crate::tables::items::{self, Item, MediaKind, Origin};
use crate::tables::text_enum;

text_enum! {
    /// In which order a page goes.
    #[serde(rename = "LibrarySort")]
    Sort {
        /// Last made first.
        Newest = "newest",
        /// First made first.
        Oldest = "oldest",
        /// By title, A first.
        Title = "title",
        /// Largest file first.
        Size = "size",
        /// Best rated first.
        Rating = "rating",
    }
}

/// What items cost. Amounts of different currencies are never compared, nor pretend ones with real ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CostFilter {
    /// Nothing was paid for it.
    Free,
    /// What it cost isn't known.
    Unknown,
    /// It cost an amount of this currency, estimated or charged.
    Between {
        /// Of this currency.
        currency: Currency,
        /// The sandbox's money.
        pretend: bool,
        /// Decimal text; at least this much.
        min: Option<String>,
        /// Decimal text; at most this much.
        max: Option<String>,
    },
}

/// Which items, in which order. `Debug` is not derived: the text is the user's.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "LibraryQuery")]
pub struct Query {
    /// Words to find in title, prompt, model, tags and notes; all of them must be there.
    pub text: Option<String>,
    /// Only of this kind.
    pub kind: Option<MediaKind>,
    /// Only of this origin.
    pub origin: Option<Origin>,
    /// Only of this model.
    pub model: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only those on this board, by its id.
    #[serde(default)]
    pub board: Option<String>,
    /// Only favourites.
    pub favourite: bool,
    /// Only with this rating or more; 0 for all.
    pub min_rating: u8,
    /// Only with this rating or less; 0 for those without one.
    #[serde(default)]
    pub max_rating: Option<u8>,
    /// Only made on this local day or later, YYYY-MM-DD.
    #[serde(default)]
    pub from_day: Option<String>,
    /// Only made on this local day or before, YYYY-MM-DD.
    #[serde(default)]
    pub to_day: Option<String>,
    /// Only with this many pixels or more.
    #[serde(default)]
    pub min_pixels: Option<u32>,
    /// Only with this many pixels or fewer.
    #[serde(default)]
    pub max_pixels: Option<u32>,
    /// Only with a file of this many bytes or more.
    #[serde(default)]
    pub min_bytes: Option<u64>,
    /// Only with a file of this many bytes or fewer.
    #[serde(default)]
    pub max_bytes: Option<u64>,
    /// Only what cost this.
    #[serde(default)]
    pub cost: Option<CostFilter>,
    /// Those in the trash, instead of those that aren't.
    pub trashed: bool,
    /// The order.
    pub sort: Sort,
    /// The `next` of the page before, asked with the same query.
    pub cursor: Option<String>,
    /// How many at most, 1 to 500.
    pub limit: u32,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            text: None,
            kind: None,
            origin: None,
            model: None,
            tag: None,
            board: None,
            favourite: false,
            min_rating: 0,
            max_rating: None,
            from_day: None,
            to_day: None,
            min_pixels: None,
            max_pixels: None,
            min_bytes: None,
            max_bytes: None,
            cost: None,
            trashed: false,
            sort: Sort::Newest,
            cursor: None,
            limit: 100,
        }
    }
}

/// Some of the items of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
    /// How many items the whole query has.
    pub total: u64,
}

pub(super) fn page(store: &Store, query: &Query) -> Result<Page> {
    let after = query.cursor.as_deref().map(|text| cursor::read(query.sort, text)).transpose()?;
    let limit = query.limit.clamp(1, 500) as usize;
    let sets = Sets::of(store.database(), query)?;
    let looking = store.index().look(store.database())?;
    let entries = looking.entries()?;
    let Some(filter) = Filter::of(query, sets, entries)? else {
        return Ok(Page { items: Vec::new(), next: None, total: 0 });
    };
    let (order, descending) = cursor::order_of(query.sort);
    let takes = |(row, entry): &(u32, &Entry)| filter.takes(*row, entry);
    let mut total = 0;
    let mut found = entries.walk(order, descending, after.as_ref()).filter(takes);
    let mut wanted = Vec::with_capacity(limit);
    let mut next = None;
    for (row, entry) in found.by_ref() {
        total += 1;
        if wanted.len() == limit {
            next = wanted
                .last()
                .and_then(|(row, _)| entries.get(*row))
                .map(|last| cursor::write(query.sort, last));
            break;
        }
        wanted.push((row, entry.id));
    }
    total += found.count() as u64;
    if after.is_some() {
        total = entries.walk(order, descending, None).filter(takes).count() as u64;
    }
    drop(looking);
    Ok(Page { items: store.database().read(|db| items::at_rows(db, &wanted))?, next, total })
}
