//! The library without a window: what the command line does with it while the program doesn't run.

use std::{path::PathBuf, sync::Arc};

use store::{Checked, Finding, OpenOptions, Store, SystemClock};

use super::upkeep::LibraryCheck;
use crate::Result;

/// What was looked at, and what it came to.
#[derive(Debug, Clone)]
pub struct OfflineReport {
    /// The library's folder.
    pub folder: PathBuf,
    /// Items outside the trash.
    pub items: u64,
    /// Items in the trash.
    pub trashed: u64,
    /// Boards.
    pub boards: u64,
    /// The look at the files.
    pub check: LibraryCheck,
}

/// Looks whether files and database agree, and mends what can be mended. With `hashes` every file is read. It blocks.
///
/// # Errors
/// Where the program runs, and where the library's folder isn't there.
pub fn check(home: PathBuf, hashes: bool) -> Result<OfflineReport> {
    let (store, mut findings) = open(home)?;
    let mut checked = store.check(hashes, &|_| true)?;
    // What the opening mended isn't found again; what it only told is.
    let again: Vec<Finding> = std::mem::take(&mut checked.findings);
    findings.extend(again.into_iter().filter(|finding| !findings.contains(finding)).collect::<Vec<_>>());
    report(&store, Checked { findings, ..checked })
}

/// Makes the library's part of the database again from the files and the notes beside them. It blocks.
///
/// # Errors
/// Where the program runs, and where the library's folder isn't there.
pub fn rebuild(home: PathBuf) -> Result<OfflineReport> {
    let (store, mut findings) = open(home)?;
    let mut checked = store.rebuild()?;
    let again: Vec<Finding> = std::mem::take(&mut checked.findings);
    findings.extend(again.into_iter().filter(|finding| !findings.contains(finding)).collect::<Vec<_>>());
    // That all of it is read anew is no finding here.
    findings.retain(|finding| !matches!(finding, Finding::FilesAdopted { .. }));
    report(&store, Checked { findings, ..checked })
}

fn open(home: PathBuf) -> Result<(Store, Vec<Finding>)> {
    let library = home.join("library");
    Ok(Store::open(OpenOptions { home, library, clock: Arc::new(SystemClock) })?)
}

fn report(store: &Store, checked: Checked) -> Result<OfflineReport> {
    let status = store.library().status()?;
    store.flush()?;
    Ok(OfflineReport {
        folder: store.library_path(),
        items: status.items,
        trashed: status.trashed,
        boards: store.boards().list()?.len() as u64,
        check: checked.into(),
    })
}
