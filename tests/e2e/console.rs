//! The Console: every operation of the API is filled in, sent and answered in the window, and the history says of each
//! what the sandbox's ledger says.

use std::{collections::BTreeMap, fs};

use fantoccini::key::Key;
use serde_json::Value;

use crate::{
    app::Home,
    desk::{Desk, Line},
    dialog,
    sandbox::Sandbox,
};

/// Every operation, each after those whose answers it needs.
const ORDER: [&str; 51] = [
    "createChatCompletion",
    "createResponse",
    "createEmbedding",
    "generateImage",
    "simpleGenerateImage",
    "editImage",
    "multiEditImage",
    "upscaleImage",
    "backgroundRemoveImage",
    "listImageStyles",
    "createSpeech",
    "createTranscription",
    "createClonedVoice",
    "quoteAudio",
    "queueAudio",
    "retrieveAudio",
    "completeAudio",
    "quoteVideo",
    "queueVideo",
    "retrieveVideo",
    "completeVideo",
    "createVideoTranscription",
    "webSearch",
    "webScrape",
    "createTextParser",
    "listModels",
    "listModelTraits",
    "listModelCompatibilityMapping",
    "listCharacters",
    "getCharacterBySlug",
    "getCharacterReviews",
    "getApiKeys",
    "createApiKey",
    "getApiKeyById",
    "updateApiKey",
    "deleteApiKey",
    "getApiKeyRateLimits",
    "getApiKeyRateLimitLogs",
    "getApiKeyGenerateWeb3Key",
    "postApiKeyGenerateWeb3Key",
    "getBillingBalance",
    "getBillingUsageHistory",
    "getBillingUsageAnalytics",
    "getBillingUsage",
    "listCryptoRpcNetworks",
    "cryptoRpcProxy",
    "topUpX402Balance",
    "getX402Balance",
    "getX402Transactions",
    "getTeeAttestation",
    "getTeeSignature",
];

/// What is looked at by eyes, too: one answer of each kind.
const PICTURES: [&str; 9] = [
    "createChatCompletion",
    "generateImage",
    "createSpeech",
    "retrieveVideo",
    "listModels",
    "createApiKey",
    "postApiKeyGenerateWeb3Key",
    "getBillingUsage",
    "topUpX402Balance",
];

/// The key as `WebDriver` knows it.
const ENTER: &str = "\u{e007}";

#[tokio::test]
async fn every_operation() {
    let mut known: Vec<_> = venice::OPERATIONS.iter().map(|operation| operation.id).collect();
    let mut ordered = ORDER.to_vec();
    known.sort_unstable();
    ordered.sort_unstable();
    assert_eq!(ordered, known, "every operation is asked for");

    let home = Home::new();
    let letter = home.path("letter.txt");
    fs::write(&letter, "The fog lifted at ten, and the whole lagoon was there again.").expect("a letter");
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let sandbox = Sandbox::built_in(&home.kept());
    sandbox.hurry();
    let desk = Desk::new(&app);

    let mut private = String::new();
    for operation in ORDER {
        desk.choose(operation).await;
        if operation == "getTeeSignature" {
            // Only what a private model answered is signed: so one is asked first.
            desk.choose("createChatCompletion").await;
            desk.fill().await;
            desk.choose_model(&private).await;
            assert_eq!(
                desk.send().await,
                ("answered".to_owned(), 200),
                "a private chat: {}",
                desk.answer().await
            );
            desk.choose(operation).await;
        }
        desk.fill().await;
        if operation == "createTextParser" {
            app.page.click("button", "Choose a file…").await;
            dialog::choose(app.desktop(), &letter);
            app.page.read("letter.txt").await;
        }
        if operation == "getTeeAttestation" {
            private = desk.model().await;
        }
        let wanted = match operation {
            "getBillingUsage" => ("failed".to_owned(), 410),
            // That it has to be paid first is the answer.
            "topUpX402Balance" => ("answered".to_owned(), 402),
            _ => ("answered".to_owned(), 200),
        };
        let outcome = desk.send().await;
        let said = desk.answer().await;
        if PICTURES.contains(&operation) {
            app.page.photograph(&format!("console/{operation}")).await;
        }
        assert_eq!(outcome, wanted, "{operation}: {said}");
        let told = match operation {
            "getBillingUsage" => "older list of charges for good",
            "postApiKeyGenerateWeb3Key" | "createApiKey" => "A new key was made.",
            _ => "HTTP",
        };
        assert!(said.contains(told), "{operation}: {said}");
    }
    app.page.photograph("console/last-answer").await;
    desk.turn_to("Receipt").await;
    app.page.photograph("console/receipt").await;
    let history = desk.history().await;
    app.page.photograph("console/history").await;
    assert_eq!(history.len(), ORDER.len() + 1, "each call is in the history");
    assert_same(&history, &sandbox.charges());
    app.quit();
}

/// The history says what the ledger says: the amount where it was known before or is by now, else that nobody knows it.
fn assert_same(history: &[Line], charges: &[Value]) {
    let mut charged: BTreeMap<&str, f64> = BTreeMap::new();
    for charge in charges {
        let operation = charge["operation"].as_str().expect("an operation");
        *charged.entry(operation).or_default() += charge["amount"].as_f64().expect("an amount");
    }
    let mut told: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
    for Line { operation, money, .. } in history {
        let paid = venice::OPERATIONS.iter().any(|one| one.id == operation && one.paid);
        if !charged.contains_key(operation.as_str()) {
            assert_eq!((paid, money.as_str()), (false, ""), "{operation} costs nothing");
            continue;
        }
        assert!(paid && money.contains("pretend"), "{operation} is paid with pretend money: {money:?}");
        let amount = money.split_once('$').map(|(_, amount)| {
            amount.split_whitespace().next().and_then(|amount| amount.parse().ok()).expect(money)
        });
        assert!(amount.is_some() || money.contains("price unknown"), "{operation}: {money:?}");
        told.entry(operation).or_default().push(amount);
    }
    let mut known = 0;
    for (operation, amounts) in told {
        let sum: f64 = amounts.iter().flatten().sum();
        let charged = charged[operation];
        // Of one that was asked for twice, one price may be known by now and the other not yet.
        let holds = if amounts.iter().all(Option::is_some) {
            (sum - charged).abs() < 1e-9
        } else {
            sum < charged + 1e-9
        };
        assert!(holds, "{operation}: {amounts:?}, and {charged} in the ledger");
        known += usize::from(amounts.iter().all(Option::is_some));
    }
    assert!(known >= 9, "pictures, speech, music and films have a price that is known before");
}

#[tokio::test]
async fn by_the_keyboard_alone() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let (page, desk) = (&app.page, Desk::new(&app));

    page.focus("link", "/^Console/").await;
    page.press(ENTER).await;
    page.find("heading", "Chat").await;
    page.press("/").await;
    page.press("make one picture").await;
    page.wait_for_count("option", "/./", 2).await;
    page.press(ENTER).await;
    page.find("heading", "Make one picture").await;

    page.press(&format!("{}e", char::from(Key::Alt))).await;
    page.press(&char::from(Key::Null).to_string()).await;
    page.find("button", r"/^Ask \D*\$\d/").await;
    page.press(&format!("{}{}", char::from(Key::Control), char::from(Key::Enter))).await;
    page.wait_until("a picture", "!!document.querySelector('[data-run=answered] img')").await;
    assert_eq!(desk.status().await, 200);

    // Rerun from the history: it fills the form, and only Send sends.
    let asked = desk.form().await;
    page.press(&format!("{}3", char::from(Key::Alt))).await;
    page.find("button", "Fill the form with it").await;
    page.photograph("console/keyboard").await;
    let mut tabs = 0;
    while page.run("return document.activeElement.ariaLabel", vec![]).await != "Fill the form with it" {
        page.press(&char::from(Key::Tab).to_string()).await;
        tabs += 1;
        assert!(tabs < 12, "the history is reached by a few keys");
    }
    page.press(ENTER).await;
    page.wait_until("the answer again", "!!document.querySelector('[data-run=answered]')").await;
    assert_eq!(desk.form().await, asked, "the same request");
    page.press(&format!("{}{}", char::from(Key::Control), char::from(Key::Enter))).await;
    page.press(&format!("{}3", char::from(Key::Alt))).await;
    page.wait_until("two calls", "document.querySelectorAll('[data-call-of]').length === 2").await;
    app.quit();
}

#[tokio::test]
async fn the_form_is_kept() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let desk = Desk::new(&app);
    desk.choose("webSearch").await;
    app.page.fill("textbox", "query", "acqua alta, and half a thought").await;
    // At once: nothing waits until it is kept.
    app.quit();

    let app = home.open().await;
    app.page.find("heading", "Search the web").await;
    let query = app.page.find("textbox", "query").await;
    let query = query.prop("value").await.expect("a field");
    assert_eq!(query.as_deref(), Some("acqua alta, and half a thought"));
    app.quit();
}
