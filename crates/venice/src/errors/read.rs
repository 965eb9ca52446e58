//! Reads the body of an error, in every shape Venice and the gateways before it are known to write.

use std::time::Duration;

use reqwest::header::HeaderMap;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{ApiError, Consent, ErrorCode, FieldError, Issue, PaymentRequired, PolicyRejection, Retirement};
use crate::auth::Redaction;
use crate::headers;
use crate::money;
use crate::operation::{GET_BILLING_USAGE, GET_BILLING_USAGE_HISTORY, Operation};
use crate::wallet::{SignIn, SignInChallenge};
use crate::x402::PaymentRequirements;

const LONGEST_MESSAGE: usize = 500;
const LONGEST_TEXT: usize = 32_768;
const MOST_FIELDS: usize = 50;
const MOST_MESSAGES: usize = 10;
const DEEPEST: usize = 16;

impl ApiError {
    /// Reads an error. Never fails: what can't be read is described by its status alone.
    pub(crate) fn read(status: u16, text: &str, retry_after: Option<Duration>) -> Self {
        let object = match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        };
        let mut error = Self {
            status,
            code: ErrorCode::UnknownError,
            message: None,
            fields: Vec::new(),
            issues: Vec::new(),
            param: None,
            retry_after,
            policy: None,
            consent: None,
            payment: None,
            retirement: None,
            readable: false,
        };
        let code = if let Some(object) = object {
            error.read_object(&object)
        } else {
            error.message = sentence(text);
            None
        };
        error.code = code.unwrap_or_else(|| {
            ErrorCode::infer(status, error.readable, error.message.as_deref().unwrap_or_default())
        });
        error
    }

    /// Reads an error that stands in a good answer, or breaks one off, without what was sent in secret. Its status is
    /// the one it names itself, else 200.
    pub(crate) fn within_answer(body: &[u8], redaction: &Redaction) -> Self {
        let text = redaction.apply(body);
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        let inner = value.get("error").unwrap_or(&value);
        let status =
            ["status", "code"].iter().find_map(|field| inner.get(field).or(value.get(field))?.as_u64());
        let status =
            status.and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status));
        Self::read(status.unwrap_or(200), &text, None)
    }

    /// Takes in what the headers of the answer say beside its body.
    pub(crate) fn read_headers(&mut self, headers: &HeaderMap, operation: &Operation) {
        if self.status == 402
            && self.payment.as_ref().is_none_or(|payment| payment.requirements.is_none())
            && let Some(requirements) = headers::payment_required(headers)
        {
            self.payment.get_or_insert_default().requirements = Some(requirements);
        }
        if self.status == 410 {
            let known = (*operation == GET_BILLING_USAGE).then_some(GET_BILLING_USAGE_HISTORY.path);
            let retirement = Retirement {
                successor: headers::successor(headers).or_else(|| known.map(str::to_owned)),
                deprecated: headers::unix_moment(headers, "deprecation"),
                sunset: headers::date(headers, "sunset"),
            };
            self.retirement = (retirement != Retirement::default()).then_some(retirement);
        }
    }

    fn read_object(&mut self, object: &Map<String, Value>) -> Option<ErrorCode> {
        let inner = object.get("error").and_then(Value::as_object);
        let outer_message = string(object, "message").or_else(|| string(object, "customMessage"));
        let (message, code) = if let Some(inner) = inner {
            self.param = string(inner, "param").map(|param| cut(&param, LONGEST_MESSAGE));
            let code = code(inner, "code").or_else(|| code(object, "code"));
            (string(inner, "message"), code.or_else(|| policy_code(inner)))
        } else {
            // Where both are there, "error" is the title ("Payment required") and "message" the sentence.
            let code = code(object, "code").or_else(|| titled_code(object));
            (outer_message.clone().or_else(|| string(object, "error")), code)
        };
        self.readable = object.contains_key("error") || code.is_some() || object.contains_key("x402Version");
        self.message = message.or(outer_message).and_then(|message| sentence(&message));
        if let Some(details) = object.get("details") {
            collect_fields(details, &mut Vec::new(), &mut self.fields);
        }
        let issues = object.get("issues").or_else(|| inner.and_then(|inner| inner.get("issues")));
        self.issues = issues
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(issue).collect())
            .unwrap_or_default();
        self.issues.truncate(MOST_FIELDS);
        self.policy = policy(object, inner);
        self.consent = consent(object);
        self.payment = payment(object, inner.unwrap_or(object));
        code.or_else(|| self.consent.as_ref().map(|_| ErrorCode::NeedsConsent)).or_else(|| {
            (self.status == 422 && self.policy.is_some()).then_some(ErrorCode::ContentPolicyViolation)
        })
    }
}

fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn code(object: &Map<String, Value>, key: &str) -> Option<ErrorCode> {
    ErrorCode::read(object.get(key)?.as_str()?)
}

/// Some errors are titled by their code (`X402_INVALID_PAYMENT`), and say the rest in a message.
fn titled_code(object: &Map<String, Value>) -> Option<ErrorCode> {
    let title = object.get("error")?.as_str()?;
    let is_code = title.contains('_')
        && title.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_code.then(|| ErrorCode::read(title)).flatten()
}

/// The one `type` that is a code; other types (`invalid_request_error`) say less than the status.
fn policy_code(error: &Map<String, Value>) -> Option<ErrorCode> {
    code(error, "type").filter(|code| *code == ErrorCode::ProviderContentPolicy)
}

/// One line of readable text, or `None` for a web page and for nothing.
fn sentence(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * LONGEST_MESSAGE {
            break;
        }
    }
    let start: String = line.chars().take(200).collect::<String>().to_ascii_lowercase();
    let is_page = start.starts_with('<')
        || start.contains("<html")
        || start.contains("<!doctype")
        || start.contains("<body");
    // A JSON text that was cut, or of a shape that isn't an error, is no sentence either.
    let is_data = start.starts_with('{') || start.starts_with('[') || start.contains('\u{fffd}');
    (!line.is_empty() && !is_page && !is_data).then(|| cut(&line, LONGEST_MESSAGE))
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Walks `{field: {_errors: […], nested: {…}}}`.
fn collect_fields(details: &Value, path: &mut Vec<String>, found: &mut Vec<FieldError>) {
    let Some(object) = details.as_object() else { return };
    if found.len() >= MOST_FIELDS || path.len() > DEEPEST {
        return;
    }
    if let Some(errors) = object.get("_errors").and_then(Value::as_array) {
        let messages: Vec<String> =
            errors.iter().filter_map(|error| sentence(error.as_str()?)).take(MOST_MESSAGES).collect();
        if !messages.is_empty() {
            found.push(FieldError { path: path.join("."), messages });
        }
    }
    for (key, nested) in object.iter().filter(|(key, _)| *key != "_errors") {
        path.push(cut(key, LONGEST_MESSAGE));
        match nested {
            // Some answers put the sentences straight under the field.
            Value::Array(errors) => {
                let messages: Vec<String> =
                    errors.iter().filter_map(|error| sentence(error.as_str()?)).take(MOST_MESSAGES).collect();
                if !messages.is_empty() && found.len() < MOST_FIELDS {
                    found.push(FieldError { path: path.join("."), messages });
                }
            }
            nested => collect_fields(nested, path, found),
        }
        path.pop();
    }
}

fn issue(value: &Value) -> Option<Issue> {
    let object = value.as_object()?;
    let path = match object.get("path") {
        Some(Value::Array(steps)) => {
            let steps = steps.iter().take(DEEPEST).filter_map(|step| match step {
                Value::String(text) => Some(cut(text, LONGEST_MESSAGE)),
                Value::Number(index) => Some(index.to_string()),
                _ => None,
            });
            steps.collect::<Vec<_>>().join(".")
        }
        Some(Value::String(path)) => cut(path, LONGEST_MESSAGE),
        _ => String::new(),
    };
    let message = sentence(object.get("message")?.as_str()?)?;
    Some(Issue { path, message, code: string(object, "code").map(|code| cut(&code, 64)) })
}

fn policy(object: &Map<String, Value>, inner: Option<&Map<String, Value>>) -> Option<PolicyRejection> {
    let find = |key: &str| object.get(key).or_else(|| inner.and_then(|inner| inner.get(key)));
    let text = |key: &str| find(key).and_then(Value::as_str).map(|text| cut(text, LONGEST_TEXT));
    let rejection = PolicyRejection {
        suggested_prompt: text("suggested_prompt"),
        recommended_model: text("recommended_model"),
        credits_refunded: find("credits_refunded").and_then(Value::as_bool),
    };
    (rejection != PolicyRejection::default()).then_some(rejection)
}

fn consent(object: &Map<String, Value>) -> Option<Consent> {
    let flow = string(object, "consent_flow");
    let consent = object.get("consent").and_then(Value::as_object);
    if flow.is_none() && consent.is_none() {
        return None;
    }
    let text =
        |key: &str| consent.and_then(|consent| string(consent, key)).map(|text| cut(&text, LONGEST_TEXT));
    let roles = object.get("face_media_roles").and_then(Value::as_array);
    Some(Consent {
        flow: flow.unwrap_or_default(),
        face_media_roles: roles
            .map(|roles| {
                roles.iter().filter_map(Value::as_str).take(MOST_FIELDS).map(str::to_owned).collect()
            })
            .unwrap_or_default(),
        version: text("consent_version"),
        policy_text: text("policy_text"),
        docs_url: string(object, "docs_url"),
    })
}

/// The challenge of an inference 402, or that of x402's own extension.
fn challenge(object: &Map<String, Value>) -> Option<SignInChallenge> {
    let extension = || object.get("extensions")?.get("sign-in-with-x");
    let challenge = object.get("siwxChallenge").or_else(extension)?;
    serde_json::from_value(challenge.clone()).ok().or_else(|| {
        let info: SignIn = serde_json::from_value(challenge.get("info")?.clone()).ok()?;
        Some(SignInChallenge { info, supported_chains: Vec::new() })
    })
}

fn payment(object: &Map<String, Value>, inner: &Map<String, Value>) -> Option<PaymentRequired> {
    let amount = |key: &str| -> Option<Decimal> {
        match object.get(key)? {
            Value::Number(number) => money::from_f64(number.as_f64()?),
            Value::String(text) => money::from_text(text),
            _ => None,
        }
    };
    let payment = PaymentRequired {
        reason: string(object, "reason")
            .or_else(|| string(object.get("details")?.as_object()?, "reason"))
            .map(|reason| cut(&reason, 64)),
        current_balance_usd: amount("currentBalanceUsd"),
        minimum_balance_usd: amount("minimumBalanceUsd"),
        suggested_top_up_usd: amount("suggestedTopUpUsd"),
        minimum_top_up_usd: amount("minimumTopUpUsd"),
        requirements: [object, inner]
            .into_iter()
            .find_map(|object| PaymentRequirements::from_body(&Value::Object(object.clone()))),
        sign_in: challenge(object).or_else(|| challenge(inner)),
    };
    (payment != PaymentRequired::default()).then_some(payment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn read(status: u16, body: &str) -> ApiError {
        ApiError::read(status, body, None)
    }

    #[test]
    fn the_plain_shape() {
        let error = read(401, r#"{"error":"Authentication\n\tfailed"}"#);
        assert_eq!(error.message.as_deref(), Some("Authentication failed"));
        assert_eq!((error.code, error.readable), (ErrorCode::AuthenticationFailed, true));
        let error = read(413, r#"{"code":"PAYLOAD_TOO_LARGE","error":"File exceeds 25 MB."}"#);
        assert_eq!(
            (error.code, error.message.as_deref()),
            (ErrorCode::PayloadTooLarge, Some("File exceeds 25 MB."))
        );
    }

    #[test]
    fn a_code_that_nobody_documents_stands_for_its_status() {
        let error = read(410, r#"{"error":"This endpoint was retired","code":"ENDPOINT_SUNSET"}"#);
        assert_eq!((error.known_code(), error.code.as_str()), (ErrorCode::Gone, "ENDPOINT_SUNSET"));
        let error = read(400, r#"{"error":"m","code":"INVALID_MODEL"}"#);
        assert_eq!(error.known_code(), ErrorCode::InvalidModel);
    }

    #[test]
    fn the_detailed_shape() {
        let error = read(
            400,
            r#"{"error":"Invalid request parameters",
                "details":{"_errors":["Unrecognized key(s)"],"width":{"_errors":["Too big","Not a multiple of 8"]},
                           "style_references":{"0":{"image":{"_errors":["Required"]}}},"steps":["Too many"]},
                "issues":[{"code":"too_big","path":["style_references",0,"image"],"message":"Too big"},{"path":[]}]}"#,
        );
        let fields: Vec<_> =
            error.fields.iter().map(|field| (field.path.as_str(), field.messages.len())).collect();
        assert_eq!(fields, [("", 1), ("steps", 1), ("style_references.0.image", 1), ("width", 2)]);
        assert_eq!(error.issues.len(), 1);
        assert_eq!(error.issues[0].path, "style_references.0.image");
        assert_eq!(error.issues[0].code.as_deref(), Some("too_big"));
        assert_eq!(error.code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn the_openai_shape() {
        let body = r#"{"error":{"message":"No such model","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#;
        let error = read(404, body);
        assert_eq!(error.code, ErrorCode::ModelNotFound);
        assert_eq!(error.param.as_deref(), Some("model"));
        let error = read(
            404,
            r#"{"error":{"message":"No","type":"invalid_request_error","param":null,"code":null}}"#,
        );
        assert_eq!((error.code, error.readable), (ErrorCode::NotFound, true));
    }

    #[test]
    fn a_wallet_without_money() {
        let body = r#"{"error":"Payment required","code":"PAYMENT_REQUIRED","reason":"insufficient_balance",
            "message":"Top up first","currentBalanceUsd":0.05,"minimumBalanceUsd":0.1,"suggestedTopUpUsd":10,"minimumTopUpUsd":5}"#;
        let error = read(402, body);
        let payment = error.payment.unwrap();
        assert_eq!(
            (error.code, error.message.as_deref()),
            (ErrorCode::PaymentRequired, Some("Top up first"))
        );
        assert_eq!(payment.current_balance_usd, Some(Decimal::new(5, 2)));
        assert_eq!(payment.minimum_top_up_usd, Some(Decimal::from(5)));
        assert!(read(402, r#"{"x402Version":2,"accepts":[]}"#).readable);
        assert_eq!(read(402, r#"{"error":"no money"}"#).code, ErrorCode::InsufficientBalance);
    }

    #[test]
    fn a_missing_consent() {
        let body = r#"{"error":{"code":"needs_consent","message":"Consent is required"},"consent_flow":"seedance",
            "face_media_roles":["image"],"consent":{"consent_version":"1","policy_text":"A text"},"docs_url":"https://x"}"#;
        let error = read(409, body);
        let consent = error.consent.unwrap();
        assert_eq!(error.code, ErrorCode::NeedsConsent);
        assert_eq!((consent.flow.as_str(), consent.policy_text.as_deref()), ("seedance", Some("A text")));
        assert_eq!(consent.face_media_roles, ["image"]);
    }

    #[test]
    fn content_policy() {
        let error = read(422, r#"{"error":"Not allowed","suggested_prompt":"A kinder one"}"#);
        assert_eq!(error.code, ErrorCode::ContentPolicyViolation);
        assert_eq!(error.policy.unwrap().suggested_prompt.as_deref(), Some("A kinder one"));
        let body = r#"{"error":{"message":"m","type":"provider_content_policy","recommended_model":"wan","credits_refunded":true}}"#;
        let error = read(422, body);
        assert_eq!(error.code, ErrorCode::ProviderContentPolicy);
        assert_eq!(error.policy.unwrap().credits_refunded, Some(true));
    }

    #[rstest]
    #[case("<!DOCTYPE html><html><body>Bad gateway</body></html>")]
    #[case("\u{feff}<html>")]
    #[case("")]
    #[case("   \n")]
    #[case("{\"error\": \"cut in the mid")]
    #[case("[1,2]")]
    fn what_is_no_sentence_is_no_message(#[case] body: &str) {
        let error = read(502, body);
        assert_eq!((error.message, error.readable, error.code), (None, false, ErrorCode::ServiceUnavailable));
    }

    #[test]
    fn plain_text_is_a_message_but_not_venices() {
        let error = read(503, "upstream connect error");
        assert_eq!((error.message.as_deref(), error.readable), (Some("upstream connect error"), false));
        assert!(!error.was_not_begun());
        assert!(read(503, r#"{"error":"The model is at capacity"}"#).was_not_begun());
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let message = read(400, &format!(r#"{{"error":"{}"}}"#, "é".repeat(2_000))).message.unwrap();
        assert_eq!(message.chars().count(), LONGEST_MESSAGE + 1);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(status in 400_u16..600, body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let error = ApiError::read(status, &String::from_utf8_lossy(&body), None);
            prop_assert!(error.message.is_none_or(|message| message.chars().count() <= LONGEST_MESSAGE + 1));
        }

        #[test]
        fn no_json_breaks_the_reader(
            status in 400_u16..600,
            keys in proptest::collection::vec("error|details|issues|code|message|consent|_errors|path", 1..12),
            leaf in "\\PC{0,20}|null",
        ) {
            let mut value = Value::String(leaf);
            for (index, key) in keys.iter().enumerate() {
                value = if index % 3 == 2 { Value::Array(vec![value.clone(), value]) } else { serde_json::json!({key: value}) };
            }
            let body = value.to_string();
            let error = ApiError::read(status, &body, None);
            prop_assert_eq!(error.status, status);
        }
    }
}
