//! Microphones.
//!
//! On Linux they are those of the sound server (PulseAudio, or PipeWire, which speaks its language); where there is no
//! server, the sound cards themselves. Elsewhere they are the system's own.

mod cards;
#[cfg(target_os = "linux")]
mod server;

use std::{sync::mpsc, thread, time::Duration};

pub(crate) use self::cards::{Card, told};
#[cfg(target_os = "linux")]
pub(crate) use self::server::Source;
use crate::{Error, Result};

/// What doesn't answer within this time doesn't work.
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(4);

/// A microphone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is asked for by; it stays over restarts and replugging.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The system's own choice.
    pub is_default: bool,
}

/// The microphones that can be opened now, the default first. Monitors of outputs and other things that are no
/// microphones are left out. A sound system that doesn't answer is an error after some seconds.
pub fn inputs() -> Result<Vec<Device>> {
    let (sender, answer) = mpsc::sync_channel(1);
    let list =
        move || sender.send(microphones().map(|there| there.iter().map(Found::device).cloned().collect()));
    let thread = thread::Builder::new().name("microphones".to_owned());
    thread.spawn(list).map_err(|error| Error::System(error.to_string()))?;
    // A driver may hang; it is left to itself.
    answer.recv_timeout(2 * ANSWERS_WITHIN).unwrap_or_else(|_| Err(Error::unanswered()))
}

/// A microphone that is there.
pub(crate) enum Found {
    /// Of the sound server.
    #[cfg(target_os = "linux")]
    Source(Box<Source>),
    /// Of the system.
    Card(Card),
}

impl Found {
    pub fn device(&self) -> &Device {
        match self {
            #[cfg(target_os = "linux")]
            Self::Source(source) => &source.device,
            Self::Card(card) => &card.device,
        }
    }
}

/// A microphone to open: this one, or the system's own choice. A driver may make it wait without end.
pub(crate) fn find(id: Option<&str>) -> Result<Found> {
    let mut there = microphones()?.into_iter();
    match id {
        Some(id) => there.find(|found| found.device().id == id).ok_or(Error::DeviceGone),
        None => there.next().ok_or(Error::NoDevice),
    }
}

fn microphones() -> Result<Vec<Found>> {
    #[cfg(target_os = "linux")]
    let mut there: Vec<Found> = match server::Server::connect()? {
        Some(server) => {
            server.microphones()?.into_iter().map(|source| Found::Source(Box::new(source))).collect()
        }
        None => cards::microphones()?.into_iter().map(Found::Card).collect(),
    };
    #[cfg(not(target_os = "linux"))]
    let mut there: Vec<Found> = cards::microphones()?.into_iter().map(Found::Card).collect();
    there.sort_by_key(|found| !found.device().is_default);
    Ok(there)
}
