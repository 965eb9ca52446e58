//! The web and documents as text.

use venice::augment::{CreateTextParser, WebScrape, WebSearch};
use venice::{AnswerFormat, FileInput};

use crate::{Report, Setting, ensure};

pub async fn check(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    report
        .check("webSearch", async {
            let found = client.web_search(&WebSearch::new("gondolas of Venice").limit(3)).await?.value;
            ensure!(!found.results.is_empty() && found.results.len() <= 3, "{} results", found.results.len());
            let page = &found.results[0];
            ensure!(page.url.starts_with("http") && !page.title.is_empty(), "a result without an address");
            Ok(())
        })
        .await;
    report
        .check("webScrape", async {
            let page = client.web_scrape(&WebScrape::new("https://example.com/")).await?.value;
            ensure!(page.content.len() > 20, "{} bytes of a page", page.content.len());
            Ok(())
        })
        .await;
    report
        .check("createTextParser", async {
            let words = "The gondola is a flat boat. It is rowed by one person, who stands.";
            let file = || FileInput::bytes("boats.txt", "text/plain", words.as_bytes());
            let parsed = client.create_text_parser(&CreateTextParser::new(file())).await?.value;
            ensure!(parsed.text.contains("flat boat"), "other words");
            ensure!(parsed.tokens.is_some_and(|tokens| tokens > 5), "{:?} tokens", parsed.tokens);
            let request = CreateTextParser::new(file()).response_format(AnswerFormat::Text);
            let parsed = client.create_text_parser(&request).await?.value;
            ensure!(parsed.text.contains("flat boat") && parsed.tokens.is_none(), "other words");
            Ok(())
        })
        .await;
}
