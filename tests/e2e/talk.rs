//! What users do in the Chat room, in their words.

use std::{fs, path::Path};

use fantoccini::key::Key;
use serde_json::json;

use crate::{app::App, dialog};

/// The operation behind an answer.
pub const OPERATION: &str = "createChatCompletion";
/// The last message on show.
pub const LAST: &str = "[...document.querySelectorAll('[data-message]')].at(-1)";

impl App<'_> {
    /// Writes words where messages are written.
    pub async fn write(&self, words: &str) {
        // What just closes lies over the field still.
        self.page.wait_for_none("menu", "/./").await;
        self.page.fill("textbox", "Message", words).await;
    }

    /// Puts words there at once, as pasting does: for those that are long, or of several lines.
    pub async fn put(&self, words: &str) {
        self.page.find("textbox", "Message").await;
        self.page
            .run(
                "const field = document.querySelector('.composer textarea'); field.focus(); field.value = arguments[0]; \
                 field.dispatchEvent(new InputEvent('input', { bubbles: true }));",
                vec![json!(words)],
            )
            .await;
    }

    /// Waits for the price of what is written.
    pub async fn wait_for_price(&self) {
        self.page
            .wait_until("a price", "/≈\\s*\\$0\\.\\d+/.test(document.querySelector('.composer').innerText)")
            .await;
    }

    /// Sends what is written, once its price is there.
    pub async fn send(&self) {
        self.wait_for_price().await;
        self.page.click("button", "Send").await;
    }

    /// Writes a message and sends it by the keyboard.
    pub async fn say(&self, words: &str) {
        self.write(words).await;
        self.wait_for_price().await;
        self.page.press(&char::from(Key::Enter).to_string()).await;
        self.page
            .wait_until(
                "what was said",
                &format!(
                    "[...document.querySelectorAll('[data-message]')].some((one) => one.innerText.includes({words:?}))"
                ),
            )
            .await;
    }

    /// Waits until nothing is being written, and the last message says what it took.
    pub async fn wait_for_answer(&self) {
        self.page.find("button", "Send").await;
        self.page
            .wait_until("an answer with its cost", &format!("/\\d+ out/.test({LAST}?.innerText ?? '')"))
            .await;
    }

    /// The words of the last message.
    pub async fn last(&self) -> String {
        let said = self.page.run(&format!("return {LAST}?.innerText ?? ''"), vec![]).await;
        said.as_str().expect("a text").to_owned()
    }

    /// Waits until the last message is as a JavaScript expression of `last` has it.
    pub async fn wait_for_last(&self, what: &str, expression: &str) {
        self.page.wait_until(what, &format!("((last) => {expression})({LAST})")).await;
    }

    /// Chooses another model for what is said next.
    pub async fn talk_with(&self, model: &str) {
        self.page.click("button", "/^Model: /").await;
        self.page.fill("combobox", "Choose a model", model).await;
        self.page.click("option", &format!("/^{model}/")).await;
        self.page.find("button", &format!("/^Model: {model}/")).await;
    }

    /// Attaches a file by the file dialog.
    pub async fn attach(&self, path: &Path) {
        self.page.click("button", "Attach").await;
        self.page.click("menuitem", "/^Files/").await;
        dialog::choose(self.desktop(), path);
    }

    /// Opens a conversation of the list, by the beginning of its title.
    pub async fn open_conversation(&self, title: &str) {
        self.row(title, "row.click()").await;
    }

    /// Does something with a conversation of the list.
    pub async fn with_conversation(&self, title: &str, entry: &str) {
        let menu = "const box = row.getBoundingClientRect(); row.dispatchEvent(new PointerEvent('contextmenu', \
            { bubbles: true, cancelable: true, button: 2, clientX: box.x + 40, clientY: box.y + 20 }))";
        self.row(title, menu).await;
        self.page.click("menuitem", entry).await;
    }

    async fn row(&self, title: &str, does: &str) {
        let row = format!(
            "[...document.querySelectorAll('[data-row]')].find((one) => one.innerText.startsWith({title:?}))"
        );
        self.page.wait_until(&format!("a conversation called {title:?}"), &row).await;
        self.page.run(&format!("const row = {row}; {does}"), vec![]).await;
    }
}

/// A file of these words.
pub fn document(path: &Path, words: &str) {
    fs::write(path, words).expect("a document");
}
