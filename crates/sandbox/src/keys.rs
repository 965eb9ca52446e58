//! The account's keys: the two it has from the beginning, and those that were made since.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    chance::{Chance, mix},
    home::Home,
    journal::Journal,
    ledger::Cap,
    moment,
};

/// What a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum KeyKind {
    Inference,
    Admin,
}

impl KeyKind {
    pub(crate) const WORDS: [&str; 2] = ["INFERENCE", "ADMIN"];

    pub(crate) fn of(word: &str) -> Self {
        if word == "ADMIN" { Self::Admin } else { Self::Inference }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inference => "INFERENCE",
            Self::Admin => "ADMIN",
        }
    }
}

/// When a key's spending starts from zero again, in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Period {
    /// Every day.
    #[default]
    Epoch,
    /// On the first of each month.
    Month,
    /// Never.
    Lifetime,
}

impl Period {
    pub(crate) const WORDS: [&str; 3] = ["EPOCH", "MONTH", "LIFETIME"];

    pub(crate) fn of(word: &str) -> Self {
        match word {
            "MONTH" => Self::Month,
            "LIFETIME" => Self::Lifetime,
            _ => Self::Epoch,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Epoch => "EPOCH",
            Self::Month => "MONTH",
            Self::Lifetime => "LIFETIME",
        }
    }

    /// The first day of the period that `now` is in.
    pub(crate) fn since(self, now: Timestamp) -> Date {
        let today = moment::day(now);
        match self {
            Self::Epoch => today,
            Self::Month => today.first_of_month(),
            Self::Lifetime => Date::MIN,
        }
    }
}

/// Which models a key may call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Privacy {
    #[default]
    All,
    /// Text and embeddings only with private models.
    PrivateText,
    /// Private models only.
    PrivateOnly,
}

impl Privacy {
    pub(crate) const WORDS: [&str; 3] = ["ALL", "PRIVATE_TEXT", "PRIVATE_ONLY"];

    pub(crate) fn of(word: &str) -> Self {
        match word {
            "PRIVATE_TEXT" => Self::PrivateText,
            "PRIVATE_ONLY" => Self::PrivateOnly,
            _ => Self::All,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::PrivateText => "PRIVATE_TEXT",
            Self::PrivateOnly => "PRIVATE_ONLY",
        }
    }

    /// Whether models of this type must be private.
    pub(crate) fn demands_private(self, kind: &str) -> bool {
        match self {
            Self::All => false,
            Self::PrivateText => matches!(kind, "text" | "embedding"),
            Self::PrivateOnly => true,
        }
    }
}

/// The most that a key may spend in a period; `None` is without limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spending {
    pub(crate) usd: Option<Decimal>,
    pub(crate) diem: Option<Decimal>,
    /// The older name of DIEM: holds where `diem` says nothing.
    pub(crate) vcu: Option<Decimal>,
}

/// A key of the account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) kind: KeyKind,
    pub(crate) description: String,
    pub(crate) spending: Spending,
    pub(crate) period: Period,
    pub(crate) privacy: Privacy,
    pub(crate) created: Timestamp,
    pub(crate) expires: Option<Timestamp>,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ApiKey")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl ApiKey {
    pub(crate) fn is_limited(&self) -> bool {
        self.spending != Spending::default()
    }

    /// What may be spent at `now`.
    pub(crate) fn cap(&self, now: Timestamp) -> Option<Cap> {
        let Spending { usd, diem, vcu } = self.spending;
        self.is_limited().then(|| Cap { usd, diem: diem.or(vcu), since: self.period.since(now) })
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
enum Line {
    /// The keys from the beginning.
    Opening {
        keys: Vec<ApiKey>,
    },
    /// A key as it is from now on.
    Key {
        key: ApiKey,
    },
    Deleted {
        id: String,
    },
}

#[derive(Debug)]
struct Ring {
    keys: BTreeMap<String, Arc<ApiKey>>,
    used: HashMap<String, Timestamp>,
    journal: Journal,
}

/// The keys of the account.
#[derive(Debug)]
pub(crate) struct Keys(Mutex<Ring>);

impl Keys {
    /// Opens the journal in `folder`; the keys of `home` are among them in any case.
    pub(crate) fn open(folder: Option<&Path>, home: &Home, now: Timestamp) -> std::io::Result<Self> {
        let mut keys = BTreeMap::new();
        let journal = Journal::open(folder, "keys.jsonl", |line| apply(&mut keys, line))?;
        let mut ring = Ring { keys, used: HashMap::new(), journal };
        for key in own(home, now) {
            if ring.keys.values().all(|known| known.secret != key.secret) {
                ring.change(Line::Key { key })?;
            }
        }
        Ok(Self(Mutex::new(ring)))
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key with this secret, unless it is over.
    pub(crate) fn admit(&self, secret: &str, now: Timestamp) -> Option<Arc<ApiKey>> {
        let mut ring = self.ring();
        let key = Arc::clone(ring.keys.values().find(|key| key.secret == secret && !key.is_over(now))?);
        ring.used.insert(key.id.clone(), now);
        Some(key)
    }

    /// The keys that are not over, the oldest first.
    pub(crate) fn list(&self, now: Timestamp) -> Vec<Arc<ApiKey>> {
        let mut keys: Vec<_> = self.ring().keys.values().filter(|key| !key.is_over(now)).cloned().collect();
        keys.sort_by(|one, two| (one.created, &one.id).cmp(&(two.created, &two.id)));
        keys
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<ApiKey>> {
        self.ring().keys.get(id).cloned()
    }

    /// When a key was last used since the sandbox started.
    pub(crate) fn used(&self, id: &str) -> Option<Timestamp> {
        self.ring().used.get(id).copied()
    }

    /// Adds a key, or puts it in the place of the one with its id.
    pub(crate) fn keep(&self, key: ApiKey) -> std::io::Result<()> {
        self.ring().change(Line::Key { key })
    }

    /// Deletes a key; false where there is none.
    pub(crate) fn delete(&self, id: &str) -> std::io::Result<bool> {
        let mut ring = self.ring();
        if !ring.keys.contains_key(id) {
            return Ok(false);
        }
        ring.change(Line::Deleted { id: id.to_owned() })?;
        Ok(true)
    }

    /// Forgets every key but those from the beginning.
    pub(crate) fn reset(&self, home: &Home, now: Timestamp) -> std::io::Result<()> {
        let mut ring = self.ring();
        ring.used.clear();
        ring.change(Line::Opening { keys: own(home, now).into() })
    }
}

impl Ring {
    fn change(&mut self, line: Line) -> std::io::Result<()> {
        self.journal.write(&line)?;
        apply(&mut self.keys, line);
        Ok(())
    }
}

fn apply(keys: &mut BTreeMap<String, Arc<ApiKey>>, line: Line) {
    match line {
        Line::Opening { keys: opening } => {
            *keys = opening.into_iter().map(|key| (key.id.clone(), Arc::new(key))).collect();
        }
        Line::Key { key } => {
            keys.insert(key.id.clone(), Arc::new(key));
        }
        Line::Deleted { id } => {
            keys.remove(&id);
        }
    }
}

/// The two keys that callers of the sandbox rely on.
fn own(home: &Home, now: Timestamp) -> [ApiKey; 2] {
    [
        built_in(&home.api_key, KeyKind::Inference, "The sandbox's own key", now),
        built_in(&home.admin_key, KeyKind::Admin, "The sandbox's own admin key", now),
    ]
}

fn built_in(secret: &str, kind: KeyKind, description: &str, now: Timestamp) -> ApiKey {
    ApiKey {
        id: Chance::new(mix(0, secret)).uuid(),
        secret: secret.to_owned(),
        kind,
        description: description.to_owned(),
        spending: Spending::default(),
        period: Period::default(),
        privacy: Privacy::default(),
        created: now,
        expires: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home {
            port: 0,
            starts: 0,
            api_key: "sandbox-inference-1".into(),
            admin_key: "sandbox-admin-1".into(),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_opens_until_it_is_over_or_deleted_and_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2026-11-21T12:00:00Z");
        let keys = Keys::open(Some(folder.path()), &home(), now).unwrap();
        let made =
            ApiKey { expires: Some(at("2026-11-22T00:00:00Z")), ..built_in("made", KeyKind::Admin, "", now) };
        keys.keep(made.clone()).unwrap();
        drop(keys);
        let keys = Keys::open(Some(folder.path()), &home(), now).unwrap();
        assert_eq!(keys.list(now).len(), 3);
        assert_eq!(keys.admit("made", now).unwrap().id, made.id);
        assert_eq!(keys.used(&made.id), Some(now));
        assert!(keys.admit("made", at("2026-11-22T00:00:00Z")).is_none());
        assert!(keys.delete(&made.id).unwrap() && !keys.delete(&made.id).unwrap());
        assert!(keys.admit("made", now).is_none());
        assert!(keys.admit("sandbox-inference-1", now).is_some());
    }

    #[test]
    fn the_own_keys_open_even_where_the_journal_knows_others() {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2026-11-21T12:00:00Z");
        drop(Keys::open(Some(folder.path()), &home(), now).unwrap());
        let renewed = Home { api_key: "sandbox-inference-2".into(), ..home() };
        let keys = Keys::open(Some(folder.path()), &renewed, now).unwrap();
        assert!(
            keys.admit("sandbox-inference-2", now).is_some() && keys.admit("sandbox-admin-1", now).is_some()
        );
        keys.reset(&renewed, now).unwrap();
        assert!(keys.admit("sandbox-inference-1", now).is_none());
    }

    #[test]
    fn periods_begin_where_venice_says() {
        let now = at("2026-11-21T23:59:59Z");
        assert_eq!(Period::Epoch.since(now).to_string(), "2026-11-21");
        assert_eq!(Period::Month.since(now).to_string(), "2026-11-01");
        assert_eq!(Period::Lifetime.since(now), Date::MIN);
    }

    #[test]
    fn the_older_name_of_a_limit_holds_where_the_newer_says_nothing() {
        let key = |diem, vcu| ApiKey {
            spending: Spending { usd: None, diem, vcu },
            ..built_in("a", KeyKind::Inference, "", Timestamp::UNIX_EPOCH)
        };
        let diem = |key: ApiKey| key.cap(Timestamp::UNIX_EPOCH).and_then(|cap| cap.diem);
        assert_eq!(diem(key(None, Some(Decimal::TEN))), Some(Decimal::TEN));
        assert_eq!(diem(key(Some(Decimal::ONE), Some(Decimal::TEN))), Some(Decimal::ONE));
        assert!(key(None, None).cap(Timestamp::UNIX_EPOCH).is_none());
    }
}
