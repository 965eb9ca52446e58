//! The web and documents as text: what is sent, and what is made of the answer.

use serde_json::json as value;
use venice::augment::{CreateTextParser, ScrapedFormat, SearchProvider, WebScrape, WebSearch};
use venice::{AnswerFormat, Fate, FileInput};
use wiremock::matchers::body_json;
use wiremock::{MockServer, ResponseTemplate};

use crate::operations::{form, post};
use crate::servers::{client, expect, json, requests};

#[tokio::test]
async fn web_search() {
    let server = MockServer::start().await;
    let sent = value!({"query": "gondolas", "limit": 3, "search_provider": "google"});
    let answered = value!({"query": "gondolas", "results": [
        {"title": "Boats", "url": "https://example.com/boats", "content": "Flat ones", "date": "2026-01-02"},
        {"title": "No address"}, {"url": "https://example.com/bare", "date": null}]});
    post("/augment/search")
        .and(body_json(&sent))
        .respond_with(json(200, &answered.to_string()))
        .mount(&server)
        .await;
    let request = WebSearch::new("gondolas").limit(3).search_provider(SearchProvider::Google);
    let found = expect(&server, client(&server).web_search(&request).await).await.value;
    let urls: Vec<_> = found.results.iter().map(|result| result.url.as_str()).collect();
    assert_eq!(urls, ["https://example.com/boats", "https://example.com/bare"]);
    assert_eq!(
        (found.results[0].title.as_str(), found.results[0].content.as_str(), found.results[1].date.as_str()),
        ("Boats", "Flat ones", "")
    );
    let shown = format!("{request:?} {found:?} {:?}", found.results);
    assert!(!["gondola", "Boats", "example"].iter().any(|word| shown.contains(word)), "{shown}");
}

#[tokio::test]
async fn web_search_without_a_list_is_no_answer() {
    let server = MockServer::start().await;
    post("/augment/search").respond_with(json(200, r#"{"query":"q"}"#)).mount(&server).await;
    let error = client(&server).web_search(&WebSearch::new("q")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
}

#[tokio::test]
async fn web_scrape() {
    let server = MockServer::start().await;
    let answered = r##"{"url":"https://example.com/","content":"# Boats","format":"markdown"}"##;
    post("/augment/scrape")
        .and(body_json(value!({"url": "https://example.com/"})))
        .respond_with(json(200, answered))
        .mount(&server)
        .await;
    let request = WebScrape::new("https://example.com/");
    let page = expect(&server, client(&server).web_scrape(&request).await).await.value;
    assert_eq!((page.content.as_str(), &page.format), ("# Boats", &Some(ScrapedFormat::Markdown)));
    assert_eq!(page.url, "https://example.com/");
    let shown = format!("{request:?} {page:?}");
    assert!(!shown.contains("Boats") && !shown.contains("example"), "{shown}");
    let error = client(&server).web_scrape(&WebScrape::new("example.com")).await.unwrap_err();
    assert_eq!((error.code(), requests(&server).await), ("INVALID_INPUT", 1));
}

#[tokio::test]
async fn create_text_parser() {
    let server = MockServer::start().await;
    let document = || FileInput::bytes("boats.txt", "text/plain", &b"Flat ones"[..]);
    post("/augment/text-parser")
        .and(form(&["name=\"response_format\"\r\n\r\ntext\r\n", "name=\"file\"; filename=\"boats.txt\""]))
        .respond_with(ResponseTemplate::new(200).set_body_raw("{\"flat\": true}", "text/plain"))
        .mount(&server)
        .await;
    let parts = &["name=\"file\"; filename=\"boats.txt\"\r\nContent-Type: text/plain\r\n", "Flat ones\r\n"];
    post("/augment/text-parser")
        .and(form(parts))
        .respond_with(json(200, r#"{"text":"Flat ones","tokens":2}"#))
        .mount(&server)
        .await;
    let request = CreateTextParser::new(document());
    let parsed = expect(&server, client(&server).create_text_parser(&request).await).await.value;
    assert_eq!((parsed.text.as_str(), parsed.tokens), ("Flat ones", Some(2)));
    assert!(!format!("{parsed:?} {request:?}").contains("lat"));
    // A text that looks like JSON is a text all the same.
    let request = request.response_format(AnswerFormat::Text);
    let parsed = expect(&server, client(&server).create_text_parser(&request).await).await.value;
    assert_eq!((parsed.text.as_str(), parsed.tokens), ("{\"flat\": true}", None));
    let large = FileInput::bytes("a.pdf", "application/pdf", vec![0; 25 * 1024 * 1024 + 1]);
    let error = client(&server).create_text_parser(&CreateTextParser::new(large)).await.unwrap_err();
    assert_eq!((error.code(), requests(&server).await), ("INPUT_TOO_LARGE", 2));
}
