//! A chat completion in one piece.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Completion, delta};
use crate::{
    answer::{Answer, Content},
    catalogue::number,
    config::Currency,
    dialogue::{Meter, Reply},
    refusal::Refusal,
    web::Found,
    words::tokens,
};

/// The tool that search results are told under where documents are asked for.
pub(super) const DOCUMENTS: &str = "venice_web_search_documents";

pub(super) async fn answer(completion: Completion, mut meter: Meter) -> Result<Answer, Refusal> {
    let Completion { call, prepared, replies, usage, created, .. } = &completion;
    tokio::time::sleep(call.house.pace.of(usage.completion)).await;
    let (total, currency) = meter.settle().await?;
    let choices: Vec<Value> =
        replies.iter().enumerate().map(|(place, reply)| choice(&completion, reply, place)).collect();
    let features = &prepared.ask.features;
    let body = json!({"id": call.id, "object": "chat.completion", "created": created, "model": prepared.model.id,
        "choices": choices, "usage": usage.to_json(), "cost": cost(total, currency), "prompt_logprobs": null,
        "venice_parameters": features.to_json(false, &prepared.found)});
    let answer = Answer::ok(&body);
    if let Content::Whole(bytes) = &answer.content {
        completion.sign(Sha256::new_with_prefix(bytes));
    }
    Ok(answer)
}

/// The cost by balance.
pub(super) fn cost(total: Decimal, currency: Currency) -> Value {
    let (usd, diem) = match currency {
        Currency::Usd => (total, Decimal::ZERO),
        Currency::Diem => (Decimal::ZERO, total),
    };
    json!({"usd": number(usd), "diem": number(diem)})
}

fn choice(completion: &Completion, reply: &Reply, place: usize) -> Value {
    let id = &completion.call.id;
    let mut message = json!({"role": "assistant", "content": reply.text});
    if !reply.reasoning.is_empty() {
        message["reasoning_content"] = json!(reply.reasoning);
    }
    let mut calls: Vec<Value> = reply
        .calls
        .iter()
        .enumerate()
        .map(|(at, call)| {
            json!({"id": delta::call_id(id, place, at), "type": "function",
                "function": {"name": call.name, "arguments": call.arguments}})
        })
        .collect();
    if !calls.is_empty() {
        message["content"] = Value::Null;
    }
    let ask = &completion.prepared.ask;
    if ask.features.results_as_documents && !completion.prepared.found.is_empty() {
        let at = calls.len();
        calls.push(json!({"id": delta::call_id(id, place, at), "type": "function",
            "function": {"name": DOCUMENTS, "arguments": documents(&completion.prepared.found)}}));
    }
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    let logprobs = if ask.log_probabilities {
        let told: Vec<&str> = tokens(&reply.text).collect();
        delta::likelihood(&told, completion.alternatives, ask.seed)
    } else {
        Value::Null
    };
    let stop = match reply.finish.name() {
        "length" => "length",
        _ => "stop",
    };
    json!({"index": place, "message": message, "logprobs": logprobs, "finish_reason": reply.finish.name(),
        "stop_reason": stop})
}

/// The pages that were found, as the arguments of a tool.
pub(super) fn documents(found: &[Found]) -> String {
    let documents: Vec<Value> = found
        .iter()
        .map(|page| {
            json!({"page_content": page.content, "metadata": {"title": page.title, "source": page.url, "date": page.date}})
        })
        .collect();
    json!({"documents": documents}).to_string()
}
