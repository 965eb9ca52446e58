//! Characters and what is said of them.

use serde_json::{Value, json as value};
use venice::characters::{
    CharacterOrder, GetCharacterBySlug, GetCharacterReviews, ListCharacters, SortDirection,
};
use venice::{ErrorCode, Request as _};
use wiremock::MockServer;
use wiremock::matchers::query_param;

use crate::servers::{client, expect, json, on, pairs, query};

fn character() -> Value {
    value!({"adult": false, "author": "k3x9q", "createdAt": "2024-12-20T21:28:08.934Z", "description": null,
        "featured": true, "id": "2f46", "name": "Alan Watts", "shareUrl": null, "photoUrl": "https://x/photo",
        "slug": "alan-watts", "stats": {"averageRating": 4.7, "imports": 112, "ratingCount": 24, "ratingSum": 113,
        "userRating": null}, "tags": ["Philosophy", 7], "updatedAt": "2025-02-09T03:23:53.708Z", "webEnabled": true,
        "modelId": "venice-uncensored-1-2"})
}

#[tokio::test]
async fn list_characters() {
    let server = MockServer::start().await;
    let answer = value!({"object": "list", "data": [character(), {"name": "nobody"}]});
    on("GET", "/characters").respond_with(json(200, &answer.to_string())).mount(&server).await;
    let request = ListCharacters::new()
        .search("a #philosopher")
        .tag("helpful")
        .tag("calm")
        .category("philosophy")
        .model("m")
        .is_adult(false)
        .is_pro(true)
        .is_web_enabled(true)
        .sort_by(CharacterOrder::Imports)
        .sort_order(SortDirection::Descending)
        .limit(10_u32)
        .offset(20_u32);
    let characters = expect(&server, client(&server).list_characters(&request).await).await.value;
    assert_eq!(characters.len(), 1);
    assert_eq!((characters[0].slug.as_str(), characters[0].tags.len()), ("alan-watts", 1));
    assert_eq!((characters[0].stats.imports, characters[0].stats.user_rating), (Some(112), None));
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        query(sent),
        pairs(&[
            ("search", "a #philosopher"),
            ("isAdult", "false"),
            ("isPro", "true"),
            ("isWebEnabled", "true"),
            ("sortBy", "imports"),
            ("sortOrder", "desc"),
            ("limit", "10"),
            ("offset", "20"),
            ("tags", "helpful"),
            ("tags", "calm"),
            ("categories", "philosophy"),
            ("modelId", "m"),
        ])
    );
    assert!(!format!("{request:?}").contains("philosopher"));
    assert!(ListCharacters::new().limit(101_u32).call().is_err());
}

#[tokio::test]
async fn get_character_by_slug() {
    let server = MockServer::start().await;
    let answer = value!({"object": "character", "data": character()});
    on("GET", "/characters/alan-watts").respond_with(json(200, &answer.to_string())).mount(&server).await;
    on("GET", "/characters/nobody")
        .respond_with(json(404, r#"{"error":"Character not found","code":"CHARACTER_NOT_FOUND"}"#))
        .mount(&server)
        .await;
    let client = client(&server);
    let character =
        expect(&server, client.get_character_by_slug(&GetCharacterBySlug::new("alan-watts")).await).await;
    assert_eq!(character.value.photo_url.as_deref(), Some("https://x/photo"));
    let error = client.get_character_by_slug(&GetCharacterBySlug::new("nobody")).await.unwrap_err();
    assert_eq!(error.api().unwrap().code, ErrorCode::CharacterNotFound);
}

#[tokio::test]
async fn get_character_reviews() {
    let server = MockServer::start().await;
    let answer = value!({"object": "list", "data": [
        {"characterId": "2f46", "createdAt": "2025-02-09T03:23:53.708Z", "id": "1e38", "isOwner": false, "locale": "en",
         "message": "Thoughtful.", "rating": 5, "userAvatarUrl": null, "username": "product_user_42"}, {}],
        "pagination": {"page": 2, "pageSize": 20, "total": 87, "totalPages": 5},
        "summary": {"averageRating": 4.7, "totalReviews": 87}});
    on("GET", "/characters/alan-watts/reviews")
        .and(query_param("page", "2"))
        .and(query_param("pageSize", "20"))
        .respond_with(json(200, &answer.to_string()).insert_header("x-pagination-total-pages", "5"))
        .mount(&server)
        .await;
    let request = GetCharacterReviews::new("alan-watts").page(2_u32).page_size(20_u32);
    let answer = expect(&server, client(&server).get_character_reviews(&request).await).await;
    let reviews = answer.value;
    assert_eq!((reviews.data.len(), reviews.data[0].rating), (1, Some(5)));
    assert_eq!((reviews.pagination.total_pages, reviews.summary.total_reviews), (Some(5), Some(87)));
    assert_eq!(answer.receipt.pagination.unwrap().total_pages, Some(5));
    assert!(!format!("{:?}", reviews.data[0]).contains("Thoughtful"));
    assert!(GetCharacterReviews::new("a").page(0_u32).call().is_err());
}
