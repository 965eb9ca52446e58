//! The text of a document: plain files, web pages, PDF, and the packed kinds of office suites and e-books.

mod packed;
mod page;

/// Why a document gives no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Neither text nor one of the kinds that are known.
    Kind,
    /// Of a known kind, but broken, locked, or packed beyond reason.
    Damaged,
}

/// The text of a document, whose kind is told from its bytes; the name decides only between kinds of plain text.
pub(crate) fn text(name: &str, bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.starts_with(b"%PDF-") {
        return pdf(bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return packed::text(bytes);
    }
    let text = plain(bytes).ok_or(Unreadable::Kind)?;
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase());
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    let is_page = matches!(extension.as_str(), "html" | "htm")
        || start.starts_with("<!doctype html")
        || start.starts_with("<html");
    Ok(if is_page { page::plain(&text) } else { text })
}

/// UTF-8, or UTF-16 that says so. Text holds no nought.
fn plain(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok()?,
        _ => String::from_utf8(bytes.to_vec()).ok()?,
    };
    (!text.contains('\0')).then_some(text)
}

fn pdf(bytes: &[u8]) -> Result<String, Unreadable> {
    let document = lopdf::Document::load_mem(bytes).map_err(|_| Unreadable::Damaged)?;
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).map_err(|_| Unreadable::Damaged)?;
    Ok(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use lopdf::{
        Document, Object, Stream,
        content::{Content, Operation},
        dictionary,
    };

    use super::*;

    fn small_pdf(line: &str) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let pages = document.new_object_id();
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
        });
        let content = Content {
            operations: vec![
                Operation::new("BT", vec![]),
                Operation::new("Tf", vec!["F1".into(), 24.into()]),
                Operation::new("Td", vec![72.into(), 700.into()]),
                Operation::new("Tj", vec![Object::string_literal(line)]),
                Operation::new("ET", vec![]),
            ],
        };
        let stream = document.add_object(Stream::new(dictionary! {}, content.encode().unwrap()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => stream,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        });
        let kids = dictionary! {
            "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        document.objects.insert(pages, Object::Dictionary(kids));
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_pdf_gives_its_words_and_a_cut_one_says_so() {
        let whole = small_pdf("Regatta on Sunday");
        assert_eq!(text("a.pdf", &whole).unwrap(), "Regatta on Sunday");
        assert_eq!(text("a.pdf", &whole[..whole.len() / 2]), Err(Unreadable::Damaged));
        assert_eq!(text("a.pdf", b"%PDF-1.5"), Err(Unreadable::Damaged));
    }

    #[test]
    fn plain_text_is_read_in_its_encodings_and_noise_is_not() {
        assert_eq!(text("a.csv", "a,b\n1,é".as_bytes()).unwrap(), "a,b\n1,é");
        assert_eq!(text("a.txt", b"\xff\xfeh\0i\0").unwrap(), "hi");
        assert_eq!(text("a.txt", "\u{feff}hi".as_bytes()).unwrap(), "hi");
        assert_eq!(text("a", b"<!DOCTYPE html><p>Hi</p>").unwrap(), "Hi");
        for noise in [&b"\x89PNG\r\n\x1a\n"[..], b"a\0b", b"\xff\xfe\x00\xd8"] {
            assert_eq!(text("a.txt", noise), Err(Unreadable::Kind));
        }
    }
}
