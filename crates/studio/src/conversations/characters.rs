//! Venice's characters: found, shown and read about, free of charge. Their pictures are fetched without any key.

use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use store::PictureFormat;
use tokio::sync::Semaphore;
use venice::characters::{
    Character, CharacterOrder, GetCharacterBySlug, GetCharacterReviews, ListCharacters,
};

use super::view::{CharacterQuery, CharacterReviewView, CharacterReviewsPage, CharacterView, CharactersPage};
use crate::{AppError, Result, Studio, accounts::Payer, error::from_picture};

/// Characters of a page.
const PAGE: u32 = 50;
/// A picture larger than this isn't taken.
const MOST_BYTES: u64 = 5_000_000;
/// Pictures that are fetched at once.
const AT_ONCE: usize = 4;
/// A picture older than this is asked for anew.
const FRESH: Duration = Duration::from_hours(7 * 24);

/// Where pictures are, as far as Venice has told in this run.
pub(crate) struct Photos {
    urls: Mutex<HashMap<(String, String), Option<String>>>,
    turns: Semaphore,
}

impl Default for Photos {
    fn default() -> Self {
        Self { urls: Mutex::default(), turns: Semaphore::new(AT_ONCE) }
    }
}

impl Photos {
    fn urls(&self) -> std::sync::MutexGuard<'_, HashMap<(String, String), Option<String>>> {
        self.urls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Studio {
    /// Some characters, at most 50.
    pub async fn find_characters(&self, query: CharacterQuery) -> Result<CharactersPage> {
        let payer = self.caller(venice::AuthNeed::ApiKey).await?;
        let mut request = ListCharacters::new();
        let search: String = query.search.trim().chars().take(200).collect();
        request.search = Some(search).filter(|search| !search.is_empty());
        request.tags = query.tags.into_iter().take(20).collect();
        // Without a filter Venice lists all of them.
        request.is_adult = (!query.adult).then_some(false);
        request.is_web_enabled = query.web_enabled.then_some(true);
        request.sort_by = query.sort_by.as_deref().map(CharacterOrder::from);
        request.limit = Some(PAGE);
        request.offset = Some(query.offset);
        let found = payer.client.list_characters(&request).await?.value;
        let more = found.len() >= PAGE as usize;
        Ok(CharactersPage { characters: found.iter().map(|one| self.seen(&payer, one)).collect(), more })
    }

    /// One character.
    pub async fn character(&self, slug: &str) -> Result<CharacterView> {
        let payer = self.caller(venice::AuthNeed::ApiKey).await?;
        let found = payer.client.get_character_by_slug(&GetCharacterBySlug::new(slug)).await?.value;
        Ok(self.seen(&payer, &found))
    }

    /// What people say of a character; pages count from 1.
    pub async fn character_reviews(&self, slug: &str, page: u32) -> Result<CharacterReviewsPage> {
        let payer = self.caller(venice::AuthNeed::ApiKey).await?;
        let page = page.max(1);
        let request = GetCharacterReviews::new(slug).page(page);
        let found = payer.client.get_character_reviews(&request).await?.value;
        let pages = found.pagination.total_pages.unwrap_or(0);
        Ok(CharacterReviewsPage {
            rating: found.summary.average_rating,
            total: found.summary.total_reviews.or(found.pagination.total).unwrap_or(0),
            next: (page < pages).then_some(page + 1),
            reviews: found
                .data
                .into_iter()
                .map(|review| CharacterReviewView {
                    id: review.id,
                    rating: review.rating,
                    message: review.message.unwrap_or_default(),
                    username: review.username,
                    created_at: review.created_at.map(|at| at.to_string()),
                })
                .collect(),
        })
    }

    fn seen(&self, payer: &Payer, character: &Character) -> CharacterView {
        let place = (payer.id.clone(), character.slug.clone());
        self.inner.conversing.photos.urls().insert(place, character.photo_url.clone());
        view_of(character)
    }

    /// The file of a character's picture and its media type, fetched if it isn't here.
    pub async fn character_picture(&self, slug: &str) -> Result<(PathBuf, &'static str)> {
        let payer = self.caller(venice::AuthNeed::ApiKey).await?;
        // A slug is Venice's, and no name for a file.
        let name = blake3::hash(format!("{}\n{slug}", payer.id).as_bytes()).to_hex();
        let path = self.inner.home.join("cache/characters").join(name.as_str());
        let kept = kept(&path);
        if let Some((format, true)) = kept {
            return Ok((path, format.mime()));
        }
        match (self.fetch_picture(&payer, slug, &path).await, kept) {
            // An old picture is better than none.
            (Ok(format), _) | (Err(_), Some((format, _))) => Ok((path, format.mime())),
            (Err(error), None) => Err(error),
        }
    }

    async fn fetch_picture(&self, payer: &Payer, slug: &str, path: &Path) -> Result<PictureFormat> {
        let photos = &self.inner.conversing.photos;
        let _turn = photos.turns.acquire().await.map_err(AppError::internal)?;
        let place = (payer.id.clone(), slug.to_owned());
        let known = photos.urls().get(&place).cloned();
        let url = if let Some(url) = known {
            url
        } else {
            let found = payer.client.get_character_by_slug(&GetCharacterBySlug::new(slug)).await?.value;
            photos.urls().insert(place, found.photo_url.clone());
            found.photo_url
        };
        let url = url.ok_or_else(|| AppError::not_found("picture"))?;
        let file = payer.client.fetch_public(&url, MOST_BYTES).await?;
        // What claims to be a picture may be a page or a program: only what we can read is served to the window.
        let format = store::probe_bytes(&file.bytes).map_err(|problem| from_picture(&problem))?.format;
        let path = path.to_owned();
        let written = tokio::task::spawn_blocking(move || write(&path, &file.bytes));
        written.await.map_err(AppError::internal)??;
        Ok(format)
    }
}

/// What a kept picture is, and whether it is fresh.
fn kept(path: &Path) -> Option<(PictureFormat, bool)> {
    let written = std::fs::metadata(path).ok()?.modified().ok()?;
    let format = store::probe(path).ok()?.format;
    Some((format, written.elapsed().is_ok_and(|age| age < FRESH)))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let at = |error| AppError::from(store::Error::file(path, error));
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(at)?;
    let mut aside = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
    aside.write_all(bytes).map_err(at)?;
    aside.persist(path).map_err(|error| at(error.error))?;
    Ok(())
}

fn view_of(character: &Character) -> CharacterView {
    CharacterView {
        slug: character.slug.clone(),
        name: character.name.clone(),
        description: character.description.clone(),
        author: character.author.clone(),
        tags: character.tags.clone(),
        model: character.model_id.clone(),
        adult: character.adult,
        featured: character.featured,
        web_enabled: character.web_enabled,
        rating: character.stats.average_rating,
        ratings: character.stats.rating_count,
        has_picture: character.photo_url.is_some(),
    }
}
