//! Pictures dragged out of the window, as real files.

use std::{cell::Cell, fs};

use serde_json::{Value, json};

use crate::{
    app::{App, Home},
    drag::Drag,
    drag_target::Target,
    photographs::photograph,
};

/// Notes what the back end tells of files over the window.
const HEAR: &str = "window.heard = [];
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const handler = transformCallback(({ payload }) => {
        window.heard.push(...payload.filter(({ type }) => type === 'drag' || type === 'dropped'));
    });
    return invoke('plugin:event|listen', { event: 'app-event', target: { kind: 'Any' }, handler });";

impl App<'_> {
    /// Calls a command as the page does.
    async fn command(&self, name: &str, arguments: Value) -> Value {
        let script = "const [name, given, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(name, given).then((answer) => done({ answer }), (error) => done({ error }));";
        let told = self.page.run_async(script, vec![name.into(), arguments]).await;
        assert!(told["error"].is_null(), "{name}: {}", told["error"]);
        told["answer"].clone()
    }

    /// Presses the mouse button over the middle of the window and begins to drag an item out.
    async fn drag_out(&self, id: &str) {
        let place = self.desktop().xdotool(&["mousemove", "--window", &self.window(), "500", "400"]);
        assert!(place.is_some() && self.desktop().xdotool(&["mousedown", "1"]).is_some());
        self.command("drag_items", json!({ "ids": [id] })).await;
    }
}

#[tokio::test]
async fn a_picture_is_dragged_into_another_program_and_not_into_the_window_itself() {
    let home = Home::new();
    let app = home.open().await;
    app.look_around().await;
    app.desktop().copy_picture(&photograph("coffee.png"));
    let picked = app.command("paste_picture", json!({})).await;
    let report = app.command("import_picked", json!({ "handles": [picked["handle"]] })).await;
    let item = report["items"][0].clone();
    let id = item["id"].as_str().expect("an item");

    let target = Target::open(app.desktop());
    app.drag_out(id).await;
    let (x, y) = Target::middle();
    let step = Cell::new(0);
    let list = target.take(
        || {
            step.set((step.get() + 1) % 20);
            app.desktop().xdotool(&["mousemove", &(x + step.get()).to_string(), &y.to_string()]);
        },
        || {
            app.desktop().xdotool(&["mouseup", "1"]);
        },
    );
    let path = list.trim_end().strip_prefix("file://").expect("a file");
    let kept = fs::read(path).expect("it can be read");
    assert_eq!(kept.len() as u64, item["bytes"].as_u64().expect("its size"));

    // Over the window itself it is nothing new: the page hears of it only when other files come after it.
    app.page.run(HEAR, vec![]).await;
    app.drag_out(id).await;
    for at in ["520", "560", "600"] {
        app.desktop().xdotool(&["mousemove", "--window", &app.window(), at, "420"]);
    }
    app.desktop().xdotool(&["mouseup", "1"]);
    let drag = Drag::over(app.desktop(), &app.window(), &[&photograph("chelsea.png")]);
    drag.release();
    app.page.wait_until("the other file", "window.heard.some((event) => event.type === 'dropped')").await;
    let heard = app.page.run("return window.heard;", vec![]).await;
    let heard = heard.as_array().expect("events");
    let dropped: Vec<_> = heard.iter().filter(|event| event["type"] == "dropped").collect();
    assert_eq!(dropped.len(), 1, "{heard:?}");
    assert_eq!(dropped[0]["files"][0]["name"], "chelsea.png");
    let held = heard.iter().filter(|event| event["type"] == "drag" && event["over"] == true).count();
    assert_eq!(held, 1, "{heard:?}");
}
