//! Folders of conversations.

use jiff::Timestamp;
use store::{Folder, FolderId};

use super::{names::named, plan::parse, view::FolderView};
use crate::{Result, Studio};

impl Studio {
    /// All folders, by name.
    pub async fn folders(&self) -> Result<Vec<FolderView>> {
        let folders = self.store(|store| store.folders().list()).await?;
        Ok(folders.into_iter().map(view_of).collect())
    }

    /// Makes a folder, or names it anew.
    pub async fn save_folder(&self, id: Option<String>, name: String) -> Result<FolderView> {
        let name = named(&name)?;
        let known: Option<FolderId> = id.as_deref().map(|id| parse(id, "folder")).transpose()?;
        let folder = self
            .store(move |store| match known {
                Some(id) => store.folders().rename(id, &name),
                None => store.folders().insert(FolderId::new(Timestamp::now()), &name),
            })
            .await?;
        Ok(view_of(folder))
    }

    /// Deletes a folder; its conversations are in none then.
    pub async fn delete_folder(&self, id: &str) -> Result<()> {
        let id: FolderId = parse(id, "folder")?;
        self.store(move |store| store.folders().delete(id)).await
    }
}

fn view_of(folder: Folder) -> FolderView {
    FolderView { id: folder.id.to_string(), name: folder.name, conversations: folder.conversations }
}
