//! The token that goes on with a walk over the usage history: where it stands, its filters, and a seal.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use crate::chance::mix;

/// How long a token is good for.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The currencies that can be asked for, as a token counts them.
pub(crate) const CURRENCIES: [&str; 3] = ["USD", "DIEM", "BUNDLED_CREDITS"];

/// A walk over the account's charges, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Walk {
    /// Which edition of the ledger it walks.
    pub(crate) edition: u32,
    /// The place of the next charge.
    pub(crate) next: usize,
    /// Charges from here on are left out.
    pub(crate) end: Option<Timestamp>,
    /// One of [`CURRENCIES`]; `None` is all of them.
    pub(crate) currency: Option<&'static str>,
    /// Entries on a page.
    pub(crate) size: usize,
}

/// Length of a token before it is encoded: six numbers.
const NUMBERS: usize = 6;
const NEVER: i64 = i64::MAX;

impl Walk {
    /// The token, sealed with a secret of the account.
    pub(crate) fn seal(&self, secret: &str, now: Timestamp) -> String {
        let currency = (0..).zip(CURRENCIES).find(|(_, name)| Some(*name) == self.currency);
        let numbers: [i64; NUMBERS] = [
            i64::from(self.edition),
            i64::try_from(self.next).unwrap_or(i64::MAX),
            self.end.map_or(NEVER, Timestamp::as_microsecond),
            currency.map_or(-1, |(place, _)| place),
            i64::try_from(self.size).unwrap_or(i64::MAX),
            now.as_second(),
        ];
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        let seal = seal(secret, &bytes);
        bytes.extend_from_slice(&seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token; `None` for one that is too old, was changed, or is not this account's.
    pub(crate) fn open(token: &str, secret: &str, now: Timestamp) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, sealed) = bytes.split_at_checked(NUMBERS * 8)?;
        if sealed != seal(secret, said) {
            return None;
        }
        let mut numbers = said.chunks_exact(8).map(|bytes| bytes.try_into().map(i64::from_be_bytes));
        let mut number = || numbers.next()?.ok();
        let (edition, next, end, currency, size, issued) =
            (number()?, number()?, number()?, number()?, number()?, number()?);
        let issued = Timestamp::from_second(issued).ok()?;
        if now.duration_since(issued) > GOOD_FOR {
            return None;
        }
        Some(Self {
            edition: u32::try_from(edition).ok()?,
            next: usize::try_from(next).ok()?,
            end: if end == NEVER { None } else { Some(Timestamp::from_microsecond(end).ok()?) },
            currency: usize::try_from(currency).ok().and_then(|place| CURRENCIES.get(place).copied()),
            size: usize::try_from(size).ok()?,
        })
    }
}

fn seal(secret: &str, said: &[u8]) -> [u8; 8] {
    mix(mix(0, secret), &URL_SAFE_NO_PAD.encode(said)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_carries_the_walk_and_nothing_else_opens_it() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let walk = Walk { edition: 2, next: 1000, end: Some(now), currency: Some("DIEM"), size: 250 };
        let token = walk.seal("secret", now);
        assert!(
            token.len() <= 512
                && token.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
        );
        assert_eq!(Walk::open(&token, "secret", now), Some(walk));
        let open_ended = Walk { end: None, currency: None, ..walk };
        assert_eq!(Walk::open(&open_ended.seal("secret", now), "secret", now), Some(open_ended));
        assert_eq!(Walk::open(&token, "another", now), None);
        assert_eq!(Walk::open(&token, "secret", now + SignedDuration::from_hours(25)), None);
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(Walk::open(&changed, "secret", now), None, "{place}");
        }
        assert_eq!(Walk::open("", "secret", now), None);
    }
}
