//! Texts from files, documents and pages.

use std::io::Write;

use studio::{
    pictures::estimate::Expected,
    settings::SettingsPatch,
    voice::texts::{FoundText, TextSource},
};

use crate::bench::Bench;

fn picked(bench: &Bench, name: &str, bytes: &[u8]) -> TextSource {
    let file = bench.studio.pick(vec![bench.file(name, bytes)]).remove(0);
    TextSource::File { picked: file.handle }
}

async fn free(bench: &Bench, name: &str, bytes: &[u8]) -> studio::Result<FoundText> {
    let source = picked(bench, name, bytes);
    let estimate = bench.studio.estimate_text(source.clone()).await?;
    if let Some(problem) = estimate.problem {
        return Err(problem);
    }
    assert!(estimate.free && estimate.amount.is_none());
    bench.studio.fetch_text(source, None, false).await
}

async fn paid(bench: &Bench, source: TextSource, accept_unpriced: bool) -> studio::Result<FoundText> {
    let estimate = bench.studio.estimate_text(source.clone()).await?;
    assert!(!estimate.free);
    let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
    bench.studio.fetch_text(source, Some(expected), accept_unpriced).await
}

fn docx(words: &str) -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    packed.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    write!(packed, "<w:document><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>")
        .unwrap();
    packed.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_and_markdown_are_read_here_and_cost_nothing() {
    let bench = Bench::new().await;
    let text = free(&bench, "The tide.txt", "Good *evening*.".as_bytes()).await.unwrap();
    assert_eq!((text.title.as_str(), text.text.as_str()), ("The tide", "Good *evening*."));
    let markdown = "# The **Canal**\n\nSee [the map](https://a.example).\n\n```\ncode\n```\n";
    let text = free(&bench, "a.md", markdown.as_bytes()).await.unwrap();
    assert_eq!((text.title.as_str(), text.text.as_str()), ("The Canal", "# The Canal\n\nSee the map."));
    let text = free(&bench, "utf16.txt", b"\xff\xfeh\0\xf4\x6c").await.unwrap();
    assert_eq!(text.text, "h泴");
    let text = free(&bench, "latin.txt", b"Die Br\xfccke").await.unwrap();
    assert_eq!(text.text, "Die Brücke");
    assert!(bench.charges().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_is_refused() {
    let bench = Bench::new().await;
    for (name, bytes, code) in [
        ("empty.txt", &b""[..], "input_empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "input_not_text"),
        ("a.zip", b"PK\x03\x04\0\0", "input_not_text"),
        ("a.html", b"<!DOCTYPE html><p>x", "input_not_text"),
        ("a.rtf", b"{\\rtf1 x}", "input_not_text"),
        ("program", b"MZ\x90\0\x03\0\0\0", "input_not_text"),
        ("signs.txt", b"... ***", "text_empty"),
    ] {
        assert_eq!(free(&bench, name, bytes).await.unwrap_err().code, code, "{name}");
    }
    let large = vec![b'a'; (16 << 20) + 1];
    assert_eq!(free(&bench, "large.txt", &large).await.unwrap_err().code, "input_too_large");
    let gone = TextSource::File { picked: "none".into() };
    assert_eq!(bench.studio.fetch_text(gone, None, false).await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_and_pages_are_read_by_venice_when_that_is_accepted() {
    let bench = Bench::new().await;
    let document = picked(&bench, "Letter.docx", &docx("Dear Lucia, the boat is ready."));
    let estimate = bench.studio.estimate_text(document.clone()).await.unwrap();
    assert_eq!((estimate.free, estimate.amount), (false, None));
    assert_eq!(
        estimate.problem.unwrap().code,
        "price_unknown",
        "a limit is set, and no list names the price"
    );
    assert_eq!(paid(&bench, document.clone(), false).await.unwrap_err().code, "price_unknown");
    assert!(bench.charges().await.is_empty());
    let text = paid(&bench, document, true).await.unwrap();
    assert_eq!((text.title.as_str(), text.text.as_str()), ("Letter", "Dear Lucia, the boat is ready."));

    let patch = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
    let page = TextSource::Page { url: " https://quiet-canal.example/notes ".into() };
    let text = paid(&bench, page, false).await.unwrap();
    assert!(
        !text.title.is_empty() && !text.text.contains("](") && !text.text.contains("**"),
        "{}",
        text.text
    );
    assert_eq!(bench.charges().await.len(), 2);
    for url in ["file:///etc/passwd", "quiet-canal.example", ""] {
        let page = TextSource::Page { url: url.into() };
        let estimate = bench.studio.estimate_text(page.clone()).await.unwrap();
        assert_eq!(estimate.problem.unwrap().code, "field_invalid");
        assert!(bench.studio.fetch_text(page, None, true).await.is_err());
    }
    assert_eq!(bench.charges().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_read_says_so_and_costs_nothing() {
    let bench = Bench::with(vec!["webScrape:status=500"]).await;
    let page = TextSource::Page { url: "https://quiet-canal.example/notes".into() };
    assert_eq!(paid(&bench, page, true).await.unwrap_err().code, "INFERENCE_FAILED");
    assert!(bench.charges().await.is_empty());
}
