//! What users do in the app, in their words.

use std::path::Path;

use fantoccini::key::Key;

use crate::{app::App, dialog};

/// The rooms, by the name on their door.
pub const ROOMS: [&str; 11] =
    ["Chat", "Image", "Voice", "Film", "Music", "Library", "Queue", "Spend", "Models", "Console", "Settings"];

/// A picture in the Image room's results.
pub const PICTURE: &str = r"/ \d+ × \d+(, \d stars?)?$/";

/// What stands in place of a picture that is being made.
pub const WORK: &str = "/^Working on /";

impl App<'_> {
    /// Leaves the welcome of a first start.
    pub async fn look_around(&self) {
        self.page.click("button", "Look around").await;
        self.page.wait_for_none("dialog", "/./").await;
    }

    /// Goes to a room by its door.
    pub async fn go(&self, room: &str) {
        self.page.click("link", &format!("/^{room}/")).await;
        self.page.find("heading", room).await;
    }

    /// Chooses what the form of the Image room is to do: Make, Edit, Upscale, Cut out.
    pub async fn choose_mode(&self, mode: &str) {
        self.page.click("radio", mode).await;
    }

    /// Asks for this many pictures, and reads the price on the button before it is clicked.
    pub async fn make(&self, prompt: &str, count: usize) {
        self.choose_mode("Make").await;
        self.page.fill("textbox", "Prompt", prompt).await;
        self.ask_for(count).await;
        let pictures = if count == 1 { "picture" } else { "pictures" };
        self.page.click("button", &format!(r"/^Make {count} {pictures} \D*\d/")).await;
    }

    /// Sets how many pictures one click makes.
    pub async fn ask_for(&self, count: usize) {
        self.page.focus("spinbutton", "How many pictures").await;
        self.page.press(&char::from(Key::Home).to_string()).await;
        for _ in 1..count {
            self.page.press(&char::from(Key::Up).to_string()).await;
        }
    }

    /// Waits until nothing is being made any more, and for so many pictures in the results.
    pub async fn wait_for_results(&self, pictures: usize) {
        self.page.wait_for_count("button", PICTURE, pictures).await;
        self.page.wait_for_none("progressbar", WORK).await;
    }

    /// Brings a photograph in by the form's own button and the file dialog.
    pub async fn choose_photograph(&self, path: &Path) {
        self.page.click("button", "/^(Choose a photograph|Another picture)…$/").await;
        dialog::choose(self.desktop(), path);
    }

    /// Waits until the form holds a picture of this title.
    pub async fn wait_for_source(&self, title: &str) {
        self.page.find("group", "Picture").await;
        self.page.wait_until(
            &format!("{title} in the form"),
            &format!("[...document.querySelectorAll('[role=group] img')].some((image) => image.alt === {title:?} && image.naturalWidth > 0)"),
        )
        .await;
    }

    /// Brings files into the Library, one after the other: the dialog is asked anew for each.
    pub async fn import(&self, path: &Path) {
        self.page.click("button", "Import…").await;
        self.page.click("menuitem", "/^Files…/").await;
        self.page.wait_for_none("menu", "/./").await;
        dialog::choose(self.desktop(), path);
    }

    /// Brings a folder with all that is in it into the Library.
    pub async fn import_folder(&self, path: &Path) {
        self.page.click("button", "Import…").await;
        self.page.click("menuitem", "/^A folder…/").await;
        self.page.wait_for_none("menu", "/./").await;
        dialog::choose(self.desktop(), path);
    }

    /// Reads and closes what is said of an import at its end.
    pub async fn close_report(&self) {
        self.page.find("dialog", "What came of the import").await;
        self.page.click("button", "OK").await;
        self.page.wait_for_none("dialog", "/./").await;
    }

    /// Chooses theme and language, in Settings; `languages` is the field's name in the language of now.
    pub async fn set_appearance(&self, languages: &str, theme: &str, language: &str) {
        self.page.run("location.hash = '#/settings?section=appearance'", vec![]).await;
        self.page.click("radio", theme).await;
        self.page.click("combobox", languages).await;
        self.page.click("option", language).await;
    }

    /// Presses a key together with Control.
    pub async fn press_control(&self, key: char) {
        self.page.press(&format!("{}{key}", char::from(Key::Control))).await;
    }
}
