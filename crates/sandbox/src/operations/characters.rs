//! Characters: found, shown, reviewed, and their pictures.

use axum::http::StatusCode;
use image::DynamicImage;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    catalogue::number,
    characters::{self, CHARACTERS, Character, Review},
    darkroom::{self, Format},
    fields::Fields,
    gate::Access,
    house::House,
    moment,
    painting::{self, Subject},
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("listCharacters", Method::Get, "/characters", Access::Key, |call, _| {
        Box::pin(async move { list(&call) })
    }),
    Operation::new("getCharacterBySlug", Method::Get, "/characters/{slug}", Access::Key, |call, _| {
        Box::pin(async move { one(&call) })
    }),
    Operation::new(
        "getCharacterReviews",
        Method::Get,
        "/characters/{slug}/reviews",
        Access::Key,
        |call, _| Box::pin(async move { reviews(&call) }),
    ),
];

pub(crate) const FILES: &[Operation] = &[Operation::new(
    "characterPhoto",
    Method::Get,
    "/characters/{slug}/photo",
    Access::Ignored,
    |call, _| Box::pin(photo(call)),
)];

/// Side of a character's picture in pixels.
const PHOTO: u32 = 512;
const SORTS: [&str; 7] = [
    "featured",
    "highestRating",
    "highlyRated",
    "highlyRatedAndRecent",
    "imports",
    "mostRecent",
    "ratingCount",
];

struct Search {
    words: Option<String>,
    categories: Vec<String>,
    tags: Vec<String>,
    models: Vec<String>,
    adult: Option<bool>,
    pro: bool,
    web: bool,
    sort: Option<&'static str>,
    ascending: bool,
    limit: usize,
    offset: usize,
}

impl Search {
    fn read(mut query: Fields) -> Result<Self, Refusal> {
        let mut flag = |name: &str| query.choice(name, &["true", "false"]).map(|word| word == "true");
        let adult = flag("isAdult");
        // The description of these says "only": no is no filter.
        let (pro, web) = (flag("isPro") == Some(true), flag("isWebEnabled") == Some(true));
        let search = Self {
            words: query.text("search", 0..=200).map(|words| words.trim().to_lowercase()),
            categories: query.listed("categories", 100, 20),
            tags: query.listed("tags", 100, 20),
            models: query.listed("modelId", 200, 20),
            adult,
            pro,
            web,
            sort: query.choice("sortBy", &SORTS),
            ascending: query.choice("sortOrder", &["asc", "desc"]) == Some("asc"),
            limit: query.integer("limit", 1..=100).map_or(50, |limit| limit.unsigned_abs() as usize),
            offset: query.integer("offset", 0..=i32::MAX).map_or(0, |offset| offset.unsigned_abs() as usize),
        };
        query.finish()?;
        Ok(search)
    }

    fn finds(&self, character: &Character) -> bool {
        let one_of = |wanted: &[String], known: &[&str]| {
            wanted.is_empty() || wanted.iter().any(|wanted| known.iter().any(|known| known == wanted))
        };
        let kept_by_sort = match self.sort {
            Some("featured") => character.featured,
            Some("highlyRated") => character.rating_count() >= 2,
            Some("highlyRatedAndRecent") => character.stars[2..].iter().any(|count| *count > 0),
            _ => true,
        };
        kept_by_sort
            && self.adult.is_none_or(|adult| character.adult == adult)
            && (!self.pro || character.pro)
            && (!self.web || character.web)
            && one_of(&self.categories, character.categories)
            && one_of(&self.tags, character.tags)
            && (self.pro || one_of(&self.models, &[character.model]))
            && self.words.as_deref().is_none_or(|words| says(character, words))
    }

    /// What the order goes by, the most of it first.
    fn rank(&self, character: &Character) -> Decimal {
        let created = || Decimal::from(character.created_at().as_millisecond());
        match self.sort {
            Some("highestRating" | "highlyRated") => character.average(),
            Some("highlyRatedAndRecent" | "mostRecent") => created(),
            Some("ratingCount") => character.rating_count().into(),
            _ => character.imports.into(),
        }
    }
}

/// Whether a character's name, description or tags say this; a word after a hash is a whole tag.
fn says(character: &Character, words: &str) -> bool {
    let tags = || character.tags.iter().map(|tag| tag.to_lowercase());
    let hashed: Vec<&str> = words.split_whitespace().filter_map(|word| word.strip_prefix('#')).collect();
    if !hashed.is_empty() {
        return hashed.iter().any(|word| tags().any(|tag| tag == *word));
    }
    character.name.to_lowercase().contains(words)
        || character.description.unwrap_or_default().to_lowercase().contains(words)
        || tags().any(|tag| tag.contains(words))
}

fn list(call: &Call) -> Result<Answer, Refusal> {
    let search = Search::read(call.query())?;
    let mut found: Vec<&Character> = CHARACTERS.iter().filter(|character| search.finds(character)).collect();
    found.sort_by_key(|character| std::cmp::Reverse(search.rank(character)));
    if search.ascending && search.sort.is_some() {
        found.reverse();
    }
    let page = found.into_iter().skip(search.offset).take(search.limit);
    let data: Vec<Value> = page.map(|character| shown(&call.house, character)).collect();
    Ok(Answer::ok(&json!({"object": "list", "data": data})))
}

fn shown(house: &House, character: &Character) -> Value {
    json!({
        "id": character.id(), "slug": character.slug, "name": character.name,
        "description": character.description, "author": character.author(), "adult": character.adult,
        "featured": character.featured, "webEnabled": character.web, "modelId": character.model,
        "tags": character.tags, "shareUrl": null,
        "photoUrl": house.address(&format!("/files/characters/{}/photo", character.slug)),
        "createdAt": moment::iso(character.created_at()), "updatedAt": moment::iso(character.updated_at()),
        "stats": {"averageRating": number(character.average()), "imports": character.imports,
            "ratingCount": character.rating_count(), "ratingSum": character.rating_sum(), "userRating": null},
    })
}

fn named(call: &Call) -> Result<&'static Character, Refusal> {
    characters::find(call.path_value("slug"))
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "CHARACTER_NOT_FOUND", "Character not found"))
}

fn one(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    Ok(Answer::ok(&json!({"object": "character", "data": shown(&call.house, named(call)?)})))
}

fn reviews(call: &Call) -> Result<Answer, Refusal> {
    let mut query = call.query();
    let page = query.integer("page", 1..=i32::MAX).map_or(1, |page| page.unsigned_abs() as usize);
    let size = query.integer("pageSize", 1..=100).map_or(20, |size| size.unsigned_abs() as usize);
    query.finish()?;
    let character = named(call)?;
    let all = character.reviews();
    let (total, pages) = (all.len(), all.len().div_ceil(size));
    let data: Vec<Value> = all
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|review| told(character, review))
        .collect();
    let mut answer = Answer::ok(&json!({
        "object": "list", "data": data,
        "pagination": {"page": page, "pageSize": size, "total": total, "totalPages": pages},
        "summary": {"averageRating": number(character.average()), "totalReviews": character.rating_count()},
    }));
    for (name, value) in [
        ("x-pagination-limit", size),
        ("x-pagination-page", page),
        ("x-pagination-total", total),
        ("x-pagination-total-pages", pages),
    ] {
        answer.set(name, value.to_string());
    }
    Ok(answer)
}

fn told(character: &Character, review: &Review) -> Value {
    json!({
        "id": review.id, "characterId": character.id(), "createdAt": moment::iso(review.created),
        "rating": review.rating, "message": review.message, "locale": review.locale,
        "username": review.username, "isOwner": false, "userAvatarUrl": null,
    })
}

async fn photo(call: Call) -> Result<Answer, Refusal> {
    let character = named(&call)?;
    let drawn = tokio::task::spawn_blocking(move || {
        let picture = painting::paint(&Subject {
            prompt: character.picture,
            negative_prompt: "",
            style: None,
            model: "",
            seed: 1,
            width: PHOTO,
            height: PHOTO,
        });
        darkroom::write(DynamicImage::ImageRgb8(picture), Format::Webp)
    });
    let file = drawn
        .await
        .unwrap_or_else(|_| Err(Refusal::broken("UNKNOWN_ERROR", "The picture can't be drawn")))?;
    let mut answer = Answer::bytes("image/webp", file);
    answer.set("cache-control", "public, max-age=86400");
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<&'static str> {
        let search = Search::read(Fields::from_query(query)).unwrap();
        CHARACTERS
            .iter()
            .filter(|character| search.finds(character))
            .map(|character| character.slug)
            .collect()
    }

    #[test]
    fn words_tags_and_lists_narrow_the_search() {
        assert_eq!(found("search=GONDOL"), ["the-gondolier"]);
        assert_eq!(found("search=%23helpful"), ["the-clockkeeper", "the-bridge-inspector"]);
        assert!(found("search=%23help").is_empty(), "a tag is whole after a hash");
        assert_eq!(found("tags=Birds,Maps"), ["the-cartographer", "the-lagoon-naturalist"]);
        assert_eq!(found("tags=Birds&tags=Maps"), found("tags=Birds,Maps"));
        assert_eq!(found("categories=games&isAdult=true"), ["the-card-player"]);
        assert_eq!(found("isPro=true&modelId=kimi-k3"), ["the-glassblower", "the-bridge-inspector"]);
        assert!(!found("sortBy=highlyRated").contains(&"the-bridge-inspector"), "one rating is too few");
        assert!(!found("sortBy=highlyRatedAndRecent").contains(&"the-fog"));
        assert!(!found("isAdult=false").contains(&"the-card-player"));
        assert_eq!(found("").len(), CHARACTERS.len(), "no filter leaves none out");
    }
}
