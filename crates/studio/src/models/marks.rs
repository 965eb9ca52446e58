//! Favourites and defaults: what the user marked, kept as a setting.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use venice::models::Model;

use super::{
    entry::purpose_of,
    view::{DefaultModel, ModelMarks, Purpose},
};
use crate::{AppError, Result, Studio, accounts::Payer, events::AppEvent};

const KEY: &str = "model_marks";

/// As it is kept. The sandbox has models of its own, and so defaults of its own.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    favourites: BTreeSet<String>,
    real: BTreeMap<String, String>,
    pretend: BTreeMap<String, String>,
}

impl Kept {
    fn defaults(&mut self, pretend: bool) -> &mut BTreeMap<String, String> {
        if pretend { &mut self.pretend } else { &mut self.real }
    }
}

/// What was marked, for one kind of money.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    favourites: BTreeSet<String>,
    defaults: Vec<DefaultModel>,
}

impl Marks {
    /// The user's default for something, if it is listed and answers.
    pub(crate) fn default<'a>(&self, purpose: Purpose, models: &'a [Model]) -> Option<&'a str> {
        let chosen = self.defaults.iter().find(|default| default.purpose == purpose)?;
        let answers = |model: &&Model| {
            model.id == chosen.model && !model.spec.offline && purpose_of(model) == Some(purpose)
        };
        models.iter().find(answers).map(|model| model.id.as_str())
    }

    /// Whether a model is the user's default for anything.
    pub(crate) fn is_default(&self, model: &str) -> bool {
        self.defaults.iter().any(|default| default.model == model)
    }

    /// Puts favourites first; the rest stays in its order.
    pub(crate) fn favourites_first<T>(&self, models: &mut [T], id: impl Fn(&T) -> &str) {
        models.sort_by_key(|model| !self.favourites.contains(id(model)));
    }
}

impl Studio {
    /// What the user marked, for the account that pays.
    pub(crate) async fn marks(&self, payer: &Payer) -> Result<Marks> {
        let ModelMarks { favourites, defaults } = self.model_marks(payer.pretend).await?;
        Ok(Marks { favourites: favourites.into_iter().collect(), defaults })
    }

    /// Marks a model as a favourite, or no longer.
    pub async fn favourite_model(&self, model: String, favourite: bool) -> Result<ModelMarks> {
        self.change_marks(|kept, _| {
            if favourite {
                kept.favourites.insert(model);
            } else {
                kept.favourites.remove(&model);
            }
        })
        .await
    }

    /// Makes a model the one that is used where a form has none; without a model, Venice's own is.
    pub async fn set_default_model(&self, purpose: Purpose, model: Option<String>) -> Result<ModelMarks> {
        if let Some(model) = &model {
            let payer = self.selected_payer().await?;
            let listed = self.models(&payer, false).await?;
            let fits = |listed: &Model| listed.id == *model && purpose_of(listed) == Some(purpose);
            if !listed.models.iter().any(fits) {
                return Err(AppError::not_found("model"));
            }
        }
        let word = word_of(purpose)?;
        self.change_marks(|kept, pretend| {
            let defaults = kept.defaults(pretend);
            match model {
                Some(model) => defaults.insert(word, model),
                None => defaults.remove(&word),
            };
        })
        .await
    }

    pub(super) async fn model_marks(&self, pretend: bool) -> Result<ModelMarks> {
        Ok(shown(self.kept_marks().await?, pretend))
    }

    async fn change_marks(&self, change: impl FnOnce(&mut Kept, bool)) -> Result<ModelMarks> {
        let pretend = self.selected_payer().await?.pretend;
        // Two changes at once must not undo each other.
        let _turn = self.inner.settings_turn.lock().await;
        let mut kept = self.kept_marks().await?;
        change(&mut kept, pretend);
        let value = serde_json::to_value(&kept).map_err(AppError::internal)?;
        self.store(move |store| store.settings().set([(KEY.to_owned(), value)])).await?;
        self.tell(AppEvent::Models);
        Ok(shown(kept, pretend))
    }

    async fn kept_marks(&self) -> Result<Kept> {
        let kept = self.store(|store| store.settings().get(KEY)).await?;
        Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default())
    }
}

fn shown(mut kept: Kept, pretend: bool) -> ModelMarks {
    let defaults = std::mem::take(kept.defaults(pretend)).into_iter();
    ModelMarks {
        favourites: kept.favourites.into_iter().collect(),
        // A purpose of a newer version is left alone.
        defaults: defaults
            .filter_map(|(word, model)| {
                let purpose = serde_json::from_value(word.into()).ok()?;
                Some(DefaultModel { purpose, model })
            })
            .collect(),
    }
}

fn word_of(purpose: Purpose) -> Result<String> {
    let word = serde_json::to_value(purpose).map_err(AppError::internal)?;
    word.as_str().map(str::to_owned).ok_or_else(|| AppError::internal("a purpose is a word"))
}
