//! Answers that break off, are refused, get lost or don't fit: told in words, with what to do. What had come is kept, nothing
//! is sent again by itself, and what was charged is what the ledger has.

use serde_json::{Value, json};

use crate::{
    app::Home,
    sandbox::Sandbox,
    talk::{OPERATION, conversation, paid, sit_down},
};

/// Of words, what they are whatever stands between them.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

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
    app.wait_for_answer().await;
    app.page
        .wait_until("no trouble any more", "!document.querySelector('[data-message] [role=alert]')")
        .await;
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

#[tokio::test]
async fn a_conversation_that_no_longer_fits() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    // The model reads 4,096 tokens. The first is far over that; the second only by the server's count.
    let full = vec!["the lagoon at evening is quiet and wide ".repeat(100); 8];
    let near = vec!["so we go on to it ".repeat(140); 6];
    app.bring(
        &home,
        &[
            conversation("A long voyage", "llama-3.2-3b", &full),
            conversation("Nearly there", "llama-3.2-3b", &near),
        ],
    )
    .await;

    app.open_conversation("A long voyage").await;
    page.find("button", "/^About .* of 4.1K tokens$/").await;
    page.fill("textbox", "Message", "And where are we now?").await;
    page.read("This conversation no longer fits into the model.").await;
    page.read("Nothing was sent, and nothing is lost. Choose how to go on:").await;
    page.find("button", r"/^Go on from a summary .*\$\d/").await;
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

    app.open_conversation("Nearly there").await;
    app.say("And where are we now?").await;
    app.wait_for_trouble(&[
        "This conversation no longer fits into the model.",
        "Nothing was charged, and nothing is lost.",
    ])
    .await;
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (2, 1), "refused, and not asked again");
    app.leave_and_return("Nearly there").await;
    page.find("button", "Drop the oldest messages").await;
    app.photograph_in_all_looks("chat-trouble/refused-as-too-long").await;
    app.set_appearance("/^语言/", "浅色", "English").await;
    page.run("location.hash = '#/chat'", vec![]).await;

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
    assert_eq!((sandbox.requests(OPERATION), paid(&sandbox)), (4, 3));
    let summed_up = input_of_the_last(&sandbox);
    assert!(summed_up < less, "a summary is less to read: {summed_up}");
    page.click("button", "Version before").await;
    page.wait_until("what was summed up", "document.body.innerText.includes('so we go on to it')").await;
    app.quit();
}
