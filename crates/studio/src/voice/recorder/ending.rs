//! The end of a take: by the user, by the disk, by the microphone, by the end of the program.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    RecorderEvent,
    commands::off,
    desk::{Claim, Take},
    notes::{self, TakeNote},
};
use crate::{AppError, Result, Studio, library::view::ItemView};

/// How long the end of the program may wait for a take to be brought into the library; the next start goes on with it.
const AT_CLOSING: Duration = Duration::from_secs(10);

/// A take that has ended and isn't an item yet.
pub(super) struct Ended {
    pub(super) claim: Claim,
    note: TakeNote,
}

impl Ended {
    /// A take whose file nobody writes any more; none for a test.
    fn of(take: Take, lost: u64) -> Option<Self> {
        let Take { mut note, claim, is_test, .. } = take;
        note.lost = lost;
        (!is_test).then_some(Self { claim, note })
    }
}

impl Studio {
    /// Ends the take that runs, or takes what it came to where it has ended by itself; who calls has the turn. None for a
    /// test. Whatever goes wrong, what was written is there.
    pub(super) async fn end_take(&self) -> Option<Ended> {
        let desk = &self.inner.recorder;
        let (take, open) = {
            let mut standing = desk.standing();
            (standing.take.take()?, standing.open.clone())
        };
        let mut lost = 0;
        if let Some(open) = open {
            match off(move || open.armed.stop()).await.and_then(|ended| Ok(ended?)) {
                Ok(finished) => lost = finished.lost,
                Err(error) => {
                    tracing::warn!(code = error.code, "a take did not end well");
                    desk.standing().problem = Some(error);
                }
            }
        }
        Ended::of(take, lost)
    }

    /// Brings a take that has ended into the library, and tells of it.
    pub(super) async fn keep_ended(&self, ended: Ended) -> Result<Option<ItemView>> {
        self.keep_ended_until(ended, None).await
    }

    async fn keep_ended_until(&self, ended: Ended, until: Option<Instant>) -> Result<Option<ItemView>> {
        let Ended { claim, note } = ended;
        if note.lost > 0 {
            let (folder, noted) = (self.takes_folder(), note.clone());
            // Without it the take is as whole.
            drop(off(move || noted.write(&folder)).await);
        }
        match self.keep_take(claim, Some(note), until).await {
            Ok(kept) => {
                if until.is_none() {
                    self.keep_others_behind();
                }
                Ok(kept)
            }
            Err(error) => {
                self.inner.recorder.standing().problem = Some(error.clone());
                self.show_recorder().await;
                Err(error)
            }
        }
    }

    /// The same in the background, for a take that ended by itself.
    pub(super) fn keep_behind(&self, ended: Ended) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(error) = studio.keep_ended(ended).await {
                studio.tell(crate::events::AppEvent::Notice { error });
            }
        });
    }

    /// What made earlier takes wait may be over, since one was kept.
    fn keep_others_behind(&self) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(error) = studio.keep_waiting_takes().await {
                tracing::warn!(code = error.code, "a take waits still");
            }
        });
    }

    pub(super) fn tell_kept(&self, item: &ItemView) {
        self.inner.recorder.tell(RecorderEvent::Kept { item: Box::new(item.clone()) });
    }

    /// The program ends: the take is ended and kept, the microphone closed.
    pub(crate) async fn end_recording(&self) {
        let _turn = self.inner.recorder.turn.lock().await;
        let ended = self.end_take().await;
        if let Err(error) = self.disarm_microphone().await {
            tracing::warn!(code = error.code, "the microphone was not closed");
        }
        let _ = std::fs::remove_file(notes::test(&self.takes_folder()));
        if let Some(ended) = ended
            && let Err(error) = self.keep_ended_until(ended, Some(Instant::now() + AT_CLOSING)).await
        {
            tracing::warn!(code = error.code, "the take waits for the next start");
        }
    }

    /// The microphone is gone, and the take has ended with it.
    pub(super) async fn microphone_lost(&self, number: u64, error: Arc<audio::Error>) {
        let desk = &self.inner.recorder;
        let _turn = desk.turn.lock().await;
        if !desk.standing().is_open(number) {
            return;
        }
        let ended = self.end_take().await;
        if let Err(error) = self.disarm_microphone().await {
            tracing::warn!(code = error.code, "the microphone was not closed");
        }
        self.ended_by_itself(ended, Some(AppError::from(&*error))).await;
    }

    /// The take that runs is ended, for a reason that is told if there is one; nothing is done where it has ended.
    pub(super) async fn end_because(&self, id: &str, problem: Option<AppError>) {
        let desk = &self.inner.recorder;
        let _turn = desk.turn.lock().await;
        if desk.standing().take.as_ref().is_none_or(|take| take.note.id != id) {
            return;
        }
        let ended = self.end_take().await;
        self.ended_by_itself(ended, problem).await;
    }

    /// The take couldn't be written any further at that time. One that was begun later goes on.
    pub(super) async fn take_is_full(&self, number: u64, at: Instant, problem: AppError) {
        let desk = &self.inner.recorder;
        let _turn = desk.turn.lock().await;
        let is_of_now = desk.standing().take.as_ref().is_none_or(|take| take.begun <= at);
        if !is_of_now || !desk.standing().is_open(number) {
            return;
        }
        let ended = self.end_take().await;
        self.ended_by_itself(ended, Some(problem)).await;
    }

    async fn ended_by_itself(&self, ended: Option<Ended>, problem: Option<AppError>) {
        if problem.is_some() {
            self.inner.recorder.standing().problem = problem;
        }
        self.show_recorder().await;
        if let Some(ended) = ended {
            self.keep_behind(ended);
        }
    }
}
