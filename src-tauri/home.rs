//! Where everything is kept, and what the environment says about this run.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use studio::Endpoint;

/// The folder of everything that is kept: `CANALETTO_HOME`, else the desktop's place for data.
pub fn folder() -> Option<PathBuf> {
    let chosen = std::env::var_os("CANALETTO_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = chosen.or_else(|| dirs::data_dir().map(|data| data.join("canaletto")))?;
    std::path::absolute(folder).ok()
}

/// An account for this run alone: `CANALETTO_API_BASE` with `CANALETTO_API_KEY`, and with
/// `CANALETTO_ADMIN_KEY` where billing and keys want another one. All are gone from the environment
/// afterwards, so that no process of ours has the key in it.
#[expect(
    unsafe_code,
    reason = "called first in main, while there is no other thread that could read the environment"
)]
pub fn take_run_account() -> Option<Endpoint> {
    let base_url = std::env::var("CANALETTO_API_BASE").ok().filter(|base| !base.is_empty());
    let key = std::env::var("CANALETTO_API_KEY").unwrap_or_default();
    let admin_key = std::env::var("CANALETTO_ADMIN_KEY").ok().filter(|key| !key.is_empty());
    for name in ["CANALETTO_API_BASE", "CANALETTO_API_KEY", "CANALETTO_ADMIN_KEY"] {
        // SAFETY: no other thread has been started yet.
        unsafe { std::env::remove_var(name) };
    }
    let base_url = base_url?;
    Some(Endpoint { base_url, key: SecretString::from(key), admin_key: admin_key.map(SecretString::from) })
}

/// The name on the session bus by which a second start finds the first: one per folder.
pub fn bus_name(home: &Path) -> String {
    let hash = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, home.as_os_str().as_encoded_bytes());
    format!("art.canaletto.studio.h{}", hash.simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_has_its_own_name() {
        assert_ne!(bus_name(Path::new("/a")), bus_name(Path::new("/b")));
        assert_eq!(bus_name(Path::new("/a")), bus_name(Path::new("/a")));
    }
}
