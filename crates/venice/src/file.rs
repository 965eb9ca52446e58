//! Files that go into a request: pictures, sound, films and documents.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use crate::errors::{Error, ErrorKind, Result};
use crate::operation::Operation;

/// A file that goes into a request.
///
/// A file on disk is read while it is sent, piece by piece, and never held in memory. As JSON a file is text: a data
/// URL, base64 or an address.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileInput {
    /// A file in memory, sent as it is.
    Bytes {
        /// Its name, which is sent too.
        name: String,
        /// Its media type: `image/png`.
        content_type: String,
        /// What is in it.
        bytes: Bytes,
    },
    /// A file on disk, sent as it is.
    Path {
        /// The name that is sent.
        name: String,
        /// Its media type: `audio/wav`.
        content_type: String,
        /// Where it is. Never sent.
        path: PathBuf,
        /// Its size in bytes when it was looked at; it is refused where it turns out to be shorter.
        size: u64,
    },
    /// A file in base64, or a data URL.
    Base64(String),
    /// An address that Venice fetches the file from.
    Url(String),
}

/// No file: refused before anything is sent.
impl Default for FileInput {
    fn default() -> Self {
        Self::Base64(String::new())
    }
}

impl fmt::Debug for FileInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, content_type, size) = match self {
            Self::Bytes { content_type, .. } => ("Bytes", Some(content_type), self.size()),
            Self::Path { content_type, .. } => ("Path", Some(content_type), self.size()),
            Self::Base64(_) => ("Base64", None, self.size()),
            Self::Url(_) => ("Url", None, 0),
        };
        f.debug_struct(kind)
            .field("content_type", &content_type)
            .field("bytes", &size)
            .finish_non_exhaustive()
    }
}

impl FileInput {
    /// The most bytes Venice takes for a picture.
    pub const MAX_PICTURE: u64 = 25 * 1024 * 1024;

    /// A file in memory.
    pub fn bytes(name: impl Into<String>, content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::Bytes { name: name.into(), content_type: content_type.into(), bytes: bytes.into() }
    }

    /// A file on disk, under the last part of its path as its name.
    ///
    /// # Errors
    ///
    /// What the system says where its size can't be read.
    pub fn path(path: impl Into<PathBuf>, content_type: impl Into<String>) -> std::io::Result<Self> {
        let path = path.into();
        let size = path.metadata()?.len();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self::Path { name, content_type: content_type.into(), path, size })
    }

    /// Reads requests in which texts stand for files: wherever `read` meets one of the texts in the place of a file, it
    /// takes the file that belongs to it. The texts should be such that nobody else can know them.
    ///
    /// ```
    /// use venice::{FileInput, images::UpscaleImage};
    ///
    /// let boat = FileInput::bytes("boat.png", "image/png", &b"\x89PNG\r\n"[..]);
    /// let request: UpscaleImage = FileInput::at_hand([("file-7f3a".to_owned(), boat)], || {
    ///     serde_json::from_str(r#"{"image": "file-7f3a", "scale": 4}"#)
    /// })?;
    /// assert!(matches!(request.image, FileInput::Bytes { .. }));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn at_hand<T>(files: impl IntoIterator<Item = (String, Self)>, read: impl FnOnce() -> T) -> T {
        let outer = AT_HAND.replace(files.into_iter().collect());
        let value = read();
        AT_HAND.set(outer);
        value
    }

    /// Whether it is neither a file nor an address.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Base64(text) | Self::Url(text) if text.trim().is_empty())
    }

    /// Bytes of the file; 0 for an address.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes { bytes, .. } => bytes.len() as u64,
            Self::Path { size, .. } => *size,
            Self::Base64(text) => text.len() as u64 / 4 * 3,
            Self::Url(_) => 0,
        }
    }

    /// Refuses what Venice would refuse after a long upload.
    pub(crate) fn check(&self, field: &'static str, limit: u64, operation: &Operation) -> Result<()> {
        let error = match self {
            Self::Bytes { .. } | Self::Path { .. } if self.size() == 0 => {
                Error::invalid_input(field, "is an empty file")
            }
            input if input.is_missing() => Error::invalid_input(field, "is empty"),
            Self::Url(url) if !is_address(url) => Error::invalid_input(field, "is no http or https address"),
            input if input.size() > limit => Error::new(ErrorKind::InputTooLarge { field, limit }),
            _ => return Ok(()),
        };
        Err(error.of(operation))
    }

    /// Refuses what Venice would refuse where it takes addresses and data URLs, and no bare base64.
    pub(crate) fn check_linked(&self, field: &'static str, limit: u64, operation: &Operation) -> Result<()> {
        self.check(field, limit, operation)?;
        match self {
            Self::Base64(text) if !text.starts_with("data:") => {
                Err(Error::invalid_input(field, "is neither an address nor a data URL").of(operation))
            }
            _ => Ok(()),
        }
    }

    /// As a part of a form that takes files only: base64 is decoded, an address is refused.
    pub(crate) fn upload(&self, field: &'static str, operation: &Operation) -> Result<FilePart> {
        if let Some(part) = self.part(field) {
            return Ok(part);
        }
        let Self::Base64(text) = self else {
            return Err(Error::invalid_input(field, "can't be an address here").of(operation));
        };
        let (content_type, bytes) =
            decoded(text).ok_or_else(|| Error::invalid_input(field, "is no base64").of(operation))?;
        let content_type = content_type.unwrap_or("application/octet-stream").to_owned();
        let name = format!("file.{}", extension(&content_type));
        Ok(FilePart { field, name, content_type, content: Content::Bytes(bytes.into()) })
    }

    /// As a part of a form, where it is a file.
    pub(crate) fn part(&self, field: &'static str) -> Option<FilePart> {
        let (name, content_type, content) = match self {
            Self::Bytes { name, content_type, bytes } => (name, content_type, Content::Bytes(bytes.clone())),
            Self::Path { name, content_type, path, size } => {
                (name, content_type, Content::Path { path: path.clone(), size: *size })
            }
            Self::Base64(_) | Self::Url(_) => return None,
        };
        Some(FilePart { field, name: name.clone(), content_type: content_type.clone(), content })
    }
}

/// Takes either alphabet's padding, or none.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The media type a data URL tells, and the bytes of it or of bare base64.
pub(crate) fn decoded(text: &str) -> Option<(Option<&str>, Vec<u8>)> {
    let (content_type, data) = match text.trim().strip_prefix("data:") {
        Some(url) => {
            let (content_type, data) = url.split_once(";base64,")?;
            (Some(content_type).filter(|content_type| !content_type.is_empty()), data)
        }
        None => (None, text),
    };
    Some((content_type, LENIENT.decode(data.trim()).ok()?))
}

/// The ending of a file's name, by which some servers tell formats.
fn extension(content_type: &str) -> &str {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/').map(|(_, subtype)| subtype).unwrap_or_default() {
        "mpeg" => "mp3",
        "x-wav" | "wave" => "wav",
        "x-m4a" => "m4a",
        "quicktime" => "mov",
        "plain" => "txt",
        "vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        subtype if !subtype.is_empty() && subtype.bytes().all(|byte| byte.is_ascii_alphanumeric()) => subtype,
        _ => "bin",
    }
}

pub(crate) fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// A file of a multipart request.
pub(crate) struct FilePart {
    pub(crate) field: &'static str,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) content: Content,
}

/// What is in a file.
#[derive(Clone)]
pub(crate) enum Content {
    Bytes(Bytes),
    Path { path: PathBuf, size: u64 },
}

impl Content {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Path { size, .. } => *size,
        }
    }
}

/// Stands in JSON for the base64 of a file on disk; no file name or text that a person writes holds a NUL.
pub(crate) const MARK: &str = "\u{0}file\u{0}";

/// How files are written while a request is serialised on this thread.
enum Writing {
    /// As nothing: they are parts of a form.
    Form,
    /// Those on disk as marks, in this order.
    Json(Vec<(PathBuf, u64)>),
}

thread_local! {
    /// Files at hand by the text that stands for them while a request is read on this thread.
    static AT_HAND: RefCell<HashMap<String, FileInput>> = RefCell::default();
    static WRITING: RefCell<Option<Writing>> = const { RefCell::new(None) };
}

/// Serialises for a form: files are left out.
pub(crate) fn written_as_form<T>(write: impl FnOnce() -> T) -> T {
    written(Writing::Form, write).0
}

/// Serialises for JSON: where files on disk belong there are marks, and the files come beside it in their order.
pub(crate) fn written_as_json<T>(write: impl FnOnce() -> T) -> (T, Vec<(PathBuf, u64)>) {
    let (text, writing) = written(Writing::Json(Vec::new()), write);
    match writing {
        Some(Writing::Json(files)) => (text, files),
        _ => (text, Vec::new()),
    }
}

fn written<T>(writing: Writing, write: impl FnOnce() -> T) -> (T, Option<Writing>) {
    let outer = WRITING.replace(Some(writing));
    let text = write();
    (text, WRITING.replace(outer))
}

impl Serialize for FileInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WRITING.with_borrow_mut(|writing| match (self, writing) {
            (Self::Bytes { .. } | Self::Path { .. }, Some(Writing::Form)) => serializer.serialize_none(),
            (Self::Bytes { content_type, bytes, .. }, _) => {
                serializer.serialize_str(&format!("data:{content_type};base64,{}", STANDARD.encode(bytes)))
            }
            (Self::Path { content_type, path, size, .. }, Some(Writing::Json(files))) => {
                files.push((path.clone(), *size));
                serializer.serialize_str(&format!("data:{content_type};base64,{MARK}"))
            }
            (Self::Path { .. }, _) => {
                Err(ser::Error::custom("a file on disk is written only while it is sent"))
            }
            (Self::Base64(text) | Self::Url(text), _) => serializer.serialize_str(text),
        })
    }
}

/// For fields that take bare base64 and no data URL.
pub(crate) mod bare_base64 {
    use base64::Engine as _;

    use super::{FileInput, MARK, STANDARD, Serializer, WRITING, Writing, ser};

    pub(crate) fn serialize<S: Serializer>(input: &FileInput, serializer: S) -> Result<S::Ok, S::Error> {
        match input {
            FileInput::Bytes { bytes, .. } => serializer.serialize_str(&STANDARD.encode(bytes)),
            FileInput::Path { path, size, .. } => WRITING.with_borrow_mut(|writing| match writing {
                Some(Writing::Json(files)) => {
                    files.push((path.clone(), *size));
                    serializer.serialize_str(MARK)
                }
                _ => Err(ser::Error::custom("a file on disk is written only while it is sent")),
            }),
            FileInput::Base64(text) => {
                let data_url = text.strip_prefix("data:").and_then(|url| url.split_once(";base64,"));
                serializer.serialize_str(data_url.map_or(text, |(_, base64)| base64))
            }
            FileInput::Url(url) => serializer.serialize_str(url),
        }
    }
}

impl<'de> Deserialize<'de> for FileInput {
    /// Reads an address, a data URL or base64. A path is never read.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(file) = AT_HAND.with_borrow(|files| files.get(&text).cloned()) {
            return Ok(file);
        }
        Ok(if is_address(&text) { Self::Url(text) } else { Self::Base64(text) })
    }
}

#[cfg(feature = "specta")]
impl specta::Type for FileInput {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for FileInput {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FileInput".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "x-file": "any"})
    }
}

/// Reads a file on disk in pieces of at most `piece` bytes, up to `size`, and fails where it is shorter.
pub(crate) fn pieces(
    path: &Path,
    size: u64,
    piece: usize,
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send + use<> {
    use tokio::io::AsyncReadExt;
    enum Reading {
        Closed(PathBuf),
        Open(tokio::fs::File),
    }
    futures_util::stream::try_unfold(
        (Reading::Closed(path.to_owned()), size),
        move |(reading, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let mut file = match reading {
                Reading::Closed(path) => tokio::fs::File::open(path).await?,
                Reading::Open(file) => file,
            };
            let wanted = left.min(piece as u64);
            let mut bytes = vec![0; wanted as usize];
            file.read_exact(&mut bytes).await?;
            Ok(Some((Bytes::from(bytes), (Reading::Open(file), left - wanted))))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::EDIT_IMAGE;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(FileInput::bytes("a.png", "image/png", vec![1, 2, 3]), None)]
    #[case(FileInput::bytes("a.png", "image/png", vec![]), Some("INVALID_INPUT"))]
    #[case(FileInput::bytes("a.png", "image/png", vec![0; 101]), Some("INPUT_TOO_LARGE"))]
    #[case(FileInput::Base64("A".repeat(140)), Some("INPUT_TOO_LARGE"))]
    #[case(FileInput::default(), Some("INVALID_INPUT"))]
    #[case(FileInput::Url("https://example.com/a.png".into()), None)]
    #[case(FileInput::Url("file:///etc/passwd".into()), Some("INVALID_INPUT"))]
    fn what_would_be_refused_is_not_sent(#[case] input: FileInput, #[case] code: Option<&str>) {
        let result = input.check("image", 100, &EDIT_IMAGE);
        assert_eq!(result.as_ref().err().map(Error::code), code);
    }

    #[rstest]
    #[case("data:audio/mpeg;base64,YWJj", "file.mp3", "audio/mpeg")]
    #[case("data:audio/webm;codecs=opus;base64,YWJj", "file.webm", "audio/webm;codecs=opus")]
    #[case("data:text/plain;base64,YWJj", "file.txt", "text/plain")]
    #[case(" YWJj\n", "file.bin", "application/octet-stream")]
    #[case("data:;base64,YWJj", "file.bin", "application/octet-stream")]
    fn base64_becomes_a_file_where_a_form_wants_one(
        #[case] text: &str,
        #[case] name: &str,
        #[case] content_type: &str,
    ) {
        let part = FileInput::Base64(text.into()).upload("file", &EDIT_IMAGE).unwrap();
        assert_eq!((part.name.as_str(), part.content_type.as_str()), (name, content_type));
        assert!(matches!(part.content, Content::Bytes(bytes) if bytes == "abc"));
    }

    #[test]
    fn what_is_no_file_is_not_uploaded() {
        let refused = |input: FileInput| input.upload("file", &EDIT_IMAGE).err().unwrap().code().to_owned();
        assert_eq!(refused(FileInput::Url("https://example.com/a.wav".into())), "INVALID_INPUT");
        assert_eq!(refused(FileInput::Base64("no base64!".into())), "INVALID_INPUT");
        assert_eq!(refused(FileInput::Base64("data:audio/wav,abc".into())), "INVALID_INPUT");
    }

    #[test]
    fn a_link_is_an_address_or_a_data_url() {
        let check = |input: FileInput| input.check_linked("image_url", 100, &EDIT_IMAGE).is_ok();
        assert!(check(FileInput::Url("https://example.com/a.png".into())));
        assert!(check(FileInput::Base64("data:image/png;base64,YWJj".into())));
        assert!(check(FileInput::bytes("a.png", "image/png", vec![1])));
        assert!(!check(FileInput::Base64("YWJj".into())));
    }

    #[test]
    fn a_file_is_never_shown() {
        let input = FileInput::bytes("my-holiday.png", "image/png", vec![1, 2, 3]);
        assert_eq!(serde_json::to_string(&input).unwrap(), "\"data:image/png;base64,AQID\"");
        assert!(!format!("{input:?}").contains("holiday"));
        assert!(!format!("{:?}", FileInput::Url("https://x/?sig=1".into())).contains("sig"));
    }

    #[test]
    fn a_path_is_written_as_a_mark_and_only_while_it_is_sent() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"abc").unwrap();
        let input = FileInput::path(file.path(), "video/mp4").unwrap();
        assert!(serde_json::to_string(&input).is_err());
        let (json, files) = written_as_json(|| serde_json::to_value([&input]).unwrap());
        assert_eq!(json, serde_json::json!([format!("data:video/mp4;base64,{MARK}")]));
        assert_eq!(files, [(file.path().to_owned(), 3)]);
        assert!(written_as_form(|| serde_json::to_value(&input).unwrap()).is_null());
        assert!(serde_json::to_string(&input).is_err());
    }

    #[test]
    fn text_is_read_for_what_it_is() {
        let read = |text: &str| serde_json::from_value::<FileInput>(text.into()).unwrap();
        assert_eq!(read("https://example.com/a.png"), FileInput::Url("https://example.com/a.png".into()));
        assert_eq!(read("/etc/passwd"), FileInput::Base64("/etc/passwd".into()));
        assert!(read("").is_missing());
    }

    proptest! {
        #[test]
        fn what_is_written_as_a_data_url_is_read_again(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let url = serde_json::to_value(FileInput::bytes("a", "audio/wav", bytes.clone())).unwrap();
            prop_assert_eq!(decoded(url.as_str().unwrap()), Some((Some("audio/wav"), bytes)));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "(data:)?\\PC{0,20}(;base64,)?\\PC{0,20}") {
            let input = FileInput::Base64(text);
            if let Ok(part) = input.upload("file", &EDIT_IMAGE) {
                prop_assert!(part.name.starts_with("file.") && part.name.len() > 5);
            }
        }
    }
}
