use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::request::debug_without_words;

/// Something that was found on the web.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Citation {
    /// Its title.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub title: String,
    /// Its address.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub url: String,
    /// What it says, or a part of it.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub content: Option<String>,
    /// When it was written, as it was told.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub date: Option<String>,
}

debug_without_words!(Citation { date });

/// A stretch of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Words.
    Text(&'a str),
    /// A reference to citations, counted from 0 in the order in which they are listed.
    Reference(Vec<usize>),
}

/// Cuts an answer into words and references to its citations.
///
/// Venice's guides write a reference as `[REF]0[/REF]`, counted from 0, its description as `^1^`, counted from 1; several
/// are separated by commas. What refers to none of the `citations` that there are is words, and so are code and a
/// reference that is still being written: ask again with the next piece of the answer.
///
/// ```
/// use venice::chat::{Segment, segments};
///
/// let cut = segments("It is algae[REF]0,2[/REF].", 3);
/// assert_eq!(cut, [Segment::Text("It is algae"), Segment::Reference(vec![0, 2]), Segment::Text(".")]);
/// assert_eq!(segments("It is algae^1,3^.", 3), cut);
/// ```
pub fn segments(answer: &str, citations: usize) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut code = Code::default();
    while let Some(found) = answer[at..].find(['[', '^', '`']) {
        let start = at + found;
        if answer[start..].starts_with('`') {
            at = code.end(answer, start);
            continue;
        }
        match reference(&answer[start..], citations) {
            Some((length, indexes)) => {
                if start > from {
                    segments.push(Segment::Text(&answer[from..start]));
                }
                segments.push(Segment::Reference(indexes));
                from = start + length;
                at = from;
            }
            None => at = start + 1,
        }
    }
    if from < answer.len() {
        segments.push(Segment::Text(&answer[from..]));
    }
    segments
}

/// Code between backticks: it ends with as many as it began with.
#[derive(Default)]
struct Code {
    /// Runs of so many backticks have no counterpart in the rest of the answer, so that it is looked for once.
    lone: Vec<usize>,
}

impl Code {
    /// Where the code ends that begins here, or its backticks where it is none.
    fn end(&mut self, answer: &str, start: usize) -> usize {
        let run = |from: usize| answer[from..].bytes().take_while(|byte| *byte == b'`').count();
        let length = run(start);
        let inside = start + length;
        let mut at = inside;
        while let Some(found) = answer[at..].find('`').filter(|_| !self.lone.contains(&length)) {
            let other = run(at + found);
            at += found + other;
            if other == length {
                return at;
            }
        }
        self.lone.push(length);
        // A block that is cut off, or that is still being written, is code to the end.
        if length >= 3 { answer.len() } else { inside }
    }
}

/// The length in bytes of the reference that a text begins with, and what it refers to.
fn reference(text: &str, citations: usize) -> Option<(usize, Vec<usize>)> {
    /// No list of numbers is longer than this, so that a lone bracket isn't searched to the end of the text.
    const LONGEST: usize = 256;
    let (open, close, first) = if text.starts_with('^') { ("^", "^", 1) } else { ("[REF]", "[/REF]", 0) };
    let inner = text.strip_prefix(open)?;
    let length = inner
        .bytes()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' '))
        .count();
    let numbers = &inner[..length];
    inner[length..].starts_with(close).then_some(())?;
    let indexes: Vec<usize> = numbers
        .split(',')
        .map(|number| {
            number.trim().parse::<usize>().ok()?.checked_sub(first).filter(|index| *index < citations)
        })
        .collect::<Option<_>>()?;
    Some((open.len() + length + close.len(), indexes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    /// Words as they are, references in braces.
    fn shown(answer: &str, citations: usize) -> String {
        let show = |segment| match segment {
            Segment::Text(text) => text.to_owned(),
            Segment::Reference(indexes) => format!("{indexes:?}"),
        };
        segments(answer, citations).into_iter().map(show).collect()
    }

    #[rstest]
    #[case("a[REF]0[/REF]b", "a[0]b")]
    #[case("[REF]0[/REF][REF]1[/REF]", "[0][1]")]
    #[case("é[REF]0, 1[/REF]", "é[0, 1]")]
    #[case("a^1^ and ^1, 2^", "a[0] and [0, 1]")]
    #[case("a^1^^2^", "a[0][1]")]
    #[case("^0^ ^3^ ^1,3^ ^1", "^0^ ^3^ ^1,3^ ^1")]
    #[case("`a^1^` ``b`^2^`` c^1^", "`a^1^` ``b`^2^`` c[0]")]
    #[case("a ` b^1^", "a ` b[0]")]
    #[case("```\na^1^\n```\nb^1^\n```\nc^1^", "```\na^1^\n```\nb[0]\n```\nc^1^")]
    #[case("2^8^ is 256, [REF]9[/REF]", "2^8^ is 256, [REF]9[/REF]")]
    #[case("[REF]0[/RE", "[REF]0[/RE")]
    #[case("[REF][/REF] [REF]x[/REF] ^^ [1] ^", "[REF][/REF] [REF]x[/REF] ^^ [1] ^")]
    #[case("[[REF]0[/REF]]", "[[0]]")]
    #[case("", "")]
    fn references_are_found(#[case] answer: &str, #[case] expected: &str) {
        assert_eq!(shown(answer, 2), expected);
    }

    #[test]
    fn without_citations_there_are_no_references() {
        assert_eq!(segments("a[REF]0[/REF]", 0), [Segment::Text("a[REF]0[/REF]")]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost(answer in "(\\[REF\\]|\\[/REF\\]|\\^|`|[0-9]|,| |\\PC){0,30}") {
            let words = |answer: &str| {
                let text = segments(answer, 0).into_iter().filter_map(|segment| match segment {
                    Segment::Text(text) => Some(text.to_owned()),
                    Segment::Reference(_) => None,
                });
                text.collect::<String>()
            };
            prop_assert_eq!(words(&answer), answer.clone());
            // Adjoining words are one segment, and none is empty.
            let cut = segments(&answer, 5);
            prop_assert!(!cut.windows(2).any(|pair| matches!(pair, [Segment::Text(_), Segment::Text(_)])));
            prop_assert!(!cut.contains(&Segment::Text("")));
        }
    }
}
