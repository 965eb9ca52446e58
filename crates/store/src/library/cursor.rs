use rusqlite::types::Value;

use super::Sort;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::library::words;
use crate::tables::items::Item;

/// The last item of a page: the next begins after it. As text `SORT.ID.KEY`.
pub(super) struct Cursor {
    pub(super) key: Value,
    pub(super) id: ItemId,
}

impl Cursor {
    pub(super) fn write(sort: Sort, last: &Item) -> String {
        let key = match sort {
            Sort::Newest | Sort::Oldest => last.made_at.as_millisecond().to_string(),
            Sort::Size => last.file.bytes.to_string(),
            Sort::Title => words::sort_key(&last.title),
        };
        format!("{}.{}.{key}", sort.as_str(), last.id)
    }

    pub(super) fn read(sort: Sort, text: &str) -> Result<Self> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(Error::BadCursor);
        if next()? != sort.as_str() {
            return Err(Error::BadCursor);
        }
        let id = next()?.parse().map_err(|_| Error::BadCursor)?;
        let key = next()?;
        let key = match sort {
            Sort::Title => Value::Text(key.to_owned()),
            _ => Value::Integer(key.parse().map_err(|_| Error::BadCursor)?),
        };
        Ok(Self { key, id })
    }
}
