//! What the token says of each transfer, and finding it again.

use serde_json::{Value, json};

use super::{
    blocks::{Address, Block, Blocks, HEAD, Hash, Transaction, token},
    params::{address, hash, number},
};
use crate::{
    chain::json_rpc::RpcError,
    wallets::{
        ethereum::{hex, keccak},
        typed_data::padded,
    },
};

/// The topics of a transfer: the event, who from and who to.
fn topics(transaction: &Transaction) -> [Hash; 3] {
    [keccak(b"Transfer(address,address,uint256)"), padded(&transaction.from), padded(&transaction.to)]
}

/// The one log of a transfer of the token.
pub(super) fn log(block: &Block, transaction: &Transaction) -> Option<Value> {
    let place =
        block.transactions.iter().filter(|other| other.of_token && other.place < transaction.place).count();
    transaction.of_token.then(|| {
        json!({
            "address": hex(&token()),
            "topics": topics(transaction).map(|topic| hex(&topic)),
            "data": hex(&padded(&transaction.amount.to_be_bytes())),
            "blockNumber": format!("{:#x}", block.number),
            "blockHash": hex(&block.hash),
            "blockTimestamp": format!("{:#x}", block.time),
            "transactionHash": hex(&transaction.hash),
            "transactionIndex": format!("{:#x}", transaction.place),
            "logIndex": format!("{place:#x}"),
            "removed": false,
        })
    })
}

/// The 2,048 bits that tell which addresses and topics may be in logs.
pub(super) fn bloom<'a>(transactions: impl IntoIterator<Item = &'a Transaction>) -> [u8; 256] {
    let mut bloom = [0; 256];
    for transaction in transactions.into_iter().filter(|transaction| transaction.of_token) {
        let topics = topics(transaction);
        for entry in [&token()[..]].into_iter().chain(topics.iter().map(|topic| &topic[..])) {
            for pair in keccak(entry).chunks(2).take(3) {
                let bit = usize::from(u16::from_be_bytes([pair[0], pair[1]]) & 2047);
                bloom[255 - bit / 8] |= 1 << (bit % 8);
            }
        }
    }
    bloom
}

/// Which logs are looked for.
struct Filter {
    from: u64,
    to: u64,
    addresses: Vec<Address>,
    /// For each place the topics that will do; none means any.
    topics: Vec<Vec<Hash>>,
}

impl Filter {
    fn read(value: Option<&Value>, blocks: &Blocks) -> Result<Self, RpcError> {
        let wrong = |message| RpcError::params(message);
        let fields = value.and_then(Value::as_object).ok_or_else(|| wrong("expected a filter"))?;
        let text = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(wrong("expected a text")),
        };
        let (from, to) = if let Some(text) = text("blockHash")? {
            let block =
                blocks.by_hash(&hash(text)?).ok_or_else(|| RpcError::new(-32_000, "unknown block"))?;
            (block.number, block.number)
        } else {
            let bound = |name| text(name)?.map_or(Ok(HEAD), number);
            (bound("fromBlock")?, bound("toBlock")?)
        };
        if from > to {
            return Err(wrong("invalid block range"));
        }
        let topics = match fields.get("topics") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(places)) if places.len() <= 4 => {
                places.iter().map(|place| any_of(place, hash)).collect::<Result<_, _>>()?
            }
            Some(_) => return Err(wrong("expected at most four topics")),
        };
        let addresses = fields.get("address").map_or(Ok(Vec::new()), |value| any_of(value, address))?;
        Ok(Self { from, to, addresses, topics })
    }

    fn wants(&self, transaction: &Transaction) -> bool {
        let topics = topics(transaction);
        transaction.of_token
            && (self.addresses.is_empty() || self.addresses.contains(&token()))
            && self.topics.iter().enumerate().all(|(place, wanted)| {
                wanted.is_empty() || topics.get(place).is_some_and(|topic| wanted.contains(topic))
            })
    }
}

/// One, a list of them, or null for any.
fn any_of<T>(value: &Value, read: impl Fn(&str) -> Result<T, RpcError>) -> Result<Vec<T>, RpcError> {
    let one = |value: &Value| read(value.as_str().ok_or_else(|| RpcError::params("expected hex"))?);
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(values) => values.iter().map(one).collect(),
        value => one(value).map(|one| vec![one]),
    }
}

/// The logs that a filter asks for.
pub(super) fn find(value: Option<&Value>, blocks: &Blocks) -> Result<Value, RpcError> {
    let filter = Filter::read(value, blocks)?;
    let within = blocks.all().iter().filter(|block| (filter.from..=filter.to).contains(&block.number));
    let found = within.flat_map(|block| {
        let wanted = block.transactions.iter().filter(|transaction| filter.wants(transaction));
        wanted.filter_map(|transaction| log(block, transaction)).collect::<Vec<_>>()
    });
    Ok(Value::Array(found.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::ethereum::blocks::account;

    fn found(filter: Value) -> Vec<Value> {
        match find(Some(&filter), &Blocks::of("base-mainnet")).unwrap() {
            Value::Array(logs) => logs,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn filters_narrow_what_is_found() {
        let all = found(json!({"fromBlock": "earliest", "toBlock": "latest"}));
        assert!(all.len() > 20);
        let first = all[0]["blockNumber"].as_str().unwrap();
        let of_block = found(json!({"fromBlock": first, "toBlock": first}));
        assert!(of_block.len() < all.len() && of_block[0] == all[0]);
        assert_eq!(found(json!({"blockHash": all[0]["blockHash"]})), of_block);
        let everything = json!({"fromBlock": "0x0", "address": [hex(&token()), hex(&[7; 20])],
            "topics": [null, null, null]});
        assert_eq!(found(everything), all);
        assert!(found(json!({"fromBlock": "0x0", "address": hex(&[7; 20])})).is_empty());
        assert!(
            found(json!({"fromBlock": "0x0", "topics": [null, null, null, all[0]["topics"][0]]})).is_empty()
        );
        let (one, two) = (hex(&padded(&account(0))), hex(&padded(&account(1))));
        let count = |topics: Value| found(json!({"fromBlock": "0x0", "topics": topics})).len();
        assert!(count(json!([null, one])) > 0);
        assert_eq!(count(json!([null, [one, two]])), count(json!([null, one])) + count(json!([null, two])));
    }

    #[test]
    fn filters_that_make_no_sense_are_refused() {
        for wrong in [
            json!(7),
            json!({"fromBlock": "0x5", "toBlock": "0x4"}),
            json!({"fromBlock": 5}),
            json!({"blockHash": hex(&[1; 32])}),
            json!({"address": "0x12"}),
            json!({"topics": ["0x12"]}),
            json!({"topics": [null, null, null, null, null]}),
        ] {
            assert!(find(Some(&wrong), &Blocks::of("base-mainnet")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_bloom_has_the_bits_of_its_entries() {
        let blocks = Blocks::of("base-mainnet");
        let block =
            blocks.all().iter().find(|block| block.transactions.iter().any(|one| one.of_token)).unwrap();
        let bloom = bloom(&block.transactions);
        let hash = keccak(&token());
        for pair in hash.chunks(2).take(3) {
            let bit = usize::from(u16::from_be_bytes([pair[0], pair[1]]) & 2047);
            assert_ne!(bloom[255 - bit / 8] & 1 << (bit % 8), 0);
        }
        assert_eq!(super::bloom(&blocks.all()[0].transactions), [0; 256]);
    }
}
