//! Attestation, signatures and encrypted conversations.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use rstest::rstest;
use serde_json::{Value, json as value};
use venice::chat::{
    ContentPart, CreateChatCompletion, Message, ResponseFormat, Tool, VeniceParameters, WebSearchMode,
};
use venice::tee::{EncryptedSession, GetTeeAttestation, GetTeeSignature, Nonce, TeeAttestation};
use venice::{Fate, FileInput};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::servers::{KEY, client, expect, json, requests};

fn vectors() -> Value {
    serde_json::from_str(include_str!("data/encrypted_chat.json")).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A session with the keys and nonces of the vectors.
fn session(vectors: &Value) -> EncryptedSession {
    let bytes = |value: &Value| hex::decode(text(value)).unwrap();
    let mut chance = VecDeque::from([bytes(&vectors["client_key"])]);
    for message in vectors["messages"].as_array().unwrap() {
        chance.extend([bytes(&message["sender_key"]), bytes(&message["nonce"])]);
    }
    let attestation: TeeAttestation =
        serde_json::from_value(value!({"signing_key": vectors["model_public_key"]})).unwrap();
    EncryptedSession::with_chance(&attestation, move |buffer| {
        buffer.copy_from_slice(&chance.pop_front().unwrap());
        Ok(())
    })
    .unwrap()
}

#[tokio::test]
async fn get_tee_attestation() {
    let server = MockServer::start().await;
    let nonce = "07".repeat(32);
    Mock::given(method("GET"))
        .and(path("/api/v1/tee/attestation"))
        .and(query_param("model", "e2ee-m"))
        .and(query_param("nonce", &nonce))
        .and(header("authorization", format!("Bearer {KEY}")))
        .respond_with(json(
            200,
            &format!(r#"{{"verified":true,"nonce":"{nonce}","model":"e2ee-m","tee_provider":"phala","intel_quote":"BAA=","nvidia_payload":{{"a":1}},"signing_public_key":"04ab","signing_address":"0x1","event_log":[]}}"#),
        ))
        .mount(&server)
        .await;
    let request = GetTeeAttestation::new("e2ee-m", Nonce::from([7; 32]));
    let answer = expect(&server, client(&server).get_tee_attestation(&request).await).await.value;
    assert_eq!(
        (answer.verified, answer.key(), answer.tee_provider.as_deref()),
        (Some(true), Some("04ab"), Some("phala"))
    );
    assert!(answer.extra.contains_key("event_log"));
    let verification = answer.verify(&request, None, jiff_epoch());
    assert!(verification.answers_the_question.is_passed() && !verification.is_genuine());
    assert_eq!(verification.nvidia.to_string(), "not verified: NVIDIA's evidence isn't verified here");
}

fn jiff_epoch() -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
}

#[test]
fn nonces_are_32_bytes_and_differ() {
    let one = GetTeeAttestation::random("m").unwrap();
    assert_ne!(one.nonce, GetTeeAttestation::random("m").unwrap().nonce);
    let again: GetTeeAttestation = serde_json::from_value(serde_json::to_value(&one).unwrap()).unwrap();
    assert_eq!(again, one);
    for nonce in ["", "07", &"0".repeat(63), &"x".repeat(64)] {
        assert!(serde_json::from_value::<GetTeeAttestation>(value!({"model": "m", "nonce": nonce})).is_err());
    }
}

#[tokio::test]
async fn get_tee_signature() {
    let vectors = vectors();
    let server = MockServer::start().await;
    let body = value!({"text": vectors["signed_text"], "signature": vectors["signature"], "signing_address": vectors["model_address"], "signing_algo": "ecdsa", "receipt": {}});
    Mock::given(method("GET"))
        .and(path("/api/v1/tee/signature"))
        .and(query_param("model", "e2ee-m"))
        .and(query_param("request_id", "chatcmpl-1"))
        .respond_with(json(200, &body.to_string()))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(path("/api/v1/tee/signature")).respond_with(json(200, "{}")).mount(&server).await;
    let request = GetTeeSignature::new("e2ee-m", "chatcmpl-1");
    let answer = expect(&server, client(&server).get_tee_signature(&request).await).await.value;
    assert!(answer.is_signed_by(&text(&vectors["model_address"]).parse().unwrap()));
    assert!(answer.extra.contains_key("receipt"));
    let error = client(&server).get_tee_signature(&request).await.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("UNEXPECTED_ANSWER", Some("getTeeSignature")));
}

#[tokio::test]
async fn a_failed_attestation_is_told() {
    let server = MockServer::start().await;
    let body = r#"{"error":{"message":"m","code":"TEE_ATTESTATION_FAILED"}}"#;
    Mock::given(path("/api/v1/tee/attestation")).respond_with(json(502, body)).mount(&server).await;
    let error =
        client(&server).get_tee_attestation(&GetTeeAttestation::random("m").unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "TEE_ATTESTATION_FAILED");
}

fn chunk(delta: &Value) -> String {
    format!(
        "data: {}\n\n",
        value!({"id": "chatcmpl-1", "model": "e2ee-m", "choices": [{"index": 0, "delta": delta}]})
    )
}

fn answering(stream: String) -> ResponseTemplate {
    let end =
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    ResponseTemplate::new(200).set_body_raw(stream + end, "text/event-stream")
}

#[tokio::test]
async fn an_encrypted_conversation() {
    let vectors = vectors();
    let (messages, chunks) = (vectors["messages"].as_array().unwrap(), vectors["chunks"].as_array().unwrap());
    let seen = Arc::new(Mutex::new(None));
    let server = MockServer::start().await;
    let stream = [
        chunk(&value!({"role": "assistant", "reasoning_content": chunks[0]["sealed"]})),
        chunk(&value!({"content": " "})),
        chunk(&value!({"content": chunks[2]["sealed"]})),
        chunk(&value!({"content": chunks[1]["sealed"]})),
    ]
    .concat();
    let keep = Arc::clone(&seen);
    Mock::given(method("POST"))
        .and(path("/api/v1/chat/completions"))
        .and(header("x-venice-tee-client-pub-key", text(&vectors["client_public_key"])))
        .and(header("x-venice-tee-model-pub-key", text(&vectors["model_public_key"])))
        .and(header("x-venice-tee-signing-algo", "ecdsa"))
        .and(move |request: &Request| {
            *keep.lock().unwrap() = request.body_json::<Value>().ok();
            true
        })
        .respond_with(answering(stream))
        .mount(&server)
        .await;
    let said: Vec<_> = messages.iter().map(|message| text(&message["text"])).collect();
    let conversation = vec![
        Message::system(said[0].as_str()),
        Message::user(vec![ContentPart::text(""), ContentPart::text("x")]),
    ];
    // Empty parts are refused before anything is encrypted.
    let refused = session(&vectors).encrypt(&CreateChatCompletion::new("e2ee-m", conversation)).unwrap_err();
    assert_eq!(refused.code(), "INVALID_INPUT");

    let conversation = vec![
        Message::system(said[0].as_str()),
        Message::user(said[1].as_str()),
        Message::user(vec![ContentPart::text(&said[2][..3]), ContentPart::text(&said[2][3..])]),
        Message::developer(said[3].as_str()),
    ];
    let request = CreateChatCompletion::new("e2ee-m", conversation).temperature(0.5);
    let client = client(&server);
    let session = session(&vectors);
    let encrypted = session.encrypt(&request).unwrap();
    let answer = expect(&server, client.send(&encrypted).await).await;
    let sent = seen.lock().unwrap().take().unwrap();
    let roles: Vec<_> =
        sent["messages"].as_array().unwrap().iter().map(|message| text(&message["role"])).collect();
    assert_eq!(roles, ["system", "user", "user", "system"]);
    for (sent, message) in sent["messages"].as_array().unwrap().iter().zip(messages) {
        assert_eq!(sent["content"], message["sealed"]);
    }
    assert_eq!((&sent["stream"], &sent["temperature"]), (&value!(true), &value!(0.5)));
    let shown = format!("{encrypted:?} {session:?} {answer:?}");
    assert!(!shown.contains(&said[0]) && !shown.contains(&text(&vectors["client_key"])));

    let read = answer.value.decrypt(&session).unwrap();
    assert_eq!(read.text(), format!(" {}", text(&chunks[2]["text"])));
    assert_eq!(read.choices[0].message.reasoning_content.as_deref(), chunks[0]["text"].as_str());
}

#[rstest]
#[case::in_the_clear(value!({"content": "These are anyone's words."}))]
#[case::hex_in_the_clear(value!({"content": "ab".repeat(100)}))]
#[case::thoughts_in_the_clear(value!({"reasoning_content": "hm"}))]
#[case::a_tool(value!({"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}]}))]
#[tokio::test]
async fn what_is_not_encrypted_is_not_taken_for_the_answer(#[case] delta: Value) {
    let vectors = vectors();
    let server = MockServer::start().await;
    let good = chunk(&value!({"content": vectors["chunks"][0]["sealed"]}));
    Mock::given(method("POST")).respond_with(answering(good + &chunk(&delta))).mount(&server).await;
    // Chance of the vectors lasts for one encrypted message.
    let request = CreateChatCompletion::new("e2ee-m", vec![Message::user("a")]);
    let mut stream =
        client(&server).stream_encrypted_chat_completion(&request, &session(&vectors)).await.unwrap();
    let error = loop {
        match stream.next().await {
            Ok(delta) => assert!(delta.is_some(), "a forged answer ended well"),
            Err(error) => break error,
        }
    };
    assert_eq!((error.code(), error.fate()), ("NOT_DECRYPTED", Fate::Unknown));
    assert_eq!(stream.so_far().text(), text(&vectors["chunks"][0]["text"]));
}

#[tokio::test]
async fn a_whole_answer_in_the_clear_is_refused() {
    let server = MockServer::start().await;
    let body = r#"{"choices":[{"message":{"content":"Anyone's words."}}]}"#;
    Mock::given(method("POST")).respond_with(json(200, body)).mount(&server).await;
    let request = CreateChatCompletion::new("e2ee-m", vec![Message::user("a")]);
    let error =
        client(&server).stream_encrypted_chat_completion(&request, &session(&vectors())).await.unwrap_err();
    assert_eq!(error.code(), "NOT_DECRYPTED");
}

fn ask() -> CreateChatCompletion {
    CreateChatCompletion::new("e2ee-m", vec![Message::user("a")])
}

fn with_messages(messages: Vec<Message>) -> CreateChatCompletion {
    CreateChatCompletion::new("e2ee-m", messages)
}

#[rstest]
#[case::files(with_messages(vec![Message::user(vec![ContentPart::image(FileInput::Base64("AAAA".into()))])]))]
#[case::tool_answers(with_messages(vec![Message::tool("c", "a")]))]
#[case::tools(ask().tools(vec![Tool::WebSearch {}]))]
#[case::schemas(ask().response_format(ResponseFormat::strict("a", value!({}))))]
#[case::stops(ask().stop("secret"))]
#[case::searches(ask().venice_parameters(VeniceParameters { enable_web_search: Some(WebSearchMode::Auto), ..VeniceParameters::default() }))]
#[tokio::test]
async fn what_can_not_be_encrypted_is_not_sent(#[case] request: CreateChatCompletion) {
    let server = MockServer::start().await;
    let session = session(&vectors());
    let error = client(&server).stream_encrypted_chat_completion(&request, &session).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", Fate::NotSent));
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn no_word_of_a_conversation_leaves_in_the_clear() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(answering(String::new())).mount(&server).await;
    let attestation: TeeAttestation =
        serde_json::from_value(value!({"signing_key": vectors()["model_public_key"]})).unwrap();
    let session = EncryptedSession::new(&attestation).unwrap();
    let request = with_messages(vec![
        Message::system("secret one"),
        Message::user("secret two"),
        Message::assistant("secret three"),
        Message::user("secret two"),
    ]);
    client(&server).stream_encrypted_chat_completion(&request, &session).await.unwrap();
    let sent = server.received_requests().await.unwrap().remove(0);
    assert!(!String::from_utf8_lossy(&sent.body).contains("secret"));
    let messages = sent.body_json::<Value>().unwrap()["messages"].clone();
    let roles: Vec<_> = (0..4).map(|place| text(&messages[place]["role"])).collect();
    // The place decrypts what system and user say, and nothing else.
    assert_eq!(roles, ["system", "user", "user", "user"]);
    assert_ne!(messages[1]["content"], messages[3]["content"], "each message has a key of its own");
}

#[test]
fn a_session_wants_a_public_key() {
    for key in ["", "04", "zz", &"00".repeat(65)] {
        let attestation: TeeAttestation = serde_json::from_value(value!({"signing_key": key})).unwrap();
        assert_eq!(EncryptedSession::new(&attestation).unwrap_err().code(), "INVALID_INPUT");
    }
}
