use std::sync::Barrier;

use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage, Rgba, RgbaImage};

use crate::testing::{self, Home, encode};
use crate::*;

fn picture(width: u32, height: u32) -> RgbImage {
    // Left half red, right half blue, so that turning shows.
    RgbImage::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) },
    )
}

fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 2, 0, 0, 0]);
    let crc = crc(&chunk);
    bytes.extend(13_u32.to_be_bytes());
    bytes.extend(chunk);
    bytes.extend(crc.to_be_bytes());
    // One chunk of data, or a decoder has nothing to begin with.
    let idat = b"IDAT";
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend(idat);
    bytes.extend(self::crc(idat).to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)))
    })
}

/// A JPEG that says how it has to be turned.
fn turned_jpeg(orientation: u8) -> Vec<u8> {
    let jpeg = encode(&picture(80, 40), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

#[test]
fn headers_tell_format_size_alpha_and_frames() {
    for (format, expected) in [
        (ImageFormat::Png, PictureFormat::Png),
        (ImageFormat::Jpeg, PictureFormat::Jpeg),
        (ImageFormat::WebP, PictureFormat::Webp),
        (ImageFormat::Gif, PictureFormat::Gif),
    ] {
        let seen = probe_bytes(&encode(&picture(30, 20), format)).unwrap();
        assert_eq!((seen.format, seen.width, seen.height, seen.frames), (expected, 30, 20, 1));
    }
    let clear = DynamicImage::from(RgbaImage::from_pixel(4, 4, Rgba([1, 2, 3, 40])));
    let mut bytes = std::io::Cursor::new(Vec::new());
    clear.write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert!(probe_bytes(bytes.get_ref()).unwrap().has_alpha);
    assert!(!probe_bytes(&testing::png(1)).unwrap().has_alpha);

    let mut moving = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
        for _ in 0..3 {
            encoder.encode_frame(image::Frame::new(RgbaImage::new(5, 5))).unwrap();
        }
    }
    assert_eq!(probe_bytes(&moving).unwrap().frames, 3);
}

#[test]
fn what_is_no_picture_is_told_from_what_is_broken() {
    use PictureProblem::*;
    let html = b"<!DOCTYPE html><html>".to_vec();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0".to_vec();
    let limit = MOST_PIXELS;
    for (bytes, expected) in [
        (Vec::new(), Empty),
        (b"%PDF-1.7 renamed to .png".to_vec(), NotAPicture { seems: Some("PDF") }),
        (html, NotAPicture { seems: Some("HTML") }),
        (b"just words".to_vec(), NotAPicture { seems: Some("text") }),
        (vec![0, 159, 146, 150], NotAPicture { seems: None }),
        (heic, Unsupported { format: "HEIC" }),
        (b"<?xml version='1.0'?><svg/>".to_vec(), Unsupported { format: "SVG" }),
        (png_header(60_000, 60_000), TooManyPixels { width: 60_000, height: 60_000, limit }),
    ] {
        assert_eq!(probe_bytes(&bytes), Err(expected));
    }
}

#[test]
fn a_picture_cut_off_anywhere_is_called_so() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = encode(&picture(64, 48), format);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for share in [2, 5, 9] {
            let cut = &whole[..whole.len() * share / 10];
            assert_eq!(probe_bytes(cut), Err(PictureProblem::Truncated), "{format:?} {share}/10");
            std::fs::write(&path, cut).unwrap();
            assert!(
                matches!(check(&path), Err(Error::Picture(PictureProblem::Truncated))),
                "{format:?} {share}/10"
            );
        }
        std::fs::write(&path, &whole).unwrap();
        check(&path).unwrap();
        assert!(probe(&path).is_ok());
    }
    // All of it is there, but the pixels make no sense.
    let mut damaged = testing::png(1);
    let data = damaged.windows(4).position(|name| name == b"IDAT").unwrap() + 8;
    damaged[data..data + 4].fill(0xff);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), &damaged).unwrap();
    assert!(matches!(check(&folder.path().join("a")), Err(Error::Picture(PictureProblem::Damaged))));
}

fn keep(store: &Store, bytes: Vec<u8>) -> Item {
    store.keep(bytes, NewItem::new(Origin::Imported, "a")).unwrap()
}

fn read(path: &std::path::Path) -> DynamicImage {
    let reader = ImageReader::open(path).unwrap();
    assert_eq!(reader.format(), Some(ImageFormat::WebP));
    reader.decode().unwrap()
}

#[test]
fn thumbnails_fit_their_box_and_are_never_larger_than_the_picture() {
    let store = Home::new().open();
    let wide = keep(&store, encode(&picture(3_000, 1_000), ImageFormat::Jpeg));
    let size = |item: &Item, size| {
        let thumbnail = read(&store.thumbnail(item.id, size).unwrap());
        (thumbnail.width(), thumbnail.height())
    };
    assert_eq!(size(&wide, Size::Small), (420, 140));
    assert_eq!(size(&wide, Size::Large), (960, 320));
    let tall = keep(&store, encode(&picture(900, 1_800), ImageFormat::Png));
    assert_eq!(size(&tall, Size::Small), (120, 240));
    let tiny = keep(&store, testing::png(1));
    assert_eq!(size(&tiny, Size::Large), (12, 8));
    let thin = keep(&store, encode(&picture(5_000, 1), ImageFormat::Png));
    assert_eq!(size(&thin, Size::Small), (420, 1));
}

#[test]
fn a_turned_photograph_is_shown_upright() {
    let store = Home::new().open();
    for (orientation, size, red) in
        [(1, (80, 40), (5, 20)), (3, (80, 40), (75, 20)), (6, (40, 80), (20, 5)), (8, (40, 80), (20, 75))]
    {
        let item = keep(&store, turned_jpeg(orientation));
        assert_eq!((item.file.width, item.file.height), (Some(size.0), Some(size.1)), "{orientation}");
        let thumbnail = read(&store.thumbnail(item.id, Size::Small).unwrap()).into_rgb8();
        assert_eq!(thumbnail.dimensions(), size);
        let pixel = thumbnail.get_pixel(red.0, red.1);
        assert!(pixel[0] > 150 && pixel[2] < 100, "{orientation}: {pixel:?}");
    }
}

#[test]
fn transparency_is_kept_and_the_item_gets_a_hash() {
    let store = Home::new().open();
    let clear = RgbaImage::from_fn(800, 800, |x, _| Rgba([200, 100, 0, if x < 400 { 0 } else { 255 }]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    clear.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let item = keep(&store, bytes.into_inner());
    assert!(item.file.has_alpha && item.file.thumbhash.is_none());
    let mut changes = store.changes();
    let path = store.thumbnail(item.id, Size::Small).unwrap();
    assert_eq!(changes.try_recv(), Ok(Change::Items(vec![item.id])));
    let small = read(&path).into_rgba8();
    assert_eq!((small.get_pixel(20, 120)[3], small.get_pixel(220, 120)[3]), (0, 255));
    let hash = store.library().get(item.id).unwrap().file.thumbhash.unwrap();
    assert!((5..40).contains(&hash.len()), "{}", hash.len());

    // The cache may go at any time.
    std::fs::remove_dir_all(store.home_path().join("thumbs")).unwrap();
    assert!(store.thumbnail(item.id, Size::Small).unwrap().exists());
    assert!(changes.try_recv().is_err(), "the hash is known");
}

#[test]
fn a_film_is_shown_by_a_frame_that_was_put_there() {
    let store = Home::new().open();
    let format = Some(("video/mp4".to_owned(), "mp4".to_owned()));
    let film = NewItem { kind: MediaKind::Film, format, ..NewItem::new(Origin::Made, "film") };
    let film = store.keep(b"a film".to_vec(), film).unwrap();
    assert!(store.thumbnail(film.id, Size::Small).is_err(), "nothing is made of the film itself");

    let mut changes = store.changes();
    let frame = encode(&picture(1_920, 1_080), ImageFormat::Png);
    store.put_poster(film.id, &frame).unwrap();
    assert_eq!(changes.try_recv(), Ok(Change::Items(vec![film.id])));
    let sizes = [(Size::Small, (420, 236)), (Size::Large, (960, 540))];
    for (size, (width, height)) in sizes {
        let shown = read(&store.thumbnail(film.id, size).unwrap());
        assert_eq!((shown.width(), shown.height()), (width, height));
    }
    assert!(store.library().get(film.id).unwrap().file.thumbhash.is_some());
    assert!(store.put_poster(film.id, b"no picture").is_err());
    let other = keep(&store, frame.clone());
    assert!(store.put_poster(other.id, &frame).is_err(), "a picture shows itself");
}

#[test]
fn many_who_ask_at_once_get_one_thumbnail() {
    let home = Home::new();
    let made = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = made.clone();
    let store = home.open_watched(std::sync::Arc::new(move |step, path| {
        if step == crate::media::disk::Step::Create
            && path.components().any(|part| part.as_os_str() == "thumbs")
        {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
        Ok(())
    }));
    let item = keep(&store, encode(&picture(2_000, 1_500), ImageFormat::Jpeg));
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                assert!(store.thumbnail(item.id, Size::Small).unwrap().exists());
            });
        }
    });
    assert_eq!(made.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn what_has_no_thumbnail_says_why() {
    let store = Home::new().open();
    let paid =
        NewItem { format: Some(("image/png".into(), "png".into())), ..NewItem::new(Origin::Made, "a") };
    let huge = store.keep(png_header(60_000, 60_000), paid.clone()).unwrap();
    let refused = store.thumbnail(huge.id, Size::Small);
    assert!(matches!(refused, Err(Error::Picture(PictureProblem::TooManyPixels { .. }))), "{refused:?}");
    let sound = store.keep(vec![1, 2, 3], NewItem { kind: MediaKind::Sound, ..paid }).unwrap();
    assert!(matches!(
        store.thumbnail(sound.id, Size::Small),
        Err(Error::Picture(PictureProblem::Unsupported { .. }))
    ));
    let gone = keep(&store, testing::png(1));
    std::fs::remove_file(store.media_path(&gone.file.path)).unwrap();
    assert!(matches!(store.thumbnail(gone.id, Size::Small), Err(Error::File { .. })));
}

#[test]
fn a_picture_that_was_looked_at_is_kept_with_hash_and_thumbnail() {
    let home = Home::new();
    let store = home.open();
    let bytes = encode(&picture(2_000, 1_500), ImageFormat::Jpeg);
    let looked = look(&bytes).unwrap();
    assert_eq!((looked.probe().width, looked.probe().height), (2_000, 1_500));
    let incoming = store.incoming_picture(&bytes, looked).unwrap();
    let item = store.keep(incoming, NewItem::new(Origin::Imported, "a")).unwrap();
    assert_eq!((item.file.width, item.file.mime.as_str()), (Some(2_000), "image/jpeg"));
    assert_eq!(store.library().get(item.id).unwrap().file.thumbhash, item.file.thumbhash);
    let made = std::fs::read(store.thumbnail(item.id, Size::Small).unwrap()).unwrap();
    std::fs::remove_dir_all(store.home_path().join("thumbs")).unwrap();
    let again = store.thumbnail(item.id, Size::Small).unwrap();
    assert_eq!(made, std::fs::read(again).unwrap(), "the same as one made later");

    // Bytes that come after it was looked at make another file of it.
    let mut changed = store.incoming_picture(&bytes, look(&bytes).unwrap()).unwrap();
    std::io::Write::write_all(&mut changed, b"more").unwrap();
    assert_eq!(store.keep(changed, NewItem::new(Origin::Imported, "b")).unwrap().file.thumbhash, None);
}

#[test]
fn a_jpeg_that_can_be_made_small_can_be_opened() {
    let whole = encode(&picture(320, 240), ImageFormat::Jpeg);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let mut refused = 0;
    // Everything before the pixels: each byte matters, or says nothing of the picture.
    for at in (2..700.min(whole.len())).step_by(11) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        if look(&damaged).is_err() {
            refused += 1;
            continue;
        }
        std::fs::write(&path, &damaged).unwrap();
        check(&path).unwrap_or_else(|error| panic!("byte {at}: {error}"));
    }
    assert!(refused > 8, "{refused}");
}
