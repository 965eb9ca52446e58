//! Which state of a job may follow which.
//!
//! The rule behind the table: whatever was sent may have been charged, so nothing leads from *sent* back to
//! *planned*, and only an answer whose bytes are on disk leads to *saved*.

use store::JobState::{self, Accepted, Cancelled, Failed, Planned, Ready, Saved, Sent, Unknown};

/// True when `to` may follow `from`.
pub fn is_legal(from: JobState, to: JobState) -> bool {
    match from {
        Planned => matches!(to, Sent | Failed | Cancelled),
        Sent => matches!(to, Accepted | Ready | Failed | Cancelled | Unknown),
        Accepted => matches!(to, Ready | Failed | Cancelled | Unknown),
        Ready => matches!(to, Saved | Failed | Unknown),
        // Evidence may turn up later: a kept answer, or a line of the ledger; and work that goes on at the provider can be
        // looked for again.
        Unknown => matches!(to, Accepted | Ready | Failed | Saved),
        Cancelled => to == Accepted,
        Saved | Failed => false,
    }
}

/// True while something may still come.
pub fn is_open(state: JobState) -> bool {
    matches!(state, Planned | Sent | Accepted | Ready)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [JobState; 8] = [Planned, Sent, Accepted, Ready, Saved, Failed, Cancelled, Unknown];

    #[test]
    fn nothing_is_planned_again() {
        assert!(ALL.iter().all(|from| !is_legal(*from, Planned)));
    }

    #[test]
    fn results_are_kept_only_from_bytes_on_disk_or_later_evidence() {
        let before_saved: Vec<_> = ALL.into_iter().filter(|from| is_legal(*from, Saved)).collect();
        assert_eq!(before_saved, [Ready, Unknown]);
    }

    #[test]
    fn every_open_state_has_an_end() {
        for state in ALL.into_iter().filter(|state| is_open(*state)) {
            assert!(is_legal(state, Failed), "{state:?}");
        }
    }
}
