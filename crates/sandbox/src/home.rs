//! What stays the same over restarts beside the ledger: the port and the two first keys.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::chance::Chance;

/// The sandbox's address and keys.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Home {
    pub(crate) port: u16,
    /// How often it was opened: what is drawn after a restart must not meet what was drawn before.
    #[serde(default)]
    pub(crate) starts: u64,
    pub(crate) api_key: String,
    pub(crate) admin_key: String,
}

impl Home {
    /// What `folder` keeps, or new keys drawn from `seed`.
    pub(crate) fn open(folder: Option<&Path>, seed: u64) -> std::io::Result<Self> {
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder)?;
            match std::fs::read(file(folder)) {
                // What can't be read is made anew: only keys to pretend money are in it.
                Ok(text) => {
                    if let Ok(home) = serde_json::from_slice::<Self>(&text) {
                        return Ok(Self { starts: home.starts + 1, ..home });
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let mut chance = Chance::new(seed ^ 0x00ca_11e7_0a11_0000);
        let mut key = |kind: &str| format!("sandbox-{kind}-{:016x}{:016x}", chance.next(), chance.next());
        Ok(Self { port: 0, starts: 0, api_key: key("inference"), admin_key: key("admin") })
    }

    /// What tells the sandbox's own challenges and tokens from others.
    pub(crate) fn secret(&self) -> String {
        format!("canaletto sandbox {}", self.admin_key)
    }

    pub(crate) fn keep(&self, folder: &Path) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        if std::fs::read(file(folder)).is_ok_and(|kept| kept == text) {
            return Ok(());
        }
        let fresh = folder.join("sandbox.json.new");
        let mut out = File::create(&fresh)?;
        out.write_all(&text)?;
        out.sync_all()?;
        std::fs::rename(fresh, file(folder))?;
        File::open(folder)?.sync_all()
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("sandbox.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_port_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut home = Home::open(Some(folder.path()), 1).unwrap();
        home.port = 4321;
        home.keep(folder.path()).unwrap();
        let again = Home::open(Some(folder.path()), 2).unwrap();
        assert_eq!((again.port, &again.api_key, &again.admin_key), (4321, &home.api_key, &home.admin_key));
        assert_eq!(again.starts, 1);
        assert_ne!(again.api_key, Home::open(None, 2).unwrap().api_key);
    }
}
