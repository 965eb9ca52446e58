//! Files that are too much for a message: refused with the reason while the rest of the draft stays, or sent smaller.

use std::fs;

use crate::{
    app::Home,
    photographs::{BadPictures, photograph},
    talk::{OPERATION, conversation, sit_down},
};

#[tokio::test]
async fn files_that_are_too_large() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    let said = ["What do you see?".to_owned(), "Nothing yet.".to_owned()];
    app.bring(&home, &[conversation("With open eyes", "qwen-3-8-27b", &said)]).await;
    app.open_conversation("With open eyes").await;

    let report = home.path("report.pdf");
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(26_000_000, b' ');
    fs::write(&report, bytes).expect("a file");
    let archive = home.path("archive.zip");
    fs::write(&archive, b"PK\x03\x04\0\0 and no document").expect("a file");
    let heavy = BadPictures::new(&home.path("bad")).too_heavy();

    page.fill("textbox", "Message", "Tell me what is in these").await;
    app.attach(&photograph("coffee.png")).await;
    page.find("button", "Attachment coffee").await;
    app.attach(&report).await;
    page.read("report.pdf has 26.0 MB, too many to go with a message.").await;
    page.read("At most 25.0 MB can be sent.").await;
    page.photograph("chat-trouble/file-too-large").await;
    assert_eq!(app.typed().await, "Tell me what is in these", "the words stay");
    assert_eq!(page.count("button", "Attachment coffee").await, 1, "and so does what was attached before");
    page.click("button", "Dismiss").await;
    app.attach(&archive).await;
    page.read("archive.zip is of a kind that can’t go with a message.").await;
    page.click("button", "Dismiss").await;
    page.wait_for_none("alert", "/./").await;
    assert_eq!(sandbox.requests(OPERATION), 0, "nothing was sent");

    // A picture of 26 MB goes as a smaller copy of itself, and the other as it is.
    app.attach(&heavy).await;
    page.find("button", "Attachment too-heavy").await;
    page.click("button", "Send").await;
    page.wait_until("what was said", "document.querySelectorAll('[data-message]').length === 4").await;
    app.wait_for_answer().await;
    let seen = app.answer().await;
    assert_eq!(seen.matches("600 × 400 pixels").count(), 2, "both are looked at: {seen}");
    let copies: Vec<u64> = fs::read_dir(home.kept().join("cache/pictures"))
        .expect("the copies")
        .map(|copy| copy.expect("a copy").metadata().expect("its size").len())
        .collect();
    assert!(matches!(copies[..], [1..2_000_000]), "one small copy was made: {copies:?}");
    page.photograph("chat-trouble/picture-scaled").await;
    assert_eq!(sandbox.requests(OPERATION), 1);
    app.quit();
}
