//! The shelf of cloned voices.

use std::path::Path;

use jiff::Timestamp;
use store::{CloneId, Voice};

use super::{CloneView, make};
use crate::{AppError, Result, Studio, error::Code, voice::speech};

/// Characters of a name.
const LONGEST_NAME: usize = 80;

impl Studio {
    /// The cloned voices of the selected account.
    pub async fn clones(&self) -> Result<Vec<CloneView>> {
        let account = self.selected_payer().await?.id;
        let voices = self.store(move |store| store.clones().of_account(&account)).await?;
        let now = Timestamp::now();
        Ok(voices.into_iter().map(|voice| view(voice, now)).collect())
    }

    pub(super) async fn clone_view(&self, id: CloneId) -> Result<CloneView> {
        let voice = self.store(move |store| store.clones().get(id)).await?;
        Ok(view(voice, Timestamp::now()))
    }

    /// Renames it.
    pub async fn rename_clone(&self, id: String, name: String) -> Result<CloneView> {
        let (id, name) = (parse(&id)?, named(&name)?);
        let voice = self.store(move |store| store.clones().rename(id, &name)).await?;
        Ok(view(voice, Timestamp::now()))
    }

    /// Takes it off the shelf. Venice has no way to delete it: it ends there by itself.
    pub async fn forget_clone(&self, id: String) -> Result<()> {
        let id = parse(&id)?;
        let voice = self.store(move |store| store.clones().get(id)).await?;
        let sample = self.sample_path(&voice.sample);
        self.store(move |store| {
            // What comes of one that is being made anew is paid for, and comes back with its sample.
            let stays = make::is_being_made(store, id)?;
            store.clones().forget(id)?;
            if !stays {
                remove(&sample);
            }
            Ok(())
        })
        .await
    }
}

fn view(voice: Voice, now: Timestamp) -> CloneView {
    CloneView {
        problem: speech::ended(&voice, now),
        ends_at: voice.ends_at().map(|end| end.to_string()),
        id: voice.id.to_string(),
        name: voice.name,
        handle: voice.handle,
        model: voice.model,
        account: voice.account,
        pretend: voice.pretend,
        sample: voice.item.map(|item| item.to_string()),
        made_at: voice.made_at.to_string(),
        used_at: voice.used_at.map(|used| used.to_string()),
    }
}

/// A name with something in it.
pub(super) fn named(name: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(AppError::new(
            Code::FieldInvalid,
            format!("A name has 1 to {LONGEST_NAME} characters."),
            "Give it another name.",
        )
        .param("field", "name")
        .param("reason", format!("1 to {LONGEST_NAME} characters")));
    }
    Ok(name)
}

pub(super) fn parse(id: &str) -> Result<CloneId> {
    id.parse().map_err(|_| AppError::not_found("voice"))
}

/// What can't be removed takes up room, no more.
pub(super) fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a sample was not removed");
    }
}
