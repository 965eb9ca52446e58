//! Prompts that leave some words open: `a canal at {dawn|dusk}`.
//!
//! Alternatives stand in braces with bars between them, may be empty, and may hold braces themselves. Braces without a
//! bar are what they are, so that a prompt written as JSON stays as it is. `\{`, `\|` and `\}` are the characters.

use std::collections::BTreeSet;

use super::request::MakeRequest;
use crate::{AppError, error::Code};

/// How deep braces may be in braces.
const DEEPEST: usize = 24;
/// So many readings are looked at one by one; of more it is only known how many there are.
const MOST_READ: u64 = 4_096;
/// And only of a prompt of so many bytes, far more than Venice takes: all readings are in memory at once.
const LONGEST_READ: usize = 32_768;

/// A prompt, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// One of several, at least two.
    Choice(Vec<Vec<Piece>>),
}

impl Wording {
    /// Reads a prompt.
    pub(super) fn read(prompt: &str) -> Result<Self, AppError> {
        if !prompt.contains(['{', '}']) {
            return Ok(Self::verbatim(prompt));
        }
        let mut reader = Reader { rest: prompt.chars().collect::<Vec<_>>().into_iter(), at: 0 };
        let mut alternatives = reader.alternatives(0)?;
        Ok(Self(alternatives.pop().unwrap_or_default()))
    }

    /// A text in which braces mean nothing.
    pub(super) fn verbatim(text: &str) -> Self {
        Self(vec![Piece::Text(text.to_owned())])
    }

    /// Whether any words are left open.
    pub(super) fn is_open(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Choice(_)))
    }

    /// How many readings there are, the same ones counted twice.
    fn ways(&self) -> u64 {
        ways(&self.0)
    }

    /// The different readings, in the order they are written; `None` where there are too many to tell.
    pub(super) fn all(&self) -> Option<Vec<String>> {
        (self.ways() <= MOST_READ && self.is_short()).then(|| self.first(MOST_READ))
    }

    /// Whether all readings together fit into memory.
    fn is_short(&self) -> bool {
        self.longest().len() <= LONGEST_READ
    }

    /// How many readings there are.
    pub(super) fn count(&self) -> u64 {
        self.all().map_or_else(|| self.ways(), |all| all.len() as u64)
    }

    /// The first different readings, of at most `looked_at`.
    pub(super) fn first(&self, looked_at: u64) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        let looked_at = if self.is_short() { looked_at } else { 1 };
        for place in 0..self.ways().min(looked_at) {
            let mut reading = String::new();
            nth(&self.0, place, &mut reading);
            if seen.insert(reading.clone()) {
                all.push(reading);
            }
        }
        all
    }

    /// One reading: `choose` picks a place among so many.
    pub(super) fn chosen(&self, choose: &mut impl FnMut(usize) -> usize) -> String {
        let mut reading = String::new();
        pick(&self.0, choose, &mut reading);
        reading
    }

    /// The longest reading, as Venice counts.
    pub(super) fn longest(&self) -> String {
        let mut reading = String::new();
        extreme(&self.0, &mut reading, |one, other| one > other);
        reading
    }

    /// The shortest reading.
    pub(super) fn shortest(&self) -> String {
        let mut reading = String::new();
        extreme(&self.0, &mut reading, |one, other| one < other);
        reading
    }

    /// Whether a text is one of the readings.
    pub(super) fn can_be(&self, text: &str) -> bool {
        ends(&self.0, text, BTreeSet::from([0])).contains(&text.len())
    }
}

/// The wording of a request. One whose words were chosen before is what it is: making it again makes the same.
pub(super) fn open(make: &mut MakeRequest) -> Result<Wording, AppError> {
    if is_chosen(make) {
        return Ok(Wording::verbatim(&make.prompt));
    }
    make.written_as = None;
    Wording::read(&make.prompt)
}

/// Whether the words of a request were chosen before.
fn is_chosen(make: &MakeRequest) -> bool {
    let written = make.written_as.as_deref().and_then(|written| Wording::read(written).ok());
    written.is_some_and(|written| written.can_be(&make.prompt))
}

/// Gives a request its words. What was written stays beside them where that differs.
pub(super) fn put(make: &mut MakeRequest, words: String) {
    if make.prompt != words {
        make.written_as = Some(std::mem::replace(&mut make.prompt, words));
    }
}

struct Reader {
    rest: std::vec::IntoIter<char>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<char> {
        self.at += 1;
        self.rest.next()
    }

    /// What stands between here and the closing brace, or the end of the prompt outside of all braces.
    fn alternatives(&mut self, depth: usize) -> Result<Vec<Vec<Piece>>, AppError> {
        let opened_at = self.at;
        if depth > DEEPEST {
            return Err(invalid(opened_at, "There are braces in braces, deeper than can be read"));
        }
        let mut all = Vec::new();
        let (mut pieces, mut text) = (Vec::new(), String::new());
        let end = |pieces: &mut Vec<Piece>, text: &mut String| {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(text)));
            }
        };
        loop {
            match self.next() {
                Some('\\') => match self.rest.as_slice().first() {
                    Some(sign @ ('{' | '|' | '}')) => {
                        text.push(*sign);
                        self.next();
                    }
                    _ => text.push('\\'),
                },
                Some('{') => {
                    let mut inside = self.alternatives(depth + 1)?;
                    if inside.len() == 1 {
                        text.push('{');
                        end(&mut pieces, &mut text);
                        pieces.extend(inside.pop().unwrap_or_default());
                        text.push('}');
                    } else {
                        end(&mut pieces, &mut text);
                        pieces.push(Piece::Choice(inside));
                    }
                }
                Some('|') if depth > 0 => {
                    end(&mut pieces, &mut text);
                    all.push(std::mem::take(&mut pieces));
                }
                Some('}') if depth > 0 => break,
                Some('}') => return Err(invalid(self.at, "A brace is closed that was never opened")),
                Some(letter) => text.push(letter),
                None if depth > 0 => return Err(invalid(opened_at, "A brace is opened and never closed")),
                None => break,
            }
        }
        end(&mut pieces, &mut text);
        all.push(pieces);
        Ok(all)
    }
}

fn invalid(place: usize, what: &str) -> AppError {
    AppError::new(
        Code::WildcardsInvalid,
        format!("{what}, at character {place} of the prompt."),
        "Write {dawn|dusk} to have one of several words chosen, and \\{ or \\} for a brace itself.",
    )
    .param("place", place)
}

fn ways(pieces: &[Piece]) -> u64 {
    pieces.iter().fold(1_u64, |product, piece| match piece {
        Piece::Text(_) => product,
        Piece::Choice(all) => {
            let sum = all.iter().fold(0_u64, |sum, one| sum.saturating_add(ways(one)));
            product.saturating_mul(sum)
        }
    })
}

/// The reading at a place, the last choice changing first.
fn nth(pieces: &[Piece], mut place: u64, reading: &mut String) {
    let mut turns = Vec::new();
    for piece in pieces.iter().rev() {
        if let Piece::Choice(_) = piece {
            let ways = ways(std::slice::from_ref(piece)).max(1);
            turns.push(place % ways);
            place /= ways;
        }
    }
    for piece in pieces {
        match piece {
            Piece::Text(text) => reading.push_str(text),
            Piece::Choice(all) => {
                let mut turn = turns.pop().unwrap_or_default();
                for one in all {
                    let ways = ways(one);
                    if turn < ways {
                        nth(one, turn, reading);
                        break;
                    }
                    turn -= ways;
                }
            }
        }
    }
}

fn pick(pieces: &[Piece], choose: &mut impl FnMut(usize) -> usize, reading: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => reading.push_str(text),
            Piece::Choice(all) => {
                if let Some(one) = all.get(choose(all.len())) {
                    pick(one, choose, reading);
                }
            }
        }
    }
}

fn extreme(pieces: &[Piece], reading: &mut String, is_better: fn(usize, usize) -> bool) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => reading.push_str(text),
            Piece::Choice(all) => {
                let mut best: Option<(usize, String)> = None;
                for one in all {
                    let mut inside = String::new();
                    extreme(one, &mut inside, is_better);
                    let length = inside.encode_utf16().count();
                    if best.as_ref().is_none_or(|(known, _)| is_better(length, *known)) {
                        best = Some((length, inside));
                    }
                }
                reading.extend(best.map(|(_, inside)| inside));
            }
        }
    }
}

/// Where a reading may end that begins at one of some places of a text.
fn ends(pieces: &[Piece], text: &str, mut at: BTreeSet<usize>) -> BTreeSet<usize> {
    for piece in pieces {
        at = match piece {
            Piece::Text(words) => {
                let goes_on =
                    |place: &usize| text.get(*place..).is_some_and(|rest| rest.starts_with(words.as_str()));
                at.into_iter().filter(goes_on).map(|place| place + words.len()).collect()
            }
            Piece::Choice(all) => all.iter().flat_map(|one| ends(one, text, at.clone())).collect(),
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a canal", &["a canal"])]
    #[case("{dawn|dusk} over {a|b}", &["dawn over a", "dawn over b", "dusk over a", "dusk over b"])]
    #[case("a {|very |very, very }old bridge", &["a old bridge", "a very old bridge", "a very, very old bridge"])]
    #[case("{a {red|blue} boat|fog}", &["a red boat", "a blue boat", "fog"])]
    #[case("{a|a|b}", &["a", "b"])]
    #[case(r"a \{b|c\} d|e", &["a {b|c} d|e"])]
    #[case(r"{a\|b|c}", &["a|b", "c"])]
    #[case(r#"{"scene": {"light": "low"}}"#, &[r#"{"scene": {"light": "low"}}"#])]
    #[case(r#"{"light": "{dawn|dusk}"}"#, &[r#"{"light": "dawn"}"#, r#"{"light": "dusk"}"#])]
    #[case(r"back\slash |", &[r"back\slash |"])]
    #[case("{黎明|黄昏}的桥", &["黎明的桥", "黄昏的桥"])]
    fn readings(#[case] prompt: &str, #[case] expected: &[&str]) {
        let wording = Wording::read(prompt).unwrap();
        assert_eq!(wording.all().unwrap(), expected);
        assert_eq!(wording.count(), expected.len() as u64);
        assert_eq!(wording.is_open(), prompt.contains('|') && expected.len() > 1);
    }

    #[rstest]
    #[case("a {b", "3")]
    #[case("a {b|{c}", "3")]
    #[case("a } b", "3")]
    #[case("{a|b}}", "6")]
    fn braces_that_do_not_match_are_told_with_their_place(#[case] prompt: &str, #[case] place: &str) {
        let error = Wording::read(prompt).unwrap_err();
        assert_eq!((error.code.as_str(), error.params["place"].as_str()), ("wildcards_invalid", place));
    }

    #[test]
    fn chosen_words_are_not_chosen_again() {
        let mut make = MakeRequest { prompt: r"{dawn|dusk} \{1\}".into(), ..MakeRequest::default() };
        let wording = open(&mut make).unwrap();
        put(&mut make, wording.chosen(&mut |_| 1));
        assert_eq!(
            (make.prompt.as_str(), make.written_as.as_deref()),
            ("dusk {1}", Some(r"{dawn|dusk} \{1\}"))
        );
        let kept = make.clone();
        assert!(!open(&mut make).unwrap().is_open());
        assert_eq!(make, kept, "its recipe makes it again");
        make.prompt = "now {red|blue}".into();
        assert!(open(&mut make).unwrap().is_open(), "other words are a new prompt");
        assert_eq!(make.written_as, None);
    }

    #[test]
    fn so_many_that_nobody_counts_are_no_work() {
        let wording = Wording::read(&"{a|b|c|d}".repeat(200)).unwrap();
        assert_eq!((wording.all(), wording.count()), (None, u64::MAX));
        assert_eq!(wording.first(8).len(), 8);
        assert_eq!(wording.longest().len(), 200);
        assert!(Wording::read(&"{".repeat(7_000)).is_err());
        assert!(Wording::read(&format!("{}a|b{}", "{".repeat(20), "}".repeat(20))).is_ok());
    }

    /// A prompt and how many readings it has at most.
    fn prompts() -> impl Strategy<Value = String> {
        let leaf = prop_oneof!["[a-c ,]{0,4}", r"\\[{}|]", Just("水".to_owned()), Just("\\".to_owned())];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let many = prop::collection::vec(inner, 0..3);
            prop_oneof![
                many.clone().prop_map(|parts| parts.concat()),
                many.clone().prop_map(|parts| format!("{{{}}}", parts.join("|"))),
                (many.clone(), many).prop_map(|(one, two)| format!(
                    "{{{}|{}}}{}",
                    one.concat(),
                    two.join("|"),
                    two.len()
                )),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_typed_is_read_or_refused(prompt in r"[a{}|\\ 水]{0,24}") {
            if let Ok(wording) = Wording::read(&prompt) {
                prop_assert!(wording.count() >= 1);
                prop_assert!(wording.can_be(&wording.longest()) && wording.can_be(&wording.shortest()));
            }
        }

        #[test]
        fn what_is_chosen_is_one_of_all_and_within_the_longest(prompt in prompts(), picks in prop::collection::vec(any::<usize>(), 1..8)) {
            // A backslash before a sign takes it out of its part, so a few of these don't match.
            let Ok(wording) = Wording::read(&prompt) else { return Ok(()) };
            let mut picks = picks.into_iter().cycle();
            let chosen = wording.chosen(&mut |of| picks.next().unwrap_or(0) % of);
            prop_assert!(wording.can_be(&chosen), "{chosen:?} of {prompt:?}");
            let length = |text: &str| text.encode_utf16().count();
            prop_assert!(length(&chosen) <= length(&wording.longest()));
            prop_assert!(length(&chosen) >= length(&wording.shortest()));
            if let Some(all) = wording.all() {
                prop_assert!(all.contains(&chosen));
                prop_assert!(all.iter().all(|one| wording.can_be(one)));
            }
            let longer = chosen + "#";
            prop_assert!(!wording.can_be(&longer));
        }

        #[test]
        fn a_prompt_without_braces_is_sent_as_it_is(prompt in r"[^{}]{0,40}") {
            prop_assert_eq!(Wording::read(&prompt).unwrap().all().unwrap(), [prompt]);
        }
    }
}
