//! What goes wrong in the Console is worded, costs what it says, loses nothing that was typed, and is in the history.

use serde_json::{Value, json};

use crate::{
    app::{App, Home},
    desk::Desk,
    sandbox::Sandbox,
};

/// A wallet that is nobody's here, and one on another chain.
const ANOTHER: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const SOLANA: &str = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

struct Scene<'app> {
    app: &'app App<'app>,
    desk: Desk<'app>,
}

impl<'app> Scene<'app> {
    fn new(app: &'app App<'_>) -> Self {
        Self { app, desk: Desk::new(app) }
    }

    /// Sends the example of an operation, with some fields changed, into trouble; and reads that it is told in words.
    async fn trouble(&self, operation: &str, changes: &[(&str, &str)], status: u64, words: &[&str]) {
        let (page, desk) = (&self.app.page, &self.desk);
        desk.choose(operation).await;
        desk.fill().await;
        for (field, value) in changes {
            page.fill("textbox", field, value).await;
        }
        let typed = desk.form().await;
        let mut outcome = desk.send().await;
        if status > 0 {
            // The status stands in the history, which is read once the answer is there.
            desk.see_status(status).await;
            outcome.1 = status;
        }
        let said = desk.answer().await;
        assert_eq!(outcome, ("failed".to_owned(), status), "{operation}: {said}");
        for words in words {
            assert!(said.contains(words), "{operation}: {words:?} is not in\n{said}");
        }
        assert_eq!(desk.form().await, typed, "{operation}: what was typed stays");
        // What was refused before it was sent is no call.
        if !said.contains("Nothing was sent") {
            desk.turn_to("History").await;
            let noted = format!("!!document.querySelector('[data-call-of={operation}] .wrong')?.innerText");
            page.wait_until("the failure in the history", &noted).await;
            desk.turn_to("Answer").await;
        }
        page.photograph(&format!("console/trouble-{operation}-{status}")).await;
    }
}

#[tokio::test]
async fn trouble_on_the_way_and_with_wallets() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let sandbox = Sandbox::built_in(&home.kept());
    sandbox.hurry();
    let scene = Scene::new(&app);
    let paid = |operation: &str| {
        let charges = sandbox.charges();
        charges.iter().filter(|charge| charge["operation"] == operation).count()
    };

    // A stream that stops, and one with an error in it: what had come stays, and was charged.
    sandbox.arm("createChatCompletion", json!({"kind": "stop_without_done"}));
    scene
        .trouble(
            "createChatCompletion",
            &[],
            0,
            &["broke off", "What had come before is kept below.", "cut_off"],
        )
        .await;
    sandbox.arm("createChatCompletion", json!({"kind": "error_in_stream"}));
    let words = ["The model failed while working.", "What had come before is kept below."];
    scene.trouble("createChatCompletion", &[], 200, &words).await;
    assert!(paid("createChatCompletion") >= 2, "both were charged");
    scene.app.page.read("the queue shows what was charged").await;

    // A web page in place of an answer: where it is paid nobody knows, where it is free nobody cares.
    sandbox.arm("createEmbedding", json!({"kind": "html", "status": 200}));
    scene.trouble("createEmbedding", &[], 0, &["An answer arrived that isn’t what Venice promises."]).await;
    assert_eq!(paid("createEmbedding"), 0);
    sandbox.arm("listModelTraits", json!({"kind": "html", "status": 200}));
    scene.trouble("listModelTraits", &[], 0, &["The answer is not what Venice sends."]).await;
    sandbox.arm("createEmbedding", json!({"kind": "status", "status": 410}));
    scene.trouble("createEmbedding", &[], 410, &["Venice has retired this.", "Choose another model."]).await;

    // Wallets: another one, one on another chain, one that can't sign here, a payment that is none.
    let mismatch = ["The wallet is not the one that was asked for.", "X402_WALLET_MISMATCH"];
    scene.trouble("getX402Balance", &[("walletAddress", ANOTHER)], 403, &mismatch).await;
    scene.trouble("getX402Transactions", &[("walletAddress", SOLANA)], 403, &mismatch).await;
    scene.desk.choose("getApiKeyGenerateWeb3Key").await;
    scene.desk.send().await;
    scene
        .trouble("postApiKeyGenerateWeb3Key", &[("address", ANOTHER)], 0, &["signature", "has to sign"])
        .await;
    scene
        .trouble(
            "topUpX402Balance",
            &[("paymentSignature", "e30=")],
            400,
            &["at least 5 US dollars", "X402_INVALID_PAYMENT"],
        )
        .await;
    app.quit();
}

#[tokio::test]
async fn a_key_that_may_not() {
    let (mut home, sandbox) = Home::with_sandbox();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let scene = Scene::new(&app);
    scene
        .trouble("getApiKeys", &[], 401, &["This operation wants an admin key", "admin key in Settings"])
        .await;
    // Without a wallet the example says so, and what is sent all the same is refused before it leaves.
    scene.desk.choose("getX402Balance").await;
    scene.desk.fill().await;
    app.page.read("The account in use has no wallet").await;
    scene
        .trouble(
            "getX402Balance",
            &[("walletAddress", ANOTHER)],
            0,
            &["This is for wallets, and the account in use has none."],
        )
        .await;
    assert_eq!(sandbox.requests("getX402Balance"), 0);
    assert_eq!(sandbox.charges(), Vec::<Value>::new());
    app.quit();

    // With an admin key beside it, the same request is answered.
    home.set("CANALETTO_ADMIN_KEY", &sandbox.admin_key);
    let app = home.open().await;
    app.resize(1280, 800).await;
    let desk = Desk::new(&app);
    desk.choose("getApiKeys").await;
    assert_eq!(desk.send().await, ("answered".to_owned(), 200), "{}", desk.answer().await);
    app.quit();
}
