use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use super::words;
use crate::error::Result;
use crate::tables::items::{self, Item, MediaKind, Origin};
use crate::tables::{from_sql_count, text_enum};

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
    }
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
    /// Only favourites.
    pub favourite: bool,
    /// Only with this rating or more; 0 for all.
    pub min_rating: u8,
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
            favourite: false,
            min_rating: 0,
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

/// A WHERE clause over `items i` and its values.
pub(super) struct Filter {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Filter {
    /// None when the query has text in which there is nothing to look for: then nothing is found.
    pub(super) fn of(query: &Query) -> Option<Self> {
        let mut filter = Self { sql: "i.trashed = ?".into(), values: vec![i64::from(query.trashed).into()] };
        if let Some(kind) = query.kind {
            filter.and("i.kind = ?", kind.as_str().to_owned());
        }
        if let Some(origin) = query.origin {
            filter.and("i.origin = ?", origin.as_str().to_owned());
        }
        if let Some(model) = &query.model {
            filter.and("i.model = ?", model.clone());
        }
        if query.favourite {
            filter.and("i.favourite = ?", 1);
        }
        if query.min_rating > 0 {
            filter.and("i.rating >= ?", i64::from(query.min_rating));
        }
        if let Some(tag) = &query.tag {
            filter.and("i.row IN (SELECT item FROM item_tags WHERE tag = ?)", tag.clone());
        }
        if let Some(text) = query.text.as_deref().filter(|text| !text.trim().is_empty()) {
            filter.and("i.row IN (SELECT rowid FROM words WHERE words MATCH ?)", words::expression(text)?);
        }
        Some(filter)
    }

    fn and(&mut self, sql: &str, value: impl Into<Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.push(value.into());
    }
}

pub(super) fn page(db: &Connection, query: &Query) -> Result<Page> {
    let cursor = query.cursor.as_deref().map(|text| Cursor::read(query.sort, text)).transpose()?;
    let Some(filter) = Filter::of(query) else {
        return Ok(Page { items: Vec::new(), next: None, total: 0 });
    };
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM items i WHERE {}", filter.sql))?
        .query_row(params_from_iter(&filter.values), |row| row.get(0))
        .map(from_sql_count)?;

    let (key, compare, direction) = match query.sort {
        Sort::Newest => ("made_at", "<", "DESC"),
        Sort::Oldest => ("made_at", ">", "ASC"),
        Sort::Title => ("title_key", ">", "ASC"),
        Sort::Size => ("bytes", "<", "DESC"),
    };
    let Filter { mut sql, mut values } = filter;
    if let Some(cursor) = cursor {
        let _ = write!(sql, " AND (i.{key}, i.id) {compare} (?, ?)");
        values.push(cursor.key);
        values.push(cursor.id.to_string().into());
    }
    let limit = query.limit.clamp(1, 500);
    values.push(Value::Integer(i64::from(limit) + 1));
    let limit = limit as usize;
    // The ids are found on an index alone; only the rows of the page are read.
    let sql = format!(
        "WITH page AS MATERIALIZED (
            SELECT i.row FROM items i WHERE {sql} ORDER BY i.{key} {direction}, i.id {direction} LIMIT ?
         )
         SELECT {} FROM page CROSS JOIN items i ON i.row = page.row {}
         ORDER BY i.{key} {direction}, i.id {direction}",
        items::columns(),
        items::JOINED
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut items = Vec::with_capacity(limit);
    let mut next = None;
    while let Some(row) = rows.next()? {
        if items.len() == limit {
            next = items.last().map(|last| Cursor::write(query.sort, last));
            break;
        }
        items.push(items::read(row)?);
    }
    Ok(Page { items, next, total })
}
