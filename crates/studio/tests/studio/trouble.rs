//! Bad input and broken answers: each is an error in words, nothing paid is lost, and all of it is in the history.

use std::sync::Arc;

use rstest::rstest;
use serde_json::json;
use studio::{calls::view::With, jobs::view::Billing, pictures::estimate::Expected};
use venice::{
    account::{GetBillingUsage, PostApiKeyGenerateWeb3Key},
    chat::CreateChatCompletion,
    models::ListModelTraits,
    x402::GetX402Balance,
};

use crate::bench::Bench;

fn quiet() -> studio::calls::Tell {
    Arc::new(|_| {})
}

fn chat() -> CreateChatCompletion {
    let model = "venice-uncensored-1-2";
    let request = json!({"model": model, "stream": true, "messages": [{"role": "user", "content": "Why is Burano painted?"}]});
    serde_json::from_value(request).unwrap()
}

async fn agreed(bench: &Bench, operation: &str, request: &impl serde::Serialize) -> With {
    let request = serde_json::to_value(request).unwrap();
    let price = bench.studio.price_operation(operation, request, Vec::new()).await.unwrap();
    let expected = Some(Expected { account: price.account, amount: price.amount, over_budgets: Vec::new() });
    With { expected, accept_unpriced: true, ..With::default() }
}

#[rstest]
#[case("stop_without_done", "cut_off")]
#[case("error_in_stream", "INFERENCE_FAILED")]
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_off(#[case] fault: &str, #[case] code: &str) {
    let bench = Bench::with(vec![&format!("createChatCompletion:{fault}:1")]).await;
    let with = agreed(&bench, "createChatCompletion", &chat()).await;
    let error = bench.studio.call(chat(), with, quiet()).await.unwrap_err();
    assert_eq!(error.code, code, "{error:?}");
    assert!(!bench.charges().await.is_empty(), "it was charged");
    let page = bench.studio.calls(None, None, 10).await.unwrap();
    let [call] = &page.calls[..] else { panic!("{page:?}") };
    // An answer began, so it was most likely charged.
    assert_eq!(
        (call.billing, call.error.as_ref().map(|error| error.code.as_str())),
        (Billing::Expected, Some(code))
    );
    let record = bench.studio.call_record(&call.id).await.unwrap();
    assert!(record.answer.is_some_and(|said| !said.is_empty()), "what had come is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_with_a_good_status_is_no_answer() {
    let bench = Bench::with(vec!["listModelTraits:html=200:1", "createChatCompletion:html=200:1"]).await;
    let free: ListModelTraits = serde_json::from_value(json!({})).unwrap();
    let error = bench.studio.call(free, With::default(), quiet()).await.unwrap_err();
    assert_eq!(error.code, "unexpected_answer", "{error:?}");
    let with = agreed(&bench, "createChatCompletion", &chat()).await;
    let error = bench.studio.call(chat(), with, quiet()).await.unwrap_err();
    assert_eq!(error.code, "answer_unreadable", "{error:?}");
    assert!(bench.charges().await.is_empty());
    let page = bench.studio.calls(None, None, 10).await.unwrap();
    assert!(page.calls.iter().all(|call| call.error.is_some()) && page.calls.len() == 2, "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_retired_says_so_by_a_code_that_has_words() {
    let bench = Bench::new().await;
    let request: GetBillingUsage = serde_json::from_value(json!({})).unwrap();
    let error = bench.studio.call(request, With::default(), quiet()).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.params["status"].as_str()), ("GONE", "410"));
    assert_eq!(error.params["code"], "ENDPOINT_SUNSET", "what the server called it isn't lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_is_none_is_asked_about_nowhere() {
    let bench = Bench::new().await;
    let address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    let error = bench.studio.call(GetX402Balance::new(address), With::default(), quiet()).await.unwrap_err();
    assert_eq!(error.code, "needs_wallet");
    let unsigned =
        PostApiKeyGenerateWeb3Key::new(venice::account::ApiKeyType::Inference, address, "", "token");
    let error = bench.studio.call(unsigned, With::default(), quiet()).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.params["field"].as_str()), ("field_invalid", "signature"));
    assert_eq!(bench.posts("postApiKeyGenerateWeb3Key").await, 0, "nothing was sent");
}
