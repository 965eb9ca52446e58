//! Where secrets are kept at the moment, and why not in the keychain.

use std::fmt;

/// What the vault can say of itself. Safe to show and to log: it holds no secret and no name of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Where a secret that is set now would be kept.
    pub place: Place,
    /// Why the keychain isn't used. `None` while it is used, when the user had chosen the file before this start, and
    /// until the keychain has been asked for the first time.
    pub reason: Option<Reason>,
    /// The name of the keychain, or the path of the encrypted file; `None` for memory.
    pub where_: Option<String>,
}

/// A place for secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The keychain of the system: survives the program, guarded by the user's login.
    Keychain,
    /// This program's memory: gone when it ends.
    Memory,
    /// The encrypted file, unlocked: survives the program, guarded by a passphrase.
    File,
    /// The encrypted file, not unlocked yet: what is set now stays in memory until it is.
    LockedFile,
}

/// Why the keychain isn't used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// There is no session bus, so that no keychain can be reached.
    NoBus,
    /// There is a session bus, but no keychain program on it.
    NoService,
    /// The keychain program runs, but has no collection to write to.
    NoCollection,
    /// The keychain is locked, and was not unlocked: no prompt could be shown, or the user dismissed it.
    Locked,
    /// The keychain did not answer within the time limit: it hangs, or shows a prompt that is still open.
    TimedOut,
    /// Anything else; the log has it.
    Failed,
}

impl Reason {
    /// What the user can do about it, as one sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NoBus => "Start the app inside a desktop session, or keep keys in an encrypted file.",
            Self::NoService => {
                "Install and start a keychain such as GNOME Keyring or KWallet, then try again."
            }
            Self::NoCollection => "Create a default keyring in your password manager, then try again.",
            Self::Locked => "Unlock your keychain, then try again.",
            Self::TimedOut => {
                "Answer the keychain's prompt if one is open, or restart the keychain; then try again."
            }
            Self::Failed => "Try again; if that does not help, keep keys in an encrypted file.",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBus => "there is no session bus",
            Self::NoService => "no keychain program is running",
            Self::NoCollection => "the keychain has no default collection",
            Self::Locked => "the keychain is locked",
            Self::TimedOut => "the keychain did not answer in time",
            Self::Failed => "the keychain reported a failure",
        })
    }
}
