//! axe finds nothing in any room, nor in what opens over it, in either theme.

use std::{fs, sync::LazyLock};

use fantoccini::key::Key;
use serde_json::Value;

use crate::{
    app::{App, Home},
    desktop::project,
    photographs::BadPictures,
    talk::ALL_KINDS,
    user::{PICTURE, ROOMS},
    voice_speak::SPOKEN,
};

static AXE: LazyLock<String> = LazyLock::new(|| {
    fs::read_to_string(project().join("ui/node_modules/axe-core/axe.min.js")).expect("axe-core is installed")
});

// What fades in is looked at when it is there: half transparent, every text has too little contrast. What goes on for ever isn't
// waited for. Menus and list boxes hang at the body's end, beside the landmarks, as their patterns have it; everything else has
// to be in one.
const ASK: &str = "const done = arguments[arguments.length - 1];
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    Promise.allSettled(ending.map((one) => one.finished)).then(() => {
      const floats = document.querySelector('[role=menu], [role=listbox]') !== null;
      return axe.run(document, { resultTypes: ['violations'], rules: { region: { enabled: !floats } } });
    }).then(
      ({ violations }) => done(violations.map((one) => `${one.id} (${one.impact}): ${one.help}\\n` +
        one.nodes.map((node) => `  ${node.html}\\n  ${node.failureSummary}`).join('\\n'))),
      (error) => done([String(error)]));";

/// One look at all of the app, which tells everything that it found at the end.
struct Audit<'app> {
    app: &'app App<'app>,
    found: Vec<String>,
}

impl Audit<'_> {
    async fn look_at(&mut self, scene: &str) {
        let page = &self.app.page;
        if page.run("return typeof axe", vec![]).await != "object" {
            page.run(&AXE, vec![]).await;
        }
        page.photograph(&format!("accessibility/{scene}")).await;
        let found = page.run_async(ASK, vec![]).await;
        let found = found.as_array().expect("a list of violations");
        self.found.extend(found.iter().filter_map(Value::as_str).map(|one| format!("{scene}: {one}")));
    }

    async fn look_at_all(&mut self, theme: &str, bad: &BadPictures) {
        let (app, page) = (self.app, &self.app.page);
        for room in ROOMS {
            app.go(room).await;
            self.look_at(&format!("{theme}-{room}")).await;
        }
        for section in ["Accounts", "Spending", "Appearance", "Library", "Shortcuts", "About"] {
            page.click("tab", section).await;
            self.look_at(&format!("{theme}-Settings-{section}")).await;
        }

        self.look_at_chat(theme).await;
        for (tab, role, name) in [
            ("record", "button", "Record"),
            ("transcribe", "button", "New transcript"),
            ("speak", "textbox", "Text"),
        ] {
            app.open_tab(tab).await;
            page.find(role, name).await;
            self.look_at(&format!("{theme}-voice-{tab}")).await;
        }

        app.press_control('k').await;
        page.find("dialog", "Find or do anything").await;
        self.look_at(&format!("{theme}-palette")).await;
        self.close().await;

        page.press(&format!("{}?", char::from(Key::Shift))).await;
        page.find("dialog", "Keyboard shortcuts").await;
        self.look_at(&format!("{theme}-shortcuts")).await;
        self.close().await;

        page.click("button", "/^Account: /").await;
        page.find("menu", "/./").await;
        self.look_at(&format!("{theme}-account-menu")).await;
        page.click("menuitem", "/^Use my Venice key/").await;
        page.fill("textbox", "API key", "no key").await;
        page.click("button", "Test key").await;
        page.read("This is not a Venice key.").await;
        self.look_at(&format!("{theme}-add-key-with-an-error")).await;
        self.close().await;

        app.go("Library").await;
        app.import(&bad.empty()).await;
        page.find("dialog", "What came of the import").await;
        self.look_at(&format!("{theme}-import-report")).await;
        self.close().await;
        page.click("gridcell", "/./").await;
        page.press(&char::from(Key::Enter).to_string()).await;
        page.find("dialog", "/, large$/").await;
        self.look_at(&format!("{theme}-large")).await;
        self.close().await;

        app.go("Image").await;
        page.click("button", "Model").await;
        page.find("option", "/./").await;
        self.look_at(&format!("{theme}-models")).await;
        self.close().await;
        page.open_menu("button", PICTURE).await;
        page.find("menuitem", "/^Upscale/").await;
        self.look_at(&format!("{theme}-picture-menu")).await;
        self.close().await;
    }

    async fn look_at_chat(&mut self, theme: &str) {
        let (app, page) = (self.app, &self.app.page);
        app.go("Chat").await;
        app.press_control('n').await;
        page.find("heading", "Talk about anything").await;
        self.look_at(&format!("{theme}-chat-empty")).await;
        app.paste(&format!("Reply with exactly: {ALL_KINDS}")).await;
        app.wait_for_price().await;
        page.click("button", "Send").await;
        app.wait_for_answer().await;
        page.click("button", "/^thought for/").await;
        page.click("button", "/^Settings of this conversation/").await;
        page.find("textbox", "System prompt").await;
        self.look_at(&format!("{theme}-chat-settings")).await;
        page.click("button", "/^Settings of this conversation/").await;
        for (door, dialog) in
            [("Saved prompt…", "Saved prompts"), ("From the Library…", "Choose from the Library")]
        {
            page.click("button", "Attach").await;
            page.click("menuitem", door).await;
            page.find("dialog", dialog).await;
            self.look_at(&format!("{theme}-chat-{}", dialog.to_lowercase().replace(' ', "-"))).await;
            self.close().await;
        }
        page.click("button", "/^Model: /").await;
        page.find("option", "/^Grok/").await;
        self.look_at(&format!("{theme}-chat-models")).await;
        self.close().await;
        page.click("button", "More").await;
        page.click("menuitem", "Characters").await;
        page.find("button", "/The Gondolier/").await;
        self.look_at(&format!("{theme}-chat-characters")).await;
        page.click("button", "/The Gondolier/").await;
        page.read("What people say").await;
        self.look_at(&format!("{theme}-chat-character")).await;
        self.close().await;
        page.fill("textbox", "Find in all conversations", "tide").await;
        page.read("In messages").await;
        self.look_at(&format!("{theme}-chat-found")).await;
        page.click("button", "Clear").await;
    }

    async fn close(&self) {
        self.app.page.press_escape().await;
        self.app
            .page
            .wait_until(
                "everything to be closed",
                "!document.querySelector('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]')",
            )
            .await;
    }
}

#[tokio::test]
async fn axe_finds_nothing() {
    let home = Home::new();
    let bad = BadPictures::new(&home.path("bad"));
    let app = home.open().await;
    app.resize(1280, 800).await;
    let mut audit = Audit { app: &app, found: Vec::new() };
    audit.look_at("welcome").await;
    app.look_around().await;
    audit.look_at("empty").await;
    app.make("A market under arcades", 2).await;
    app.wait_for_results(2).await;
    app.go("Voice").await;
    app.speak(SPOKEN).await;
    app.transcribe_spoken().await;
    for theme in ["Light", "Dark"] {
        app.go("Settings").await;
        app.page.click("tab", "Appearance").await;
        app.page.click("radio", theme).await;
        audit.look_at_all(&theme.to_lowercase(), &bad).await;
    }
    assert!(audit.found.is_empty(), "{} findings\n{}", audit.found.len(), audit.found.join("\n"));
    app.quit();
}
