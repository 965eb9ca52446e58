//! Taking a file out of the library, with its recipe inside if wished.

use std::path::PathBuf;

use store::MediaKind;

use super::{
    parse,
    taking_out::{
        aside,
        render::{Content, with_recipe},
    },
};
use crate::{AppError, Result, Studio};

impl Studio {
    /// The file name to suggest for an item.
    pub async fn export_name(&self, id: &str) -> Result<String> {
        let (path, _) = self.item_file(id).await?;
        Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
    }

    /// Writes an item's file to `target` and answers its name. The library's own file is never touched.
    pub async fn export_item(&self, id: String, target: PathBuf, with_recipe_inside: bool) -> Result<String> {
        let (source, _) = self.item_file(&id).await?;
        let item = {
            let id = parse(&id)?;
            self.store(move |store| store.library().get(id)).await?
        };
        self.must_be_outside(&target)?;
        let written = tokio::task::spawn_blocking(move || -> Result<String> {
            let at = |error| AppError::from(store::Error::file(&target, error));
            let mut content = if item.kind == MediaKind::Picture {
                let bytes = std::fs::read(&source).map_err(|error| store::Error::file(&source, error))?;
                Content::Bytes(with_recipe(bytes, &item, with_recipe_inside))
            } else {
                Content::file(&source)?
            };
            let mut file = aside(&target)?;
            content.write_to(&mut file).map_err(at)?;
            file.as_file().sync_all().map_err(at)?;
            file.persist(&target).map_err(|error| at(error.error))?;
            Ok(target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
        });
        written.await.map_err(AppError::internal)?
    }
}
