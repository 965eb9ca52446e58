//! Wallets that sign, as a caller's would.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer;
use jiff::{SignedDuration, Timestamp};
use k256::ecdsa::SigningKey;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use sha3::{Digest, Keccak256};

use crate::client::{Caller, header};

pub const SOLANA: &str = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

pub fn vectors() -> Value {
    serde_json::from_str(include_str!("data/wallet_vectors.json")).unwrap()
}

fn keccak(bytes: &[u8]) -> Vec<u8> {
    Keccak256::digest(bytes).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches("0x");
    (0..digits.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap())
        .collect()
}

fn word(bytes: &[u8]) -> Vec<u8> {
    [vec![0; 32 - bytes.len()], bytes.to_vec()].concat()
}

pub fn decoded(base64: &str) -> Value {
    serde_json::from_slice(&STANDARD.decode(base64).unwrap()).unwrap()
}

/// The wallet of the vectors, on Base or on Solana.
pub struct Wallet {
    pub address: String,
    on_base: Option<SigningKey>,
    on_solana: Option<ed25519_dalek::SigningKey>,
}

/// What a sign-in says, for tests that want it otherwise.
pub struct Says {
    pub uri: String,
    pub statement: String,
    pub nonce: String,
    pub issued: String,
    pub expires: String,
}

impl Says {
    pub fn now(nonce: u64) -> Self {
        let now = Timestamp::now();
        Self {
            uri: "https://api.venice.ai".into(),
            statement: "Sign in to Venice API".into(),
            nonce: format!("{nonce:016x}"),
            issued: format!("{now:.3}"),
            expires: format!("{:.3}", now + SignedDuration::from_mins(10)),
        }
    }

    /// What a 402's challenge asks for.
    pub fn challenged(info: &Value) -> Self {
        let text = |name: &str| info[name].as_str().unwrap().to_owned();
        Self {
            uri: text("uri"),
            statement: text("statement"),
            nonce: text("nonce"),
            issued: text("issuedAt"),
            expires: text("expirationTime"),
        }
    }
}

impl Wallet {
    pub fn on_base() -> Self {
        let known = &vectors()["ethereum"];
        let key = SigningKey::from_slice(&unhex(known["secret"].as_str().unwrap())).unwrap();
        Self { address: known["address"].as_str().unwrap().into(), on_base: Some(key), on_solana: None }
    }

    pub fn on_solana() -> Self {
        let known = &vectors()["solana"];
        let seed: [u8; 32] = unhex(known["seed"].as_str().unwrap()).try_into().unwrap();
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        Self { address: known["address"].as_str().unwrap().into(), on_base: None, on_solana: Some(key) }
    }

    fn sign_digest(&self, digest: &[u8]) -> String {
        let (signature, parity) = self.on_base.as_ref().unwrap().sign_prehash_recoverable(digest);
        hex(&[&signature.to_bytes()[..], &[27 + parity.to_byte()]].concat())
    }

    /// What `personal_sign` gives, or Solana's signature.
    pub fn sign(&self, text: &str) -> String {
        if let Some(key) = &self.on_solana {
            return bs58::encode(key.sign(text.as_bytes()).to_bytes()).into_string();
        }
        let prefixed = format!("\x19Ethereum Signed Message:\n{}{text}", text.len());
        self.sign_digest(&keccak(prefixed.as_bytes()))
    }

    /// The value of a SIGN-IN-WITH-X header.
    pub fn sign_in(&self, says: &Says) -> String {
        let (name, chain) = match &self.on_solana {
            Some(_) => ("Solana", SOLANA.trim_start_matches("solana:")),
            None => ("Ethereum", "8453"),
        };
        let message = format!(
            "api.venice.ai wants you to sign in with your {name} account:\n{}\n\n{}\n\nURI: {}\nVersion: 1\n\
             Chain ID: {chain}\nNonce: {}\nIssued At: {}\nExpiration Time: {}",
            self.address, says.statement, says.uri, says.nonce, says.issued, says.expires
        );
        let mut header = json!({"address": self.address, "message": message, "signature": self.sign(&message),
            "timestamp": says.issued.parse::<Timestamp>().unwrap().as_millisecond(), "chainId": "eip155:8453"});
        if self.on_solana.is_some() {
            header["chainId"] = json!(SOLANA);
            header["type"] = json!("ed25519");
        }
        STANDARD.encode(header.to_string())
    }

    /// The value of a PAYMENT-SIGNATURE header: millionths of USDC on Base, by one of the offers of a top-up.
    pub fn payment(&self, offer: &Value, units: u64, nonce: &str) -> String {
        let text = |name: &str| offer[name].as_str().unwrap();
        let (after, before) = (0_u64, Timestamp::now().as_second().unsigned_abs() + 300);
        let nonce = keccak(nonce.as_bytes());
        let domain = [
            keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak(offer["extra"]["name"].as_str().unwrap().as_bytes()),
            keccak(offer["extra"]["version"].as_str().unwrap().as_bytes()),
            word(&8453_u64.to_be_bytes()),
            word(&unhex(text("asset"))),
        ];
        let kind = "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 \
                    validBefore,bytes32 nonce)";
        let order = [
            keccak(kind.as_bytes()),
            word(&unhex(&self.address)),
            word(&unhex(text("payTo"))),
            word(&units.to_be_bytes()),
            word(&after.to_be_bytes()),
            word(&before.to_be_bytes()),
            nonce.clone(),
        ];
        let digest =
            keccak(&[&[0x19, 0x01][..], &keccak(&domain.concat()), &keccak(&order.concat())].concat());
        let payment = json!({"x402Version": 2, "accepted": offer, "payload": {
            "signature": self.sign_digest(&digest),
            "authorization": {"from": self.address, "to": text("payTo"), "value": units.to_string(),
                "validAfter": after.to_string(), "validBefore": before.to_string(), "nonce": hex(&nonce)},
        }});
        STANDARD.encode(payment.to_string())
    }
}

impl Caller {
    /// A request without any key.
    pub fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.running.base_url());
        self.http.request(method.parse().unwrap(), url)
    }

    pub async fn offers(&self) -> Value {
        let asked = self.bare("POST", "/x402/top-up").send().await.unwrap();
        assert_eq!(asked.status(), 402);
        let told = decoded(header(&asked, "payment-required"));
        let body: Value = asked.json().await.unwrap();
        assert_eq!(body, told);
        body["accepts"].clone()
    }

    /// Sends a payment.
    pub async fn pay(&self, payment: &str) -> Response {
        self.bare("POST", "/x402/top-up").header("PAYMENT-SIGNATURE", payment).send().await.unwrap()
    }

    /// Pays in so many millionths of a dollar.
    pub async fn top_up(&self, wallet: &Wallet, units: u64) {
        let offers = self.offers().await;
        let nonce = format!("{units} of {}", wallet.address);
        let paid = self.pay(&wallet.payment(&offers[0], units, &nonce)).await;
        assert_eq!(paid.status(), 200);
    }
}
