//! Items as files elsewhere: formats, sizes, names, zips and their table.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use studio::{
    library::{
        taking_out::{ExportFormat, ExportOptions},
        view::ItemPatch,
    },
    recipe::{Recipe, embed, read},
};

use crate::bench::{Bench, make, picture};

fn options(format: ExportFormat) -> ExportOptions {
    ExportOptions {
        format,
        quality: 80,
        longest_side: None,
        name_pattern: "{title}".into(),
        with_recipe: false,
        zip: false,
    }
}

fn folder(bench: &Bench) -> PathBuf {
    let path = bench.folder.path().join("taken out");
    fs::create_dir_all(&path).unwrap();
    path
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn half_clear() -> Vec<u8> {
    let pixels = RgbaImage::from_fn(400, 200, |x, _| Rgba([200, 30, 30, if x < 200 { 0 } else { 255 }]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_and_size_is_written_and_nothing_is_overwritten() {
    let bench = Bench::new().await;
    let id = bench.imported("cut out.png", &half_clear()).await;
    let to = folder(&bench);
    fs::write(to.join("cut out.jpg"), b"somebody else's").unwrap();
    for format in [ExportFormat::Original, ExportFormat::Jpeg, ExportFormat::Webp, ExportFormat::Png] {
        let options = ExportOptions { longest_side: Some(100), ..options(format) };
        let report = bench.studio.export_items(vec![id.clone()], options, to.clone()).await.unwrap();
        assert_eq!((report.written, report.refused.len(), report.target.as_str()), (1, 0, "taken out"));
    }
    assert_eq!(
        files(&to),
        ["cut out (2).jpg", "cut out (2).png", "cut out.jpg", "cut out.png", "cut out.webp"]
    );
    assert_eq!(fs::read(to.join("cut out.jpg")).unwrap(), b"somebody else's");
    let open = |name: &str| image::open(to.join(name)).unwrap();
    let jpeg = open("cut out (2).jpg").into_rgb8();
    assert_eq!((jpeg.dimensions(), jpeg.get_pixel(10, 10).0), ((100, 50), [255; 3]));
    for name in ["cut out.webp", "cut out.png", "cut out (2).png"] {
        let clear = open(name).into_rgba8();
        assert_eq!(
            (clear.dimensions(), clear.get_pixel(10, 10).0[3], clear.get_pixel(90, 10).0[3]),
            ((100, 50), 0, 255)
        );
    }
    let larger = ExportOptions {
        longest_side: Some(4000),
        name_pattern: "same".into(),
        ..options(ExportFormat::Original)
    };
    bench.studio.export_items(vec![id], larger, to.clone()).await.unwrap();
    assert_eq!(fs::read(to.join("same.png")).unwrap(), half_clear(), "never enlarged, as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_follow_their_pattern_and_clash_with_nobody() {
    let bench = Bench::new().await;
    let mut ids = Vec::new();
    for seed in 0..12_u8 {
        let mut png = picture(40, 40, ImageFormat::Png);
        png.push(seed);
        ids.push(bench.imported("../a\\b: c?.png".replace('/', "-").as_str(), &png).await);
    }
    let name =
        |pattern: &str| ExportOptions { name_pattern: pattern.into(), ..options(ExportFormat::Original) };
    let names =
        bench.studio.export_names(ids.clone(), name("{number} {title}/{rating}{what}")).await.unwrap();
    assert_eq!(names.len(), 12);
    assert_eq!(names[0], "01 ..-a-b- c_-0{what}.png");
    assert_eq!(names[11], "12 ..-a-b- c_-0{what}.png");
    let same = bench.studio.export_names(ids.clone(), name("con")).await.unwrap();
    assert_eq!(same[..3], ["_con.png", "_con (2).png", "_con (3).png"]);
    let to = folder(&bench);
    let report = bench.studio.export_items(ids.clone(), name("con"), to.clone()).await.unwrap();
    assert_eq!((report.written, files(&to).len()), (12, 12));
    let dated = bench.studio.export_names(ids[..1].to_vec(), name("{date}_{id}_{seed}")).await.unwrap();
    let day = bench.studio.item(ids[0].clone()).await.unwrap().item.day;
    assert_eq!(dated[0], format!("{day}_{}_.png", ids[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_goes_along_or_stays() {
    let bench = Bench::new().await;
    let recipe = Recipe { prompt: Some("a bridge".into()), steps: Some(5), ..Recipe::default() };
    let foreign = embed::embed(&picture(60, 40, ImageFormat::Png), &recipe).unwrap();
    let id = bench.imported("told.png", &foreign).await;
    let to = folder(&bench);
    for (format, wished, name) in [
        (ExportFormat::Original, true, "told.png"),
        (ExportFormat::Original, false, "told (2).png"),
        (ExportFormat::Jpeg, true, "told.jpg"),
        (ExportFormat::Webp, false, "told.webp"),
    ] {
        let options = ExportOptions { with_recipe: wished, ..options(format) };
        bench.studio.export_items(vec![id.clone()], options, to.clone()).await.unwrap();
        let read = read::from_picture(&fs::read(to.join(name)).unwrap());
        assert_eq!(read.and_then(|recipe| recipe.prompt).is_some(), wished, "{name}");
    }
    assert_eq!(
        fs::read(bench.studio.item_file(&id).await.unwrap().0).unwrap(),
        foreign,
        "the library's stays"
    );
}

fn unpacked(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut all = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        all.insert(entry.name().unwrap().into_owned(), bytes);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_holds_the_files_and_their_table() {
    let bench = Bench::new().await;
    let made = bench.run(make("=cmd|' /C calc'!A0", 1)).await.items[0].clone();
    let other = bench.imported("黄昏.jpg", &picture(300, 200, ImageFormat::Jpeg)).await;
    let patch = ItemPatch {
        notes: Some("two\nlines, \"quoted\"".into()),
        tags: Some(vec!["-dusk".into(), "桥".into()]),
        rating: Some(4),
        ..ItemPatch::default()
    };
    bench.studio.change_item(other.clone(), patch).await.unwrap();
    let to = folder(&bench);
    let options = ExportOptions { zip: true, ..options(ExportFormat::Original) };
    let gone = "0193a5f0-0000-7000-8000-000000000000".to_owned();
    let all = vec![made.clone(), gone, other.clone()];
    let report = bench.studio.export_items(all.clone(), options.clone(), to.join("all")).await.unwrap();
    assert_eq!((report.written, report.refused.len(), report.target.as_str()), (2, 1, "all.zip"));
    let again = bench.studio.export_items(all, options, to.join("all.zip")).await.unwrap();
    assert_eq!(again.target, "all (2).zip", "the first one stays");
    assert_eq!(files(&to), ["all (2).zip", "all.zip"]);

    let inside = unpacked(&to.join("all.zip"));
    assert_eq!(inside["黄昏.jpg"], picture(300, 200, ImageFormat::Jpeg));
    let table = inside["items.csv"].strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut table = csv::Reader::from_reader(table);
    let head: Vec<_> = table.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<BTreeMap<String, String>> = table
        .records()
        .map(|row| head.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect())
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["prompt"], "'=cmd|' /C calc'!A0", "no formula");
    assert_eq!((rows[0]["cost is"].as_str(), rows[0]["currency"].as_str()), ("estimate", "USD"));
    assert!(rows[0]["cost"].parse::<f64>().unwrap() > 0.0 && !rows[0]["seed"].is_empty());
    assert_eq!(rows[1]["notes"], "two\nlines, \"quoted\"");
    assert_eq!((rows[1]["tags"].as_str(), rows[1]["rating"].as_str()), ("'-dusk, 桥", "4"));
    assert_eq!((rows[1]["width"].as_str(), rows[1]["cost"].as_str()), ("300", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_written_is_refused_in_words() {
    let bench = Bench::new().await;
    let id = bench.imported("a.png", &picture(60, 40, ImageFormat::Png)).await;
    let all = vec![id.clone()];
    let inside = bench.home().join("library");
    for (options, target) in [
        (options(ExportFormat::Png), inside.clone()),
        (ExportOptions { zip: true, ..options(ExportFormat::Png) }, inside.join("a.zip")),
    ] {
        let refused = bench.studio.export_items(all.clone(), options, target).await.unwrap_err();
        assert_eq!(refused.code, "read_only");
    }
    let size = ExportOptions { longest_side: Some(0), ..options(ExportFormat::Png) };
    assert_eq!(
        bench.studio.export_items(all.clone(), size, folder(&bench)).await.unwrap_err().code,
        "field_invalid"
    );
    let (file, _) = bench.studio.item_file(&id).await.unwrap();
    fs::remove_file(file).unwrap();
    let report =
        bench.studio.export_items(all, options(ExportFormat::Original), folder(&bench)).await.unwrap();
    assert_eq!((report.written, report.refused[0].error.code.as_str()), (0, "file_missing"));
    assert!(files(&folder(&bench)).is_empty(), "no half file is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_bits_and_the_colour_profile_stay() {
    use img_parts::{DynImage, ImageICC};
    let bench = Bench::new().await;
    let mut deep = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgb16(80, 60).write_to(&mut deep, ImageFormat::Png).unwrap();
    let mut image = DynImage::from_bytes(deep.into_inner().into()).unwrap().unwrap();
    let profile = [&[0; 16], b"RGB ".as_slice(), &[7; 100]].concat();
    image.set_icc_profile(Some(profile.clone().into()));
    let deep = image.encoder().bytes().to_vec();
    let id = bench.imported("deep.png", &deep).await;
    let to = folder(&bench);
    for format in [ExportFormat::Png, ExportFormat::Jpeg, ExportFormat::Webp] {
        bench.studio.export_items(vec![id.clone()], options(format), to.clone()).await.unwrap();
    }
    assert_eq!(fs::read(to.join("deep.png")).unwrap(), deep);
    for name in ["deep.jpg", "deep.webp"] {
        let image = DynImage::from_bytes(fs::read(to.join(name)).unwrap().into()).unwrap().unwrap();
        assert_eq!(image.icc_profile().as_deref(), Some(profile.as_slice()), "{name}");
    }
}
