//! What the failures of sound are in words.

use super::{AppError, Code};

impl From<audio::Error> for AppError {
    fn from(error: audio::Error) -> Self {
        match error {
            audio::Error::File { path, source } => store::Error::file(&path, source).into(),
            other => Self::from(&other),
        }
    }
}

impl From<&audio::Error> for AppError {
    fn from(error: &audio::Error) -> Self {
        use audio::Error as E;
        match error {
            E::NoDevice => {
                Self::new(Code::NoMicrophone, "There is no microphone.", "Connect one, then look again.")
            }
            E::DeviceGone => Self::new(
                Code::MicrophoneGone,
                "The microphone isn't there.",
                "Connect it again, or choose another one. What was recorded is kept.",
            ),
            E::NotAllowed => Self::new(
                Code::MicrophoneNotAllowed,
                "The system doesn't let Canaletto record.",
                "Allow it in the system's privacy settings, then try again.",
            ),
            E::Stalled => Self::new(
                Code::MicrophoneStalled,
                "The microphone is open and sends nothing.",
                "Unplug it and plug it in again, or choose another one. What was recorded is safe.",
            ),
            E::System(said) => Self::new(
                Code::SoundSystemFailed,
                "The system's sound failed.",
                "Try again. If it stays so, log out and in again. What was recorded is kept.",
            )
            .param("said", said),
            E::DiskFull => Self::new(
                Code::DiskFull,
                "The disk is full.",
                "Make room, then try again. Nothing that was kept is affected.",
            ),
            E::File { path, source } => {
                let kind = std::io::Error::new(source.kind(), source.to_string());
                store::Error::file(path, kind).into()
            }
            E::NotSound(why) => not_sound(why),
            E::NoTrack => Self::new(
                Code::InputNoTrack,
                "There is no sound in this film.",
                "Choose a film with sound, or a sound.",
            ),
            E::Empty => Self::new(
                Code::SoundEmpty,
                "This sound has no length.",
                "It may not have been copied to the end. Choose another one.",
            ),
            E::Invalid(why) => Self::new(Code::FieldInvalid, "This can't be done to a sound.", *why)
                .param("field", "sound")
                .param("reason", why),
            E::Stopped => Self::new(
                Code::Stopped,
                "It was stopped.",
                "Nothing is left of it. Begin it again when you like.",
            ),
            other => Self::internal(other),
        }
    }
}

/// A file that can't be heard, and why.
pub(crate) fn not_sound(why: &str) -> AppError {
    AppError::new(
        Code::InputNotSound,
        format!("This file is no sound or film that can be read: {why}."),
        "Choose a WAV, FLAC, MP3, M4A, AAC, Ogg or Opus file, or an MP4, MOV, MKV or WebM film.",
    )
    .param("reason", why)
}
