//! The methods of an Ethereum node.

use serde_json::{Value, json};

use super::{
    blocks::{Block, Blocks, GAS_PRICE, HEAD, Hash, SUPPLY, Transaction, token},
    logs::{self, bloom},
    params::{Params, address},
};
use crate::{
    chain::json_rpc::RpcError,
    wallets::{
        ethereum::{hex, keccak, unhex_any},
        typed_data::{Word, padded},
    },
};

const TOKEN_NAME: &str = "USD Coin (sandbox)";
const TOKEN_SYMBOL: &str = "USDC";
const TOKEN_DECIMALS: u8 = 6;
const GAS_LIMIT: u64 = 30_000_000;
/// `keccak(rlp([]))`: the hash of no uncles.
const NO_UNCLES: &str = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";

pub(crate) fn call(slug: &str, chain: u64, method: &str, params: &[Value]) -> Result<Value, RpcError> {
    let blocks = Blocks::of(slug);
    let params = Params(params);
    let node = Node { chain, blocks: &blocks };
    match method {
        "eth_chainId" => Ok(quantity(chain)),
        "net_version" => Ok(json!(chain.to_string())),
        "net_listening" => Ok(json!(true)),
        "net_peerCount" => Ok(quantity(0_u64)),
        "web3_clientVersion" => Ok(json!(concat!("Canaletto-sandbox/v", env!("CARGO_PKG_VERSION")))),
        "web3_sha3" => {
            let bytes = unhex_any(params.text(0)?).ok_or_else(|| RpcError::params("expected hex"))?;
            Ok(json!(hex(&keccak(&bytes))))
        }
        "eth_blockNumber" => Ok(quantity(HEAD)),
        "eth_syncing" => Ok(json!(false)),
        "eth_gasPrice" => Ok(quantity(GAS_PRICE)),
        "eth_maxPriorityFeePerGas" | "eth_blobBaseFee" => Ok(quantity(1_u64)),
        "eth_feeHistory" => node.fee_history(&params),
        "eth_getBlockByNumber" => {
            let full = params.flag(1)?;
            Ok(blocks.at(params.number(0)?).map_or(Value::Null, |found| node.block(found, full)))
        }
        "eth_getBlockByHash" => {
            let full = params.flag(1)?;
            Ok(blocks.by_hash(&params.hash(0)?).map_or(Value::Null, |found| node.block(found, full)))
        }
        "eth_getBlockTransactionCountByNumber" => Ok(counted(blocks.at(params.number(0)?))),
        "eth_getBlockTransactionCountByHash" => Ok(counted(blocks.by_hash(&params.hash(0)?))),
        "eth_getUncleCountByBlockNumber" => {
            Ok(blocks.at(params.number(0)?).map_or(Value::Null, |_| quantity(0_u64)))
        }
        "eth_getUncleCountByBlockHash" => {
            Ok(blocks.by_hash(&params.hash(0)?).map_or(Value::Null, |_| quantity(0_u64)))
        }
        "eth_getTransactionByHash" => {
            let found = blocks.transaction(&params.hash(0)?);
            Ok(found.map_or(Value::Null, |(block, transaction)| node.transaction(block, transaction)))
        }
        "eth_getTransactionByBlockNumberAndIndex" => {
            Ok(node.placed(blocks.at(params.number(0)?), params.quantity(1)?))
        }
        "eth_getTransactionByBlockHashAndIndex" => {
            Ok(node.placed(blocks.by_hash(&params.hash(0)?), params.quantity(1)?))
        }
        "eth_getTransactionReceipt" => {
            let found = blocks.transaction(&params.hash(0)?);
            Ok(found.map_or(Value::Null, |(block, transaction)| receipt(block, transaction)))
        }
        "eth_getBlockReceipts" => {
            let block = params.state(0, &blocks)?;
            Ok(block.transactions.iter().map(|transaction| receipt(block, transaction)).collect())
        }
        "eth_getLogs" => logs::find(params.0.first(), &blocks),
        "eth_getBalance" => {
            let (address, block) = (params.address(0)?, params.state(1, &blocks)?);
            Ok(quantity(blocks.holding(&address, block.number).wei))
        }
        "eth_getTransactionCount" => {
            let (address, block) = (params.address(0)?, params.state(1, &blocks)?);
            Ok(quantity(blocks.holding(&address, block.number).sent))
        }
        "eth_getCode" => {
            let address = params.address(0)?;
            params.state(1, &blocks)?;
            Ok(json!(if address == token() { hex(&code()) } else { "0x".to_owned() }))
        }
        "eth_getStorageAt" => {
            params.address(0)?;
            params.text(1)?;
            params.state(2, &blocks)?;
            Ok(json!(hex(&[0; 32])))
        }
        "eth_call" => {
            let wanted = Wanted::read(params.0.first())?;
            let after = params.state(1, &blocks)?.number;
            wanted.run(&blocks, after).map(|bytes| json!(hex(&bytes)))
        }
        "eth_estimateGas" => {
            let wanted = Wanted::read(params.0.first())?;
            let after = params.state(1, &blocks)?.number;
            wanted.run(&blocks, after)?;
            let data = wanted.data.iter().map(|byte| if *byte == 0 { 4 } else { 16 }).sum::<u64>();
            let work = if wanted.to == Some(token()) { 30_000 } else { 0 };
            Ok(quantity(21_000 + data + work))
        }
        "eth_sendRawTransaction" => Err(RpcError::new(
            -32_003,
            "transaction rejected: the sandbox's chain is fixed and takes nothing in",
        )),
        "txpool_status" => Ok(json!({"pending": "0x0", "queued": "0x0"})),
        "txpool_content" | "txpool_inspect" => Ok(json!({"pending": {}, "queued": {}})),
        method => Err(RpcError::missing(method)),
    }
}

fn quantity(number: impl Into<u128>) -> Value {
    json!(format!("{:#x}", number.into()))
}

fn counted(block: Option<&Block>) -> Value {
    block.map_or(Value::Null, |block| quantity(block.transactions.len() as u64))
}

/// Bytes that stand for the token's program.
fn code() -> Vec<u8> {
    let tail = keccak(b"canaletto sandbox token");
    [&[0x60, 0x80, 0x60, 0x40, 0x52][..], &tail[..]].concat()
}

struct Node<'a> {
    chain: u64,
    blocks: &'a Blocks,
}

impl Node<'_> {
    fn block(&self, block: &Block, full: bool) -> Value {
        let named = |what: &str| hex(&keccak(&[&block.hash[..], what.as_bytes()].concat()));
        let transactions: Vec<Value> = block
            .transactions
            .iter()
            .map(
                |transaction| {
                    if full { self.transaction(block, transaction) } else { json!(hex(&transaction.hash)) }
                },
            )
            .collect();
        let used: u128 = block.transactions.iter().map(Transaction::gas).sum();
        json!({
            "number": quantity(block.number),
            "hash": hex(&block.hash),
            "parentHash": hex(&block.parent),
            "timestamp": quantity(block.time),
            "transactions": transactions,
            "gasLimit": quantity(GAS_LIMIT),
            "gasUsed": quantity(used),
            "baseFeePerGas": quantity(GAS_PRICE - 1),
            "miner": hex(&[0; 20]),
            "logsBloom": hex(&bloom(&block.transactions)),
            "stateRoot": named("state"),
            "transactionsRoot": named("transactions"),
            "receiptsRoot": named("receipts"),
            "sha3Uncles": NO_UNCLES,
            "uncles": [],
            "difficulty": "0x0",
            "extraData": hex(b"Canaletto sandbox"),
            "mixHash": named("mix"),
            "nonce": hex(&[0; 8]),
            "size": quantity(600 + 150 * block.transactions.len() as u64),
        })
    }

    fn transaction(&self, block: &Block, transaction: &Transaction) -> Value {
        let signed = |what: &str| {
            let hash: Hash = keccak(&[&transaction.hash[..], what.as_bytes()].concat());
            let high = u128::from_be_bytes(hash[..16].try_into().unwrap_or_default());
            // Below the curve's order, as a signature's halves are.
            json!(format!("0x{:x}{}", high >> 1 | 1 << 120, &hex(&hash[16..])[2..]))
        };
        let parity = quantity(transaction.hash[31] & 1);
        json!({
            "hash": hex(&transaction.hash),
            "type": "0x2",
            "chainId": quantity(self.chain),
            "nonce": quantity(transaction.nonce),
            "blockNumber": quantity(block.number),
            "blockHash": hex(&block.hash),
            "transactionIndex": quantity(transaction.place as u64),
            "from": hex(&transaction.from),
            "to": hex(&transaction.called()),
            "value": quantity(if transaction.of_token { 0 } else { transaction.amount }),
            "input": hex(&transaction.input()),
            "gas": quantity(transaction.gas()),
            "gasPrice": quantity(GAS_PRICE),
            "maxFeePerGas": quantity(2 * GAS_PRICE),
            "maxPriorityFeePerGas": "0x1",
            "accessList": [],
            "yParity": parity,
            "v": parity,
            "r": signed("r"),
            "s": signed("s"),
        })
    }

    fn placed(&self, block: Option<&Block>, place: u64) -> Value {
        let found =
            block.and_then(|block| Some((block, block.transactions.get(usize::try_from(place).ok()?)?)));
        found.map_or(Value::Null, |(block, transaction)| self.transaction(block, transaction))
    }

    fn fee_history(&self, params: &Params<'_>) -> Result<Value, RpcError> {
        let count = match params.0.first() {
            Some(Value::Number(number)) => {
                number.as_u64().ok_or_else(|| RpcError::params("expected a count"))?
            }
            _ => params.quantity(0)?,
        };
        let newest = params.number(1)?;
        if newest > HEAD {
            return Err(RpcError::new(-32_000, "request beyond head block"));
        }
        let count = count.clamp(1, 1024).min(newest + 1);
        let percentiles = params.0.get(2).and_then(Value::as_array).map_or(0, Vec::len);
        let blocks = &self.blocks.all()[(newest + 1 - count) as usize..=newest as usize];
        let used = |block: &Block| block.transactions.iter().map(Transaction::gas).sum::<u128>();
        let mut history = json!({
            "oldestBlock": quantity(newest + 1 - count),
            "baseFeePerGas": vec![quantity(GAS_PRICE - 1); blocks.len() + 1],
            "gasUsedRatio": blocks.iter().map(|block| used(block) as f64 / GAS_LIMIT as f64).collect::<Vec<_>>(),
        });
        if percentiles > 0 {
            history["reward"] = json!(vec![vec!["0x1"; percentiles]; blocks.len()]);
        }
        Ok(history)
    }
}

fn receipt(block: &Block, transaction: &Transaction) -> Value {
    let before = &block.transactions[..=transaction.place];
    json!({
        "transactionHash": hex(&transaction.hash),
        "transactionIndex": quantity(transaction.place as u64),
        "blockNumber": quantity(block.number),
        "blockHash": hex(&block.hash),
        "from": hex(&transaction.from),
        "to": hex(&transaction.called()),
        "contractAddress": null,
        "type": "0x2",
        "status": "0x1",
        "gasUsed": quantity(transaction.gas()),
        "cumulativeGasUsed": quantity(before.iter().map(Transaction::gas).sum::<u128>()),
        "effectiveGasPrice": quantity(GAS_PRICE),
        "logs": logs::log(block, transaction).into_iter().collect::<Vec<_>>(),
        "logsBloom": hex(&bloom([transaction])),
    })
}

/// A call that is only tried out.
struct Wanted {
    to: Option<[u8; 20]>,
    data: Vec<u8>,
}

impl Wanted {
    fn read(value: Option<&Value>) -> Result<Self, RpcError> {
        let fields =
            value.and_then(Value::as_object).ok_or_else(|| RpcError::params("expected a transaction"))?;
        let text = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(RpcError::params("expected hex")),
        };
        let to = text("to")?.map(address).transpose()?;
        let data = text("input")?.or(text("data")?).unwrap_or("0x");
        let data = unhex_any(data).ok_or_else(|| RpcError::params("expected hex"))?;
        Ok(Self { to, data })
    }

    /// What the call gives back, after a block.
    fn run(&self, blocks: &Blocks, after: u64) -> Result<Vec<u8>, RpcError> {
        if self.to != Some(token()) {
            return Ok(Vec::new());
        }
        let reverted = || RpcError::new(3, "execution reverted");
        let (selector, arguments) = self.data.split_first_chunk::<4>().ok_or_else(reverted)?;
        let argument = |place: usize| {
            let word: &[u8] = arguments.get(32 * place..32 * (place + 1)).ok_or_else(reverted)?;
            <[u8; 20]>::try_from(&word[12..]).map_err(|_| reverted())
        };
        let number = |number: u128| padded(&number.to_be_bytes()).to_vec();
        match selector {
            [0x06, 0xfd, 0xde, 0x03] => Ok(string(TOKEN_NAME)),
            [0x95, 0xd8, 0x9b, 0x41] => Ok(string(TOKEN_SYMBOL)),
            [0x31, 0x3c, 0xe5, 0x67] => Ok(number(TOKEN_DECIMALS.into())),
            [0x18, 0x16, 0x0d, 0xdd] => Ok(number(SUPPLY)),
            [0x70, 0xa0, 0x82, 0x31] => Ok(number(blocks.holding(&argument(0)?, after).tokens)),
            // allowance(owner, spender): nobody has allowed anything.
            [0xdd, 0x62, 0xed, 0x3e] => argument(0).and(argument(1)).map(|_| number(0)),
            _ => Err(reverted()),
        }
    }
}

/// A text as contracts give it back: where it begins, how long it is, and its bytes in whole words.
fn string(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let head: [Word; 2] = [padded(&[32]), padded(&(bytes.len() as u64).to_be_bytes())];
    bytes.resize(bytes.len().next_multiple_of(32), 0);
    [head.as_flattened(), &bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::ethereum::blocks::account;

    fn asked(method: &str, params: Value) -> Value {
        call("base-mainnet", 8453, method, params.as_array().unwrap()).unwrap()
    }

    fn of_token(data: &str) -> Value {
        asked("eth_call", json!([{"to": hex(&token()), "data": data}, "latest"]))
    }

    #[test]
    fn the_chain_says_who_it_is() {
        assert_eq!(asked("eth_chainId", json!([])), "0x2105");
        assert_eq!(asked("net_version", json!([])), "8453");
        assert_eq!(asked("eth_blockNumber", json!([])), "0x63");
        let known = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
        assert_eq!(asked("web3_sha3", json!(["0x"])), known);
    }

    #[test]
    fn blocks_transactions_and_receipts_point_at_each_other() {
        for number in 0..=HEAD {
            let block = asked("eth_getBlockByNumber", json!([format!("{number:#x}"), true]));
            assert_eq!(asked("eth_getBlockByHash", json!([block["hash"], true])), block);
            let receipts = asked("eth_getBlockReceipts", json!([format!("{number:#x}")]));
            for (place, transaction) in block["transactions"].as_array().unwrap().iter().enumerate() {
                assert_eq!(asked("eth_getTransactionByHash", json!([transaction["hash"]])), *transaction);
                let at = json!([block["hash"], format!("{place:#x}")]);
                assert_eq!(asked("eth_getTransactionByBlockHashAndIndex", at), *transaction);
                let receipt = asked("eth_getTransactionReceipt", json!([transaction["hash"]]));
                assert_eq!(receipt, receipts[place]);
                assert_eq!(receipt["blockHash"], block["hash"]);
                assert_eq!(receipt["logs"].as_array().unwrap().is_empty(), transaction["input"] == "0x");
            }
        }
        assert_eq!(asked("eth_getBlockByNumber", json!(["0x64", false])), Value::Null);
        assert_eq!(asked("eth_getTransactionReceipt", json!([hex(&[1; 32])])), Value::Null);
    }

    #[test]
    fn the_token_answers_as_an_erc_20() {
        assert_eq!(of_token("0x313ce567"), hex(&padded(&[6])));
        let symbol = of_token("0x95d89b41");
        assert_eq!(
            symbol,
            "0x00000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000\
             0000000000000000000000000000045553444300000000000000000000000000000000000000000000000000000000"
        );
        let of = |place| format!("0x70a08231{}", &hex(&padded(&account(place)))[2..]);
        let sum: u128 = (0..6)
            .map(|place| {
                let balance = of_token(&of(place));
                u128::from_str_radix(&balance.as_str().unwrap()[2..], 16).unwrap()
            })
            .sum();
        assert_eq!(of_token("0x18160ddd"), hex(&padded(&sum.to_be_bytes())));
        let reverted =
            call("base-mainnet", 8453, "eth_call", &[json!({"to": hex(&token()), "data": "0x12345678"})]);
        assert_eq!(reverted, Err(RpcError::new(3, "execution reverted")));
    }

    #[test]
    fn balances_are_those_of_the_block_that_is_asked_for() {
        let someone = hex(&account(2));
        let first = asked("eth_getBalance", json!([someone, "earliest"]));
        assert_eq!(first, "0x3635c9adc5dea00000");
        assert_ne!(asked("eth_getBalance", json!([someone, "latest"])), first);
        let genesis = asked("eth_getBlockByNumber", json!(["0x0", false]));
        let by_hash = json!([someone, {"blockHash": genesis["hash"]}]);
        assert_eq!(asked("eth_getBalance", by_hash), first);
        assert_eq!(asked("eth_getBalance", json!([hex(&[9; 20])])), "0x0");
        let beyond = call("base-mainnet", 8453, "eth_getBalance", &[json!(someone), json!("0x64")]);
        assert_eq!(beyond, Err(RpcError::new(-32_000, "header not found")));
    }

    #[test]
    fn fees_are_told_for_as_many_blocks_as_there_are() {
        let history = asked("eth_feeHistory", json!(["0x4", "latest", [25, 75]]));
        assert_eq!(history["oldestBlock"], "0x60");
        assert_eq!(history["baseFeePerGas"].as_array().unwrap().len(), 5);
        assert_eq!(history["reward"][3], json!(["0x1", "0x1"]));
        assert_eq!(
            asked("eth_feeHistory", json!([1000, "0x2"]))["gasUsedRatio"].as_array().unwrap().len(),
            3
        );
        assert_eq!(asked("eth_estimateGas", json!([{"to": hex(&[9; 20]), "value": "0x1"}])), "0x5208");
    }
}
