//! Keys: made, used, limited, changed, ended.

use reqwest::{Method, Response};
use sandbox::{Balance, Config, Currency, Limits};
use serde_json::{Value, json};

use crate::client::{Caller, header};

async fn made(caller: &Caller, body: &Value) -> Value {
    let response = caller.admin(Method::POST, "/api_keys").json(body).send().await.unwrap();
    assert_eq!(response.status(), 200, "{body}");
    response.json::<Value>().await.unwrap()["data"].clone()
}

async fn picture(caller: &Caller, key: &Value, model: &str) -> Response {
    let body = json!({"model": model, "prompt": "a", "width": 256, "height": 256});
    let url = format!("{}/image/generate", caller.running.base_url());
    caller.http.post(url).bearer_auth(key["apiKey"].as_str().unwrap()).json(&body).send().await.unwrap()
}

async fn changed(caller: &Caller, body: &Value) -> Value {
    let response = caller.admin(Method::PATCH, "/api_keys").json(body).send().await.unwrap();
    assert_eq!(response.status(), 200, "{body}");
    response.json::<Value>().await.unwrap()["data"].clone()
}

async fn deleted(caller: &Caller, id: &Value) -> u16 {
    let path = format!("/api_keys?id={}", id.as_str().unwrap());
    caller.admin(Method::DELETE, &path).send().await.unwrap().status().as_u16()
}

async fn code(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json::<Value>().await.unwrap()["code"].clone())
}

#[tokio::test]
async fn a_key_is_made_shown_once_used_and_deleted() {
    let caller = Caller::instant().await;
    let own = caller.told("/api_keys").await;
    let kinds: Vec<&str> =
        own["data"].as_array().unwrap().iter().map(|key| key["apiKeyType"].as_str().unwrap()).collect();
    assert!(kinds.len() == 2 && kinds.contains(&"INFERENCE") && kinds.contains(&"ADMIN"));
    let key = made(&caller, &json!({"apiKeyType": "INFERENCE", "description": "phone"})).await;
    let secret = key["apiKey"].as_str().unwrap();
    assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 200);
    let list = caller.told("/api_keys").await.to_string();
    assert!(list.contains("\"phone\"") && !list.contains(secret));
    let one = caller.told(&format!("/api_keys/{}", key["id"].as_str().unwrap())).await["data"].clone();
    assert!(secret.ends_with(one["last6Chars"].as_str().unwrap()));
    assert_eq!(
        one["usage"]["trailingSevenDays"],
        json!({"usd": "0.0100", "vcu": "0.0000", "diem": "0.0000"})
    );
    assert!(one["lastUsedAt"].is_string() && one.get("currentPeriodUsage").is_none());
    let ledger = caller.look("ledger").await;
    assert_eq!(ledger["charges"][0]["key_id"], key["id"]);
    let url = format!("{}/billing/balance", caller.running.base_url());
    let refused = caller.http.get(url).bearer_auth(secret).send().await.unwrap();
    assert_eq!(refused.status(), 401, "it is no admin key");
    assert_eq!(deleted(&caller, &key["id"]).await, 200);
    assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 401);
    assert_eq!(deleted(&caller, &key["id"]).await, 400);
}

#[tokio::test]
async fn an_admin_key_that_was_made_is_one_and_an_id_may_come_in_a_body() {
    let caller = Caller::instant().await;
    let key = made(&caller, &json!({"apiKeyType": "ADMIN", "description": ""})).await;
    let url = format!("{}/api_keys", caller.running.base_url());
    let request = || caller.http.delete(&url).bearer_auth(key["apiKey"].as_str().unwrap());
    let own = request().json(&json!({"id": key["id"]})).send().await.unwrap();
    assert_eq!(own.json::<Value>().await.unwrap(), json!({"success": true}));
    assert_eq!(request().send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_keys_the_sandbox_begins_with_stay() {
    let caller = Caller::instant().await;
    for key in caller.told("/api_keys").await["data"].as_array().unwrap() {
        assert_eq!(deleted(&caller, &key["id"]).await, 400);
        let body = json!({"id": key["id"], "expiresAt": "2020-01-01"});
        let refused = caller.admin(Method::PATCH, "/api_keys").json(&body).send().await.unwrap();
        assert_eq!(refused.status(), 400);
    }
}

#[tokio::test]
async fn a_key_spends_no_more_than_its_limit_in_each_currency() {
    let opening_balance = Balance { usd: 25.into(), diem: 10.into(), first: Currency::Usd };
    let caller = Caller::new(Config { opening_balance, ..Config::instant() }).await;
    let body = json!({"apiKeyType": "INFERENCE", "description": "small",
        "consumptionLimit": {"usd": 0.025, "vcu": 0.01}, "limitPeriod": "MONTH"});
    let key = made(&caller, &body).await;
    assert_eq!(key["consumptionLimit"], json!({"usd": 0.025, "diem": null, "vcu": 0.01}));
    for _ in 0..2 {
        assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 200);
    }
    let refused = code(picture(&caller, &key, "z-image-turbo").await).await;
    assert_eq!(refused, (402, json!("API_KEY_USD_SPEND_LIMIT_EXCEEDED")));
    assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200, "another key is not concerned");
    let path = format!("/api_keys/{}", key["id"].as_str().unwrap());
    let usage = caller.told(&path).await["data"]["currentPeriodUsage"].clone();
    assert_eq!(usage, json!({"usd": "0.0200", "diem": "0.0000"}));
    caller.control("balance", &json!({"first": "DIEM"})).await;
    assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 200);
    let refused = code(picture(&caller, &key, "z-image-turbo").await).await;
    assert_eq!(refused, (402, json!("API_KEY_DIEM_SPEND_LIMIT_EXCEEDED")));
    let wider = json!({"id": key["id"], "consumptionLimit": {"vcu": null}, "description": "wider"});
    let told = changed(&caller, &wider).await;
    assert_eq!(told["consumptionLimits"], json!({"usd": 0.025, "diem": null, "vcu": null}));
    assert_eq!((&told["description"], &told["limitPeriod"]), (&json!("wider"), &json!("MONTH")));
    assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 200);
}

#[tokio::test]
async fn what_a_key_can_spend_is_told_within_its_limits() {
    let caller = Caller::instant().await;
    let body = json!({"apiKeyType": "INFERENCE", "description": "", "consumptionLimit": {"usd": 0.01, "diem": 0},
        "expiresAt": "2100-01-01"});
    let key = made(&caller, &body).await;
    assert_eq!(key["expiresAt"], "2100-01-01T00:00:00.000Z");
    let limits = || async {
        let url = format!("{}/api_keys/rate_limits", caller.running.base_url());
        let answer = caller.http.get(url).bearer_auth(key["apiKey"].as_str().unwrap()).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["data"].clone()
    };
    let before = limits().await;
    assert_eq!(before["balances"], json!({"USD": 0.01, "DIEM": 0}));
    assert_eq!((&before["accessPermitted"], &before["keyExpiration"]), (&json!(true), &key["expiresAt"]));
    assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 200);
    let after = limits().await;
    assert_eq!((&after["accessPermitted"], &after["balances"]["USD"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn a_key_ends_when_it_is_told_to_and_goes_on_when_that_is_taken_back() {
    let caller = Caller::instant().await;
    let body = json!({"apiKeyType": "INFERENCE", "description": "", "expiresAt": "2023-10-01T12:00:00Z"});
    let over = made(&caller, &body).await;
    assert_eq!(picture(&caller, &over, "z-image-turbo").await.status(), 401);
    assert!(!caller.told("/api_keys").await.to_string().contains(over["id"].as_str().unwrap()));
    let key = made(&caller, &json!({"apiKeyType": "INFERENCE", "description": "", "expiresAt": ""})).await;
    assert!(key["expiresAt"].is_null());
    assert_eq!(
        changed(&caller, &json!({"id": key["id"], "expiresAt": "2100-01-01"})).await["expiresAt"],
        "2100-01-01T00:00:00.000Z"
    );
    assert_eq!(
        changed(&caller, &json!({"id": key["id"], "expiresAt": "9999-12-31"})).await["expiresAt"],
        "9999-12-30T22:00:00.999Z",
        "no timestamp is later"
    );
    assert!(changed(&caller, &json!({"id": key["id"], "expiresAt": null})).await["expiresAt"].is_null());
}

#[tokio::test]
async fn a_private_key_calls_private_models_only_and_sees_no_others() {
    let caller = Caller::instant().await;
    let key =
        made(&caller, &json!({"apiKeyType": "INFERENCE", "description": "", "modelPrivacy": "PRIVATE_ONLY"}))
            .await;
    assert_eq!(code(picture(&caller, &key, "gpt-image-2").await).await, (403, json!("UNAUTHORIZED")));
    assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), 200);
    let url = format!("{}/models?type=image", caller.running.base_url());
    let request = caller.http.get(url).bearer_auth(key["apiKey"].as_str().unwrap());
    let models: Value = request.send().await.unwrap().json().await.unwrap();
    let models = models["data"].as_array().unwrap();
    assert!(!models.is_empty() && models.iter().all(|model| model["model_spec"]["privacy"] == "private"));
}

#[tokio::test]
async fn what_came_too_soon_is_in_the_log() {
    let limits = Limits { image: 1, keys: 1, ..Limits::WIDE };
    let caller = Caller::new(Config { limits, ..Config::instant() }).await;
    let key = made(&caller, &json!({"apiKeyType": "INFERENCE", "description": ""})).await;
    let again = json!({"apiKeyType": "INFERENCE", "description": ""});
    let refused = caller.admin(Method::POST, "/api_keys").json(&again).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "x-ratelimit-remaining-requests"), "0");
    for status in [200, 429] {
        assert_eq!(picture(&caller, &key, "z-image-turbo").await.status(), status);
    }
    let log = caller.told("/api_keys/rate_limits/log").await;
    let rows: Vec<_> =
        log["data"].as_array().unwrap().iter().map(|row| (&row["modelId"], &row["rateLimitType"])).collect();
    let rpm = json!("RPM");
    assert_eq!(rows, [(&json!("z-image-turbo"), &rpm), (&json!("endpoint:api/v1/api_keys"), &rpm)]);
    assert_eq!(log["data"][0]["apiKeyId"], key["id"]);
}

#[tokio::test]
async fn keys_are_kept_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { seed: 7, state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let first = Caller::new(config()).await;
    let key = made(&first, &json!({"apiKeyType": "INFERENCE", "description": "kept"})).await;
    let gone = made(&first, &json!({"apiKeyType": "INFERENCE", "description": "gone"})).await;
    assert_eq!(deleted(&first, &gone["id"]).await, 200);
    first.running.shutdown().await;
    let second = Caller::new(config()).await;
    assert_eq!(picture(&second, &key, "z-image-turbo").await.status(), 200);
    assert_eq!(picture(&second, &gone, "z-image-turbo").await.status(), 401);
    let third = made(&second, &json!({"apiKeyType": "INFERENCE", "description": "new"})).await;
    assert!(third["id"] != key["id"] && third["id"] != gone["id"], "no id comes twice");
}
