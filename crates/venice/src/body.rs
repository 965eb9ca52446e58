use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout};

use crate::errors::{Error, ErrorKind, Result, TimeLimit};
use crate::operation::Operation;
use crate::receipt::{Receipt, milliseconds};
use crate::send::media_type;

/// The most memory that is taken for a body before it arrives: what is announced may never come.
const LARGEST_RESERVE: u64 = 8 * 1024 * 1024;

/// The body of a good answer, as it arrives.
///
/// gzip and brotli are undone. A body that ends before its end is an error, never a short answer.
///
/// ```no_run
/// # async fn example(client: venice::Client) -> venice::Result<()> {
/// use venice::images::UpscaleImage;
/// let picture = venice::FileInput::Base64("iVBORw0…".into());
/// let mut body = client.open(&UpscaleImage::new(picture)).await?;
/// while let Some(chunk) = body.chunk().await? {
///     println!("{} bytes", chunk.len());
/// }
/// # Ok(()) }
/// ```
pub struct Body {
    response: reqwest::Response,
    receipt: Receipt,
    operation: Operation,
    content_type: Option<String>,
    content_length: Option<u64>,
    between_bytes: Duration,
    started: Instant,
    received: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Ended,
    Failed,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("receipt", &self.receipt)
            .field("content_type", &self.content_type)
            .field("content_length", &self.content_length)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

impl Body {
    pub(crate) fn new(
        response: reqwest::Response,
        receipt: Receipt,
        operation: Operation,
        between_bytes: Duration,
        started: Instant,
    ) -> Self {
        let content_type = media_type(response.headers());
        let content_length = response.content_length();
        Self {
            response,
            receipt,
            operation,
            content_type,
            content_length,
            between_bytes,
            started,
            received: 0,
            state: State::Open,
        }
    }

    /// What the answer says of itself. Its `answer_id` is in the body and so not known here.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// What the answer says of itself, without the body.
    pub fn into_receipt(self) -> Receipt {
        self.receipt
    }

    pub(crate) fn into_parts(self) -> (Receipt, Option<String>) {
        (self.receipt, self.content_type)
    }

    /// The content type without its parameters, in lower case: `image/png`.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Whether it is told to be JSON: of a retrieved film or sound the status, and not the file.
    pub fn is_json(&self) -> bool {
        self.content_type().is_some_and(|content_type| content_type.ends_with("json"))
    }

    /// The size in bytes, where it was announced and the body isn't compressed.
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    /// The next part, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cut`] where the body ended early, [`ErrorKind::Timeout`] where nothing came for too long,
    /// [`ErrorKind::UnexpectedBody`] where its compression is damaged. The fate of each is unknown: the work was
    /// done. After an error nothing more can be read; asking again gives [`ErrorKind::Cut`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        match self.state {
            State::Open => {}
            State::Ended => return Ok(None),
            State::Failed => return Err(self.cut()),
        }
        let read = timeout(self.between_bytes, self.response.chunk()).await;
        let failure = match read {
            Ok(Ok(Some(chunk))) => {
                self.received += chunk.len() as u64;
                // A stream is done with its last event: the body's own end is not always read.
                self.receipt.duration_ms = milliseconds(self.started.elapsed());
                return Ok(Some(chunk));
            }
            Ok(Ok(None)) if self.content_length.is_none_or(|length| length <= self.received) => {
                self.state = State::Ended;
                self.receipt.duration_ms = milliseconds(self.started.elapsed());
                return Ok(None);
            }
            Ok(Ok(None)) => self.cut(),
            Ok(Err(source)) if is_damage(&source) => {
                self.fail(Error::unexpected("damaged compression", self.content_type())).caused_by(source)
            }
            Ok(Err(source)) => self.cut().caused_by(source),
            Err(_) => self.fail(Error::new(ErrorKind::Timeout(TimeLimit::BetweenBytes))),
        };
        self.state = State::Failed;
        Err(failure)
    }

    /// The whole body, or what is left of it.
    ///
    /// # Errors
    ///
    /// Those of [`Body::chunk`], and [`ErrorKind::TooLarge`] for more than `max_bytes`; of a body whose size was
    /// announced nothing is read then.
    pub async fn collect(mut self, max_bytes: u64) -> Result<Bytes> {
        self.read_to_end(max_bytes).await
    }

    pub(crate) async fn read_to_end(&mut self, max_bytes: u64) -> Result<Bytes> {
        let announced = self.content_length.unwrap_or_default();
        if announced > max_bytes {
            return Err(self.fail(Error::new(ErrorKind::TooLarge { limit: max_bytes })));
        }
        let mut whole = Bytes::new();
        let mut joined = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if (whole.len() + joined.len() + chunk.len()) as u64 > max_bytes {
                return Err(self.fail(Error::new(ErrorKind::TooLarge { limit: max_bytes })));
            }
            if whole.is_empty() && joined.is_empty() {
                // Most small answers come in one part, which needs no copy.
                whole = chunk;
                continue;
            }
            if joined.is_empty() {
                joined
                    .reserve(announced.min(LARGEST_RESERVE).max((whole.len() + chunk.len()) as u64) as usize);
                joined.extend_from_slice(&std::mem::take(&mut whole));
            }
            joined.extend_from_slice(&chunk);
        }
        Ok(if joined.is_empty() { whole } else { joined.freeze() })
    }

    fn cut(&self) -> Error {
        self.fail(Error::new(ErrorKind::Cut { received: self.received, expected: self.content_length }))
    }

    fn fail(&self, error: Error) -> Error {
        error.of(&self.operation).with_request_id(self.receipt.cf_ray.as_deref())
    }
}

/// Whether a decoder choked on what arrived, other than by its end being missing.
fn is_damage(error: &reqwest::Error) -> bool {
    if !error.is_decode() {
        return false;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return matches!(io.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput);
        }
        if inner.is::<reqwest::Error>() {
            return false;
        }
        cause = inner.source();
    }
    false
}
