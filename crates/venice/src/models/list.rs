use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Model, ModelType};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::{LIST_MODEL_COMPATIBILITY_MAPPING, LIST_MODEL_TRAITS, LIST_MODELS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// Asks for models.
///
/// Without a type Venice lists text models only; ask for [`ModelType::All`] to see them all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ListModels {
    /// The type to list.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub model_type: Option<ModelType>,
}

impl ListModels {
    /// The text models.
    pub fn new() -> Self {
        Self::default()
    }

    /// The models of every type.
    pub fn all() -> Self {
        Self::of_type(ModelType::All)
    }

    /// The models of one type.
    pub fn of_type(model_type: ModelType) -> Self {
        Self { model_type: Some(model_type) }
    }
}

/// Asks for traits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListModelTraits {
    /// The type of the models; text models where it is left out.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub model_type: Option<ModelType>,
}

/// Asks for other makers' model names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListModelCompatibilityMapping {
    /// The type of the models; text models where it is left out.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub model_type: Option<ModelType>,
}

/// The models that could be read, and those that couldn't.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelList {
    /// In the order of the answer.
    pub models: Vec<Model>,
    /// Entries that are no model this crate can read.
    pub skipped: Vec<SkippedModel>,
    /// The type that was listed.
    pub model_type: Option<ModelType>,
}

/// An entry of a list of models that couldn't be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SkippedModel {
    /// Its place in the list, counted from 0.
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub index: usize,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// What is missing.
    pub reason: String,
}

impl ModelList {
    /// Reads the body of an answer of `GET /models`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't JSON with a list called `data`.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let unexpected = |what| Error::unexpected(what, None).of(&LIST_MODELS);
        let mut answer: Value = serde_json::from_slice(json).map_err(|_| unexpected("no JSON"))?;
        let Some(Value::Array(entries)) = answer.get_mut("data").map(Value::take) else {
            return Err(unexpected("no list of models"));
        };
        let mut list = Self { model_type: answer["type"].as_str().map(ModelType::from), ..Self::default() };
        for (index, entry) in entries.into_iter().enumerate() {
            let id = entry.get("id").and_then(Value::as_str).map(str::to_owned);
            match serde_json::from_value(entry) {
                Ok(model) => list.models.push(model),
                Err(error) => list.skipped.push(SkippedModel { index, id, reason: error.to_string() }),
            }
        }
        Ok(list)
    }

    /// The model with this id.
    pub fn get(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }
}

/// Names, and the ids of the models they stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelMap {
    /// The id of a model by its name.
    pub ids: BTreeMap<String, String>,
    /// The type of the models.
    pub model_type: Option<ModelType>,
}

impl ModelMap {
    /// Reads the body of an answer of `GET /models/traits` or `GET /models/compatibility_mapping`. Entries that are
    /// no text are left out.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't JSON with an object called `data`.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let mut answer: Value =
            serde_json::from_slice(json).map_err(|_| Error::unexpected("no JSON", None))?;
        let Some(Value::Object(entries)) = answer.get_mut("data").map(Value::take) else {
            return Err(Error::unexpected("no map of models", None));
        };
        let ids =
            entries.into_iter().filter_map(|(name, id)| Some((name, id.as_str()?.to_owned()))).collect();
        Ok(Self { ids, model_type: answer["type"].as_str().map(ModelType::from) })
    }
}

impl Request for ListModels {
    type Answer = ModelList;

    const OPERATION: Operation = LIST_MODELS;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(LIST_MODELS).query("type", self.model_type.as_ref()))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<ModelList> {
        ModelList::from_json(&body)
    }
}

impl Request for ListModelTraits {
    type Answer = ModelMap;

    const OPERATION: Operation = LIST_MODEL_TRAITS;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(LIST_MODEL_TRAITS).query("type", self.model_type.as_ref()))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<ModelMap> {
        ModelMap::from_json(&body)
    }
}

impl Request for ListModelCompatibilityMapping {
    type Answer = ModelMap;

    const OPERATION: Operation = LIST_MODEL_COMPATIBILITY_MAPPING;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(LIST_MODEL_COMPATIBILITY_MAPPING).query("type", self.model_type.as_ref()))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<ModelMap> {
        ModelMap::from_json(&body)
    }
}

impl Client {
    /// Lists models. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/models/list>.
    pub async fn list_models(&self, request: &ListModels) -> Result<Answer<ModelList>> {
        self.send(request).await
    }

    /// Lists traits (`default`, `fastest`, `default_vision`), each of which may be used in place of a model's id.
    /// Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/models/traits>.
    pub async fn list_model_traits(&self, request: &ListModelTraits) -> Result<Answer<ModelMap>> {
        self.send(request).await
    }

    /// Lists other makers' model names that are taken for one of Venice's. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/models/compatibility_mapping>.
    pub async fn list_model_compatibility_mapping(
        &self,
        request: &ListModelCompatibilityMapping,
    ) -> Result<Answer<ModelMap>> {
        self.send(request).await
    }
}
