use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::RpcId;
use crate::errors::{Error, Result};
use crate::lenient;

/// The reply to one call, or to several.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(untagged)]
pub enum RpcReplies {
    /// To one call.
    Single(RpcReply),
    /// To several, in the server's order: they are told apart by their ids.
    Batch(Vec<RpcReply>),
}

/// The reply to one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RpcReply {
    /// The call's id.
    pub id: Option<RpcId>,
    /// What became of the call.
    #[serde(flatten)]
    pub outcome: RpcOutcome,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum RpcOutcome {
    /// What the node answered.
    Result(#[cfg_attr(feature = "specta", specta(type = crate::json::Json))] Value),
    /// Why it didn't.
    Error(RpcError),
}

/// Why a node didn't answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct RpcError {
    /// The code of JSON-RPC or of the network, such as -32602.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub code: Option<i64>,
    /// In words.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub message: String,
    /// More of it, in a shape of the node's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<crate::json::Json>))]
    pub data: Option<Value>,
}

/// A list would be read as the fields of a reply, so it is told apart first.
impl<'de> Deserialize<'de> for RpcReplies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let replies = if value.is_array() {
            serde_json::from_value(value).map(Self::Batch)
        } else {
            serde_json::from_value(value).map(Self::Single)
        };
        replies.map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for RpcReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, deserialize_with = "lenient::field")]
            id: Option<RpcId>,
            #[serde(default)]
            result: Value,
            #[serde(default)]
            error: Value,
        }
        let wire = Wire::deserialize(deserializer)?;
        let outcome = match wire.error {
            Value::Null => RpcOutcome::Result(wire.result),
            Value::String(message) => RpcOutcome::Error(RpcError { message, ..RpcError::default() }),
            error => RpcOutcome::Error(serde_json::from_value(error).unwrap_or_default()),
        };
        Ok(Self { id: wire.id, outcome })
    }
}

impl RpcReplies {
    /// Reads the body of an answer of `POST /crypto/rpc/{network}`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither a reply nor a list of replies.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json).map_err(|_| Error::unexpected("no reply of a node", None))
    }

    /// All replies.
    pub fn all(&self) -> &[RpcReply] {
        match self {
            Self::Single(reply) => std::slice::from_ref(reply),
            Self::Batch(replies) => replies,
        }
    }

    /// The reply to the call with this id.
    pub fn get(&self, id: &RpcId) -> Option<&RpcReply> {
        self.all().iter().find(|reply| reply.id.as_ref() == Some(id))
    }
}

impl RpcReply {
    /// What the node answered, or why it didn't.
    ///
    /// # Errors
    ///
    /// The node's error.
    pub fn result(&self) -> Result<&Value, &RpcError> {
        match &self.outcome {
            RpcOutcome::Result(value) => Ok(value),
            RpcOutcome::Error(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_a_result_or_an_error() {
        let replies = RpcReplies::from_json(
            br#"[{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"invalid params","data":[1]}},
                {"jsonrpc":"2.0","id":"b","result":null},{"id":3,"error":"no such method"}]"#,
        )
        .unwrap();
        let error = replies.get(&2.into()).unwrap().result().unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (Some(-32602), "invalid params"));
        assert_eq!(replies.get(&"b".into()).unwrap().result(), Ok(&Value::Null));
        assert_eq!(replies.all()[2].result().unwrap_err().message, "no such method");
        let written = serde_json::to_vec(&replies).unwrap();
        assert_eq!(RpcReplies::from_json(&written).unwrap(), replies);
        for json in ["1", "\"0x1\"", "<html>", ""] {
            assert!(RpcReplies::from_json(json.as_bytes()).is_err(), "{json}");
        }
    }
}
