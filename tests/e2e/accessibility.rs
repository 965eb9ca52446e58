//! axe finds nothing in any room, nor in what opens over it, in either theme.

use std::{fs, sync::LazyLock};

use serde_json::Value;

use crate::{
    app::{App, Home},
    desktop::project,
    photographs::BadPictures,
    user::{PICTURE, ROOMS},
};

static AXE: LazyLock<String> = LazyLock::new(|| {
    fs::read_to_string(project().join("ui/node_modules/axe-core/axe.min.js")).expect("axe-core is installed")
});

const ASK: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
      ({ violations }) => done(violations.map((one) => `${one.id} (${one.impact}): ${one.help}\\n` +
        one.nodes.map((node) => `  ${node.html}\\n  ${node.failureSummary}`).join('\\n'))),
      (error) => done([String(error)]));";

impl App<'_> {
    async fn assert_accessible(&self, scene: &str) {
        if self.page.run("return typeof axe", vec![]).await != "object" {
            self.page.run(&AXE, vec![]).await;
        }
        self.page.photograph(&format!("accessibility/{scene}")).await;
        let found = self.page.run_async(ASK, vec![]).await;
        let found = found.as_array().expect("a list of violations");
        let words: Vec<&str> = found.iter().filter_map(Value::as_str).collect();
        assert!(words.is_empty(), "{scene}:\n{}", words.join("\n"));
    }

    async fn assert_all_accessible(&self, theme: &str, bad: &BadPictures) {
        let page = &self.page;
        for room in ROOMS {
            self.go(room).await;
            self.assert_accessible(&format!("{theme}-{room}")).await;
        }

        self.press_control('k').await;
        page.find("dialog", "Find or do anything").await;
        self.assert_accessible(&format!("{theme}-palette")).await;
        self.close().await;

        page.press("?").await;
        page.find("dialog", "Keyboard shortcuts").await;
        self.assert_accessible(&format!("{theme}-shortcuts")).await;
        self.close().await;

        page.click("button", "/^Account: /").await;
        page.find("menu", "/./").await;
        self.assert_accessible(&format!("{theme}-account-menu")).await;
        page.click("menuitem", "/^Use my Venice key/").await;
        page.fill("textbox", "API key", "no key").await;
        page.click("button", "Add key").await;
        page.read("This is not a Venice key.").await;
        self.assert_accessible(&format!("{theme}-add-key-with-an-error")).await;
        self.close().await;

        self.go("Library").await;
        self.import(&bad.empty()).await;
        page.find("dialog", "What came of the import").await;
        self.assert_accessible(&format!("{theme}-import-report")).await;
        self.close().await;
        page.click("gridcell", "/./").await;
        page.press(&char::from(fantoccini::key::Key::Enter).to_string()).await;
        page.find("dialog", "/, large$/").await;
        self.assert_accessible(&format!("{theme}-large")).await;
        self.close().await;

        self.go("Image").await;
        page.click("button", "/^Model /").await;
        page.find("option", "/./").await;
        self.assert_accessible(&format!("{theme}-models")).await;
        self.close().await;
        page.open_menu("button", PICTURE).await;
        page.find("menuitem", "/^Upscale/").await;
        self.assert_accessible(&format!("{theme}-picture-menu")).await;
        self.close().await;
    }

    async fn close(&self) {
        self.page.press_escape().await;
        self.page
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
    app.assert_accessible("welcome").await;
    app.look_around().await;
    app.assert_accessible("empty").await;
    app.make("A market under arcades", 2).await;
    app.wait_for_results(2).await;
    for theme in ["Light", "Dark"] {
        app.go("Settings").await;
        app.page.click("radio", theme).await;
        app.assert_all_accessible(&theme.to_lowercase(), &bad).await;
    }
    app.quit();
}
