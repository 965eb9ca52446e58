//! End-to-end encryption: opening what came sealed, and finding whom to seal the answer to.

use axum::http::{HeaderMap, StatusCode};

use super::{Call, request::Request};
use crate::{
    catalogue::{Ability, Model, TextRules},
    dialogue::{Part, Role},
    enclave::{NotOpened, Reader, hex},
    operations::enclave::of_model,
    refusal::Refusal,
};

const CLIENT: &str = "x-venice-tee-client-pub-key";
const MODEL: &str = "x-venice-tee-model-pub-key";
const ALGORITHM: &str = "x-venice-tee-signing-algo";

/// Opens the messages of a sealed request, and says who may read the answer; `None` for one that came open.
pub(super) fn opened(
    call: &Call,
    model: &Model,
    rules: &TextRules,
    request: &mut Request,
) -> Result<Option<Reader>, Refusal> {
    let Some(client) = header(&call.headers, CLIENT) else { return Ok(None) };
    if !rules.can(Ability::Sealed) || !request.ask.features.sealed {
        return Ok(None);
    }
    let reader = Reader::read(client)
        .ok_or_else(|| refused("The client's public key must be 130 hex characters, uncompressed"))?;
    if header(&call.headers, ALGORITHM).is_some_and(|word| !word.eq_ignore_ascii_case("ecdsa")) {
        return Err(refused("The signing algorithm must be ecdsa"));
    }
    let enclave = of_model(&call.house, model.id);
    let named = header(&call.headers, MODEL).ok_or_else(|| refused("The model's public key is missing"))?;
    if !named.trim_start_matches("0x").eq_ignore_ascii_case(&hex(&enclave.public_key())) {
        return Err(refused("The model's public key is not that of the model: fetch its attestation again"));
    }
    if !request.stream {
        return Err(refused("End-to-end encryption needs a streamed answer"));
    }
    for turn in request.ask.turns.iter_mut().filter(|turn| matches!(turn.role, Role::User | Role::System)) {
        for part in &mut turn.parts {
            let Part::Text(text) = part else {
                return Err(refused("Files are not available with end-to-end encryption"));
            };
            *text = enclave.open(text).map_err(|why| match why {
                NotOpened::Shape => refused("Every user and system message must be encrypted"),
                NotOpened::Key => refused("A message can't be decrypted with the model's key"),
            })?;
        }
    }
    // What the cache would remember is nobody's to know.
    request.ask.cache_key = None;
    Ok(Some(reader))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn refused(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
}
