use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(feature = "specta", specta(type = String))] pub Uuid);

        impl $name {
            /// A new id that sorts by the time it was made at.
            pub fn new(at: Timestamp) -> Self {
                let since_epoch = at.as_duration();
                let seconds = u64::try_from(since_epoch.as_secs()).unwrap_or(0);
                let nanoseconds = since_epoch.subsec_nanos().unsigned_abs();
                Self(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> std::result::Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.to_string().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(FromSqlError::other)
            }
        }
    };
}

id! {
    /// Names an item: one making of a picture, sound or film. UUID v7, so that ids sort by time.
    ItemId
}

id! {
    /// Names a board. UUID v7, so that ids sort by time.
    BoardId
}

id! {
    /// Names a call that was made by hand. UUID v7, so that ids sort by time.
    CallId
}

id! {
    /// Names a job: one piece of paid work. UUID v7, so that ids sort by time.
    JobId
}

id! {
    /// Names a conversation. UUID v7, so that ids sort by time.
    ConversationId
}

id! {
    /// Names a message of a conversation. UUID v7, so that ids sort by time.
    MessageId
}

id! {
    /// Names a transcript. UUID v7, so that ids sort by time.
    TranscriptId
}

id! {
    /// Names what goes with a message. UUID v7, so that ids sort by time.
    AttachmentId
}

id! {
    /// Names a folder of conversations. UUID v7, so that ids sort by time.
    FolderId
}

id! {
    /// Names settings of conversations that are kept. UUID v7, so that ids sort by time.
    PresetId
}

id! {
    /// Names words that are used again. UUID v7, so that ids sort by time.
    PromptId
}

id! {
    /// Names a text that is spoken. UUID v7, so that ids sort by time.
    ReadingId
}

id! {
    /// Names a cloned voice. UUID v7, so that ids sort by time.
    CloneId
}
