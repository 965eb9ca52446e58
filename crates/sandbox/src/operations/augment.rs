//! What stands beside the models: searching the web, reading a page, taking the text from a document.

use axum::body::Body;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    body::{self, Takes},
    documents::{self, Unreadable},
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    web::{self, NotTold},
    words::count,
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("webSearch", Method::Post, "/augment/search", Access::KeyOrWallet, |call, body| {
        Box::pin(search(call, body))
    })
    .rated(Group::Text)
    .taking(0.3, 0.9),
    Operation::new("webScrape", Method::Post, "/augment/scrape", Access::KeyOrWallet, |call, body| {
        Box::pin(scrape(call, body))
    })
    .rated(Group::Text)
    .taking(0.5, 1.5),
    Operation::new(
        "createTextParser",
        Method::Post,
        "/augment/text-parser",
        Access::KeyOrWallet,
        |call, body| Box::pin(parse(call, body)),
    )
    .rated(Group::Text)
    .taking(0.3, 1.0),
];

/// Dollars each, which no price list says.
const SEARCH: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);
const SCRAPE: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);
const PARSE: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);

const MOST_BYTES: u64 = 25 << 20;
/// A file of the most bytes, and what a form puts around it.
const LARGEST_FORM: usize = 26 << 20;

async fn search(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, 1 << 20).await?;
    let query = fields.required_text("query", 1..=400);
    let limit = fields.integer("limit", 1..=20).map_or(10, |limit| limit.unsigned_abs() as usize);
    let provider = fields.choice("search_provider", &["google", "brave"]).unwrap_or("brave");
    fields.leave_the_rest();
    fields.finish()?;
    let bill = Bill::new("web-search", provider, 1, SEARCH).inference(None, None);
    let asked = query.clone();
    let found = call.paid(bill, move || Ok(web::search(&asked, provider, limit))).await?;
    let results: Vec<Value> = found
        .iter()
        .map(|page| json!({"title": page.title, "url": page.url, "content": page.content, "date": page.date}))
        .collect();
    Ok(Answer::ok(&json!({"query": query, "results": results})))
}

async fn scrape(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, 1 << 20).await?;
    let url = fields.required_text("url", 1..=10_000);
    fields.leave_the_rest();
    fields.finish()?;
    let content = web::page(&url).map_err(|why| {
        let message = match why {
            NotTold::NoAddress => "Invalid url",
            NotTold::Private => "Private and local addresses can't be scraped",
            NotTold::Blocked => "This site blocks automated access",
        };
        Refusal::field("INVALID_REQUEST", "url", message)
    })?;
    let bill = Bill::new("web-scrape", "page", 1, SCRAPE).inference(None, None);
    let content = call.paid(bill, move || Ok(content)).await?;
    Ok(Answer::ok(&json!({"url": url, "content": content, "format": "markdown"})))
}

async fn parse(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Form, LARGEST_FORM).await?;
    fields.required("file");
    let file = fields.file("file");
    let plain = fields.choice("response_format", &["json", "text"]) == Some("text");
    fields.leave_the_rest();
    fields.finish()?;
    let wrong = |message: &str| Refusal::field("INVALID_REQUEST", "file", message);
    let file = file.ok_or_else(|| wrong("Field is required"))?;
    if file.length > MOST_BYTES {
        return Err(Refusal::too_large("The file is too large: at most 25 MB"));
    }
    if file.length == 0 {
        return Err(wrong("The file is empty"));
    }
    let bytes =
        file.bytes().await.map_err(|_| Refusal::broken("UNKNOWN_ERROR", "The upload can't be read"))?;
    let name = file.name;
    let bill = Bill::new("text-parser", "document", 1, PARSE).inference(None, None);
    let (text, tokens) = call
        .paid(bill, move || {
            let text = documents::text(&name, &bytes).map_err(|why| {
                let message = match why {
                    Unreadable::Kind => "Unsupported file: PDF, DOCX, PPTX, XLSX, EPUB and text are read",
                    Unreadable::Damaged => "The file is damaged, and can't be read",
                };
                Refusal::field("INVALID_REQUEST", "file", message)
            })?;
            let tokens = count(&text);
            Ok((text, tokens))
        })
        .await?;
    Ok(if plain {
        Answer::new(axum::http::StatusCode::OK, "text/plain; charset=utf-8", text)
    } else {
        Answer::ok(&json!({"text": text, "tokens": tokens}))
    })
}
