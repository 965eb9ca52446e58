//! The Library outlives the program: its database can be made again, its folder may go away and come back, and move.

use std::{fs, process::Command};

use crate::{
    app::{App, Home},
    library_room::paint,
};

async fn open_library(home: &Home) -> App<'_> {
    let app = home.open().await;
    app.resize(1280, 800).await;
    app
}

#[tokio::test]
async fn the_database_is_made_again_from_the_files() {
    let home = Home::new();
    paint(&home.path("bring"), 5);
    let app = open_library(&home).await;
    app.look_around().await;
    app.go("Library").await;
    app.import_folder(&home.path("bring")).await;
    app.close_report().await;
    let page = &app.page;
    page.wait_for_count("gridcell", "/./", 5).await;
    page.click("gridcell", "/^plate 03/").await;
    page.press("4").await;
    page.press("f").await;
    page.find("gridcell", "/^plate 03.*4 stars/").await;

    // While the program runs, nobody else may.
    let rebuild = || {
        Command::new(env!("CARGO_BIN_EXE_canaletto"))
            .args(["library", "rebuild"])
            .env("CANALETTO_HOME", home.kept())
            .output()
            .expect("the program starts")
    };
    let refused = rebuild();
    assert!(!refused.status.success());
    app.quit();

    for name in ["canaletto.db", "canaletto.db-wal", "canaletto.db-shm"] {
        let _ = fs::remove_file(home.kept().join(name));
    }
    let done = rebuild();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(String::from_utf8_lossy(&done.stdout).contains("Items    5"));

    let app = open_library(&home).await;
    app.look_around().await;
    app.go("Library").await;
    app.page.wait_for_count("gridcell", "/./", 5).await;
    app.page.find("gridcell", "/^plate 03.*4 stars/").await;
    app.page.photograph("library/07-rebuilt").await;
    app.quit();
}

#[tokio::test]
async fn the_folder_goes_away_and_comes_back() {
    let home = Home::new();
    paint(&home.path("bring"), 4);
    let app = open_library(&home).await;
    app.look_around().await;
    app.go("Library").await;
    app.import_folder(&home.path("bring")).await;
    app.close_report().await;
    let page = &app.page;
    page.wait_for_count("gridcell", "/./", 4).await;

    let (library, elsewhere) = (home.kept().join("library"), home.kept().join("taken-out"));
    fs::rename(&library, &elsewhere).expect("moved away");
    page.find("button", "Look again").await;
    page.photograph("library/08-folder-gone").await;
    assert!(!library.exists(), "no empty folder takes its place");
    fs::rename(&elsewhere, &library).expect("moved back");
    page.click("button", "Look again").await;
    page.wait_for_none("button", "Look again").await;
    page.wait_for_count("gridcell", "/./", 4).await;
    app.quit();
}
