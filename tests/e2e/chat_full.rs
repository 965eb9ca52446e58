//! Conversations that have grown longer than a model reads: said so, with a way out that works.

use serde_json::Value;

use crate::{
    app::Home,
    sandbox::Sandbox,
    talk::{OPERATION, conversation, paid, sit_down},
};

/// A model that reads 4,096 tokens.
const SMALL: &str = "llama-3.2-3b";

/// Tokens that went into the latest answer that was charged.
fn input_of_the_last(sandbox: &Sandbox) -> u64 {
    let charges = sandbox.charges();
    let id = &charges.last().expect("a charge")["request_id"];
    let read = |charge: &&Value| {
        charge["request_id"] == *id && charge["sku"].as_str().is_some_and(|sku| !sku.contains("output"))
    };
    let rows: Vec<_> = charges.iter().filter(read).collect();
    assert!(!rows.is_empty(), "input is charged: {charges:?}");
    // A row counts in millions.
    rows.iter().map(|charge| (charge["units"].as_f64().expect("units") * 1e6).round() as u64).sum()
}

#[tokio::test]
async fn a_conversation_that_no_longer_fits() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    let said = vec!["the lagoon at evening is quiet and wide ".repeat(100); 8];
    app.bring(&home, &[conversation("A long voyage", SMALL, &said)]).await;
    app.open_conversation("A long voyage").await;
    page.find("button", "/^About .* of 4.1K tokens$/").await;
    page.fill("textbox", "Message", "And where are we now?").await;
    page.read("This conversation no longer fits into the model.").await;
    page.read("Nothing was sent, and nothing is lost. Choose how to go on:").await;
    let summary = page.find("button", r"/^Go on from a summary .*\$\d/").await;
    assert!(summary.is_enabled().await.expect("a button"), "what fits of it can be summed up");
    page.read("don’t fit and are left out.").await;
    page.find("button", "Choose a larger model").await;
    page.wait_until("a button that can't be clicked", "!!document.querySelector('button.send:disabled')")
        .await;
    page.photograph("chat-trouble/full").await;
    page.click("button", "Drop the oldest messages").await;
    page.click("button", "Send").await;
    page.read("And where are we now?").await;
    app.wait_for_answer().await;
    assert_eq!(sandbox.requests(OPERATION), 1);
    let less = input_of_the_last(&sandbox);
    assert!((1_000..4_096).contains(&less), "as much is sent as fits: {less}");
    page.click("button", "/^About .* of 4.1K tokens$/").await;
    page.read("left out just now").await;
    page.photograph("chat-trouble/oldest-dropped").await;
    page.press_escape().await;
    page.run("document.querySelector('[aria-label=Messages]').scrollTop = 0", vec![]).await;
    page.wait_until("the first message", "document.body.innerText.includes('the lagoon at evening')").await;
    app.quit();
}

#[tokio::test]
async fn what_the_server_finds_too_long() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    // By the estimate it fits; the server counts each of these words as a token.
    let said = vec!["so we go on to it ".repeat(140); 6];
    app.bring(&home, &[conversation("Nearly there", SMALL, &said)]).await;
    app.open_conversation("Nearly there").await;
    app.say("And where are we now?").await;
    app.wait_for_trouble(&[
        "This conversation no longer fits into the model.",
        "Nothing was charged, and nothing is lost.",
    ])
    .await;
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (1, 0), "refused, and not asked again");
    app.leave_and_return("Nearly there").await;
    page.find("button", "Drop the oldest messages").await;
    app.photograph_in_all_looks("chat-trouble/refused-as-too-long").await;
    app.set_appearance("/^语言/", "浅色", "English").await;
    page.run("location.hash = '#/chat'", vec![]).await;
    page.find("button", r"/^Go on from a summary .*\$\d/").await;
    page.photograph("chat-trouble/refused-as-too-long").await;

    page.click("button", r"/^Go on from a summary .*\$\d/").await;
    page.wait_until(
        "a branch of a summary alone",
        "[...document.querySelectorAll('[data-message]')].every((one) => /^Summary/.test(one.ariaLabel))",
    )
    .await;
    app.wait_for_answer().await;
    assert!(!app.answer().await.is_empty(), "the summary says something");
    assert_eq!(app.typed().await, "And where are we now?", "what was refused can be said again");
    page.photograph("chat-trouble/summary").await;
    page.click("button", "Send").await;
    page.wait_until("the answer below it", "document.querySelectorAll('[data-message]').length === 3").await;
    app.wait_for_answer().await;
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (3, 2));
    let summed_up = input_of_the_last(&sandbox);
    assert!(summed_up < 1_000, "a summary is less to read: {summed_up}");
    page.click("button", "Version before").await;
    page.wait_until("what was summed up", "document.body.innerText.includes('so we go on to it')").await;
    app.quit();
}
