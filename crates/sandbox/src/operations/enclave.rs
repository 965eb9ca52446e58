//! What the enclaves of models prove: two operations that Venice has beside its description.
//!
//! Shapes as in Venice's guide: <https://docs.venice.ai/overview/guides/tee-e2ee-models>

use serde_json::json;

use super::{Call, model, model_headers};
use crate::{
    answer::Answer,
    catalogue::{Ability, Model},
    enclave::{Enclave, hex, quote, unhex},
    gate::Access,
    house::House,
    refusal::Refusal,
    routes::{Method, Operation},
};
use axum::http::StatusCode;

/// Who runs the enclaves.
pub(crate) const PROVIDER: &str = "sandbox";

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("getTeeAttestation", Method::Get, "/tee/attestation", Access::Open, |call, _| {
        Box::pin(async move { attestation(&call) })
    }),
    Operation::new("getTeeSignature", Method::Get, "/tee/signature", Access::Open, |call, _| {
        Box::pin(async move { signature(&call) })
    }),
];

/// The enclave of a model: its key stays as long as the sandbox's state does.
pub(crate) fn of_model(house: &House, model: &str) -> Enclave {
    Enclave::of(&house.home.admin_key, model)
}

fn shielded(call: &Call, asked: &str) -> Result<Model, Refusal> {
    let model = model(call, "text", "model", asked)?;
    if model.text.is_none_or(|rules| !rules.can(Ability::Enclave)) {
        return Err(Refusal::field("INVALID_MODEL", "model", "The model doesn't run in an enclave"));
    }
    Ok(model)
}

fn attestation(call: &Call) -> Result<Answer, Refusal> {
    let mut query = call.query();
    let asked = query.required_text("model", 1..=200);
    let nonce = query.required_text("nonce", 1..=200);
    let bytes: Option<[u8; 32]> = unhex(&nonce).and_then(|bytes| bytes.try_into().ok());
    if bytes.is_none() {
        query.reject("nonce", "invalid_string", "Must be 32 bytes in hex");
    }
    query.finish()?;
    let model = shielded(call, &asked)?;
    let enclave = of_model(&call.house, model.id);
    let quote = quote(enclave.address(), bytes.unwrap_or_default());
    let cards = json!({"nonce": nonce, "arch": "SANDBOX", "evidence_list": []});
    let mut answer =
        Answer::ok(&json!({"verified": true, "nonce": nonce, "model": model.id, "tee_provider": PROVIDER,
        "tee_hardware": "none: a rehearsal of intel-tdx", "intel_quote": hex(&quote),
        "nvidia_payload": cards.to_string(), "signing_key": hex(&enclave.public_key()),
        "signing_address": enclave.written_address(), "signing_algo": "ecdsa"}));
    model_headers(&model, &mut answer);
    Ok(answer)
}

fn signature(call: &Call) -> Result<Answer, Refusal> {
    let mut query = call.query();
    let asked = query.required_text("model", 1..=200);
    let id = query.required_text("request_id", 1..=200);
    query.choice("signing_algo", &["ecdsa"]);
    query.finish()?;
    let model = shielded(call, &asked)?;
    let text = call.house.signed.text(&id, model.id).ok_or_else(|| {
        let message = "No signature is known for this request: it was another model's, or long ago";
        Refusal::new(StatusCode::NOT_FOUND, "TEE_SIGNATURE_FAILED", message)
    })?;
    let enclave = of_model(&call.house, model.id);
    let mut answer = Answer::ok(&json!({"model": model.id, "request_id": id, "text": text,
        "signature": format!("0x{}", hex(&enclave.sign(&text))), "signing_address": enclave.written_address(),
        "signing_algo": "ecdsa"}));
    model_headers(&model, &mut answer);
    Ok(answer)
}
