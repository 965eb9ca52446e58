//! The style presets of picture making.

use serde_json::json;

use super::Call;
use crate::{
    answer::Answer,
    gate::Access,
    painting::STYLES,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("listImageStyles", Method::Get, "/image/styles", Access::Open, |call, _| {
        Box::pin(async move { list(&call) })
    })];

fn list(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let names: Vec<&str> = STYLES.iter().map(|style| style.name).collect();
    Ok(Answer::ok(&json!({"data": names, "object": "list"})))
}
