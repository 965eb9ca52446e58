//! What a user would bring in: real photographs, and files that are not what they seem.

use std::{
    fs,
    io::Cursor,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageFormat, imageops::FilterType};

use crate::desktop::project;

/// A photograph from scikit-image's collection, fetched by scripts/setup: `astronaut.png` (512x512), `chelsea.png`
/// (451x300), `coffee.png` (600x400), `rocket.jpg` (640x427).
pub fn photograph(name: &str) -> PathBuf {
    let path = project().join("target/photographs").join(name);
    assert!(path.exists(), "{} is missing; \"scripts/setup test\" fetches it", path.display());
    path
}

/// A folder of pictures that are too much or not pictures.
pub struct BadPictures(PathBuf);

impl BadPictures {
    /// Will write them into `folder`.
    pub fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        Self(folder.to_owned())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// A real PNG that ends in the middle.
    pub fn cut_off(&self) -> PathBuf {
        let bytes = fs::read(photograph("coffee.png")).expect("a photograph");
        self.write("cut-off.png", &bytes[..bytes.len() / 2])
    }

    /// A file of no bytes.
    pub fn empty(&self) -> PathBuf {
        self.write("empty.png", b"")
    }

    /// A PDF under the name of a picture.
    pub fn renamed_pdf(&self) -> PathBuf {
        let pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
            trailer<</Root 1 0 R>>\n%%EOF\n";
        self.write("report.png", pdf)
    }

    /// 60,000 x 60,000 pixels by its header, 14 GB when unpacked, and a few bytes on disk.
    pub fn bomb(&self) -> PathBuf {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = b"IHDR".to_vec();
        header.extend_from_slice(&60_000_u32.to_be_bytes());
        header.extend_from_slice(&60_000_u32.to_be_bytes());
        header.extend_from_slice(&[8, 6, 0, 0, 0]);
        chunk(&mut png, &header);
        // An empty zlib stream: what is promised never comes.
        chunk(&mut png, b"IDAT\x78\x9c\x03\x00\x00\x00\x00\x01");
        chunk(&mut png, b"IEND");
        self.write("bomb.png", &png)
    }

    /// A sound picture of 26 MB: a photograph, and a long text that says nothing.
    pub fn too_heavy(&self) -> PathBuf {
        let mut png = fs::read(photograph("coffee.png")).expect("a photograph");
        let end = png.split_off(png.len() - 12);
        let mut text = b"tEXtComment\0".to_vec();
        text.resize(26 * 1024 * 1024 - png.len(), b'.');
        chunk(&mut png, &text);
        png.extend_from_slice(&end);
        self.write("too-heavy.png", &png)
    }

    /// A photograph of 12 megapixels (4000x3000): enlarged twice it would be over the limit.
    pub fn twelve_megapixels(&self) -> PathBuf {
        let small = image::open(photograph("astronaut.png")).expect("a photograph");
        let large = small.resize_exact(4000, 3000, FilterType::Triangle);
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(large.to_rgb8()).write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG");
        self.write("twelve-megapixels.jpg", bytes.get_ref())
    }

    /// A photograph without read rights.
    pub fn unreadable(&self) -> PathBuf {
        let path = self.0.join("unreadable.png");
        fs::copy(photograph("coffee.png"), &path).expect("a copy");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("no rights");
        path
    }
}

/// Adds a chunk, type and data together, with its length and checksum.
fn chunk(png: &mut Vec<u8>, typed: &[u8]) {
    let length = u32::try_from(typed.len() - 4).expect("a chunk's length");
    png.extend_from_slice(&length.to_be_bytes());
    png.extend_from_slice(typed);
    png.extend_from_slice(&checksum(typed).to_be_bytes());
}

/// CRC-32 as PNG wants it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn the_checksum_is_that_of_png() {
    assert_eq!(checksum(b"IEND"), 0xae42_6082);
}
