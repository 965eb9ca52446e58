use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use store::{Attachment, Conversation, ConversationId, Message, MessageId, MessageRole, MessageState, Store};
use venice::chat::{Citation, Segment, segments};

use crate::conversations::{
    body::MessageBody,
    shown::{character_of, settings_of, title_of},
};

/// The shown branches of conversations.
pub(super) fn write(store: &Store, ids: &[ConversationId], zone: &TimeZone) -> store::Result<String> {
    let mut out = String::new();
    let mut notes = Footnotes::default();
    for id in ids {
        if !out.is_empty() {
            out.push_str("\n---\n\n");
        }
        let conversation = store.conversations().get(*id)?;
        let path = match conversation.head {
            Some(head) => store.messages().path(head)?,
            None => Vec::new(),
        };
        let path: Vec<MessageId> = path.iter().map(|step| step.id).collect();
        let messages = store.messages().get_many(&path)?;
        write_head(&mut out, &conversation, zone);
        for message in &messages {
            let mut attached = store.attachments().get_many(&message.attachments)?;
            attached.retain(|attachment| !attachment.name.is_empty());
            let made = match message.pictures {
                Some(job) => store.jobs().items(job)?.into_iter().map(|item| item.title).collect(),
                None => Vec::new(),
            };
            write_message(&mut out, &mut notes, message, &conversation, zone);
            write_attachments(&mut out, &attached, &made);
        }
    }
    notes.write(&mut out);
    Ok(out)
}

fn write_head(out: &mut String, conversation: &Conversation, zone: &TimeZone) {
    let title = one_line(&title_of(conversation));
    let title = if title.is_empty() { "Conversation".to_owned() } else { title };
    let model = settings_of(conversation).model;
    let _ = write!(out, "# {title}\n\n{}", moment(conversation.created_at, zone));
    if !model.is_empty() {
        let _ = write!(out, " · {}", one_line(&model));
    }
    out.push_str("\n\n");
}

fn write_message(
    out: &mut String,
    notes: &mut Footnotes,
    message: &Message,
    conversation: &Conversation,
    zone: &TimeZone,
) {
    let character = character_of(conversation.character.as_ref()).map(|character| character.name);
    let model = message.model.as_deref().unwrap_or("Assistant");
    let who = match message.role {
        MessageRole::User => "You".to_owned(),
        MessageRole::Assistant => character.unwrap_or_else(|| model.to_owned()),
        MessageRole::Summary => "Summary of what went before".to_owned(),
    };
    let state = match message.state {
        MessageState::Whole => "",
        MessageState::Writing => " · still being written",
        MessageState::Stopped => " · stopped",
        MessageState::Cut => " · broken off",
        MessageState::Failed => " · nothing came",
    };
    let _ = write!(out, "**{}** · {}{state}\n\n", one_line(&who), moment(message.created_at, zone));
    let text = notes.refer(&message.text, &MessageBody::of(message).citations);
    let text = text.trim();
    if !text.is_empty() {
        out.push_str(text);
        if let Some(fence) = open_fence(text) {
            // What follows would be code as well.
            let _ = write!(out, "\n{fence}");
        }
        out.push_str("\n\n");
    }
}

fn write_attachments(out: &mut String, attached: &[Attachment], made: &[String]) {
    for attachment in attached {
        let _ = write!(out, "- Attached: {} ({}", one_line(&attachment.name), one_line(&attachment.mime));
        if let Some(url) = attachment.url.as_deref() {
            let _ = write!(out, ", {}", address(url));
        }
        out.push_str(")\n");
    }
    for title in made {
        let _ = writeln!(out, "- Picture: {}", one_line(title));
    }
    if !attached.is_empty() || !made.is_empty() {
        out.push('\n');
    }
}

/// Sources, numbered through the file, each where it is first referred to.
#[derive(Default)]
struct Footnotes(Vec<Citation>);

impl Footnotes {
    /// The words with references to footnotes; sources that they don't refer to are referred to after them.
    fn refer(&mut self, text: &str, citations: &[Citation]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut referred = vec![false; citations.len()];
        for segment in segments(text, citations.len()) {
            match segment {
                Segment::Text(text) => out.push_str(text),
                Segment::Reference(indexes) => {
                    for index in indexes {
                        self.add(&mut out, citations.get(index));
                        referred.get_mut(index).into_iter().for_each(|seen| *seen = true);
                    }
                }
            }
        }
        let mut rest = citations.iter().zip(&referred).filter(|(_, seen)| !**seen).peekable();
        if rest.peek().is_some() {
            out = format!("{}\n\nSources:", out.trim_end());
            rest.for_each(|(citation, _)| {
                out.push(' ');
                self.add(&mut out, Some(citation));
            });
        }
        out
    }

    fn add(&mut self, out: &mut String, citation: Option<&Citation>) {
        let Some(citation) = citation else { return };
        let known = self.0.iter().position(|known| known == citation);
        let number = known.unwrap_or_else(|| {
            self.0.push(citation.clone());
            self.0.len() - 1
        });
        let _ = write!(out, "[^{}]", number + 1);
    }

    fn write(&self, out: &mut String) {
        for (index, citation) in self.0.iter().enumerate() {
            let title = one_line(&citation.title);
            let _ = write!(out, "[^{}]: ", index + 1);
            if !title.is_empty() {
                let _ = write!(out, "{title}, ");
            }
            out.push_str(&address(&citation.url));
            if let Some(date) = citation.date.as_deref() {
                let _ = write!(out, " ({})", one_line(date));
            }
            out.push('\n');
        }
    }
}

/// An address as a link, if it is one of the web's; else as words that nothing follows.
fn address(url: &str) -> String {
    let plain: String =
        url.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !"<>`".contains(*c)).collect();
    let is_web = url::Url::parse(&plain).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_web { format!("<{plain}>") } else { format!("`{plain}`") }
}

/// Names and titles come from outside: in one line, and with no meaning in Markdown.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for character in word.chars() {
            if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~') {
                out.push('\\');
            }
            out.push(character);
        }
    }
    out
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The fence that would close a block of code which a text leaves open.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'));
        let Some(sign) = sign else { continue };
        let length = line.chars().take_while(|other| *other == sign).count();
        if length < 3 {
            continue;
        }
        match &open {
            None => open = Some(sign.to_string().repeat(length)),
            Some(fence)
                if fence.starts_with(sign) && length >= fence.len() && line[length..].trim().is_empty() =>
            {
                open = None;
            }
            Some(_) => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citation(title: &str, url: &str) -> Citation {
        let json = serde_json::json!({"title": title, "url": url, "date": "2026-01-02"});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn references_become_footnotes_each_once() {
        let mut notes = Footnotes::default();
        let all = [citation("A *tide*", "https://a.example/x"), citation("B", "javascript:alert(1)")];
        assert_eq!(notes.refer("High[REF]0[/REF], low^1^.", &all[..1]), "High[^1], low[^1].");
        assert_eq!(notes.refer("Next.", &all), "Next.\n\nSources: [^1] [^2]");
        let mut out = String::new();
        notes.write(&mut out);
        assert_eq!(
            out,
            "[^1]: A \\*tide\\*, <https://a.example/x> (2026-01-02)\n\
             [^2]: B, `javascript:alert(1)` (2026-01-02)\n"
        );
    }

    #[test]
    fn code_that_was_cut_off_is_closed() {
        assert_eq!(open_fence("```rust\nfn"), Some("```".to_owned()));
        assert_eq!(open_fence("~~~~\n```\nx"), Some("~~~~".to_owned()));
        assert_eq!(open_fence("```\nx\n```\nand ``` here"), None);
    }
}
