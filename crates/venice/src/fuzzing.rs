//! What reads bytes that anyone may have written, as targets for fuzzing. None may panic, hang or grow without bound.
//!
//! The programs that drive them are in `crates/venice/fuzz`.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::account::UsageHistoryPage;
use crate::auth::Redaction;
use crate::chat::{Accumulator, ChatDeltas};
use crate::errors::ApiError;
use crate::headers::Row;
use crate::models::ModelList;
use crate::operation::CREATE_CHAT_COMPLETION;
use crate::receipt::{RateLimitState, Receipt};
use crate::responses::{ResponseAccumulator, ResponseEvents};
use crate::sse::Parser;
use crate::tee::TdxQuote;

/// A target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What it does with bytes.
    pub run: fn(&[u8]),
    /// Bytes it understands, to begin with.
    pub seeds: &'static [&'static str],
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "sse",
        run: sse,
        seeds: &["\u{feff}: hello\r\n\r\nevent: a\rid: 7\ndata: x\ndata\nretry: 5\n\n", "data: [DONE]\n\n"],
    },
    Target {
        name: "chat_streams",
        run: chat_streams,
        seeds: &[
            r#"data: {"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"<think>a</think>b","reasoning_content":"c","tool_calls":[{"index":0,"id":"i","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop","logprobs":{"content":[{"token":"a","logprob":-1,"top_logprobs":[]}]}}],"usage":{"prompt_tokens":1},"cost":{"usd":0.1}}"#,
            "\n\ndata: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\n",
        ],
    },
    Target {
        name: "response_streams",
        run: response_streams,
        seeds: &[
            r#"data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"m","content":[]}}"#,
            "\n\nevent: response.output_text.delta\ndata: {\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n\n",
            r#"data: {"type":"response.completed","response":{"id":"r","output":[{"type":"reasoning","summary":["s"]}],"usage":{"input_tokens":1}}}"#,
        ],
    },
    Target {
        name: "error_bodies",
        run: error_bodies,
        seeds: &[
            r#"{"error":"m","details":{"a":{"_errors":["b"],"0":{"_errors":[]}}},"issues":[{"path":["a",0],"message":"m","code":"c"}]}"#,
            r#"{"error":{"message":"m","type":"t","param":"p","code":"needs_consent"},"consent_flow":"f","consent":{"policy_text":"p"},"suggested_prompt":"s"}"#,
        ],
    },
    Target {
        name: "headers",
        run: headers,
        seeds: &[
            "x-ratelimit-reset-requests: 1795262460\nx-venice-balance-usd: 12.5\nx-venice-model-deprecation-date: 2026-12-01T00:00:00.000Z\n",
            "x-venice-enhanced-prompt: a%20b\nx-pagination-total: 7\ncf-ray: r\nx-venice-is-blurred: true\n",
        ],
    },
    Target {
        name: "model_lists",
        run: model_lists,
        seeds: &[
            r#"{"object":"list","type":"all","data":[{"id":"m","type":"image","created":1,"model_spec":{"name":"n","pricing":{"generation":{"usd":0.01,"diem":0.01}},"constraints":{"steps":{"default":1,"max":2},"aspectRatios":["1:1"]},"capabilities":{"supportsVision":true}}}]}"#,
        ],
    },
    Target {
        name: "billing_csv",
        run: billing_csv,
        seeds: &[
            "timestamp,sku,pricePerUnitUsd,units,amount,currency,notes,requestId,promptTokens\n",
            "2026-06-15T19:05:10.504Z,glm-llm-output-mtoken,2.8,0.000227,-0.06356,DIEM,\"a \"\"b\"\"\r\nc\",chatcmpl-4,339\n",
        ],
    },
    Target { name: "quotes", run: quotes, seeds: &["\u{4}\0\0\0", "\u{5}\0\0\0"] },
];

/// Event streams: in pieces or at once, the events are the same.
pub fn sse(bytes: &[u8]) {
    const LIMIT: usize = 64 * 1024;
    let (piece, bytes) =
        bytes.split_first().map_or((1, bytes), |(piece, rest)| (usize::from(*piece) + 1, rest));
    let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut parser = Parser::with_limit(LIMIT);
        let mut events = Vec::new();
        for piece in pieces {
            if parser
                .push(piece, |event| events.push((event.kind.into_owned(), event.data.into_owned())))
                .is_err()
            {
                return events;
            }
        }
        let _ = parser.finish(|event| events.push((event.kind.into_owned(), event.data.into_owned())));
        events
    };
    let whole = read(&mut std::iter::once(bytes));
    assert_eq!(read(&mut bytes.chunks(piece)), whole, "pieces of {piece} bytes");
    assert!(whole.iter().all(|(_, data)| data.len() <= 3 * LIMIT), "an event beyond the limit");
}

/// Streams of conversations.
pub fn chat_streams(bytes: &[u8]) {
    let (mut deltas, mut answer) = (ChatDeltas::new(), Accumulator::default());
    deltas.push(bytes);
    deltas.finish();
    while let Some(delta) = deltas.next_delta() {
        match delta {
            Ok(delta) => answer.push(delta),
            Err(error) => assert!(!error.is_retryable(), "{error:?}"),
        }
    }
    let _ = answer.into_completion();
}

/// Streams of responses.
pub fn response_streams(bytes: &[u8]) {
    let (mut events, mut answer) = (ResponseEvents::new(), ResponseAccumulator::default());
    events.push(bytes);
    events.finish();
    while let Some(event) = events.next_event() {
        match event {
            Ok(event) => answer.push(event),
            Err(error) => assert!(!error.is_retryable(), "{error:?}"),
        }
    }
    let _ = answer.into_response();
}

/// Bodies of errors; the first byte chooses the status.
pub fn error_bodies(bytes: &[u8]) {
    let (status, body) =
        bytes.split_first().map_or((500, bytes), |(first, rest)| (400 + u16::from(*first) % 200, rest));
    let error = ApiError::read(status, &String::from_utf8_lossy(body), None);
    assert_eq!(error.status, status);
    assert!(error.message.is_none_or(|message| message.chars().count() <= 501), "a message beyond the limit");
    let _ = ApiError::within_answer(body, &Redaction::default());
}

/// Headers, a line each.
pub fn headers(bytes: &[u8]) {
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        let name = HeaderName::from_bytes(line[..colon].trim_ascii()).ok()?;
        Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
    });
    let headers: HeaderMap = lines.take(1000).collect();
    let (row, now) = (Row::of(&headers), Timestamp::UNIX_EPOCH);
    let limits = RateLimitState::read(&row, now);
    let receipt = Receipt::read(&CREATE_CHAT_COMPLETION, 200, &row, limits, now, Duration::MAX);
    assert!(receipt.cf_ray.is_none_or(|ray| ray.len() <= 3 * 512), "a value beyond the limit");
}

/// Lists of models.
pub fn model_lists(bytes: &[u8]) {
    if let Ok(list) = ModelList::from_json(bytes) {
        for model in &list.models {
            assert!(serde_json::to_value(model).is_ok(), "what was read can't be written");
        }
    }
}

/// Charges as CSV; what is left out is counted.
pub fn billing_csv(bytes: &[u8]) {
    let page = UsageHistoryPage::from_csv(bytes);
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    assert!(page.data.len() + page.skipped as usize <= lines, "more charges than lines");
}

/// Intel's quotes.
pub fn quotes(bytes: &[u8]) {
    let _ = TdxQuote::read(bytes);
}

/// The program that drives them is no part of the project's workspace; here it is compiled and tried with it.
#[cfg(test)]
#[path = "../fuzz/main.rs"]
#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    dead_code,
    reason = "a program for the command line, of which the test calls a part"
)]
mod driver;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use proptest::prelude::*;

    /// Bytes that are, more or less, what a target understands.
    fn bytes(target: Target) -> impl Strategy<Value = Vec<u8>> {
        let seed = prop::sample::select(target.seeds).prop_map(|seed| seed.as_bytes().to_vec());
        let part = (seed, any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(
            |(seed, from, to)| {
                let (from, to) = (from.index(seed.len() + 1), to.index(seed.len() + 1));
                seed[from.min(to)..from.max(to)].to_vec()
            },
        );
        let noise = proptest::collection::vec(any::<u8>(), 0..8);
        proptest::collection::vec(prop_oneof![3 => part, 1 => noise], 0..6).prop_map(|parts| parts.concat())
    }

    #[test]
    fn no_bytes_break_a_target() {
        for target in TARGETS {
            target.seeds.iter().for_each(|seed| (target.run)(seed.as_bytes()));
            proptest!(ProptestConfig::with_cases(300), |(bytes in bytes(*target))| (target.run)(&bytes));
        }
    }
    #[test]
    fn the_driver_drives_every_target() {
        for target in TARGETS {
            assert!(driver::drive(target, Duration::from_millis(50), 7), "{}", target.name);
        }
    }

    #[test]
    fn every_target_has_its_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let programs: BTreeSet<_> = std::fs::read_dir(folder.join("targets"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(programs, TARGETS.iter().map(|target| format!("{}.rs", target.name)).collect());
        for Target { name, .. } in TARGETS {
            let program = std::fs::read_to_string(folder.join(format!("targets/{name}.rs"))).unwrap();
            assert!(program.contains(&format!("venice::fuzzing::{name}(bytes)")), "{program}");
            assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"targets/{name}.rs\"")), "{name}");
        }
    }
}
