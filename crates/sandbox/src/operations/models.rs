//! What models there are, and what else they answer to.

use serde_json::{Map, Value, json};

use super::Call;
use crate::{
    answer::Answer,
    catalogue::{self, KINDS, Model},
    gate::Access,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("listModels", Method::Get, "/models", Access::Open, |call, _| {
        Box::pin(async move { list(&call) })
    }),
    Operation::new("listModelTraits", Method::Get, "/models/traits", Access::Open, |call, _| {
        Box::pin(async move { traits(&call) })
    }),
    Operation::new(
        "listModelCompatibilityMapping",
        Method::Get,
        "/models/compatibility_mapping",
        Access::Open,
        |call, _| Box::pin(async move { compatibility(&call) }),
    ),
];

fn kind(call: &Call, more: &[&'static str]) -> Result<&'static str, Refusal> {
    let mut query = call.query();
    let kind = query.choice("type", &[&KINDS[..], more].concat());
    query.finish()?;
    Ok(kind.unwrap_or("text"))
}

fn list(call: &Call) -> Result<Answer, Refusal> {
    let kind = kind(call, &["all", "code"])?;
    let data: Vec<Value> =
        call.house.catalogue.of(kind).filter(|model| call.allows(model)).map(Model::to_json).collect();
    Ok(Answer::ok(&json!({"data": data, "object": "list", "type": kind})))
}

fn traits(call: &Call) -> Result<Answer, Refusal> {
    let kind = kind(call, &[])?;
    Ok(Answer::ok(&json!({"data": call.house.catalogue.traits(kind), "object": "list", "type": kind})))
}

fn compatibility(call: &Call) -> Result<Answer, Refusal> {
    let kind = kind(call, &[])?;
    let data: Map<String, Value> =
        catalogue::compatible(kind).map(|(alias, id)| (alias.into(), id.into())).collect();
    Ok(Answer::ok(&json!({"data": data, "object": "list", "type": kind})))
}
