//! A chain of Solana's kind: one slot, a few accounts, and USDC's mint, so that a payment can be prepared on it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::json_rpc::RpcError;
use crate::wallets::{
    rails::{RECEIVER_ON_SOLANA, USDC_ON_SOLANA},
    solana::{Key, TOKEN_PROGRAM, key, token_account},
};

const SLOT: u64 = 250_000_000;
const HEIGHT: u64 = 230_000_000;
const SLOTS_PER_EPOCH: u64 = 432_000;
/// 2026-01-01.
const TIME: i64 = 1_767_225_600;
const SYSTEM_PROGRAM: &str = "11111111111111111111111111111111";
const ACCOUNTS: u64 = 6;
/// What each account has: 100 SOL, and 250,000 USDC.
const LAMPORTS: u64 = 100_000_000_000;
const TOKENS: u64 = 250_000_000_000;
/// What an account pays for its existence, and for each byte that it keeps.
const RENT: u64 = 890_880;
const RENT_PER_BYTE: u64 = 6_960;
const MINT_BYTES: usize = 82;
const TOKEN_ACCOUNT_BYTES: usize = 165;

fn account(place: u64) -> Key {
    Sha256::digest(format!("canaletto sandbox Solana account {place}")).into()
}

fn base58(bytes: &[u8]) -> String {
    bs58::encode(bytes).into_string()
}

/// Who has something, and what: the accounts, and the receiver of top-ups.
fn owners() -> impl Iterator<Item = Key> {
    (0..ACCOUNTS).map(account).chain(key(RECEIVER_ON_SOLANA))
}

/// An account's content, as far as the chain has it.
struct Held {
    lamports: u64,
    program: &'static str,
    data: Vec<u8>,
}

fn held(address: &Key) -> Option<Held> {
    if owners().any(|owner| owner == *address) {
        return Some(Held { lamports: LAMPORTS, program: SYSTEM_PROGRAM, data: Vec::new() });
    }
    if Some(*address) == key(USDC_ON_SOLANA) {
        return Some(kept_by_the_token_program(mint()));
    }
    let owner = owners().find(|owner| usdc_account(owner) == Some(*address))?;
    Some(kept_by_the_token_program(balance_of(&owner)))
}

fn kept_by_the_token_program(data: Vec<u8>) -> Held {
    Held { lamports: RENT + RENT_PER_BYTE * data.len() as u64, program: TOKEN_PROGRAM, data }
}

fn usdc_account(owner: &Key) -> Option<Key> {
    token_account(owner, &key(USDC_ON_SOLANA)?, &key(TOKEN_PROGRAM)?)
}

fn supply() -> u64 {
    TOKENS * owners().count() as u64
}

/// USDC's mint as the token program lays it out: authority, supply, decimals, initialized, freezing authority.
fn mint() -> Vec<u8> {
    let mut data = vec![0; MINT_BYTES];
    data[36..44].copy_from_slice(&supply().to_le_bytes());
    data[44] = 6;
    data[45] = 1;
    data
}

/// An account of tokens: mint, owner, amount, and further on its state.
fn balance_of(owner: &Key) -> Vec<u8> {
    let mut data = vec![0; TOKEN_ACCOUNT_BYTES];
    data[..32].copy_from_slice(&key(USDC_ON_SOLANA).unwrap_or_default());
    data[32..64].copy_from_slice(owner);
    data[64..72].copy_from_slice(&TOKENS.to_le_bytes());
    data[108] = 1;
    data
}

pub(super) fn call(slug: &str, method: &str, params: &[Value]) -> Result<Value, RpcError> {
    let block = |slot: u64| base58(&Sha256::digest(format!("canaletto {slug} slot {slot}")));
    let address = || wanted_key(params);
    match method {
        "getHealth" => Ok(json!("ok")),
        "getVersion" => Ok(json!({"solana-core": "2.3.0", "feature-set": 0})),
        "getGenesisHash" => Ok(json!(block(0))),
        "getSlot" | "getFirstAvailableBlock" | "minimumLedgerSlot" => Ok(json!(SLOT)),
        "getBlockHeight" => Ok(json!(HEIGHT)),
        "getBlockTime" => match params.first().and_then(Value::as_u64) {
            Some(SLOT) => Ok(json!(TIME)),
            Some(slot) => Err(RpcError::new(-32_009, format!("Slot {slot} was skipped, or missing"))),
            None => Err(RpcError::params("expected a slot")),
        },
        "getTransactionCount" => Ok(json!(0)),
        "getEpochInfo" => {
            Ok(json!({"absoluteSlot": SLOT, "blockHeight": HEIGHT, "epoch": SLOT / SLOTS_PER_EPOCH,
            "slotIndex": SLOT % SLOTS_PER_EPOCH, "slotsInEpoch": SLOTS_PER_EPOCH, "transactionCount": 0}))
        }
        "getLatestBlockhash" => {
            Ok(at_slot(json!({"blockhash": block(SLOT), "lastValidBlockHeight": HEIGHT + 150})))
        }
        "isBlockhashValid" => Ok(at_slot(json!(wanted_text(params)? == block(SLOT)))),
        "getMinimumBalanceForRentExemption" => {
            let bytes =
                params.first().and_then(Value::as_u64).ok_or_else(|| RpcError::params("expected a size"))?;
            Ok(json!(RENT.saturating_add(RENT_PER_BYTE.saturating_mul(bytes))))
        }
        "getRecentPrioritizationFees" => Ok(json!([{"slot": SLOT, "prioritizationFee": 0}])),
        "getBalance" => {
            let address = address()?;
            Ok(at_slot(json!(held(&address).map_or(0, |held| held.lamports))))
        }
        "getAccountInfo" => Ok(at_slot(shown(&address()?, params.get(1))?)),
        "getMultipleAccounts" => {
            let wanted = params.first().and_then(Value::as_array);
            let wanted = wanted.ok_or_else(|| RpcError::params("expected a list of keys"))?;
            let shown: Result<Vec<Value>, RpcError> =
                wanted.iter().map(|one| shown(&one_key(one)?, params.get(1))).collect();
            Ok(at_slot(json!(shown?)))
        }
        "getTokenAccountBalance" => {
            let address = address()?;
            let owner = owners().find(|owner| usdc_account(owner) == Some(address));
            owner.ok_or_else(|| RpcError::params("could not find account"))?;
            Ok(at_slot(tokens(TOKENS)))
        }
        "getTokenSupply" if Some(address()?) == key(USDC_ON_SOLANA) => Ok(at_slot(tokens(supply()))),
        "getTokenSupply" => Err(RpcError::params("not a token mint")),
        "getTokenAccountsByOwner" => {
            let owner = address()?;
            let filter = params
                .get(1)
                .and_then(Value::as_object)
                .ok_or_else(|| RpcError::params("expected a filter"))?;
            let of_usdc = filter.get("mint").is_some_and(|mint| mint == USDC_ON_SOLANA)
                || filter.get("programId").is_some_and(|program| program == TOKEN_PROGRAM);
            let account = usdc_account(&owner).filter(|_| of_usdc && owners().any(|one| one == owner));
            let found = account.map(|account| {
                Ok(json!({"pubkey": base58(&account), "account": shown(&account, params.get(2))?}))
            });
            Ok(at_slot(json!(found.into_iter().collect::<Result<Vec<Value>, RpcError>>()?)))
        }
        "getSignaturesForAddress" => address().map(|_| json!([])),
        "getSupply" => {
            let total = LAMPORTS * owners().count() as u64;
            Ok(at_slot(
                json!({"total": total, "circulating": total, "nonCirculating": 0, "nonCirculatingAccounts": []}),
            ))
        }
        "getLargestAccounts" => {
            let largest = owners().map(|owner| json!({"address": base58(&owner), "lamports": LAMPORTS}));
            Ok(at_slot(largest.collect()))
        }
        "sendTransaction" => Err(RpcError::new(
            -32_002,
            "Transaction rejected: the sandbox's chain is fixed and takes nothing in",
        )),
        method => Err(RpcError::missing(method)),
    }
}

fn wanted_text(params: &[Value]) -> Result<&str, RpcError> {
    params.first().and_then(Value::as_str).ok_or_else(|| RpcError::params("expected a text"))
}

fn one_key(value: &Value) -> Result<Key, RpcError> {
    value.as_str().and_then(key).ok_or_else(|| RpcError::params("expected a key in base58"))
}

fn wanted_key(params: &[Value]) -> Result<Key, RpcError> {
    one_key(params.first().unwrap_or(&Value::Null))
}

fn at_slot(value: Value) -> Value {
    json!({"context": {"slot": SLOT, "apiVersion": "2.3.0"}, "value": value})
}

/// Millionths of USDC in the three ways that Solana writes them.
fn tokens(amount: u64) -> Value {
    let whole = amount as f64 / 1e6;
    json!({"amount": amount.to_string(), "decimals": 6, "uiAmount": whole, "uiAmountString": whole.to_string()})
}

/// An account as it is asked for: its bytes in base64 or base58, or read.
fn shown(address: &Key, options: Option<&Value>) -> Result<Value, RpcError> {
    let Some(held) = held(address) else { return Ok(Value::Null) };
    let encoding = options.and_then(|options| options.get("encoding")).and_then(Value::as_str);
    let data = match encoding {
        None | Some("base58") if held.data.len() <= 128 => match encoding {
            None => json!(base58(&held.data)),
            Some(_) => json!([base58(&held.data), "base58"]),
        },
        Some("base64") => json!([STANDARD.encode(&held.data), "base64"]),
        Some("jsonParsed") => parsed(address, &held.data),
        _ => {
            return Err(RpcError::new(
                -32_600,
                "Encoded binary (base 58) data should be less than 128 bytes",
            ));
        }
    };
    Ok(json!({"data": data, "executable": false, "lamports": held.lamports, "owner": held.program,
        "rentEpoch": u64::MAX, "space": held.data.len()}))
}

fn parsed(address: &Key, data: &[u8]) -> Value {
    let (kind, info) = match data.len() {
        MINT_BYTES => {
            let info = json!({"decimals": 6, "freezeAuthority": null, "isInitialized": true, "mintAuthority": null,
                "supply": supply().to_string()});
            ("mint", info)
        }
        TOKEN_ACCOUNT_BYTES => {
            let owner = owners().find(|owner| usdc_account(owner) == Some(*address));
            let info = json!({"isNative": false, "mint": USDC_ON_SOLANA, "owner": owner.map(|owner| base58(&owner)),
                "state": "initialized", "tokenAmount": tokens(TOKENS)});
            ("account", info)
        }
        // What no program keeps can't be read: it comes as it is.
        _ => return json!([STANDARD.encode(data), "base64"]),
    };
    json!({"parsed": {"info": info, "type": kind}, "program": "spl-token", "space": data.len()})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, params: Value) -> Value {
        call("solana-mainnet", method, params.as_array().unwrap()).unwrap()
    }

    #[test]
    fn a_payment_can_be_prepared_on_it() {
        let block = asked("getLatestBlockhash", json!([]));
        let hash = block["value"]["blockhash"].as_str().unwrap();
        assert_eq!(key(hash).map(|hash| base58(&hash)).as_deref(), Some(hash));
        assert_eq!(asked("isBlockhashValid", json!([hash]))["value"], true);
        let mint = asked("getAccountInfo", json!([USDC_ON_SOLANA, {"encoding": "base64"}]));
        let data = STANDARD.decode(mint["value"]["data"][0].as_str().unwrap()).unwrap();
        assert_eq!((data.len(), data[44], &mint["value"]["owner"]), (82, 6, &json!(TOKEN_PROGRAM)));
        let parsed = asked("getAccountInfo", json!([USDC_ON_SOLANA, {"encoding": "jsonParsed"}]));
        assert_eq!(parsed["value"]["data"]["parsed"]["info"]["decimals"], 6);
    }

    #[test]
    fn owners_have_lamports_and_tokens_and_others_have_none() {
        let owner = base58(&account(1));
        assert_eq!(asked("getBalance", json!([owner]))["value"], LAMPORTS);
        let listed = asked(
            "getTokenAccountsByOwner",
            json!([owner, {"mint": USDC_ON_SOLANA}, {"encoding": "jsonParsed"}]),
        );
        let listed = &listed["value"][0];
        assert_eq!(listed["account"]["data"]["parsed"]["info"]["owner"], json!(owner));
        let balance = asked("getTokenAccountBalance", json!([listed["pubkey"]]));
        assert_eq!(
            balance["value"],
            json!({"amount": "250000000000", "decimals": 6, "uiAmount": 250_000.0, "uiAmountString": "250000"})
        );
        let nobody = base58(&[9; 32]);
        assert_eq!(asked("getBalance", json!([nobody]))["value"], 0);
        assert_eq!(asked("getAccountInfo", json!([nobody]))["value"], Value::Null);
        assert_eq!(
            asked("getTokenAccountsByOwner", json!([nobody, {"mint": USDC_ON_SOLANA}]))["value"],
            json!([])
        );
    }

    #[test]
    fn what_it_lacks_is_an_error() {
        for (method, params) in [
            ("getBalance", json!(["0x12"])),
            ("getBalance", json!([])),
            ("getBlock", json!([1])),
            ("getTokenSupply", json!([base58(&[9; 32])])),
            ("getBlockTime", json!([1])),
        ] {
            assert!(call("solana-devnet", method, params.as_array().unwrap()).is_err(), "{method}");
        }
    }
}
