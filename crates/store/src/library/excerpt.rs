//! The words around what was found. The index keeps no texts, so they are looked through again, by the same rules.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::words::{self, Piece};

/// How much is shown before the first place, in characters.
const BEFORE: usize = 60;
/// How much is shown in all.
const LENGTH: usize = 240;

/// A stretch of an excerpt. `Debug` is not derived: the words are the user's.
#[derive(Clone, PartialEq, Eq)]
pub struct ExcerptPiece {
    /// The words.
    pub text: String,
    /// It is what was searched for.
    pub is_hit: bool,
}

/// What is looked for.
enum Term {
    /// The beginning of a word.
    Beginning(String),
    /// These characters in a row.
    Row(Vec<char>),
}

/// A word of the text.
enum Token {
    Word(String),
    Alone(char),
}

/// The words around the first place; none when nothing of what was typed is in the text.
pub(crate) fn around_hits(text: &str, typed: &str) -> Option<Vec<ExcerptPiece>> {
    let hits = hits(text, &terms(typed));
    let first = hits.first()?;
    let before: Vec<(usize, char)> = text[..first.start].char_indices().rev().take(BEFORE).collect();
    let earliest = before.last().map_or(first.start, |(at, _)| *at);
    // Rather at the beginning of a word than within one.
    let start = match before.iter().rev().find(|(_, character)| character.is_whitespace()) {
        Some((at, space)) if earliest > 0 => at + space.len_utf8(),
        _ => earliest,
    };
    Some(cut(text, start, &hits))
}

/// The first words, with nothing marked.
pub(crate) fn beginning(text: &str) -> Vec<ExcerptPiece> {
    cut(text, 0, &[])
}

fn cut(text: &str, start: usize, hits: &[Range<usize>]) -> Vec<ExcerptPiece> {
    let end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);
    let mut pieces: Vec<ExcerptPiece> = Vec::new();
    let mut add = |from: usize, to: usize, is_hit: bool| {
        let text = in_one_line(&text[from..to]);
        if !text.is_empty() {
            pieces.push(ExcerptPiece { text, is_hit });
        }
    };
    let mut at = start;
    for hit in hits.iter().filter(|hit| hit.end <= end) {
        add(at, hit.start, false);
        add(hit.start, hit.end, true);
        at = hit.end;
    }
    add(at, end, false);
    let dots = |there: bool| there.then(|| ExcerptPiece { text: "…".to_owned(), is_hit: false });
    let before = dots(!text[..start].trim().is_empty());
    let after = dots(!text[end..].trim().is_empty());
    before.into_iter().chain(pieces).chain(after).collect()
}

/// White space of any kind and length is one space.
fn in_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_whitespace() {
            out.push(character);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

fn terms(typed: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut end = 0;
    for (token, place) in tokens(typed) {
        match (token, terms.last_mut()) {
            (Token::Word(word), _) => terms.push(Term::Beginning(word)),
            (Token::Alone(character), Some(Term::Row(row))) if place.start == end => row.push(character),
            (Token::Alone(character), _) => terms.push(Term::Row(vec![character])),
        }
        end = place.end;
    }
    terms
}

/// The places of the terms, in order and apart, from the first on as far as an excerpt goes.
fn hits(text: &str, terms: &[Term]) -> Vec<Range<usize>> {
    let longest = terms.iter().map(|term| if let Term::Row(row) = term { row.len() } else { 1 }).max();
    let mut latest: Vec<(Option<char>, usize)> = Vec::new();
    let mut hits: Vec<Range<usize>> = Vec::new();
    for (token, place) in tokens(text) {
        if hits.first().is_some_and(|first| place.start > first.end + LENGTH * 4) {
            break;
        }
        let alone = if let Token::Alone(character) = token { Some(character) } else { None };
        if latest.len() == longest.unwrap_or(1) {
            latest.remove(0);
        }
        latest.push((alone, place.start));
        let start = terms.iter().find_map(|term| match (term, &token) {
            (Term::Beginning(typed), Token::Word(word)) if word.starts_with(typed) => Some(place.start),
            (Term::Row(row), Token::Alone(_)) => {
                let tail = latest.get(latest.len().checked_sub(row.len())?..)?;
                let same = tail.iter().map(|(character, _)| *character).eq(row.iter().copied().map(Some));
                tail.first().filter(|_| same).map(|(_, start)| *start)
            }
            _ => None,
        });
        let Some(start) = start else { continue };
        // An accent on its own belongs to the letter before.
        let accents = text[place.end..].chars().take_while(|accent| ('\u{300}'..='\u{36f}').contains(accent));
        let place = place.start..place.end + accents.map(char::len_utf8).sum::<usize>();
        match hits.last_mut() {
            // Characters in a row may be found one over the other.
            Some(before) if start < before.end => before.end = place.end,
            _ => hits.push(start..place.end),
        }
    }
    hits
}

/// The words of a text as the index has them, without their accents, and where they are.
fn tokens(text: &str) -> impl Iterator<Item = (Token, Range<usize>)> {
    let mut word = String::new();
    let mut from = 0;
    let mut to = 0;
    words::pieces_at(text).chain([(text.len()..text.len(), Piece::Gap)]).flat_map(move |(place, piece)| {
        let mut ended = None;
        if !matches!(piece, Piece::Letter(_)) && !word.is_empty() {
            ended = Some((Token::Word(std::mem::take(&mut word)), from..to));
        }
        let mut alone = None;
        match piece {
            Piece::Letter(letter) => {
                if word.is_empty() {
                    from = place.start;
                }
                to = place.end;
                word.extend(letter.nfd().next());
            }
            Piece::Alone(character) => alone = Some((Token::Alone(character), place)),
            Piece::Gap => {}
        }
        ended.into_iter().chain(alone)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hits in brackets.
    fn show(text: &str, typed: &str) -> Option<String> {
        let pieces = around_hits(text, typed)?;
        Some(pieces.iter().map(|p| if p.is_hit { format!("[{}]", p.text) } else { p.text.clone() }).collect())
    }

    #[test]
    fn hits_are_marked_where_the_index_would_find_them() {
        for (text, typed, shown) in [
            ("A gondola\n\n  at dusk.", "DUSK gon", "A [gondola] at [dusk]."),
            ("Un café, deux cafés", "cafe", "Un [café], deux [cafés]"),
            ("cafe\u{301} noir", "café", "[cafe\u{301}] noir"),
            ("在黄昏的威尼斯，贡多拉", "黄昏", "在[黄昏]的威尼斯，贡多拉"),
            ("AI绘画很好", "绘画 ai", "[AI][绘画]很好"),
            ("哈哈哈", "哈哈", "[哈哈哈]"),
            ("ＡＩ 🎨", "ai 🎨", "[ＡＩ] [🎨]"),
            ("the İstanbul way", "way", "the İstanbul [way]"),
        ] {
            assert_eq!(show(text, typed).as_deref(), Some(shown), "{typed}");
        }
        assert_eq!(show("nothing here", "dusk"), None);
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_place() {
        let text = format!("{}dusk {}", "word ".repeat(100), "after ".repeat(100));
        let shown = show(&text, "dusk").unwrap();
        assert!(shown.starts_with("…word") && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("word [dusk] after") && shown.chars().count() < LENGTH + 10);
        let solid = format!("{}昏{}", "黄".repeat(1_000), "黑".repeat(1_000));
        assert!(show(&solid, "昏").unwrap().contains("黄[昏]黑"));
        assert_eq!(beginning("short").len(), 1);
    }
}
