//! What was pasted in an earlier run and never imported.

use std::{collections::HashSet, path::Path};

use store::Store;

use crate::{Result, Studio};

impl Studio {
    /// Removes pasted files that nothing can name any more. Handles don't outlive a run; calls and their jobs do, and can be
    /// sent again with their files.
    pub(crate) async fn tidy_pasted(&self) -> Result<()> {
        let pasted = self.inner.imports.pasted.clone();
        self.store(move |store| tidy(store, &pasted)).await
    }
}

fn tidy(store: &Store, pasted: &Path) -> store::Result<()> {
    let entries = std::fs::read_dir(pasted).into_iter().flatten().flatten();
    let mut unnamed: HashSet<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let mut cursor = None;
    while !unnamed.is_empty() {
        let page = store.calls().page(None, cursor.as_deref(), 100)?;
        for call in &page.calls {
            let files = call.files.to_string();
            unnamed.retain(|name| !files.contains(name.as_str()));
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    while !unnamed.is_empty() {
        let page = store.jobs().page(cursor.as_deref(), 100)?;
        for job in &page.jobs {
            let request = job.request.to_string();
            unnamed.retain(|name| !request.contains(name.as_str()));
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for name in unnamed {
        // What can't be removed is only a file too many.
        let _ = std::fs::remove_file(pasted.join(name));
    }
    Ok(())
}
