//! Models in an enclave, with a client of its own making.

use aes_gcm::{Aes256Gcm, Key, KeyInit, aead::Aead};
use k256::{
    PublicKey, SecretKey,
    ecdsa::{RecoveryId, Signature, VerifyingKey},
    elliptic_curve::sec1::ToSec1Point,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sha3::Keccak256;

use crate::{
    client::{Caller, header},
    events,
};

const MODEL: &str = "e2ee-gemma-4-31b";

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn key(number: u8) -> SecretKey {
    SecretKey::from_slice(&[number; 32]).unwrap()
}

fn public(secret: &SecretKey) -> Vec<u8> {
    secret.public_key().to_sec1_point(false).as_bytes().to_vec()
}

fn cipher(secret: &SecretKey, public: &[u8]) -> Aes256Gcm {
    let mut derived = [0; 32];
    let shared = secret.diffie_hellman(&PublicKey::from_sec1_bytes(public).unwrap());
    shared.extract::<Sha256>(None).expand(b"ecdsa_encryption", &mut derived).unwrap();
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived))
}

fn seal(to: &[u8], text: &str) -> String {
    let ephemeral = key(9);
    let sealed = cipher(&ephemeral, to).encrypt(&[5; 12].into(), text.as_bytes()).unwrap();
    hex(&[public(&ephemeral), vec![5; 12], sealed].concat())
}

fn open(secret: &SecretKey, sealed: &str) -> String {
    let bytes = unhex(sealed);
    let nonce: [u8; 12] = bytes[65..77].try_into().unwrap();
    String::from_utf8(cipher(secret, &bytes[..65]).decrypt(&nonce.into(), &bytes[77..]).unwrap()).unwrap()
}

async fn attested(caller: &Caller) -> Value {
    let nonce = "5a".repeat(32);
    let answer = caller.get(&format!("/tee/attestation?model={MODEL}&nonce={nonce}")).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!((&answer["nonce"], &answer["model"]), (&json!(nonce), &json!(MODEL)));
    let quote = unhex(answer["intel_quote"].as_str().unwrap());
    let address = unhex(&answer["signing_address"].as_str().unwrap().to_lowercase()[2..]);
    assert_eq!(quote[568..588], address);
    assert_eq!(quote[600..632], [0x5a; 32]);
    let key = unhex(answer["signing_key"].as_str().unwrap());
    assert_eq!(Keccak256::digest(&key[1..])[12..], address);
    answer
}

fn request(caller: &Caller, model_key: &str, body: &Value) -> reqwest::RequestBuilder {
    caller
        .post("/chat/completions", body)
        .header("X-Venice-TEE-Client-Pub-Key", hex(&public(&key(3))))
        .header("X-Venice-TEE-Model-Pub-Key", model_key)
        .header("X-Venice-TEE-Signing-Algo", "ecdsa")
}

#[tokio::test]
async fn a_sealed_conversation_is_read_by_its_two_ends() {
    let caller = Caller::instant().await;
    let model_key = attested(&caller).await["signing_key"].as_str().unwrap().to_owned();
    let to = unhex(&model_key);
    let body = json!({"model": MODEL, "seed": 1, "stream": true, "messages": [{"role": "system", "content": seal(&to, "Be kind")},
        {"role": "user", "content": seal(&to, "Tell me about gondolas")}]});
    let response = request(&caller, &model_key, &body).send().await.unwrap();
    assert_eq!(header(&response, "x-venice-tee"), "true");
    let events = events::read(response).await;
    let opened = |field: &str| -> String {
        let sealed = events
            .choices(0)
            .filter_map(|said| said["delta"][field].as_str())
            .filter(|text| !text.is_empty());
        sealed.map(|text| open(&key(3), text)).collect()
    };
    assert!(opened("content").contains("ondolas"), "{}", opened("content"));
    assert!(!opened("reasoning_content").is_empty());
}

#[tokio::test]
async fn what_breaks_the_seal_is_refused() {
    let caller = Caller::instant().await;
    let model_key = attested(&caller).await["signing_key"].as_str().unwrap().to_owned();
    let to = unhex(&model_key);
    let sealed = |text: &str| json!([{"role": "user", "content": seal(&to, text)}]);
    let good = json!({"model": MODEL, "stream": true, "messages": sealed("a")});
    let refused = async |key: &str, more: Value| {
        let mut body = good.clone();
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        request(&caller, key, &body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(refused(&model_key, json!({})).await, 200);
    assert_eq!(refused(&hex(&public(&key(4))), json!({})).await, 400, "another model's key");
    assert_eq!(refused(&model_key, json!({"stream": false})).await, 400);
    assert_eq!(
        refused(&model_key, json!({"messages": [{"role": "user", "content": "open words"}]})).await,
        400
    );
    let other = json!([{"role": "user", "content": seal(&public(&key(4)), "a")}]);
    assert_eq!(refused(&model_key, json!({"messages": other})).await, 400, "sealed to somebody else");
    let search = json!({"venice_parameters": {"enable_web_search": "auto"}});
    assert_eq!(refused(&model_key, search).await, 400);
    let open = json!({"venice_parameters": {"enable_e2ee": false}, "stream": false,
        "messages": [{"role": "user", "content": "open words"}]});
    assert_eq!(refused(&model_key, open).await, 200, "the enclave alone");
}

#[tokio::test]
async fn an_answer_is_signed_by_its_enclave() {
    let caller = Caller::instant().await;
    let attested = attested(&caller).await;
    for stream in [false, true] {
        let body =
            json!({"model": MODEL, "stream": stream, "messages": [{"role": "user", "content": "Hello"}]})
                .to_string();
        let request = caller.http.post(format!("{}/chat/completions", caller.running.base_url()));
        let request =
            request.bearer_auth(caller.running.api_key()).header("content-type", "application/json");
        let answer = request.body(body.clone()).send().await.unwrap().text().await.unwrap();
        let first: Value = if stream {
            events::parse(&answer).data[0].clone()
        } else {
            serde_json::from_str(&answer).unwrap()
        };
        let id = first["id"].as_str().unwrap();
        let signed: Value = caller
            .get(&format!("/tee/signature?model={MODEL}&request_id={id}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let text = format!("{}:{}", hex(&Sha256::digest(&body)), hex(&Sha256::digest(&answer)));
        assert_eq!(signed["text"], text);
        let bytes = unhex(&signed["signature"].as_str().unwrap()[2..]);
        let digest = Keccak256::digest(format!("\x19Ethereum Signed Message:\n{}{text}", text.len()));
        let signature = Signature::from_slice(&bytes[..64]).unwrap();
        let found = VerifyingKey::recover_from_prehash(
            &digest,
            &signature,
            RecoveryId::from_byte(bytes[64] - 27).unwrap(),
        )
        .unwrap();
        assert_eq!(hex(found.to_sec1_point(false).as_bytes()), attested["signing_key"]);
    }
}
