//! The text that a wallet signs to sign in: EIP-4361 for Ethereum, its sister for Solana (CAIP-122).

use std::fmt;

/// Whose accounts a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ethereum,
    Solana,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Ethereum => "Ethereum",
            Self::Solana => "Solana",
        }
    }
}

/// A message's lines. Times stay as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: Kind,
    pub(crate) domain: String,
    pub(crate) address: String,
    pub(crate) statement: Option<String>,
    pub(crate) uri: String,
    pub(crate) version: String,
    pub(crate) chain: String,
    pub(crate) nonce: String,
    pub(crate) issued_at: String,
    pub(crate) expiration_time: Option<String>,
    pub(crate) not_before: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) resources: Vec<String>,
}

impl Message {
    /// Reads a message; `None` where a line is missing, out of order or too many.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut lines = text.split('\n').peekable();
        let (domain, account) = lines.next()?.split_once(" wants you to sign in with your ")?;
        let kind = match account {
            "Ethereum account:" => Kind::Ethereum,
            "Solana account:" => Kind::Solana,
            _ => return None,
        };
        let address = lines.next()?.to_owned();
        if !lines.next()?.is_empty() {
            return None;
        }
        // Without a statement, EIP-4361 leaves its line empty and Solana leaves it out.
        let statement = match *lines.peek()? {
            "" => {
                lines.next();
                None
            }
            line if line.starts_with("URI: ") && kind == Kind::Solana => None,
            line => {
                lines.next();
                if !lines.next()?.is_empty() {
                    return None;
                }
                Some(line.to_owned())
            }
        };
        let mut required =
            |name: &str| Some(lines.next()?.strip_prefix(name)?.strip_prefix(": ")?.to_owned());
        let uri = required("URI")?;
        let version = required("Version")?;
        let chain = required("Chain ID")?;
        let nonce = required("Nonce")?;
        let issued_at = required("Issued At")?;
        let mut optional = |name: &str| {
            let value = lines.peek()?.strip_prefix(name)?.strip_prefix(": ")?.to_owned();
            lines.next();
            Some(value)
        };
        let expiration_time = optional("Expiration Time");
        let not_before = optional("Not Before");
        let request_id = optional("Request ID");
        let resources = if lines.next_if_eq(&"Resources:").is_some() {
            std::iter::from_fn(|| lines.next_if(|line| line.starts_with("- ")))
                .map(|line| line[2..].to_owned())
                .collect()
        } else {
            Vec::new()
        };
        lines.next().is_none().then(|| Self {
            kind,
            domain: domain.to_owned(),
            address,
            statement,
            uri,
            version,
            chain,
            nonce,
            issued_at,
            expiration_time,
            not_before,
            request_id,
            resources,
        })
    }
}

/// The text to sign.
impl fmt::Display for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.kind.name();
        write!(
            out,
            "{} wants you to sign in with your {account} account:\n{}\n\n",
            self.domain, self.address
        )?;
        match (&self.statement, self.kind) {
            (Some(statement), _) => write!(out, "{statement}\n\n")?,
            (None, Kind::Ethereum) => out.write_str("\n")?,
            (None, Kind::Solana) => {}
        }
        write!(out, "URI: {}\nVersion: {}\nChain ID: {}\n", self.uri, self.version, self.chain)?;
        write!(out, "Nonce: {}\nIssued At: {}", self.nonce, self.issued_at)?;
        for (name, value) in [
            ("Expiration Time", &self.expiration_time),
            ("Not Before", &self.not_before),
            ("Request ID", &self.request_id),
        ] {
            if let Some(value) = value {
                write!(out, "\n{name}: {value}")?;
            }
        }
        if !self.resources.is_empty() {
            out.write_str("\nResources:")?;
        }
        for resource in &self.resources {
            write!(out, "\n- {resource}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::vectors::{text, vectors};

    #[test]
    fn messages_of_other_implementations_are_read_and_written_back() {
        let known = vectors();
        let ethereum = known["ethereum"]["sign_in"].as_object().unwrap().values();
        let texts: Vec<&str> =
            ethereum.chain([&known["solana"]["sign_in"]]).map(|signed| text(&signed["message"])).collect();
        assert_eq!(texts.len(), 4);
        for written in texts {
            let message = Message::read(written).unwrap();
            assert_eq!(
                (message.domain.as_str(), message.nonce.as_str()),
                ("api.venice.ai", "0f1e2d3c4b5a6978")
            );
            assert_eq!(message.to_string(), written);
        }
    }

    #[test]
    fn every_line_of_a_full_message_is_read() {
        let known = vectors();
        let message =
            Message::read(text(&known["ethereum"]["sign_in"]["with_everything"]["message"])).unwrap();
        assert_eq!(message.statement.as_deref(), Some("Sign in to Venice API"));
        assert_eq!(message.not_before.as_deref(), Some("2026-11-21T09:59:00.000Z"));
        assert_eq!(message.request_id.as_deref(), Some("r-1"));
        assert_eq!(message.resources, ["https://api.venice.ai/api/v1/models"]);
    }

    #[test]
    fn solana_without_a_statement_goes_either_way() {
        let known = vectors();
        let with = text(&known["solana"]["sign_in"]["message"]).to_owned();
        let without = with.replace("Sign in to Venice API\n\n", "");
        let message = Message::read(&without).unwrap();
        assert_eq!((message.statement.as_deref(), message.to_string()), (None, without.clone()));
        assert_eq!(Message::read(&with.replace("Sign in to Venice API\n", "")).unwrap(), message);
    }

    #[test]
    fn lines_that_are_missing_moved_or_added_are_no_message() {
        let known = vectors();
        let good = text(&known["ethereum"]["sign_in"]["plain"]["message"]);
        let lines: Vec<&str> = good.split('\n').collect();
        // The statement and the expiration time, which is the last, may be missing.
        for left_out in (0..lines.len() - 1).filter(|place| *place != 3) {
            let mut fewer = lines.clone();
            fewer.remove(left_out);
            assert!(Message::read(&fewer.join("\n")).is_none(), "without line {left_out}");
        }
        for wrong in [
            good.replace("Version: 1\nChain ID: 8453", "Chain ID: 8453\nVersion: 1"),
            format!("{good}\n"),
            format!("{good}\nColour: red"),
            good.replace("Ethereum", "Bitcoin"),
            good.replace('\n', "\r\n"),
        ] {
            assert!(Message::read(&wrong).is_none(), "{wrong}");
        }
    }
}
