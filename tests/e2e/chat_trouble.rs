//! Answers that break off, are refused or get lost: told in words, with what to do. What had come is kept, nothing is sent
//! again by itself, and what was charged is what the ledger has.

use serde_json::json;

use crate::{
    app::{App, Home},
    talk::{OPERATION, conversation, paid, sit_down},
};

/// Of words, what they are whatever stands between them.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// What broke off is no longer what is shown.
async fn page_is_calm(app: &App<'_>) {
    app.page
        .wait_until("no trouble any more", "!document.querySelector('[data-message] [role=alert]')")
        .await;
}

#[tokio::test]
async fn streams_that_break() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let cases = [
        ("stop_without_done", "When the tide comes in", "The answer broke off in the middle."),
        ("cut_body", "How the light moves", "The answer broke off in the middle."),
        ("error_in_stream", "Why the bells ring", "The model failed while working."),
    ];
    let mut kept = Vec::new();
    for (count, (fault, said, what)) in cases.into_iter().enumerate() {
        sandbox.arm(OPERATION, json!({"kind": fault}));
        app.press_control('n').await;
        app.say(said).await;
        app.wait_for_trouble(&[what, "What had come before is kept above."]).await;
        app.wait_for_offers().await;
        let came = app.answer().await;
        assert!(came.len() > 20, "{fault}: {came:?} had come");
        app.page.photograph(&format!("chat-trouble/{fault}")).await;
        app.leave_and_return(said).await;
        app.wait_for_trouble(&[what]).await;
        assert_eq!(app.answer().await, came, "{fault}: it is kept");
        kept.push((said, came));
        assert_eq!(sandbox.requests(OPERATION), count as u64 + 1, "{fault}: nothing is sent again by itself");
        assert_eq!(paid(&sandbox), count + 1, "{fault}: what had come was charged");
    }
    app.quit();

    let app = home.open().await;
    app.resize(1280, 800).await;
    for (said, came) in &kept {
        app.open_conversation(said).await;
        app.wait_for_offers().await;
        assert_eq!(words(&app.answer().await), words(came), "{said}: it is kept over a restart");
    }
    app.photograph_in_all_looks("chat-trouble/error-after-a-restart").await;
    app.set_appearance("/^语言/", "浅色", "English").await;
    app.page.run("location.hash = '#/chat'", vec![]).await;
    let (said, came) = &kept[0];
    app.open_conversation(said).await;
    assert_eq!(sandbox.requests(OPERATION), 3);
    app.go_on().await;
    page_is_calm(&app).await;
    app.wait_for_answer().await;
    let whole = app.answer().await;
    assert!(words(&whole).len() > words(came).len(), "{whole:?} goes on after {came:?}");
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (4, 4));
    app.quit();
}

#[tokio::test]
async fn no_money_too_often_and_no_answer() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;

    // Refusals: told, free, and what was said is there to be asked again.
    sandbox.arm(OPERATION, json!({"kind": "status", "status": 402}));
    app.say("A word on money").await;
    app.wait_for_trouble(&[
        "The balance is not enough for this.",
        "Nothing was charged. Top up at venice.ai",
    ])
    .await;
    page.find("button", "Top up at venice.ai").await;
    page.find("button", r"/^Try again .*\$\d/").await;
    page.photograph("chat-trouble/no-money").await;
    app.leave_and_return("A word on money").await;
    app.wait_for_trouble(&["The balance is not enough for this."]).await;
    assert_eq!(sandbox.requests(OPERATION), 1);

    // What surely wasn't begun is asked for again twice, as the server wishes; then that is told.
    sandbox.arm(OPERATION, json!({"kind": "status", "status": 429, "times": 3}));
    app.press_control('n').await;
    app.say("A word in haste").await;
    app.wait_for_trouble(&["Too many requests in a short time.", "Venice asks you to wait 1 second."]).await;
    page.photograph("chat-trouble/too-often").await;
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (4, 0), "and nothing was charged so far");
    app.leave_and_return("A word in haste").await;
    app.try_again().await;
    app.wait_for_answer().await;
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (5, 1));

    // Nobody knows: said so, not sent again, and no cost is made up.
    for (count, (fault, said, what, was_paid)) in [
        (json!({"kind": "lost_answer"}), "A word that is lost", "No answer came, so nobody knows", 1),
        (
            json!({"kind": "html", "status": 200}),
            "A word at the gate",
            "The answer is not what Venice sends.",
            0,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let before = paid(&sandbox);
        sandbox.arm(OPERATION, fault.clone());
        app.press_control('n').await;
        app.say(said).await;
        app.wait_for_trouble(&[what]).await;
        page.find("button", r"/^Try again .*\$\d/").await;
        page.photograph(&format!("chat-trouble/{}", fault["kind"].as_str().unwrap())).await;
        app.leave_and_return(said).await;
        app.wait_for_trouble(&[what]).await;
        assert_eq!(sandbox.requests(OPERATION), 6 + count as u64, "{fault}: sent once");
        assert_eq!(paid(&sandbox) - before, was_paid, "{fault}: {:?}", sandbox.charges());
    }
    app.open_conversation("A word that is lost").await;
    app.wait_for_trouble(&["It is never sent again by itself.", "cost unknown"]).await;
    app.photograph_in_all_looks("chat-trouble/lost").await;
    assert_eq!(sandbox.requests(OPERATION), 7, "looking sends nothing");
    app.quit();
}

#[tokio::test]
async fn models_that_are_away_or_gone() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    let said = ["What is a squero?".to_owned(), "A yard where gondolas are built.".to_owned()];
    app.bring(
        &home,
        &[
            conversation("An old friend", "llama-3.1-405b", &said),
            conversation("Asleep just now", "mistral-small-3-2-24b-instruct", &said),
        ],
    )
    .await;

    // What is known is told while one types, and one click takes the model to use instead.
    for (title, what) in [
        ("An old friend", "There is no such model any more."),
        ("Asleep just now", "This model is offline just now."),
    ] {
        app.open_conversation(title).await;
        page.fill("textbox", "Message", "Who still builds them?").await;
        page.read(what).await;
        let before = sandbox.requests(OPERATION);
        page.find("button", "Use GLM 5.2 instead").await;
        page.photograph(&format!("chat-trouble/{}", title.replace(' ', "-"))).await;
        page.click("button", "Use GLM 5.2 instead").await;
        page.wait_until("no trouble any more", &format!("!document.body.innerText.includes({what:?})")).await;
        assert_eq!(app.typed().await, "Who still builds them?", "what was typed stays");
        page.click("button", "Send").await;
        page.read("Who still builds them?").await;
        app.wait_for_answer().await;
        assert_eq!(sandbox.requests(OPERATION), before + 1);
    }

    // What only the server knows is told by the answer.
    for (fault, said, what) in [
        (json!({"kind": "model_offline", "times": 3}), "Are you awake?", "This model is offline just now."),
        (json!({"kind": "status", "status": 410}), "Are you still there?", "Venice has retired this."),
    ] {
        let before = paid(&sandbox);
        sandbox.arm(OPERATION, fault);
        app.press_control('n').await;
        app.say(said).await;
        app.wait_for_trouble(&[what]).await;
        assert_eq!(paid(&sandbox), before, "a refusal costs nothing");
        let other = page.find("button", "/^Use .* instead$/").await;
        let name = other.text().await.expect("a text").replace("Use ", "").replace(" instead", "");
        page.photograph(&format!("chat-trouble/{}", said.replace([' ', '?'], "-"))).await;
        other.click().await.expect("the button takes a click");
        page.find("button", &format!("/^Model: {name}/")).await;
        app.try_again().await;
        app.wait_for_answer().await;
        assert!(app.last().await.contains(&name), "{name} answers: {}", app.last().await);
        assert_eq!(paid(&sandbox), before + 1);
    }
    app.quit();
}
