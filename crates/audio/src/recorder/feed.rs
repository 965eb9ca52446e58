//! Sound from the program itself.

use super::ring::Inlet;
use crate::Layout;

/// Gives sound to a recorder that has no microphone, as fast as it takes it.
///
/// ```
/// use std::{sync::Arc, time::Duration};
///
/// use audio::{Layout, recorder::{Options, Recorder}};
///
/// # let folder = tempfile::tempdir()?;
/// let options = Options { device: None, pre_roll: Duration::from_secs(1), tell: Arc::new(|_| ()) };
/// let (recorder, mut feed) = Recorder::fed(options, Layout { rate: 16_000, channels: 1 })?;
/// recorder.start(folder.path().join("take.wav"))?;
/// assert_eq!(feed.give(&[0.25; 4_000]), 4_000);
/// assert_eq!(recorder.stop()?.length, Duration::from_millis(250));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Feed(Inlet);

impl Feed {
    pub(super) fn new(inlet: Inlet) -> Self {
        Self(inlet)
    }

    /// How samples are to be laid out.
    pub fn layout(&self) -> Layout {
        self.0.layout()
    }

    /// Gives samples, interleaved, and answers how many were taken: whole frames, and none of them is lost. The rest is to
    /// be given again once the recorder has written some.
    pub fn give(&mut self, samples: &[f32]) -> usize {
        let count = samples.len().min(self.0.room());
        let count = count - count % usize::from(self.layout().channels.max(1));
        if count > 0 && self.0.put(&samples[..count]).is_ok() { count } else { 0 }
    }
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Feed").field("layout", &self.layout()).finish()
    }
}
