//! Venice's models and styles: asked for once, kept as a snapshot, and read from there without a network.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{Timestamp, ToSpan};
use store::Snapshot;
use venice::models::{ListModels, Model, ModelList, Privacy};

use super::model::{ModelUse, ModelView, PictureModels, Steps};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    models::{entry::purpose_of, view::Purpose},
    pricing,
};

/// A snapshot older than this is asked for anew.
const FRESH_HOURS: i64 = 12;
const MODELS: &str = "models";
const STYLES: &str = "styles";

/// The models of one account, as they were at a moment.
#[derive(Clone)]
pub(crate) struct Listed {
    pub models: Arc<Vec<Model>>,
    pub fetched_at: Timestamp,
}

/// What was read, by account.
#[derive(Default)]
pub(crate) struct Catalogue(Mutex<HashMap<String, Listed>>);

impl Catalogue {
    fn get(&self, account: &str) -> Option<Listed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }

    fn put(&self, account: &str, listed: Listed) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account.to_owned(), listed);
    }
}

impl Studio {
    /// The models for making and editing; `refresh` asks Venice again.
    pub async fn picture_models(&self, refresh: bool) -> Result<PictureModels> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, refresh).await?;
        let marks = self.marks(&payer).await?;
        let of = |purpose, use_for| -> (Vec<ModelView>, Option<String>) {
            let fitting = listed.models.iter().filter(|model| purpose_of(model) == Some(purpose));
            let mut models: Vec<ModelView> = fitting.map(|model| view_of(model, use_for)).collect();
            let usual = || {
                let marked = models.iter().find(|model| model.traits.iter().any(|name| name == "default"));
                let usual = marked.or_else(|| models.iter().find(|model| !model.offline))?;
                Some(usual.id.clone())
            };
            let default = marks.default(purpose, &listed.models).map(str::to_owned).or_else(usual);
            marks.favourites_first(&mut models, |model| &model.id);
            (models, default)
        };
        let (make, default_make) = of(Purpose::Picture, ModelUse::Make);
        let (edit, default_edit) = of(Purpose::Edit, ModelUse::Edit);
        Ok(PictureModels {
            default_make,
            default_edit,
            make,
            edit,
            fetched_at: listed.fetched_at.to_string(),
        })
    }

    /// All models of the payer's server.
    pub(crate) async fn models(&self, payer: &Payer, refresh: bool) -> Result<Listed> {
        let known = match self.inner.catalogue.get(&payer.id) {
            Some(listed) => Some(listed),
            None => self.snapshot_of_models(&payer.id).await?,
        };
        let fresh = |listed: &Listed| is_fresh(listed.fetched_at);
        if let Some(listed) = known.clone().filter(|listed| !refresh && fresh(listed)) {
            self.inner.catalogue.put(&payer.id, listed.clone());
            return Ok(listed);
        }
        match (self.fetch_models(payer).await, known) {
            (Ok(listed), _) => Ok(listed),
            // Yesterday's prices are better than no room to work in; a refresh that was asked for says what failed.
            (Err(error), Some(listed)) if !refresh => {
                tracing::info!(code = error.code, "the models were not read anew");
                self.inner.catalogue.put(&payer.id, listed.clone());
                Ok(listed)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The same where a refresh that fails is told beside the models that are known: they are of use while Venice can't be
    /// asked.
    pub(crate) async fn models_or_older(
        &self,
        payer: &Payer,
        refresh: bool,
    ) -> Result<(Listed, Option<AppError>)> {
        match self.models(payer, refresh).await {
            Ok(listed) => Ok((listed, None)),
            Err(error) if refresh => match self.models(payer, false).await {
                Ok(listed) => Ok((listed, Some(error))),
                Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The models as they were last read, for an account that may be gone; nothing is asked.
    pub(crate) async fn known_models(&self, account: &str) -> Result<Option<Listed>> {
        match self.inner.catalogue.get(account) {
            Some(listed) => Ok(Some(listed)),
            None => self.snapshot_of_models(account).await,
        }
    }

    async fn snapshot_of_models(&self, account: &str) -> Result<Option<Listed>> {
        let account = account.to_owned();
        let snapshot = self.store(move |store| store.snapshots().get(MODELS, &account)).await?;
        Ok(snapshot.and_then(|snapshot| {
            let models: Vec<Model> = serde_json::from_value(snapshot.value).ok()?;
            Some(Listed { models: Arc::new(models), fetched_at: snapshot.fetched_at })
        }))
    }

    async fn fetch_models(&self, payer: &Payer) -> Result<Listed> {
        let ModelList { models, skipped, .. } = payer.client.list_models(&ListModels::all()).await?.value;
        if !skipped.is_empty() {
            tracing::warn!(count = skipped.len(), "models that can't be read were left out");
        }
        let listed = Listed { models: Arc::new(models), fetched_at: Timestamp::now() };
        let value = serde_json::to_value(&*listed.models).map_err(AppError::internal)?;
        let snapshot = Snapshot { fetched_at: listed.fetched_at, value };
        let account = payer.id.clone();
        self.store(move |store| store.snapshots().put(MODELS, &account, snapshot)).await?;
        self.note_models(&payer.id, &listed, skipped).await?;
        self.inner.catalogue.put(&payer.id, listed.clone());
        Ok(listed)
    }

    /// The names of Venice's styles; the last known ones where it can't be asked.
    pub async fn picture_styles(&self) -> Result<Vec<String>> {
        let payer = self.selected_payer().await?;
        let account = payer.id.clone();
        let kept = self.store(move |store| store.snapshots().get(STYLES, &account)).await?;
        let fresh = |kept: &Snapshot| is_fresh(kept.fetched_at);
        let names = |kept: Snapshot| serde_json::from_value::<Vec<String>>(kept.value).unwrap_or_default();
        if let Some(kept) = kept.clone().filter(fresh) {
            return Ok(names(kept));
        }
        match payer.client.list_image_styles().await {
            Ok(answer) => {
                let styles = answer.value;
                let snapshot = Snapshot { fetched_at: Timestamp::now(), value: styles.clone().into() };
                let account = payer.id.clone();
                self.store(move |store| store.snapshots().put(STYLES, &account, snapshot)).await?;
                Ok(styles)
            }
            Err(error) => kept.map(names).ok_or_else(|| error.into()),
        }
    }
}

/// A clock that was set back must not make a snapshot fresh for ever.
fn is_fresh(fetched_at: Timestamp) -> bool {
    let now = Timestamp::now();
    fetched_at <= now && fetched_at > now - FRESH_HOURS.hours()
}

/// Whether a model of pictures paints any: the background remover is listed among them, and does not.
pub(crate) fn paints(model: &Model) -> bool {
    !model.id.contains("bg-remover")
}

/// Whether a model's listing says yes to something that the description names without saying where it stands.
pub(crate) fn tells(model: &Model, flag: &str) -> bool {
    let spec = &model.spec;
    let constraints = spec.constraints.as_ref().map(|constraints| &constraints.extra);
    [Some(&spec.extra), constraints].into_iter().flatten().any(|told| told.get(flag) == Some(&true.into()))
}

pub(super) fn view_of(model: &Model, use_for: ModelUse) -> ModelView {
    let spec = &model.spec;
    let constraints = spec.constraints.clone().unwrap_or_default();
    let steps = constraints.steps.and_then(|steps| {
        let max = steps.max.filter(|max| *max > 0)?;
        Some(Steps { default: steps.default.unwrap_or(max).clamp(1, max), max })
    });
    let text = |quality: &venice::images::Quality| quality.as_str().to_owned();
    ModelView {
        id: model.id.clone(),
        name: spec.name.clone().unwrap_or_else(|| model.id.clone()),
        use_for,
        description: spec.description.clone(),
        privacy: spec.privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
        beta: spec.beta || spec.beta_model,
        offline: spec.offline,
        uncensored: spec.uncensored,
        traits: spec.traits.clone(),
        from_price: pricing::lowest(model),
        prompt_limit: constraints.prompt_character_limit,
        // A model that lists ratios takes those; a divisor beside them is of no use to a form.
        size_divisor: constraints.width_height_divisor.filter(|divisor| {
            *divisor > 0 && constraints.aspect_ratios.is_empty() && use_for == ModelUse::Make
        }),
        steps: steps.filter(|_| use_for == ModelUse::Make),
        aspect_ratios: constraints.aspect_ratios.clone(),
        default_aspect_ratio: constraints.default_aspect_ratio.clone(),
        resolutions: constraints.resolutions.clone(),
        default_resolution: constraints.default_resolution.clone(),
        qualities: constraints.qualities.iter().map(text).collect(),
        default_quality: constraints.default_quality.as_ref().map(text),
        max_style_references: constraints
            .max_style_references
            .filter(|_| spec.supports_style_references != Some(false))
            .unwrap_or(0),
        style_reference_strength: constraints.supports_style_reference_strength.unwrap_or(false),
        // Nothing in the list tells which models use additional weights, and the others ignore their strength. They are
        // part of models with open weights that Venice runs itself: those whose steps can be set. Others' can't have any.
        lora: use_for == ModelUse::Make && steps.is_some() && spec.privacy == Some(Privacy::Private),
        web_search: use_for == ModelUse::Make
            && (tells(model, "supportsWebSearch")
                || spec.capabilities.as_ref().is_some_and(|known| known.supports_web_search)),
        prompt_thinking: tells(model, "supportsOptimizePromptThinking"),
        max_input_images: (use_for == ModelUse::Edit).then(|| constraints.most_input_images()),
        replacement: spec
            .deprecation
            .as_ref()
            .and_then(|deprecation| deprecation.replacement_model_id.clone()),
        retires_at: spec
            .deprecation
            .as_ref()
            .and_then(|deprecation| deprecation.removes_at.map(|at| at.to_string())),
    }
}
