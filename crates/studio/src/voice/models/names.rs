//! What voices are called: by their ids, as far as these tell anything.

/// What a voice's id tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub name: String,
    pub language: Option<&'static str>,
    pub gender: Option<&'static str>,
}

/// The models whose ids begin with a letter for the language and one for the gender: `af_sky`.
const PREFIXED: &str = "tts-kokoro";

/// What the id of a voice tells of it.
pub(super) fn told(model: &str, voice: &str) -> Told {
    if model.starts_with(PREFIXED)
        && let Some((prefix, name)) = voice.split_once('_')
        && let &[language, gender] = prefix.as_bytes()
        && let (Some(language), Some(gender)) = (language_of(language), gender_of(gender))
    {
        return Told { name: words(name), language: Some(language), gender: Some(gender) };
    }
    Told { name: words(voice), language: None, gender: None }
}

fn language_of(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'a' => "en-US",
        b'b' => "en-GB",
        b'e' => "es",
        b'f' => "fr",
        b'h' => "hi",
        b'i' => "it",
        b'j' => "ja",
        b'p' => "pt-BR",
        b'z' => "zh-CN",
        _ => return None,
    })
}

fn gender_of(letter: u8) -> Option<&'static str> {
    match letter {
        b'f' => Some("female"),
        b'm' => Some("male"),
        _ => None,
    }
}

/// An id as people write a name: `Uncle_Fu`, `WiseWoman` and `tara` are Uncle Fu, Wise Woman and Tara.
fn words(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + 2);
    let mut before = ' ';
    for letter in id.chars() {
        let letter = if letter == '_' || letter == '-' { ' ' } else { letter };
        if letter.is_uppercase() && before.is_lowercase() {
            name.push(' ');
        }
        if before == ' ' {
            name.extend(letter.to_uppercase());
        } else {
            name.push(letter);
        }
        before = letter;
    }
    if name.trim().is_empty() { id.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("tts-kokoro", "af_sky", "Sky", Some("en-US"), Some("female"))]
    #[case("tts-kokoro", "zf_xiaobei", "Xiaobei", Some("zh-CN"), Some("female"))]
    #[case("tts-kokoro", "bm_george", "George", Some("en-GB"), Some("male"))]
    #[case("tts-kokoro", "xf_sky", "Xf Sky", None, None)]
    #[case("tts-xai-v1", "af_sky", "Af Sky", None, None)]
    #[case("tts-qwen3-0-6b", "Uncle_Fu", "Uncle Fu", None, None)]
    #[case("tts-minimax-speech-02-hd", "WiseWoman", "Wise Woman", None, None)]
    #[case("tts-orpheus", "tara", "Tara", None, None)]
    #[case("m", "_", "_", None, None)]
    fn ids_are_read(
        #[case] model: &str,
        #[case] voice: &str,
        #[case] name: &str,
        #[case] language: Option<&'static str>,
        #[case] gender: Option<&'static str>,
    ) {
        assert_eq!(told(model, voice), Told { name: name.to_owned(), language, gender });
    }
}
