//! JSON-RPC 2.0: calls one by one or up to a hundred at once, their answers, and what they cost.

use serde_json::{Map, Value, json};

use super::{
    call,
    methods::{FAILED, Unsupported, tier},
    networks::Network,
};
use crate::refusal::{Issue, Refusal, Step};

/// The most calls in one request.
pub(crate) const LARGEST_BATCH: usize = 100;

/// Why a call failed, as the chain's node says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RpcError {
    code: i32,
    message: String,
}

impl RpcError {
    pub(crate) fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn params(message: &str) -> Self {
        Self::new(-32_602, format!("invalid params: {message}"))
    }

    /// A method that the network's family has but this chain doesn't.
    pub(crate) fn missing(method: &str) -> Self {
        Self::new(-32_601, format!("the method {method} does not exist/is not available"))
    }
}

#[derive(Debug, Clone)]
struct Call {
    /// Given back with the answer, whatever it is.
    id: Value,
    method: String,
    params: Vec<Value>,
    tier: u32,
}

/// Calls that the network takes.
#[derive(Debug, Clone)]
pub(crate) struct Calls {
    network: &'static Network,
    asked: Vec<Call>,
    batch: bool,
}

/// Answers, and the credits they cost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answers {
    pub(crate) body: Value,
    pub(crate) credits: u32,
}

impl Calls {
    /// Reads a call or a batch; one that the network doesn't take refuses them all.
    pub(crate) fn read(network: &'static Network, body: Value) -> Result<Self, Refusal> {
        let (bodies, batch) = match body {
            Value::Array(bodies) => (bodies, true),
            body => (vec![body], false),
        };
        if bodies.is_empty() || bodies.len() > LARGEST_BATCH {
            let message = format!("A batch holds 1 to {LARGEST_BATCH} calls, not {}", bodies.len());
            return Err(Refusal::invalid(message));
        }
        let mut issues = Vec::new();
        let mut calls = Vec::with_capacity(bodies.len());
        for (place, body) in bodies.into_iter().enumerate() {
            let path = if batch { vec![Step::Place(place)] } else { Vec::new() };
            calls.extend(read_call(body, &path, &mut issues));
        }
        if !issues.is_empty() {
            return Err(Refusal::fields(issues));
        }
        let mut unmapped: Vec<String> = Vec::new();
        for call in &mut calls {
            match tier(network.family, &call.method) {
                Ok(tier) => call.tier = tier,
                Err(Unsupported::WebSocketOnly) => {
                    let message = format!("{} is WebSocket-only; this proxy speaks HTTP", call.method);
                    return Err(Refusal::invalid(message));
                }
                Err(Unsupported::Unmapped) => unmapped.push(call.method.clone()),
            }
        }
        if unmapped.is_empty() {
            return Ok(Self { network, asked: calls, batch });
        }
        unmapped.sort_unstable();
        unmapped.dedup();
        let message = format!("Unsupported methods on {}: {}", network.slug, unmapped.join(", "));
        Err(Refusal::invalid(message))
    }

    /// The most that the answers can cost, in credits.
    pub(crate) fn most(&self) -> u32 {
        self.asked.iter().map(|call| call.tier * self.network.credits).sum()
    }

    pub(crate) fn answer(&self) -> Answers {
        let mut credits = 0;
        let mut answers: Vec<Value> = self
            .asked
            .iter()
            .map(|asked| {
                let mut answer = json!({"jsonrpc": "2.0", "id": asked.id});
                match call(self.network, &asked.method, &asked.params) {
                    Ok(result) => {
                        credits += asked.tier * self.network.credits;
                        answer["result"] = result;
                    }
                    Err(error) => {
                        credits += FAILED;
                        answer["error"] = json!({"code": error.code, "message": error.message});
                    }
                }
                answer
            })
            .collect();
        let body = if self.batch { Value::Array(answers) } else { answers.pop().unwrap_or_default() };
        Answers { body, credits }
    }
}

fn read_call(body: Value, path: &[Step], issues: &mut Vec<Issue>) -> Option<Call> {
    let mut wrong = |field: Option<&str>, code, message: String| {
        let mut path = path.to_vec();
        path.extend(field.map(Step::from));
        issues.push(Issue { path, code, message });
    };
    let Value::Object(mut fields) = body else {
        wrong(None, "invalid_type", "Expected object".into());
        return None;
    };
    match fields.remove("jsonrpc") {
        None => {}
        Some(version) if version == "2.0" => {}
        Some(_) => wrong(Some("jsonrpc"), "invalid_enum_value", "Invalid enum value. Expected '2.0'".into()),
    }
    let method = match fields.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => {
            wrong(Some("method"), "invalid_type", "Expected string".into());
            String::new()
        }
        None => {
            wrong(Some("method"), "invalid_type", "Field is required".into());
            String::new()
        }
    };
    let params = match fields.remove("params") {
        None => Vec::new(),
        Some(Value::Array(params)) => params,
        Some(_) => {
            wrong(Some("params"), "invalid_type", "Expected array".into());
            Vec::new()
        }
    };
    let id = fields.remove("id").unwrap_or(json!(0));
    if !(id.is_string() || id.is_i64() || id.is_u64()) {
        wrong(Some("id"), "invalid_type", "Expected integer or string".into());
    }
    refuse_the_rest(fields, &mut wrong);
    Some(Call { id, method, params, tier: 0 })
}

fn refuse_the_rest(fields: Map<String, Value>, wrong: &mut impl FnMut(Option<&str>, &'static str, String)) {
    for name in fields.into_iter().map(|(name, _)| name) {
        wrong(Some(&name), "unrecognized_keys", format!("Unrecognized key in object: '{name}'"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer::Content, chain::networks};

    fn read(network: &str, body: Value) -> Result<Calls, String> {
        Calls::read(networks::find(network).unwrap(), body).map_err(|refusal| {
            let Content::Whole(body) = refusal.into_answer().content else { panic!("a refusal is whole") };
            String::from_utf8(body.to_vec()).unwrap()
        })
    }

    #[test]
    fn calls_are_answered_in_their_order_and_paid_by_their_tier() {
        let one = read("ethereum-mainnet", json!({"method": "eth_chainId", "id": "a"})).unwrap().answer();
        assert_eq!(one.body, json!({"jsonrpc": "2.0", "id": "a", "result": "0x1"}));
        assert_eq!(one.credits, 20);
        let many = json!([
            {"jsonrpc": "2.0", "method": "txpool_content", "id": 1, "params": []},
            {"jsonrpc": "2.0", "method": "eth_getBalance", "id": 2, "params": ["not an address", "latest"]},
            {"jsonrpc": "2.0", "method": "txpool_status", "id": 3},
        ]);
        let calls = read("zksync-mainnet", many).unwrap();
        assert_eq!(calls.most(), 120 + 30 + 60);
        let answers = calls.answer();
        assert_eq!(answers.credits, 120 + 5 + 60);
        let ids: Vec<_> =
            answers.body.as_array().unwrap().iter().map(|answer| answer["id"].clone()).collect();
        assert_eq!(ids, [1, 2, 3]);
        assert_eq!(answers.body[1]["error"]["code"], -32_602);
    }

    #[test]
    fn one_bad_call_refuses_them_all_and_is_named() {
        let good = json!({"method": "eth_chainId", "id": 1});
        for (body, named) in [
            (
                json!([good, {"method": "eth_newFilter", "id": 2}, {"method": "getSlot", "id": 3}]),
                "eth_newFilter, getSlot",
            ),
            (json!([good, {"method": "eth_subscribe", "id": 2}]), "WebSocket-only"),
            (json!([good, {"id": 2}]), r#""path":[1,"method"]"#),
            (json!([good, 7]), r#""path":[1]"#),
            (json!({"method": "eth_chainId", "jsonrpc": "1.0"}), r#""path":["jsonrpc"]"#),
            (json!({"method": "eth_chainId", "params": {}}), r#""path":["params"]"#),
            (json!({"method": "eth_chainId", "id": 1.5}), r#""path":["id"]"#),
            (json!({"method": "eth_chainId", "ids": 1}), r#""path":["ids"]"#),
            (json!([]), "1 to 100"),
            (Value::Array(vec![good.clone(); 101]), "101"),
        ] {
            let refused = read("base-mainnet", body).unwrap_err();
            assert!(refused.contains(named), "{named}: {refused}");
        }
        assert!(read("base-mainnet", Value::Array(vec![good; 100])).is_ok());
    }
}
