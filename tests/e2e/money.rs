//! What things cost, in the real window: what was charged is found again, a budget asks and stops, a key is made and never seen.

use std::fs;

use crate::{app::Home, dialog, user::PICTURE};

#[tokio::test]
async fn what_was_charged_is_found_again() {
    let home = Home::new();
    let app = home.open().await;
    let page = &app.page;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.make("A quay in the rain", 2).await;
    app.wait_for_results(2).await;

    app.go("Spend").await;
    page.find("heading", "Spent over time, by kind").await;
    page.read("This month").await;
    page.photograph("money/00-glance").await;
    page.click("radio", "Charges").await;
    // The history comes a moment after the work; the charge knows what it was for.
    page.find("row", "/A quay in the rain/").await;
    page.photograph("money/01-charges").await;
    let table = home.path("charges.csv");
    page.click("button", "Save as CSV…").await;
    dialog::choose(app.desktop(), &table);
    page.read("Saved as charges.csv").await;
    let text = fs::read_to_string(&table).expect("the table is written");
    assert!(text.contains("A quay in the rain") && text.contains("\r\n"), "{text}");

    app.go("Models").await;
    page.fill("textbox", "Search models", "GLM 5.2").await;
    page.wait_for_count("button", "/to favourites$/", 1).await;
    page.click("button", "Add GLM 5.2 to favourites").await;
    page.click("radio", "Favourites").await;
    page.find("button", "Remove GLM 5.2 from favourites").await;
    app.quit();
}

#[tokio::test]
async fn a_budget_asks_and_stops() {
    let home = Home::new();
    let app = home.open().await;
    let page = &app.page;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Settings").await;
    page.click("tab", "Spending").await;
    page.click("button", "Add a budget…").await;
    page.fill("textbox", "Amount", "0.005").await;
    page.click("button", "Save").await;
    page.wait_for_none("dialog", "/./").await;

    app.go("Image").await;
    app.make("A quay in the rain", 1).await;
    page.find("alertdialog", "Go over your budget?").await;
    page.photograph("money/02-question").await;
    page.click("button", "Leave it").await;
    page.wait_for_count("button", PICTURE, 0).await;
    app.make("A quay in the rain", 1).await;
    page.click("button", "Go on all the same").await;
    app.wait_for_results(1).await;

    app.go("Settings").await;
    page.click("tab", "Spending").await;
    page.click("button", "/^Change the budget/").await;
    page.click("radio", "Stop it").await;
    page.click("button", "Save").await;
    page.wait_for_none("dialog", "/./").await;
    app.go("Image").await;
    // It is said before anybody clicks.
    page.fill("textbox", "Prompt", "Another quay").await;
    page.read("less than this costs").await;
    page.photograph("money/03-stopped").await;
    page.wait_for_count("button", PICTURE, 1).await;
    app.quit();
}

#[tokio::test]
async fn a_key_is_made_and_never_seen() {
    let home = Home::new();
    let app = home.open().await;
    let page = &app.page;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Settings").await;
    page.click("tab", "Accounts").await;
    page.click("button", "Open Sandbox").await;
    page.click("button", "Make a key…").await;
    page.fill("textbox", "What it is called", "Tablet").await;
    page.fill("textbox", "Limit in US dollars", "2.50").await;
    page.click("button", "Make key").await;
    page.wait_for_none("dialog", "/./").await;
    page.read("Tablet").await;
    page.read("made here").await;
    page.photograph("money/04-keys").await;
    let shown = page.run("return document.documentElement.outerHTML", vec![]).await;
    assert!(!shown.to_string().contains("VENICE_"), "no key is in the page");
    app.quit();
}
