//! Taking a file out of the library, with its recipe inside if wished.

use std::{io::Write, path::PathBuf};

use super::parse;
use crate::{
    AppError, Result, Studio,
    error::Code,
    recipe::{Recipe, embed},
};

impl Studio {
    /// The file name to suggest for an item.
    pub async fn export_name(&self, id: &str) -> Result<String> {
        let (path, _) = self.item_file(id).await?;
        Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
    }

    /// Writes an item's file to `target` and answers its name. The library's own file is never touched.
    pub async fn export_item(&self, id: String, target: PathBuf, with_recipe: bool) -> Result<String> {
        let (source, _) = self.item_file(&id).await?;
        let item = {
            let id = parse(&id)?;
            self.store(move |store| store.library().get(id)).await?
        };
        if target.starts_with(self.library_folder()) {
            return Err(AppError::new(
                Code::ReadOnly,
                "This folder belongs to the library itself.",
                "Choose a folder outside the library.",
            )
            .param("path", target.display()));
        }
        let recipe: Option<Recipe> =
            item.recipe.filter(|_| with_recipe).and_then(|json| serde_json::from_value(json).ok());
        let written = tokio::task::spawn_blocking(move || -> Result<String> {
            let at = |error| AppError::from(store::Error::file(&target, error));
            let mut bytes = std::fs::read(&source).map_err(|error| store::Error::file(&source, error))?;
            if let Some(recipe) = recipe {
                bytes = embed::embed(&bytes, &recipe).map_err(|error| {
                    AppError::new(
                        Code::InputUnsupported,
                        format!("The recipe can't be written into this file: {error}."),
                        "Export it without its recipe.",
                    )
                })?;
            }
            let folder = target.parent().unwrap_or(std::path::Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
            file.write_all(&bytes).map_err(at)?;
            file.as_file().sync_all().map_err(at)?;
            file.persist(&target).map_err(|error| at(error.error))?;
            Ok(target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
        });
        written.await.map_err(AppError::internal)?
    }
}
