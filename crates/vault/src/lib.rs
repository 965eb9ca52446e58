//! Secrets in the keychain of the system, with fall-backs that say what they are.
//!
//! A [`Vault`] keeps short texts (API keys) under names. It asks the system's keychain first. Where that can't be used it
//! keeps them in memory for this session, and [`Status`] says so and why. The user may then choose a file encrypted with a
//! passphrase. Nothing is ever kept in plain text.
//!
//! ```no_run
//! # async fn run() -> vault::Result<()> {
//! use secrecy::SecretString;
//! use vault::{Options, Place, Vault};
//!
//! let vault = Vault::start(Options::new("org.example.app", "/home/me/.local/share/example"));
//! match vault.set("account/1", SecretString::from("a key")).await? {
//!     Place::Keychain | Place::File => println!("kept"),
//!     Place::Memory | Place::LockedFile => println!("kept until you quit: {:?}", vault.status().await?.reason),
//! }
//! assert!(vault.get("account/1").await?.is_some());
//! # Ok(()) }
//! ```
//!
//! # What blocks, and for how long
//!
//! All work is done by one thread of the vault's own, in order; callers wait without blocking a runtime, and may drop the
//! future: what was asked is done all the same. A call to the keychain gets [`Options::time_limit`]. When it is over, the
//! vault goes on in memory ([`Reason::TimedOut`]) and leaves the call behind: a frozen keychain, or a prompt that is still
//! on the screen. The same limit holds for prompts, because nothing is lost by it: when the call ends after all, because
//! the user has typed the keychain's password or the daemon is back, the vault moves into the keychain by itself.
//!
//! # What is in memory
//!
//! Secrets are wiped from memory when they are dropped, as far as this crate holds them. Copies inside the libraries that
//! speak to the keychain are theirs.

#![deny(missing_docs)]

mod error;
mod file;
mod keeper;
mod keychain;
mod memory;
mod name;
mod status;

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    thread,
    time::Duration,
};

use secrecy::SecretString;
use tokio::sync::{oneshot, watch};

pub use self::error::{Error, Result};
pub use self::status::{Place, Reason, Status};
use self::{
    keeper::{Command, Keeper},
    keychain::Open,
};

/// How a vault is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name under which the keychain files our entries, such as `org.example.app`.
    pub service: String,
    /// The folder for the encrypted file, `secrets.vault`. Made when the file is.
    pub home: PathBuf,
    /// How long one call to the keychain may take.
    pub time_limit: Duration,
}

impl Options {
    /// With a time limit of 5 seconds.
    pub fn new(service: impl Into<String>, home: impl Into<PathBuf>) -> Self {
        Self { service: service.into(), home: home.into(), time_limit: Duration::from_secs(5) }
    }
}

/// What became of a secret that is to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// It is gone, or never was there.
    Gone,
    /// It is gone from memory, but the keychain or the locked file may still hold it. It is removed there as soon as that
    /// can be reached in this session.
    Later,
}

/// A handle of the vault. Clones are handles of the same vault, which ends with the last of them.
#[derive(Clone)]
pub struct Vault {
    shared: Arc<Shared>,
}

struct Shared {
    commands: Sender<Command>,
    status: watch::Receiver<Status>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Workers left behind hold senders too, so that the thread would not see the last handle go.
        let _ = self.commands.send(Command::Stop);
    }
}

impl Vault {
    /// Starts the vault's thread, which first looks for a place: the encrypted file if there is one, or else the keychain,
    /// tried with a write. Returns at once; commands wait for their turn. The first look may show the keychain's prompt.
    pub fn start(options: Options) -> Self {
        Self::start_with(options, keychain::system())
    }

    fn start_with(options: Options, open: Open) -> Self {
        let (commands, queue) = channel();
        let (sender, status) = watch::channel(keeper::first_status());
        let keeper = Keeper::new(options, open, commands.clone(), sender);
        if let Err(error) = thread::Builder::new().name("vault".to_owned()).spawn(move || keeper.run(&queue))
        {
            // Every command then answers that the vault has stopped.
            tracing::error!(%error, "no thread for the vault");
        }
        Self { shared: Arc::new(Shared { commands, status }) }
    }

    /// Keeps a secret under a name, in place of what was there. Answers where it is kept now: [`Place::Keychain`],
    /// [`Place::File`], or [`Place::Memory`], which lasts until the program ends unless the keychain comes back or the file
    /// is unlocked.
    ///
    /// A keychain that can't be reached is no error here. Errors: the name or the secret isn't one ([`Error::is_input`]);
    /// the file could not be written; the keychain refused this entry.
    pub async fn set(&self, name: impl Into<String>, secret: SecretString) -> Result<Place> {
        let name = name.into();
        self.ask(|reply| Command::Set { name, secret, reply }).await
    }

    /// The secret of this name; `None` if there surely is none. Where nobody can know, the answer is
    /// [`Error::Unreachable`] or [`Error::FileLocked`].
    pub async fn get(&self, name: impl Into<String>) -> Result<Option<SecretString>> {
        let name = name.into();
        self.ask(|reply| Command::Get { name, reply }).await
    }

    /// Forgets the secret of this name.
    pub async fn forget(&self, name: impl Into<String>) -> Result<Forgotten> {
        let name = name.into();
        self.ask(|reply| Command::Forget { name, reply }).await
    }

    /// Where secrets are kept, once the first look for a place is done.
    pub async fn status(&self) -> Result<Status> {
        self.ask(|reply| Command::Status { reply }).await
    }

    /// Tells each change of the status. Until the first look for a place is done the value is [`Place::Memory`] without a
    /// reason.
    pub fn changes(&self) -> watch::Receiver<Status> {
        self.shared.status.clone()
    }

    /// Asks the keychain again, and may show its prompt again. If it is back, what is in memory moves into it. Does nothing
    /// where the encrypted file is in use.
    pub async fn retry(&self) -> Result<Status> {
        self.ask(|reply| Command::Retry { reply }).await
    }

    /// Unlocks the encrypted file, or makes one, and moves what is in memory into it. The passphrase can't be recovered.
    ///
    /// Errors: [`Error::WrongPassphrase`], [`Error::EmptyPassphrase`], [`Error::DamagedFile`], [`Error::NewerFile`],
    /// [`Error::File`]; [`Error::KeychainInUse`] if there is no file and no need for one. After an error everything is as
    /// it was.
    pub async fn use_file(&self, passphrase: SecretString) -> Result<Status> {
        self.ask(|reply| Command::UseFile { passphrase, reply }).await
    }

    /// Removes the encrypted file and goes back to the keychain, or to memory. Secrets of an unlocked file move there;
    /// those of a locked one are lost. Does nothing without a file.
    ///
    /// [`Error::File`] if the file could not be removed: its secrets have moved, and the file asks for its passphrase at
    /// the next start.
    pub async fn forget_file(&self) -> Result<Status> {
        self.ask(|reply| Command::ForgetFile { reply }).await
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<Result<T>>) -> Command) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.shared.commands.send(command(reply)).map_err(|_| Error::Stopped)?;
        answer.await.map_err(|_| Error::Stopped)?
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("status", &*self.shared.status.borrow()).finish_non_exhaustive()
    }
}
