//! Cutting text into tokens, as plausibly as can be without a vocabulary: about four letters of English to a token, one
//! to each Chinese character.

/// The tokens of a text, in order; together they are the text again.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    Tokens(text)
}

/// How many tokens a text has.
pub(crate) fn count(text: &str) -> u64 {
    Tokens(text).count() as u64
}

/// Words up to this long are one token; longer ones are cut.
const WHOLE_WORD: usize = 8;
const CUT_WORD: usize = 5;
const DIGITS: usize = 3;
const SAME_MARK: usize = 4;
const BLANKS: usize = 16;

struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let first = self.0.chars().next()?;
        // A word takes the space before it along, as the usual vocabularies do.
        let after = self.0.strip_prefix(' ').unwrap_or(self.0);
        let space = self.0.len() - after.len();
        let length = match after.chars().next() {
            Some(letter) if is_wide(letter) && space == 0 => letter.len_utf8(),
            Some(letter) if is_wide(letter) => space,
            Some(letter) if letter.is_alphabetic() => space + word(after),
            Some(digit) if digit.is_ascii_digit() => space + run(after, DIGITS, |next| next.is_ascii_digit()),
            Some(mark) if !mark.is_whitespace() => space + run(after, SAME_MARK, |next| next == mark),
            _ => run(self.0, BLANKS, |next| next == first),
        };
        let (token, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(token)
    }
}

fn word(text: &str) -> usize {
    let is_letter = |letter: char| letter.is_alphabetic() && !is_wide(letter);
    let whole = run(text, WHOLE_WORD + 1, is_letter);
    let letters = text[..whole].chars().count();
    if letters <= WHOLE_WORD { whole } else { run(text, CUT_WORD, is_letter) }
}

/// The bytes of the first characters that `belongs` takes, `most` at most.
fn run(text: &str, most: usize, belongs: impl Fn(char) -> bool) -> usize {
    text.chars().take(most).take_while(|next| belongs(*next)).map(char::len_utf8).sum()
}

/// Whether a character is written full width: Chinese, Japanese and Korean.
pub(super) fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter),
        0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff00..=0xffef | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_make_the_text_again() {
        for text in [
            "A gondola at dusk, 1739.\n\n- extraordinarily  slow\t!!!",
            "黄昏的贡多拉, and 12345 gulls 🛶🛶",
            " ",
            "   \n \n",
            " 水",
            "e\u{301}té",
            "",
        ] {
            assert_eq!(tokens(text).collect::<String>(), text);
            assert!(tokens(text).all(|token| !token.is_empty()));
        }
    }

    #[test]
    fn english_and_chinese_have_their_usual_share() {
        let english = "The canal was quiet in the morning, and the painters were already looking for light. "
            .repeat(40);
        let per_token = english.len() as f64 / count(&english) as f64;
        assert!((3.5..6.0).contains(&per_token), "{per_token}");
        assert_eq!(count("黄昏的贡多拉"), 6);
        assert_eq!(tokens("extraordinarily").collect::<Vec<_>>(), ["extra", "ordin", "arily"]);
    }
}
