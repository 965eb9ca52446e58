//! Vectors of texts.

use axum::body::Body;
use serde_json::{Value, json};

use super::{Call, model, model_headers};
use crate::{
    answer::Answer,
    body::{self, Takes},
    fields::Fields,
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    words::{count, embed},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("createEmbedding", Method::Post, "/embeddings", Access::KeyOrWallet, |call, body| {
        Box::pin(embedding(call, body))
    })
    .rated(Group::Embeddings)
    .taking(0.1, 0.3)];

const LARGEST: usize = 32 << 20;
const MOST_TEXTS: usize = 2048;

async fn embedding(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, LARGEST).await?;
    let asked = fields.required_text("model", 1..=400);
    let texts = texts(&mut fields);
    let dimensions = fields.whole("dimensions", 1..=i64::from(u32::MAX));
    // Both may be asked for, yet the answer as it is described knows numbers only.
    fields.choice("encoding_format", &["float", "base64"]);
    fields.text("user", 0..=100_000);
    fields.finish()?;
    let model = model(&call, "embedding", "model", &asked)?;
    let rules = model.embedding.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The model reads nothing"))?;
    let dimensions = match dimensions.map(|wanted| u32::try_from(wanted).unwrap_or(u32::MAX)) {
        None => rules.dimensions,
        Some(wanted) if wanted == rules.dimensions || (rules.shorter && wanted < rules.dimensions) => wanted,
        Some(_) if rules.shorter => {
            let message = format!("This model has at most {} dimensions", rules.dimensions);
            return Err(Refusal::field("INVALID_REQUEST", "dimensions", message));
        }
        Some(_) => {
            let message = format!("This model has {} dimensions, no more and no fewer", rules.dimensions);
            return Err(Refusal::field("INVALID_REQUEST", "dimensions", message));
        }
    };
    let counts: Vec<u64> = texts.iter().map(|text| count(text)).collect();
    if counts.iter().any(|tokens| *tokens > u64::from(rules.most_tokens)) {
        let message = format!("A text has more than {} tokens", rules.most_tokens);
        return Err(Refusal::field("TOO_MANY_TOKENS", "input", message));
    }
    let total: u64 = counts.iter().sum();
    let small = u32::try_from(total).unwrap_or(u32::MAX);
    let bill = Bill::of(model.id).tokens("embedding-input", small, rules.input).inference(Some(small), None);
    let id = model.id;
    let data = call
        .paid(bill, move || {
            let vectors = texts.iter().enumerate().map(|(place, text)| {
                let vector = embed(text, dimensions as usize, id);
                json!({"object": "embedding", "index": place, "embedding": vector})
            });
            Ok(vectors.collect::<Vec<Value>>())
        })
        .await?;
    let mut answer = Answer::ok(&json!({"object": "list", "data": data, "model": model.id,
        "usage": {"prompt_tokens": total, "total_tokens": total}}));
    model_headers(&model, &mut answer);
    Ok(answer)
}

/// One text or a list of them. Lists of tokens are refused, as the description says.
fn texts(fields: &mut Fields) -> Vec<String> {
    fields.required("input");
    if !fields.peek("input").is_some_and(Value::is_array) {
        return fields.text("input", 1..=usize::MAX).into_iter().collect();
    }
    let texts = fields.texts("input", 0..=usize::MAX, MOST_TEXTS);
    if texts.is_empty() {
        fields.reject("input", "too_small", "Array must contain at least 1 text");
    }
    texts
}
