//! Looking at pictures: what a file is, and small copies of it.

mod container;
mod decode;
mod look;
mod probe;
mod signature;
mod thumbnails;

pub use self::decode::{check, resize};
pub(crate) use self::look::Seen;
pub use self::look::{Looked, look};
pub use self::probe::{PictureFormat, Probe, picture_format, probe, probe_bytes};
pub use self::thumbnails::Size;
pub(crate) use self::thumbnails::Thumbnails;

/// More pixels than this are never decoded: 16,384 x 16,384, a gigabyte.
pub const MOST_PIXELS: u64 = 1 << 28;

/// Why bytes can't be shown as a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureProblem {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file ends before the picture does.
    #[error("the picture is cut off")]
    Truncated,
    /// It is something else.
    #[error("not a picture{}", seems.map(|seems| format!(", it seems to be {seems}")).unwrap_or_default())]
    NotAPicture {
        /// What it seems to be: a short name such as `PDF`, the same in every language.
        seems: Option<&'static str>,
    },
    /// A picture, but of a kind that can't be read here.
    #[error("{format} pictures can't be read")]
    Unsupported {
        /// Its kind, such as `HEIC`.
        format: &'static str,
    },
    /// More pixels than are ever decoded.
    #[error("{width} x {height} pixels are too many, the most are {limit}")]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The most there may be in all.
        limit: u64,
    },
    /// The header is that of a picture, the rest can't be made sense of.
    #[error("the picture is damaged")]
    Damaged,
}

#[cfg(test)]
mod tests;
