//! The library: what is kept, found, changed, thrown away and taken out.

pub mod boards;
pub mod bulk;
pub mod export;
pub(crate) mod findings;
pub mod lineage;
pub mod marks;
pub mod offline;
mod poster;
pub mod shape;
pub mod taking_out;
pub mod upkeep;
pub mod view;

use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
pub use store::Size as ThumbnailSize;
use store::{Certainty, Item, ItemId};

use crate::{AppError, Result, Studio, error::Code, money::Money, recipe::Recipe};
use view::{
    DayCost, DaySummary, Facet, FileView, ItemDetails, ItemPatch, ItemView, LibraryFacets, LibraryPage,
    LibraryQuery, LibraryStatus, ReceiptView, RecipeField,
};

/// What is kept with an item of how it was paid for and answered.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(crate) struct KeptReceipt {
    pub answer_id: Option<String>,
    pub cf_ray: Option<String>,
    pub model: Option<String>,
    pub took_ms: Option<u64>,
    pub estimate: Option<Money>,
    pub warnings: Vec<String>,
    /// The prompt as Venice rewrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced_prompt: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blurred: bool,
}

impl Studio {
    /// A page of items.
    pub async fn library_page(&self, query: LibraryQuery) -> Result<LibraryPage> {
        let page = self.store(move |store| store.library().page(&query)).await?;
        Ok(LibraryPage {
            items: page.items.iter().map(view_of).collect(),
            next: page.next,
            total: count(page.total),
        })
    }

    /// The days of a query, latest first, each with what it holds and cost.
    pub async fn library_days(&self, query: LibraryQuery) -> Result<Vec<DaySummary>> {
        let days = self.store(move |store| store.library().days(&query)).await?;
        Ok(days.iter().map(day_of).collect())
    }

    /// The models and tags there are to filter by, the most used first.
    pub async fn library_facets(&self) -> Result<LibraryFacets> {
        let facets = self.store(|store| store.library().facets()).await?;
        let list = |pairs: Vec<(String, u64)>| {
            pairs.into_iter().map(|(id, items)| Facet { id, items: count(items) }).collect()
        };
        Ok(LibraryFacets {
            models: list(facets.models),
            tags: list(facets.tags),
            first_day: facets.first_day.map(|day| day.to_string()),
            last_day: facets.last_day.map(|day| day.to_string()),
        })
    }

    /// How much is kept, and how much room is left.
    pub async fn library_status(&self) -> Result<LibraryStatus> {
        let status = self.store(|store| store.library().status()).await?;
        self.library_seen(status.reachable);
        Ok(LibraryStatus {
            items: count(status.items),
            trashed: count(status.trashed),
            bytes: status.bytes,
            free_bytes: status.free_bytes,
            reachable: status.reachable,
            missing: count(status.missing),
        })
    }

    /// All that is known of an item.
    pub async fn item(&self, id: String) -> Result<ItemDetails> {
        let id = parse(&id)?;
        let (item, lineage, boards, path) = self
            .store(move |store| {
                let item = store.library().get(id)?;
                let path = store.media_path(&item.file.path);
                Ok((item, store.library().lineage(id)?, store.boards().of_item(id)?, path))
            })
            .await?;
        let exists = tokio::fs::try_exists(&path).await.unwrap_or(false);
        let recipe: Option<Recipe> = item.recipe.clone().and_then(|json| serde_json::from_value(json).ok());
        let fields = recipe.as_ref().map(Recipe::fields).unwrap_or_default();
        Ok(ItemDetails {
            tags: item.tags.clone(),
            notes: item.notes.clone(),
            boards: boards.iter().map(ToString::to_string).collect(),
            recipe: fields
                .into_iter()
                .map(|(name, value)| RecipeField { name: name.to_owned(), value })
                .collect(),
            request: recipe.and_then(|recipe| recipe.request),
            receipt: item.receipt.as_ref().map(|json| receipt_of(&item, json)),
            parents: lineage.parents.iter().map(|(item, _)| view_of(item)).collect(),
            children: lineage.children.iter().map(|(item, _)| view_of(item)).collect(),
            file: FileView {
                name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                path: path.display().to_string(),
                blake3: item.file.blake3.clone(),
                bytes: item.file.bytes,
                exists,
            },
            item: view_of(&item),
        })
    }

    /// Several items in the order asked for; those that are gone are left out.
    pub async fn items(&self, ids: Vec<String>) -> Result<Vec<ItemView>> {
        let ids: Vec<ItemId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let items = self.store(move |store| store.library().get_many(&ids)).await?;
        Ok(items.iter().map(view_of).collect())
    }

    /// Changes what the user may change of an item.
    pub async fn change_item(&self, id: String, patch: ItemPatch) -> Result<ItemDetails> {
        let item = parse(&id)?;
        let patch = store::Patch {
            title: patch.title.map(|title| title.trim().chars().take(200).collect()),
            rating: patch.rating.map(|rating| rating.min(5)),
            favourite: patch.favourite,
            tags: patch.tags.map(tidy_tags),
            notes: patch.notes,
        };
        self.store(move |store| store.library().change(item, patch)).await?;
        self.item(id).await
    }

    /// Puts items in the trash. Their files stay until it is emptied.
    pub async fn trash_items(&self, ids: Vec<String>) -> Result<()> {
        let ids = parse_all(&ids)?;
        self.store(move |store| store.library().trash(&ids)).await
    }

    /// Takes items out of the trash.
    pub async fn restore_items(&self, ids: Vec<String>) -> Result<()> {
        let ids = parse_all(&ids)?;
        self.store(move |store| store.library().restore(&ids)).await
    }

    /// Deletes what is in the trash for good.
    pub async fn empty_trash(&self) -> Result<u32> {
        let emptied = self.store(|store| store.library().empty_trash(None)).await?;
        Ok(count(emptied.items as u64))
    }

    /// An item's file and its media type.
    pub async fn item_file(&self, id: &str) -> Result<(PathBuf, String)> {
        let id = parse(id)?;
        let (path, mime) = self
            .store(move |store| {
                let item = store.library().get(id)?;
                Ok((store.media_path(&item.file.path), item.file.mime))
            })
            .await?;
        if tokio::fs::try_exists(&path).await.unwrap_or(false) {
            return Ok((path, mime));
        }
        // The file may be where it was, and all of the library somewhere else.
        self.ensure_library().await?;
        Err(missing(&path))
    }

    /// An item's thumbnail as a file, made if it isn't there.
    pub async fn thumbnail_file(&self, id: &str, size: ThumbnailSize) -> Result<PathBuf> {
        let id = parse(id)?;
        self.store(move |store| store.thumbnail(id, size)).await
    }

    /// An item's pixels, upright.
    pub async fn item_pixels(&self, id: String) -> Result<image::RgbaImage> {
        let (path, _) = self.item_file(&id).await?;
        let opened = tokio::task::spawn_blocking(move || crate::pictures::pixels::open(&path)).await;
        Ok(opened.map_err(AppError::internal)??.to_rgba8())
    }
}

pub(crate) fn parse(id: &str) -> Result<ItemId> {
    id.parse().map_err(|_| AppError::not_found("item"))
}

fn parse_all(ids: &[String]) -> Result<Vec<ItemId>> {
    ids.iter().map(|id| parse(id)).collect()
}

pub(crate) fn day_of(day: &store::Day) -> DaySummary {
    let cost = |cost: &store::DayCost| DayCost {
        money: Money { amount: cost.money.amount.normalize(), ..cost.money },
        is_estimate: cost.certainty == Certainty::Estimate,
        pretend: cost.pretend,
    };
    DaySummary {
        day: day.day.to_string(),
        items: count(day.items),
        costs: day.costs.iter().map(cost).collect(),
    }
}

fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn missing(path: &std::path::Path) -> AppError {
    AppError::new(
        Code::FileMissing,
        "This item's file isn't where it was kept.",
        "If you moved it, move it back and start Canaletto again.",
    )
    .param("path", path.display())
}

/// Trimmed, without empty and double ones, at most 50.
fn tidy_tags(tags: Vec<String>) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::new();
    for tag in tags {
        let tag: String = tag.trim().chars().take(60).collect();
        if !tag.is_empty() && !tidy.contains(&tag) && tidy.len() < 50 {
            tidy.push(tag);
        }
    }
    tidy
}

pub(crate) fn view_of(item: &Item) -> ItemView {
    ItemView {
        id: item.id.to_string(),
        kind: item.kind,
        origin: item.origin,
        title: item.title.clone(),
        prompt: item.prompt.clone(),
        model: item.model.clone(),
        mime: item.file.mime.clone(),
        width: item.file.width.unwrap_or(0),
        height: item.file.height.unwrap_or(0),
        duration_ms: item.file.duration_ms,
        bytes: item.file.bytes,
        has_alpha: item.file.has_alpha,
        thumbhash: item.file.thumbhash.as_ref().map(|hash| BASE64_STANDARD.encode(hash)),
        made_at: item.made_at.to_string(),
        day: item.day.to_string(),
        cost: item.cost.money.map(|money| Money { amount: money.amount.normalize(), ..money }),
        cost_is_estimate: item.cost.certainty == Certainty::Estimate,
        pretend: item.cost.pretend,
        rating: item.rating,
        favourite: item.favourite,
        trashed_at: item.trashed_at.map(|at| at.to_string()),
        seed: item.seed,
    }
}

fn receipt_of(item: &Item, json: &Value) -> ReceiptView {
    let kept: KeptReceipt = serde_json::from_value(json.clone()).unwrap_or_default();
    ReceiptView {
        job: item.job.map(|job| job.to_string()),
        account: item.account.clone(),
        answer_id: kept.answer_id,
        request_id: kept.cf_ray,
        model: kept.model,
        took_ms: kept.took_ms,
        cost: item.cost.money,
        estimate: kept.estimate,
        enhanced_prompt: kept.enhanced_prompt,
        blurred: kept.blurred,
        warnings: kept.warnings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_tidied() {
        let tags = [" dusk ", "", "dusk", "水"].map(str::to_owned).to_vec();
        assert_eq!(tidy_tags(tags), ["dusk", "水"]);
    }
}
