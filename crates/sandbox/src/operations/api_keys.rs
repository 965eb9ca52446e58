//! The account's keys: listed, made, changed and deleted.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::number,
    fields::Fields,
    gate::Access,
    house::House,
    keys::{ApiKey, KeyKind, Period, Privacy, Spending},
    ledger::{Payer, Sums},
    moment,
    rates::Group,
    refusal::{Issue, Refusal},
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("getApiKeys", Method::Get, "/api_keys", Access::Admin, |call, _| {
        Box::pin(async move { list(&call) })
    }),
    Operation::new("createApiKey", Method::Post, "/api_keys", Access::Admin, |call, body| {
        Box::pin(create(call, body))
    })
    .rated(Group::Keys),
    Operation::new("updateApiKey", Method::Patch, "/api_keys", Access::Admin, |call, body| {
        Box::pin(update(call, body))
    }),
    Operation::new("deleteApiKey", Method::Delete, "/api_keys", Access::Admin, |call, body| {
        Box::pin(delete(call, body))
    }),
    Operation::new("getApiKeyById", Method::Get, "/api_keys/{id}", Access::Admin, |call, _| {
        Box::pin(async move { one(&call) })
    }),
];

const LONGEST_DESCRIPTION: usize = 64;
const LARGEST_LIMIT: f64 = 9_999_999_999.0;
const MOST_KEYS: usize = 500;
const BODY: usize = 1 << 16;

/// What becomes of something that can also be none.
#[derive(Debug, Clone, Copy, Default)]
enum Change<T> {
    #[default]
    Keep,
    To(Option<T>),
}

impl<T> Change<T> {
    fn apply(self, kept: &mut Option<T>) {
        if let Self::To(value) = self {
            *kept = value;
        }
    }
}

/// What a body asks of a key; what it leaves out stays as it is.
#[derive(Debug, Default)]
pub(super) struct Wish {
    description: Option<String>,
    usd: Change<Decimal>,
    diem: Change<Decimal>,
    vcu: Change<Decimal>,
    period: Option<Period>,
    privacy: Option<Privacy>,
    expires: Change<Timestamp>,
}

impl Wish {
    pub(super) fn take(fields: &mut Fields) -> Self {
        let mut wish = Self {
            description: fields.text("description", 0..=LONGEST_DESCRIPTION),
            period: fields.choice("limitPeriod", &Period::WORDS).map(Period::of),
            privacy: fields.choice("modelPrivacy", &Privacy::WORDS).map(Privacy::of),
            ..Self::default()
        };
        fields.object("consumptionLimit", |limits| {
            wish.usd = limit(limits, "usd");
            wish.diem = limit(limits, "diem");
            wish.vcu = limit(limits, "vcu");
        });
        if let Some(text) = fields.text("expiresAt", 0..=usize::MAX) {
            let end = moment::read_end(&text);
            if end.is_none() && !text.is_empty() {
                fields.reject("expiresAt", "invalid_string", "Expected a date, or a date and time in UTC");
            }
            wish.expires = Change::To(end);
        }
        wish
    }

    /// Describes the key so, where nothing was said.
    pub(super) fn described(self, description: &str) -> Self {
        Self { description: self.description.or_else(|| Some(description.to_owned())), ..self }
    }

    pub(super) fn apply(self, key: &mut ApiKey) {
        key.description = self.description.unwrap_or_else(|| std::mem::take(&mut key.description));
        self.usd.apply(&mut key.spending.usd);
        self.diem.apply(&mut key.spending.diem);
        self.vcu.apply(&mut key.spending.vcu);
        key.period = self.period.unwrap_or(key.period);
        key.privacy = self.privacy.unwrap_or(key.privacy);
        self.expires.apply(&mut key.expires);
    }
}

/// An amount, or null for none.
fn limit(fields: &mut Fields, name: &str) -> Change<Decimal> {
    if !fields.has(name) {
        return Change::Keep;
    }
    fields.nullable(&[name]);
    let amount = fields.number(name, 0.0..=LARGEST_LIMIT);
    Change::To(amount.and_then(|amount| amount.to_string().parse().ok()))
}

/// A new key, kept; its secret is in the answer and in no later one.
pub(super) fn made(call: &Call, kind: KeyKind, wish: Wish) -> Result<Answer, Refusal> {
    let now = Timestamp::now();
    let keys = &call.house.keys;
    if keys.list(now).len() >= MOST_KEYS {
        return Err(Refusal::fields(vec![Issue::new(
            "apiKeyType",
            "custom",
            "There are 500 active keys already",
        )]));
    }
    let (id, secret) = call.house.draw(|chance| {
        let id = chance.uuid();
        (id, format!("sandbox-{}-{:016x}{:016x}", kind.name().to_lowercase(), chance.next(), chance.next()))
    });
    let mut key = ApiKey {
        id,
        secret,
        kind,
        description: String::new(),
        spending: Spending::default(),
        period: Period::default(),
        privacy: Privacy::default(),
        created: moment::to_millisecond(now),
        expires: None,
    };
    wish.apply(&mut key);
    keys.keep(key.clone()).map_err(unwritable)?;
    Ok(Answer::ok(&json!({"success": true, "data": {
        "apiKey": key.secret, "apiKeyType": kind.name(), "consumptionLimit": spending(key.spending),
        "limitPeriod": key.period.name(), "modelPrivacy": key.privacy.name(), "description": key.description,
        "expiresAt": key.expires.map(moment::iso), "id": key.id,
    }})))
}

async fn create(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, BODY).await?;
    fields.required("apiKeyType");
    fields.required("description");
    let kind = fields.choice("apiKeyType", &KeyKind::WORDS).map_or(KeyKind::Inference, KeyKind::of);
    let wish = Wish::take(&mut fields);
    fields.finish()?;
    call.take_turn("endpoint:api/v1/api_keys")?;
    made(&call, kind, wish)
}

async fn update(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, BODY).await?;
    let id = fields.required_text("id", 0..=200);
    fields.null_means("expiresAt", json!(""));
    let wish = Wish::take(&mut fields);
    fields.finish()?;
    let now = Timestamp::now();
    let mut key = active(&call.house, &id, now)
        .ok_or_else(|| Refusal::field("INVALID_REQUEST", "id", "API key not found or expired"))?;
    if matches!(wish.expires, Change::To(Some(_))) && call.house.is_own(&key) {
        return Err(Refusal::field("INVALID_REQUEST", "expiresAt", "The sandbox's own keys don't expire"));
    }
    wish.apply(&mut key);
    call.house.keys.keep(key.clone()).map_err(unwritable)?;
    Ok(Answer::ok(&json!({"success": true, "data": told(&call.house, &key)})))
}

async fn delete(call: Call, body: Body) -> Result<Answer, Refusal> {
    let mut fields = call.query();
    // The id may come in a body too.
    if call.headers.contains_key(header::CONTENT_TYPE) && !fields.has("id") {
        fields.finish()?;
        fields = body::read(&call.headers, body, Takes::Json, BODY).await?;
    }
    let id = fields.required_text("id", 0..=200);
    fields.finish()?;
    let key = call.house.keys.find(&id);
    if key.is_some_and(|key| call.house.is_own(&key)) {
        return Err(Refusal::field("INVALID_REQUEST", "id", "The sandbox's own keys can't be deleted"));
    }
    if !call.house.keys.delete(&id).map_err(unwritable)? {
        return Err(Refusal::field("INVALID_REQUEST", "id", "API key could not be found"));
    }
    Ok(Answer::ok(&json!({"success": true})))
}

fn list(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let now = Timestamp::now();
    let keys = call.house.keys.list(now);
    let data: Vec<Value> = keys.iter().rev().map(|key| with_usage(&call.house, key, now)).collect();
    Ok(Answer::ok(&json!({"object": "list", "data": data})))
}

fn one(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let now = Timestamp::now();
    // The description knows no 400 here.
    let key = active(&call.house, call.path_value("id"), now)
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "API key not found"))?;
    Ok(Answer::ok(&json!({"data": with_usage(&call.house, &key, now)})))
}

fn active(house: &House, id: &str, now: Timestamp) -> Option<ApiKey> {
    let key = house.keys.find(id).filter(|key| !key.is_over(now))?;
    Some(ApiKey::clone(&key))
}

fn told(house: &House, key: &ApiKey) -> Value {
    let used = house.keys.used(&key.id).max(house.ledger.last(&Payer::Key { id: key.id.clone() }));
    let last = key.secret.chars().rev().take(6).collect::<Vec<_>>();
    json!({
        "id": key.id, "apiKeyType": key.kind.name(), "description": key.description,
        "consumptionLimits": spending(key.spending), "limitPeriod": key.period.name(),
        "modelPrivacy": key.privacy.name(), "createdAt": moment::iso(key.created),
        "expiresAt": key.expires.map(moment::iso), "lastUsedAt": used.map(moment::iso),
        "last6Chars": last.into_iter().rev().collect::<String>(),
    })
}

fn with_usage(house: &House, key: &ApiKey, now: Timestamp) -> Value {
    let payer = Payer::Key { id: key.id.clone() };
    let week = moment::day(now).saturating_sub(6.days());
    let spent = |sums: Sums| json!({"usd": four_digits(sums.usd), "diem": four_digits(sums.diem)});
    let mut said = told(house, key);
    let mut seven = spent(house.ledger.spent(&payer, week));
    seven["vcu"] = json!(four_digits(Decimal::ZERO));
    said["usage"] = json!({"trailingSevenDays": seven});
    if key.is_limited() {
        said["currentPeriodUsage"] = spent(house.ledger.spent(&payer, key.period.since(now)));
    }
    said
}

fn spending(spending: Spending) -> Value {
    let amount = |limit: Option<Decimal>| limit.map(number);
    json!({"usd": amount(spending.usd), "diem": amount(spending.diem), "vcu": amount(spending.vcu)})
}

fn four_digits(amount: Decimal) -> String {
    format!("{:.4}", amount.round_dp(4))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn unwritable(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "the keys can't be written");
    Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its keys")
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn key() -> ApiKey {
        ApiKey {
            id: "one".into(),
            secret: "secret".into(),
            kind: KeyKind::Inference,
            description: "before".into(),
            spending: Spending { usd: Some(Decimal::ONE), diem: Some(Decimal::TWO), vcu: None },
            period: Period::Month,
            privacy: Privacy::All,
            created: Timestamp::UNIX_EPOCH,
            expires: Some(Timestamp::MAX),
        }
    }

    fn changed(body: Value) -> ApiKey {
        let object: Map<String, Value> = serde_json::from_value(body).unwrap();
        let mut fields = Fields::from_json(object);
        let wish = Wish::take(&mut fields);
        fields.finish().unwrap();
        let mut key = key();
        wish.apply(&mut key);
        key
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_a_limit_away() {
        assert_eq!(changed(json!({})), key());
        let wider =
            changed(json!({"consumptionLimit": {"usd": null, "diem": 0.5}, "limitPeriod": "LIFETIME"}));
        assert_eq!(wider.spending, Spending { usd: None, diem: Some(Decimal::new(5, 1)), vcu: None });
        assert_eq!((wider.period, wider.expires), (Period::Lifetime, key().expires));
        assert_eq!(changed(json!({"expiresAt": ""})).expires, None);
    }
}
