//! What is no sound, told by its first bytes: scanned for packets, a picture or a text would yield a noise sooner or later.

/// Bytes of a file that are looked at.
pub(super) const HEAD: usize = 4096;

const PICTURE: &str = "it is a picture";
const DOCUMENT: &str = "it is a document";
const ARCHIVE: &str = "it is an archive";
const PROGRAM: &str = "it is a program";
const TEXT: &str = "it is text";

const OTHERS: [(&[u8], &str); 15] = [
    (b"\x89PNG", PICTURE),
    (b"\xFF\xD8\xFF", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE),
    (b"%PDF", DOCUMENT),
    (b"{\\rtf", DOCUMENT),
    (b"PK\x03\x04", ARCHIVE),
    (b"\x1F\x8B", ARCHIVE),
    (b"7z\xBC\xAF", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xFD7zXZ", ARCHIVE),
    (b"\x7FELF", PROGRAM),
    (b"SQLite format 3", DOCUMENT),
];

/// What it is, where it surely is no sound.
pub(super) fn no_sound(head: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some(PICTURE);
    }
    is_text(head).then_some(TEXT)
}

/// UTF-8 or UTF-16 without what no text has. Heads of sound have zeros in their lengths.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        let units = head[2..].chunks_exact(2);
        return units.len() > 0 && units.filter(|unit| unit.contains(&0)).count() * 2 > (head.len() - 2) / 2;
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A letter that the end of the head cuts in two.
        Err(error) if error.valid_up_to() + 4 > head.len() && error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && text
            .chars()
            .all(|letter| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\x0C' | '\x1B'))
}

#[cfg(test)]
mod tests {
    use super::no_sound;

    #[test]
    fn texts_and_pictures_are_told() {
        assert_eq!(no_sound("Grüße aus Venedig\n".as_bytes()), Some("it is text"));
        assert_eq!(no_sound(b"\xFF\xFEh\0i\0"), Some("it is text"));
        assert_eq!(no_sound(b"\x89PNG\r\n\x1A\n"), Some("it is a picture"));
        assert_eq!(no_sound(b"RIFF\x10\0\0\0WEBPVP8 "), Some("it is a picture"));
    }

    #[test]
    fn a_text_whose_last_letter_is_cut_is_text() {
        assert_eq!(no_sound(&"ü".as_bytes()[..1]), None);
        assert_eq!(no_sound(&"ab€".as_bytes()[..4]), Some("it is text"));
    }

    #[test]
    fn heads_of_sound_are_let_through() {
        for head in [
            &b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"[..],
            b"fLaC\0\0\0\x22",
            b"OggS\0\x02\0\0",
            b"ID3\x04\0\0\0\0\0\0",
            b"\xFF\xFB\x90\x64\0\0",
        ] {
            assert_eq!(no_sound(head), None);
        }
    }
}
