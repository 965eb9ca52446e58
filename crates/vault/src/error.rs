//! What can go wrong, one kind for each case that a caller treats differently.

use std::{io, path::PathBuf};

use crate::{Reason, name::MAX_NAME, name::MAX_SECRET};

/// The result of a vault operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the vault could not do as told. No variant holds a secret, a passphrase or a secret's name.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The keychain can't be asked now, so that nobody knows whether it holds this secret. Not the same as "there is none".
    #[error("the keychain can't be reached: {0}")]
    Unreachable(Reason),
    /// The secret may be in the encrypted file, which has to be unlocked first.
    #[error("the encrypted file is locked")]
    FileLocked,
    /// The passphrase doesn't open the encrypted file. Someone who rewrote the file on purpose looks the same.
    #[error("the passphrase doesn't open the encrypted file")]
    WrongPassphrase,
    /// An empty passphrase would protect nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The encrypted file is cut off or changed. It is left as it is.
    #[error("the encrypted file is damaged: {}", path.display())]
    DamagedFile {
        /// The file.
        path: PathBuf,
    },
    /// The encrypted file was written by a later version of this program. It is left as it is.
    #[error("the encrypted file has format {version}, which this version can't read: {}", path.display())]
    NewerFile {
        /// The file.
        path: PathBuf,
        /// The format the file says it has.
        version: u8,
    },
    /// The encrypted file could not be read, written or removed. What was in it before is still there.
    #[error("the encrypted file can't be used: {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is the fall-back for a keychain that doesn't work, and this one works.
    #[error("the keychain works, so that no encrypted file is made")]
    KeychainInUse,
    /// The secret holds a line break or another control character. Some keychains lose everything over one.
    #[error("a secret has to be one line")]
    NotOneLine,
    /// The secret is empty.
    #[error("the secret is empty")]
    EmptySecret,
    /// The secret is longer than every keychain can keep.
    #[error("a secret may have {MAX_SECRET} bytes")]
    SecretTooLong,
    /// The name of the secret isn't one. This is a mistake of the calling code.
    #[error("a name has 1 to {MAX_NAME} bytes and no control characters")]
    InvalidName,
    /// The keychain holds something under this name that isn't text, so that it isn't ours.
    #[error("the keychain's entry isn't text")]
    NotText,
    /// The keychain holds several entries under this name, and nothing says which is the right one.
    #[error("the keychain has several entries for one secret")]
    Ambiguous,
    /// The vault's thread is gone.
    #[error("the vault has stopped")]
    Stopped,
}

impl Error {
    /// What the user can do about it, as one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable(reason) => reason.hint(),
            Self::FileLocked => "Enter the passphrase of the encrypted file.",
            Self::WrongPassphrase => {
                "Check the keyboard layout and capitals, and enter the passphrase again."
            }
            Self::EmptyPassphrase => "Choose a passphrase of several words.",
            Self::DamagedFile { .. } => {
                "Put back a copy of the file, or remove it and enter your keys again. The file was not changed."
            }
            Self::NewerFile { .. } => "Update this app; the file was not changed.",
            Self::File { .. } => "Check that the folder exists, is writable and has free space.",
            Self::KeychainInUse => "Nothing has to be done: keys are kept in your keychain.",
            Self::NotOneLine => "Copy the key again without line breaks.",
            Self::EmptySecret => "Enter the key.",
            Self::SecretTooLong => "Check that only the key was copied.",
            Self::InvalidName | Self::Stopped => "Restart the app; if it happens again, report it.",
            Self::NotText | Self::Ambiguous => {
                "Enter the key again: it replaces what the keychain holds for this app."
            }
        }
    }

    /// The answer may be another one later without the user entering anything new: after a retry or an unlock.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::FileLocked)
    }

    /// What was passed in is at fault, not the place where it was to be kept.
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            Self::EmptyPassphrase
                | Self::WrongPassphrase
                | Self::NotOneLine
                | Self::EmptySecret
                | Self::SecretTooLong
                | Self::InvalidName
        )
    }
}
