//! The key that each operation says it wants is the one that a server wants which read the description by itself.

use reqwest::StatusCode;
use sandbox::{Config, Sandbox};
use venice::{AuthNeed, Client, OPERATIONS, Operation};

/// The first is retired and says so to anyone; the others stand outside the description.
const LEFT_OUT: [&str; 3] = ["getBillingUsage", "getTeeAttestation", "getTeeSignature"];

/// The status of an empty request, which tells a refused key from whatever else would be wrong with it.
async fn status(
    http: &reqwest::Client,
    base_url: &str,
    operation: &Operation,
    key: Option<&str>,
) -> StatusCode {
    let path = operation.path.replace(['{', '}'], "");
    let mut request = http.request(operation.method.as_str().parse().unwrap(), format!("{base_url}{path}"));
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn each_operation_wants_the_key_it_says() {
    let sandbox = Sandbox::start(Config::instant()).await.unwrap();
    let base_url = sandbox.base_url();
    // It brings what rustls needs.
    let _client = Client::builder(&base_url).build().unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let served: Vec<_> = sandbox::routes().into_iter().map(|route| route.operation).collect();
    for operation in OPERATIONS.iter().filter(|operation| !LEFT_OUT.contains(&operation.id)) {
        assert!(served.contains(&operation.id), "{} isn't served", operation.id);
        let asked = async |key| status(&http, &base_url, operation, key).await;
        let is_refused = |status| matches!(status, StatusCode::UNAUTHORIZED);
        let admin = asked(Some(sandbox.admin_key())).await;
        assert_eq!(
            is_refused(admin),
            operation.auth == AuthNeed::Wallet,
            "{} by the admin key: {admin}",
            operation.id
        );
        let inference = asked(Some(sandbox.api_key())).await;
        let wants_more = matches!(operation.auth, AuthNeed::Admin | AuthNeed::Wallet);
        assert_eq!(is_refused(inference), wants_more, "{} by an inference key: {inference}", operation.id);
        let stranger = asked(None).await;
        let wants_any = !matches!(operation.auth, AuthNeed::Optional);
        // Who may come with a wallet is told how to pay, and so is who tops one up.
        let is_turned_away = is_refused(stranger)
            || (stranger == StatusCode::PAYMENT_REQUIRED && operation.id != "topUpX402Balance");
        assert_eq!(is_turned_away, wants_any, "{} by a stranger: {stranger}", operation.id);
    }
}
