use proptest::prelude::*;

use super::*;
use crate::voice::transcripts::view::{
    Line, Speaker, TranscriptState, TranscriptSummary, TranscriptText, Word,
};

fn line(speaker: Option<u32>, start: u32, each: u32, text: &str) -> Line {
    let words = text.split(' ').zip(0_u32..);
    let words =
        words.map(|(word, n)| (word.to_owned(), start + n * each, start + (n + 1) * each - each / 10));
    Line { id: start, speaker, words: words.collect() }
}

fn transcript(lines: Vec<Line>) -> Transcript {
    Transcript {
        summary: TranscriptSummary {
            id: "0".into(),
            title: "At the *canal*".into(),
            state: TranscriptState::Done,
            item: Some("1".into()),
            url: None,
            length_ms: Some(61_000),
            words: 0,
            language: Some("en".into()),
            model: Some("m".into()),
            created_at: "2026-11-21T14:32:05Z".into(),
            changed_at: "2026-11-21T14:32:05Z".into(),
            excerpt: String::new(),
            pieces_done: 1,
            pieces: 1,
            trashed_at: None,
            problem: None,
        },
        revision: 3,
        pieces: Vec::new(),
        has_word_times: true,
        text: TranscriptText {
            speakers: vec![
                Speaker { id: 1, name: "Anna".into() },
                Speaker { id: 2, name: "Q & <A>".into() },
                Speaker { id: 3, name: "  ".into() },
            ],
            lines,
        },
    }
}

fn talk() -> Transcript {
    transcript(vec![
        line(Some(1), 0, 300, "Where does the water go?"),
        line(Some(1), 1_700, 300, "I never knew."),
        line(
            Some(2),
            3_000,
            400,
            "Under the *bridge*, and out to sea, past the last of the lanterns --> all of it, a < b & c.",
        ),
        line(Some(3), 12_000, 300, "贡 多 拉。"),
        line(None, 400_000_000, 500, "Much later."),
        Line { id: 9, speaker: None, words: Vec::new() },
    ])
}

#[test]
fn text_has_names_where_somebody_else_begins() {
    let expected = "\
Anna: Where does the water go? I never knew.

Q & <A>: Under the *bridge*, and out to sea, past the last of the lanterns --> all of it, a < b & c.

贡多拉。

Much later.
";
    assert_eq!(document::txt(&talk()), expected);
}

#[test]
fn markdown_has_times_and_names_and_takes_no_sign_for_its_own() {
    let expected = "\
# At the \\*canal\\*

**[00:00:00] Anna:** Where does the water go? I never knew.

**[00:00:03] Q \\& \\<A>:** Under the \\*bridge\\*, and out to sea, past the last of the lanterns --> all of it, a \\< b \\& c.

**[00:00:12]** 贡多拉。

**[111:06:40]** Much later.
";
    assert_eq!(document::markdown(&talk()), expected);
    let to_read = document::to_read(&talk());
    assert!(to_read.contains("\n[00:00:00] Anna: Where does the water go? I never knew.\n"), "{to_read}");
}

#[test]
fn srt_names_who_begins_and_keeps_arrows_out() {
    let expected = "\
1
00:00:00,000 --> 00:00:01,470
Anna: Where does the water go?

2
00:00:01,700 --> 00:00:02,570
I never knew.

3
00:00:03,000 --> 00:00:08,960
Q & <A>: Under the *bridge*, and out to
sea, past the last of the lanterns -> all

4
00:00:09,000 --> 00:00:11,760
of it, a < b & c.

5
00:00:12,000 --> 00:00:12,870
贡多拉。

6
111:06:40,000 --> 111:06:40,950
Much later.

";
    let found = subtitles::srt(&talk());
    assert_eq!(found, expected, "{found}");
}

#[test]
fn vtt_tells_voices_and_escapes() {
    let found = subtitles::vtt(&talk());
    assert!(
        found.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:01.470\n<v Anna>Where does the water go?\n\n"),
        "{found}"
    );
    assert!(found.contains("\n<v Q &amp; &lt;A&gt;>Under the *bridge*, and out to sea, past\n"), "{found}");
    assert!(found.contains("lanterns --&gt; all of it,"), "{found}");
    assert!(found.contains("a &lt; b &amp; c."), "{found}");
    assert!(found.contains("\n111:06:40.000 --> 111:06:40.950\nMuch later.\n\n"), "{found}");
    let arrows = found.lines().filter(|line| line.contains("-->")).count();
    assert_eq!(arrows, found.matches("\n\n").count() - 1, "only between times");
}

#[test]
fn json_tells_all() {
    let mut short = talk();
    short.text.lines.truncate(1);
    short.text.lines[0].words.truncate(2);
    let value: serde_json::Value = serde_json::from_str(&json::write(&short).unwrap()).unwrap();
    let expected = serde_json::json!({
        "format": "canaletto-transcript", "version": 1, "title": "At the *canal*", "language": "en", "model": "m",
        "url": null, "length_ms": 61_000, "created_at": "2026-11-21T14:32:05Z", "is_complete": true, "has_times": true,
        "has_word_times": true,
        "speakers": [{"id": 1, "name": "Anna"}, {"id": 2, "name": "Q & <A>"}, {"id": 3, "name": "  "}],
        "lines": [{"start_ms": 0, "end_ms": 570, "speaker": 1, "text": "Where does", "words": [
            {"text": "Where", "start_ms": 0, "end_ms": 270}, {"text": "does", "start_ms": 300, "end_ms": 570}]}],
    });
    assert_eq!(value, expected);
}

#[test]
fn what_has_no_times_shows_none() {
    let mut film = talk();
    film.summary.url = Some("https://youtu.be/x".into());
    assert!(!document::markdown(&film).contains("[00"));
    let value: serde_json::Value = serde_json::from_str(&json::write(&film).unwrap()).unwrap();
    assert!(value["lines"][0]["start_ms"].is_null() && value["lines"][0].get("words").is_none());
}

/// The cues of a file: start, end and lines.
fn cues(srt: &str) -> Vec<(u64, u64, Vec<String>)> {
    let time = |text: &str| -> u64 {
        let (clock, milliseconds) = text.split_once(',').unwrap();
        let parts: Vec<u64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
        (parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1000 + milliseconds.parse::<u64>().unwrap()
    };
    let blocks = srt.split("\n\n").filter(|block| !block.is_empty());
    let cue = |block: &str| {
        let mut lines = block.lines().skip(1);
        let (start, end) = lines.next().unwrap().split_once(" --> ").unwrap();
        (time(start), time(end), lines.map(str::to_owned).collect())
    };
    blocks.map(cue).collect()
}

proptest! {
    #[test]
    fn cues_are_short_narrow_and_never_over_each_other(
        lines in prop::collection::vec((0_u32..4, prop::collection::vec(("[a-z,.é水黄]{1,60}", 0_u32..9_000, 0_u32..2_000), 0..30)), 0..8)
    ) {
        let mut at = 0;
        let mut wanted = String::new();
        let lines: Vec<Line> = lines.into_iter().map(|(speaker, words)| {
            let words: Vec<Word> = words.into_iter().map(|(word, length, pause)| {
                let start = at + pause;
                at = start + length;
                wanted.push_str(&word);
                (word, start, at)
            }).collect();
            Line { id: 0, speaker: Some(speaker), words }
        }).collect();
        let mut transcript = transcript(lines);
        transcript.text.speakers.clear();
        let mut last = 0;
        let mut found = String::new();
        for (start, end, lines) in cues(&subtitles::srt(&transcript)) {
            prop_assert!(start >= last && end > start && end - start <= 7_000);
            last = end;
            prop_assert!((1..=2).contains(&lines.len()));
            for line in lines {
                let width: usize = line.chars().map(|c| if matches!(c, '水' | '黄') { 2 } else { 1 }).sum();
                prop_assert!(width <= 42, "{}", line);
                found.extend(line.split(' '));
            }
        }
        prop_assert_eq!(found, wanted);
    }
}
