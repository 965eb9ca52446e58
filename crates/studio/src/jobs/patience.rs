//! Waiting where Venice surely didn't take a request: one of many is not to fail because it came too soon.

use std::time::Duration;

use jiff::Timestamp;
use venice::{ErrorKind, Fate};

/// Where nobody says how long to wait.
const PAUSE: Duration = Duration::from_secs(20);
/// The longest of one pause; a server's clock may be wrong.
const LONGEST: Duration = Duration::from_mins(2);
/// How often a model that has no room is asked again.
const MOST_WITHOUT_ROOM: u32 = 6;

/// How many times a request was held back, and for what.
#[derive(Debug, Default)]
pub(super) struct Patience {
    without_room: u32,
}

impl Patience {
    /// How long to wait before the same request is sent again; none where it may have been taken, or waiting is no use.
    pub(super) fn pause_after(&mut self, error: &venice::Error, now: Timestamp) -> Option<Duration> {
        if error.fate() == Fate::Unknown {
            return None;
        }
        let pause = match error.kind() {
            ErrorKind::RateLimited { until } | ErrorKind::BreakerOpen { until } => {
                Duration::try_from(until.duration_since(now)).unwrap_or_default()
            }
            ErrorKind::Api(api) if api.status == 429 => api.retry_after.unwrap_or(PAUSE),
            // A model that is offline stays so.
            ErrorKind::Api(api) if api.status == 503 && error.code() != "MODEL_OFFLINE" => {
                self.without_room += 1;
                (self.without_room <= MOST_WITHOUT_ROOM).then(|| api.retry_after.unwrap_or(PAUSE))?
            }
            _ => return None,
        };
        Some(pause.clamp(Duration::from_millis(200), LONGEST))
    }
}
