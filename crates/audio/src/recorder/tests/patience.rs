use std::time::{Duration, Instant};

use crate::recorder::patience::{Patience, Step};

/// A patience, and what it says at a time when the last sound came at another, in milliseconds.
struct Watched(Patience, Instant);

impl Watched {
    fn new() -> Self {
        Self(Patience::default(), Instant::now())
    }

    fn at(&mut self, now: u64, last: u64) -> Step {
        self.with(now, last, false, false)
    }

    fn with(&mut self, now: u64, last: u64, broken: bool, trying: bool) -> Step {
        let time = |milliseconds| self.1 + Duration::from_millis(milliseconds);
        self.0.step(time(now), time(last), broken, trying)
    }
}

#[test]
fn sound_that_comes_needs_nothing() {
    let mut watched = Watched::new();
    for now in (0..60_000).step_by(50) {
        assert_eq!(watched.at(now, now.saturating_sub(999)), Step::Nothing);
    }
}

#[test]
fn after_a_second_of_nothing_it_is_tried_again_and_given_up_after_ten() {
    let mut watched = Watched::new();
    assert_eq!(watched.at(1_000, 0), Step::Stall);
    assert_eq!(watched.at(1_050, 0), Step::Try);
    assert_eq!(watched.with(1_500, 0, false, true), Step::Nothing, "one attempt at a time");
    assert_eq!(watched.at(1_550, 0), Step::Try);
    assert_eq!(watched.at(1_600, 0), Step::Nothing, "not in a rush");
    assert_eq!(watched.at(1_850, 0), Step::Try);
    assert_eq!(watched.with(9_999, 0, false, true), Step::Nothing);
    assert_eq!(watched.with(10_000, 0, false, true), Step::GiveUp, "even while it is tried");
}

#[test]
fn what_is_broken_is_not_waited_for() {
    let mut watched = Watched::new();
    assert_eq!(watched.with(100, 90, true, false), Step::Stall);
    assert_eq!(watched.with(150, 90, true, false), Step::Try);
    assert_eq!(watched.with(200, 190, true, true), Step::Nothing, "what still comes isn't from it");
    watched.0.opened();
    assert_eq!(watched.at(900, 880), Step::Nothing);
    assert_eq!(watched.at(1_880, 880), Step::Stall);
}

#[test]
fn one_that_sends_again_by_itself_is_taken() {
    let mut watched = Watched::new();
    assert_eq!(watched.at(2_000, 500), Step::Stall);
    assert_eq!(watched.0.silent_for(watched.1 + Duration::from_secs(3)), Some(Duration::from_millis(2_500)));
    assert_eq!(watched.with(4_000, 3_990, false, true), Step::Revive);
    assert_eq!(watched.at(4_050, 4_040), Step::Nothing);
    assert_eq!(watched.0.silent_for(watched.1 + Duration::from_secs(5)), None);
}

#[test]
fn a_program_that_stood_still_itself_gives_nothing_up_for_that() {
    let mut watched = Watched::new();
    assert_eq!(watched.at(50, 40), Step::Nothing);
    // Nothing ran for a minute, the sound system's thread neither.
    assert_eq!(watched.at(60_000, 40), Step::Stall);
    assert_eq!(watched.at(60_050, 40), Step::Try);
    assert_eq!(watched.with(60_100, 60_090, false, true), Step::Revive);
    assert_eq!(watched.at(60_150, 60_140), Step::Nothing);
    // One that is gone meanwhile is given up as any other.
    assert_eq!(watched.at(120_000, 60_140), Step::Stall);
    assert_eq!(watched.with(128_999, 60_140, false, true), Step::Nothing);
    assert_eq!(watched.with(129_000, 60_140, false, true), Step::GiveUp);
}
