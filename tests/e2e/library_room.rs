//! The Library in the real window: a folder brought in, sorted out by the keyboard, compared, and taken out.

use std::{fs, path::Path};

use fantoccini::key::Key;
use image::{Rgb, RgbImage};

use crate::{
    app::{App, Home},
    dialog,
    drag::Drag,
};

/// Pictures that can be told apart.
pub fn paint(folder: &Path, pictures: u8) {
    fs::create_dir_all(folder).expect("a folder");
    for number in 0..pictures {
        let picture = RgbImage::from_fn(320 + 20 * u32::from(number % 5), 240, |x, y| {
            Rgb([number.wrapping_mul(40), (x / 2) as u8, (y as u8).wrapping_add(number)])
        });
        picture.save(folder.join(format!("plate {number:02}.png"))).expect("a picture");
    }
}

async fn open_library<'a>(home: &'a Home, folder: &Path, pictures: usize) -> App<'a> {
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Library").await;
    app.import_folder(folder).await;
    app.close_report().await;
    app.page.wait_for_count("gridcell", "/./", pictures).await;
    app
}

#[tokio::test]
async fn a_folder_of_all_sorts_comes_in() {
    let home = Home::new();
    let folder = home.path("bring");
    paint(&folder, 12);
    paint(&folder.join("below/further"), 12);
    fs::write(folder.join("empty.png"), b"").unwrap();
    fs::write(folder.join("below/letter.png"), b"%PDF-1.7 a letter").unwrap();
    fs::write(folder.join("below/further/cut.png"), &fs::read(folder.join("plate 03.png")).unwrap()[..400])
        .unwrap();
    fs::write(folder.join("notes.txt"), b"not a picture, and nobody says it is").unwrap();
    fs::copy(folder.join("plate 04.png"), folder.join("two\nlines 🎨.png")).unwrap();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Library").await;
    let page = &app.page;
    let drag = Drag::over(app.desktop(), &app.window(), &[&folder]);
    page.read("Drop").await;
    drag.release();
    page.find("dialog", "What came of the import").await;
    page.read("Files that end in the middle").await;
    page.read("Files that aren’t pictures").await;
    page.read("Empty files").await;
    page.photograph("library/01-import-report").await;
    page.press_escape().await;
    page.wait_for_none("dialog", "/./").await;
    // The same pictures lie in two folders; each is kept once.
    page.wait_for_count("gridcell", "/./", 12).await;
    page.photograph("library/02-imported").await;
    app.quit();
}

#[tokio::test]
async fn sorting_out_by_the_keyboard() {
    let home = Home::new();
    paint(&home.path("bring"), 12);
    let app = open_library(&home, &home.path("bring"), 12).await;
    let page = &app.page;
    page.click("gridcell", "/^plate 11/").await;
    page.press("5").await;
    page.find("gridcell", "/^plate 11.*5 stars/").await;
    page.press("f").await;
    page.press(&char::from(Key::Right).to_string()).await;
    page.press("x").await;
    page.wait_for_count("gridcell", "/./", 11).await;
    app.press_control('z').await;
    page.wait_for_count("gridcell", "/./", 12).await;

    // A board, by its key and by name.
    page.click("gridcell", "/^plate 07/").await;
    page.press("b").await;
    page.find("dialog", "/^Put on a board/").await;
    page.press("Winter show").await;
    page.find("option", "/Winter show/").await;
    page.press(&char::from(Key::Enter).to_string()).await;
    page.wait_for_none("dialog", "/./").await;
    page.read("Winter show").await;
    page.photograph("library/03-board").await;

    // All of them, rated in one go and taken back in one go.
    page.click("gridcell", "/^plate 05/").await;
    app.press_control('a').await;
    page.read("12 ").await;
    page.press("3").await;
    page.wait_for_count("gridcell", "/3 stars/", 12).await;
    page.photograph("library/04-bulk").await;
    app.press_control('z').await;
    page.wait_for_count("gridcell", "/3 stars/", 0).await;
    page.find("gridcell", "/^plate 11.*5 stars/").await;

    // Two beside each other.
    page.press_escape().await;
    page.click("gridcell", "/^plate 02/").await;
    page.press(&format!("{}{}", char::from(Key::Shift), char::from(Key::Right))).await;
    page.press("c").await;
    page.find("dialog", "/Compare/").await;
    page.photograph("library/05-compare").await;
    page.press_escape().await;
    page.wait_for_none("dialog", "/./").await;
    app.quit();
}

#[tokio::test]
async fn many_go_out_as_one_zip() {
    let home = Home::new();
    paint(&home.path("bring"), 6);
    let app = open_library(&home, &home.path("bring"), 6).await;
    let page = &app.page;
    page.click("gridcell", "/^plate 01/").await;
    app.press_control('a').await;
    app.press_control('e').await;
    page.find("dialog", "Export 6 items").await;
    page.click("radio", "One zip").await;
    page.click("radio", "JPEG").await;
    page.photograph("library/06-export").await;
    page.click("button", "Export 6…").await;
    let zip = home.path("out.zip");
    dialog::choose(app.desktop(), &zip);
    page.read("6 files written to").await;
    let bytes = fs::read(&zip).expect("a zip");
    assert_eq!(&bytes[..4], b"PK\x03\x04");
    let names = String::from_utf8_lossy(&bytes).matches(".jpg").count();
    assert!(names >= 12, "each of six is named in its place and in the table of contents: {names}");
    assert!(bytes.windows(9).any(|part| part == b"items.csv"));
    app.quit();
}
