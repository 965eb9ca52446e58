//! How text becomes searchable: Latin, Greek and Cyrillic by the beginnings of words, every other script and emoji by
//! single characters in a row, which is what finds Chinese words of one and two characters.
//!
//! A single character goes into the index as its number behind a mark, so that it is a token whatever version of
//! Unicode SQLite knows. Accents SQLite folds itself; what it sees was in lower case before.

use std::fmt::Write as _;
use std::ops::Range;

/// Begins the token of a single character. Private to us: in what users write it counts as a space.
const MARK: char = '\u{e000}';

/// A piece of text.
pub(super) enum Piece {
    /// A letter or digit of a word.
    Letter(char),
    /// A word by itself.
    Alone(char),
    Gap,
}

/// Rewrites text for the index.
pub(crate) fn split(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for piece in pieces(text) {
        match piece {
            Piece::Letter(letter) => out.push(letter),
            Piece::Alone(character) => {
                let _ = write!(out, " {MARK}{:x} ", character as u32);
            }
            Piece::Gap => out.push(' '),
        }
    }
    out
}

/// The FTS5 expression for what a user typed; none when there is nothing in it to look for. Only letters, digits and
/// the numbers of characters get into it, each in quotes: no input can be an operator.
pub(crate) fn expression(typed: &str) -> Option<String> {
    let mut out = String::new();
    let mut word = String::new();
    let mut row = String::new();
    for piece in pieces(typed).chain([Piece::Gap]) {
        if !row.is_empty() && !matches!(piece, Piece::Alone(_)) {
            let _ = write!(out, "\"{}\" ", row.trim_end());
            row.clear();
        }
        if let Piece::Letter(letter) = piece {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            // The words before the last are whole, but a beginning of oneself is found all the same.
            let _ = write!(out, "\"{word}\"* ");
            word.clear();
        }
        if let Piece::Alone(character) = piece {
            let _ = write!(row, "{MARK}{:x} ", character as u32);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// By what titles are sorted: without case, and short, for the index.
pub(crate) fn sort_key(title: &str) -> String {
    title.trim().chars().flat_map(char::to_lowercase).take(64).collect()
}

fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    pieces_at(text).map(|(_, piece)| piece)
}

/// The pieces, and the characters of the text that they are made of.
pub(super) fn pieces_at(text: &str) -> impl Iterator<Item = (Range<usize>, Piece)> {
    let characters = text.char_indices().flat_map(|(at, character)| {
        let place = at..at + character.len_utf8();
        narrow(character).to_lowercase().map(move |character| (place.clone(), character))
    });
    // Accents on their own are dropped, so that a letter and its accent are found as the letter.
    characters.filter(|(_, character)| !('\u{300}'..='\u{36f}').contains(character)).map(
        |(place, character)| {
            let piece = if is_of_a_word(character) {
                Piece::Letter(character)
            } else if character.is_alphanumeric() || is_emoji(character) {
                Piece::Alone(character)
            } else {
                Piece::Gap
            };
            (place, piece)
        },
    )
}

/// Full-width Latin is how Chinese keyboards may write it; it reads the same.
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
        other => other,
    }
}

/// Letters and digits of the scripts whose words are found by their beginnings.
fn is_of_a_word(character: char) -> bool {
    matches!(character, '0'..='\u{37e}' | '\u{380}'..='\u{527}' | '\u{1e00}'..='\u{1fff}')
        && character.is_alphanumeric()
}

fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2600}'..='\u{27bf}' | '\u{2b05}'..='\u{2b55}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_han_character_is_a_word_and_latin_stays_whole() {
        let tokens = split("AI绘画 Café");
        assert_eq!(
            tokens.split_whitespace().collect::<Vec<_>>(),
            ["ai", "\u{e000}7ed8", "\u{e000}753b", "café"]
        );
        let typed = expression("AI绘画 flux-2");
        assert_eq!(typed.as_deref(), Some("\"ai\"* \"\u{e000}7ed8 \u{e000}753b\" \"flux\"* \"2\"* "));
        assert_eq!(expression("ＡＩ").as_deref(), Some("\"ai\"* "));
    }

    #[test]
    fn operators_and_quotes_are_only_text() {
        assert_eq!(expression("\"a\" OR NOT b*").as_deref(), Some("\"a\"* \"or\"* \"not\"* \"b\"* "));
        assert_eq!(expression("\"\" ( - ^ *"), None);
        assert_eq!(expression("\u{e000}7ed8").as_deref(), Some("\"7ed8\"* "), "the mark can't be typed");
    }
}
