//! Small fixed blockchains that answer JSON-RPC: the same blocks, balances and transfers each time.
//!
//! They never grow, so what was read once holds, and nothing that is sent to them is taken in.

mod ethereum;
pub(crate) mod json_rpc;
pub(crate) mod methods;
pub(crate) mod networks;
mod solana;
mod starknet;

use serde_json::Value;

use json_rpc::RpcError;
use networks::{Family, Network};

/// Answers a method that the network's family knows.
fn call(network: &Network, method: &str, params: &[Value]) -> Result<Value, RpcError> {
    match network.family {
        Family::Ethereum { chain } => ethereum::call(network.slug, chain, method, params),
        Family::Solana => solana::call(network.slug, method, params),
        Family::Starknet { chain } => starknet::call(network.slug, chain, method),
    }
}
