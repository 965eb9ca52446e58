//! How smoothly a page goes: the gaps between its animation frames.

use serde_json::Value;

/// Begins to note each frame's time in the page.
pub const START: &str = "
    window.frameTimes = [];
    const note = (time) => {
        window.frameTimes?.push(time);
        if (window.frameTimes) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);";

/// Ends that, and answers the times in milliseconds.
pub const STOP: &str = "const times = window.frameTimes; window.frameTimes = null; return times;";

/// Gaps between frames, in milliseconds, shortest first.
pub struct Gaps(Vec<f64>);

impl Gaps {
    /// Of the times that `STOP` answered.
    pub fn of(times: &Value) -> Self {
        let times: Vec<f64> = times.as_array().expect("times").iter().filter_map(Value::as_f64).collect();
        assert!(times.len() > 100, "{} frames are too few to tell anything", times.len());
        let mut gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        gaps.sort_by(f64::total_cmp);
        Self(gaps)
    }

    /// 95 % of the time passed in gaps of this length or less. A stall counts for as long as it lasts, not as one gap among
    /// many.
    pub fn p95(&self) -> f64 {
        let mut left = self.0.iter().sum::<f64>() * 0.95;
        let within = self.0.iter().find(|gap| {
            left -= **gap;
            left <= 0.0
        });
        within.copied().unwrap_or(self.longest())
    }

    /// The longest of all.
    pub fn longest(&self) -> f64 {
        self.0.last().copied().unwrap_or_default()
    }

    /// How many frames there were in a second.
    pub fn a_second(&self) -> f64 {
        self.0.len() as f64 * 1000.0 / self.0.iter().sum::<f64>()
    }
}
