//! Block chains, asked through Venice.

mod call;
mod networks;
mod reply;

pub use call::{CryptoRpcProxy, RpcCall, RpcCalls, RpcId, RpcVersion};
pub use networks::{CryptoRpcNetworks, ListCryptoRpcNetworks};
pub use reply::{RpcError, RpcOutcome, RpcReplies, RpcReply};
