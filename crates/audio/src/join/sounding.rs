//! Where sound begins and ends in a file.

/// What counts as sound at most, and as a part of the loudest sample.
const LOUD: f32 = 0.003;
const PART: f32 = 0.01;
/// Frames that are looked at together first.
const MOMENT: usize = 48;

/// Notes the first and the last moments of several loudnesses: how loud the loudest one is turns out at the end.
pub(super) struct Sounding {
    channels: usize,
    frames: u64,
    loudest: f32,
    /// For each threshold from [`LOUD`] down in halves, the first frame and the one after the last.
    ends: [Option<(u64, u64)>; STEPS],
}

/// Down to the steps of 16 bits.
const STEPS: usize = 8;

fn threshold(step: usize) -> f32 {
    LOUD / (1 << step) as f32
}

impl Sounding {
    pub(super) fn new(channels: usize) -> Self {
        Self { channels, frames: 0, loudest: 0.0, ends: [None; STEPS] }
    }

    pub(super) fn hear(&mut self, frames: &[f32]) {
        for moment in frames.chunks(MOMENT * self.channels) {
            let peak = moment.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            self.loudest = self.loudest.max(peak);
            for step in 0..STEPS {
                if peak < threshold(step) {
                    continue;
                }
                let is_loud = |frame: &[f32]| frame.iter().any(|sample| sample.abs() >= threshold(step));
                let mut each = moment.chunks_exact(self.channels);
                let first = each.clone().position(is_loud).unwrap_or_default() as u64;
                let last = each.rposition(is_loud).unwrap_or_default() as u64;
                let begun = self.ends[step].map_or(self.frames + first, |(begun, _)| begun);
                self.ends[step] = Some((begun, self.frames + last + 1));
            }
            self.frames += (moment.len() / self.channels) as u64;
        }
    }

    /// Frames so far.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// The first frame that sounds, and the one after the last; none where nothing does.
    pub(super) fn ends(&self) -> Option<(u64, u64)> {
        let wanted = (self.loudest * PART).min(LOUD);
        let step = (0..STEPS).find(|&step| threshold(step) <= wanted).unwrap_or(STEPS - 1);
        self.ends[step]
    }
}

#[cfg(test)]
mod tests {
    use super::Sounding;

    fn ends(samples: &[f32], channels: usize) -> Option<(u64, u64)> {
        let mut sounding = Sounding::new(channels);
        samples.chunks(channels * 100).for_each(|frames| sounding.hear(frames));
        sounding.ends()
    }

    #[test]
    fn both_ends_are_found_to_the_frame() {
        let mut samples = vec![0.0; 1000];
        samples[200..=701].fill(0.5);
        samples[100] = 0.001;
        assert_eq!(ends(&samples, 1), Some((200, 702)));
        assert_eq!(ends(&samples, 2), Some((100, 351)));
    }

    #[test]
    fn what_is_quiet_all_over_sounds_too() {
        let mut samples = vec![0.0; 1000];
        samples[200..700].fill(0.002);
        assert_eq!(ends(&samples, 1), Some((200, 700)));
        assert_eq!(ends(&[0.0; 500], 1), None);
    }
}
