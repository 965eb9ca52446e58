//! The encrypted file: the fall-back that a user may choose where no keychain works.

mod sealed;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use self::sealed::{Cost, Fault, Key};
use crate::{Error, Result, memory::Intent, memory::Memory};

const FILE_NAME: &str = "secrets.vault";

/// Bytes a file may have: far more than secrets need, little enough to read without thought.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Where the encrypted file of this home is, whether there is one or not.
pub(crate) fn path_in(home: &Path) -> PathBuf {
    home.join(FILE_NAME)
}

/// A folder that can't be looked into counts as holding a file: opening it then says what is wrong.
pub(crate) fn exists(path: &Path) -> bool {
    !matches!(path.try_exists(), Ok(false))
}

pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(at(path, source)),
        _ => Ok(()),
    }
}

/// The unlocked file. Every change is on the disk before it is answered for.
pub(crate) struct SecretFile {
    path: PathBuf,
    key: Key,
    secrets: BTreeMap<String, SecretString>,
}

impl SecretFile {
    /// A new, empty file; nothing is written before the first [`Self::adopt`] or [`Self::change`].
    pub(crate) fn create(path: &Path, passphrase: &SecretString) -> Result<Self> {
        Self::create_at(path, passphrase, Cost::DESKTOP)
    }

    fn create_at(path: &Path, passphrase: &SecretString, cost: Cost) -> Result<Self> {
        let key = Key::fresh(passphrase, cost).map_err(|fault| refused(path, fault))?;
        Ok(Self { path: path.to_owned(), key, secrets: BTreeMap::new() })
    }

    /// Reads an existing file.
    pub(crate) fn unlock(path: &Path, passphrase: &SecretString) -> Result<Self> {
        let mut bytes = Vec::new();
        fs::File::open(path)
            .and_then(|file| file.take(MAX_FILE).read_to_end(&mut bytes))
            .map_err(|source| at(path, source))?;
        let (key, plain) = sealed::open(&bytes, passphrase).map_err(|fault| refused(path, fault))?;
        let secrets = parse(&plain).ok_or_else(|| Error::DamagedFile { path: path.to_owned() })?;
        Ok(Self { path: path.to_owned(), key, secrets })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&SecretString> {
        self.secrets.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &SecretString)> {
        self.secrets.iter()
    }

    /// Takes over what the session kept in memory, and writes the file even when that is nothing.
    pub(crate) fn adopt(&mut self, memory: &Memory) -> Result<()> {
        let mut secrets = self.secrets.clone();
        for (name, intent) in memory.iter() {
            apply(&mut secrets, name, intent.clone());
        }
        self.write(secrets)
    }

    /// Keeps or forgets one secret.
    pub(crate) fn change(&mut self, name: &str, intent: Intent) -> Result<()> {
        let mut secrets = self.secrets.clone();
        apply(&mut secrets, name, intent);
        self.write(secrets)
    }

    fn write(&mut self, secrets: BTreeMap<String, SecretString>) -> Result<()> {
        let bytes = self.key.seal(&lines(&secrets)).map_err(|fault| refused(&self.path, fault))?;
        replace(&self.path, &bytes).map_err(|source| at(&self.path, source))?;
        self.secrets = secrets;
        Ok(())
    }
}

fn apply(secrets: &mut BTreeMap<String, SecretString>, name: &str, intent: Intent) {
    match intent {
        Intent::Keep(secret) => secrets.insert(name.to_owned(), secret),
        Intent::Forget => secrets.remove(name),
    };
}

/// A line for each secret: name, tab, secret. Neither holds a control character.
fn lines(secrets: &BTreeMap<String, SecretString>) -> Zeroizing<Vec<u8>> {
    let length = secrets.iter().map(|(name, secret)| name.len() + secret.expose_secret().len() + 2).sum();
    // Sized at once: a buffer that grows would leave copies behind that nobody wipes.
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    for (name, secret) in secrets {
        text.extend_from_slice(name.as_bytes());
        text.push(b'\t');
        text.extend_from_slice(secret.expose_secret().as_bytes());
        text.push(b'\n');
    }
    text
}

fn parse(plain: &[u8]) -> Option<BTreeMap<String, SecretString>> {
    let text = std::str::from_utf8(plain).ok()?;
    text.lines()
        .map(|line| {
            let (name, secret) = line.split_once('\t')?;
            Some((name.to_owned(), SecretString::from(secret)))
        })
        .collect()
}

/// Either the old bytes or the new ones are there at any moment, and after an error the old ones.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // tempfile makes files with mode 0600, which the rename keeps.
    let mut file = tempfile::Builder::new().prefix(".secrets-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn at(path: &Path, source: io::Error) -> Error {
    Error::File { path: path.to_owned(), source }
}

fn refused(path: &Path, fault: Fault) -> Error {
    let path = path.to_owned();
    match fault {
        Fault::Damaged => Error::DamagedFile { path },
        Fault::Newer(version) => Error::NewerFile { path, version },
        Fault::WrongPassphrase => Error::WrongPassphrase,
        Fault::System(message) => Error::File { path, source: io::Error::other(message) },
    }
}

#[cfg(test)]
mod tests;
