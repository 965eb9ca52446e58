//! Items of the library as the front end sees them.

use serde::{Deserialize, Serialize};
pub use store::{MediaKind, Origin, Query as LibraryQuery};

use crate::{AppError, money::Money, pictures::request::PictureRequest};

/// An item in a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: MediaKind,
    /// Where it came from.
    pub origin: Origin,
    /// A name, the user's or ours.
    pub title: String,
    /// The words that asked for it.
    pub prompt: Option<String>,
    /// The model that made it.
    pub model: Option<String>,
    /// Its media type.
    pub mime: String,
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
    /// Length of sound and film, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The file's size.
    pub bytes: u64,
    /// Some of it is transparent.
    pub has_alpha: bool,
    /// Base64; a few bytes to paint while the thumbnail loads.
    pub thumbhash: Option<String>,
    /// RFC 3339.
    pub made_at: String,
    /// The local day, YYYY-MM-DD.
    pub day: String,
    /// What it cost.
    pub cost: Option<Money>,
    /// True when `cost` is by the price list and not yet confirmed by a charge.
    pub cost_is_estimate: bool,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// 0 to 5.
    pub rating: u8,
    /// Marked by the user.
    pub favourite: bool,
    /// RFC 3339; in the trash since.
    pub trashed_at: Option<String>,
    /// The seed, where one is known.
    pub seed: Option<i64>,
}

/// A line of the recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RecipeField {
    /// Its English name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is known of how an item was paid for and answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReceiptView {
    /// The job that made it.
    pub job: Option<String>,
    /// The account that paid.
    pub account: Option<String>,
    /// The id in the answer's body; the ledger knows it.
    pub answer_id: Option<String>,
    /// For Venice's support.
    pub request_id: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// From sending to the last byte.
    pub took_ms: Option<u64>,
    /// What this item cost.
    pub cost: Option<Money>,
    /// What was expected.
    pub estimate: Option<Money>,
    /// The prompt as Venice rewrote it, where it did.
    pub enhanced_prompt: Option<String>,
    /// Venice blurred it for being adult.
    pub blurred: bool,
    /// Venice's warnings.
    pub warnings: Vec<String>,
}

/// The file behind an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FileView {
    /// Its name.
    pub name: String,
    /// Its whole path.
    pub path: String,
    /// BLAKE3 of its bytes, hex.
    pub blake3: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it is where it should be.
    pub exists: bool,
}

/// All that is known of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemDetails {
    /// The item.
    pub item: ItemView,
    /// The user's tags.
    pub tags: Vec<String>,
    /// The user's notes.
    pub notes: String,
    /// The ids of the boards it is on.
    pub boards: Vec<String>,
    /// The request that made it, where we made it.
    pub request: Option<PictureRequest>,
    /// The recipe in display order.
    pub recipe: Vec<RecipeField>,
    /// How it was paid for.
    pub receipt: Option<ReceiptView>,
    /// What it was made from.
    pub parents: Vec<ItemView>,
    /// What was made from it.
    pub children: Vec<ItemView>,
    /// Its file.
    pub file: FileView,
}

/// What the user changes; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ItemPatch {
    /// A new title.
    pub title: Option<String>,
    /// 0 to 5.
    pub rating: Option<u8>,
    /// Marked or not.
    pub favourite: Option<bool>,
    /// All tags.
    pub tags: Option<Vec<String>>,
    /// All notes.
    pub notes: Option<String>,
}

/// Some of the items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryPage {
    /// The items.
    pub items: Vec<ItemView>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}

/// What one currency of one day comes to; pretend and real money stay apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DayCost {
    /// The sum.
    pub money: Money,
    /// By the price list, and not yet confirmed by charges.
    pub is_estimate: bool,
    /// The sandbox's.
    pub pretend: bool,
}

/// A day with something in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DaySummary {
    /// Local, YYYY-MM-DD.
    pub day: String,
    /// How many items.
    pub items: u32,
    /// What they cost.
    pub costs: Vec<DayCost>,
}

/// A value to filter by, and how many items have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Facet {
    /// The value.
    pub id: String,
    /// How many items have it.
    pub items: u32,
}

/// What there is to filter by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryFacets {
    /// Models.
    pub models: Vec<Facet>,
    /// Tags.
    pub tags: Vec<Facet>,
    /// The first local day anything was made on, YYYY-MM-DD.
    pub first_day: Option<String>,
    /// The last one.
    pub last_day: Option<String>,
}

/// How much is kept, and how much room is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryStatus {
    /// Items outside the trash.
    pub items: u32,
    /// Items in the trash.
    pub trashed: u32,
    /// Bytes of all.
    pub bytes: u64,
    /// Free bytes of the disk they are on.
    pub free_bytes: u64,
    /// The library's folder is there; when it isn't, its disk may have been taken out.
    pub reachable: bool,
    /// Files that aren't where they were kept.
    pub missing: u32,
}

/// A file the user chose, dropped or pasted; its path stays in Rust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Picked {
    /// Names it until it is imported.
    pub handle: String,
    /// The name of the file or folder.
    pub name: String,
    /// The file's size; 0 for a folder.
    pub bytes: u64,
    /// A folder: all files in it and below it are meant.
    pub is_folder: bool,
}

/// A file that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Refusal {
    /// The file's name.
    pub name: String,
    /// The folder it is in, below what was picked; none directly in it.
    pub folder: Option<String>,
    /// Why.
    pub error: AppError,
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportReport {
    /// New items, at most the first 500.
    pub items: Vec<ItemView>,
    /// How many new items there are.
    pub taken: u32,
    /// Those whose bytes were imported before, at most the first 500.
    pub already_there: Vec<ItemView>,
    /// How many files' bytes were imported before.
    pub known: u32,
    /// Files that aren't media at all and were passed over: documents, sidecars of other programs, hidden files.
    pub passed_over: u32,
    /// Files that were not taken, at most the first 10,000.
    pub refused: Vec<Refusal>,
    /// How many were not taken.
    pub refused_count: u32,
    /// Where a list with each of them was written, a line for each; `None` where all are told here, or where it couldn't be.
    pub refused_list: Option<String>,
    /// Stopped before its end; what was taken stays.
    pub cancelled: bool,
}
