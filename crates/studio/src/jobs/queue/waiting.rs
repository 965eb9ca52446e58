//! What waits in the line over a restart.
//!
//! What isn't sent when the program ends stays unsent, and is free. Where the Queue was paused, or the user closed the window
//! knowing that it goes on at the next start, it takes its place again; else it ends, and is there to be tried again.

use std::{sync::atomic::Ordering, time::Duration};

use serde::{Deserialize, Serialize};
use store::{Job, JobState};

use crate::{
    AppError, Result, Studio,
    jobs::{Packed, Parcel, remote},
    pictures::{request::PictureRequest, start::price_changed},
};

const KEY: &str = "queue";
/// How often a price is asked for where nobody answers, and the pause in between: a quarter of an hour in all. After that
/// the turn is left to others.
const MOST_QUESTIONS: u32 = 300;
const PAUSE: Duration = Duration::from_secs(3);

/// What is kept of the Queue beside its jobs.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct KeptQueue {
    /// Nothing is sent until the user says so.
    pub paused: bool,
    /// The user closed the window knowing that what waits goes on at the next start.
    pub goes_on: bool,
}

impl Studio {
    async fn kept_queue(&self) -> Result<KeptQueue> {
        let kept = self.store(|store| store.settings().get(KEY)).await?;
        Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default())
    }

    pub(super) async fn change_kept(&self, change: impl FnOnce(&mut KeptQueue)) -> Result<()> {
        let mut kept = self.kept_queue().await?;
        change(&mut kept);
        let value = serde_json::to_value(kept).map_err(AppError::internal)?;
        self.store(move |store| store.settings().set([(KEY.to_owned(), value)])).await
    }

    /// The user closes the window and knows that what isn't sent yet goes on at the next start.
    pub async fn go_on_at_next_start(&self) -> Result<()> {
        let _turn = self.inner.running.ordering.lock().await;
        let waits = !self.store(|store| store.jobs().in_line()).await?.is_empty();
        if waits { self.change_kept(|kept| kept.goes_on = true).await } else { Ok(()) }
    }

    /// At the opening, before anything is looked at.
    pub(crate) async fn read_queue(&self) -> Result<()> {
        let kept = self.kept_queue().await?;
        self.inner.running.line.pause(kept.paused);
        self.inner.running.keeps_places.store(kept.paused || kept.goes_on, Ordering::Relaxed);
        if kept.goes_on {
            // Said for one start.
            self.change_kept(|kept| kept.goes_on = false).await?;
        }
        Ok(())
    }

    /// At the end of the opening: from now on jobs are sent.
    pub(crate) async fn open_line(&self) -> Result<()> {
        let order = self.store(|store| store.jobs().in_line()).await?;
        self.inner.running.line.put_in_order(&order);
        self.inner.running.line.open();
        Ok(())
    }

    /// Gives a planned job of an earlier run its place again, where it may have it; false where it ends.
    pub(crate) async fn takes_its_place(&self, job: &Job) -> bool {
        if job.state != JobState::Planned || !self.inner.running.keeps_places.load(Ordering::Relaxed) {
            return false;
        }
        let is_picture = serde_json::from_value::<PictureRequest>(job.request.clone())
            .is_ok_and(|request| request.kind() == job.kind);
        if !is_picture && !remote::is_remote(&job.kind) {
            return false;
        }
        let payer = match self.payer(&job.account).await {
            Ok(payer) => payer,
            Err(error) => {
                tracing::info!(id = %job.id, code = error.code, "a job that waited has nobody who pays");
                return false;
            }
        };
        // Put together when its turn comes: hundreds may wait, each with pictures.
        let parcel = {
            let (studio, job) = (self.clone(), job.clone());
            Parcel::later(async move |_waited| studio.pack_again(job).await)
        };
        self.set_off(job.clone(), payer, parcel, None);
        true
    }

    /// What was asked for some while ago, if it still costs what was agreed to. Where nobody answers what it costs, that is
    /// asked again for a while: whoever starts the program on the way may have no network yet.
    pub(crate) async fn pack_again(&self, job: Job) -> Result<Packed> {
        let mut left = MOST_QUESTIONS;
        loop {
            left -= 1;
            match self.packed_anew(&job).await {
                Err(error) if left > 0 && error.is_nobody_there() => {
                    tracing::info!(id = %job.id, code = error.code, "a job that waits has no price yet");
                    tokio::time::sleep(PAUSE).await;
                }
                packed => return packed,
            }
        }
    }

    async fn packed_anew(&self, job: &Job) -> Result<Packed> {
        let payer = self.payer(&job.account).await?;
        let (price, parcel) = if remote::is_remote(&job.kind) {
            self.quoted_parcel(&payer, job).await?
        } else {
            let request: PictureRequest =
                serde_json::from_value(job.request.clone()).map_err(|_| AppError::not_found("request"))?;
            let prepared = self.prepare_for(payer, request).await?;
            (prepared.price.amount, prepared.parcel)
        };
        if price != job.estimate {
            return Err(price_changed());
        }
        parcel.pack(false).await
    }
}
