//! Characters as callers find them.

use serde_json::Value;

use crate::client::{Caller, header};

async fn told(caller: &Caller, path: &str) -> Value {
    let response = caller.get(path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

async fn slugs(caller: &Caller, query: &str) -> Vec<String> {
    let list = told(caller, &format!("/characters?{query}")).await;
    list["data"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn characters_are_sorted_and_paged() {
    let caller = Caller::instant().await;
    let all = slugs(&caller, "").await;
    assert_eq!(all.len(), 13);
    assert_eq!(slugs(&caller, "isAdult=false").await.len(), 12, "one is for adults");
    assert_eq!(all[0], "the-night-librarian", "the most imports first");
    assert_eq!([slugs(&caller, "limit=5").await, slugs(&caller, "limit=100&offset=5").await].concat(), all);
    let recent = slugs(&caller, "sortBy=mostRecent").await;
    let mut oldest = slugs(&caller, "sortBy=mostRecent&sortOrder=asc").await;
    assert_eq!(recent[0], "the-fog");
    oldest.reverse();
    assert_eq!(oldest, recent);
    assert_eq!(slugs(&caller, "sortBy=highestRating").await[0], "the-bridge-inspector");
    assert_eq!(slugs(&caller, "sortBy=featured").await.len(), 4);
    assert_eq!(slugs(&caller, "sortOrder=asc").await, all, "an order without a sort says nothing");
}

#[tokio::test]
async fn a_character_has_a_picture_that_anybody_can_fetch() {
    let caller = Caller::instant().await;
    let one = told(&caller, "/characters/the-gondolier").await["data"].clone();
    let by_id = told(&caller, &format!("/characters/{}", one["id"].as_str().unwrap())).await["data"].clone();
    assert_eq!(one, by_id);
    let photo = caller.http.get(one["photoUrl"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(header(&photo, "content-type"), "image/webp");
    let picture = image::load_from_memory(&photo.bytes().await.unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (512, 512));
    let missing = caller.get("/characters/nobody").send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.json::<Value>().await.unwrap()["code"], "CHARACTER_NOT_FOUND");
}

#[tokio::test]
async fn reviews_add_up_over_their_pages() {
    let caller = Caller::instant().await;
    let stats = told(&caller, "/characters/the-gondolier").await["data"]["stats"].clone();
    let (mut sum, mut count, mut page) = (0, 0, 1);
    loop {
        let path = format!("/characters/the-gondolier/reviews?page={page}&pageSize=25");
        let response = caller.get(&path).send().await.unwrap();
        assert_eq!(header(&response, "x-pagination-total"), stats["ratingCount"].to_string());
        assert_eq!(header(&response, "x-pagination-total-pages"), "3");
        let said: Value = response.json().await.unwrap();
        let reviews = said["data"].as_array().unwrap();
        sum += reviews.iter().map(|review| review["rating"].as_u64().unwrap()).sum::<u64>();
        count += reviews.len();
        assert_eq!(said["summary"]["averageRating"], stats["averageRating"]);
        if page == said["pagination"]["totalPages"].as_u64().unwrap() {
            break;
        }
        page += 1;
    }
    assert_eq!((Some(sum), Some(count as u64)), (stats["ratingSum"].as_u64(), stats["ratingCount"].as_u64()));
    assert_eq!(caller.get("/characters/nobody/reviews").send().await.unwrap().status(), 404);
    let beyond = told(&caller, "/characters/the-gondolier/reviews?page=99").await;
    assert!(beyond["data"].as_array().unwrap().is_empty());
}
