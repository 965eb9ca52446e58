//! The table of all operations: what can be done with a request whose type isn't known.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use serde_json::Value;
use venice::{Operation, Receipt, models::Model};

use super::{CallRequest, Callable, ResultFile, view::OperationView};
use crate::{
    AppError, Result, Studio, accounts::Payer, error::Code, jobs::view::JobView, money::Money, pricing::Price,
};

type Again = Pin<Box<dyn Future<Output = Result<JobView>> + Send>>;

/// What came of an answer.
pub(super) struct Results {
    pub files: Vec<ResultFile>,
    /// The answer without what is in the files, as JSON.
    pub shown: String,
    pub answer_id: Option<String>,
    /// The id under which the work goes on, and where its result will be.
    pub remote: Option<(String, Option<String>)>,
}

/// An operation, by functions that hide the type of its request.
pub(super) struct Kind {
    pub operation: Operation,
    pub schema: fn() -> Value,
    pub price: fn(Value, &[Model]) -> Result<Price>,
    pub pays: fn(Value) -> Result<Option<Money>>,
    pub results: fn(Value, &Receipt, Option<&str>, Bytes) -> Result<Results>,
    pub again: fn(Studio, Payer, CallRequest) -> Again,
}

impl Kind {
    const fn of<R: Callable>() -> Self {
        Self {
            operation: R::OPERATION,
            schema: || schemars::schema_for!(R).to_value(),
            price: |request, models| {
                let request: R = serde_json::from_value(request).map_err(|error| unfinished(&error))?;
                Ok(request.price(models))
            },
            pays: |request| {
                let request: R = serde_json::from_value(request).map_err(|error| unfinished(&error))?;
                Ok(request.pays())
            },
            results: |request, receipt, content_type, body| {
                let request: R = serde_json::from_value(request).map_err(|error| unfinished(&error))?;
                let answer =
                    R::read(receipt, content_type, body).map_err(|error| unread(error, content_type))?;
                let answer_id = R::answer_id(&answer).map(str::to_owned);
                let remote = R::remote(&answer);
                let (view, files) = request.part(answer);
                let shown = serde_json::to_string_pretty(&view).map_err(AppError::internal)?;
                Ok(Results { files, shown, answer_id, remote })
            },
            again: |studio, payer, asked| Box::pin(studio.call_again::<R>(payer, asked)),
        }
    }

    pub(super) fn view(&self) -> OperationView {
        OperationView {
            id: self.operation.id.to_owned(),
            method: self.operation.method.as_str().to_owned(),
            path: self.operation.path.to_owned(),
            group: self.operation.group.as_str().to_owned(),
            auth: self.operation.auth.into(),
            paid: self.operation.paid,
            streams: self.operation.streams,
            schema: (self.schema)(),
        }
    }
}

/// An answer that is whole and yet isn't one: it was most likely charged.
fn unread(error: venice::Error, content_type: Option<&str>) -> AppError {
    if !matches!(error.kind(), venice::ErrorKind::UnexpectedBody { .. }) {
        // A stream can end in an error, or end too soon.
        return error.into();
    }
    AppError::new(
        Code::AnswerUnreadable,
        "The answer arrived, but it isn't what the API promises.",
        "It was most likely charged. What arrived is kept in the work folder; Venice's support can look the request up.",
    )
    .param("content_type", content_type.unwrap_or("—"))
}

/// A request that doesn't have all it needs yet.
fn unfinished(error: &serde_json::Error) -> AppError {
    AppError::new(Code::FieldInvalid, "The request isn't complete.", "Fill in what is missing.")
        .param("field", "—")
        .param("reason", error)
}

/// The operation with this id.
pub(super) fn of(operation: &str) -> Result<&'static Kind> {
    KINDS.iter().find(|kind| kind.operation.id == operation).ok_or_else(|| AppError::not_found("operation"))
}

macro_rules! kinds {
    ($($request:path,)+) => {
        /// Every operation of the API.
        pub(super) const KINDS: &[Kind] = &[$(Kind::of::<$request>()),+];
    };
}

kinds! {
    venice::chat::CreateChatCompletion,
    venice::responses::CreateResponse,
    venice::embeddings::CreateEmbedding,
    venice::images::GenerateImage,
    venice::images::SimpleGenerateImage,
    venice::images::EditImage,
    venice::images::MultiEditImage,
    venice::images::UpscaleImage,
    venice::images::BackgroundRemoveImage,
    venice::images::ListImageStyles,
    venice::audio::CreateSpeech,
    venice::audio::CreateTranscription,
    venice::audio::CreateClonedVoice,
    venice::audio::QuoteAudio,
    venice::audio::QueueAudio,
    venice::audio::RetrieveAudio,
    venice::audio::CompleteAudio,
    venice::video::QuoteVideo,
    venice::video::QueueVideo,
    venice::video::RetrieveVideo,
    venice::video::CompleteVideo,
    venice::video::CreateVideoTranscription,
    venice::augment::WebSearch,
    venice::augment::WebScrape,
    venice::augment::CreateTextParser,
    venice::models::ListModels,
    venice::models::ListModelTraits,
    venice::models::ListModelCompatibilityMapping,
    venice::characters::ListCharacters,
    venice::characters::GetCharacterBySlug,
    venice::characters::GetCharacterReviews,
    venice::account::GetApiKeys,
    venice::account::GetApiKeyById,
    venice::account::CreateApiKey,
    venice::account::UpdateApiKey,
    venice::account::DeleteApiKey,
    venice::account::GetApiKeyRateLimits,
    venice::account::GetApiKeyRateLimitLogs,
    venice::account::GetApiKeyGenerateWeb3Key,
    venice::account::PostApiKeyGenerateWeb3Key,
    venice::account::GetBillingBalance,
    venice::account::GetBillingUsageHistory,
    venice::account::GetBillingUsageAnalytics,
    venice::account::GetBillingUsage,
    venice::crypto_rpc::ListCryptoRpcNetworks,
    venice::crypto_rpc::CryptoRpcProxy,
    venice::x402::GetX402Balance,
    venice::x402::TopUpX402Balance,
    venice::x402::GetX402Transactions,
    venice::tee::GetTeeAttestation,
    venice::tee::GetTeeSignature,
}

/// The request without the values its schema marks as secret, for what is remembered.
pub(super) fn without_secrets(schema: &Value, mut request: Value) -> Value {
    let (Value::Object(fields), Some(properties)) = (&mut request, schema["properties"].as_object()) else {
        return request;
    };
    fields.retain(|name, _| properties.get(name).is_none_or(|property| property["x-secret"] != true));
    request
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn every_operation_of_the_client_can_be_called() {
        let ids = |all: &mut dyn Iterator<Item = &'static str>| all.collect::<BTreeSet<_>>();
        let ours = ids(&mut KINDS.iter().map(|kind| kind.operation.id));
        let theirs = ids(&mut venice::OPERATIONS.iter().map(|operation| operation.id));
        assert_eq!(ours, theirs);
        assert_eq!(KINDS.len(), venice::OPERATIONS.len());
    }

    #[test]
    fn every_schema_is_an_object_with_words_for_each_field() {
        for kind in KINDS {
            let schema = (kind.schema)();
            assert_eq!(schema["type"], "object", "{}", kind.operation.id);
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                assert!(property["description"].is_string(), "{}: {name}", kind.operation.id);
            }
        }
    }

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/test/operations.json");

    /// The front end's fake has its operations, and its examples are held against them, from this file.
    /// `make bindings` writes it anew.
    #[test]
    fn the_committed_schemas_are_current() {
        let current: Vec<_> = KINDS.iter().map(|kind| json!(kind.view())).collect();
        if std::env::var_os("CANALETTO_WRITE_BINDINGS").is_some() {
            // One line for each operation: a change is seen where it is.
            let lines: Vec<_> = current.iter().map(|operation| format!("  {operation}")).collect();
            let text = format!("[\n{}\n]\n", lines.join(",\n"));
            std::fs::write(COMMITTED, text).unwrap();
        }
        let committed = std::fs::read_to_string(COMMITTED).unwrap();
        // The order of fields is that of whoever else is built, so the texts may differ.
        assert!(
            serde_json::from_str::<Value>(&committed).unwrap() == json!(current),
            "ui/src/test/operations.json is stale: run `make bindings`"
        );
    }

    #[test]
    fn secrets_are_not_remembered() {
        let schema = json!({"properties": {"key": {"x-secret": true}, "name": {}}});
        assert_eq!(without_secrets(&schema, json!({"key": "k", "name": "n"})), json!({"name": "n"}));
    }
}
