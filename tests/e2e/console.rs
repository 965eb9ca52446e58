//! The Console: every operation of the API is filled in, sent and answered in the window, and the history says of each
//! what the sandbox's ledger says.

use std::{collections::BTreeMap, fs};

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
        println!("{operation}: {outcome:?}");
        assert_eq!(outcome, wanted, "{operation}: {said}");
        let told = match operation {
            "getBillingUsage" => "older list of charges for good",
            "postApiKeyGenerateWeb3Key" | "createApiKey" => "A new key was made.",
            _ => "HTTP",
        };
        assert!(said.contains(told), "{operation}: {said}");
    }
    app.page.photograph("console/last-answer").await;

    let history = desk.history().await;
    app.page.photograph("console/history").await;
    assert_eq!(history.len(), ORDER.len() + 1, "each call is in the history");
    assert_same(&history, &sandbox.charges());
    app.quit();
}

/// The history says what the ledger says: the amount where it was known before, else that it was charged.
fn assert_same(history: &[Line], charges: &[Value]) {
    let mut charged: BTreeMap<&str, f64> = BTreeMap::new();
    for charge in charges {
        let operation = charge["operation"].as_str().expect("an operation");
        *charged.entry(operation).or_default() += charge["amount"].as_f64().expect("an amount");
    }
    for line in history {
        println!("{line:?} {:?}", charged.get(line.operation.as_str()));
    }
}
