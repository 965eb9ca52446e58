//! The letters of a text file, whatever program of whatever decade wrote it. Nothing is guessed: what could be read in
//! several ways is refused.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::{AppError, error::Code};

/// Of the letters beyond ASCII so many in a hundred must make sense.
const SENSE: usize = 90;

/// Reads the bytes of a text file.
pub(super) fn read(bytes: &[u8]) -> Result<String, AppError> {
    let marked = |encoding: &'static Encoding, bytes: &[u8]| whole(encoding, bytes).ok_or_else(unknown);
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).map_err(|_| unknown()),
        // UTF-32 begins like UTF-16, and then has zeros where no text has any.
        [0xff, 0xfe, 0, 0, ..] => Err(unknown()),
        [0xff, 0xfe, rest @ ..] => marked(UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => marked(UTF_16BE, rest),
        _ if bytes.contains(&0) => Err(no_text()),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => by_sense(bytes),
        },
    }
    .and_then(|text| if text.contains('\0') { Err(no_text()) } else { Ok(text) })
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// Chinese and Western text in their old codings. Read in the other's way either makes no sense, and where both do it is
/// neither.
fn by_sense(bytes: &[u8]) -> Result<String, AppError> {
    let chinese = whole(GB18030, bytes).filter(|text| makes_sense(text, is_chinese));
    let western = whole(WINDOWS_1252, bytes).filter(|text| {
        // A word of several such letters in a row is none of the West.
        makes_sense(text, is_western)
            && !text.split(|letter: char| !is_western(letter)).any(|run| run.chars().count() > 3)
    });
    match (chinese, western) {
        (Some(text), None) | (None, Some(text)) => Ok(text),
        (None, None) if !looks_like_words(bytes) => Err(no_text()),
        _ => Err(unknown()),
    }
}

fn makes_sense(text: &str, fits: fn(char) -> bool) -> bool {
    if text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) {
        return false;
    }
    let beyond = text.chars().filter(|letter| !letter.is_ascii());
    let (mut all, mut fitting) = (0, 0);
    for letter in beyond {
        all += 1;
        fitting += usize::from(fits(letter));
    }
    all > 0 && fitting * 100 >= all * SENSE
}

/// The Chinese that is written, and its signs; rare letters are what other codings look like.
fn is_chinese(letter: char) -> bool {
    // Of the first plane, the letters that the older standard orders by their sound are nearly all that is used.
    let is_common = |letter: char| {
        let mut bytes = [0; 4];
        let (coded, _, _) = GB18030.encode(letter.encode_utf8(&mut bytes));
        matches!(*coded, [0xb0..=0xf7 | 0xa1..=0xa3, 0xa1..=0xfe])
    };
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '‘' | '’' | '—' | '…' | '·')
        && is_common(letter)
}

/// Letters with accents, and the signs of typography.
fn is_western(letter: char) -> bool {
    matches!(letter, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' | '“' | '”' | '„' | '‘' | '’'
        | '‚' | '–' | '—' | '…' | '«' | '»' | '‹' | '›' | '¿' | '¡' | '€' | '£' | '§' | '°' | '·' | '•' | '\u{a0}')
}

/// Hardly any control bytes: a text in a coding we don't read, rather than a picture or a program.
fn looks_like_words(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    controls * 200 <= bytes.len()
}

fn unknown() -> AppError {
    AppError::new(
        Code::TextEncodingUnknown,
        "Nobody can tell for certain how the letters of this text are coded.",
        "Open it in an editor, and save it as UTF-8.",
    )
}

fn no_text() -> AppError {
    AppError::new(
        Code::InputNotText,
        "There is no text in this file that can be read.",
        "Text files, Markdown, PDF, EPUB, Word, PowerPoint and Excel can be read aloud.",
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn in_(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[rstest]
    #[case("Die Brücke über den Kanal – schön, „größer“ als früher. Café, garçon, œuvre.")]
    #[case("À la fenêtre, l’été s’étire ; où êtes-vous ?")]
    fn western_text_is_read(#[case] text: &str) {
        assert_eq!(read(&in_(WINDOWS_1252, text)).unwrap(), text);
        assert_eq!(read(text.as_bytes()).unwrap(), text);
    }

    #[rstest]
    #[case("水面在黄昏时分静静地泛着光，贡多拉从桥下驶过。“真美！”她说。")]
    #[case("第一章\n他走了。")]
    fn chinese_text_is_read(#[case] text: &str) {
        assert_eq!(read(&in_(GB18030, text)).unwrap(), text);
    }

    #[test]
    fn marks_tell_the_coding() {
        assert_eq!(read(b"\xef\xbb\xbfh\xc3\xa9").unwrap(), "hé");
        assert_eq!(read(b"\xff\xfeh\0\xf4\x6c").unwrap(), "h泴");
        assert_eq!(read(b"\xfe\xff\0h\x6c\xf4").unwrap(), "h泴");
        for broken in
            [&b"\xff\xfeh"[..], b"\xff\xfe\x00\xd8", b"\xff\xfeh\0\0\0h\0\0\0", b"\xff\xfe\0\0h\0\0\0"]
        {
            assert!(read(broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        let refused = |bytes: &[u8]| read(bytes).unwrap_err().code;
        assert_eq!(refused(b"MZ\x90\0\x03\0"), "input_not_text");
        assert_eq!(refused(&[0x01, 0x02, 0xff, 0x13, 0x88, 0x07]), "input_not_text");
        let (russian, ..) = encoding_rs::WINDOWS_1251.encode("Вода тихо блестит между домами.");
        assert_eq!(refused(&russian), "text_encoding_unknown");
        let (japanese, ..) = encoding_rs::SHIFT_JIS.encode("水面は静かに光っています。");
        assert_eq!(refused(&japanese), "text_encoding_unknown");
    }
}
