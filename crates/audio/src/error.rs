use std::path::PathBuf;

/// What can go wrong with sound. Each kind is one that a caller treats differently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no microphone at all.
    #[error("there is no microphone")]
    NoDevice,
    /// The microphone that was asked for isn't there.
    #[error("the microphone is not there")]
    DeviceGone,
    /// The system doesn't let us record.
    #[error("the system does not let this program record")]
    NotAllowed,
    /// The microphone was opened and sends nothing.
    #[error("the microphone sends nothing")]
    Stalled,
    /// The sound system itself failed.
    #[error("the sound system failed: {0}")]
    System(String),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// A file can't be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no sound that can be read: another kind of file, or an unknown coding.
    #[error("this is no sound that can be read: {0}")]
    NotSound(&'static str),
    /// A film without sound.
    #[error("there is no sound in this film")]
    NoTrack,
    /// There is nothing in it.
    #[error("the sound has no length")]
    Empty,
    /// A coder refused what it should take.
    #[error("the {0} coder failed")]
    Coder(&'static str),
    /// What was asked for isn't possible, such as an end before its beginning.
    #[error("{0}")]
    Invalid(&'static str),
    /// Stopped by the caller.
    #[error("stopped")]
    Stopped,
}

/// Sound, or what went wrong with it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of reading or writing a file; a full disk is told apart.
    pub fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::File { path: path.into(), source },
        }
    }

    /// A sound system that gives no answer.
    pub(crate) fn unanswered() -> Self {
        Self::System("it doesn't answer".to_owned())
    }
}
