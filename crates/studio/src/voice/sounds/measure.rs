//! What is known of a sound only when all of it was decoded: its waveform, its length, and whether it is whole. It is worked out
//! once, and kept in a cache that may be deleted at any time.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use audio::{Layout, decode, peaks};
use serde::{Deserialize, Serialize};
use store::Item;
use tokio::sync::Semaphore;

use super::Source;
use crate::{AppError, Result, Studio, events::AppEvent};

/// Goes up when what was kept before can't be used any more.
const FORMAT: u32 = 1;
/// How many are worked out at once; each takes a core.
const AT_ONCE: usize = 2;
/// The most stretches that are answered: more than any window has pixels.
const MOST_STRETCHES: u32 = 32_768;

/// What is being worked out.
pub(crate) struct Sounds {
    turns: Semaphore,
    /// By hash: who comes second waits, and finds it kept.
    making: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// By hash, those that are being counted.
    counting: Mutex<HashSet<String>>,
}

impl Default for Sounds {
    fn default() -> Self {
        Self { turns: Semaphore::new(AT_ONCE), making: Mutex::default(), counting: Mutex::default() }
    }
}

/// All that decoding a sound told. The waveform comes first: a long sound is read in several places at once for it, and
/// counted from end to end behind.
#[derive(Debug)]
pub(super) struct Measured {
    head: Head,
    peaks: peaks::Peaks,
}

/// What is kept before the waveform, as one line of JSON.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Head {
    format: u32,
    counted: Option<Counted>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Counted {
    frames: u64,
    rate: u32,
    damaged: u64,
    is_cut_off: bool,
}

impl Counted {
    fn of_file(path: &Path) -> audio::Result<Self> {
        let mut layout = Layout { rate: 1, channels: 1 };
        let outcome = decode::decode(path, Duration::ZERO, |now, _| {
            layout = now;
            true
        })?;
        let decode::Outcome { frames, damaged, is_cut_off } = outcome;
        Ok(Self { frames, rate: layout.rate, damaged, is_cut_off })
    }

    fn length_ms(&self) -> u64 {
        let milliseconds = u128::from(self.frames) * 1_000 / u128::from(self.rate.max(1));
        u64::try_from(milliseconds).unwrap_or(u64::MAX)
    }
}

impl Measured {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(bytes.get(..end)?).ok()?;
        let peaks = peaks::Peaks::from_bytes(bytes.get(end + 1..)?)?;
        (head.format == FORMAT).then_some(Self { head, peaks })
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(&self.head).map_err(AppError::internal)?;
        bytes.push(b'\n');
        bytes.extend(self.peaks.to_bytes());
        Ok(bytes)
    }

    pub(super) fn is_counted(&self) -> bool {
        self.head.counted.is_some()
    }

    /// By its samples where they were counted, else as the file says, else by the waveform.
    pub(super) fn length_ms(&self, told: Option<Duration>) -> u64 {
        let waveform = || self.peaks.pairs.len() as u64 * 1_000 / u64::from(peaks::FINEST);
        self.head
            .counted
            .map(|counted| counted.length_ms())
            .or(told.map(milliseconds))
            .unwrap_or_else(waveform)
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.head.counted.is_some_and(|counted| counted.damaged > 0 || counted.is_cut_off)
    }

    /// A part of the waveform, as signed bytes.
    pub(super) fn peaks(&self, from_ms: u64, to_ms: u64, count: u32) -> Vec<u8> {
        // Up to the whole stretch that the end lies in. What is behind the end of the sound is silent, and as long as was asked.
        let stretches = |at_ms: u64| u128::from(at_ms) * u128::from(peaks::FINEST);
        let place = |at: u128| usize::try_from(at).unwrap_or(usize::MAX).min(usize::MAX / 2);
        let (from, to) = (place(stretches(from_ms) / 1_000), place(stretches(to_ms).div_ceil(1_000)));
        let count = usize::try_from(count.min(MOST_STRETCHES)).unwrap_or_default();
        let pairs = self.peaks.between(from, to, count);
        pairs.into_iter().flatten().map(i8::cast_unsigned).collect()
    }
}

impl Studio {
    /// What was worked out before.
    pub(super) async fn kept_measure(&self, item: &Item) -> Option<Measured> {
        let blake3 = item.file.blake3.clone();
        let kept = self.store(move |store| Ok(store.waveform(&blake3))).await.ok()??;
        Measured::from_bytes(&kept)
    }

    /// Works it out, or waits for whoever does. It is gone through with and kept even when nobody waits for it any more: who
    /// asks next finds it.
    pub(super) async fn measure_sound(&self, source: &Source) -> Result<Measured> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let (studio, source) = (self.clone(), source.clone());
        self.inner.tasks.spawn(async move {
            // Nobody may wait any more.
            let _ = answer.send(studio.measure_in_turn(&source).await);
        });
        answered.await.map_err(AppError::internal)?
    }

    async fn measure_in_turn(&self, source: &Source) -> Result<Measured> {
        let sounds = &self.inner.sounds;
        let blake3 = source.item.file.blake3.clone();
        let one = {
            let mut making = sounds.making.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(making.entry(blake3.clone()).or_default())
        };
        let _alone = one.lock().await;
        let measured = match self.kept_measure(&source.item).await {
            Some(measured) => Ok(measured),
            None => self.measure_now(source).await,
        };
        let mut making = sounds.making.lock().unwrap_or_else(PoisonError::into_inner);
        // This one, the table's, and whoever waits.
        if Arc::strong_count(&one) <= 2 {
            making.remove(&blake3);
        }
        measured
    }

    async fn measure_now(&self, source: &Source) -> Result<Measured> {
        let path = source.path.clone();
        let peaks = self.decoding(move || peaks::Peaks::of_file(&path)).await?;
        let measured = Measured { head: Head { format: FORMAT, counted: None }, peaks };
        self.put_measure(source, &measured).await?;
        self.count_behind(source.clone());
        Ok(measured)
    }

    /// Work that takes a core, when there is one for it.
    async fn decoding<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> audio::Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.inner.sounds.turns.acquire().await.map_err(AppError::internal)?;
        Ok(tokio::task::spawn_blocking(work).await.map_err(AppError::internal)??)
    }

    /// What can't be kept is worked out again.
    async fn put_measure(&self, source: &Source, measured: &Measured) -> Result<()> {
        let (bytes, blake3) = (measured.to_bytes()?, source.item.file.blake3.clone());
        let kept = self.store(move |store| store.put_waveform(&blake3, &bytes)).await;
        if let Err(error) = kept {
            tracing::warn!(code = error.code, "a waveform was not kept");
        }
        Ok(())
    }

    /// Counts the samples in the background, once; then the item is told to have changed.
    pub(super) fn count_behind(&self, source: Source) {
        let blake3 = source.item.file.blake3.clone();
        if !self.counting().insert(blake3.clone()) {
            return;
        }
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(error) = studio.count(&source).await {
                tracing::warn!(code = error.code, "a sound was not counted");
            }
            studio.counting().remove(&blake3);
        });
    }

    fn counting(&self) -> MutexGuard<'_, HashSet<String>> {
        self.inner.sounds.counting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn count(&self, source: &Source) -> Result<()> {
        let path = source.path.clone();
        let counted = self.decoding(move || Counted::of_file(&path)).await?;
        let Some(measured) = self.kept_measure(&source.item).await else { return Ok(()) };
        let head = Head { counted: Some(counted), ..measured.head };
        self.put_measure(source, &Measured { head, ..measured }).await?;
        let file = source.item.file.clone();
        if file.duration_ms.is_none() {
            let length = counted.length_ms();
            self.store(move |store| store.library().set_length(&file.blake3, length)).await?;
        }
        self.tell(AppEvent::Items { ids: Some(vec![source.item.id.to_string()]) });
        Ok(())
    }

    /// The waveform in the background.
    pub(super) fn measure_behind(&self, source: Source) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(error) = studio.measure_sound(&source).await {
                tracing::warn!(code = error.code, "a sound was not measured");
            }
        });
    }
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_or_worked_out_anew() {
        let pairs = vec![[-127, 127], [-3, 5], [0, 0]];
        let counted = Counted { frames: 1_200, rate: 48_000, damaged: 0, is_cut_off: true };
        let head = Head { format: FORMAT, counted: Some(counted) };
        let measured = Measured { head, peaks: peaks::Peaks { pairs } };
        let bytes = measured.to_bytes().unwrap();
        let again = Measured::from_bytes(&bytes).unwrap();
        assert_eq!((again.length_ms(None), again.is_damaged()), (25, true));
        assert_eq!(again.peaks(0, 30, 3), [129, 127, 253, 5, 0, 0]);
        assert_eq!(again.peaks(10, 20, 1), [253, 5]);
        assert!(again.peaks(u64::MAX, u64::MAX, 1).iter().all(|byte| *byte == 0));
        assert!(again.peaks(0, u64::MAX, 3)[2..].iter().all(|byte| *byte == 0));
        assert_eq!(
            again.peaks(0, 60, 3),
            [129, 127, 0, 0, 0, 0],
            "what is missing at the end isn't stretched over"
        );
        assert_eq!(again.peaks(0, 1, 1), [129, 127], "a millisecond is seen too");
        assert_eq!(again.peaks(10, 12, 1), [253, 5]);
        assert!(Measured::from_bytes(&bytes[..bytes.len() - 1]).is_none());
        assert!(Measured::from_bytes(b"").is_none());
        let early = Measured { head: Head { counted: None, ..head }, peaks: again.peaks };
        let told = Duration::from_millis(28);
        assert_eq!((early.length_ms(Some(told)), early.length_ms(None), early.is_damaged()), (28, 30, false));
        let newer = Measured { head: Head { format: FORMAT + 1, ..head }, ..measured };
        assert!(Measured::from_bytes(&newer.to_bytes().unwrap()).is_none());
    }
}
