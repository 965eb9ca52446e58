//! Usage: its history, its sums, and a past that is made up.

use std::collections::BTreeMap;

use reqwest::Method;
use rust_decimal::Decimal;
use sandbox::{Config, Usage};
use serde_json::{Value, json};

use crate::client::{Caller, header};

/// Money as it was told, to the last digit.
fn money(amount: &Value) -> Decimal {
    decimal(&amount.to_string())
}

fn decimal(text: &str) -> Decimal {
    if text.contains('e') { Decimal::from_scientific(text).unwrap() } else { text.parse().unwrap() }
}

async fn with_past(days: u32, charges: u32) -> Caller {
    let caller = Caller::new(Config { seed: 7, ..Config::instant() }).await;
    let body = json!({"days": days, "charges": charges, "seed": 3});
    assert_eq!(caller.control("usage", &body).await.status(), 200);
    caller
}

/// Every entry from a first page on.
async fn walked(caller: &Caller, query: &str) -> Vec<Value> {
    let (mut entries, mut query) = (Vec::new(), query.to_owned());
    loop {
        let mut page = caller.told(&format!("/billing/usage-history?{query}")).await;
        entries.append(page["data"].as_array_mut().unwrap());
        match page["nextCursor"].as_str() {
            Some(cursor) => query = format!("cursor={cursor}"),
            None => return entries,
        }
    }
}

#[tokio::test]
async fn a_charge_is_an_entry_with_its_product_and_a_negative_amount() {
    let caller = Caller::instant().await;
    let body = json!({"model": "z-image-turbo", "prompt": "a", "variants": 3, "width": 256, "height": 256,
        "enhance_prompt": true});
    assert_eq!(caller.post("/image/generate", &body).send().await.unwrap().status(), 200);
    let page = caller.told("/billing/usage-history").await;
    let mut first = page["data"][0].clone();
    assert!(first["timestamp"].as_str().unwrap().ends_with('Z'));
    first.as_object_mut().unwrap().remove("timestamp");
    assert_eq!(
        first,
        json!({"sku": "z-image-turbo-image-unit", "units": 3, "pricePerUnitUsd": 0.01, "amount": -0.03,
            "currency": "USD", "notes": "API Inference", "inferenceDetails": null})
    );
    assert_eq!(page["data"][1]["sku"], "z-image-turbo-prompt-enhancement-unit");
    assert!(page["nextCursor"].is_null());
}

#[tokio::test]
async fn a_walk_meets_every_charge_once_in_order_and_agrees_with_the_ledger() {
    let caller = with_past(20, 2500).await;
    let entries = walked(&caller, "pageSize=700").await;
    assert_eq!(entries.len(), 2500);
    let times: Vec<&str> = entries.iter().map(|entry| entry["timestamp"].as_str().unwrap()).collect();
    assert!(times.is_sorted());
    let ledger = caller.look("ledger").await;
    for (entry, charge) in entries.iter().zip(ledger["charges"].as_array().unwrap()) {
        assert_eq!(money(&entry["amount"]), -money(&charge["amount"]));
        assert_eq!((&entry["sku"], &entry["currency"]), (&charge["sku"], &charge["currency"]));
        if let Some(details) = entry["inferenceDetails"].as_object() {
            assert_eq!(details["requestId"], charge["request_id"]);
        }
    }
    for (name, currency) in [("usd", "USD"), ("diem", "DIEM")] {
        let of_currency = walked(&caller, &format!("currency={currency}")).await;
        let spent: Decimal = of_currency.iter().map(|entry| money(&entry["amount"])).sum();
        assert!(spent < Decimal::ZERO);
        assert_eq!(money(&ledger["deposited"][name]) + spent, money(&ledger["balances"][name]), "{currency}");
    }
    assert!(walked(&caller, "currency=BUNDLED_CREDITS").await.is_empty());
}

#[tokio::test]
async fn windows_that_share_a_boundary_leave_nothing_out() {
    let caller = with_past(20, 2500).await;
    let all = walked(&caller, "").await;
    let middle = all[1200]["timestamp"].as_str().unwrap();
    let before = walked(&caller, &format!("endTimestamp={middle}&pageSize=10")).await;
    let after = walked(&caller, &format!("startTimestamp={middle}")).await;
    assert!(!before.is_empty() && !after.is_empty());
    assert_eq!([before, after].concat(), all);
}

#[tokio::test]
async fn pages_stay_when_more_is_spent_meanwhile() {
    let caller = with_past(5, 300).await;
    let first = caller.told("/billing/usage-history?pageSize=200").await;
    let path = format!("/billing/usage-history?cursor={}", first["nextCursor"].as_str().unwrap());
    let before = caller.told(&path).await["data"].clone();
    assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200);
    let after = caller.told(&path).await["data"].clone();
    assert_eq!(after.as_array().unwrap()[..100], before.as_array().unwrap()[..]);
    assert_eq!(after.as_array().unwrap().len(), 101);
}

#[tokio::test]
async fn a_cursor_is_sent_alone_by_its_owner_and_in_time() {
    let (caller, stranger) = (with_past(5, 300).await, Caller::instant().await);
    let cursor =
        caller.told("/billing/usage-history?pageSize=10").await["nextCursor"].as_str().unwrap().to_owned();
    let ask = |caller: &Caller, query: String| {
        caller.admin(Method::GET, &format!("/billing/usage-history?{query}")).send()
    };
    let longer = format!("cursor={cursor}&pageSize=10");
    for (query, field) in
        [(longer, "pageSize"), (format!("cursor={cursor}x"), "cursor"), ("cursor=abc".into(), "cursor")]
    {
        let refused = ask(&caller, query).await.unwrap();
        assert_eq!(refused.status(), 400);
        assert!(refused.json::<Value>().await.unwrap()["details"][field].is_object(), "{field}");
    }
    let other = Caller::new(Config { seed: 8, ..Config::instant() }).await;
    for foreign in [&stranger, &other] {
        let refused = ask(foreign, format!("cursor={cursor}")).await.unwrap();
        assert_eq!(refused.status(), 400);
    }
    assert_eq!(ask(&caller, format!("cursor={cursor}")).await.unwrap().status(), 200);
    caller.control("reset", &json!({})).await;
    assert_eq!(ask(&caller, format!("cursor={cursor}")).await.unwrap().status(), 400, "the books are new");
}

#[tokio::test]
async fn csv_has_the_same_entries_and_its_own_headers() {
    let caller = with_past(5, 150).await;
    let ask = async |query: &str| {
        let request = caller.admin(Method::GET, &format!("/billing/usage-history?{query}"));
        request.header("accept", "text/csv, */*;q=0.1").send().await.unwrap()
    };
    let first = ask("pageSize=100").await;
    assert!(header(&first, "content-type").starts_with("text/csv"));
    let name = header(&first, "content-disposition")
        .strip_prefix("attachment; filename=billing-usage-history-")
        .unwrap();
    assert_eq!(name.len(), "20260708T091530123Z.csv".len());
    let cursor = header(&first, "x-next-cursor").to_owned();
    let second = ask(&format!("cursor={cursor}")).await;
    assert!(second.headers().get("x-next-cursor").is_none());
    let (first, second) = (first.text().await.unwrap(), second.text().await.unwrap());
    let rows: Vec<&str> = first.lines().skip(1).chain(second.lines().skip(1)).collect();
    let entries = walked(&caller, "").await;
    assert_eq!(rows.len(), entries.len());
    assert!(first.starts_with(
        "timestamp,sku,pricePerUnitUsd,units,amount,currency,notes,inferenceDetails.requestId,"
    ));
    for (row, entry) in rows.iter().zip(&entries) {
        let text = |name: &str| entry[name].as_str().unwrap();
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!((cells[0], cells[1], cells[5]), (text("timestamp"), text("sku"), text("currency")));
        for (cell, name) in [(2, "pricePerUnitUsd"), (3, "units"), (4, "amount")] {
            assert_eq!(decimal(cells[cell]), money(&entry[name]), "{row}");
        }
    }
    assert!(first.contains(",\"Inference in the web app, \"\"no key\"\"\","), "what needs quotes has them");
}

#[tokio::test]
async fn all_groupings_of_the_analytics_add_up_to_the_charges() {
    let caller = with_past(20, 2500).await;
    assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200);
    let told = caller.told("/billing/usage-analytics?lookback=30d").await;
    assert_eq!(told["lookback"], "30d");
    let rows = |name: &str| told[name].as_array().unwrap().clone();
    let sum = |rows: &[Value], name: &str| rows.iter().map(|row| money(&row[name])).sum::<Decimal>();
    let ledger = caller.look("ledger").await;
    let mut spent: BTreeMap<&str, Decimal> = BTreeMap::new();
    for charge in ledger["charges"].as_array().unwrap() {
        *spent.entry(charge["currency"].as_str().unwrap()).or_default() += money(&charge["amount"]);
    }
    assert_eq!(rows("byDate").len(), 30);
    for (currency, total) in [("USD", "totalUsd"), ("DIEM", "totalDiem")] {
        assert_eq!(sum(&rows("byDate"), currency), spent[currency]);
        assert_eq!(sum(&rows("byModel"), total), spent[currency]);
        assert_eq!(sum(&rows("byKey"), total), spent[currency]);
    }
    let both = spent["USD"] + spent["DIEM"];
    for (daily, names) in [("byModelDaily", "topModels"), ("byKeyDaily", "topKeyNames")] {
        let charted: Decimal = rows(names).iter().map(|name| sum(&rows(daily), name.as_str().unwrap())).sum();
        assert_eq!(charted, both, "{daily}");
        assert_eq!(rows(daily).len(), 30);
        assert!(rows(daily)[0]["date"].as_i64().unwrap() % 86_400_000 == 0);
    }
    assert_eq!(told["topModels"][8], "Other", "eight and what is left");
    let keys = rows("byKey");
    assert!(keys.iter().any(|key| key["apiKeyId"].is_null() && key["description"] == "Web App"));
    assert!(keys.iter().any(|key| key["description"] == "Studio desktop"));
    let mut searches = Decimal::ZERO;
    for model in rows("byModel") {
        let Some(parts) = model["breakdown"].as_array() else { continue };
        assert!(parts.len() > 1);
        assert_eq!(sum(parts, "usd"), money(&model["totalUsd"]), "{}", model["modelName"]);
        let (surcharges, counted): (Vec<Value>, Vec<Value>) =
            parts.iter().cloned().partition(|part| part["type"] == "Web Search");
        assert_eq!(sum(&counted, "units"), money(&model["totalUnits"]), "{}", model["modelName"]);
        searches += sum(&surcharges, "units");
    }
    assert!(searches > Decimal::ZERO);
}

#[tokio::test]
async fn a_model_is_counted_in_what_its_charges_measure() {
    let caller = Caller::instant().await;
    let ask = async |path: &str, body: Value| {
        let answer = caller.post(path, &body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer
    };
    let film = "ltx-2-5-fast-text-to-video";
    ask("/video/queue", json!({"model": film, "prompt": "a", "duration": "5s", "resolution": "480p"})).await;
    ask("/audio/queue", json!({"model": "ace-step-15", "prompt": "a slow barcarole"})).await;
    ask("/audio/speech", json!({"model": "tts-chatterbox-hd", "input": "Twelve boats"})).await;
    caller.cloned("tts-chatterbox-hd").await;
    let body = json!({"model": "z-image-turbo", "prompt": "a", "variants": 3, "width": 256, "height": 256,
        "enhance_prompt": true});
    ask("/image/generate", body).await;
    let body = json!({"model": "default", "messages": [{"role": "user", "content": "What is known of the regatta?"}],
        "venice_parameters": {"enable_web_search": "on"}});
    let answer: Value = ask("/chat/completions", body).await.json().await.unwrap();
    let told = caller.told("/billing/usage-analytics").await;
    let counted: BTreeMap<&str, (&str, Decimal)> = told["byModel"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (text("modelName"), (text("unitType"), money(&row["totalUnits"])))
        })
        .collect();
    let listed: Value = caller.get("/models?type=all").send().await.unwrap().json().await.unwrap();
    let of = |id: &str| {
        let mut models = listed["data"].as_array().unwrap().iter();
        let model = models.find(|model| model["id"] == id).unwrap();
        counted[model["model_spec"]["name"].as_str().unwrap()]
    };
    assert_eq!(of(film), ("units", 1.into()));
    assert_eq!(of("ace-step-15"), ("units", 1.into()));
    assert_eq!(of("tts-chatterbox-hd"), ("chars", 12.into()), "a cloned voice is no character");
    assert_eq!(of("z-image-turbo"), ("images", 3.into()), "an improved prompt is no picture");
    let tokens = money(&answer["usage"]["total_tokens"]);
    assert_eq!(of("zai-org-glm-5-2"), ("tokens", tokens), "a search is no token");
}

#[tokio::test]
async fn the_last_day_of_the_calendar_is_a_day() {
    let caller = Caller::instant().await;
    assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200);
    let told = caller.told("/billing/usage-analytics?startDate=9999-12-30&endDate=9999-12-31").await;
    let dates: Vec<&Value> =
        told["byModelDaily"].as_array().unwrap().iter().map(|row| &row["date"]).collect();
    assert_eq!(dates, [253_402_128_000_000_i64, 253_402_214_400_000]);
    let told = caller.told("/billing/usage-analytics?startDate=9999-12-31&endDate=9999-12-31").await;
    assert_eq!(told["byModel"], json!([]), "nothing was spent then");
    let all = caller.told("/billing/usage-history?endTimestamp=9999-12-31T23:59:59Z").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn analytics_of_a_range_hold_its_days_and_no_others() {
    let caller = with_past(20, 1000).await;
    let all = caller.told("/billing/usage-analytics?lookback=20d").await;
    let days = all["byDate"].as_array().unwrap();
    let (first, last) = (days[3]["date"].as_str().unwrap(), days[6]["date"].as_str().unwrap());
    let part = caller.told(&format!("/billing/usage-analytics?startDate={first}&endDate={last}")).await;
    assert_eq!(part["byDate"].as_array().unwrap()[..], days[3..=6]);
    assert_eq!(part["lookback"], format!("{first}:{last}"));
    assert_eq!(caller.told("/billing/usage-analytics?lookback=5000d").await["lookback"], "90d");
}

#[tokio::test]
async fn the_retired_way_says_where_to_go() {
    let caller = Caller::instant().await;
    let url = format!("{}/billing/usage?page=1&limit=10", caller.running.base_url());
    let gone = caller.http.get(url).send().await.unwrap();
    assert_eq!(gone.status(), 410);
    assert_eq!(header(&gone, "sunset"), "Wed, 16 Sep 2026 00:00:00 GMT");
    assert!(header(&gone, "link").contains("successor-version"));
    let said = gone.json::<Value>().await.unwrap();
    assert!(said["error"].as_str().unwrap().contains("usage-history"));
}

#[tokio::test]
async fn a_past_leaves_the_balance_alone_comes_once_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let usage = Some(Usage { days: 10, charges: 400 });
    let config = || Config { seed: 7, usage, state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let first = Caller::new(config()).await;
    let told = first.look("ledger").await;
    assert_eq!((&told["count"], &told["balances"]), (&json!(400), &json!({"usd": 25, "diem": 10})));
    assert_eq!(first.control("usage", &json!({})).await.status(), 409);
    assert_eq!(first.told("/api_keys").await["data"].as_array().unwrap().len(), 5);
    first.running.shutdown().await;
    let second = Caller::new(config()).await;
    assert_eq!(second.look("ledger").await, told);
    let page = second.look("ledger?from=390&limit=5").await;
    assert_eq!(page["charges"].as_array().unwrap()[..], told["charges"].as_array().unwrap()[390..395]);
}
