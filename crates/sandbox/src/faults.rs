//! Faults that can be armed: what goes wrong, on which operation, how often.

use std::{
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{answer::Answer, fields::Fields, operations::films, refusal::Refusal, routes};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The work is done and charged, the answer comes late: `before` its first byte, and `between` its parts.
    Latency {
        /// Waited before the first byte.
        before: Duration,
        /// Waited between each of a whole body's 64 parts, or the chunks of a stream.
        between: Duration,
    },
    /// Refused with this status before any work; nothing is charged.
    Status(u16),
    /// Refused before any work, as a model that is offline refuses; nothing is charged.
    ModelOffline,
    /// An HTML page with this status before any work, as a gateway would send; nothing is charged.
    Html(u16),
    /// The connection closes before any work; nothing is charged.
    NoAnswer,
    /// The work is done and charged, then the connection closes without a byte.
    LostAnswer,
    /// The work is done and charged, then the connection closes after half the body.
    CutBody,
    /// The work is done and charged, then the body ends after its half, cleanly: a stream goes without its `[DONE]`.
    StopWithoutDone,
    /// The work is done and charged, then an error follows the body's first half: in Server-Sent Events an event.
    ErrorInStream,
    /// The work is done and charged, but the body is noise under the right content type.
    Garbage,
}

impl FaultKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Latency { .. } => "latency",
            Self::Status(_) => "status",
            Self::ModelOffline => "model_offline",
            Self::Html(_) => "html",
            Self::NoAnswer => "no_answer",
            Self::LostAnswer => "lost_answer",
            Self::CutBody => "cut_body",
            Self::StopWithoutDone => "stop_without_done",
            Self::ErrorInStream => "error_in_stream",
            Self::Garbage => "garbage",
        }
    }

    /// The answer that stands in for the work of `operation`, where the fault comes before it.
    pub(crate) fn instead(self, operation: &str) -> Option<Answer> {
        match self {
            Self::Status(status) => Some(status_answer(status, operation)),
            Self::ModelOffline => Some(Refusal::model_offline().into_answer()),
            Self::Html(status) => Some(Answer::new(
                StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
                "text/html; charset=utf-8",
                "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1>\
                 <p>The web server reported a bad gateway error.</p></body></html>",
            )),
            _ => None,
        }
    }
}

fn status_answer(status: u16, operation: &str) -> Answer {
    let (code, message) = match status {
        400 => ("INVALID_REQUEST", "Invalid request parameters"),
        401 => ("AUTHENTICATION_FAILED", "Authentication failed"),
        402 => ("INSUFFICIENT_BALANCE", "Insufficient USD or Diem balance to complete request"),
        403 => ("UNAUTHORIZED", "Unauthorized access"),
        404 => ("MODEL_NOT_FOUND", "Specified model not found"),
        // Nothing but a missing consent is a conflict, and it is told in a body of its own.
        409 => return films::needs_consent(&["image"]),
        410 => ("ENDPOINT_SUNSET", "This was retired"),
        413 => ("PAYLOAD_TOO_LARGE", "The request is too large"),
        415 => ("INVALID_CONTENT_TYPE", "Invalid content type"),
        422 => ("CONTENT_POLICY_VIOLATION", "The request violates the content policy"),
        429 => ("RATE_LIMIT_EXCEEDED", "Rate limit exceeded"),
        502 => match operation {
            "getTeeAttestation" => ("TEE_ATTESTATION_FAILED", "The attestation could not be fetched"),
            "getTeeSignature" => ("TEE_SIGNATURE_FAILED", "The signature could not be fetched"),
            "createTranscription" => ("ASR_UPSTREAM_FAILED", "The transcription provider failed"),
            _ => ("UNKNOWN_ERROR", "The model provider gave no usable answer"),
        },
        503 => ("MODEL_AT_CAPACITY", "The model is at capacity. Please try again later."),
        504 => ("REQUEST_TIMEOUT", "The request took too long to complete and was timed-out"),
        _ => ("INFERENCE_FAILED", "Inference processing failed"),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut refusal = Refusal::new(status, code, message);
    if status == StatusCode::TOO_MANY_REQUESTS {
        refusal = Refusal::too_often(1, message);
    }
    refusal.into_answer()
}

/// A fault that is armed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The operation's id; `None` meets every operation.
    pub operation: Option<String>,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many requests it meets; zero: all of them until it is cleared.
    pub times: u32,
    /// How many requests it lets pass first.
    pub after: u32,
}

impl Fault {
    /// A fault that meets the next request of one operation.
    pub fn once(operation: &str, kind: FaultKind) -> Self {
        Self { operation: Some(operation.to_owned()), kind, times: 1, after: 0 }
    }

    pub(crate) fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let operation = fields.text("operation", 1..=80).filter(|name| name != "*");
        if let Some(unknown) = operation.as_ref().filter(|name| !routes::is_operation(name)) {
            fields.reject("operation", "custom", BadFault::Operation(unknown.clone()).to_string());
        }
        let names = [
            "latency",
            "status",
            "model_offline",
            "html",
            "no_answer",
            "lost_answer",
            "cut_body",
            "stop_without_done",
            "error_in_stream",
            "garbage",
        ];
        fields.required("kind");
        let kind = fields.choice("kind", &names);
        let status = fields
            .integer("status", i32::from(*STATUSES.start())..=i32::from(*STATUSES.end()))
            .and_then(|status| u16::try_from(status).ok());
        let ms =
            |value: Option<i32>| Duration::from_millis(value.map_or(0, |ms| u64::from(ms.unsigned_abs())));
        let before = ms(fields.integer("ms", 0..=600_000));
        let between = ms(fields.integer("between_ms", 0..=60_000));
        let count = |value: Option<i32>, default| value.map_or(default, i32::unsigned_abs);
        let times = count(fields.integer("times", 0..=1_000_000), 1);
        let after = count(fields.integer("after", 0..=1_000_000), 0);
        fields.finish()?;
        let kind = match kind {
            Some("latency") => FaultKind::Latency { before, between },
            Some("status") => FaultKind::Status(status.unwrap_or(500)),
            Some("model_offline") => FaultKind::ModelOffline,
            Some("html") => FaultKind::Html(status.unwrap_or(502)),
            Some("lost_answer") => FaultKind::LostAnswer,
            Some("cut_body") => FaultKind::CutBody,
            Some("stop_without_done") => FaultKind::StopWithoutDone,
            Some("error_in_stream") => FaultKind::ErrorInStream,
            Some("garbage") => FaultKind::Garbage,
            _ => FaultKind::NoAnswer,
        };
        Ok(Self { operation, kind, times, after })
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({"operation": self.operation.as_deref().unwrap_or("*"), "kind": self.kind.name(),
            "times": self.times, "after": self.after})
    }
}

/// A fault flag that can't be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadFault {
    /// It is no fault at all.
    #[error(
        "a fault reads OPERATION:KIND[=VALUE][:TIMES[:AFTER]], such as generateImage:lost_answer:1 or \
         *:latency=1500/40:0"
    )]
    Shape,
    /// No operation has this id.
    #[error(
        "no operation is called {0}: --routes lists those of the API, and files have {files}",
        files = routes::files().collect::<Vec<_>>().join(", ")
    )]
    Operation(String),
}

/// The statuses that a fault may answer with.
const STATUSES: std::ops::RangeInclusive<u16> = 200..=599;

impl FromStr for Fault {
    type Err = BadFault;

    /// Reads `OPERATION:KIND[=VALUE][:TIMES[:AFTER]]`. The value is a status, or milliseconds before and between.
    fn from_str(text: &str) -> Result<Self, BadFault> {
        let mut parts = text.split(':');
        let operation = parts.next().filter(|name| !name.is_empty()).ok_or(BadFault::Shape)?;
        let kind = parts.next().ok_or(BadFault::Shape)?;
        let mut count =
            |default| parts.next().map_or(Ok(default), |text| text.parse().map_err(|_| BadFault::Shape));
        let (times, after) = (count(1)?, count(0)?);
        if parts.next().is_some() {
            return Err(BadFault::Shape);
        }
        let (kind, value) = kind.split_once('=').map_or((kind, None), |(kind, value)| (kind, Some(value)));
        let status = |default| match value.map(str::parse::<u16>) {
            None => Ok(default),
            Some(Ok(status)) if STATUSES.contains(&status) => Ok(status),
            Some(_) => Err(BadFault::Shape),
        };
        let kind = match (kind, value) {
            ("latency", Some(value)) => {
                let (before, between) = value.split_once('/').unwrap_or((value, "0"));
                let ms = |text: &str| text.parse().map(Duration::from_millis).map_err(|_| BadFault::Shape);
                FaultKind::Latency { before: ms(before)?, between: ms(between)? }
            }
            ("status", _) => FaultKind::Status(status(500)?),
            ("model_offline", None) => FaultKind::ModelOffline,
            ("html", _) => FaultKind::Html(status(502)?),
            ("no_answer", None) => FaultKind::NoAnswer,
            ("lost_answer", None) => FaultKind::LostAnswer,
            ("cut_body", None) => FaultKind::CutBody,
            ("stop_without_done", None) => FaultKind::StopWithoutDone,
            ("error_in_stream", None) => FaultKind::ErrorInStream,
            ("garbage", None) => FaultKind::Garbage,
            _ => return Err(BadFault::Shape),
        };
        if operation != "*" && !routes::is_operation(operation) {
            return Err(BadFault::Operation(operation.to_owned()));
        }
        let operation = (operation != "*").then(|| operation.to_owned());
        Ok(Self { operation, kind, times, after })
    }
}

/// The faults that are armed, met in the order they were armed in.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn armed(faults: Vec<Fault>) -> Self {
        Self(Mutex::new(faults))
    }

    pub(crate) fn arm(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the next request of `operation` meets.
    pub(crate) fn meet(&self, operation: &str) -> Option<FaultKind> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for place in 0..faults.len() {
            let fault = &mut faults[place];
            if fault.operation.as_deref().is_some_and(|name| name != operation) {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
                continue;
            }
            let kind = fault.kind;
            if fault.times == 1 {
                faults.remove(place);
            } else if fault.times > 1 {
                fault.times -= 1;
            }
            return Some(kind);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read() {
        assert_eq!(
            "generateImage:lost_answer:2:1".parse(),
            Ok(Fault {
                operation: Some("generateImage".into()),
                kind: FaultKind::LostAnswer,
                times: 2,
                after: 1
            })
        );
        let late =
            FaultKind::Latency { before: Duration::from_millis(1500), between: Duration::from_millis(40) };
        assert_eq!(
            "*:latency=1500/40:0".parse(),
            Ok(Fault { operation: None, kind: late, times: 0, after: 0 })
        );
        assert_eq!("editImage:status=429".parse(), Ok(Fault::once("editImage", FaultKind::Status(429))));
        assert_eq!("editImage:model_offline".parse(), Ok(Fault::once("editImage", FaultKind::ModelOffline)));
        for bad in [
            "",
            "editImage",
            "editImage:sneeze",
            "editImage:status=many",
            "editImage:status=4290",
            "editImage:garbage=1",
            "editImage:model_offline=1",
            "editImage:latency",
            "editImage:garbage:1:2:3",
        ] {
            assert_eq!(bad.parse::<Fault>(), Err(BadFault::Shape), "{bad}");
        }
    }

    #[test]
    fn an_operation_that_nobody_serves_is_refused() {
        for unknown in ["generateImages", "generateimage", "a"] {
            let refused = format!("{unknown}:garbage").parse::<Fault>();
            assert_eq!(refused, Err(BadFault::Operation(unknown.into())));
        }
        assert!("downloadFilm:cut_body".parse::<Fault>().is_ok(), "files fail like operations");
        let said = BadFault::Operation("generateImages".into()).to_string();
        assert!(said.contains("generateImages") && said.contains("downloadFilm"), "{said}");
    }

    #[test]
    fn a_fault_lets_pass_then_meets_then_is_over() {
        let faults = Faults::armed(vec!["editImage:cut_body:2:1".parse().unwrap()]);
        assert_eq!(faults.meet("upscaleImage"), None);
        let met: Vec<_> = (0..4).map(|_| faults.meet("editImage")).collect();
        assert_eq!(met, [None, Some(FaultKind::CutBody), Some(FaultKind::CutBody), None]);
    }
}
