//! Comments in EXIF: read with the exif crate, written as the few bytes of TIFF that a comment needs.

use std::io::Cursor;

use exif::{In, Tag, Value};

const DESCRIPTION: u16 = 0x010e;
const ORIENTATION: u16 = 0x0112;
const SOFTWARE: u16 = 0x0131;
const EXIF_FOLDER: u16 = 0x8769;
const USER_COMMENT: u16 = 0x9286;
const XP_COMMENT: u16 = 0x9c9c;

/// The comments of a JPEG, PNG or WebP by their EXIF names.
pub fn read(bytes: &[u8]) -> Vec<(String, String)> {
    let Ok(exif) = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) else {
        return Vec::new();
    };
    let wanted = [
        // Cameras write their names into the last two; ComfyUI writes its graphs there.
        ("UserComment", Tag::UserComment),
        ("ImageDescription", Tag::ImageDescription),
        ("XPComment", Tag(exif::Context::Tiff, XP_COMMENT)),
        ("Make", Tag::Make),
        ("Model", Tag::Model),
    ];
    wanted
        .into_iter()
        .filter_map(|(name, tag)| {
            let field = exif.get_field(tag, In::PRIMARY)?;
            Some((name.to_owned(), text_of(&field.value, exif.little_endian(), name)?))
        })
        .collect()
}

fn text_of(value: &Value, little_endian: bool, name: &str) -> Option<String> {
    match value {
        Value::Ascii(lines) => String::from_utf8(lines.first()?.clone()).ok(),
        Value::Undefined(bytes, _) => user_comment(bytes, little_endian),
        Value::Byte(bytes) if name == "XPComment" => Some(utf16(bytes, true)),
        _ => None,
    }
}

/// Eight bytes name the encoding. Programs disagree on the byte order of `UNICODE`, so the likelier one is taken.
fn user_comment(bytes: &[u8], little_endian: bool) -> Option<String> {
    let (encoding, text) = bytes.split_at_checked(8)?;
    let text = match encoding {
        b"UNICODE\0" => {
            let zeros_second = text.chunks_exact(2).take(64).filter(|pair| pair[1] == 0).count();
            let zeros_first = text.chunks_exact(2).take(64).filter(|pair| pair[0] == 0).count();
            let little = if zeros_first == zeros_second { little_endian } else { zeros_second > zeros_first };
            utf16(text, little)
        }
        _ => String::from_utf8(text.to_vec()).ok()?,
    };
    Some(text.trim_end_matches('\0').to_owned())
}

fn utf16(bytes: &[u8], little_endian: bool) -> String {
    let read = if little_endian { u16::from_le_bytes } else { u16::from_be_bytes };
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A TIFF block, as EXIF is, with a description, how the picture has to be turned, the program and a UTF-8 user comment.
pub fn write(orientation: u8, description: &str, software: &str, comment: &str) -> Vec<u8> {
    let description = [description.as_bytes(), b"\0"].concat();
    let software = [software.as_bytes(), b"\0"].concat();
    // Readers take "ASCII" for UTF-8; the UNICODE form is read in two byte orders, depending on the program.
    let comment = [b"ASCII\0\0\0", comment.as_bytes()].concat();

    let first_folder = 8_usize;
    let second_folder = first_folder + 2 + 4 * 12 + 4;
    let data = second_folder + 2 + 12 + 4;
    let software_at = data + description.len();
    let comment_at = software_at + software.len();

    let mut tiff = b"II*\0".to_vec();
    tiff.extend(offset(first_folder));
    tiff.extend(4_u16.to_le_bytes());
    entry(&mut tiff, DESCRIPTION, 2, &description, data);
    tiff.extend(ORIENTATION.to_le_bytes());
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(1_u32.to_le_bytes());
    tiff.extend([orientation, 0, 0, 0]);
    entry(&mut tiff, SOFTWARE, 2, &software, software_at);
    tiff.extend(EXIF_FOLDER.to_le_bytes());
    tiff.extend(4_u16.to_le_bytes());
    tiff.extend(1_u32.to_le_bytes());
    tiff.extend(offset(second_folder));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(1_u16.to_le_bytes());
    entry(&mut tiff, USER_COMMENT, 7, &comment, comment_at);
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(&description);
    tiff.extend(&software);
    tiff.extend(&comment);
    tiff
}

/// Values of up to four bytes stand in the entry itself.
fn entry(tiff: &mut Vec<u8>, tag: u16, kind: u16, value: &[u8], at: usize) {
    tiff.extend(tag.to_le_bytes());
    tiff.extend(kind.to_le_bytes());
    tiff.extend(offset(value.len()));
    if value.len() <= 4 {
        let mut inline = [0; 4];
        inline[..value.len()].copy_from_slice(value);
        tiff.extend(inline);
    } else {
        tiff.extend(offset(at));
    }
}

fn offset(at: usize) -> [u8; 4] {
    u32::try_from(at).unwrap_or(u32::MAX).to_le_bytes()
}
