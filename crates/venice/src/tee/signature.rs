use bytes::Bytes;
use k256::PublicKey;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::keys::{Address, keccak, without_prefix};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::operation::{GET_TEE_SIGNATURE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// Asks for the signature of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GetTeeSignature {
    /// The id of the model that answered.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "text")))]
    pub model: String,
    /// The id of the answer, such as `chatcmpl-abc123`.
    pub request_id: String,
}

impl GetTeeSignature {
    /// Asks for the signature of an answer.
    pub fn new(model: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self { model: model.into(), request_id: request_id.into() }
    }
}

/// The signature of an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct TeeSignature {
    /// What was signed: the hashes of request and answer, separated by colons; some servers put the model before them.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub text: String,
    /// The signature in hex.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub signature: String,
    /// Who is said to have signed.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub signing_address: Option<String>,
    /// How it was signed; `ecdsa`.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub signing_algo: Option<String>,
    /// Fields this version of the crate doesn't know.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

impl TeeSignature {
    /// Who really signed the text, in the way wallets sign messages (EIP-191); `None` for what is no signature.
    ///
    /// That the text is about an answer is another matter: how its hashes are made isn't documented.
    pub fn signer(&self) -> Option<Address> {
        let bytes = hex::decode(without_prefix(&self.signature)).ok()?;
        let (signature, [recovery]) = bytes.split_at_checked(64)? else { return None };
        let signature = Signature::from_slice(signature).ok()?;
        // Wallets count from 27.
        let recovery = RecoveryId::from_byte(recovery.checked_sub(27).unwrap_or(*recovery))?;
        let message =
            [format!("\x19Ethereum Signed Message:\n{}", self.text.len()).as_bytes(), self.text.as_bytes()]
                .concat();
        let key = VerifyingKey::recover_from_prehash(&keccak(&message), &signature, recovery).ok()?;
        Some(Address::of(&PublicKey::from(&key)))
    }

    /// Whether the text was signed by the key of an address that was proved otherwise.
    pub fn is_signed_by(&self, address: &Address) -> bool {
        self.signer().as_ref() == Some(address)
    }
}

impl Request for GetTeeSignature {
    type Answer = TeeSignature;

    const OPERATION: Operation = GET_TEE_SIGNATURE;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_TEE_SIGNATURE)
            .query("model", Some(&self.model))
            .query("request_id", Some(&self.request_id)))
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<TeeSignature> {
        let answer: Option<TeeSignature> = serde_json::from_slice(&body).ok();
        answer
            .filter(|answer| !answer.signature.is_empty())
            .ok_or_else(|| Error::unexpected("no signature", content_type).of(&GET_TEE_SIGNATURE))
    }
}

impl Client {
    /// The signature of an answer, made where the model runs.
    ///
    /// See <https://docs.venice.ai/guides/features/tee-e2ee-models>.
    pub async fn get_tee_signature(&self, request: &GetTeeSignature) -> Result<Answer<TeeSignature>> {
        self.send(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn signed() -> (TeeSignature, Address) {
        let vectors: Value =
            serde_json::from_str(include_str!("../../tests/data/encrypted_chat.json")).unwrap();
        let text = |field: &str| vectors[field].as_str().unwrap().to_owned();
        let signature = TeeSignature {
            text: text("signed_text"),
            signature: text("signature"),
            ..TeeSignature::default()
        };
        (signature, text("model_address").parse().unwrap())
    }

    #[test]
    fn a_signature_of_another_implementation_is_recognised() {
        let (signature, address) = signed();
        assert!(signature.is_signed_by(&address));
        // Some count from 0.
        let mut other = signature.clone();
        let last = u8::from_str_radix(&other.signature[other.signature.len() - 2..], 16).unwrap();
        other.signature.truncate(other.signature.len() - 2);
        other.signature.push_str(&hex::encode([last - 27]));
        assert!(other.is_signed_by(&address));
        other.text.push(' ');
        assert!(!other.is_signed_by(&address) && other.signer().is_some());
    }

    proptest! {
        #[test]
        fn no_signature_breaks_the_reader(text in "\\PC{0,20}", signature in "(0x)?[0-9a-f]{128,132}|\\PC{0,140}") {
            let (_, address) = signed();
            let other = TeeSignature { text, signature, ..TeeSignature::default() };
            prop_assert!(!other.is_signed_by(&address));
        }
    }
}
