use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use super::chance;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::operation::{GET_TEE_ATTESTATION, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// A number that is used once, so that an old proof isn't taken for a new one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// A random one.
    ///
    /// # Errors
    ///
    /// [`Setup`](crate::ErrorKind::Setup) where the system has no random numbers.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        chance::of_the_system(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Nonce {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes)
            .map_err(|_| de::Error::custom("a nonce is 32 bytes in hex"))?;
        Ok(Self(bytes))
    }
}

#[cfg(feature = "specta")]
impl specta::Type for Nonce {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Nonce {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Nonce".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9a-fA-F]{64}$"})
    }
}

/// Asks for proof of where a model runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GetTeeAttestation {
    /// The model's id; one that supports attestation.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "text")))]
    pub model: String,
    /// 32 random bytes in hex, which the proof is made for.
    pub nonce: Nonce,
}

impl GetTeeAttestation {
    /// Asks for proof that is made for a nonce.
    pub fn new(model: impl Into<String>, nonce: Nonce) -> Self {
        Self { model: model.into(), nonce }
    }

    /// Asks for proof that is made for a random nonce.
    ///
    /// # Errors
    ///
    /// [`Setup`](crate::ErrorKind::Setup) where the system has no random numbers.
    pub fn random(model: impl Into<String>) -> Result<Self> {
        Nonce::random().map(|nonce| Self::new(model, nonce))
    }
}

/// What is said of where a model runs. Nothing of it is to be believed before [`TeeAttestation::verify`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct TeeAttestation {
    /// Whether Venice found the proof good.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub verified: Option<bool>,
    /// The nonce it was made for, in hex.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub nonce: Option<String>,
    /// The model's id.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
    /// Who runs the hardware.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub tee_provider: Option<String>,
    /// Intel's quote, in base64 or hex.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub intel_quote: Option<String>,
    /// NVIDIA's evidence, as it was sent.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<Value>))]
    pub nvidia_payload: Option<Value>,
    /// The public key that messages are encrypted to and answers signed with, in hex.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub signing_key: Option<String>,
    /// The same under its other name.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub signing_public_key: Option<String>,
    /// The address of that key, as Ethereum counts.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub signing_address: Option<String>,
    /// Fields this version of the crate doesn't know, such as what Venice checked itself.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

impl TeeAttestation {
    /// The public key that messages are encrypted to, in hex, by whichever name it comes.
    pub fn key(&self) -> Option<&str> {
        self.signing_key.as_deref().or(self.signing_public_key.as_deref())
    }
}

impl Request for GetTeeAttestation {
    type Answer = TeeAttestation;

    const OPERATION: Operation = GET_TEE_ATTESTATION;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_TEE_ATTESTATION)
            .query("model", Some(&self.model))
            .query("nonce", Some(&self.nonce)))
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<TeeAttestation> {
        let unexpected = || Error::unexpected("no attestation", content_type).of(&GET_TEE_ATTESTATION);
        let answer: TeeAttestation = serde_json::from_slice(&body).map_err(|_| unexpected())?;
        let says_something =
            answer.intel_quote.is_some() || answer.key().is_some() || answer.verified.is_some();
        if says_something { Ok(answer) } else { Err(unexpected()) }
    }
}

impl Client {
    /// Proof of where a model runs.
    ///
    /// See <https://docs.venice.ai/guides/features/tee-e2ee-models>.
    pub async fn get_tee_attestation(&self, request: &GetTeeAttestation) -> Result<Answer<TeeAttestation>> {
        self.send(request).await
    }
}
