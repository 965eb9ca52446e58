//! What a file that is to go with a message is, told by its bytes.

use std::path::Path;

use store::{MediaKind, PictureProblem};

use super::request::MOST_BYTES;
use crate::{
    AppError, Result,
    error::{Code, format_unsupported, from_picture},
};

/// How much of a file tells what it is.
const BEGINNING: usize = 64;
/// Films that Venice takes.
const FILMS: &str = "MP4, MOV, WebM";

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// One of ours, or one that is refused by its name when it is brought in.
    Picture,
    /// Sound or a film, with its media type and ending.
    Media(MediaKind, &'static str, &'static str),
    /// Words, which are sent as such.
    Text,
    /// Words that were in UTF-16.
    Recoded(String),
    /// A document that Venice reads.
    Document(&'static str),
}

/// What a file is to somebody who wants the words in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, in a coding that is yet to be found out.
    Words,
    /// A document that Venice reads.
    Document,
    /// Something else.
    Other,
}

/// What a file is to somebody who wants its words, by its first bytes, and how many bytes it has.
pub(crate) fn kind_of(path: &Path) -> Result<(Kind, u64)> {
    let Beginning { bytes, first: beginning, ending } = begin(path)?;
    // The source of a page and of a rich text would be read out with all its marks.
    let start = beginning.trim_ascii_start().to_ascii_lowercase();
    let is_source = [&b"<!doctype"[..], b"<html", b"<?xml", b"{\\rtf", b"pk\x03\x04"];
    let kind = match by_bytes(&beginning, &ending) {
        Some(Found::Document(_)) => Kind::Document,
        None if other_film(&beginning).is_none() && !is_source.iter().any(|mark| start.starts_with(mark)) => {
            Kind::Words
        }
        _ => Kind::Other,
    };
    Ok((kind, bytes))
}

/// The first bytes of a file, all its bytes in number, and the ending of its name.
struct Beginning {
    bytes: u64,
    first: Vec<u8>,
    ending: String,
}

fn unreadable(_: std::io::Error) -> AppError {
    AppError::new(
        Code::InputUnreadable,
        "This file can't be read.",
        "Check that it is still there and that you have the right to read it.",
    )
}

fn begin(path: &Path) -> Result<Beginning> {
    let file = std::fs::metadata(path).map_err(unreadable)?;
    // Reading a pipe or a device may never end.
    if !file.is_file() {
        return Err(unreadable(std::io::ErrorKind::InvalidInput.into()));
    }
    let bytes = file.len();
    if bytes == 0 {
        return Err(from_picture(&PictureProblem::Empty));
    }
    let mut beginning = Vec::with_capacity(BEGINNING);
    let open = std::fs::File::open(path).map_err(unreadable)?;
    std::io::Read::read_to_end(&mut std::io::Read::take(open, BEGINNING as u64), &mut beginning)
        .map_err(unreadable)?;
    let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    Ok(Beginning { bytes, first: beginning, ending })
}

/// What a file is, and how many bytes it has; or why it can't go with a message.
pub(super) fn look_at(path: &Path) -> Result<(Found, u64)> {
    let Beginning { bytes, first: beginning, ending } = begin(path)?;
    if let Some(format) = other_film(&beginning) {
        return Err(format_unsupported(format, FILMS));
    }
    if let Some(found) = by_bytes(&beginning, &ending) {
        return Ok((found, bytes));
    }
    // Anything else is words, or nothing that can be read; what is too large to send needn't be looked through.
    if bytes > MOST_BYTES {
        return Ok((Found::Text, bytes));
    }
    match words(&std::fs::read(path).map_err(unreadable)?)? {
        Some(found) => Ok((found, bytes)),
        None => Err(unsupported(&beginning)),
    }
}

/// Text, if it is that: in UTF-8, or in the UTF-16 that some programs of Windows write.
fn words(bytes: &[u8]) -> Result<Option<Found>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => {
            let is_text = !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok();
            return Ok(is_text.then_some(Found::Text));
        }
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().skip(1).map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(Some(Found::Recoded(text))),
        _ => Err(format_unsupported("UTF-16", "UTF-8")),
    }
}

/// A picture that can't be read says so by its name.
fn unsupported(beginning: &[u8]) -> AppError {
    match store::probe_bytes(beginning) {
        Err(problem @ PictureProblem::Unsupported { .. }) => from_picture(&problem),
        _ => AppError::new(
            Code::InputUnsupported,
            "Files of this kind can't go with a message.",
            "Pictures, sound, films, PDF, EPUB, Word, PowerPoint, Excel and text files can.",
        ),
    }
}

/// The name of a film's format that Venice doesn't take, where it is one.
fn other_film(beginning: &[u8]) -> Option<&'static str> {
    let at = |from: usize, mark: &[u8]| beginning.get(from..from + mark.len()) == Some(mark);
    if at(0, b"RIFF") && at(8, b"AVI ") {
        return Some("AVI");
    }
    // The first packet stands behind a header of 28 bytes.
    if at(0, b"OggS") && at(28, b"\x80theora") {
        return Some("Ogg Theora");
    }
    // WebM is one kind of Matroska and has the same mark.
    let is_matroska = at(0, b"\x1a\x45\xdf\xa3") && beginning.windows(8).any(|bytes| bytes == b"matroska");
    is_matroska.then_some("Matroska")
}

/// What a sound or a film is kept as, by its first bytes: its kind, media type and ending.
pub(crate) fn media_of(beginning: &[u8], ending: &str) -> Option<(MediaKind, &'static str, &'static str)> {
    match by_bytes(beginning, ending) {
        Some(Found::Media(kind, mime, ending)) => Some((kind, mime, ending)),
        _ => None,
    }
}

/// What a file is by its first bytes; names lie, but tell documents in ZIP files apart.
fn by_bytes(beginning: &[u8], ending: &str) -> Option<Found> {
    use MediaKind::{Film, Sound};
    let starts = |mark: &[u8]| beginning.starts_with(mark);
    let at = |from: usize, mark: &[u8]| beginning.get(from..from + mark.len()) == Some(mark);
    let sound = |mime, ending| Some(Found::Media(Sound, mime, ending));
    let film = |mime, ending| Some(Found::Media(Film, mime, ending));
    if starts(b"\x89PNG") || starts(b"\xff\xd8\xff") || starts(b"GIF8") || (starts(b"RIFF") && at(8, b"WEBP"))
    {
        return Some(Found::Picture);
    }
    if starts(b"RIFF") && at(8, b"WAVE") {
        return sound("audio/wav", "wav");
    }
    if starts(b"fLaC") {
        return sound("audio/flac", "flac");
    }
    if starts(b"OggS") {
        return sound("audio/ogg", "ogg");
    }
    if starts(b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        return sound("audio/aiff", "aiff");
    }
    if at(4, b"ftyp") {
        let brand = beginning.get(8..12).unwrap_or_default();
        return match (brand, ending) {
            // Pictures of telephones and cameras are kept in the same boxes.
            (b"mif1" | b"msf1" | b"avif" | b"avis" | b"crx ", _) => Some(Found::Picture),
            _ if brand.starts_with(b"hei") || brand.starts_with(b"hev") => Some(Found::Picture),
            (b"M4A " | b"M4B " | b"M4P " | b"F4A ", _) | (_, "m4a" | "m4b") => sound("audio/mp4", "m4a"),
            (b"qt  ", _) => film("video/quicktime", "mov"),
            _ => film("video/mp4", "mp4"),
        };
    }
    if starts(b"\x1a\x45\xdf\xa3") {
        return film("video/webm", "webm");
    }
    if starts(b"\x00\x00\x01\xba") || starts(b"\x00\x00\x01\xb3") {
        return film("video/mpeg", "mpeg");
    }
    if starts(b"ID3") {
        return sound("audio/mpeg", "mp3");
    }
    match frame(beginning) {
        Some(Frame::Aac) => return sound("audio/aac", "aac"),
        Some(Frame::Mpeg) => return sound("audio/mpeg", "mp3"),
        None => {}
    }
    if starts(b"%PDF-") {
        return Some(Found::Document("application/pdf"));
    }
    if starts(b"PK\x03\x04") {
        let mime = match ending {
            "epub" => "application/epub+zip",
            "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _ => return None,
        };
        return Some(Found::Document(mime));
    }
    None
}

/// A frame of sound without a file around it.
enum Frame {
    Aac,
    Mpeg,
}

/// Bare frames begin with eleven bits set, and so does UTF-16: what stands in the next bits has to make sense.
fn frame(beginning: &[u8]) -> Option<Frame> {
    let &[0xff, second, third, ..] = beginning else { return None };
    if second & 0xf6 == 0xf0 {
        // Thirteen sampling rates are known.
        return (third >> 2 & 0x0f < 13).then_some(Frame::Aac);
    }
    let (version, layer) = (second >> 3 & 0b11, second >> 1 & 0b11);
    let (bitrate, sampling) = (third >> 4, third >> 2 & 0b11);
    // FF FE is how UTF-16 begins, and else the first layer with a check sum, which nobody writes.
    let is_frame = second & 0xe0 == 0xe0 && version != 1 && layer != 0 && second != 0xfe;
    (is_frame && !matches!(bitrate, 0 | 15) && sampling != 3).then_some(Frame::Mpeg)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn sound(mime: &'static str, ending: &'static str) -> Found {
        Found::Media(MediaKind::Sound, mime, ending)
    }

    fn film(mime: &'static str, ending: &'static str) -> Found {
        Found::Media(MediaKind::Film, mime, ending)
    }

    #[rstest]
    #[case(b"\x89PNG\r\n", "txt", Some(Found::Picture))]
    #[case(b"RIFF\0\0\0\0WAVE", "", Some(sound("audio/wav", "wav")))]
    #[case(b"\0\0\0\x20ftypM4A ", "", Some(sound("audio/mp4", "m4a")))]
    #[case(b"\0\0\0\x20ftypM4B ", "mp4", Some(sound("audio/mp4", "m4a")))]
    #[case(b"\0\0\0\x20ftypisom", "mp4", Some(film("video/mp4", "mp4")))]
    #[case(b"\0\0\0\x14ftypqt  ", "", Some(film("video/quicktime", "mov")))]
    #[case(b"\0\0\0\x18ftypheic", "heic", Some(Found::Picture))]
    #[case(b"\0\0\0\x18ftypheix", "mp4", Some(Found::Picture))]
    #[case(b"\0\0\0\x18ftyphevc", "m4a", Some(Found::Picture))]
    #[case(b"\0\0\0\x18ftypmif1", "", Some(Found::Picture))]
    #[case(b"\0\0\0\x18ftypmsf1", "", Some(Found::Picture))]
    #[case(b"\0\0\0\x18ftypavif", "avif", Some(Found::Picture))]
    #[case(b"\0\0\0\x18ftypavis", "", Some(Found::Picture))]
    #[case(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "webm", Some(film("video/webm", "webm")))]
    #[case(
        b"OggS\0\x02\0\0\0\0\0\0\0\0abcd\0\0\0\0abcd\x01\x1e\x01vorbis",
        "",
        Some(sound("audio/ogg", "ogg"))
    )]
    #[case(b"\xff\xf1\x50\x80", "aac", Some(sound("audio/aac", "aac")))]
    #[case(b"\xff\xf1\xfc\x80", "aac", None)]
    #[case(b"\xff\xfb\x90\x64", "mp3", Some(sound("audio/mpeg", "mp3")))]
    #[case(b"\xff\xf3\x40\xc4", "mp3", Some(sound("audio/mpeg", "mp3")))]
    #[case(b"\xff\xfb\x00\x64", "mp3", None)]
    #[case(b"\xff\xfb\xf0\x64", "mp3", None)]
    #[case(b"\xff\xfb\x9c\x64", "mp3", None)]
    #[case(b"\xff\xeb\x90\x64", "mp3", None)]
    #[case(b"\xff\xfeh\0i\0", "txt", None)]
    #[case(b"\xfe\xff\0h\0i", "txt", None)]
    #[case(b"%PDF-1.7", "pdf", Some(Found::Document("application/pdf")))]
    #[case(b"PK\x03\x04", "epub", Some(Found::Document("application/epub+zip")))]
    #[case(b"PK\x03\x04", "zip", None)]
    #[case(b"fn main() {}", "rs", None)]
    fn files_are_told_by_their_bytes(
        #[case] bytes: &[u8],
        #[case] ending: &str,
        #[case] found: Option<Found>,
    ) {
        assert_eq!(by_bytes(bytes, ending), found);
    }

    #[rstest]
    #[case(b"RIFF\0\0\0\0AVI LIST", Some("AVI"))]
    #[case(b"RIFF\0\0\0\0WAVE", None)]
    #[case(b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", Some("Matroska"))]
    #[case(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", None)]
    #[case(b"OggS\0\x02\0\0\0\0\0\0\0\0abcd\0\0\0\0abcd\x01\x2a\x80theora", Some("Ogg Theora"))]
    #[case(b"OggS\0\x02\0\0\0\0\0\0\0\0abcd\0\0\0\0abcd\x01\x1e\x01vorbis", None)]
    fn films_that_are_not_taken_have_a_name(#[case] bytes: &[u8], #[case] name: Option<&str>) {
        assert_eq!(other_film(bytes), name);
    }

    #[test]
    fn text_is_told_from_what_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            look_at(&path)
                .map(|found| found.0)
                .map_err(|error| (error.code, error.params.into_values().collect()))
        };
        let refused = |code: &str, params: &[&str]| -> std::result::Result<Found, (String, Vec<String>)> {
            Err((code.to_owned(), params.iter().map(|&param| param.to_owned()).collect()))
        };
        assert_eq!(file("a.zip", b"PK\x03\x04\0\0"), refused("input_unsupported", &[]));
        assert_eq!(file("main.rs", b"fn main() {}"), Ok(Found::Text));
        assert_eq!(file("empty.txt", b""), refused("input_empty", &[]));
        assert_eq!(file("bmw.txt", b"BMW is a make of cars"), Ok(Found::Text));
        assert_eq!(
            file("a.bmp", b"BM\x8a\0\0\0"),
            refused("format_unsupported", &["BMP", "JPEG, PNG, WebP"])
        );
        assert_eq!(
            file("a.mkv", b"\x1a\x45\xdf\xa3matroska"),
            refused("format_unsupported", &["Matroska", FILMS])
        );
        assert!(look_at(&folder.path().join("gone")).is_err());
    }

    #[test]
    fn text_in_utf_16_is_read_and_what_only_begins_like_it_is_not() {
        let read = |bytes: &[u8]| words(bytes).map_err(|error| error.code);
        let recoded = |text: &str| Ok(Some(Found::Recoded(text.to_owned())));
        assert_eq!(read(b"\xff\xfeh\0\xf4\x6c"), recoded("h泴"));
        assert_eq!(read(b"\xfe\xff\0h\x6c\xf4"), recoded("h泴"));
        let problem = Err("format_unsupported".to_owned());
        assert_eq!(read(b"\xff\xfeh"), problem, "half a letter");
        assert_eq!(read(b"\xff\xfe\x00\xd8"), problem, "half a pair");
        assert_eq!(read(b"\xff\xfe\0\0h\0\0\0"), problem, "UTF-32");
    }
}
