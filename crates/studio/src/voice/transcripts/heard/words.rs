//! Words as they are written.

/// The written form of each word that was told: with the signs that the text has around it. None where the text isn't made of
/// these words.
pub(super) fn punctuated(text: &str, told: &[&str]) -> Option<Vec<String>> {
    let mut written: Vec<String> = Vec::with_capacity(told.len());
    let mut at = 0;
    for word in told {
        let found = text[at..].find(word)?;
        let gap = &text[at..at + found];
        if gap.chars().any(char::is_alphanumeric) {
            return None;
        }
        let opening = put_apart(gap, written.last_mut());
        written.push(format!("{opening}{word}"));
        at += found + word.len();
    }
    let rest = &text[at..];
    if rest.chars().any(char::is_alphanumeric) {
        return None;
    }
    if let Some(last) = written.last_mut() {
        last.push_str(rest.trim());
    }
    Some(written)
}

/// What lies between two words: the signs up to the last space belong to the word before, the others open the next one.
fn put_apart<'a>(gap: &'a str, before: Option<&mut String>) -> &'a str {
    let Some(before) = before else { return gap.trim() };
    if let Some(space) = gap.rfind(char::is_whitespace) {
        append_spaced(before, &gap[..space]);
        gap[space..].trim_start()
    } else {
        before.push_str(gap);
        ""
    }
}

/// A dash that stands by itself keeps its space.
fn append_spaced(word: &mut String, signs: &str) {
    let stands_alone = signs.starts_with(char::is_whitespace);
    let signs = signs.trim();
    if stands_alone && !signs.is_empty() {
        word.push(' ');
    }
    word.push_str(signs);
}

/// The words of a text: by its spaces, and one by one in scripts that have none.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for token in text.split_whitespace() {
        let mut word = String::new();
        for character in token.chars() {
            let stands_alone = store::is_unspaced(character) && character.is_alphanumeric();
            let before_stood_alone =
                word.chars().find(|character| character.is_alphanumeric()).is_some_and(store::is_unspaced);
            // Signs stay with what they follow.
            let begins = stands_alone || (before_stood_alone && character.is_alphanumeric());
            if begins && word.chars().any(char::is_alphanumeric) {
                words.push(std::mem::take(&mut word));
            }
            word.push(character);
        }
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_go_to_the_word_they_belong_to() {
        let written = |text: &str, told: &[&str]| punctuated(text, told).map(|words| words.join("|"));
        assert_eq!(written("Yes, (it) is!", &["Yes", "it", "is"]).as_deref(), Some("Yes,|(it)|is!"));
        assert_eq!(written("one — two...", &["one", "two"]).as_deref(), Some("one —|two..."));
        assert_eq!(written("你好，世界。", &["你", "好", "世", "界"]).as_deref(), Some("你|好，|世|界。"));
        assert_eq!(written("told already.", &["told", "already."]).as_deref(), Some("told|already."));
        assert_eq!(written("something else", &["some", "words"]), None);
        assert_eq!(written("one two three", &["one", "two"]), None);
    }

    #[test]
    fn scripts_without_spaces_are_split_by_characters() {
        assert_eq!(split("AI绘画，很好。 Yes indeed").join("|"), "AI|绘|画，|很|好。|Yes|indeed");
        assert_eq!(split("“黄昏”"), ["“黄", "昏”"]);
        assert!(split(" \n ").is_empty());
    }
}
