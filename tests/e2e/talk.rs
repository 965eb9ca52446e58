//! What users do in the Chat room, in their words; and conversations that they bring along in a file.

use std::{collections::BTreeSet, fs, path::Path};

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{
    app::{App, Home},
    dialog,
    sandbox::Sandbox,
};

pub const OPERATION: &str = "createChatCompletion";
/// The last message on show.
pub const LAST: &str = "[...document.querySelectorAll('[data-message]')].at(-1)";
/// Markdown of every kind, as a model writes it.
pub const ALL_KINDS: &str = "## The tide\n\nWater **rises** and *falls*, see [the table](https://example.org/tides).\n\n\
    ```rust\nfn tide(hour: f64) -> f64 {\n    (hour / 12.42).sin()\n}\n```\n\n| Place | High |\n|---|---:|\n\
    | Zattere | 06:40 |\n| Burano | 08:25 |\n\n$$h(t) = h_0 + A \\cos(\\omega t)$$\n\nInline $e^{i\\pi} = -1$, and `code`.\n\n\
    - [x] ropes\n- [ ] lamps\n\n> A quiet hour.\n\n1. Out\n2. Back";
/// A button with its price.
const CONTINUE: &str = r"/^Continue .*\$\d/";
const AGAIN: &str = r"/^Try again .*\$\d/";

/// Opens the app for the first time, and goes to the Chat room.
pub async fn sit_down(home: &Home) -> App<'_> {
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Chat").await;
    app
}

/// How many answers were charged.
pub fn paid(sandbox: &Sandbox) -> usize {
    let charges = sandbox.charges();
    let answers = charges.iter().filter(|charge| charge["operation"] == OPERATION);
    answers.map(|charge| charge["request_id"].as_str().expect("an id")).collect::<BTreeSet<_>>().len()
}

impl App<'_> {
    /// Writes words where messages are written.
    pub async fn write(&self, words: &str) {
        // What just closes lies over the field still.
        self.page.wait_for_none("menu", "/./").await;
        self.page.fill("textbox", "Message", words).await;
    }

    /// Waits for the price of what is written: it comes before anything is sent.
    pub async fn wait_for_price(&self) {
        self.page
            .wait_until("a price", "/≈\\s*\\$0\\.\\d+/.test(document.querySelector('.composer').innerText)")
            .await;
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

    /// Puts words into the field that nobody would type.
    pub async fn paste(&self, words: &str) {
        self.page.focus("textbox", "Message").await;
        self.page
            .run(
                "const field = document.activeElement; field.value = arguments[0]; \
                 field.dispatchEvent(new InputEvent('input', { bubbles: true }))",
                vec![json!(words)],
            )
            .await;
    }

    /// Waits until nothing is being written.
    pub async fn wait_for_answer(&self) {
        self.page.find("button", "Send").await;
        self.page
            .wait_until("an answer with its cost", &format!("/\\d+ out/.test({LAST}?.innerText ?? '')"))
            .await;
    }

    /// Waits until the last message says all of this, and nothing is being written.
    pub async fn wait_for_trouble(&self, words: &[&str]) {
        self.page.find("button", "Send").await;
        for words in words {
            let said = format!("({LAST}?.innerText ?? '').includes({})", json!(words));
            self.page.wait_until(&format!("the answer to say {words:?}"), &said).await;
        }
    }

    /// Waits for both ways on, each with its price.
    pub async fn wait_for_offers(&self) {
        self.page.find("button", CONTINUE).await;
        self.page.find("button", AGAIN).await;
    }

    /// Asks again, at the price on the button.
    pub async fn try_again(&self) {
        self.page.click("button", AGAIN).await;
    }

    /// Lets the model go on.
    pub async fn go_on(&self) {
        self.page.click("button", CONTINUE).await;
    }

    /// All that stands in the last message.
    pub async fn last(&self) -> String {
        self.text(&format!("{LAST}?.innerText ?? ''")).await
    }

    /// The words of the last answer alone.
    pub async fn answer(&self) -> String {
        self.text(&format!("{LAST}?.querySelector('.text')?.innerText ?? ''")).await
    }

    /// What is in the field to write in.
    pub async fn typed(&self) -> String {
        self.text("document.querySelector('textarea').value").await
    }

    async fn text(&self, expression: &str) -> String {
        let said = self.page.run(&format!("return {expression}"), vec![]).await;
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

    /// Opens a conversation of the list by its first words.
    pub async fn open_conversation(&self, title: &str) {
        self.row(title, "row.click()").await;
        let open = format!(
            "document.querySelector('[data-row][aria-current=true]')?.innerText.startsWith({}) && !!{LAST}",
            json!(title)
        );
        self.page.wait_until(&format!("the conversation {title:?}"), &open).await;
    }

    /// Goes to a new conversation, and comes back.
    pub async fn leave_and_return(&self, title: &str) {
        self.press_control('n').await;
        self.page.wait_until("an empty conversation", "!document.querySelector('[data-message]')").await;
        self.open_conversation(title).await;
    }

    /// Brings conversations of a file in; the first of them is shown.
    pub async fn bring(&self, home: &Home, conversations: &[Value]) {
        let path = home.path("conversations.json");
        let file = json!({"format": "canaletto-conversations", "version": 1,
            "exported_at": "2026-11-01T00:00:00Z", "conversations": conversations});
        fs::write(&path, file.to_string()).expect("a file");
        self.page.click("button", "More").await;
        self.page.click("menuitem", "/^Import conversations/").await;
        dialog::choose(self.desktop(), &path);
        self.page.read("brought back").await;
    }

    /// Attaches a file by the file dialog.
    pub async fn attach(&self, path: &Path) {
        self.press_control('o').await;
        dialog::choose(self.desktop(), path);
    }

    /// Takes the same picture in both themes and both languages, and ends in light Chinese.
    pub async fn photograph_in_all_looks(&self, name: &str) {
        for (languages, theme, language, look) in [
            ("/^Language/", "Light", "English", "light-en"),
            ("/^Language/", "Dark", "English", "dark-en"),
            ("/^Language/", "Dark", "简体中文", "dark-zh-CN"),
            ("/^语言/", "浅色", "简体中文", "light-zh-CN"),
        ] {
            self.set_appearance(languages, theme, language).await;
            self.page.run("location.hash = '#/chat'", vec![]).await;
            self.page.wait_until("the conversation", &format!("!!{LAST}?.querySelector('button')")).await;
            self.page.photograph(&format!("{name}-{look}")).await;
            let wider = "document.documentElement.scrollWidth - innerWidth";
            assert_eq!(self.page.run(&format!("return {wider}"), vec![]).await, json!(0), "{name}, {look}");
        }
    }
}

/// A conversation as a file has it: what was said in turn, first by the user.
pub fn conversation(title: &str, model: &str, said: &[String]) -> Value {
    let at = "2026-11-01T10:00:00Z";
    let messages = said.iter().enumerate().map(|(place, text)| {
        let role = if place % 2 == 0 { "user" } else { "assistant" };
        let parent = place.checked_sub(1).map(|before| before.to_string());
        json!({"id": place.to_string(), "parent": parent, "role": role, "state": "whole", "created_at": at,
            "text": text, "model": (role == "assistant").then_some(model)})
    });
    json!({"title": title, "created_at": at, "touched_at": at, "settings": {"model": model},
        "head": (said.len() - 1).to_string(), "messages": messages.collect::<Vec<_>>()})
}
