//! Thoughts that older models write into their answers, between `<think>` and `</think>`.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";
/// White space before the first word is held back up to so many bytes, since a tag may follow it.
const LONGEST_WAIT: usize = 256;

/// A stretch of what a model wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch<'a> {
    Thought(&'a str),
    Answer(&'a str),
}

/// Tells thoughts from the answer, also where a tag is torn over the pieces of a stream.
///
/// Only what a text begins with can be a thought: a tag further on is what the answer is about.
#[derive(Debug)]
pub(super) struct Thinking {
    state: State,
    /// White space, or the beginning of a tag.
    held: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Beginning,
    Inside,
    /// Behind a thought: white space separates it from what follows.
    Behind,
    Answering,
}

impl Default for Thinking {
    fn default() -> Self {
        Self { state: State::Beginning, held: String::new() }
    }
}

impl Thinking {
    /// For a model whose thoughts come in a field of their own: all the rest is answer.
    pub(super) fn separate(&mut self, mut on_stretch: impl FnMut(Stretch<'_>)) {
        self.finish(&mut on_stretch);
        self.state = State::Answering;
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &str, mut on_stretch: impl FnMut(Stretch<'_>)) {
        if self.state == State::Answering {
            if !piece.is_empty() {
                on_stretch(Stretch::Answer(piece));
            }
            return;
        }
        let mut text = std::mem::take(&mut self.held);
        text.push_str(piece);
        let mut rest = text.as_str();
        loop {
            match self.state {
                State::Answering => {
                    if !rest.is_empty() {
                        on_stretch(Stretch::Answer(rest));
                    }
                    return;
                }
                State::Inside => {
                    let Some(end) = rest.find(CLOSE) else {
                        let kept = torn(rest, CLOSE);
                        let (thought, kept) = rest.split_at(rest.len() - kept);
                        if !thought.is_empty() {
                            on_stretch(Stretch::Thought(thought));
                        }
                        kept.clone_into(&mut self.held);
                        return;
                    };
                    if end > 0 {
                        on_stretch(Stretch::Thought(&rest[..end]));
                    }
                    rest = &rest[end + CLOSE.len()..];
                    self.state = State::Behind;
                }
                State::Beginning | State::Behind => {
                    let words = rest.trim_start();
                    if let Some(inside) = words.strip_prefix(OPEN) {
                        rest = inside;
                        self.state = State::Inside;
                        continue;
                    }
                    if self.state == State::Behind {
                        rest = words;
                    }
                    if OPEN.starts_with(words) && rest.len() <= LONGEST_WAIT {
                        rest.clone_into(&mut self.held);
                        return;
                    }
                    self.state = State::Answering;
                }
            }
        }
    }

    /// Takes the end: what was held back was no tag.
    pub(super) fn finish(&mut self, mut on_stretch: impl FnMut(Stretch<'_>)) {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return;
        }
        match self.state {
            State::Inside => on_stretch(Stretch::Thought(&held)),
            _ => on_stretch(Stretch::Answer(&held)),
        }
    }
}

/// How many bytes at the end of a text may be the beginning of a tag.
fn torn(text: &str, tag: &str) -> usize {
    (1..tag.len()).rev().find(|length| text.ends_with(&tag[..*length])).unwrap_or_default()
}

/// Thoughts and answer of a whole text.
pub(super) fn split(text: &str) -> (String, String) {
    let (mut thoughts, mut answer) = (String::new(), String::new());
    let mut take = |stretch: Stretch<'_>| match stretch {
        Stretch::Thought(text) => thoughts.push_str(text),
        Stretch::Answer(text) => answer.push_str(text),
    };
    let mut thinking = Thinking::default();
    thinking.push(text, &mut take);
    thinking.finish(&mut take);
    (thoughts, answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("<think>\nhm</think>\n\nYes.", "\nhm", "Yes.")]
    #[case(" \n<think>hm</think>Yes.", "hm", "Yes.")]
    #[case("<think>a</think> <think>b</think> Yes.", "ab", "Yes.")]
    #[case("<think>a < b </thin", "a < b </thin", "")]
    #[case("<think></think>Yes.", "", "Yes.")]
    #[case("Use the <think> tag, then </think>.", "", "Use the <think> tag, then </think>.")]
    #[case("<thinking>no</thinking>", "", "<thinking>no</thinking>")]
    #[case("  indented", "", "  indented")]
    #[case("<thi", "", "<thi")]
    #[case("", "", "")]
    fn thoughts_are_told_from_the_answer(#[case] text: &str, #[case] thoughts: &str, #[case] answer: &str) {
        assert_eq!(split(text), (thoughts.to_owned(), answer.to_owned()));
    }

    #[test]
    fn a_model_that_thinks_elsewhere_is_left_alone() {
        let mut said = Vec::new();
        let mut thinking = Thinking::default();
        thinking.push(" ", |_| unreachable!());
        thinking.separate(|stretch| said.push(format!("{stretch:?}")));
        thinking.push("<think>", |stretch| said.push(format!("{stretch:?}")));
        assert_eq!(said, ["Answer(\" \")", "Answer(\"<think>\")"]);
    }

    proptest! {
        #[test]
        fn any_split_tells_the_same(text in "(<think>|</think>|<|/|think|>| |\n|[a-zé]){0,30}", cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).filter(|cut| text.is_char_boundary(*cut)).collect();
            cuts.sort_unstable();
            cuts.push(text.len());
            let (mut thoughts, mut answer, mut from) = (String::new(), String::new(), 0);
            let mut take = |stretch: Stretch<'_>| match stretch {
                Stretch::Thought(text) => thoughts.push_str(text),
                Stretch::Answer(text) => answer.push_str(text),
            };
            let mut thinking = Thinking::default();
            for cut in cuts {
                thinking.push(&text[from..cut], &mut take);
                from = cut;
            }
            thinking.finish(&mut take);
            prop_assert_eq!((thoughts, answer), split(&text));
        }

        #[test]
        fn white_space_is_not_held_for_ever(pieces in 1_usize..2000) {
            let mut thinking = Thinking::default();
            for _ in 0..pieces {
                thinking.push(" ", |_| ());
            }
            prop_assert!(thinking.held.len() <= LONGEST_WAIT);
        }
    }
}
