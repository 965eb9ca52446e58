use bytes::Bytes;
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::LIST_IMAGE_STYLES;
use crate::receipt::Answer;

fn from_json(json: &[u8]) -> Result<Vec<String>> {
    let answer: Value = serde_json::from_slice(json).map_err(|_| Error::unexpected("no JSON", None))?;
    let styles = answer["data"].as_array().ok_or_else(|| Error::unexpected("no list of styles", None))?;
    Ok(styles.iter().filter_map(|style| style.as_str().map(str::to_owned)).collect())
}

impl Client {
    /// Lists the names of styles for [`GenerateImage::style_preset`](super::GenerateImage::style_preset). Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/styles>.
    pub async fn list_image_styles(&self) -> Result<Answer<Vec<String>>> {
        self.fetch(&Call::get(LIST_IMAGE_STYLES), |_, _, bytes: Bytes| from_json(&bytes)).await
    }
}
