//! What the API's failures are in words.

use venice::{ApiError, Consent, ErrorKind, Fate, TimeLimit};

use super::{AppError, Code};

impl From<venice::Error> for AppError {
    fn from(error: venice::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&venice::Error> for AppError {
    fn from(error: &venice::Error) -> Self {
        let mut app = match error.kind() {
            ErrorKind::Api(api) | ErrorKind::BrokenOff(api) => answered(api),
            kind => of_transport(kind, money(error)),
        };
        app.retryable = error.is_retryable();
        app.operation = error.operation().map(str::to_owned);
        app.request_id = error.request_id().map(str::to_owned);
        app
    }
}

/// What may be said of the money when nobody answered.
fn money(error: &venice::Error) -> &'static str {
    let paid =
        venice::OPERATIONS.iter().any(|operation| Some(operation.id) == error.operation() && operation.paid);
    match error.fate() {
        _ if !paid => "Check the connection, then try again.",
        Fate::NotSent | Fate::Refused => "Nothing was charged.",
        Fate::Unknown => {
            "It may have been charged: look at your usage on venice.ai before you send it again."
        }
    }
}

fn of_transport(kind: &ErrorKind, money: &str) -> AppError {
    match kind {
        ErrorKind::Connect | ErrorKind::Timeout(TimeLimit::Connect) => AppError::new(
            Code::NetworkDown,
            "The server can't be reached.",
            "Check the network connection, then try again. Nothing was sent or charged.",
        ),
        ErrorKind::Timeout(limit) => {
            AppError::new(Code::TimedOut, format!("No answer came in time ({limit})."), money)
        }
        ErrorKind::ConnectionLost | ErrorKind::Cut { .. } => {
            AppError::new(Code::CutOff, "The connection broke before the answer was complete.", money)
        }
        ErrorKind::UnexpectedBody { content_type, .. } => AppError::new(
            Code::UnexpectedAnswer,
            "The server answered with something that isn't what the API promises, such as a web page.",
            format!("Something between you and Venice may be answering (a proxy, a login page). {money}"),
        )
        .param("content_type", content_type.as_deref().unwrap_or("—")),
        ErrorKind::Redirected { .. } => AppError::new(
            Code::UnexpectedAnswer,
            "The server sent us to another address, which we don't follow with a key.",
            money,
        )
        .param("content_type", "—"),
        ErrorKind::TooLarge { limit } => {
            AppError::new(Code::UnexpectedAnswer, "The answer is larger than any picture should be.", money)
                .param("content_type", format!("> {limit}"))
        }
        ErrorKind::BreakerOpen { until } | ErrorKind::RateLimited { until } => AppError::new(
            Code::BreakerOpen,
            "Too many requests failed in a short time, so nothing is sent for a moment.",
            "Venice blocks clients that go on. Wait half a minute, then try again. Nothing was charged.",
        )
        .param("until", until),
        ErrorKind::InvalidKey => key_malformed(),
        ErrorKind::InputTooLarge { limit, .. } => input_too_large(None, *limit),
        ErrorKind::InvalidInput { field, reason } => {
            AppError::new(Code::FieldInvalid, format!("{field} {reason}."), "Change it, then send it again.")
                .param("field", field)
                .param("reason", reason)
        }
        other => AppError::internal(other),
    }
}

/// A key with characters in it that no key has.
pub fn key_malformed() -> AppError {
    AppError::new(
        Code::KeyMalformed,
        "This isn't a key: a key is one word of letters, digits, hyphens and underscores.",
        "Copy it again from venice.ai, Settings, API, without spaces or line breaks.",
    )
}

/// A file with more bytes than Venice takes.
pub fn input_too_large(bytes: Option<u64>, limit: u64) -> AppError {
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1_000_000.0);
    let size = bytes.map(|bytes| format!(" It has {} MB.", megabytes(bytes))).unwrap_or_default();
    AppError::new(
        Code::InputTooLarge,
        format!("Venice takes files of up to {} MB.{size}", megabytes(limit)),
        "Send a smaller copy. The picture itself stays as it is.",
    )
    .param("limit", megabytes(limit))
    .param("size", bytes.map_or_else(|| "—".to_owned(), megabytes))
}

/// An error the server worded. Venice's code goes to the front end as it is; these are the English words for it.
fn answered(api: &ApiError) -> AppError {
    let code = api.known_code();
    let (message, hint) = match code.as_str() {
        "AUTHENTICATION_FAILED" => {
            ("Venice doesn't accept this key.", "Check the account's key in the settings.")
        }
        "AUTHENTICATION_FAILED_INACTIVE_KEY" => {
            ("This key is inactive.", "A key needs a plan or a balance. See Settings, API on venice.ai.")
        }
        "PRO_ONLY_MODEL" => ("This model is for Pro subscribers.", "Choose another model."),
        "INSUFFICIENT_BALANCE" | "PAYMENT_REQUIRED" => {
            ("The account's balance doesn't cover this.", "Top up on venice.ai, or choose a cheaper model.")
        }
        "API_KEY_USD_SPEND_LIMIT_EXCEEDED" | "API_KEY_DIEM_SPEND_LIMIT_EXCEEDED" => (
            "This key has reached its spending limit.",
            "Raise the key's limit on venice.ai, wait for the next day, or use another key.",
        ),
        "UNAUTHORIZED" => ("This key isn't allowed to do that.", "Some requests need an admin key."),
        "API_ACCESS_DISABLED" => ("The API is switched off for this account.", "Ask Venice's support."),
        "RATE_LIMIT_EXCEEDED" => ("Too many requests for now.", "Wait a minute, then try again."),
        "MODEL_OVERLOADED" | "MODEL_AT_CAPACITY" => {
            ("The model is busy.", "Try again in a minute, or choose another model.")
        }
        "MODEL_OFFLINE" => ("The model is offline.", "Choose another model."),
        "MODEL_NOT_FOUND" | "INVALID_MODEL" | "GONE" => {
            ("Venice no longer has this model.", "Choose another model.")
        }
        "TOO_MANY_TOKENS" => (
            "The conversation is longer than this model can read.",
            "Go on from a summary, leave out the oldest messages, or choose a model with a larger window.",
        ),
        "CHARACTER_NOT_FOUND" => {
            ("Venice no longer has this character.", "Choose another one, or go on without.")
        }
        "CONTENT_POLICY_VIOLATION" | "PROVIDER_CONTENT_POLICY" => {
            ("The request was refused by content policy.", "Word it differently, or choose another model.")
        }
        "CORRUPTED_IMAGE" => {
            ("Venice can't read this picture.", "Save it again as PNG or JPEG and try with that.")
        }
        "IMAGE_TOO_SMALL" => {
            ("The picture is too small for this.", "Use one with at least 65,536 pixels (256 × 256).")
        }
        "IMAGE_TOO_LARGE" | "PAYLOAD_TOO_LARGE" => {
            ("The picture is too large for this.", "Send a smaller copy. The picture itself stays as it is.")
        }
        "INFERENCE_FAILED" | "UPSCALE_FAILED" | "IMAGE_EDIT_ERROR" | "UNKNOWN_ERROR" => {
            ("Venice couldn't do it this time.", "Try again. If it goes on, choose another model.")
        }
        "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" => (
            "Venice isn't answering properly at present.",
            "It may have been charged: look at your usage on venice.ai before you send it again.",
        ),
        _ => ("Venice refused the request.", "Change what it complains about and try again."),
    };
    let mut app = AppError::new(Code::Internal, message, hint);
    code.as_str().clone_into(&mut app.code);
    let complaint = complaint(api);
    if let Some(said) = &complaint {
        app.message = format!("{message} It says: {said}");
    }
    app = app.param("status", api.status);
    if code != api.code {
        app = app.param("code", api.code.as_str());
    }
    if let Some(said) = complaint {
        app = app.param("said", said);
    }
    let said = api.message.as_deref().unwrap_or_default();
    if api.status == 403 && said.to_ascii_lowercase().contains("your region") {
        Code::RegionUnavailable.as_str().clone_into(&mut app.code);
        "This model isn't offered where you are.".clone_into(&mut app.message);
        app.hint = Some("Nothing was charged. Choose another model.".to_owned());
    }
    if let Some(consent) = &api.consent {
        app = asking(app, consent);
    }
    if let Some(prompt) = api.policy.as_ref().and_then(|policy| policy.suggested_prompt.as_ref()) {
        app = app.param("suggested_prompt", prompt);
    }
    if let Some(wait) = api.retry_after {
        app = app.param("retry_after", wait.as_secs());
    }
    app
}

/// A step, not a refusal: what it takes to ask the user goes along.
fn asking(mut app: AppError, consent: &Consent) -> AppError {
    Code::NeedsConsent.as_str().clone_into(&mut app.code);
    "Venice wants your consent before it works with faces.".clone_into(&mut app.message);
    let hint = "Nothing was charged. Read the text and confirm it, then the same is sent again.";
    app.hint = Some(hint.to_owned());
    app = app.param("flow", &consent.flow).param("roles", consent.face_media_roles.join(", "));
    let told = [
        ("policy_text", &consent.policy_text),
        ("version", &consent.version),
        ("docs_url", &consent.docs_url),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            app = app.param(name, value);
        }
    }
    app
}

/// The server's own words: those about fields first, they are the most useful.
fn complaint(api: &ApiError) -> Option<String> {
    let fields: Vec<_> = api
        .fields
        .iter()
        .filter(|field| !field.messages.is_empty())
        .map(|field| match field.path.as_str() {
            "" => field.messages.join(" "),
            path => format!("{path}: {}", field.messages.join(" ")),
        })
        .take(4)
        .collect();
    if fields.is_empty() { api.message.clone() } else { Some(fields.join("; ")) }
}
