//! Search, pages and documents.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::client::Caller;

#[tokio::test]
async fn searches_and_pages_are_invented_and_charged() {
    let caller = Caller::instant().await;
    let body = json!({"query": "gondola regatta", "limit": 3});
    let answer: Value = caller.post("/augment/search", &body).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["results"].as_array().unwrap().len(), 3);
    assert!(answer["results"][0]["title"].as_str().unwrap().contains("gondola"));
    let body = json!({"url": "https://example.com/venice/old-bridges"});
    let page: Value = caller.post("/augment/scrape", &body).send().await.unwrap().json().await.unwrap();
    assert!(page["content"].as_str().unwrap().starts_with("# venice old bridges"));
    let units: Vec<String> = caller.charges().await.into_iter().map(|(operation, ..)| operation).collect();
    assert_eq!(units, ["webSearch", "webScrape"]);
}

#[tokio::test]
async fn the_text_of_a_page_is_taken_from_it() {
    let caller = Caller::instant().await;
    let url = format!("{}/augment/text-parser", caller.running.base_url());
    let page = "<html><body><h1>Salt</h1><p>and sea</p></body></html>";
    let form = Form::new().part("file", Part::text(page).file_name("a.html")).text("response_format", "text");
    let answer =
        caller.http.post(url).bearer_auth(caller.running.api_key()).multipart(form).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.text().await.unwrap(), "Salt\n\nand sea");
}
