use k256::ecdsa::SigningKey;
use serde_json::{Map, json};

use super::*;
use crate::wallets::{
    ethereum::hex,
    vectors::{text, vectors},
};

const SECRET: &str = "of the house";

fn now() -> Timestamp {
    "2026-11-21T10:01:00Z".parse().unwrap()
}

fn encoded(header: &Value) -> String {
    STANDARD.encode(header.to_string())
}

/// The sign-in of the vectors, on Base.
fn on_base() -> Map<String, Value> {
    let known = &vectors()["ethereum"];
    let signed = &known["sign_in"]["plain"];
    let header = json!({"address": known["address"], "message": signed["message"], "signature": signed["signature"],
        "timestamp": 1_795_255_200_000_i64, "chainId": 8453});
    header.as_object().unwrap().clone()
}

fn on_solana() -> Map<String, Value> {
    let known = &vectors()["solana"];
    let signed = &known["sign_in"];
    let header = json!({"address": known["address"], "message": signed["message"], "signature": signed["base64"],
        "timestamp": 1_795_255_200_000_i64, "chainId": SOLANA, "type": "ed25519"});
    header.as_object().unwrap().clone()
}

fn checked(header: &Map<String, Value>) -> Result<Proven, BadProof> {
    check(&encoded(&json!(header)), SECRET, now())
}

fn signed(text: &str) -> String {
    let secret: [u8; 32] = unhex(crate::wallets::vectors::text(&vectors()["ethereum"]["secret"])).unwrap();
    let key = SigningKey::from_slice(&secret).unwrap();
    let (signature, parity) = key.sign_prehash_recoverable(&personal_digest(text.as_bytes()));
    let mut bytes = signature.to_bytes().to_vec();
    bytes.push(27 + parity.to_byte());
    hex(&bytes)
}

/// The sign-in of the vectors with a part of its text changed, and signed again.
fn changed(from: &str, to: &str) -> Result<Proven, BadProof> {
    let mut header = on_base();
    let message = text(&header["message"]);
    assert!(message.contains(from), "{from}");
    let message = message.replace(from, to);
    header.insert("signature".into(), json!(signed(&message)));
    header.insert("message".into(), json!(message));
    checked(&header)
}

#[test]
fn wallets_of_other_implementations_sign_in() {
    let known = vectors();
    let proven = checked(&on_base()).unwrap();
    assert_eq!(proven.wallet.checksummed(), text(&known["ethereum"]["address"]));
    assert_eq!(proven.nonce, "0f1e2d3c4b5a6978");
    assert_eq!(proven.until.to_string(), "2026-11-21T10:10:00Z");
    let mut header = on_solana();
    assert_eq!(checked(&header).unwrap().wallet.to_string(), text(&known["solana"]["address"]));
    header.insert("signature".into(), known["solana"]["sign_in"]["base58"].clone());
    assert!(checked(&header).is_ok());
}

#[test]
fn chains_are_named_in_each_documented_form() {
    for chain in [json!(8453), json!("8453"), json!("eip155:8453")] {
        let mut header = on_base();
        header.insert("chainId".into(), chain);
        assert!(checked(&header).is_ok());
    }
    for (chain, wrong) in [
        (json!(1), BadProof::UnknownChain),
        (json!("eip155:1"), BadProof::UnknownChain),
        (json!("solana"), BadProof::UnknownChain),
        (json!(SOLANA), BadProof::WrongType),
        (Value::Null, BadProof::Missing("chainId")),
    ] {
        let mut header = on_base();
        header.insert("chainId".into(), chain.clone());
        assert_eq!(checked(&header), Err(wrong), "{chain}");
    }
    let mut header = on_base();
    header.insert("type".into(), json!("eip1271"));
    assert_eq!(checked(&header), Err(BadProof::Contract));
    let mut header = on_solana();
    header.remove("type");
    assert_eq!(checked(&header), Err(BadProof::WrongType));
    header.insert("chainId".into(), json!(8453));
    assert_eq!(checked(&header), Err(BadProof::OtherChain));
}

#[test]
fn a_header_without_a_message_says_what_is_in_it() {
    let known = &vectors()["ethereum"];
    let mut header = json!({"domain": "api.venice.ai", "address": known["address"],
        "uri": "https://api.venice.ai", "version": "1", "chainId": "eip155:8453", "type": "eip191",
        "statement": "Sign in to Venice API", "nonce": "0f1e2d3c4b5a6978", "issuedAt": "2026-11-21T10:00:00.000Z",
        "expirationTime": "2026-11-21T10:10:00.000Z", "signature": known["sign_in"]["plain"]["signature"]});
    assert!(check(&encoded(&header), SECRET, now()).is_ok());
    header["uri"] = json!("https://api.venice.ai/");
    assert_eq!(check(&encoded(&header), SECRET, now()), Err(BadProof::Signature));
}

#[test]
fn what_the_message_says_must_be_meant_for_venice() {
    assert!(changed("Sign in to Venice API", "Sign in to Venice AI").is_ok());
    assert!(changed("URI: https://api.venice.ai", "URI: https://api.venice.ai/api/v1/embeddings").is_ok());
    for (from, to, wrong) in [
        ("api.venice.ai wants", "venice.example wants", BadProof::Domain),
        ("URI: https://api.venice.ai", "URI: https://venice.example", BadProof::Uri),
        ("URI: https://api.venice.ai", "URI: http://api.venice.ai", BadProof::Uri),
        ("Sign in to Venice API", "Give me everything", BadProof::Statement),
        ("Sign in to Venice API\n", "", BadProof::Statement),
        ("Version: 1", "Version: 2", BadProof::Version),
        ("Chain ID: 8453", "Chain ID: 1", BadProof::OtherChain),
        ("0f1e2d3c4b5a6978", "0f1e2d3c4b5a697", BadProof::Nonce),
        ("0f1e2d3c4b5a6978", "gondola-gondola-", BadProof::Nonce),
        ("0f1e2d3c4b5a6978", "0f1e2d3c4b5a69780f1e2d3c4b5a6978", BadProof::Nonce),
        ("0x64905C", "0x64905c", BadProof::Address),
        (
            "0x64905C90708596d8dEACc21E4b9147154a626f45",
            "0x5ACCc0859b3C118596051724f5DBa1ff9e910033",
            BadProof::Address,
        ),
        ("Version: 1\n", "", BadProof::NoMessage),
    ] {
        assert_eq!(changed(from, to), Err(wrong), "{from} -> {to}");
    }
}

#[test]
fn a_sign_in_holds_for_its_time() {
    let (issued, expires) =
        ("Issued At: 2026-11-21T10:00:00.000Z", "Expiration Time: 2026-11-21T10:10:00.000Z");
    for (from, to, wrong) in [
        (issued, "Issued At: 2026-11-21T10:01:31.000Z", BadProof::Future),
        (issued, "Issued At: 2026-11-21T09:59:59.000Z", BadProof::TooLong),
        (issued, "Issued At: yesterday", BadProof::Times),
        (expires, "Expiration Time: 2026-11-21T10:00:59.000Z", BadProof::Expired),
        (expires, "Expiration Time: 2026-11-21T09:00:00.000Z", BadProof::TooLong),
        (
            expires,
            "Expiration Time: 2026-11-21T10:10:00.000Z\nNot Before: 2026-11-21T10:01:01Z",
            BadProof::NotYet,
        ),
        ("\nExpiration Time: 2026-11-21T10:10:00.000Z", "", BadProof::Times),
        ("10:00:00.000Z\nExp", "10:00:40.000Z\nExp", BadProof::Timestamp),
    ] {
        assert_eq!(changed(from, to), Err(wrong), "{to}");
    }
    let late = "2026-11-21T10:10:00Z".parse().unwrap();
    assert_eq!(check(&encoded(&json!(on_base())), SECRET, late), Err(BadProof::Expired));
    let mut header = on_base();
    header.insert("timestamp".into(), json!(1_795_255_231_000_i64));
    assert_eq!(checked(&header), Err(BadProof::Timestamp));
}

#[test]
fn anybody_elses_signature_is_refused() {
    let known = vectors();
    let mut header = on_base();
    header.insert("signature".into(), known["ethereum"]["personal"][0]["signature"].clone());
    assert_eq!(checked(&header), Err(BadProof::Signature));
    header.remove("signature");
    assert_eq!(checked(&header), Err(BadProof::Missing("signature")));
    let mut header = on_solana();
    header.insert("signature".into(), json!(bs58::encode([7; 64]).into_string()));
    assert_eq!(checked(&header), Err(BadProof::Signature));
    for unreadable in ["", "not base64!", "bm90IGpzb24="] {
        assert_eq!(check(unreadable, SECRET, now()), Err(BadProof::Unreadable));
    }
}

#[test]
fn a_challenge_is_answered_with_all_that_it_says() {
    let uri = "https://api.venice.ai/api/v1/embeddings";
    let offered = challenge::issue(SECRET, 7, uri, now());
    let info = &offered["info"];
    assert_eq!(text(&info["nonce"]).len(), 32);
    let address = vectors()["ethereum"]["address"].clone();
    let message = |uri: &str, secret: &str| {
        let mut message = Message {
            kind: Kind::Ethereum,
            domain: text(&info["domain"]).to_owned(),
            address: text(&address).to_owned(),
            statement: Some(text(&info["statement"]).to_owned()),
            uri: uri.to_owned(),
            version: "1".to_owned(),
            chain: "8453".to_owned(),
            nonce: text(&info["nonce"]).to_owned(),
            issued_at: text(&info["issuedAt"]).to_owned(),
            expiration_time: info["expirationTime"].as_str().map(str::to_owned),
            not_before: None,
            request_id: None,
            resources: Vec::new(),
        };
        message.resources.push(uri.to_owned());
        let text = message.to_string();
        let header = json!({"address": address, "message": text, "signature": signed(&text), "chainId": "eip155:8453"});
        check(&encoded(&header), secret, now())
    };
    assert_eq!(message(uri, SECRET).unwrap().nonce, text(&info["nonce"]));
    assert_eq!(message("https://api.venice.ai/api/v1/responses", SECRET), Err(BadProof::Nonce));
    assert_eq!(message(uri, "of another house"), Err(BadProof::Nonce));
}
