//! Texts as vectors.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::{CREATE_EMBEDDING, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// The most texts of a request.
const MOST_TEXTS: usize = 2048;

open_enum! {
    /// How vectors are written.
    pub enum EncodingFormat {
        /// As numbers.
        Float = "float",
        /// As base64 of 32-bit floats, which takes less than half the bytes.
        Base64 = "base64",
    }
}

/// One text, or several.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum EmbeddingInput {
    /// One text, which isn't empty.
    Text(#[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-multiline" = true)))] String),
    /// 1 to 2048 texts.
    Texts(#[cfg_attr(feature = "schema", schemars(length(min = 1, max = 2048)))] Vec<String>),
}

impl fmt::Debug for EmbeddingInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = if let Self::Texts(texts) = self { texts.len() } else { 1 };
        write!(f, "{count} texts")
    }
}

impl From<&str> for EmbeddingInput {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for EmbeddingInput {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for EmbeddingInput {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

/// Asks for texts as vectors.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateEmbedding {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "embedding")))]
    pub model: String,
    /// The texts, each at most as long as the model takes (8192 tokens for most).
    pub input: EmbeddingInput,
    /// How many numbers a vector has, for models that can shorten them: at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub dimensions: Option<u32>,
    /// How vectors are written; read here they are the same. Venice's default is as numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding_format: Option<EncodingFormat>,
    /// Taken for the sake of other programs, and not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

debug_without_words!(CreateEmbedding { model, input, dimensions, encoding_format });

impl CreateEmbedding {
    /// Asks a model for texts as vectors.
    pub fn new(model: impl Into<String>, input: impl Into<EmbeddingInput>) -> Self {
        Self { model: model.into(), input: input.into(), dimensions: None, encoding_format: None, user: None }
    }

    setters! {
        /// How many numbers a vector has.
        dimensions: u32;
        /// How vectors are written.
        encoding_format: EncodingFormat;
    }
}

/// Texts as vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Embeddings {
    /// The vectors, in the order of the texts.
    pub data: Vec<Embedding>,
    /// The model that made them.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
    /// How many tokens it took.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = EmbeddingUsage))]
    pub usage: EmbeddingUsage,
}

/// One text as a vector.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Embedding {
    /// Which of the texts, counted from 0.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub index: u32,
    /// The vector.
    #[serde(rename = "embedding", deserialize_with = "vector")]
    #[cfg_attr(feature = "specta", specta(type = Vec<f32>))]
    pub vector: Vec<f32>,
}

debug_without_words!(Embedding { index });

/// How many tokens texts took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct EmbeddingUsage {
    /// Tokens of the texts.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub prompt_tokens: u32,
    /// All tokens.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub total_tokens: u32,
}

/// Reads numbers, or base64 of little-endian 32-bit floats.
fn vector<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    struct Vector;

    impl<'de> serde::de::Visitor<'de> for Vector {
        type Value = Vec<f32>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("numbers, or base64 of 32-bit floats")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
            let bytes = STANDARD.decode(text).map_err(|_| E::custom("no base64"))?;
            let (floats, rest) = bytes.as_chunks::<4>();
            if !rest.is_empty() {
                return Err(E::custom("base64 of something else than 32-bit floats"));
            }
            Ok(floats.iter().map(|float| f32::from_le_bytes(*float)).collect())
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            let mut vector = Vec::with_capacity(sequence.size_hint().unwrap_or_default().min(4096));
            while let Some(number) = sequence.next_element()? {
                vector.push(number);
            }
            Ok(vector)
        }
    }

    deserializer.deserialize_any(Vector)
}

impl Request for CreateEmbedding {
    type Answer = Embeddings;

    const OPERATION: Operation = CREATE_EMBEDDING;

    fn call(&self) -> Result<Call> {
        let invalid = |reason| Err(Error::invalid_input("input", reason).of(&CREATE_EMBEDDING));
        match &self.input {
            EmbeddingInput::Text(text) if text.is_empty() => return invalid("is empty"),
            EmbeddingInput::Texts(texts) if texts.is_empty() => return invalid("is empty"),
            EmbeddingInput::Texts(texts) if texts.len() > MOST_TEXTS => {
                return invalid("has more than 2048 texts");
            }
            _ => {}
        }
        Call::json(CREATE_EMBEDDING, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Embeddings> {
        let unexpected = || Error::unexpected("no embeddings", content_type).of(&CREATE_EMBEDDING);
        let mut answer: Embeddings = serde_json::from_slice(&body).map_err(|_| unexpected())?;
        answer.data.sort_by_key(|embedding| embedding.index);
        Ok(answer)
    }
}

impl Client {
    /// Texts as vectors.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/embeddings/generate>.
    pub async fn create_embedding(&self, request: &CreateEmbedding) -> Result<Answer<Embeddings>> {
        self.send(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn read(embedding: &Value) -> Result<Vec<f32>, serde_json::Error> {
        serde_json::from_value::<Embedding>(serde_json::json!({"embedding": embedding}))
            .map(|read| read.vector)
    }

    #[test]
    fn what_is_no_vector_is_an_error() {
        for other in [
            serde_json::json!("AAAA"),
            serde_json::json!("?"),
            serde_json::json!({}),
            serde_json::json!(["a"]),
            Value::Null,
        ] {
            assert!(read(&other).is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn both_encodings_say_the_same(vector in proptest::collection::vec(-1e6_f32..1e6, 0..20)) {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            prop_assert_eq!(&read(&STANDARD.encode(bytes).into()).unwrap(), &vector);
            prop_assert_eq!(&read(&serde_json::to_value(&vector).unwrap()).unwrap(), &vector);
        }
    }
}
