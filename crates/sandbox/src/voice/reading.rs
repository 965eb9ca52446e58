//! A text as it is read aloud: words, and the pauses that its punctuation asks for.

use super::phones::{self, Phone};

/// What a sentence is said as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tune {
    Statement,
    Question,
    Call,
}

/// One step of a reading.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Word {
        text: String,
        phones: Vec<Phone>,
        stressed: bool,
    },
    /// Seconds of nothing.
    Pause(f32),
}

/// A sentence.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) steps: Vec<Step>,
    pub(super) tune: Tune,
}

/// Whether a letter is said on its own, as a syllable.
fn stands_alone(letter: char) -> bool {
    matches!(u32::from(letter), 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff)
}

/// Words that are passed over lightly.
const LIGHT: &[&str] = &[
    "a", "an", "the", "of", "to", "in", "on", "at", "and", "or", "is", "are", "was", "it", "for", "by", "as",
    "with",
];

struct Reader {
    sentences: Vec<Sentence>,
    steps: Vec<Step>,
    word: String,
}

impl Reader {
    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let text = word.trim_matches('\'');
        let phones = phones::spell(text);
        if !phones.is_empty() {
            let stressed = !LIGHT.contains(&text.to_lowercase().as_str());
            self.steps.push(Step::Word { text: text.to_owned(), phones, stressed });
        }
    }

    fn pause(&mut self, seconds: f32) {
        self.end_word();
        match self.steps.last_mut() {
            Some(Step::Pause(known)) => *known = known.max(seconds),
            _ => self.steps.push(Step::Pause(seconds)),
        }
    }

    fn end_sentence(&mut self, tune: Tune, pause: f32) {
        let empty = self.steps.is_empty() && self.word.is_empty();
        self.pause(pause);
        if !empty {
            self.sentences.push(Sentence { steps: std::mem::take(&mut self.steps), tune });
        } else if let (Some(last), Some(step)) = (self.sentences.last_mut(), self.steps.pop()) {
            // "?!" and "..." belong to the sentence before them.
            last.steps.push(step);
            if tune == Tune::Question {
                last.tune = tune;
            }
        }
    }
}

pub(super) fn read(text: &str) -> Vec<Sentence> {
    let mut reader = Reader { sentences: Vec::new(), steps: Vec::new(), word: String::new() };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let inside = letters.peek().is_some_and(|next| next.is_alphanumeric());
        match letter {
            letter if stands_alone(letter) => {
                reader.end_word();
                reader.steps.push(Step::Word {
                    text: letter.to_string(),
                    phones: phones::syllable(letter),
                    stressed: true,
                });
            }
            '\'' | '’' if !reader.word.is_empty() && inside => reader.word.push('\''),
            // 3.5 and e.g. are no ends of sentences.
            '.' if !reader.word.is_empty() && inside => reader.end_word(),
            '.' | '。' | '…' => reader.end_sentence(Tune::Statement, 0.42),
            '?' | '？' => reader.end_sentence(Tune::Question, 0.45),
            '!' | '！' => reader.end_sentence(Tune::Call, 0.42),
            '\n' if reader.word.is_empty() && matches!(reader.steps.last(), None | Some(Step::Pause(_))) => {
                reader.pause(0.5);
            }
            '\n' => reader.end_sentence(Tune::Statement, 0.5),
            ',' | '，' | '、' => reader.pause(0.2),
            ';' | ':' | '；' | '：' | '—' | '–' | '(' | ')' => reader.pause(0.27),
            letter if letter.is_alphanumeric() => reader.word.push(letter),
            _ => reader.end_word(),
        }
    }
    reader.end_sentence(Tune::Statement, 0.12);
    if reader.sentences.is_empty() {
        reader.sentences.push(Sentence { steps: vec![Step::Pause(0.3)], tune: Tune::Statement });
    }
    reader.sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<(usize, Tune)> {
        let words = |sentence: &Sentence| {
            sentence.steps.iter().filter(|step| matches!(step, Step::Word { .. })).count()
        };
        read(text).iter().map(|sentence| (words(sentence), sentence.tune)).collect()
    }

    #[test]
    fn sentences_end_where_they_should() {
        assert_eq!(
            shape("It is 3.5 metres deep. Really?! Yes."),
            [(6, Tune::Statement), (1, Tune::Question), (1, Tune::Statement)]
        );
        assert_eq!(shape("don't stop"), [(2, Tune::Statement)]);
        assert_eq!(shape("水上有船。好吗？"), [(4, Tune::Statement), (2, Tune::Question)]);
    }
}
