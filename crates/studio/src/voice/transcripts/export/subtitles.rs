//! `SubRip` and `WebVTT`: short cues that can be read while they stand.

use std::fmt::Write as _;

use store::{is_unspaced, join_words};

use super::{in_one_line, name_of};
use crate::voice::transcripts::view::{Line, Transcript};

/// How wide a line may be; characters of Chinese and the like count twice.
const WIDEST: usize = 42;
/// The longest a cue stands, in milliseconds.
const LONGEST: u32 = 7_000;
/// The shortest, where there is room.
const SHORTEST: u32 = 800;

/// What stands under the film at once: at most two lines.
struct Cue<'a> {
    start: u32,
    end: u32,
    speaker: Option<&'a str>,
    /// Somebody else spoke before.
    is_new_speaker: bool,
    words: Vec<String>,
}

pub(super) fn srt(transcript: &Transcript) -> String {
    let mut out = String::new();
    for (number, cue) in (1..).zip(cues(transcript, true)) {
        let text = wrapped(&shown(&cue)).unwrap_or_default().join("\n");
        // An arrow would be read as the line of a time.
        let text = text.replace("-->", "->");
        let _ = write!(out, "{number}\n{} --> {}\n{text}\n\n", time(cue.start, ','), time(cue.end, ','));
    }
    out
}

pub(super) fn vtt(transcript: &Transcript) -> String {
    let mut out = "WEBVTT\n\n".to_owned();
    for cue in cues(transcript, false) {
        let lines = wrapped(&cue.words).unwrap_or_default();
        let text = lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\n");
        let voice = cue.speaker.map(|name| format!("<v {}>", escaped(name))).unwrap_or_default();
        let _ = write!(out, "{} --> {}\n{voice}{text}\n\n", time(cue.start, '.'), time(cue.end, '.'));
    }
    out
}

/// The words of a cue with the name before them, where it is told in words.
fn shown(cue: &Cue<'_>) -> Vec<String> {
    let name = cue.speaker.filter(|_| cue.is_new_speaker).map(|name| format!("{}:", short(name)));
    name.into_iter().chain(cue.words.iter().cloned()).collect()
}

/// A name that leaves room for words.
fn short(name: &str) -> String {
    let mut short = String::new();
    for character in name.chars() {
        if width(&short) + width_of(character) > WIDEST / 2 {
            short.push('…');
            break;
        }
        short.push(character);
    }
    short
}

fn cues(transcript: &Transcript, named: bool) -> Vec<Cue<'_>> {
    let mut cues: Vec<Cue<'_>> = Vec::new();
    let mut before: Option<Option<u32>> = None;
    for line in &transcript.text.lines {
        let speaker = name_of(transcript, line.speaker);
        let is_new = before != Some(line.speaker);
        for (place, (words, start, end)) in
            cut(line, speaker.filter(|_| named && is_new)).into_iter().enumerate()
        {
            let is_new_speaker = is_new && place == 0;
            cues.push(Cue { start, end, speaker, is_new_speaker, words });
        }
        if !line.words.is_empty() {
            before = Some(line.speaker);
        }
    }
    settle(&mut cues);
    cues
}

type Part = (Vec<String>, u32, u32);

/// A line in parts that fit, cut at words, and rather behind a comma.
fn cut(line: &Line, name: Option<&str>) -> Vec<Part> {
    let mut waiting: std::collections::VecDeque<(String, u32, u32)> =
        line.words.iter().flat_map(|(word, start, end)| narrowed(&in_one_line(word), *start, *end)).collect();
    let mut parts: Vec<Part> = Vec::new();
    while let Some((_, start, _)) = waiting.front() {
        let start = *start;
        let name = name.filter(|_| parts.is_empty()).map(|name| format!("{}:", short(name)));
        let mut shown: Vec<String> = name.into_iter().collect();
        let mut count = 0;
        for (word, _, end) in &waiting {
            shown.push(word.clone());
            let fits = wrapped(&shown).is_some() && end.saturating_sub(start) <= LONGEST;
            if count > 0 && !fits {
                break;
            }
            count += 1;
        }
        if count < waiting.len() {
            // Behind a sign, where that leaves at least half of it.
            let signs = |place: &usize| {
                waiting[place - 1].0.ends_with([',', '.', '?', '!', ';', ':', '，', '。', '？', '！', '、'])
            };
            count = (count.div_ceil(2).max(1)..=count).rev().find(signs).unwrap_or(count);
        }
        let part: Vec<_> = waiting.drain(..count).collect();
        let end = part.last().map_or(start, |(_, _, end)| *end);
        parts.push((part.into_iter().map(|(word, _, _)| word).collect(), start, end));
    }
    parts
}

/// A word that is wider than a line, in pieces that aren't.
fn narrowed(word: &str, start: u32, end: u32) -> Vec<(String, u32, u32)> {
    let whole = width(word);
    if whole == 0 {
        return Vec::new();
    }
    let mut pieces = vec![String::new()];
    for character in word.chars() {
        match pieces.last_mut() {
            Some(piece) if width(piece) + width_of(character) <= WIDEST => piece.push(character),
            _ => pieces.push(character.to_string()),
        }
    }
    let length = u64::from(end.saturating_sub(start));
    let at = |done: usize| {
        let share = length * done as u64 / whole as u64;
        start.saturating_add(u32::try_from(share).unwrap_or(u32::MAX))
    };
    let mut done = 0;
    pieces
        .into_iter()
        .map(|piece| {
            let from = done;
            done += width(&piece);
            (piece, at(from), at(done))
        })
        .collect()
}

/// Words on at most two lines, the widths as even as can be; none where they don't fit.
fn wrapped(words: &[String]) -> Option<Vec<String>> {
    let joined = |words: &[String]| join_words(words.iter().map(String::as_str));
    let one = joined(words);
    if width(&one) <= WIDEST {
        return Some(vec![one]);
    }
    let halves = (1..words.len()).map(|at| [joined(&words[..at]), joined(&words[at..])]);
    let fitting = halves.filter(|halves| halves.iter().all(|half| width(half) <= WIDEST));
    fitting.min_by_key(|halves| width(&halves[0]).abs_diff(width(&halves[1]))).map(Vec::from)
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn width_of(character: char) -> usize {
    let is_wide = is_unspaced(character) && !matches!(character, '\u{e00}'..='\u{17ff}')
        || matches!(character, '\u{1f000}'..='\u{1faff}' | '\u{ac00}'..='\u{d7a3}');
    if is_wide { 2 } else { 1 }
}

/// One after the other, none over the next, each long enough to be read where there is room.
fn settle(cues: &mut [Cue<'_>]) {
    let mut last = 0;
    for place in 0..cues.len() {
        let next = cues.get(place + 1).map_or(u32::MAX, |next| next.start);
        let cue = &mut cues[place];
        cue.start = cue.start.max(last);
        let wanted = cue.end.max(cue.start.saturating_add(SHORTEST));
        let most = next.max(cue.start + 1).min(cue.start.saturating_add(LONGEST));
        cue.end = wanted.min(most).max(cue.start + 1);
        last = cue.end;
    }
}

/// There may be more than 99 hours.
fn time(milliseconds: u32, point: char) -> String {
    format!("{}{point}{:03}", super::clock(milliseconds), milliseconds % 1000)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
