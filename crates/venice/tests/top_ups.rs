//! Top-ups of a wallet, and what it paid.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use serde_json::{Value, json as value};
use venice::wallet::PaymentSignature;
use venice::x402::{GetX402Transactions, TopUp, TopUpX402Balance, TransactionType};
use venice::{ErrorCode, ErrorKind, Fate, Request as _};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockBuilder, MockServer};

use crate::servers::{client, expect, json, on, requests};

fn asked() -> Value {
    value!({"x402Version": 2, "accepts": [{"scheme": "exact", "network": "eip155:8453", "amount": "5000000",
        "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "payTo": "0x2670B922ef37C7Df47158725C0CC407b5382293F",
        "maxTimeoutSeconds": 300}]})
}

fn top_up() -> MockBuilder {
    Mock::given(method("POST")).and(path("/api/v1/x402/top-up"))
}

#[rstest]
#[case(asked().to_string(), None)]
#[case(r#"{"error":"Payment required"}"#.to_owned(), Some(asked()))]
#[case("<html>".to_owned(), Some(asked()))]
#[tokio::test]
async fn top_up_without_a_payment_tells_how_to_pay(#[case] body: String, #[case] header: Option<Value>) {
    let server = MockServer::start().await;
    let mut response = json(402, &body);
    if let Some(header) = header {
        response = response.insert_header("payment-required", STANDARD.encode(header.to_string()));
    }
    top_up().respond_with(response).mount(&server).await;
    let answer = expect(&server, client(&server).top_up_x402_balance(&TopUpX402Balance::ask()).await).await;
    let TopUp::PaymentRequired(requirements) = answer.value else { panic!("{:?}", answer.value) };
    assert_eq!(serde_json::to_value(requirements).unwrap(), asked());
    assert_eq!(answer.receipt.status, 402);
    let sent = &server.received_requests().await.unwrap()[0];
    assert!(sent.body.is_empty() && !sent.headers.contains_key("payment-signature"));
}

#[tokio::test]
async fn top_up_without_a_way_to_pay_is_an_error() {
    let server = MockServer::start().await;
    top_up().respond_with(json(402, r#"{"x402Version":2,"accepts":[]}"#)).mount(&server).await;
    let error = client(&server).top_up_x402_balance(&TopUpX402Balance::ask()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::UnexpectedBody { .. }), "{error:?}");
}

#[tokio::test]
async fn top_up_with_a_payment_is_credited() {
    let server = MockServer::start().await;
    let settled = value!({"success": true, "network": "eip155:8453", "payer": "0x1", "transaction": "0x2"});
    let answer = value!({"success": true, "data": {"walletAddress": "0x1", "amountCredited": 10, "newBalance": 22.5,
        "paymentId": "payment_01"}});
    top_up()
        .and(header("payment-signature", "c2lnbmVk"))
        .respond_with(
            json(200, &answer.to_string())
                .insert_header("payment-response", STANDARD.encode(settled.to_string())),
        )
        .mount(&server)
        .await;
    let request = TopUpX402Balance::pay(PaymentSignature::new("c2lnbmVk"));
    let answer = expect(&server, client(&server).top_up_x402_balance(&request).await).await;
    let TopUp::Credited(credited) = answer.value else { panic!("{:?}", answer.value) };
    assert_eq!(
        (credited.amount_credited.to_string(), credited.new_balance.to_string()),
        ("10".into(), "22.5".into())
    );
    assert_eq!(answer.receipt.settlement.unwrap().transaction.as_deref(), Some("0x2"));
    assert!(!format!("{request:?}").contains("c2lnbmVk"));
}

#[rstest]
#[case(400, ErrorCode::X402InvalidPayment, Fate::Refused)]
#[case(402, ErrorCode::X402InvalidPayment, Fate::Refused)]
#[case(500, ErrorCode::X402InvalidPayment, Fate::Refused)]
#[tokio::test]
async fn a_payment_that_is_refused(#[case] status: u16, #[case] code: ErrorCode, #[case] fate: Fate) {
    let server = MockServer::start().await;
    let answer = value!({"error": "X402_INVALID_PAYMENT", "message": "Invalid payment header: c2lnbmVkLXBheW1lbnQ=",
        "details": {"reason": "signature_mismatch"}});
    top_up().respond_with(json(status, &answer.to_string())).mount(&server).await;
    let request = TopUpX402Balance::pay(PaymentSignature::new("c2lnbmVkLXBheW1lbnQ="));
    let error = client(&server).top_up_x402_balance(&request).await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!((&api.code, error.fate()), (&code, fate));
    assert_eq!(api.message.as_deref(), Some("Invalid payment header: [key]"));
    assert_eq!(api.payment.as_ref().unwrap().reason.as_deref(), Some("signature_mismatch"));
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn get_x402_transactions() {
    let server = MockServer::start().await;
    let answer = value!({"success": true, "data": {"walletAddress": "0x1", "currentBalance": 12.35, "transactions": [
        {"id": "ledger_1", "amount": -0.15, "balanceAfter": 12.35, "type": "CHARGE", "createdAt": "2026-04-03T12:34:56.000Z",
         "requestId": "r", "modelId": null},
        {"id": "ledger_2", "amount": 5, "balanceAfter": 12.5, "type": "GIFT", "createdAt": "2026-04-03T12:34:56.000Z",
         "requestId": null, "modelId": null}, {"id": "ledger_3"}],
        "pagination": {"limit": 3, "offset": 0, "hasMore": true}}});
    on("GET", "/x402/transactions/0x1")
        .and(query_param("limit", "3"))
        .and(query_param("offset", "0"))
        .respond_with(json(200, &answer.to_string()))
        .mount(&server)
        .await;
    let request = GetX402Transactions::new("0x1").limit(3_u32).offset(0_u32);
    let page = expect(&server, client(&server).get_x402_transactions(&request).await).await.value;
    assert_eq!((page.transactions.len(), page.pagination.has_more), (2, true));
    assert_eq!(page.transactions[0].kind, TransactionType::Charge);
    assert_eq!(page.transactions[0].amount.to_string(), "-0.15");
    assert_eq!(page.transactions[1].kind, TransactionType::Other("GIFT".into()));
    assert!(GetX402Transactions::new("0x1").limit(101_u32).call().is_err());
}

#[rstest]
#[case(401, "X402_INVALID_SIGN_IN", ErrorCode::X402InvalidSignIn)]
#[case(403, "X402_WALLET_MISMATCH", ErrorCode::X402WalletMismatch)]
#[tokio::test]
async fn another_wallet_is_asked_about(#[case] status: u16, #[case] code: &str, #[case] known: ErrorCode) {
    let server = MockServer::start().await;
    on("GET", "/x402/transactions/0x1")
        .respond_with(json(status, &value!({"error": "No", "code": code}).to_string()))
        .mount(&server)
        .await;
    let error = client(&server).get_x402_transactions(&GetX402Transactions::new("0x1")).await.unwrap_err();
    assert_eq!((&error.api().unwrap().code, error.fate()), (&known, Fate::Refused));
}
