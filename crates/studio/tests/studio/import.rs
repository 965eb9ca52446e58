//! Files from outside: what is taken, and what is refused in which words.

use image::ImageFormat;
use rstest::rstest;
use serde_json::json;

use crate::bench::{Bench, picture};

async fn refused(name: &str, bytes: Vec<u8>) -> studio::AppError {
    let bench = Bench::new().await;
    let picked = bench.studio.pick(vec![bench.file(name, &bytes)]);
    let report =
        bench.studio.import_picked(picked.into_iter().map(|file| file.handle).collect()).await.unwrap();
    assert!(report.items.is_empty());
    assert_eq!(report.refused[0].name, name);
    report.refused[0].error.clone()
}

/// A PNG that claims a size; its checksum is right, its pixels are not there.
pub fn header_only(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture(8, 8, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 },
        )
    })
}

#[rstest]
#[case("empty.png", Vec::new(), "input_empty")]
#[case("letter.png", b"%PDF-1.7\n%abc\n1 0 obj".to_vec(), "input_not_a_picture")]
#[case("cut.png", picture(300, 300, ImageFormat::Png)[..400].to_vec(), "input_truncated")]
#[case("huge.png", header_only(60_000, 60_000), "input_too_many_pixels")]
#[case("noise.jpg", vec![7; 2000], "input_not_a_picture")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_in_words(
    #[case] name: &str,
    #[case] bytes: Vec<u8>,
    #[case] code: &str,
) {
    let error = refused(name, bytes).await;
    assert_eq!(error.code, code, "{}", error.message);
    assert!(error.hint.is_some_and(|hint| !hint.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn good_files_beside_bad_ones_are_taken_and_doubles_are_told() {
    let bench = Bench::new().await;
    let good = picture(300, 200, ImageFormat::Jpeg);
    let files = vec![
        bench.file("a.jpg", &good),
        bench.file("same as a.jpg", &good),
        bench.file("bad.png", b""),
        bench.file("b.gif", &picture(40, 40, ImageFormat::Gif)),
        bench.folder.path().join("nowhere.png"),
    ];
    let handles = |files| bench.studio.pick(files).into_iter().map(|file| file.handle).collect::<Vec<_>>();
    let report = bench.studio.import_picked(handles(files.clone())).await.unwrap();
    assert_eq!(report.refused.len(), 2);
    let mimes: Vec<_> = report.items.iter().map(|item| item.mime.as_str()).collect();
    assert!(mimes.contains(&"image/gif"), "files are kept as they are: {mimes:?}");
    assert_eq!((report.taken, report.known), (2, 1), "the same bytes twice are one item");
    let again = bench.studio.import_picked(handles(files[..1].to_vec())).await.unwrap();
    assert_eq!((again.items.len(), again.already_there.len()), (0, 1));
    assert!(files[0].exists(), "the source stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_not_read() {
    let bench = Bench::new().await;
    let picked = bench.studio.pick(vec!["/dev/zero".into()]);
    let report =
        bench.studio.import_picked(picked.into_iter().map(|file| file.handle).collect()).await.unwrap();
    assert_eq!(report.refused[0].error.code, "input_unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_picture_is_an_item() {
    let bench = Bench::new().await;
    let picked = bench.studio.pick_bytes("pasted.png", picture(300, 300, ImageFormat::Png)).unwrap();
    let report = bench.studio.import_picked(vec![picked.handle]).await.unwrap();
    assert_eq!(report.items[0].title, "Pasted picture");
}

/// A JPEG as a camera writes it, with when it was taken and how far its clock was from UTC.
fn photograph(taken: &str, offset: &str) -> Vec<u8> {
    let jpeg = picture(40, 30, ImageFormat::Jpeg);
    // Header, a folder that leads to the second one, which has two texts behind it.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\x02".to_vec();
    exif.extend(b"\x90\x03\0\x02\0\0\0\x14\0\0\0\x38\x90\x11\0\x02\0\0\0\x07\0\0\0\x4c\0\0\0\0");
    exif.extend([taken.as_bytes(), b"\0", offset.as_bytes(), b"\0"].concat());
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_stands_where_it_was_taken_and_anything_else_where_it_came_in() {
    let bench = Bench::new().await;
    let old = bench.imported("gondola.jpg", &photograph("2009:07:14 12:00:05", "+02:00")).await;
    let details = bench.studio.item(old.clone()).await.unwrap();
    assert_eq!(details.item.made_at, "2009-07-14T10:00:05Z");
    assert_eq!(details.item.day, "2009-07-14");
    assert!(details.file.path.contains("/2009/07/14/"), "{}", details.file.path);
    let future = bench.imported("ahead.jpg", &photograph("2090:07:14 12:00:05", "+02:00")).await;
    let now = bench.studio.item(future).await.unwrap().item;
    assert!(now.made_at.as_str() > "2026" && now.made_at.as_str() < "2090", "{}", now.made_at);

    // Its sidecar says the same.
    let sidecar = std::path::Path::new(&details.file.path).with_extension("json");
    let sidecar: serde_json::Value = serde_json::from_slice(&std::fs::read(sidecar).unwrap()).unwrap();
    let note = &sidecar["items"][0];
    assert_eq!((&note["made_at"], &note["day"]), (&json!("2009-07-14T10:00:05Z"), &json!("2009-07-14")));
}
