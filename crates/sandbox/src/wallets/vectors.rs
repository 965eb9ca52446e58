//! Signatures made by other implementations: see `tests/data/make_wallet_vectors.py`.

use serde_json::Value;

pub(crate) fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/data/wallet_vectors.json")).unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
