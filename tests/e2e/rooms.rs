//! Pictures of every room, in both themes, both languages and at both sizes, for eyes to look at; and what eyes need not
//! check: nothing sticks out of the window.

use serde_json::json;

use crate::{
    app::{App, Home},
    desk::Desk,
    talk::ALL_KINDS,
    voice_speak::SPOKEN,
};

/// Each with what is shown of it.
const ROOMS: [(&str, &str); 14] = [
    ("chat", ""),
    ("image", ""),
    ("voice", "record"),
    ("voice", "transcribe"),
    ("voice", "speak"),
    ("film", ""),
    ("music", ""),
    ("library", ""),
    ("queue", ""),
    ("spend", "overview"),
    ("spend", "charges"),
    ("models", ""),
    ("console", ""),
    ("settings", ""),
];

async fn enter(app: &App<'_>, room: &str, tab: &str) {
    let address = if tab.is_empty() { room.to_owned() } else { format!("{room}?tab={tab}") };
    app.page.run("location.hash = `#/${arguments[0]}`", vec![json!(address)]).await;
    app.page
        .wait_until(room, &format!("!!document.querySelector('nav a[href=\"#/{room}\"][aria-current=page]')"))
        .await;
}

async fn photograph_rooms(app: &App<'_>, theme: &str, language: &str) {
    for (width, height) in [(1280, 800), (960, 640)] {
        app.resize(width, height).await;
        for (room, tab) in ROOMS {
            enter(app, room, tab).await;
            let name = [room, tab].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
            app.page.photograph(&format!("rooms/{name}-{theme}-{language}-{width}x{height}")).await;
            let wider =
                app.page.run("return document.documentElement.scrollWidth - innerWidth", vec![]).await;
            let broken =
                app.page.run("return document.querySelector('main > .failed') !== null", vec![]).await;
            assert_eq!(broken, json!(false), "{room} is shown, and not that it could not be");
            assert_eq!(wider, json!(0), "{room} fits into {width}x{height} in {language}");
        }
    }
}

#[tokio::test]
async fn every_room() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.make("Evening on the lagoon, three gondolas, lamps being lit", 4).await;
    app.wait_for_results(4).await;
    app.go("Voice").await;
    app.speak(SPOKEN).await;
    app.transcribe_spoken().await;
    app.go("Chat").await;
    app.paste(&format!("Reply with exactly: {ALL_KINDS}")).await;
    app.wait_for_price().await;
    app.page.click("button", "Send").await;
    app.wait_for_answer().await;
    let desk = Desk::new(&app);
    desk.choose("createChatCompletion").await;
    desk.fill().await;
    desk.send().await;

    app.set_appearance("/^Language/", "Light", "English").await;
    photograph_rooms(&app, "light", "en").await;
    app.set_appearance("/^Language/", "Dark", "English").await;
    photograph_rooms(&app, "dark", "en").await;
    app.set_appearance("/^Language/", "Dark", "简体中文").await;
    photograph_rooms(&app, "dark", "zh-CN").await;
    app.set_appearance("/^语言/", "浅色", "简体中文").await;
    photograph_rooms(&app, "light", "zh-CN").await;
    app.quit();
}
