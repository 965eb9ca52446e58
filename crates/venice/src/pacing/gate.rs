use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::operation::Lane;

/// The window of Venice's limits, which are counted by the minute.
pub(crate) const WINDOW: Duration = Duration::from_mins(1);

/// One gate for each rate limit.
///
/// A gate knows only what the server said: a lane of which nothing was heard is open, and the limits of an account
/// need not be configured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gates(Arc<Mutex<BTreeMap<Lane, Gate>>>);

#[derive(Debug, Default)]
struct Gate {
    limit: Option<u32>,
    /// Calls that may still be sent before `renewal`.
    left: Option<u32>,
    renewal: Option<Instant>,
    under_way: u32,
}

/// A call that was let through; it counts as under way until it is answered or dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    gates: Gates,
    lane: Lane,
}

impl Gates {
    /// Lets a call through, or tells how long to wait before asking again.
    pub(crate) fn admit(&self, lane: Lane, now: Instant) -> Result<Ticket, Duration> {
        let mut gates = self.lock();
        let gate = gates.entry(lane).or_default();
        if let Some(renewal) = gate.renewal.filter(|renewal| *renewal <= now) {
            gate.left = gate.limit.map(|limit| limit.saturating_sub(gate.under_way));
            gate.renewal = gate.left.map(|_| next_renewal(renewal, now));
        }
        match (gate.left, gate.renewal) {
            (Some(0), Some(renewal)) => return Err(renewal.saturating_duration_since(now)),
            (left, _) => gate.left = left.map(|left| left.saturating_sub(1)),
        }
        gate.under_way += 1;
        Ok(Ticket { gates: self.clone(), lane })
    }

    /// How long no call is let through; `None` where one would be.
    pub(crate) fn closed_for(&self, lane: Lane, now: Instant) -> Option<Duration> {
        let gates = self.lock();
        let gate = gates.get(&lane).filter(|gate| gate.left == Some(0))?;
        let renewal = gate.renewal.filter(|renewal| *renewal > now)?;
        Some(renewal.saturating_duration_since(now))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Lane, Gate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first renewal after `now`, in steps of a window.
fn next_renewal(last: Instant, now: Instant) -> Instant {
    let passed = now.saturating_duration_since(last).as_secs() / WINDOW.as_secs();
    last + WINDOW * u32::try_from(passed + 1).unwrap_or(1)
}

impl Ticket {
    /// Takes in what an answer says of the limit. Calls still under way are not in its count yet.
    pub(crate) fn observe(&self, limit: Option<u32>, remaining: Option<u32>, reset: Option<Instant>) {
        let mut gates = self.gates.lock();
        let gate = gates.entry(self.lane).or_default();
        if limit.is_some() {
            gate.limit = limit;
        }
        if let (Some(remaining), Some(reset)) = (remaining, reset) {
            gate.left = Some(remaining.saturating_sub(gate.under_way.saturating_sub(1)));
            gate.renewal = Some(reset);
        }
    }

    /// Shuts the gate until `until`: the server refused a call and said when the next one is welcome.
    pub(crate) fn shut(&self, until: Instant) {
        let mut gates = self.gates.lock();
        let gate = gates.entry(self.lane).or_default();
        gate.left = Some(0);
        gate.renewal = Some(gate.renewal.map_or(until, |renewal| renewal.max(until)));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(gate) = self.gates.lock().get_mut(&self.lane) {
            gate.under_way = gate.under_way.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_gate_without_word_from_the_server_is_open() {
        let gates = Gates::default();
        let tickets: Vec<_> =
            (0..1_000).map(|_| gates.admit("generateImage", Instant::now()).unwrap()).collect();
        assert_eq!(tickets.len(), 1_000);
    }

    #[test]
    fn the_last_call_of_a_window_shuts_it_until_the_reset() {
        let gates = Gates::default();
        let now = Instant::now();
        gates.admit("generateImage", now).unwrap().observe(Some(3), Some(2), Some(now + 10 * SECOND));
        let first = gates.admit("generateImage", now).unwrap();
        let _second = gates.admit("generateImage", now).unwrap();
        assert_eq!(gates.admit("generateImage", now + SECOND).unwrap_err(), 9 * SECOND);
        assert!(gates.admit("queueVideo", now).is_ok(), "another operation has a limit of its own");
        // The answer to the first says that one is left, but that one is taken by the second.
        first.observe(Some(3), Some(1), Some(now + 10 * SECOND));
        drop(first);
        assert_eq!(gates.admit("generateImage", now + SECOND).unwrap_err(), 9 * SECOND);
    }

    #[test]
    fn a_new_window_has_a_limit_too() {
        let gates = Gates::default();
        let now = Instant::now();
        gates.admit("generateImage", now).unwrap().observe(Some(2), Some(0), Some(now + SECOND));
        assert_eq!(gates.admit("generateImage", now).unwrap_err(), SECOND);
        let later = now + SECOND;
        assert!(gates.admit("generateImage", later).is_ok());
        assert!(gates.admit("generateImage", later).is_ok());
        assert_eq!(gates.closed_for("generateImage", later), Some(WINDOW));
        assert_eq!(gates.admit("generateImage", later).unwrap_err(), WINDOW);
        assert_eq!(gates.closed_for("generateImage", later + WINDOW), None, "asking takes no place");
        assert_eq!(gates.closed_for("queueVideo", later), None);
        assert!(gates.admit("generateImage", later + 3 * WINDOW + SECOND).is_ok());
    }

    #[test]
    fn a_refusal_shuts_the_gate_for_everyone() {
        let gates = Gates::default();
        let now = Instant::now();
        gates.admit("generateImage", now).unwrap().shut(now + 5 * SECOND);
        assert_eq!(gates.clone().admit("generateImage", now).unwrap_err(), 5 * SECOND);
        assert!(gates.admit("generateImage", now + 5 * SECOND).is_ok());
        assert!(
            gates.admit("generateImage", now + 5 * SECOND).is_ok(),
            "no limit is known, so the gate is open again"
        );
    }
}
