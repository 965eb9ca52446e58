//! Chat completions, whole and as a stream.

mod delta;
mod messages;
pub(super) mod request;
mod sealed;
mod stream;
mod whole;

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::{Call, model_headers};
use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::Ability,
    dialogue::{self, Meter, Prepared, Reply, Usage},
    enclave::hex,
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
};
use request::Request;

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "createChatCompletion",
    Method::Post,
    "/chat/completions",
    Access::KeyOrWallet,
    |call, body| Box::pin(complete(call, body)),
)
.rated(Group::Text)
.with_ids("chatcmpl")
.taking(0.25, 0.9)];

/// Films, pictures and files of one conversation, in base64.
pub(super) const LARGEST: usize = 160 << 20;

/// Everything that is told of one request.
struct Completion {
    call: Call,
    prepared: Arc<Prepared>,
    replies: Vec<Reply>,
    usage: Usage,
    created: i64,
    /// How many likely tokens are told beside each one.
    alternatives: u32,
    /// The answer goes out encrypted.
    sealed: bool,
    /// What was sent, hashed, where the answer is to be signed.
    sent: Option<String>,
}

async fn complete(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let (body, sent) = hashed(body);
    let mut fields = body::read(&call.headers, body, Takes::Json, LARGEST).await?;
    let seed = call.house.draw(crate::chance::Chance::next);
    let mut request = Request::take(&mut fields, seed)?;
    fields.finish()?;
    let (model, rules) = dialogue::chosen(&call, &request.model)?;
    let reader = sealed::opened(&call, &model, &rules, &mut request)?;
    let (stream, include_usage, alternatives) = (request.stream, request.include_usage, request.alternatives);
    let prepared = dialogue::prepare(model.clone(), rules, request.ask, reader.is_some()).await?;
    let (prepared, replies, usage) = written(&call, prepared).await?;
    let tab = call.open_tab(prepared.model.id, usage.bill(&prepared).total())?;
    let meter = Meter::new(Arc::clone(&prepared), usage, tab);
    tokio::time::sleep(call.house.next_work_time(call.operation.natural)).await;
    let enclave = rules.can(Ability::Enclave);
    let completion = Completion {
        created: jiff::Timestamp::now().as_second(),
        sent: enclave.then(|| sent.lock().unwrap_or_else(PoisonError::into_inner).clone()).map(hash),
        sealed: reader.is_some(),
        call,
        replies,
        usage,
        alternatives,
        prepared,
    };
    let mut answer = if stream {
        stream::answer(completion, meter, include_usage, reader)
    } else {
        whole::answer(completion, meter).await?
    };
    model_headers(&model, &mut answer);
    if enclave {
        answer.set("x-venice-tee", "true");
        answer.set("x-venice-tee-provider", crate::operations::enclave::PROVIDER);
    }
    Ok(answer)
}

/// The answers, written off the async threads, for a long one takes a while; and what they use.
pub(super) async fn written(
    call: &Call,
    prepared: Prepared,
) -> Result<(Arc<Prepared>, Vec<Reply>, Usage), Refusal> {
    let mut usage = Usage::of_prompt(call, &prepared)?;
    let prepared = Arc::new(prepared);
    let material = Arc::clone(&prepared);
    let replies = tokio::task::spawn_blocking(move || dialogue::replies(&material))
        .await
        .map_err(|_| Refusal::broken("INFERENCE_FAILED", "Inference processing failed"))?;
    usage.completion = replies.iter().map(|reply| reply.tokens).sum();
    usage.reasoning = replies.iter().map(|reply| reply.reasoning_tokens).sum();
    Ok((prepared, replies, usage))
}

/// The body, and the hash of what was read of it.
fn hashed(body: Body) -> (Body, Arc<Mutex<Sha256>>) {
    let hash = Arc::new(Mutex::new(Sha256::new()));
    let reading = Arc::clone(&hash);
    let chunks = body.into_data_stream().inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            reading.lock().unwrap_or_else(PoisonError::into_inner).update(chunk);
        }
    });
    (Body::from_stream(chunks), hash)
}

fn hash(state: Sha256) -> String {
    hex(&state.finalize())
}

impl Completion {
    /// Remembers what the enclave of a model signs, once its answer is whole.
    fn sign(&self, answer: Sha256) {
        if let Some(sent) = &self.sent {
            let text = format!("{sent}:{}", hash(answer));
            self.call.house.signed.remember(&self.call.id, self.prepared.model.id, text);
        }
    }
}
