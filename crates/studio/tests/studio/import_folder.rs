//! A folder as it lies on somebody's disk: hundreds of files, good, broken, odd and none of our business.
#![cfg(unix)]

use std::{
    ffi::OsString,
    fmt::Write,
    fs,
    os::unix::{ffi::OsStringExt, fs::symlink, net::UnixListener},
    path::{Path, PathBuf},
};

use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, codecs::gif::GifEncoder};
use studio::library::view::ImportReport;

use crate::bench::{Bench, picture};

/// Puts files into a folder and remembers what should become of each.
struct Folder {
    path: PathBuf,
    taken: u32,
    refused: Vec<(String, Option<String>, &'static str)>,
    passed_over: u32,
    known: u32,
}

impl Folder {
    fn new(bench: &Bench) -> Self {
        let path = bench.folder.path().join("picked \u{1f3ad}");
        fs::create_dir(&path).unwrap();
        Self { path, taken: 0, refused: Vec::new(), passed_over: 0, known: 0 }
    }

    fn put(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn good(&mut self, name: impl AsRef<Path>, bytes: &[u8]) {
        self.put(name, bytes);
        self.taken += 1;
    }

    fn bad(&mut self, name: &str, bytes: &[u8], code: &'static str) {
        self.put(name, bytes);
        self.will_be_refused(name, code);
    }

    fn will_be_refused(&mut self, name: &str, code: &'static str) {
        let (folder, name) = match name.rsplit_once('/') {
            Some((folder, name)) => (Some(folder.to_owned()), name),
            None => (None, name),
        };
        self.refused.push((name.to_owned(), folder, code));
    }

    fn other(&mut self, name: &str) {
        self.put(name, b"of no interest");
        self.passed_over += 1;
    }
}

/// A picture like no other.
fn own(seed: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(40 + seed % 7, 30, |x, y| {
        Rgb([(x * 5 + seed) as u8, (y * 7 + (seed >> 3)) as u8, (seed * 3) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn moving_gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let frames =
        (0..3).map(|n| Frame::new(image::RgbaImage::from_pixel(40, 30, image::Rgba([n * 90, 9, 9, 255]))));
    GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
    bytes
}

/// A JPEG of one colour in four inks, stored inverted as Adobe's programs do: flat blocks need no cosines.
fn four_inks(inks: [u8; 4]) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0".to_vec();
    bytes.extend(b"\xff\xdb\0\x43\0");
    bytes.extend([1; 64]);
    bytes.extend(b"\xff\xc0\0\x14\x08\0\x30\0\x40\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0");
    bytes.extend(b"\xff\xc4\0\x1f\0\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes.extend(0..12);
    bytes.extend(b"\xff\xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes.extend(b"\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0");
    let mut bits = String::new();
    for block in 0..8 * 6 {
        for ink in inks {
            // Only the first block differs from the one before it.
            let change = if block == 0 { (i32::from(255 - ink) - 128) * 8 } else { 0 };
            let size = 32 - change.unsigned_abs().leading_zeros();
            write!(bits, "{size:04b}").unwrap();
            if size > 0 {
                let value = if change < 0 { change + (1 << size) - 1 } else { change };
                write!(bits, "{value:0width$b}", width = size as usize).unwrap();
            }
            bits.push('0');
        }
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap();
        bytes.push(byte);
        if byte == 0xff {
            bytes.push(0);
        }
    }
    bytes.extend(b"\xff\xd9");
    bytes
}

fn turned(orientation: u8) -> Vec<u8> {
    let jpeg = own(2_000 + u32::from(orientation), ImageFormat::Jpeg);
    let mut exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

async fn import(bench: &Bench, path: &Path) -> ImportReport {
    let picked = bench.studio.pick(vec![path.to_owned()]);
    assert!(picked[0].is_folder && picked.len() == 1);
    bench.studio.import_picked(vec![picked[0].handle.clone()]).await.unwrap()
}

fn fill(folder: &mut Folder) {
    for seed in 0..40 {
        folder.good(format!("{seed:03}.png"), &own(seed, ImageFormat::Png));
        folder.good(format!("a/b/c/{seed:03}.jpg"), &own(seed, ImageFormat::Jpeg));
        folder.good(format!("a/{seed:03}.webp"), &own(seed, ImageFormat::WebP));
    }
    for orientation in 1..=8 {
        folder.good(format!("turned/{orientation}.jpg"), &turned(orientation));
    }
    folder.good("line\nbreak.png", &own(900, ImageFormat::Png));
    folder.good("\u{1f5bc}\u{fe0f} 黄昏.png", &own(901, ImageFormat::Png));
    folder.good(format!("{}.png", "n".repeat(251)), &own(902, ImageFormat::Png));
    folder.good(OsString::from_vec(b"not \xff UTF-8.png".to_vec()), &own(903, ImageFormat::Png));
    folder.good("wrong.png", &own(904, ImageFormat::Jpeg));
    folder.good("no ending", &own(905, ImageFormat::WebP));
    folder.good("one pixel.png", &picture(1, 1, ImageFormat::Png));
    folder.good("moving.gif", &moving_gif());
    folder.good("inks.jpg", &four_inks([0, 255, 255, 0]));
    let mut deep = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgba16(50, 40).write_to(&mut deep, ImageFormat::Png).unwrap();
    folder.good("deep.png", deep.get_ref());

    for seed in 0..40 {
        let whole = own(3_000 + seed, ImageFormat::Png);
        folder.bad(&format!("cut/{seed}.png"), &whole[..whole.len() - 20], "input_truncated");
        folder.bad(&format!("a/empty {seed}.jpg"), b"", "input_empty");
        let mut damaged = own(4_000 + seed, ImageFormat::Png);
        let data = damaged.windows(4).position(|name| name == b"IDAT").unwrap() + 8;
        damaged[data..data + 4].fill(0xff);
        folder.bad(&format!("damaged {seed}.png"), &damaged, "input_unsupported");
    }
    folder.bad("letter.png", b"%PDF-1.7\n%abc", "input_not_a_picture");
    folder.bad("scan.tiff", b"II*\0\x08\0\0\0", "format_unsupported");
    folder.bad("old.bmp", b"BM\0\0\0\0", "format_unsupported");
    folder.bad("film.mp4", b"\0\0\0\x18ftypisom\0\0", "input_not_sound");
    folder.bad("huge.png", &crate::import::header_only(60_000, 60_000), "input_too_many_pixels");
    let sparse = fs::File::create(folder.path.join("sparse.png")).unwrap();
    std::io::Write::write_all(&mut &sparse, b"\x89PNG\r\n\x1a\n").unwrap();
    sparse.set_len(300 << 20).unwrap();
    folder.will_be_refused("sparse.png", "input_too_large");
    drop(UnixListener::bind(folder.path.join("socket")).unwrap());
    folder.will_be_refused("socket", "input_unreadable");

    for name in [".DS_Store", "a/Thumbs.db", "a/notes.txt", "a/b/workflow.JSON", ".git/logo.png", "a/._a.jpg"]
    {
        folder.other(name);
    }
    symlink(&folder.path, folder.path.join("a/round and round")).unwrap();
    symlink("/nowhere", folder.path.join("dangling.png")).unwrap();
    symlink(folder.path.join("000.png"), folder.path.join("linked.png")).unwrap();
    folder.passed_over += 3;
    for seed in 0..15 {
        folder.put(format!("copies/{seed}.png"), &own(seed, ImageFormat::Png));
        folder.known += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_of_a_folder_is_taken_refused_known_or_passed_over() {
    let bench = Bench::new().await;
    let mut folder = Folder::new(&bench);
    fill(&mut folder);
    let report = import(&bench, &folder.path).await;
    let mut refused: Vec<_> = report
        .refused
        .iter()
        .map(|refusal| (refusal.name.clone(), refusal.folder.clone(), refusal.error.code.clone()))
        .collect();
    refused.sort();
    let mut expected: Vec<_> = folder
        .refused
        .iter()
        .map(|(name, folder, code)| (name.clone(), folder.clone(), (*code).to_owned()))
        .collect();
    expected.sort();
    assert_eq!(refused, expected);
    assert_eq!(
        (report.taken, report.known, report.passed_over, report.cancelled),
        (folder.taken, folder.known, folder.passed_over, false)
    );
    let files = folder.taken + folder.known + u32::try_from(folder.refused.len()).unwrap();
    assert!(files >= 270, "{files}");
    assert_eq!(report.items.len() as u32, report.taken);
    assert_eq!(bench.studio.library_status().await.unwrap().items, report.taken);

    let named = |title: &str| report.items.iter().find(|item| item.title == title).unwrap();
    assert_eq!(named("line break").mime, "image/png", "a title has one line");
    assert_eq!(named("wrong").mime, "image/jpeg", "the content decides");
    assert_eq!(named("n".repeat(200).as_str()).width, 46);
    assert_eq!((named("6").width, named("6").height), (30, 44), "a turned photograph stands upright");
    for (title, file) in [("moving", "moving.gif"), ("deep", "deep.png"), ("inks", "inks.jpg")] {
        let (kept, _) = bench.studio.item_file(&named(title).id).await.unwrap();
        assert_eq!(fs::read(kept).unwrap(), fs::read(folder.path.join(file)).unwrap(), "{title} as it was");
    }
    // Thumbnails and hashes are there from the beginning.
    assert!(report.items.iter().all(|item| item.thumbhash.is_some()));
    let thumbnails = walk(&bench.home().join("thumbs")).len();
    assert_eq!(thumbnails as u32, report.taken);
    let red = |pixels: RgbImage| {
        let pixel = pixels.get_pixel(32, 24).0;
        assert!(pixel[0] > 240 && pixel[1] < 16 && pixel[2] < 16, "{pixel:?}");
    };
    let inks = &named("inks").id;
    red(bench
        .studio
        .item_pixels(inks.clone())
        .await
        .map(|pixels| DynamicImage::from(pixels).into_rgb8())
        .unwrap());
    let small = bench.studio.thumbnail_file(inks, studio::library::ThumbnailSize::Small).await.unwrap();
    red(image::open(small).unwrap().into_rgb8());

    let again = import(&bench, &folder.path).await;
    assert_eq!((again.taken, again.known), (0, folder.taken + folder.known), "nothing is taken twice");
    assert!(walk(&bench.home().join("library/.incoming")).is_empty(), "nothing is left lying about");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_itself_is_not_imported() {
    let bench = Bench::new().await;
    bench.imported("a.png", &own(1, ImageFormat::Png)).await;
    let report = import(&bench, bench.home().join("library").as_path()).await;
    assert_eq!((report.refused.len(), report.known), (1, 0));
    // A folder with the library somewhere in it is another matter.
    let above = import(&bench, bench.folder.path()).await;
    assert_eq!((above.taken, above.known, above.refused.len()), (0, 1, 0), "{:?}", above.refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_report_shows_are_counted() {
    let bench = Bench::new().await;
    let folder = bench.folder.path().join("many");
    fs::create_dir(&folder).unwrap();
    for seed in 0..520_u32 {
        let mut png = own(1, ImageFormat::Png);
        // What follows the end of a picture makes another file of it.
        png.extend(seed.to_le_bytes());
        fs::write(folder.join(format!("{seed}.png")), png).unwrap();
    }
    let report = import(&bench, &folder).await;
    assert_eq!((report.items.len(), report.taken), (500, 520));
    let again = import(&bench, &folder).await;
    assert_eq!((again.already_there.len(), again.known), (500, 520));
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { files.extend(walk(&entry.path())) } else { files.push(entry.path()) }
    }
    files
}
