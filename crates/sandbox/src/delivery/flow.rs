//! A streamed body on its way: each chunk at its time, and the faults that strike in the middle.

use std::{io, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::noise;
use crate::{
    answer::{Chunk, Streamed},
    chance::Chance,
    faults::FaultKind,
};

/// Where a fault strikes a stream of which nothing is known beforehand.
const UNKNOWN_MIDDLE: u64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strike {
    /// The connection breaks.
    Cut,
    /// The stream ends as if it were complete.
    Stop,
    /// An error comes in place of the rest.
    Error,
}

/// How much passes before the fault strikes.
#[derive(Debug, Clone, Copy)]
enum Middle {
    Bytes(u64),
    Chunks(u64),
}

struct Flow {
    stream: Streamed,
    content_type: &'static str,
    strike: Option<Strike>,
    middle: Middle,
    between: Duration,
    first: bool,
    noise: Option<Chance>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Flowing,
    Struck,
    Over,
}

/// The body, and its length where that will hold.
pub(super) fn body(
    stream: Streamed,
    content_type: &'static str,
    fault: Option<FaultKind>,
    chance: Chance,
) -> (Body, Option<u64>) {
    let strike = match fault {
        Some(FaultKind::CutBody) => Some(Strike::Cut),
        Some(FaultKind::StopWithoutDone) => Some(Strike::Stop),
        Some(FaultKind::ErrorInStream) => Some(Strike::Error),
        _ => None,
    };
    let between = match fault {
        Some(FaultKind::Latency { between, .. }) => between,
        _ => Duration::ZERO,
    };
    let middle = match (stream.length, stream.count) {
        (Some(length), _) => Middle::Bytes(length / 2),
        (None, Some(count)) => Middle::Chunks((count / 2) as u64),
        (None, None) => Middle::Chunks(UNKNOWN_MIDDLE),
    };
    // A stream that ends early says no length: it must look complete to HTTP.
    let length = stream.length.filter(|_| !matches!(strike, Some(Strike::Stop | Strike::Error)));
    let flow = Flow {
        stream,
        content_type,
        strike,
        middle,
        between,
        first: true,
        noise: (fault == Some(FaultKind::Garbage)).then_some(chance),
        stage: Stage::Flowing,
    };
    (Body::from_stream(stream::unfold(flow, next)), length)
}

async fn next(mut flow: Flow) -> Option<(io::Result<Bytes>, Flow)> {
    loop {
        match flow.stage {
            Stage::Over => return None,
            Stage::Struck => {
                flow.stage = Stage::Over;
                return match flow.strike {
                    Some(Strike::Cut) => {
                        // What was handed over is sent only while the body is pending.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        Some((Err(io::ErrorKind::ConnectionAborted.into()), flow))
                    }
                    Some(Strike::Error) => Some((Ok(error(flow.content_type)), flow)),
                    Some(Strike::Stop) | None => None,
                };
            }
            Stage::Flowing if flow.strike.is_some() && flow.spent() => flow.stage = Stage::Struck,
            Stage::Flowing => {
                let Some(Chunk { wait, bytes }) = flow.stream.chunks.next().await else {
                    flow.stage = if flow.strike.is_some() { Stage::Struck } else { Stage::Over };
                    match flow.stream.closing.take().filter(|_| flow.strike.is_none()) {
                        Some(closing) => return Some((Ok(flow.garbled(closing)), flow)),
                        None => continue,
                    }
                };
                let pause = if flow.first { wait } else { wait + flow.between };
                flow.first = false;
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                let bytes = flow.passing(bytes);
                if !bytes.is_empty() {
                    return Some((Ok(flow.garbled(bytes)), flow));
                }
            }
        }
    }
}

impl Flow {
    fn spent(&self) -> bool {
        matches!(self.middle, Middle::Bytes(0) | Middle::Chunks(0))
    }

    /// As much of a chunk as comes before the fault.
    fn passing(&mut self, mut bytes: Bytes) -> Bytes {
        if self.strike.is_none() {
            return bytes;
        }
        match &mut self.middle {
            Middle::Bytes(left) => {
                bytes.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= bytes.len() as u64;
            }
            Middle::Chunks(left) => *left -= 1,
        }
        bytes
    }

    fn garbled(&mut self, bytes: Bytes) -> Bytes {
        match &mut self.noise {
            Some(chance) => noise(bytes.len(), chance),
            None => bytes,
        }
    }
}

/// What an error within a stream looks like: an event where there are events.
fn error(content_type: &str) -> Bytes {
    let said = r#"{"error":{"message":"Inference processing failed","type":"server_error","param":null,"code":"INFERENCE_FAILED"}}"#;
    if content_type.starts_with("text/event-stream") {
        format!("data: {said}\n\n").into()
    } else {
        Bytes::from_static(said.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    fn events(count: usize) -> Streamed {
        let chunk = |place| Chunk { wait: Duration::ZERO, bytes: format!("data: {place}\n\n").into() };
        Streamed::of((0..count).map(chunk).collect()).closing("data: [DONE]\n\n")
    }

    async fn text(stream: Streamed, fault: Option<FaultKind>) -> Result<String, axum::Error> {
        let (body, _) = body(stream, "text/event-stream; charset=utf-8", fault, Chance::new(1));
        to_bytes(body, usize::MAX).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[tokio::test]
    async fn a_stream_is_closed_unless_a_fault_strikes_in_its_middle() {
        let whole = text(events(4), None).await.unwrap();
        assert_eq!(whole, "data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: [DONE]\n\n");
        let stopped = text(events(4), Some(FaultKind::StopWithoutDone)).await.unwrap();
        assert_eq!(stopped, "data: 0\n\ndata: 1\n\n");
        let failed = text(events(4), Some(FaultKind::ErrorInStream)).await.unwrap();
        assert!(failed.starts_with("data: 0\n\ndata: 1\n\ndata: {\"error\""), "{failed}");
        assert!(failed.ends_with("\n\n") && !failed.contains("[DONE]"), "{failed}");
        assert!(text(events(4), Some(FaultKind::CutBody)).await.is_err());
    }

    #[tokio::test]
    async fn a_stream_shorter_than_its_middle_still_lacks_its_end() {
        let unknown = Streamed { count: None, ..events(1) };
        assert_eq!(text(unknown, Some(FaultKind::StopWithoutDone)).await.unwrap(), "data: 0\n\n");
    }

    #[tokio::test]
    async fn a_known_length_is_said_only_where_it_holds_and_halved_to_the_byte() {
        let ten = || {
            let chunk = |text: &'static str| Chunk { wait: Duration::ZERO, bytes: text.into() };
            Streamed::of(vec![chunk("012"), chunk("3456"), chunk("789")]).of_length(10)
        };
        let said = |fault| body(ten(), "video/mp4", fault, Chance::new(1)).1;
        assert_eq!(said(None), Some(10));
        assert_eq!(said(Some(FaultKind::CutBody)), Some(10));
        assert_eq!(said(Some(FaultKind::StopWithoutDone)), None);
        assert_eq!(text(ten(), Some(FaultKind::StopWithoutDone)).await.unwrap(), "01234");
    }

    #[tokio::test]
    async fn garbage_is_as_long_as_what_it_stands_for() {
        let (garbled, _) = body(events(2), "audio/mpeg", Some(FaultKind::Garbage), Chance::new(1));
        let garbled = to_bytes(garbled, usize::MAX).await.unwrap();
        assert_eq!(garbled.len(), "data: 0\n\ndata: 1\n\ndata: [DONE]\n\n".len());
        assert!(!garbled.starts_with(b"data"));
    }
}
