//! The Models room: every model with a price that can be compared, what the user marked, and what is new in the list.

pub(crate) mod changes;
mod comparable;
pub(crate) mod entry;
mod listed;
pub(crate) mod marks;
mod quotes;
pub mod view;

use jiff::{Timestamp, ToSpan};
use venice::models::{Model, SkippedModel};

use self::view::{ModelChanges, ModelsPage};
use crate::{AppError, Result, Studio, events::AppEvent, pictures::catalogue::Listed};

/// The longest look back, in days.
const LONGEST: u32 = 3_650;

impl Studio {
    /// All models of the selected account; `refresh` asks Venice again.
    pub async fn models_page(&self, refresh: bool) -> Result<ModelsPage> {
        let payer = self.selected_payer().await?;
        let (listed, problem) = self.models_or_older(&payer, refresh).await?;
        let quotes = self.film_quotes(&payer.id).await?;
        let models = listed.models.iter().map(|model| entry::of(model, quotes.get(&model.id))).collect();
        Ok(ModelsPage {
            models,
            marks: self.model_marks(payer.pretend).await?,
            fetched_at: listed.fetched_at.to_string(),
            pretend: payer.pretend,
            account: payer.id,
            problem,
        })
    }

    /// What has changed in the list: within so many days, else since the user last looked. Asks nobody.
    pub async fn model_changes(&self, days: Option<u32>) -> Result<ModelChanges> {
        let payer = self.selected_payer().await?;
        if let Some(listed) = self.known_models(&payer.id).await? {
            self.note_first(&payer.id, &listed).await?;
        }
        let account = payer.id;
        let back = days.map(|days| Timestamp::now() - (i64::from(days.min(LONGEST)) * 24).hours());
        self.store(move |store| {
            let versions = store.model_versions();
            let Some(first) = versions.first(&account)? else { return Ok(ModelChanges::default()) };
            let looked = versions.looked_at(&account)?;
            let since = back.or(looked).map_or(first, |since| since.max(first));
            let (before, now) = (versions.at(&account, since)?, versions.at(&account, Timestamp::MAX)?);
            let mut changes = changes::between(&before, &now);
            changes.sort_by(|one, other| (&other.at, &one.name).cmp(&(&one.at, &other.name)));
            Ok(ModelChanges { since: Some(since.to_string()), changes })
        })
        .await
    }

    /// Notes that the user has looked at what changed up to a moment, as [`ModelsPage::fetched_at`] tells it.
    pub async fn mark_models_seen(&self, until: &str) -> Result<ModelChanges> {
        let until: Timestamp = until.parse().map_err(|_| AppError::not_found("list"))?;
        let account = self.selected_payer().await?.id;
        let shown = self.known_models(&account).await?.is_some_and(|listed| listed.fetched_at == until);
        self.store(move |store| {
            let versions = store.model_versions();
            // What the list that is shown says may be noted later than it came, by a clock that was set back.
            let noted = if shown { versions.last(&account)? } else { None };
            versions.look(&account, noted.map_or(until, |noted| noted.max(until)))
        })
        .await?;
        self.model_changes(None).await
    }

    /// Notes what is new in a list that just came.
    pub(crate) async fn note_models(
        &self,
        account: &str,
        listed: &Listed,
        skipped: Vec<SkippedModel>,
    ) -> Result<()> {
        let unread: Option<Vec<String>> = skipped.into_iter().map(|skipped| skipped.id).collect();
        // Nothing at all is a fault of the server, and of a model without a name nobody can say that it is still there.
        let (Some(unread), false) = (unread, listed.models.is_empty()) else { return Ok(()) };
        let all = listed.models.iter().map(kept).collect::<Result<Vec<_>>>()?;
        let (account, at) = (account.to_owned(), listed.fetched_at);
        if self.store(move |store| store.model_versions().note(&account, at, all, unread)).await? > 0 {
            self.tell(AppEvent::Models);
        }
        Ok(())
    }

    /// A list that was read by an earlier version of the program is where the comparison begins.
    async fn note_first(&self, account: &str, listed: &Listed) -> Result<()> {
        let of = account.to_owned();
        if self.store(move |store| store.model_versions().first(&of)).await?.is_some() {
            return Ok(());
        }
        self.note_models(account, listed, Vec::new()).await
    }
}

/// What is kept of a model. Whether it answers just now is no change of it.
fn kept(model: &Model) -> Result<(String, serde_json::Value)> {
    let mut value = serde_json::to_value(model).map_err(AppError::internal)?;
    if let Some(spec) = value.get_mut("model_spec").and_then(serde_json::Value::as_object_mut) {
        spec.remove("offline");
    }
    Ok((model.id.clone(), value))
}
