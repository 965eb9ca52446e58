use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::{LIST_IMAGE_STYLES, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// Asks for the names of styles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListImageStyles {}

impl Request for ListImageStyles {
    type Answer = Vec<String>;

    const OPERATION: Operation = LIST_IMAGE_STYLES;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(LIST_IMAGE_STYLES))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Vec<String>> {
        let answer: Value = serde_json::from_slice(&body).map_err(|_| Error::unexpected("no JSON", None))?;
        let styles = answer["data"].as_array().ok_or_else(|| Error::unexpected("no list of styles", None))?;
        Ok(styles.iter().filter_map(|style| style.as_str().map(str::to_owned)).collect())
    }
}

impl Client {
    /// Lists the names of styles for [`GenerateImage::style_preset`](super::GenerateImage::style_preset). Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/styles>.
    pub async fn list_image_styles(&self) -> Result<Answer<Vec<String>>> {
        self.send(&ListImageStyles {}).await
    }
}
