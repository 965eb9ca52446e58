//! Where decoded frames belong: packets tell when they begin, some to the frame, some to the millisecond, some not at all.

/// What lies between two packets by their own account is filled with silence up to this; more is a mistake of the file.
const LONGEST_GAP: u64 = 600;
/// And all together up to this.
const ALL_GAPS: u64 = 24 * 3_600;

/// Counts frames, and looks at what packets say only where it differs by more than their times are worth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    rate: u32,
    /// Where the next frames belong; before the first packet nobody knows.
    next: Option<i64>,
    /// Packets' times are no longer comparable, for the rate changed or another stream began.
    is_counting: bool,
    /// Frames of silence so far.
    filled: u64,
}

impl Clock {
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, next: None, is_counting: false, filled: 0 }
    }

    /// Where the next frames belong.
    pub(super) fn next(&self) -> Option<i64> {
        self.next
    }

    /// After going to another place of the file.
    pub(super) fn forget(&mut self) {
        self.next = None;
        self.is_counting = false;
    }

    /// From now on packets' times mean something else.
    pub(super) fn count_only(&mut self) {
        self.next.get_or_insert(0);
        self.is_counting = true;
    }

    /// Frames have another length from now on.
    pub(super) fn change_rate(&mut self, rate: u32) {
        if rate == self.rate {
            return;
        }
        if let Some(next) = &mut self.next {
            *next = i64::try_from(i128::from(*next) * i128::from(rate) / i128::from(self.rate.max(1)))
                .unwrap_or(i64::MAX);
            self.is_counting = true;
        }
        self.rate = rate;
    }

    /// The very first frames are at `said` and `wanted` is where somebody listens from: what is missing between is a gap as any
    /// other, unless it is no more than `slack`. Answers whether it is.
    pub(super) fn begin(&mut self, wanted: i64, said: i64, slack: u64) -> bool {
        let gap = u64::try_from(said.saturating_sub(wanted)).unwrap_or_default();
        let is_gap = self.next.is_none() && gap > slack && gap <= LONGEST_GAP * u64::from(self.rate);
        if is_gap {
            self.next = Some(wanted);
        }
        is_gap
    }

    /// Takes in some frames that a packet says begin at `said`; answers where they begin, and how many are missing before them.
    pub(super) fn place(&mut self, said: i64, count: usize, slack: u64) -> (i64, u64) {
        let next = *self.next.get_or_insert(said);
        let gap = if self.is_counting { 0 } else { said.saturating_sub(next) };
        let missing = match u64::try_from(gap) {
            Ok(gap)
                if gap > slack
                    && gap <= LONGEST_GAP * u64::from(self.rate)
                    && self.filled + gap <= ALL_GAPS * u64::from(self.rate) =>
            {
                gap
            }
            _ => 0,
        };
        self.filled += missing;
        let at = next.saturating_add_unsigned(missing);
        self.next = Some(at.saturating_add_unsigned(count as u64));
        (at, missing)
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn times_that_differ_a_little_are_counted_over() {
        let mut clock = Clock::new(48_000);
        assert_eq!(clock.place(-312, 960, 100), (-312, 0));
        assert_eq!(clock.place(620, 960, 100), (648, 0));
        assert_eq!(clock.place(1_630, 960, 100), (1_608, 0));
    }

    #[test]
    fn a_gap_is_told() {
        let mut clock = Clock::new(48_000);
        clock.place(0, 960, 100);
        assert_eq!(clock.place(48_960, 960, 100), (48_960, 48_000));
        assert_eq!(clock.next(), Some(49_920));
    }

    #[test]
    fn what_begins_later_than_it_is_listened_to_has_a_gap_before_it() {
        let mut clock = Clock::new(48_000);
        assert!(!clock.begin(0, 100, 100) && !clock.begin(500, 100, 0) && !clock.begin(0, i64::MAX, 100));
        assert!(clock.begin(0, 24_000, 100));
        assert_eq!(clock.place(24_000, 960, 0), (24_000, 24_000));
        assert!(!clock.begin(0, 48_000, 100), "it has begun");
    }

    #[test]
    fn a_gap_of_days_is_no_gap() {
        let mut clock = Clock::new(48_000);
        clock.place(0, 960, 100);
        assert_eq!(clock.place(i64::MAX, 960, 100), (960, 0));
    }

    #[test]
    fn gaps_without_end_come_to_an_end() {
        let mut clock = Clock::new(8_000);
        let mut missing = 0;
        for packet in 0..10_000 {
            missing += clock.place(packet * 600 * 8_000, 1, 100).1;
        }
        assert!((23 * 3_600..=24 * 3_600).contains(&(missing / 8_000)), "{missing}");
    }

    #[test]
    fn another_rate_moves_the_place() {
        let mut clock = Clock::new(48_000);
        clock.place(0, 48_000, 100);
        clock.change_rate(24_000);
        assert_eq!(clock.place(999_999, 10, 100), (24_000, 0));
    }
}
