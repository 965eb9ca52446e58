//! Documents that are folders of XML, packed: DOCX, PPTX, XLSX and EPUB.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use quick_xml::{Reader, XmlVersion, events::Event};

use super::{Unreadable, page};

/// The most that is unpacked of one document.
const MOST: u64 = 64 << 20;

type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    let mut pack = Pack { archive: &mut archive, left: MOST };
    let has = |name: &str| names.iter().any(|known| known == name);
    let text = if has("word/document.xml") {
        lines(&pack.file("word/document.xml")?)?
    } else if has("xl/workbook.xml") {
        workbook(&mut pack, &names)?
    } else if names.iter().any(|name| name.starts_with("ppt/slides/slide")) {
        let slides = numbered(&names, "ppt/slides/slide");
        let told: Result<Vec<String>, _> = slides.iter().map(|name| lines(&pack.file(name)?)).collect();
        told?.join("\n\n")
    } else if has("META-INF/container.xml") {
        book(&mut pack)?
    } else {
        return Err(Unreadable::Kind);
    };
    Ok(text.trim().to_owned())
}

struct Pack<'a, 'b> {
    archive: &'a mut Archive<'b>,
    left: u64,
}

impl Pack<'_, '_> {
    fn file(&mut self, name: &str) -> Result<String, Unreadable> {
        let file = self.archive.by_name(name).map_err(|_| Unreadable::Damaged)?;
        let mut bytes = Vec::new();
        let read = file.take(self.left).read_to_end(&mut bytes).map_err(|_| Unreadable::Damaged)?;
        self.left = self.left.saturating_sub(read as u64);
        if self.left == 0 {
            return Err(Unreadable::Damaged);
        }
        String::from_utf8(bytes).map_err(|_| Unreadable::Damaged)
    }
}

/// `slide2` before `slide10`.
fn numbered(names: &[String], prefix: &str) -> Vec<String> {
    let mut found: Vec<(u32, String)> = names
        .iter()
        .filter_map(|name| {
            let number = name.strip_prefix(prefix)?.strip_suffix(".xml")?.parse().ok()?;
            Some((number, name.clone()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

/// What a document is made of, as far as text goes.
enum Part {
    Open(String, BTreeMap<String, String>),
    Close(String),
    Text(String),
}

fn parts(xml: &str, mut take: impl FnMut(Part)) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| Unreadable::Damaged)? {
            Event::Start(tag) => take(Part::Open(tag.local_name().as_ref().to_owned(), attributes(&tag))),
            Event::Empty(tag) => {
                let name = tag.local_name().as_ref().to_owned();
                take(Part::Open(name.clone(), attributes(&tag)));
                take(Part::Close(name));
            }
            Event::End(tag) => take(Part::Close(tag.local_name().as_ref().to_owned())),
            Event::Text(text) => take(Part::Text(text.xml10_content().into_owned())),
            Event::CData(text) => take(Part::Text(text.xml10_content().into_owned())),
            Event::GeneralRef(reference) => {
                if let Ok(Some(letter)) = reference.resolve_char_ref() {
                    take(Part::Text(letter.to_string()));
                } else if let Some(text) =
                    quick_xml::escape::resolve_xml_entity(&reference.xml_content(XmlVersion::Implicit1_0))
                {
                    take(Part::Text(text.to_owned()));
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attributes(tag: &quick_xml::events::BytesStart<'_>) -> BTreeMap<String, String> {
    tag.attributes()
        .flatten()
        .filter_map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.local_name().as_ref().to_owned(), value.into_owned()))
        })
        .collect()
}

/// The runs of text of a document or a slide, a line to each paragraph.
fn lines(xml: &str) -> Result<String, Unreadable> {
    let (mut text, mut within) = (String::new(), false);
    parts(xml, |part| match part {
        Part::Open(name, _) => match name.as_str() {
            "t" => within = true,
            "tab" => text.push('\t'),
            "br" | "cr" => text.push('\n'),
            _ => {}
        },
        Part::Close(name) => match name.as_str() {
            "t" => within = false,
            "p" | "tr" => text.push('\n'),
            "tc" => {
                // The paragraph of a cell ended its line: the next cell stands beside it.
                text.truncate(text.trim_end_matches('\n').len());
                text.push('\t');
            }
            _ => {}
        },
        Part::Text(run) => {
            if within {
                text.push_str(&run);
            }
        }
    })?;
    Ok(text)
}

/// The sheets of a workbook, a line to each row and a tab between its cells.
fn workbook(pack: &mut Pack<'_, '_>, names: &[String]) -> Result<String, Unreadable> {
    let shared = if names.iter().any(|name| name == "xl/sharedStrings.xml") {
        strings(&pack.file("xl/sharedStrings.xml")?)?
    } else {
        Vec::new()
    };
    let mut told = Vec::new();
    for name in numbered(names, "xl/worksheets/sheet") {
        let (mut text, mut kind, mut value, mut within) =
            (String::new(), String::new(), String::new(), false);
        parts(&pack.file(&name)?, |part| match part {
            Part::Open(name, attributes) => match name.as_str() {
                "c" => {
                    kind = attributes.get("t").cloned().unwrap_or_default();
                    value.clear();
                }
                "v" | "t" => within = true,
                _ => {}
            },
            Part::Close(name) => match name.as_str() {
                "v" | "t" => within = false,
                "c" => {
                    let known =
                        value.parse().ok().and_then(|place: usize| shared.get(place)).filter(|_| kind == "s");
                    text.push_str(known.unwrap_or(&value));
                    text.push('\t');
                }
                "row" => {
                    text.truncate(text.trim_end_matches('\t').len());
                    text.push('\n');
                }
                _ => {}
            },
            Part::Text(run) => {
                if within {
                    value.push_str(&run);
                }
            }
        })?;
        told.push(text);
    }
    Ok(told.join("\n"))
}

fn strings(xml: &str) -> Result<Vec<String>, Unreadable> {
    let (mut found, mut text, mut within) = (Vec::new(), String::new(), false);
    parts(xml, |part| match part {
        Part::Open(name, _) if name == "t" => within = true,
        Part::Close(name) if name == "t" => within = false,
        Part::Close(name) if name == "si" => found.push(std::mem::take(&mut text)),
        Part::Text(run) if within => text.push_str(&run),
        _ => {}
    })?;
    Ok(found)
}

/// The chapters of a book, in the order of its spine.
fn book(pack: &mut Pack<'_, '_>) -> Result<String, Unreadable> {
    let mut contents = None;
    parts(&pack.file("META-INF/container.xml")?, |part| {
        if let Part::Open(name, mut attributes) = part
            && name == "rootfile"
        {
            contents = contents.take().or_else(|| attributes.remove("full-path"));
        }
    })?;
    let contents = contents.ok_or(Unreadable::Damaged)?;
    let folder = contents.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let (mut files, mut spine) = (BTreeMap::new(), Vec::new());
    parts(&pack.file(&contents)?, |part| {
        if let Part::Open(name, mut attributes) = part {
            match name.as_str() {
                "item" => {
                    if let (Some(id), Some(file)) = (attributes.remove("id"), attributes.remove("href")) {
                        files.insert(id, file);
                    }
                }
                "itemref" => spine.extend(attributes.remove("idref")),
                _ => {}
            }
        }
    })?;
    let chapters: Result<Vec<String>, _> = spine
        .iter()
        .filter_map(|id| files.get(id))
        .map(|file| Ok(page::plain(&pack.file(&format!("{folder}{file}"))?)))
        .collect();
    Ok(chapters?.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn paragraphs_tables_and_entities_of_a_letter() {
        let xml = "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>Salt &amp; sea</w:t></w:r><w:r><w:tab/><w:t>now</w:t></w:r></w:p>\
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
            <w:p><w:r><w:t>&#233;nd</w:t></w:r></w:p></w:body></w:document>";
        assert_eq!(text(&packed(&[("word/document.xml", xml)])).unwrap(), "Salt & sea\tnow\na\tb\t\nénd");
    }

    #[test]
    fn slides_come_in_their_order() {
        let slide = |word: &str| {
            format!("<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>{word}</a:t></a:r></a:p></p:sld>")
        };
        let (ten, two) = (slide("ten"), slide("two"));
        let file = packed(&[("ppt/slides/slide10.xml", &ten), ("ppt/slides/slide2.xml", &two)]);
        assert_eq!(text(&file).unwrap(), "two\n\n\nten");
    }

    #[test]
    fn cells_are_looked_up_among_the_shared_words() {
        let sheet = "<worksheet><sheetData><row><c t='s'><v>1</v></c><c><v>4.5</v></c></row>\
            <row><c t='inlineStr'><is><t>here</t></is></c></row></sheetData></worksheet>";
        let shared = "<sst><si><t>one</t></si><si><r><t>tw</t></r><r><t>o</t></r></si></sst>";
        let file = packed(&[
            ("xl/workbook.xml", "<workbook/>"),
            ("xl/sharedStrings.xml", shared),
            ("xl/worksheets/sheet1.xml", sheet),
        ]);
        assert_eq!(text(&file).unwrap(), "two\t4.5\nhere");
    }

    #[test]
    fn a_book_is_read_along_its_spine() {
        let file = packed(&[
            (
                "META-INF/container.xml",
                "<container><rootfiles><rootfile full-path='o/book.opf'/></rootfiles></container>",
            ),
            (
                "o/book.opf",
                "<package><manifest><item id='b' href='b.xhtml'/><item id='a' href='a.xhtml'/></manifest>\
                <spine><itemref idref='a'/><itemref idref='b'/></spine></package>",
            ),
            ("o/a.xhtml", "<html><body><p>First</p></body></html>"),
            ("o/b.xhtml", "<html><body><p>Second</p></body></html>"),
        ]);
        assert_eq!(text(&file).unwrap(), "First\n\nSecond");
    }

    #[test]
    fn what_is_no_document_or_packed_beyond_reason_is_refused() {
        assert_eq!(text(&packed(&[("a.txt", "a")])), Err(Unreadable::Kind));
        let bomb = packed(&[("word/document.xml", &" ".repeat(MOST as usize + 10))]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(text(&bomb), Err(Unreadable::Damaged));
        assert_eq!(text(&bomb[..bomb.len() / 2]), Err(Unreadable::Damaged));
    }
}
