//! The style presets of picture making.

use serde_json::json;

use super::Call;
use crate::{answer::Answer, gate::Access, painting::STYLES, refusal::Refusal, routes::Operation};

pub(crate) const OPERATIONS: &[Operation] = &[Operation {
    id: "listImageStyles",
    method: "GET",
    path: "/image/styles",
    access: Access::Open,
    limited: false,
    run: |call, _| Box::pin(async move { list(&call) }),
}];

fn list(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let names: Vec<&str> = STYLES.iter().map(|style| style.name).collect();
    Ok(Answer::ok(&json!({"data": names, "object": "list"})))
}
