//! The whole of a query in a few bytes an item: enough to lay out a wall of a hundred thousand pictures.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    count, day_of,
    view::{DaySummary, LibraryQuery},
};
use crate::{Result, Studio};

/// All items of a query in its order, packed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryShape {
    /// How many items there are.
    pub total: u32,
    /// Base64; 16 bytes for each item, its id as a UUID in the usual byte order.
    pub ids: String,
    /// Base64; 2 bytes for each item, little end first: width by height in hundredths, 100 where it isn't known.
    pub ratios: String,
    /// The days, in the order of the items where these go by time; empty where they don't.
    pub days: Vec<DaySummary>,
}

impl Studio {
    /// All items of a query, packed. Cursor and limit are left aside.
    pub async fn library_shape(&self, query: LibraryQuery) -> Result<LibraryShape> {
        let shape = self.store(move |store| store.library().shape(&query)).await?;
        Ok(LibraryShape {
            total: count(shape.ratios.len() as u64 / 2),
            ids: BASE64_STANDARD.encode(shape.ids),
            ratios: BASE64_STANDARD.encode(shape.ratios),
            days: shape.days.iter().map(day_of).collect(),
        })
    }
}
