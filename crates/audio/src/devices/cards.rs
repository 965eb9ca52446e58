//! The microphones of the system itself. On Linux these are sound cards, without a sound server.

use cpal::{
    ErrorKind,
    traits::{DeviceTrait, HostTrait},
};

use super::Device;
use crate::{Error, Result};

/// A microphone, and what opens it.
pub(crate) struct Card {
    pub device: Device,
    pub opens: cpal::Device,
}

pub(super) fn microphones() -> Result<Vec<Card>> {
    let host = cpal::default_host();
    let inputs = host.input_devices().map_err(told)?;
    let default = host.default_input_device().and_then(|device| device.id().ok());
    let cards = inputs.filter_map(|opens| {
        let id = opens.id().ok()?;
        let name = opens.description().map_or_else(|_| id.id().to_owned(), |about| about.name().to_owned());
        let device = Device { is_default: Some(&id) == default.as_ref(), id: id.to_string(), name };
        is_microphone(&device.id).then_some(Card { device, opens })
    });
    Ok(cards.collect())
}

/// Whether an input of that id is a microphone.
fn is_microphone(id: &str) -> bool {
    // ALSA lists each card a dozen times, as well as files, mixers and nothing at all. This is a card by its name, which
    // stays, unlike its number, and converted to what is asked for.
    id.strip_prefix("alsa:").is_none_or(|name| {
        name.strip_prefix("plughw:CARD=")
            .is_some_and(|card| !card.starts_with(|first: char| first.is_ascii_digit()))
    })
}

/// What the system says, in our words.
pub(crate) fn told(error: cpal::Error) -> Error {
    match error.kind() {
        ErrorKind::DeviceNotAvailable => Error::DeviceGone,
        ErrorKind::PermissionDenied => Error::NotAllowed,
        _ => Error::System(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_no_microphones() {
        for id in [
            "alsa:plughw:CARD=Yeti,DEV=0",
            "coreaudio:BuiltInMicrophoneDevice",
            "wasapi:{0.0.1.00000000}.{ab}",
        ] {
            assert!(is_microphone(id), "{id}");
        }
        for id in [
            "alsa:null",
            "alsa:default",
            "alsa:pulse",
            "alsa:hw:CARD=Yeti,DEV=0",
            "alsa:plughw:CARD=1,DEV=0",
            "alsa:dsnoop:CARD=Yeti,DEV=0",
            "alsa:sysdefault:CARD=Yeti",
        ] {
            assert!(!is_microphone(id), "{id}");
        }
    }
}
