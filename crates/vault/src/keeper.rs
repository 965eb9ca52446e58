//! The vault's one thread: decides which place keeps a secret, and moves secrets when the place changes.

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, Sender},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{oneshot, watch};

use crate::{
    Error, Forgotten, Options, Place, Reason, Result, Status,
    file::{self, SecretFile},
    keychain::{Answer, Call, Fault, Keychain, Late, NAME, Open},
    memory::{Intent, Memory},
    name::{check_name, check_secret},
};

type Reply<T> = oneshot::Sender<Result<T>>;

/// All that the thread is told.
pub(crate) enum Command {
    Set { name: String, secret: SecretString, reply: Reply<Place> },
    Get { name: String, reply: Reply<Option<SecretString>> },
    Forget { name: String, reply: Reply<Forgotten> },
    Status { reply: Reply<Status> },
    Retry { reply: Reply<Status> },
    UseFile { passphrase: SecretString, reply: Reply<Status> },
    ForgetFile { reply: Reply<Status> },
    Late(Late),
    Stop,
}

/// The place in use. Like [`Place`], with what belongs to it.
enum Keeping {
    Keychain,
    Memory,
    File(SecretFile),
    LockedFile,
}

pub(crate) struct Keeper {
    keychain: Keychain,
    memory: Memory,
    path: PathBuf,
    keeping: Keeping,
    reason: Option<Reason>,
    status: watch::Sender<Status>,
}

/// Before the keychain has been asked for the first time.
pub(crate) fn first_status() -> Status {
    Status { place: Place::Memory, reason: None, where_: None }
}

impl Keeper {
    pub(crate) fn new(
        options: Options,
        open: Open,
        late: Sender<Command>,
        status: watch::Sender<Status>,
    ) -> Self {
        let path = file::path_in(&options.home);
        let keychain = Keychain::new(options.service, open, options.time_limit, late);
        Self { keychain, memory: Memory::default(), path, keeping: Keeping::Memory, reason: None, status }
    }

    /// Works until it is told to stop.
    pub(crate) fn run(mut self, commands: &Receiver<Command>) {
        self.begin();
        while let Ok(command) = commands.recv() {
            // A reply that nobody waits for is a future that was dropped: the work is done all the same.
            match command {
                Command::Set { name, secret, reply } => drop(reply.send(self.set(name, secret))),
                Command::Get { name, reply } => drop(reply.send(self.get(&name))),
                Command::Forget { name, reply } => drop(reply.send(self.forget(name))),
                Command::Status { reply } => drop(reply.send(Ok(self.status()))),
                Command::Retry { reply } => drop(reply.send(Ok(self.retry()))),
                Command::UseFile { passphrase, reply } => drop(reply.send(self.use_file(&passphrase))),
                Command::ForgetFile { reply } => drop(reply.send(self.forget_file())),
                Command::Late(late) => self.ended(&late),
                Command::Stop => return,
            }
        }
    }

    /// A file is there because the user chose it, and it may hold secrets: it goes first, also when the keychain works.
    fn begin(&mut self) {
        if file::exists(&self.path) {
            self.keep_in(Keeping::LockedFile, None);
        } else {
            self.probe();
        }
    }

    fn set(&mut self, name: String, secret: SecretString) -> Result<Place> {
        check_name(&name)?;
        check_secret(&secret)?;
        self.try_again_quietly();
        match &mut self.keeping {
            Keeping::Keychain => self.write_to_keychain(name, Intent::Keep(secret))?,
            Keeping::File(file) => file.change(&name, Intent::Keep(secret))?,
            Keeping::Memory | Keeping::LockedFile => self.memory.put(name, Intent::Keep(secret)),
        }
        // Locked, the file is where the secret will be, but memory is where it is.
        Ok(match self.keeping {
            Keeping::Keychain => Place::Keychain,
            Keeping::File(_) => Place::File,
            Keeping::Memory | Keeping::LockedFile => Place::Memory,
        })
    }

    fn get(&mut self, name: &str) -> Result<Option<SecretString>> {
        check_name(name)?;
        match self.memory.get(name) {
            Some(Intent::Keep(secret)) => return Ok(Some(secret.clone())),
            Some(Intent::Forget) => return Ok(None),
            None => {}
        }
        self.try_again_quietly();
        match &self.keeping {
            Keeping::Keychain => match self.keychain.ask(&Call::Get(name.to_owned())) {
                Ok(Answer::Secret(secret)) => Ok(secret),
                Ok(Answer::Done) => Ok(None),
                Err(Fault::NotText) => Err(Error::NotText),
                Err(Fault::Ambiguous) => Err(Error::Ambiguous),
                Err(Fault::Away(reason)) => {
                    self.keep_in(Keeping::Memory, Some(reason));
                    without_keychain(reason)
                }
            },
            Keeping::File(file) => Ok(file.get(name).cloned()),
            Keeping::LockedFile => Err(Error::FileLocked),
            Keeping::Memory => without_keychain(self.reason.unwrap_or(Reason::Failed)),
        }
    }

    fn forget(&mut self, name: String) -> Result<Forgotten> {
        check_name(&name)?;
        self.try_again_quietly();
        match &mut self.keeping {
            Keeping::Keychain => self.write_to_keychain(name, Intent::Forget)?,
            Keeping::File(file) => file.change(&name, Intent::Forget)?,
            Keeping::Memory | Keeping::LockedFile => self.memory.put(name, Intent::Forget),
        }
        Ok(match self.keeping {
            Keeping::Keychain | Keeping::File(_) => Forgotten::Gone,
            Keeping::Memory if self.reason == Some(Reason::NoCollection) => Forgotten::Gone,
            Keeping::Memory | Keeping::LockedFile => Forgotten::Later,
        })
    }

    /// Falls back to memory when the keychain is away.
    fn write_to_keychain(&mut self, name: String, intent: Intent) -> Result<()> {
        match self.keychain.ask(&call(&name, &intent)) {
            // A write that was given up on may come late and bring back an older value: this one is written again then.
            Ok(_) if self.keychain.may_still_write(&name) => self.memory.put(name, intent),
            Ok(_) => self.memory.remove(&name),
            Err(Fault::Away(reason)) => {
                self.memory.put(name, intent);
                self.keep_in(Keeping::Memory, Some(reason));
            }
            Err(Fault::NotText) => return Err(Error::NotText),
            Err(Fault::Ambiguous) => return Err(Error::Ambiguous),
        }
        Ok(())
    }

    fn retry(&mut self) -> Status {
        if matches!(self.keeping, Keeping::Keychain | Keeping::Memory) {
            self.keychain.renew();
            self.probe();
        }
        self.status()
    }

    /// In memory for want of a keychain, each command looks whether it is there by now, unless that could show a prompt or
    /// would hang.
    fn try_again_quietly(&mut self) {
        let quiet = self.reason != Some(Reason::Locked) && !self.keychain.hangs();
        if quiet && matches!(self.keeping, Keeping::Memory) {
            self.probe();
        }
    }

    fn probe(&mut self) {
        match self.keychain.ask(&Call::Probe) {
            Ok(_) => {
                self.keep_in(Keeping::Keychain, None);
                self.flush();
            }
            Err(Fault::Away(reason)) => self.keep_in(Keeping::Memory, Some(reason)),
            Err(Fault::NotText | Fault::Ambiguous) => self.keep_in(Keeping::Memory, Some(Reason::Failed)),
        }
    }

    /// Brings to the keychain what the session kept in memory.
    fn flush(&mut self) {
        let waiting: Vec<_> =
            self.memory.iter().map(|(name, intent)| (name.clone(), intent.clone())).collect();
        for (name, intent) in waiting {
            if !matches!(self.keeping, Keeping::Keychain) {
                return;
            }
            if self.write_to_keychain(name, intent).is_err() {
                // Kept in memory, where it is found first; the next change of the keychain tries again.
                tracing::warn!("the keychain did not take over a secret");
            }
        }
    }

    /// A call that was given up on has ended. If it was answered, the keychain is back, or the user has answered a prompt;
    /// if the user has dismissed it, no other one is shown unasked.
    fn ended(&mut self, late: &Late) {
        self.keychain.ended(late);
        match (&self.keeping, late.fault) {
            (Keeping::Memory, Some(Fault::Away(reason))) => self.keep_in(Keeping::Memory, Some(reason)),
            (Keeping::Memory, _) => self.probe(),
            (Keeping::Keychain, _) => self.flush(),
            (Keeping::File(_) | Keeping::LockedFile, _) => {}
        }
    }

    fn use_file(&mut self, passphrase: &SecretString) -> Result<Status> {
        if passphrase.expose_secret().is_empty() {
            return Err(Error::EmptyPassphrase);
        }
        let file = if file::exists(&self.path) {
            let mut file = SecretFile::unlock(&self.path, passphrase)?;
            if self.memory.iter().next().is_some() {
                file.adopt(&self.memory)?;
            }
            file
        } else if matches!(self.keeping, Keeping::Keychain) {
            return Err(Error::KeychainInUse);
        } else {
            let mut file = SecretFile::create(&self.path, passphrase)?;
            file.adopt(&self.memory)?;
            file
        };
        self.memory.clear();
        self.keep_in(Keeping::File(file), self.reason);
        Ok(self.status())
    }

    fn forget_file(&mut self) -> Result<Status> {
        match std::mem::replace(&mut self.keeping, Keeping::Memory) {
            Keeping::Keychain => self.keeping = Keeping::Keychain,
            Keeping::Memory => {}
            Keeping::LockedFile => self.probe(),
            Keeping::File(file) => {
                for (name, secret) in file.iter() {
                    self.memory.put(name.clone(), Intent::Keep(secret.clone()));
                }
                self.probe();
            }
        }
        // Last, so that its secrets are in the other place before they are gone from here.
        file::remove(&self.path)?;
        Ok(self.status())
    }

    fn keep_in(&mut self, keeping: Keeping, reason: Option<Reason>) {
        self.keeping = keeping;
        self.reason = reason;
        let status = self.status();
        self.status.send_if_modified(|old| {
            let changed = *old != status;
            if changed {
                tracing::info!(place = ?status.place, reason = ?status.reason, "secrets have another place");
                *old = status;
            }
            changed
        });
    }

    fn status(&self) -> Status {
        let (place, where_) = match self.keeping {
            Keeping::Keychain => (Place::Keychain, Some(NAME.to_owned())),
            Keeping::Memory => (Place::Memory, None),
            Keeping::File(_) => (Place::File, Some(self.path.display().to_string())),
            Keeping::LockedFile => (Place::LockedFile, Some(self.path.display().to_string())),
        };
        Status { place, reason: self.reason, where_ }
    }
}

/// A keychain without a collection holds nothing; any other that is out of reach may hold the secret.
fn without_keychain(reason: Reason) -> Result<Option<SecretString>> {
    if reason == Reason::NoCollection { Ok(None) } else { Err(Error::Unreachable(reason)) }
}

fn call(name: &str, intent: &Intent) -> Call {
    match intent {
        Intent::Keep(secret) => Call::Set(name.to_owned(), secret.clone()),
        Intent::Forget => Call::Forget(name.to_owned()),
    }
}

#[cfg(test)]
mod tests;
