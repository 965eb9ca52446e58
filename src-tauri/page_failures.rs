//! What fails in the page, for the log: its console is seen by nobody.
//!
//! The words come from the page and may be anything. So they are cut, what may be a key and what somebody may have written is
//! taken out, each failure stays on its line, and neither one that comes again with each frame nor a thousand different ones fill
//! the log.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

/// Bytes of one failure in the log, message and stack together.
const MOST_BYTES: usize = 4_096;
/// So many are written in a minute; of the others it is said how many there were.
const MOST_A_MINUTE: u32 = 10;
const MINUTE: Duration = Duration::from_mins(1);
/// So many are remembered as written already.
const MOST_KNOWN: usize = 500;
/// A shorter row of letters and digits is no key.
const SHORTEST_KEY: usize = 20;
/// A name in the program's code is no longer; it has no digits.
const LONGEST_NAME: usize = 40;

/// Where in the page something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FailurePlace {
    /// A room could not be fetched.
    Loading,
    /// A room could not be drawn.
    Drawing,
    /// Somewhere else.
    Elsewhere,
}

/// Something that failed in the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PageFailure {
    /// Where.
    pub place: FailurePlace,
    /// The room that was open, by its id.
    pub room: String,
    /// What was said of it.
    pub message: String,
    /// Through which functions it went; empty where that isn't known.
    pub stack: String,
}

/// What is written of a failure.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    room: String,
    message: String,
    stack: String,
    /// How many were left out before it.
    left_out: u32,
}

/// What was written already.
#[derive(Default)]
pub struct PageFailures(Mutex<Written>);

#[derive(Default)]
struct Written {
    known: HashSet<(String, String)>,
    minute: Option<Instant>,
    count: u32,
    left_out: u32,
}

impl PageFailures {
    /// Writes a failure into the log.
    pub fn note(&self, failure: &PageFailure) {
        let line = self.0.lock().unwrap_or_else(PoisonError::into_inner).line(failure, Instant::now());
        let Some(Line { room, message, stack, left_out }) = line else { return };
        let place = failure.place;
        // A field named `message` would be written as it is, with whatever lines are in it.
        tracing::error!(?place, room, said = message, stack, left_out, "the page failed");
    }
}

impl Written {
    /// What is to be written; none where it was said before, or where enough was said for now.
    fn line(&mut self, failure: &PageFailure, now: Instant) -> Option<Line> {
        let room = fit(&failure.room, 40);
        let message = fit(&without_quotes(&failure.message), MOST_BYTES / 4);
        let stack = fit(&failure.stack, MOST_BYTES - MOST_BYTES / 4 - 40);
        let known = (message.clone(), stack.clone());
        if self.known.contains(&known) {
            return None;
        }
        if self.minute.is_none_or(|since| now.duration_since(since) >= MINUTE) {
            (self.minute, self.count) = (Some(now), 0);
        }
        if self.count >= MOST_A_MINUTE {
            self.left_out += 1;
            return None;
        }
        self.count += 1;
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(known);
        Some(Line { room, message, stack, left_out: std::mem::take(&mut self.left_out) })
    }
}

/// A text without what may be a key, in so many bytes.
fn fit(text: &str, most: usize) -> String {
    // What is never looked at needn't be searched. The end of what was cut may be half a key.
    let beginning = cut(text, 2 * most);
    let beginning =
        if beginning.len() < text.len() { beginning.trim_end_matches(of_keys) } else { beginning };
    cut(&without_keys(beginning), most).to_owned()
}

fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn of_keys(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_+%".contains(character)
}

/// What could not be read is quoted where that is told: somebody's words, or a part of an answer, with quotes of their own. What is
/// the program's own stands in others.
fn without_quotes(text: &str) -> String {
    let Some((before, rest)) = text.split_once('"') else { return text.to_owned() };
    let after = rest.rsplit_once('"').map_or("", |(_, after)| after);
    format!("{before}\"…\"{after}")
}

/// Keys, tokens and signatures are long rows of letters and digits. The program's own files and names are told from them.
fn without_keys(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(of_keys) {
        let length = rest[start..].find(|character| !of_keys(character)).unwrap_or(rest.len() - start);
        let (row, after) = rest[start..].split_at(length);
        let is_file = [".js", ".ts", ".svelte", ".css"].iter().any(|ending| after.starts_with(ending));
        let is_name =
            row.len() <= LONGEST_NAME && row.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        clean.push_str(&rest[..start]);
        clean.push_str(if row.len() < SHORTEST_KEY || is_file || is_name { row } else { "[key]" });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn failure(message: &str, stack: &str) -> PageFailure {
        PageFailure {
            place: FailurePlace::Drawing,
            room: "library".to_owned(),
            message: message.to_owned(),
            stack: stack.to_owned(),
        }
    }

    #[test]
    fn what_may_be_a_key_is_taken_out_and_what_helps_stays() {
        let mut written = Written::default();
        let stack = "handle_event_propagation@tauri://localhost/assets/LibraryRoom-BjK3x9Qz12345.js:14:2005\n\
            effect_update_depth_exceeded https://docs.example/e/effect_update_depth_exceeded";
        let said = "bad key VENICE_INFERENCE_KEY_a1B2c3, Bearer lnWNeSKztgRgfOznhIjnGHDcvwQMJGOd--qgchUZHTxyz, \
            0x8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63 and \
            http://127.0.0.1:4711/c29tZXRva2VuMTIzNDU2/thumb/1?signature=Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OTA%3D";
        let line = written.line(&failure(said, stack), Instant::now()).unwrap();
        assert_eq!(line.stack, stack);
        assert_eq!(
            line.message,
            "bad key [key], Bearer [key], [key] and http://127.0.0.1:4711/[key]/thumb/1?signature=[key]"
        );
        // Cut in the middle of one, nothing of it is left.
        let half = format!("{} a1B2c3d4e5f6g7h8i9j0k1l2m3n4o5p6", "é".repeat(MOST_BYTES / 4 - 9));
        let line = written.line(&failure(&half, ""), Instant::now()).unwrap();
        assert!(!line.message.contains("a1B2"), "{}", line.message);
    }

    #[test]
    fn what_somebody_wrote_is_left_out() {
        let line = |said| Written::default().line(&failure(said, ""), Instant::now()).unwrap().message;
        assert_eq!(
            line(
                r#"invalid args `form` for command `keep`: invalid type: string "a \"red\" gondola", expected u32"#
            ),
            r#"invalid args `form` for command `keep`: invalid type: string "…", expected u32"#
        );
        assert_eq!(
            line("Unexpected token, \"{\"prompt\": a\ngon\"... is not valid"),
            "Unexpected token, \"…\"... is not valid"
        );
        assert_eq!(line("never \"closed at all"), "never \"…\"");
    }

    #[test]
    fn a_failure_stays_on_its_line() {
        #[derive(Clone, Default)]
        struct Log(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Log {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().write(bytes)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let said = failure("first\n2026-11-22T12:00:00Z ERROR vault: forged", "one@a.js:1\ntwo@a.js:2");
        tracing::subscriber::with_default(subscriber, || PageFailures::default().note(&said));
        let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written.lines().count(), 1, "{written}");
        assert!(written.contains("the page failed") && written.contains("two@a.js:2"), "{written}");
    }

    #[test]
    fn neither_one_failure_nor_many_fill_the_log() {
        let (mut written, start) = (Written::default(), Instant::now());
        let long = written.line(&failure(&"ä b ".repeat(9_000), &"c d ".repeat(9_000)), start).unwrap();
        assert!(long.room.len() + long.message.len() + long.stack.len() <= MOST_BYTES);
        assert_eq!(written.line(&failure(&"ä b ".repeat(9_000), &"c d ".repeat(9_000)), start), None, "once");

        let mut told = 0;
        for number in 0..1_000 {
            told += u32::from(written.line(&failure(&number.to_string(), ""), start).is_some());
        }
        assert_eq!(told, MOST_A_MINUTE - 1);
        let later = written.line(&failure("later", ""), start + MINUTE).unwrap();
        assert_eq!(later.left_out, 1_000 - told, "those left out are counted");
        for minute in 2..2_000 {
            assert!(written.line(&failure(&format!("in {minute}"), ""), start + MINUTE * minute).is_some());
        }
        assert!(written.known.len() <= MOST_KNOWN);
    }
}
