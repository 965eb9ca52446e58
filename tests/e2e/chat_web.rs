//! The web, pictures and characters in a conversation.

use crate::{
    app::Home,
    talk::{LAST, OPERATION, sit_down},
};

#[tokio::test]
async fn web_and_pictures() {
    let (home, sandbox) = Home::with_sandbox();
    let app = sit_down(&home).await;
    sandbox.pace(0);
    let page = &app.page;

    // Commands are found by their first letters, priced, and bring what they found as attachments.
    app.write("/").await;
    page.find("option", "/search/").await;
    page.photograph("chat/50-commands").await;
    app.write("/search high water in Venice").await;
    // Venice lists no price for it, and there is a limit: that is said, and asked.
    page.read("Venice lists no price for searches and pages").await;
    page.photograph("chat/51-no-price").await;
    page.click("checkbox", "Send it all the same").await;
    page.click("button", "Search the web").await;
    page.find("button", "Attachment high water in Venice").await;
    app.write("/read https://example.org/tides").await;
    page.click("checkbox", "Send it all the same").await;
    page.click("button", "Read the page").await;
    page.wait_for_count("button", "/^Attachment /", 2).await;
    page.photograph("chat/52-brought").await;
    assert_eq!((sandbox.requests("webSearch"), sandbox.requests("webScrape")), (1, 1));
    page.click("button", "Attachment high water in Venice").await;
    page.find("dialog", "/./").await;
    page.photograph("chat/53-what-was-found").await;
    page.press_escape().await;
    page.wait_for_none("dialog", "/./").await;
    app.say("What of this matters for a picture at dawn?").await;
    app.wait_for_answer().await;
    page.photograph("chat/54-answered-with-it").await;

    // An address that is none costs nothing.
    app.write("/read not an address").await;
    page.wait_until("a button that can't be clicked", "!!document.querySelector('button.send:disabled')")
        .await;
    page.photograph("chat/55-no-address").await;

    // Pictures are made in the conversation, and are in the Library too.
    app.write("/image A lagoon before sunrise, still water").await;
    app.wait_for_price().await;
    page.click("button", "Make the picture").await;
    page.wait_until("the picture", &format!("{LAST}?.querySelector('.pictures img')?.naturalWidth > 0"))
        .await;
    page.photograph("chat/56-a-picture").await;
    page.click("button", "/^Look at /").await;
    page.find("dialog", "/large$/").await;
    page.press_escape().await;
    page.wait_for_none("dialog", "/./").await;
    let answers = "[...document.querySelectorAll('article.assistant')]";
    page.run(
        &format!("{answers}[0].querySelector('button[aria-label=\"Make a picture of this\"]').click()"),
        vec![],
    )
    .await;
    page.find("dialog", "Make a picture of this").await;
    page.photograph("chat/57-a-picture-of-this").await;
    page.click("button", r"/^Make 1 picture \D*\d/").await;
    page.wait_until(
        "two pictures",
        "[...document.querySelectorAll('[data-message] .pictures img')].filter((one) => one.naturalWidth > 0).length === 2",
    )
    .await;
    page.photograph("chat/58-two-pictures").await;
    assert_eq!(sandbox.requests("generateImage"), 2);
    app.go("Library").await;
    page.wait_for_count("gridcell", "/./", 2).await;
    app.quit();
}

#[tokio::test]
async fn characters() {
    let (home, sandbox) = Home::with_sandbox();
    let app = sit_down(&home).await;
    sandbox.pace(0);
    let page = &app.page;
    page.click("button", "Or talk with a character").await;
    page.find("dialog", "Characters").await;
    let cards = "[...document.querySelectorAll('[role=dialog] .grid button')]";
    page.wait_until(
        "characters with their pictures",
        &format!("{cards}.length > 3 && {cards}.some((one) => one.querySelector('img')?.naturalWidth > 0)"),
    )
    .await;
    page.photograph("chat/60-characters").await;
    let first = page
        .run(
            &format!(
                "return {cards}[0].querySelector('.name')?.innerText ?? {cards}[0].innerText.split('\\n')[0]"
            ),
            vec![],
        )
        .await;
    let name = first.as_str().expect("a name").trim().to_owned();
    page.fill("textbox", "Find a character", &name).await;
    page.wait_until("only those", &format!("{cards}.length >= 1 && {cards}.every((one) => one.innerText.includes({name:?}) || {cards}.length < 4)")).await;
    page.photograph("chat/61-found").await;
    page.run(&format!("{cards}[0].click()"), vec![]).await;
    page.read("What people say").await;
    page.photograph("chat/62-reviews").await;
    page.click("button", "Talk").await;
    page.wait_for_none("dialog", "/./").await;
    app.say("Who are you, in one sentence?").await;
    app.wait_for_answer().await;
    page.wait_until("its name over the answer", &format!("{LAST}.innerText.includes({name:?})")).await;
    page.photograph("chat/63-talking").await;
    assert_eq!(sandbox.requests(OPERATION), 1);
    app.quit();
}
