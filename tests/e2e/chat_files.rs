//! Files that are too much for a message: refused with the reason while the rest of the draft stays, or sent smaller.

use std::fs;

use image::GrayImage;

use crate::{
    app::Home,
    photographs::photograph,
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
    let vast = home.path("vast.png");
    GrayImage::from_fn(8000, 5000, |x, _| image::Luma([u8::try_from(x / 32).unwrap_or(u8::MAX)]))
        .save(&vast)
        .expect("a picture of 40 megapixels");

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

    // A picture is scaled: the model tells the size of what it was given.
    app.attach(&vast).await;
    page.find("button", "Attachment vast").await;
    page.click("button", "Send").await;
    page.wait_until("what was said", "document.querySelectorAll('[data-message]').length === 4").await;
    app.wait_for_answer().await;
    let seen = app.answer().await;
    assert!(seen.contains("600 × 400"), "what fits is sent as it is: {seen}");
    let sizes = seen.split(" pixels").filter_map(|before| {
        let (width, height) = before.rsplit_once(" × ")?;
        let width = width.rsplit(' ').next()?.replace(',', "");
        Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?))
    });
    let (width, height) = sizes.max().expect("a size");
    assert!(width < 8000 && width * height <= 12_000_000, "a smaller copy is sent: {seen}");
    assert!((width * 5).abs_diff(height * 8) < 80, "in the same shape: {seen}");
    page.photograph("chat-trouble/picture-scaled").await;
    assert_eq!(sandbox.requests(OPERATION), 1);
    app.quit();
}
