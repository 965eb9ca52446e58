//! How often one may ask, by group of operations, and what was asked too often.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use jiff::Timestamp;

use crate::{
    config::Limits,
    rate::{Rate, Standing},
};

/// How many entries of the log are told.
const LOGGED: usize = 50;

/// Operations that share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Text,
    Image,
    Audio,
    Embeddings,
    VideoQueue,
    VideoRetrieve,
    /// Making keys.
    Keys,
}

impl Group {
    /// The group that a type of model is asked in.
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            "image" | "inpaint" | "upscale" => Self::Image,
            "tts" | "asr" => Self::Audio,
            "embedding" => Self::Embeddings,
            "music" | "video" => Self::VideoQueue,
            _ => Self::Text,
        }
    }
}

/// The kind of limit that was exceeded, in Venice's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitKind {
    Requests,
    Tokens,
    Failures,
}

impl LimitKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Requests => "RPM",
            Self::Tokens => "TPM",
            Self::Failures => "FAILED_REQUESTS",
        }
    }
}

/// A request that came too soon.
#[derive(Debug, Clone)]
pub(crate) struct Exceeded {
    pub(crate) key: String,
    pub(crate) model: String,
    pub(crate) kind: LimitKind,
    pub(crate) at: Timestamp,
}

/// The limits of the account.
#[derive(Debug)]
pub(crate) struct Rates {
    text: Rate,
    tokens: Rate,
    image: Rate,
    audio: Rate,
    embeddings: Rate,
    video_queue: Rate,
    video_retrieve: Rate,
    keys: Rate,
    log: Mutex<VecDeque<Exceeded>>,
}

impl Rates {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            text: Rate::per_minute(limits.text),
            tokens: Rate::per_minute(limits.text_tokens),
            image: Rate::per_minute(limits.image),
            audio: Rate::per_minute(limits.audio),
            embeddings: Rate::per_minute(limits.embeddings),
            video_queue: Rate::per_minute(limits.video_queue),
            video_retrieve: Rate::per_minute(limits.video_retrieve),
            keys: Rate::per_minute(limits.keys),
            log: Mutex::default(),
        }
    }

    fn rate(&self, group: Group) -> &Rate {
        match group {
            Group::Text => &self.text,
            Group::Image => &self.image,
            Group::Audio => &self.audio,
            Group::Embeddings => &self.embeddings,
            Group::VideoQueue => &self.video_queue,
            Group::VideoRetrieve => &self.video_retrieve,
            Group::Keys => &self.keys,
        }
    }

    /// Counts a request, or says which limit stands in the way and how long.
    pub(crate) fn take(&self, group: Group, now: Instant) -> Result<(), (LimitKind, std::time::Duration)> {
        if group == Group::Text {
            let tokens = self.tokens.standing(now);
            if tokens.remaining == 0 {
                return Err((LimitKind::Tokens, tokens.reset));
            }
        }
        self.rate(group).take(now).map_err(|wait| (LimitKind::Requests, wait))
    }

    /// Counts the tokens that a request used.
    pub(crate) fn used(&self, tokens: u32, now: Instant) {
        self.tokens.count(tokens, now);
    }

    pub(crate) fn standing(&self, group: Group, now: Instant) -> Standing {
        self.rate(group).standing(now)
    }

    /// Where the tokens of text stand.
    pub(crate) fn tokens(&self, now: Instant) -> Standing {
        self.tokens.standing(now)
    }

    pub(crate) fn log(&self, exceeded: Exceeded) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == LOGGED {
            log.pop_back();
        }
        log.push_front(exceeded);
    }

    /// The last 50 requests that came too soon, the latest first.
    pub(crate) fn logged(&self) -> Vec<Exceeded> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn forget(&self) {
        for rate in [
            &self.text,
            &self.tokens,
            &self.image,
            &self.audio,
            &self.embeddings,
            &self.video_queue,
            &self.video_retrieve,
            &self.keys,
        ] {
            rate.forget();
        }
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_limited_by_requests_and_by_tokens_and_the_groups_apart() {
        let rates = Rates::new(Limits { text: 2, text_tokens: 100, image: 1, ..Limits::default() });
        let now = Instant::now();
        assert!(rates.take(Group::Image, now).is_ok());
        assert!(rates.take(Group::Text, now).is_ok());
        rates.used(70, now);
        assert_eq!((rates.tokens(now).remaining, rates.standing(Group::Text, now).remaining), (30, 1));
        rates.used(70, now);
        assert_eq!(rates.take(Group::Text, now).unwrap_err().0, LimitKind::Tokens);
        assert_eq!(rates.take(Group::Image, now).unwrap_err().0, LimitKind::Requests);
    }

    #[test]
    fn the_log_keeps_the_last_fifty() {
        let rates = Rates::new(Limits::default());
        for second in 0..60 {
            let at = Timestamp::from_second(second).unwrap();
            rates.log(Exceeded { key: "k".into(), model: "m".into(), kind: LimitKind::Requests, at });
        }
        let logged = rates.logged();
        assert_eq!((logged.len(), logged[0].at.as_second(), logged[49].at.as_second()), (50, 59, 10));
    }
}
