//! Server-Sent Events: bytes go in as they arrive, events come out.
//!
//! ```
//! use venice::sse::Parser;
//!
//! let mut parser = Parser::default();
//! let mut words = Vec::new();
//! for piece in ["data: gon", "dola\r", "\n\r\ndata: dusk"] {
//!     parser.push(piece.as_bytes(), |event| words.push(event.data.into_owned()))?;
//! }
//! parser.finish(|event| {
//!     assert!(!event.is_terminated);
//!     words.push(event.data.into_owned());
//! })?;
//! assert_eq!(words, ["gondola", "dusk"]);
//! # Ok::<(), venice::sse::EventTooLarge>(())
//! ```
//!
//! It follows the [standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
//! but for one thing: an event that the stream breaks off in is handed over too, marked as such, since it may have
//! been paid for.
//!
//! It is a parser of its own because a caller who writes an answer to disk first pushes bytes, where the crates at
//! hand (sse-stream, eventsource-stream) pull them out of a body. Besides they set no limit to the size of an event,
//! and drop the one at the end. Each byte is looked at once, so the time is linear whatever the pieces; what is held
//! is at most one event.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use memchr::{memchr, memchr2};

/// The byte order mark that a stream may begin with.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
/// A buffer that grew beyond this many bytes is given back after the event.
const KEPT: usize = 1024 * 1024;

/// One event.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// Its type; `message` where none is named.
    pub kind: Cow<'a, str>,
    /// Its lines of data, joined with line feeds. What isn't UTF-8 is replaced.
    pub data: Cow<'a, str>,
    /// The last id the stream named, up to and with this event.
    pub id: Option<&'a str>,
    /// How long the server asks to wait before connecting again, where this event says it.
    pub retry: Option<Duration>,
    /// Whether its end arrived. If not, it is what was left when the stream broke off.
    pub is_terminated: bool,
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("kind", &self.kind)
            .field("bytes", &self.data.len())
            .field("is_terminated", &self.is_terminated)
            .finish_non_exhaustive()
    }
}

/// An event is larger than the parser allows. Nothing more comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event is larger than {limit} bytes")]
pub struct EventTooLarge {
    /// The most an event may have, in bytes.
    pub limit: usize,
}

/// A parser that bytes are pushed into.
#[derive(Debug, Default)]
pub struct Parser {
    limit: Limit,
    /// How much of [`MARK`] was seen; `None` once the beginning is past.
    mark: Mark,
    /// The last piece ended with a carriage return, so a line feed that follows belongs to it.
    after_return: bool,
    /// A line whose end hasn't come yet; of a comment its colon only.
    line: Buffer,
    data: Buffer,
    has_data: bool,
    kind: Buffer,
    id: Option<String>,
    retry: Option<Duration>,
    failed: Option<EventTooLarge>,
}

#[derive(Debug, Clone, Copy)]
struct Limit(usize);

impl Default for Limit {
    fn default() -> Self {
        Self(Parser::LARGEST_EVENT)
    }
}

#[derive(Debug, Clone, Copy)]
enum Mark {
    Seen(usize),
    Past,
}

impl Default for Mark {
    fn default() -> Self {
        Self::Seen(0)
    }
}

/// Bytes that `Debug` doesn't show.
#[derive(Default)]
struct Buffer(Vec<u8>);

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Buffer {
    fn clear(&mut self) {
        if self.0.capacity() > KEPT {
            self.0 = Vec::new();
        } else {
            self.0.clear();
        }
    }
}

impl Parser {
    /// The largest event of a parser that isn't told another limit, in bytes: 64 MiB, so that a picture in base64
    /// passes.
    pub const LARGEST_EVENT: usize = 64 * 1024 * 1024;

    /// A parser that allows events of at most `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self { limit: Limit(limit), ..Self::default() }
    }

    /// Takes the next bytes of the stream and hands over the events that end in them.
    ///
    /// # Errors
    ///
    /// [`EventTooLarge`]; the events before that one have been handed over, and nothing comes after it.
    pub fn push(&mut self, bytes: &[u8], mut on_event: impl FnMut(Event<'_>)) -> Result<(), EventTooLarge> {
        let result = self.failed.map_or_else(|| self.take(bytes, &mut on_event), Err);
        self.failed = result.err();
        result
    }

    fn take(&mut self, bytes: &[u8], on_event: &mut impl FnMut(Event<'_>)) -> Result<(), EventTooLarge> {
        let mut rest = self.without_mark(bytes);
        if self.after_return && !rest.is_empty() {
            self.after_return = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            let (line, after) = rest.split_at(end);
            rest = match after {
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
                [] => after,
            };
            self.after_return = after == b"\r";
            if self.line.0.is_empty() {
                self.take_line(line, on_event)?;
            } else {
                self.hold(line)?;
                let held = std::mem::take(&mut self.line);
                self.take_line(&held.0, on_event)?;
                self.line = held;
                self.line.clear();
            }
        }
        self.hold(rest)
    }

    /// Takes the end of the stream, and hands over the event it broke off in, where there is one.
    ///
    /// # Errors
    ///
    /// [`EventTooLarge`].
    pub fn finish(mut self, mut on_event: impl FnMut(Event<'_>)) -> Result<(), EventTooLarge> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let line = std::mem::take(&mut self.line);
        if !line.0.is_empty() {
            self.take_line(&line.0, &mut on_event)?;
        }
        self.dispatch(false, &mut on_event);
        Ok(())
    }

    /// Skips a byte order mark at the very beginning, which may come in pieces.
    fn without_mark<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Mark::Seen(mut seen) = self.mark else { return bytes };
        let mut rest = bytes;
        while let ([first, after @ ..], Some(wanted)) = (rest, MARK.get(seen)) {
            if first != wanted {
                // It was no mark, but the beginning of a line.
                self.line.0.extend_from_slice(&MARK[..seen]);
                self.mark = Mark::Past;
                return rest;
            }
            seen += 1;
            rest = after;
        }
        self.mark = if seen == MARK.len() { Mark::Past } else { Mark::Seen(seen) };
        rest
    }

    /// Keeps a part of a line.
    fn hold(&mut self, part: &[u8]) -> Result<(), EventTooLarge> {
        let is_comment = *self.line.0.first().or(part.first()).unwrap_or(&0) == b':';
        let part = match (is_comment, self.line.0.is_empty()) {
            (true, true) => b":",
            (true, false) => &[][..],
            (false, _) => part,
        };
        self.check(self.line.0.len() + part.len())?;
        self.line.0.extend_from_slice(part);
        Ok(())
    }

    /// Whether so many more bytes of a line fit into the event.
    fn check(&self, more: usize) -> Result<(), EventTooLarge> {
        let size = self.data.0.len() + self.kind.0.len() + more;
        // The name of the field and what separates it isn't counted against the event.
        let limit = self.limit.0;
        if size > limit.saturating_add(b"retry: ".len()) { Err(EventTooLarge { limit }) } else { Ok(()) }
    }

    fn take_line(&mut self, line: &[u8], on_event: &mut impl FnMut(Event<'_>)) -> Result<(), EventTooLarge> {
        if line.is_empty() {
            self.dispatch(true, on_event);
            return Ok(());
        }
        let colon = memchr(b':', line);
        if colon == Some(0) {
            return Ok(());
        }
        self.check(line.len())?;
        let (name, value) = match colon {
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &[][..]),
        };
        match name {
            b"data" => {
                let separated = usize::from(self.has_data);
                if self.data.0.len() + separated + value.len() > self.limit.0 {
                    return Err(EventTooLarge { limit: self.limit.0 });
                }
                if self.has_data {
                    self.data.0.push(b'\n');
                }
                self.data.0.extend_from_slice(value);
                self.has_data = true;
            }
            b"event" => {
                self.kind.0.clear();
                self.kind.0.extend_from_slice(value);
            }
            b"id" if memchr(0, value).is_none() => {
                self.id = Some(String::from_utf8_lossy(value).into_owned());
            }
            b"retry" => {
                let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
                let number = is_number.then(|| std::str::from_utf8(value).ok()?.parse().ok()).flatten();
                self.retry = number.map(Duration::from_millis).or(self.retry);
            }
            _ => {}
        }
        Ok(())
    }

    fn dispatch(&mut self, is_terminated: bool, on_event: &mut impl FnMut(Event<'_>)) {
        if self.has_data {
            let kind = match self.kind.0.as_slice() {
                b"" => Cow::Borrowed("message"),
                kind => String::from_utf8_lossy(kind),
            };
            on_event(Event {
                kind,
                data: String::from_utf8_lossy(&self.data.0),
                id: self.id.as_deref(),
                retry: self.retry,
                is_terminated,
            });
        }
        self.has_data = false;
        self.retry = None;
        self.data.clear();
        self.kind.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    /// Everything an event says.
    type Said = (String, String, Option<String>, Option<u64>, bool);

    fn said(event: Event<'_>) -> Said {
        (
            event.kind.into_owned(),
            event.data.into_owned(),
            event.id.map(str::to_owned),
            event.retry.map(|retry| retry.as_millis() as u64),
            event.is_terminated,
        )
    }

    fn parsed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Said> {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for piece in pieces {
            parser.push(piece, |event| events.push(said(event))).unwrap();
        }
        parser.finish(|event| events.push(said(event))).unwrap();
        events
    }

    fn data(text: &str) -> Vec<String> {
        parsed([text.as_bytes()]).into_iter().map(|event| event.1).collect()
    }

    #[rstest]
    #[case::line_feeds("data: a\n\ndata: b\n\n", &["a", "b"])]
    #[case::returns("data: a\r\rdata: b\r\r", &["a", "b"])]
    #[case::both("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"])]
    #[case::mixed("data: a\n\r\ndata: b\r\r\n", &["a", "b"])]
    #[case::mark("\u{feff}data: a\n\n", &["a"])]
    #[case::mark_within("data: \u{feff}a\n\n", &["\u{feff}a"])]
    #[case::lines("data: a\ndata\ndata:b\n\n", &["a\n\nb"])]
    #[case::one_space("data:  a \n\n", &[" a "])]
    #[case::comments(": hello\n\n:\ndata: a\n: b\n\n", &["a"])]
    #[case::unknown_fields("colour: red\ndata: a\nDATA: b\n\n", &["a"])]
    #[case::empty_data("data:\n\n", &[""])]
    #[case::no_data("event: ping\n\nid: 1\n\n", &[])]
    #[case::blank_lines("\n\n\r\r\n", &[])]
    #[case::colons("data: {\"a\": 1}\n\n", &["{\"a\": 1}"])]
    #[case::nothing("", &[])]
    fn data_is_read_by_the_standard(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(data(text), expected);
    }

    #[test]
    fn fields_belong_to_their_event_and_ids_stay() {
        let text = "id: 1\nevent: start\nretry: 250\ndata: a\n\nretry: soon\nevent: end\nevent: last\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n";
        let one = |kind: &str, data: &str, id: &str, retry| {
            (kind.to_owned(), data.to_owned(), Some(id.to_owned()), retry, true)
        };
        let expected = [
            one("start", "a", "1", Some(250)),
            one("last", "b", "1", None),
            one("message", "c", "1", None),
            one("message", "d", "", None),
        ];
        assert_eq!(parsed([text.as_bytes()]), expected);
    }

    #[rstest]
    #[case("data: a\n\ndata: b", "b")]
    #[case("data: a\n\ndata: b\n", "b")]
    #[case("data: a\n\ndata: b\r", "b")]
    #[case("data: a\n\ndata: b\ndat", "b")]
    fn an_event_that_breaks_off_is_handed_over_as_such(#[case] text: &str, #[case] last: &str) {
        let events = parsed([text.as_bytes()]);
        let ends: Vec<_> = events.iter().map(|event| (event.1.as_str(), event.4)).collect();
        assert_eq!(ends, [("a", true), (last, false)]);
    }

    #[test]
    fn what_is_not_utf8_is_replaced() {
        assert_eq!(parsed([&b"data: \xff\xc3\n\n"[..]])[0].1, "\u{fffd}\u{fffd}");
        // A character torn over two pieces is whole.
        assert_eq!(parsed([&b"data: \xc3"[..], b"\xa9\n\n"])[0].1, "é");
    }

    #[test]
    fn a_limit_is_kept_and_said() {
        let events = |text: &str, piece: usize| {
            let mut parser = Parser::with_limit(8);
            let mut count = 0;
            let result =
                text.as_bytes().chunks(piece).try_for_each(|piece| parser.push(piece, |_| count += 1));
            (count, result)
        };
        for piece in [1, 3, 1000] {
            assert_eq!(events("data: 12345678\n\ndata: 1\n\n", piece), (2, Ok(())));
            assert_eq!(
                events(&format!(":{}\n\ndata: 1\n\n", "a long comment".repeat(9)), piece),
                (1, Ok(()))
            );
            let too_large = Err(EventTooLarge { limit: 8 });
            assert_eq!(events("data: 1\n\ndata: 123456789\n\n", piece), (1, too_large));
            assert_eq!(events("data: 1\n\ndata: 1234\ndata: 56789\n\n", piece), (1, too_large));
            assert_eq!(events("data: 1\n\nevent: 123456789012345678\n\n", piece), (1, too_large));
        }
        // A line without an end isn't held for ever.
        assert_eq!(events(&"x".repeat(100), 10).1, Err(EventTooLarge { limit: 8 }));
    }

    #[test]
    fn large_events_pass_in_small_pieces_and_leave_no_memory() {
        let body = "0123456789abcdef".repeat(10 * 1024 * 1024 / 16);
        let text = format!("data: {body}\n\ndata: after\n\n");
        let mut parser = Parser::default();
        let mut sizes = Vec::new();
        for piece in text.as_bytes().chunks(1000) {
            parser.push(piece, |event| sizes.push(event.data.len())).unwrap();
        }
        assert_eq!(sizes, [body.len(), 5]);
        assert!(parser.line.0.capacity() <= KEPT && parser.data.0.capacity() <= KEPT);
    }

    #[test]
    fn no_words_are_shown() {
        let mut parser = Parser::default();
        parser
            .push(b"data: secret\n\ndata: secret", |event| assert!(!format!("{event:?}").contains("secret")))
            .unwrap();
        assert!(!format!("{parser:?}").contains("secret"));
    }

    /// Bytes that matter to the parser, and some that don't.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            4 => Just(b"\n".to_vec()),
            2 => Just(b"\r".to_vec()),
            2 => Just(b"\r\n".to_vec()),
            4 => Just(b"data: ".to_vec()),
            1 => Just(b"data".to_vec()),
            1 => Just(b"event:e".to_vec()),
            1 => Just(b"id: 7".to_vec()),
            1 => Just(b"retry: 5".to_vec()),
            1 => Just(b":".to_vec()),
            1 => Just(MARK.to_vec()),
            1 => Just(MARK[..2].to_vec()),
            2 => proptest::collection::vec(any::<u8>(), 0..6),
            1 => "\\PC{0,8}".prop_map(String::into_bytes),
        ];
        proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_events(bytes in stream(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12)) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts {
                pieces.push(&bytes[from..cut]);
                from = cut;
            }
            pieces.push(&bytes[from..]);
            let whole = parsed([bytes.as_slice()]);
            prop_assert_eq!(&parsed(pieces), &whole);
            prop_assert_eq!(&parsed(bytes.chunks(1)), &whole);
        }

        #[test]
        fn what_was_written_is_read(words in proptest::collection::vec("[^\r\n]{0,30}", 0..10)) {
            let text: String = words.iter().flat_map(|word| ["data: ", word, "\n\n"]).collect();
            prop_assert_eq!(data(&text), words);
        }
    }
}
