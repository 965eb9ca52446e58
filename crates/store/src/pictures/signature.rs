//! What bytes seem to be, by how they begin.

use super::probe::PictureFormat;

/// What a file's beginning tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    Picture(PictureFormat),
    /// A picture of a kind that isn't read here.
    Unsupported(&'static str),
    Other(&'static str),
    Unknown,
}

/// Offset, bytes there, and what that means.
const OTHERS: &[(usize, &[u8], Signature)] = &[
    (0, b"BM", Signature::Unsupported("BMP")),
    (0, b"II*\0", Signature::Unsupported("TIFF")),
    (0, b"MM\0*", Signature::Unsupported("TIFF")),
    (0, b"8BPS", Signature::Unsupported("PSD")),
    (0, b"\0\0\x01\0", Signature::Unsupported("ICO")),
    (0, b"\xff\x0a", Signature::Unsupported("JPEG XL")),
    (4, b"JXL ", Signature::Unsupported("JPEG XL")),
    (4, b"ftypavif", Signature::Unsupported("AVIF")),
    (4, b"ftypavis", Signature::Unsupported("AVIF")),
    (4, b"ftyphei", Signature::Unsupported("HEIC")),
    (4, b"ftyphev", Signature::Unsupported("HEIC")),
    (4, b"ftypmif1", Signature::Unsupported("HEIC")),
    (4, b"ftypmsf1", Signature::Unsupported("HEIC")),
    (4, b"ftypcrx ", Signature::Unsupported("CR3")),
    (4, b"jP  ", Signature::Unsupported("JPEG 2000")),
    (0, b"qoif", Signature::Unsupported("QOI")),
    (0, b"\x76\x2f\x31\x01", Signature::Unsupported("OpenEXR")),
    (0, b"gimp xcf", Signature::Unsupported("XCF")),
    (0, b"<svg", Signature::Unsupported("SVG")),
    (0, b"%PDF", Signature::Other("PDF")),
    (0, b"%!PS", Signature::Other("PostScript")),
    (0, b"PK\x03\x04", Signature::Other("ZIP")),
    (0, b"\x1f\x8b", Signature::Other("GZIP")),
    (0, b"7z\xbc\xaf", Signature::Other("7-Zip")),
    (0, b"Rar!", Signature::Other("RAR")),
    (4, b"ftyp", Signature::Other("MP4")),
    (0, b"\x1a\x45\xdf\xa3", Signature::Other("WebM")),
    (8, b"WAVE", Signature::Other("WAV")),
    (8, b"AVI ", Signature::Other("AVI")),
    (0, b"ID3", Signature::Other("MP3")),
    (0, b"\xff\xfb", Signature::Other("MP3")),
    (0, b"fLaC", Signature::Other("FLAC")),
    (0, b"OggS", Signature::Other("Ogg")),
    (0, b"\x7fELF", Signature::Other("ELF")),
    (0, b"MZ", Signature::Other("EXE")),
    (0, b"SQLite format 3", Signature::Other("SQLite")),
    (0, b"{", Signature::Other("JSON")),
];

pub(super) fn of(bytes: &[u8]) -> Signature {
    let at =
        |offset: usize, expected: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(expected));
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return Signature::Picture(PictureFormat::Png);
    }
    if at(0, b"\xff\xd8\xff") {
        return Signature::Picture(PictureFormat::Jpeg);
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Signature::Picture(PictureFormat::Webp);
    }
    if at(0, b"GIF87a") || at(0, b"GIF89a") {
        return Signature::Picture(PictureFormat::Gif);
    }
    if let Some((.., meaning)) = OTHERS.iter().find(|(offset, expected, _)| at(*offset, expected)) {
        return *meaning;
    }
    of_text(bytes.get(..bytes.len().min(1_024)).unwrap_or(bytes))
}

fn of_text(start: &[u8]) -> Signature {
    // A character cut in two at the end of the sample is no reason to call it binary.
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(start.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return Signature::Unknown,
    };
    let lower = text.trim_start().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        Signature::Other("HTML")
    } else if lower.starts_with("<?xml") && lower.contains("<svg") {
        Signature::Unsupported("SVG")
    } else if text.chars().all(|c| !c.is_control() || c.is_whitespace()) && !text.is_empty() {
        Signature::Other("text")
    } else {
        Signature::Unknown
    }
}
