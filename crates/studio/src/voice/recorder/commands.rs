//! What the user does with the recorder.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    InputDevice, Microphone, RecorderEvent, RecorderState, RecorderTell,
    desk::{Open, Take, milliseconds},
    notes::{self, TakeNote},
    room,
};
use crate::{AppError, Result, Studio, error::Code, library::view::ItemView, settings::SettingsPatch};

/// How much from before its start a take begins with.
const PRE_ROLL: Duration = Duration::from_secs(1);
/// What has to fit, beside the reserve, for a take to begin.
const LEAST: Duration = Duration::from_mins(1);
/// The longest a marker's label may be, in characters.
const LONGEST_LABEL: usize = 200;

/// Runs work that blocks off the async threads.
pub(super) async fn off<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
}

impl Studio {
    /// Hears by another microphone from now on: tests bring one that follows a script.
    pub fn use_microphone(&self, microphone: Arc<dyn Microphone>) {
        self.inner.recorder.set_microphone(microphone);
    }

    /// The microphones there are now, the default first.
    pub async fn input_devices(&self) -> Result<Vec<InputDevice>> {
        let microphone = self.inner.recorder.microphone();
        let devices = off(move || microphone.inputs()).await??.into_iter();
        Ok(devices
            .map(|device| InputDevice { id: device.id, name: device.name, is_default: device.is_default })
            .collect())
    }

    /// How the recorder stands. While the window closes, `take` tells whether one is being made.
    pub async fn recorder_state(&self) -> Result<RecorderState> {
        let chosen = self.settings().await?.record_device;
        let free = self.free_for_takes().await?;
        Ok(self.inner.recorder.standing().view(chosen, free))
    }

    /// Tells what the recorder hears until `tell` is replaced; the last who asks is told, first of all how it stands.
    pub fn watch_recorder(&self, tell: RecorderTell) {
        self.inner.recorder.set_tell(tell);
        let studio = self.clone();
        self.inner.tasks.spawn(async move { drop(studio.tell_recorder().await) });
    }

    /// Opens the microphone: this one, or the one that was chosen last. One that was named is the chosen one from then on.
    pub async fn arm_recorder(&self, device: Option<String>) -> Result<RecorderState> {
        let _turn = self.inner.recorder.turn.lock().await;
        let armed = self.arm_microphone(device).await;
        // It may be open even so: whoever hears it has to be told.
        let told = self.tell_recorder().await;
        armed.and(told)
    }

    /// Closes the microphone. A take that runs is ended first, and kept.
    pub async fn disarm_recorder(&self) -> Result<RecorderState> {
        let turn = self.inner.recorder.turn.lock().await;
        let ended = self.end_take().await;
        let closed = self.disarm_microphone().await;
        let test = notes::test(&self.takes_folder());
        let cleared = off(move || drop(std::fs::remove_file(test))).await;
        drop(turn);
        self.show_recorder().await;
        if let Some(take) = ended {
            // One that can't be kept yet is told of as a problem.
            drop(self.keep_ended(take).await);
        }
        closed.and(cleared)?;
        self.recorder_state().await
    }

    /// Begins a take, or a test of a few seconds that isn't kept. A test that runs is ended by it.
    pub async fn start_take(&self, test: bool) -> Result<RecorderState> {
        let desk = &self.inner.recorder;
        let _turn = desk.turn.lock().await;
        self.no_take_runs()?;
        drop(self.end_take().await);
        let was_open = desk.standing().open.is_some();
        if let Err(error) = self.begin_take(test).await {
            if !was_open {
                // It was opened for this take alone.
                self.disarm_microphone().await?;
            }
            self.show_recorder().await;
            return Err(error);
        }
        self.tell_recorder().await
    }

    /// Begins a take where none runs; who calls has the turn.
    async fn begin_take(&self, test: bool) -> Result<()> {
        let desk = &self.inner.recorder;
        if desk.standing().open.is_none() {
            self.arm_microphone(None).await?;
        }
        let Some(open) = desk.standing().open.clone() else { return Err(no_take()) };
        let free = self.free_for_takes().await?;
        if room::room(free, Some(open.layout)) < LEAST {
            return Err(room::none(free));
        }
        let name = self.name_of_microphone(open.device.as_deref()).await;
        let note = TakeNote::now(name);
        let claim = desk.claim(&note.id).ok_or_else(|| AppError::internal("a take's name was taken"))?;
        let mut take = Take::begin(note, test, claim);
        let folder = self.takes_folder();
        let file = take.file(&folder);
        let (noted, armed) = (take.note.clone(), Arc::clone(&open.armed));
        // What is known of it is on disk before its first sample is.
        let started = off(move || -> Result<()> {
            notes::prepare(&folder)?;
            if test {
                let _ = std::fs::remove_file(&file);
                return Ok(armed.start(file)?);
            }
            noted.write(&folder)?;
            armed.start(file).map_err(|error| {
                notes::remove(&folder, &noted.id);
                AppError::from(error)
            })
        });
        started.await??;
        {
            let mut standing = desk.standing();
            take.stalled = standing.open.as_ref().is_some_and(|open| open.stalled);
            standing.take = Some(take);
            standing.problem = None;
        }
        Ok(())
    }

    /// Holds the take, or goes on with it.
    pub async fn pause_take(&self, paused: bool) -> Result<RecorderState> {
        let desk = &self.inner.recorder;
        let _turn = desk.turn.lock().await;
        let armed = match &*desk.standing() {
            standing if standing.take.is_none() => return Err(no_take()),
            standing => standing.open.as_ref().map(|open| Arc::clone(&open.armed)).ok_or_else(no_take)?,
        };
        off(move || if paused { armed.pause() } else { armed.resume() }).await??;
        if let Some(take) = &mut desk.standing().take {
            take.paused = paused;
        }
        self.tell_recorder().await
    }

    /// Marks the place where the take is now.
    pub async fn mark_take(&self, label: String) -> Result<RecorderState> {
        let desk = &self.inner.recorder;
        let label: String = label.split_whitespace().collect::<Vec<_>>().join(" ");
        let label = label.chars().take(LONGEST_LABEL).collect();
        // The moment is that of the click, whoever has the turn.
        let place = desk.standing().take.as_ref().map(|take| (take.note.id.clone(), take.place()));
        let Some((id, place)) = place else { return Err(no_take()) };
        let _turn = desk.turn.lock().await;
        let (mut note, is_test) = match &desk.standing().take {
            Some(take) if take.note.id == id => (take.note.clone(), take.is_test),
            _ => return Err(no_take()),
        };
        note.markers.push(store::Marker { at_ms: milliseconds(place), label });
        if !is_test {
            let (folder, noted) = (self.takes_folder(), note.clone());
            off(move || noted.write(&folder)).await??;
        }
        // On disk first: a mark that is shown is kept.
        if let Some(take) = &mut desk.standing().take {
            take.note = note;
        }
        self.tell_recorder().await
    }

    /// Ends the take and keeps it; a test is kept beside, for hearing it once. Null for a test.
    ///
    /// # Errors
    /// Where the library is away or full the take waits in the home, and is kept when that is over.
    pub async fn stop_take(&self) -> Result<Option<ItemView>> {
        let turn = self.inner.recorder.turn.lock().await;
        if self.inner.recorder.standing().take.is_none() {
            return Err(no_take());
        }
        let ended = self.end_take().await;
        drop(turn);
        self.show_recorder().await;
        match ended {
            Some(take) => self.keep_ended(take).await,
            None => Ok(None),
        }
    }

    /// The file of the last test, for the media server.
    pub fn test_take_file(&self) -> Option<PathBuf> {
        let is_made = self.inner.recorder.standing().take.as_ref().is_some_and(|take| take.is_test);
        let file = notes::test(&self.takes_folder());
        (!is_made && file.is_file()).then_some(file)
    }

    pub(super) fn takes_folder(&self) -> PathBuf {
        self.home().join(notes::FOLDER)
    }

    /// Tells how it stands, and answers that.
    pub(super) async fn tell_recorder(&self) -> Result<RecorderState> {
        let state = self.recorder_state().await?;
        self.inner.recorder.tell(RecorderEvent::State { state: Box::new(state.clone()) });
        Ok(state)
    }

    /// Tells how it stands, where that can be found out: what is more important goes on either way.
    pub(super) async fn show_recorder(&self) {
        if let Err(error) = self.tell_recorder().await {
            tracing::warn!(code = error.code, "the recorder's state was not told");
        }
    }

    pub(super) async fn free_for_takes(&self) -> Result<u64> {
        let (microphone, home) = (self.inner.recorder.microphone(), self.home().to_path_buf());
        let free =
            off(move || microphone.free_bytes(&home).map_err(|error| store::Error::file(&home, error)));
        Ok(free.await??)
    }

    fn no_take_runs(&self) -> Result<()> {
        let runs = self.inner.recorder.standing().take.as_ref().is_some_and(|take| !take.is_test);
        if !runs {
            return Ok(());
        }
        Err(AppError::new(
            Code::TakeUnderWay,
            "A take is being recorded.",
            "End it first. It goes on, and nothing of it is lost.",
        ))
    }

    async fn arm_microphone(&self, device: Option<String>) -> Result<()> {
        let desk = &self.inner.recorder;
        let named = device.filter(|device| !device.is_empty());
        let chosen = match named.clone() {
            Some(device) => Some(device),
            None => self.settings().await?.record_device,
        };
        let is_open = |open: &Open| open.asked == chosen || (chosen.is_some() && open.device == chosen);
        let is_open = desk.standing().open.as_ref().is_some_and(is_open);
        if is_open {
            return self.remember_microphone(named).await;
        }
        self.no_take_runs()?;
        drop(self.end_take().await);
        self.disarm_microphone().await?;
        let (sender, events) = tokio::sync::mpsc::unbounded_channel();
        let options = audio::recorder::Options {
            device: chosen.clone(),
            pre_roll: PRE_ROLL,
            tell: Arc::new(move |event| {
                // Nobody hears what comes after the microphone was closed.
                let _ = sender.send((Instant::now(), event));
            }),
        };
        let microphone = desk.microphone();
        let armed = match off(move || microphone.arm(options)).await? {
            Ok(armed) => armed,
            Err(error) => {
                let error = AppError::from(error);
                desk.standing().problem = Some(error.clone());
                return Err(error);
            }
        };
        let number = {
            let mut standing = desk.standing();
            standing.problem = None;
            standing.opens(chosen, armed)
        };
        let studio = self.clone();
        self.inner.tasks.spawn(async move { studio.listen_to_microphone(number, events).await });
        self.remember_microphone(named).await
    }

    async fn remember_microphone(&self, named: Option<String>) -> Result<()> {
        if named.is_some() {
            let patch = SettingsPatch { record_device: named, ..SettingsPatch::default() };
            self.change_settings(patch).await?;
        }
        Ok(())
    }

    /// Closes the microphone. That may wait for a sound server that is gone.
    pub(super) async fn disarm_microphone(&self) -> Result<()> {
        let open = self.inner.recorder.standing().open.take();
        off(move || drop(open)).await
    }

    async fn name_of_microphone(&self, id: Option<&str>) -> Option<String> {
        let devices = self.input_devices().await.unwrap_or_default();
        let wanted = |device: &InputDevice| id.map_or(device.is_default, |id| device.id == id);
        devices.into_iter().find(wanted).map(|device| device.name)
    }
}

pub(super) fn no_take() -> AppError {
    AppError::new(Code::NoTake, "No take is being recorded.", "Begin one first.")
}

/// Whether a moment has passed since something was done last.
pub(super) fn is_due(last: Option<Instant>, every: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= every)
}
