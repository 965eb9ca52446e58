//! What the vault's failures are in words.

use vault::Reason;

use super::{AppError, Code};

impl From<vault::Error> for AppError {
    fn from(error: vault::Error) -> Self {
        use vault::Error as E;
        let code = match &error {
            E::NotOneLine | E::EmptySecret | E::SecretTooLong => return super::key_malformed(),
            E::Unreachable(Reason::TimedOut) => Code::VaultTimedOut,
            E::Unreachable(Reason::Locked) | E::FileLocked => Code::VaultLocked,
            E::WrongPassphrase | E::EmptyPassphrase => Code::VaultPassphrase,
            _ => Code::VaultFailed,
        };
        let app = Self::new(code, format!("Your keys can't be reached: {error}."), error.hint());
        if error.is_unreachable() { app.retryable() } else { app }
    }
}
