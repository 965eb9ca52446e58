//! Venice's errors: a status, a code, a sentence, and for bad input what is wrong with which field.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{answer::Answer, config::Currency};

/// One step to a field: a name, or a place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    Place(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) path: Vec<Step>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Issue {
    pub(crate) fn new(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: vec![field.into()], code, message: message.into() }
    }
}

/// A request that is turned down.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    code: &'static str,
    message: String,
    issues: Vec<Issue>,
    /// What else the body says.
    more: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
    /// A body of its own, in the place of all that.
    whole: Option<Value>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            issues: Vec::new(),
            more: Map::new(),
            headers: Vec::new(),
            whole: None,
        }
    }

    /// A refusal whose body is unlike the others'.
    pub(crate) fn whole(status: StatusCode, body: Value) -> Self {
        Self { whole: Some(body), ..Self::new(status, "", "") }
    }

    /// A request that makes no sense as a whole.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
    }

    /// Says one thing more in the body.
    pub(crate) fn saying(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The fields of a request break the rules.
    pub(crate) fn fields(issues: Vec<Issue>) -> Self {
        Self { issues, ..Self::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "Invalid request parameters") }
    }

    /// One field breaks a rule of the chosen model, or of the picture it holds.
    pub(crate) fn field(code: &'static str, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let issue = Issue::new(field, "custom", message.clone());
        Self { issues: vec![issue], ..Self::new(StatusCode::BAD_REQUEST, code, message) }
    }

    pub(crate) fn unauthenticated(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "AUTHENTICATION_FAILED", message)
    }

    pub(crate) fn no_money() -> Self {
        Self::new(
            StatusCode::PAYMENT_REQUIRED,
            "INSUFFICIENT_BALANCE",
            "Insufficient USD or Diem balance to complete request",
        )
    }

    /// The key has spent what it may in this currency.
    pub(crate) fn over_limit(currency: Currency) -> Self {
        let (code, name) = match currency {
            Currency::Usd => ("API_KEY_USD_SPEND_LIMIT_EXCEEDED", "USD"),
            Currency::Diem => ("API_KEY_DIEM_SPEND_LIMIT_EXCEEDED", "Diem"),
        };
        let message = format!("API key {name} spend limit exceeded");
        Self::new(StatusCode::PAYMENT_REQUIRED, code, message)
    }

    pub(crate) fn content_type(wanted: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "INVALID_CONTENT_TYPE",
            format!("Invalid content type, expected {wanted}"),
        )
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
    }

    pub(crate) fn too_often(seconds: u64, message: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", message)
            .header("retry-after", seconds.to_string())
    }

    pub(crate) fn model_offline() -> Self {
        let message = "The model is presently offline. Please choose another one or try again later.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "MODEL_OFFLINE", message)
    }

    pub(crate) fn broken(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, message)
    }

    /// The answer as Venice writes it: `{error, code}`, for fields also `details` and `issues`.
    pub(crate) fn into_answer(self) -> Answer {
        let mut body = self.more;
        body.insert("error".into(), Value::String(self.message));
        body.insert("code".into(), Value::String(self.code.into()));
        if !self.issues.is_empty() {
            body.insert("details".into(), details(&self.issues));
            body.insert("issues".into(), self.issues.iter().map(issue).collect());
        }
        let body = self.whole.unwrap_or(Value::Object(body));
        let mut answer = Answer::json(self.status, &body);
        for (name, value) in self.headers {
            answer.set(name, value);
        }
        answer
    }
}

fn issue(issue: &Issue) -> Value {
    let path: Vec<Value> = issue
        .path
        .iter()
        .map(|step| match step {
            Step::Name(name) => json!(name),
            Step::Place(place) => json!(place),
        })
        .collect();
    json!({"code": issue.code, "message": issue.message, "path": path})
}

fn details(issues: &[Issue]) -> Value {
    let mut root = json!({"_errors": []});
    for issue in issues {
        let mut node = &mut root;
        for step in &issue.path {
            let key = match step {
                Step::Name(name) => name.clone(),
                Step::Place(place) => place.to_string(),
            };
            node = &mut node[key];
            if node.is_null() {
                *node = json!({"_errors": []});
            }
        }
        if let Some(errors) = node["_errors"].as_array_mut() {
            errors.push(json!(issue.message));
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_become_a_tree_by_field() {
        let nested = Issue {
            path: vec!["style_references".into(), Step::Place(0), "strength".into()],
            code: "too_big",
            message: "too big".into(),
        };
        let tree = details(&[nested, Issue::new("prompt", "invalid_type", "Field is required")]);
        assert_eq!(
            tree,
            json!({"_errors": [],
                "style_references": {"_errors": [], "0": {"_errors": [], "strength": {"_errors": ["too big"]}}},
                "prompt": {"_errors": ["Field is required"]}})
        );
    }
}
