//! Pictures that come in: as a file, as base64, as a data URL, or from an address on this machine.

use std::io::Cursor;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbaImage};
use serde_json::Value;

use crate::{
    fields::{Entry, Fields},
    file_part::FilePart,
    loopback::{self, NotFetched},
    refusal::Refusal,
};

pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a picture must keep to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) bytes: usize,
    pub(crate) least_pixels: u64,
    pub(crate) most_pixels: u64,
}

impl Bounds {
    /// For pictures that are edited or scaled: 65,536 to 33,177,600 pixels, under 25 MB.
    pub(crate) const EDITED: Self = Self { bytes: 25 << 20, least_pixels: 65_536, most_pixels: 33_177_600 };
    /// For cutting out: no least size is said.
    pub(crate) const CUT_OUT: Self = Self { least_pixels: 1, ..Self::EDITED };
    /// For style references: under 8 MB.
    pub(crate) const STYLE: Self = Self { bytes: 8 << 20, ..Self::CUT_OUT };
}

/// A picture as it was sent.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    File(FilePart),
    Text(String),
}

impl Source {
    /// Takes a picture from a field, or notes why it is none.
    pub(crate) fn take(fields: &mut Fields, name: &str) -> Option<Self> {
        let entry = fields.one(name)?;
        Self::of(fields, name, entry)
    }

    /// Takes every picture of a field.
    pub(crate) fn take_all(fields: &mut Fields, name: &str) -> Vec<Self> {
        let entries = fields.all(name);
        entries.into_iter().filter_map(|entry| Self::of(fields, name, entry)).collect()
    }

    fn of(fields: &mut Fields, name: &str, entry: Entry) -> Option<Self> {
        match entry {
            Entry::File(file) => Some(Self::File(file)),
            Entry::Json(Value::String(text)) | Entry::Text(text) => Some(Self::Text(text)),
            other @ Entry::Json(_) => {
                fields.mistyped(name, "string", &other);
                None
            }
        }
    }

    /// The bytes behind it.
    async fn bytes(self, field: &str, bounds: Bounds) -> Result<Bytes, Refusal> {
        let too_large =
            || Refusal::too_large(format!("The image is too large: at most {} MB", bounds.bytes >> 20));
        let bytes = match self {
            Self::File(file) if file.length > bounds.bytes as u64 => return Err(too_large()),
            Self::File(file) => file.bytes().await.map_err(|error| {
                tracing::error!(%error, "an upload can't be read again");
                Refusal::broken("UNKNOWN_ERROR", "The sandbox can't read the upload")
            })?,
            Self::Text(text) if text.starts_with("http://") || text.starts_with("https://") => {
                loopback::fetch(&text, bounds.bytes).await.map_err(|error| match error {
                    NotFetched::Elsewhere => Refusal::field(
                        "INVALID_REQUEST",
                        field,
                        "The sandbox is offline: send the image itself, or an address on this machine",
                    ),
                    NotFetched::Failed => {
                        Refusal::field("INVALID_REQUEST", field, "The image can't be fetched")
                    }
                    NotFetched::TooLarge => too_large(),
                })?
            }
            Self::Text(text) => {
                let encoded = match text.strip_prefix("data:") {
                    Some(rest) => rest.split_once(";base64,").map_or("", |(_, encoded)| encoded),
                    None => &text,
                };
                let encoded: String =
                    encoded.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
                let bytes = BASE64.decode(encoded).unwrap_or_default();
                if bytes.is_empty() {
                    let message = "Expected an image as a file, in base64, or as an address";
                    return Err(Refusal::field("INVALID_REQUEST", field, message));
                }
                bytes.into()
            }
        };
        if bytes.len() > bounds.bytes { Err(too_large()) } else { Ok(bytes) }
    }
}

/// Reads a picture, turned the way its EXIF says. Its size is checked before its pixels are read.
pub(crate) async fn read(field: &'static str, source: Source, bounds: Bounds) -> Result<RgbaImage, Refusal> {
    let bytes = source.bytes(field, bounds).await?;
    tokio::task::spawn_blocking(move || decode(field, &bytes, bounds))
        .await
        .unwrap_or_else(|_| Err(corrupted(field)))
}

fn corrupted(field: &str) -> Refusal {
    Refusal::field(
        "CORRUPTED_IMAGE",
        field,
        "The image can't be read: it is damaged, or no PNG, JPEG, WebP or GIF",
    )
}

fn decode(field: &str, bytes: &[u8], bounds: Bounds) -> Result<RgbaImage, Refusal> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let (width, height) =
        reader().ok().and_then(|reader| reader.into_dimensions().ok()).ok_or_else(|| corrupted(field))?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels < bounds.least_pixels {
        let message = format!("The image is too small: at least {} pixels", bounds.least_pixels);
        return Err(Refusal::field("IMAGE_TOO_SMALL", field, message));
    }
    if pixels > bounds.most_pixels {
        let message = format!("The image is too large: at most {} pixels", bounds.most_pixels);
        return Err(Refusal::field("IMAGE_TOO_LARGE", field, message));
    }
    let mut reader = reader().map_err(|_| corrupted(field))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(1 << 30);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| corrupted(field))?;
    let turned = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| corrupted(field))?;
    if let Ok(turned) = turned {
        picture.apply_orientation(turned);
    }
    Ok(picture.into_rgba8())
}
