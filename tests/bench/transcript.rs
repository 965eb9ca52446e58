//! A transcript of fifty thousand words in the real app: how long it takes to open, and how its editor scrolls beside an empty
//! page in the same web view.

use std::{path::Path, sync::Arc, time::Instant};

use jiff::Timestamp;
use serde_json::json;
use store::{
    OpenOptions, Store, SystemClock, Transcript, TranscriptId, TranscriptLine, TranscriptSpeaker,
    TranscriptText, TranscriptWord,
};

use crate::{
    app::{App, Home},
    results::Results,
    scrolling,
};

/// How many words it has.
const WORDS: usize = 50_000;
/// What it is called: the list shows it.
const TITLE: &str = "A long day on the lagoon";
/// Within this it is there, in milliseconds.
const OPENS_WITHIN: f64 = 1_000.0;
/// The p95 frame may be so many times that of an empty page.
const FRAMES: f64 = 2.0;
/// Less than this, in pixels, and the wheel did not turn.
const LEAST_WAY: f64 = 20_000.0;

const LINES: &str = "document.querySelector('[data-line]').closest('[role=region]')";

const VOCABULARY: [&str; 24] = [
    "the",
    "water",
    "was",
    "high",
    "and",
    "we",
    "took",
    "small",
    "boats",
    "over",
    "to",
    "the",
    "island,",
    "where",
    "glass",
    "is",
    "made",
    "before",
    "noon.",
    "Nobody",
    "speaks",
    "of",
    "it,",
    "清晨六点",
];

/// Opening and scrolling.
pub async fn measure(results: &mut Results) {
    println!("\nA transcript of {WORDS} words …");
    let mut home = Home::new();
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    make(&home.kept());
    let app = home.open().await;
    app.leave_welcome().await;
    app.page.click("link", "/^Voice/").await;
    app.page.click("radio", "Transcribe").await;
    let began = Instant::now();
    app.page.click("button", &format!("/^{TITLE}/")).await;
    app.page.wait_until("its lines", "document.querySelectorAll('[data-line]').length > 10").await;
    let opening = began.elapsed().as_secs_f64() * 1_000.0;
    println!("open after {opening:.0} ms");

    let (gaps, _) = scrolling::turn_wheel(&app, scrolling::Way::Down, scrolling::MINUTE, || 0.0).await;
    let way = scroll_top(&app).await;
    assert!(way > LEAST_WAY, "the lines moved by {way} pixels only");
    println!(
        "{way} pixels, {:.0} frames a second, the longest gap {:.0} ms",
        gaps.a_second(),
        gaps.longest()
    );
    let empty = scrolling::on_empty_page(&app, scrolling::Way::Down).await;
    // A page that is gone can't be asked whether it may close.
    app.kill();

    results.add("opening 50,000 words", "ms", opening, OPENS_WITHIN, 1.0);
    results.add("p95 frame in 50,000 words", "ms", gaps.p95(), empty.p95(), FRAMES);
}

async fn scroll_top(app: &App<'_>) -> f64 {
    let top = app.page.run(&format!("return {LINES}.scrollTop"), vec![]).await;
    top.as_f64().expect("a number")
}

/// Makes it below `home`, where the app would look for it.
fn make(home: &Path) {
    let options =
        OpenOptions { home: home.to_owned(), library: home.join("library"), clock: Arc::new(SystemClock) };
    let (store, _) = Store::open(options).expect("a store");
    let now = Timestamp::now();
    let id = TranscriptId::new(now);
    let text = text();
    let mut transcript = Transcript::new(id, TITLE, json!({}), now);
    transcript.is_cut = true;
    transcript.language = Some("en".to_owned());
    transcript.length_ms = text.lines.last().and_then(TranscriptLine::end_ms).map(u64::from);
    let revision = transcript.revision;
    store.transcripts().insert(transcript).expect("written down");
    store.transcripts().save(id, revision, text).expect("kept");
}

/// Lines of 4 to 24 words by turns of three speakers.
fn text() -> TranscriptText {
    let names = ["Vittoria", "Pietro", "Bianca"];
    let speakers =
        (1..).zip(names).map(|(id, name)| TranscriptSpeaker { id, name: name.to_owned() }).collect();
    let (mut lines, mut said, mut at) = (Vec::new(), 0_usize, 1_200_u32);
    while said < WORDS {
        let number = lines.len();
        let many = (4 + number * 7 % 21).min(WORDS - said);
        let words = (0..many).map(|place| {
            let word = VOCABULARY[(number * 5 + place * 11) % VOCABULARY.len()];
            let start = at;
            at += 380;
            (word.to_owned(), start, start + 340)
        });
        let words: Vec<TranscriptWord> = words.collect();
        let id = u32::try_from(number + 1).expect("a small number");
        let speaker = u32::try_from(number / 4 % names.len() + 1).expect("a small number");
        lines.push(TranscriptLine { id, speaker: Some(speaker), words });
        said += many;
        at += 400;
    }
    TranscriptText { speakers, lines }
}
