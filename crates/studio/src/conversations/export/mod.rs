//! Taking conversations out: as Markdown to read, as JSON to keep and bring back.

mod json;
mod markdown;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, tz::TimeZone};
use store::ConversationId;

use super::{plan::parse, shown::title_of, view::ConversationFormat};
use crate::{AppError, Result, Studio, error::Code};

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 60;

impl Studio {
    /// The file name to suggest for conversations.
    pub async fn name_of_export(&self, ids: &[String], format: ConversationFormat) -> Result<String> {
        let ending = match format {
            ConversationFormat::Markdown => "md",
            ConversationFormat::Json => "json",
        };
        let stem = match ids {
            [id] => {
                let id: ConversationId = parse(id, "conversation")?;
                let conversation = self.store(move |store| store.conversations().get(id)).await?;
                file_name(&title_of(&conversation))
            }
            _ => None,
        };
        let day = Timestamp::now().to_zoned(TimeZone::system()).date();
        let stem = stem.unwrap_or_else(|| match ids.len() {
            1 => format!("conversation {day}"),
            _ => format!("conversations {day}"),
        });
        Ok(format!("{stem}.{ending}"))
    }

    /// Writes conversations to a file, all of it or nothing.
    pub async fn export_conversations(
        &self,
        ids: Vec<String>,
        format: ConversationFormat,
        path: PathBuf,
    ) -> Result<()> {
        if ids.is_empty() {
            return Err(AppError::not_found("conversation"));
        }
        self.not_our_own(&path)?;
        let ids: Vec<ConversationId> =
            ids.iter().map(|id| parse(id, "conversation")).collect::<Result<_>>()?;
        let bytes = match format {
            ConversationFormat::Markdown => {
                let zone = TimeZone::system();
                self.store(move |store| markdown::write(store, &ids, &zone)).await?.into_bytes()
            }
            ConversationFormat::Json => {
                let now = Timestamp::now();
                let file = self.store(move |store| json::write(store, &ids, now)).await?;
                serde_json::to_vec_pretty(&file).map_err(AppError::internal)?
            }
        };
        self.put_out(path, bytes).await
    }

    /// Writes a file where the user wants it, all of it or nothing.
    pub(crate) async fn put_out(&self, path: PathBuf, bytes: Vec<u8>) -> Result<()> {
        self.not_our_own(&path)?;
        let written = tokio::task::spawn_blocking(move || put(&path, &bytes));
        Ok(written.await.map_err(AppError::internal)??)
    }

    /// An error where a file would be put among our own.
    pub(crate) fn not_our_own(&self, path: &Path) -> Result<()> {
        if path.starts_with(self.library_folder()) || path.starts_with(self.home()) {
            return Err(AppError::new(
                Code::ReadOnly,
                "This folder belongs to Canaletto itself.",
                "Choose another folder.",
            )
            .param("path", path.display()));
        }
        Ok(())
    }
}

/// Writes a whole file aside and puts it into its place.
fn put(target: &Path, bytes: &[u8]) -> store::Result<()> {
    let at = |error| store::Error::file(target, error);
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
    file.write_all(bytes).map_err(at)?;
    file.as_file().sync_all().map_err(at)?;
    file.persist(target).map_err(|error| at(error.error))?;
    Ok(())
}

/// A title as every file system takes it.
pub(crate) fn file_name(title: &str) -> Option<String> {
    let plain = |character: char| if character.is_alphanumeric() { character } else { ' ' };
    let words: String = title.chars().map(plain).take(LONGEST_NAME).collect();
    let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_of_files_are_plain_words() {
        assert_eq!(file_name("../What: is <a> gondola?…").as_deref(), Some("What is a gondola"));
        assert_eq!(file_name("威尼斯的贡多拉").as_deref(), Some("威尼斯的贡多拉"));
        assert_eq!(file_name("?!"), None);
    }
}
