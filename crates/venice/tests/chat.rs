//! Conversations: what is sent, and what is made of whole answers and of streams that end well, badly and not at all.

use rstest::rstest;
use serde_json::{Value, json as value};
use venice::chat::{
    Accumulator, AudioFormat, CacheControl, CacheRetention, ChatDelta, ChatDeltas, ChatStream, ContentPart,
    CreateChatCompletion, Fallback, FinishReason, ImageUrl, Message, ModelId, Reasoning, ReasoningSummary,
    ResponseFormat, Stop, StreamOptions, TextOptions, TextPart, Tool, ToolChoice, ToolMode, VeniceParameters,
    Verbosity, WebSearchMode,
};
use venice::models::ReasoningEffort;
use venice::{Error, ErrorKind, Fate, FileInput};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockBuilder, MockServer, Request, ResponseTemplate};

use crate::servers::{KEY, PNG, RawServer, client, expect, json, requests, say};

const PNG_URL: &str = "data:image/png;base64,iVBORw0KGgotYS1waWN0dXJlLQ==";
const PNG_BASE64: &str = "iVBORw0KGgotYS1waWN0dXJlLQ==";

fn post() -> MockBuilder {
    Mock::given(method("POST"))
        .and(path("/api/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {KEY}")))
}

fn events(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/event-stream; charset=utf-8")
}

fn png() -> FileInput {
    FileInput::bytes("boat.png", "image/png", PNG)
}

fn ask(words: &str) -> CreateChatCompletion {
    CreateChatCompletion::new("m", vec![Message::user(words)])
}

/// A request that sets everything there is, and how it is written.
fn everything() -> (CreateChatCompletion, Value) {
    let kept = Some(CacheControl::Ephemeral { ttl: Some("1h".into()) });
    let mut document = FileInput::bytes("notes.txt", "text/plain", "ab");
    if let FileInput::Bytes { name, .. } = &mut document {
        "my notes.txt".clone_into(name);
    }
    let parts = vec![
        ContentPart::text("What are these?"),
        ContentPart::ImageUrl { image_url: ImageUrl { url: png() }, cache_control: kept.clone() },
        ContentPart::image(FileInput::Url("https://example.com/a.png".into())),
        ContentPart::audio(FileInput::bytes("a.mp3", "audio/mpeg", PNG), AudioFormat::Mp3),
        ContentPart::audio(FileInput::Base64(PNG_URL.into()), AudioFormat::Wav),
        ContentPart::video(FileInput::Url("https://example.com/a.mp4".into())),
        ContentPart::file(document),
    ];
    let mut said = Message::assistant("I'll look.");
    if let Message::Assistant(said) = &mut said {
        said.tool_calls = vec![venice::chat::ToolCall::new("c1", "look", r#"{"closely":true}"#)];
        said.thought_signature = Some("s".into());
        said.reasoning_details = vec![value!({"type": "reasoning.encrypted", "data": "x"})];
    }
    let messages = vec![
        Message::system(vec![TextPart::Text { text: "Be brief.".into(), cache_control: kept }]),
        Message::developer("Be kind."),
        Message::user(parts),
        said,
        Message::tool("c1", "a boat"),
    ];
    let schema = value!({"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"], "additionalProperties": false});
    let tools = vec![
        Tool::function("look", "Looks", value!({"type": "object"})),
        Tool::WebSearch {},
        Tool::XSearch {},
    ];
    let mut request = CreateChatCompletion::new("m", messages)
        .frequency_penalty(0.5)
        .presence_penalty(-0.5)
        .repetition_penalty(1.1)
        .logprobs(true)
        .top_logprobs(2_u32)
        .max_completion_tokens(100_u32)
        .temperature(0.7)
        .top_p(0.9)
        .min_p(0.1)
        .top_k(40_u32)
        .seed(7_u32)
        .n(2_u32)
        .stop(vec!["END".to_owned(), "STOP".to_owned()])
        .reasoning(Reasoning { effort: Some(ReasoningEffort::Low), summary: Some(ReasoningSummary::Concise) })
        .reasoning_effort(ReasoningEffort::High)
        .verbosity(Verbosity::Low)
        .response_format(ResponseFormat::strict("answer", schema.clone()))
        .tools(tools)
        .tool_choice(ToolChoice::function("look"))
        .venice_parameters(VeniceParameters {
            character_slug: Some("alan-watts".into()),
            strip_thinking_response: Some(true),
            disable_thinking: Some(false),
            enable_e2ee: Some(false),
            enable_web_search: Some(WebSearchMode::Auto),
            enable_web_scraping: Some(true),
            enable_web_citations: Some(true),
            include_search_results_in_stream: Some(true),
            return_search_results_as_documents: Some(false),
            include_venice_system_prompt: Some(false),
            enable_x_search: Some(false),
        })
        .prompt_cache_key("conversation-1")
        .prompt_cache_retention(CacheRetention::Hours24)
        .stream_options(StreamOptions { include_usage: Some(false) });
    request.max_tokens = Some(99);
    request.min_temp = Some(0.1);
    request.max_temp = Some(1.5);
    request.stop_token_ids = vec![1, 2];
    request.text = Some(TextOptions { verbosity: Some(Verbosity::High) });
    request.parallel_tool_calls = Some(false);
    request.fallbacks = vec![Fallback { model: "other".into() }];
    request.stream = Some(false);
    request.include = vec!["x".into()];
    request.metadata.insert("a".into(), "b".into());
    request.store = Some(false);
    request.user = Some("u".into());
    let written = value!({
        "model": "m",
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
            {"role": "developer", "content": "Be kind."},
            {"role": "user", "content": [
                {"type": "text", "text": "What are these?"},
                {"type": "image_url", "image_url": {"url": PNG_URL}, "cache_control": {"type": "ephemeral", "ttl": "1h"}},
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                {"type": "input_audio", "input_audio": {"data": PNG_BASE64, "format": "mp3"}},
                {"type": "input_audio", "input_audio": {"data": PNG_BASE64, "format": "wav"}},
                {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}},
                {"type": "file", "file": {"file_data": "data:text/plain;base64,YWI=", "filename": "my notes.txt"}}
            ]},
            {"role": "assistant", "content": "I'll look.", "thought_signature": "s",
             "reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}],
             "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\"closely\":true}"}}]},
            {"role": "tool", "content": "a boat", "tool_call_id": "c1"}
        ],
        "frequency_penalty": 0.5, "presence_penalty": -0.5, "repetition_penalty": 1.1, "logprobs": true, "top_logprobs": 2,
        "max_completion_tokens": 100, "max_tokens": 99, "temperature": 0.7, "min_temp": 0.1, "max_temp": 1.5, "top_p": 0.9,
        "min_p": 0.1, "top_k": 40, "seed": 7, "n": 2, "stop": ["END", "STOP"], "stop_token_ids": [1, 2],
        "reasoning": {"effort": "low", "summary": "concise"}, "reasoning_effort": "high", "verbosity": "low",
        "text": {"verbosity": "high"},
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": schema}},
        "tools": [{"type": "function", "function": {"name": "look", "description": "Looks", "parameters": {"type": "object"}}},
                  {"type": "web_search"}, {"type": "x_search"}],
        "tool_choice": {"type": "function", "function": {"name": "look"}}, "parallel_tool_calls": false,
        "fallbacks": [{"model": "other"}],
        "venice_parameters": {"character_slug": "alan-watts", "strip_thinking_response": true, "disable_thinking": false,
            "enable_e2ee": false, "enable_web_search": "auto", "enable_web_scraping": true, "enable_web_citations": true,
            "include_search_results_in_stream": true, "return_search_results_as_documents": false,
            "include_venice_system_prompt": false, "enable_x_search": false},
        "prompt_cache_key": "conversation-1", "prompt_cache_retention": "24h", "stream": false,
        "stream_options": {"include_usage": false}, "include": ["x"], "metadata": {"a": "b"}, "store": false, "user": "u"
    });
    (request, written)
}

#[tokio::test]
async fn create_chat_completion() {
    let server = MockServer::start().await;
    let (request, written) = everything();
    let answer = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1739928524,"model":"m","choices":[
        {"index":0,"finish_reason":"tool_calls","stop_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"Algae[REF]0[/REF].","reasoning_content":"hm",
         "tool_calls":[{"id":"c2","type":"function","function":{"name":"look","arguments":"{}"}}]}}],
        "usage":{"prompt_tokens":612,"completion_tokens":146,"total_tokens":758,"prompt_tokens_details":{"cached_tokens":512},"completion_tokens_details":{"reasoning_tokens":40}},
        "cost":{"usd":0.00042,"diem":0},
        "venice_parameters":{"enable_web_search":"auto","web_search_citations":[{"title":"Lagoon","url":"https://example.com","content":"green","date":"2026-01-01"}]}}"#;
    post().and(body_json(&written)).respond_with(json(200, answer)).mount(&server).await;
    let answer = expect(&server, client(&server).create_chat_completion(&request).await).await;
    assert_eq!(answer.receipt.answer_id.as_deref(), Some("chatcmpl-1"));
    let answer = answer.value;
    let choice = &answer.choices[0];
    assert_eq!(
        (answer.text(), choice.message.reasoning_content.as_deref()),
        ("Algae[REF]0[/REF].", Some("hm"))
    );
    assert_eq!(
        (&choice.finish_reason, &choice.stop_reason),
        (&Some(FinishReason::ToolCalls), &Some(FinishReason::Stop))
    );
    assert_eq!(choice.message.tool_calls[0].function.name, "look");
    let usage = answer.usage.unwrap();
    assert_eq!((usage.total_tokens, usage.cached_tokens(), usage.reasoning_tokens()), (758, 512, 40));
    assert_eq!(answer.cost.unwrap().usd.unwrap().to_string(), "0.00042");
    assert_eq!(answer.citations()[0].url, "https://example.com");
    assert_eq!(answer.created.unwrap().to_string(), "2025-02-19T01:28:44Z");

    // A request can be kept and read again; files come back as text.
    let again: CreateChatCompletion = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    // Nothing that was written by a person is shown.
    let shown = format!("{request:?} {answer:?}");
    for word in ["Be brief", "boat", "Algae", "hm", "END", "closely", "Lagoon"] {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
}

#[tokio::test]
async fn what_is_left_out_is_not_written() {
    let server = MockServer::start().await;
    let written = value!({"model": "default:enable_web_search=on", "messages": [{"role": "user", "content": "a"}], "stop": "b", "tool_choice": "required"});
    post().and(body_json(written)).respond_with(json(200, r#"{"choices":[]}"#)).mount(&server).await;
    let id = ModelId::new("default").with("enable_web_search", "on");
    let request = CreateChatCompletion::new(id, vec![Message::user("a")])
        .stop("b")
        .tool_choice(ToolChoice::Mode(ToolMode::Required));
    let answer = expect(&server, client(&server).create_chat_completion(&request).await).await.value;
    assert_eq!(answer.text(), "");
}

#[tokio::test]
async fn a_document_on_disk_is_read_while_it_is_sent() {
    let file = tempfile::NamedTempFile::with_suffix(".wav").unwrap();
    std::fs::write(file.path(), PNG).unwrap();
    let input = FileInput::path(file.path(), "audio/wav").unwrap();
    let server = MockServer::start().await;
    let name = file.path().file_name().unwrap().to_str().unwrap();
    let written = value!({"model": "m", "messages": [{"role": "user", "content": [
        {"type": "input_audio", "input_audio": {"data": PNG_BASE64, "format": "wav"}},
        {"type": "file", "file": {"file_data": format!("data:audio/wav;base64,{PNG_BASE64}"), "filename": name}}
    ]}]});
    post().and(body_json(written)).respond_with(json(200, r#"{"choices":[]}"#)).mount(&server).await;
    let parts = vec![ContentPart::audio(input.clone(), AudioFormat::Wav), ContentPart::file(input)];
    let request = CreateChatCompletion::new("m", vec![Message::user(parts)]);
    expect(&server, client(&server).create_chat_completion(&request).await).await;
}

#[rstest]
#[case(CreateChatCompletion::new("m", vec![]), "INVALID_INPUT")]
#[case(ask("a").stop(Stop::Any(vec![])), "INVALID_INPUT")]
#[case(ask("a").stop(Stop::Any(vec![String::new(); 5])), "INVALID_INPUT")]
#[case(CreateChatCompletion::new("m", vec![Message::user(vec![ContentPart::text("")])]), "INVALID_INPUT")]
#[case(CreateChatCompletion::new("m", vec![Message::user(vec![ContentPart::image(FileInput::default())])]), "INVALID_INPUT")]
#[case(CreateChatCompletion::new("m", vec![Message::user(vec![ContentPart::audio(FileInput::Url("https://example.com/a.wav".into()), AudioFormat::Wav)])]), "INVALID_INPUT")]
#[case(CreateChatCompletion::new("m", vec![Message::user(vec![ContentPart::file(FileInput::bytes("a", "text/plain", vec![0; 25 * 1024 * 1024 + 1]))])]), "INPUT_TOO_LARGE")]
#[tokio::test]
async fn what_would_be_refused_is_not_sent(#[case] request: CreateChatCompletion, #[case] code: &str) {
    let server = MockServer::start().await;
    let error = client(&server).create_chat_completion(&request).await.unwrap_err();
    assert_eq!(
        (error.code(), error.fate(), error.operation()),
        (code, Fate::NotSent, Some("createChatCompletion"))
    );
    assert_eq!(requests(&server).await, 0);
}

const STREAM: &str = concat!(
    ": hello\n\n",
    r#"data: {"id":"chatcmpl-1","created":1739928524,"model":"m","choices":[],"venice_parameters":{"enable_web_search":"on","web_search_citations":[{"title":"Lagoon","url":"https://example.com"}]}}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","created":1739928524,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"h"}}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"reasoning_content":"m"}},{"index":1,"delta":{"content":"<thi"}}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"Al"},"logprobs":{"content":[{"token":"Al","logprob":-0.1,"top_logprobs":[]}]}},{"index":1,"delta":{"content":"nk>x</"}}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"gae."}},{"index":1,"delta":{"content":"think> Moss"}}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"look","arguments":""}}]}}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}},{"index":1,"id":"c2","function":{"name":"f","arguments":"{}"}}]}}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]},"finish_reason":"tool_calls"},{"index":1,"delta":{},"finish_reason":"stop","stop_reason":"stop"}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-1","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12},"cost":{"usd":0.01,"diem":0}}"#,
    "\n\ndata: [DONE]\n\n",
);

/// The same answer without streaming.
const WHOLE: &str = r#"{"id":"chatcmpl-1","created":1739928524,"model":"m","choices":[
    {"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":"Algae.","reasoning_content":"hm",
     "tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"x\":1}"}},{"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
     "logprobs":{"content":[{"token":"Al","logprob":-0.1,"top_logprobs":[]}]}},
    {"index":1,"finish_reason":"stop","stop_reason":"stop","message":{"role":"assistant","content":"<think>x</think> Moss"}}],
    "usage":{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12},"cost":{"usd":0.01,"diem":0},
    "venice_parameters":{"enable_web_search":"on","web_search_citations":[{"title":"Lagoon","url":"https://example.com"}]}}"#;

#[tokio::test]
async fn a_stream_is_the_same_answer_as_it_is_written() {
    let server = MockServer::start().await;
    let is_streamed = |request: &Request| {
        request
            .body_json::<Value>()
            .is_ok_and(|body| body["stream"] == true && body["stream_options"]["include_usage"] == true)
    };
    post().and(is_streamed).respond_with(events(STREAM)).with_priority(1).mount(&server).await;
    post().respond_with(json(200, WHOLE)).mount(&server).await;
    let client = client(&server);
    let whole = expect(&server, client.create_chat_completion(&ask("a")).await).await;

    let mut stream = expect(&server, client.stream_chat_completion(&ask("a")).await).await;
    let mut words = String::new();
    let mut kinds = Vec::new();
    while let Some(delta) = stream.next().await.unwrap() {
        if let ChatDelta::Content { choice: 0, text } = &delta {
            words.push_str(text);
        }
        let kind = serde_json::to_value(&delta).unwrap()["kind"].as_str().unwrap().to_owned();
        kinds.dedup();
        kinds.push(kind);
    }
    assert_eq!(words, "Algae.");
    assert_eq!(&kinds[..4], ["started", "applied", "citations", "reasoning"]);
    assert!(stream.is_finished());
    assert_eq!(stream.receipt().answer_id.as_deref(), Some("chatcmpl-1"));
    assert_eq!(stream.so_far(), whole.value);
    assert_eq!(stream.next().await.unwrap(), None, "an end stays an end");

    // By way of the other methods it is the same, too.
    let collected = client.stream_chat_completion(&ask("a")).await.unwrap().collect().await.unwrap();
    let sent = expect(&server, client.create_chat_completion(&ask("a").streamed()).await).await;
    assert_eq!((&collected.value, &sent.value), (&whole.value, &whole.value));
    assert_eq!(sent.receipt.answer_id, whole.receipt.answer_id);

    let mut body = client.open(&ask("a").streamed()).await.unwrap();
    let (mut deltas, mut answer) = (ChatDeltas::new(), Accumulator::default());
    while let Some(bytes) = body.chunk().await.unwrap() {
        for byte in bytes {
            deltas.push(&[byte]);
            while let Some(delta) = deltas.next_delta() {
                answer.push(delta.unwrap());
            }
        }
    }
    deltas.finish();
    assert!(deltas.is_done() && deltas.next_delta().is_none());
    assert_eq!(answer.into_completion(), whole.value);
}

#[tokio::test]
async fn a_server_that_doesnt_stream_is_understood() {
    let server = MockServer::start().await;
    post().respond_with(json(200, WHOLE)).mount(&server).await;
    let client = client(&server);
    let whole = client.create_chat_completion(&ask("a")).await.unwrap();
    let streamed = client.stream_chat_completion(&ask("a")).await.unwrap().collect().await.unwrap();
    assert_eq!(streamed.value, whole.value);
    assert_eq!(streamed.receipt.answer_id.as_deref(), Some("chatcmpl-1"));
}

/// What arrived before the error, and the error.
async fn broken(mut stream: ChatStream) -> (String, Error) {
    loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a broken stream ended well"),
            Err(error) => {
                assert_eq!(stream.next().await.unwrap(), None);
                return (stream.so_far().text().to_owned(), error);
            }
        }
    }
}

const WORDS: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Al\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"gae\"}}]}";

#[rstest]
#[case::without_a_mark("\n\n", "ANSWER_CUT")]
#[case::in_the_last_event("", "ANSWER_CUT")]
#[case::in_an_event("\n\ndata: {\"choices\":[{\"ind", "ANSWER_CUT")]
#[case::with_an_error(
    "\n\ndata: {\"error\":{\"message\":\"Busy\",\"code\":\"model_overloaded\"}}\n\n",
    "MODEL_OVERLOADED"
)]
#[case::with_an_error_and_no_end(
    "\n\ndata: {\"error\":{\"message\":\"Busy\",\"code\":\"model_overloaded\"}}\n",
    "MODEL_OVERLOADED"
)]
#[case::with_half_an_error("\n\nevent: error\ndata: {\"error\":{\"mess", "ANSWER_CUT")]
#[case::with_a_plain_error(
    "\n\ndata: {\"error\":\"The model is at capacity\",\"status\":503}\n\n",
    "MODEL_AT_CAPACITY"
)]
#[case::with_a_named_error("\n\nevent: error\ndata: Busy\n\n", "SERVICE_UNAVAILABLE")]
#[case::with_nonsense("\n\ndata: <html>\n\n", "UNEXPECTED_ANSWER")]
#[tokio::test]
async fn a_stream_that_breaks_off_keeps_what_arrived(#[case] end: &str, #[case] code: &str) {
    let server = MockServer::start().await;
    post().respond_with(events(&format!("{WORDS}{end}")).insert_header("cf-ray", "r1")).mount(&server).await;
    let stream = client(&server).stream_chat_completion(&ask("a")).await.unwrap();
    let (text, error) = broken(stream).await;
    assert_eq!((text.as_str(), error.code()), ("Algae", code));
    assert_eq!((error.fate(), error.is_retryable()), (Fate::Unknown, false));
    assert_eq!((error.request_id(), error.operation()), (Some("r1"), Some("createChatCompletion")));
    assert_eq!(requests(&server).await, 1, "paid work is never asked for twice");
    let error = client(&server).create_chat_completion(&ask("a").streamed()).await.unwrap_err();
    assert_eq!(error.code(), code);
}

#[tokio::test]
async fn an_error_in_a_stream_says_what_the_server_said_and_logs_nothing() {
    let server = MockServer::start().await;
    let error = "data: {\"error\":{\"message\":\"The words about the lagoon\",\"code\":429}}\n\n";
    post().respond_with(events(error)).mount(&server).await;
    let (_, error) = broken(client(&server).stream_chat_completion(&ask("a")).await.unwrap()).await;
    let ErrorKind::BrokenOff(said) = error.kind() else { panic!("{error:?}") };
    assert_eq!((said.status, said.message.as_deref()), (429, Some("The words about the lagoon")));
    assert_eq!(error.api(), Some(said.as_ref()));
    assert!(!format!("{error} {error:?}").contains("lagoon"));
}

#[tokio::test]
async fn a_connection_that_breaks_in_a_stream_keeps_what_arrived() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncf-ray: r1\r\ntransfer-encoding: chunked\r\n\r\n";
    let cut = format!("{head}{:x}\r\n{WORDS}\r\n", WORDS.len());
    let server = RawServer::start(vec![say(cut)]).await;
    let (text, error) = broken(server.client().stream_chat_completion(&ask("a")).await.unwrap()).await;
    assert!(
        matches!(error.kind(), ErrorKind::Cut { received, .. } if *received == WORDS.len() as u64),
        "{error:?}"
    );
    assert_eq!((text.as_str(), error.request_id(), server.connections()), ("Algae", Some("r1"), 1));
}

#[tokio::test]
async fn a_stream_that_said_all_is_whole_without_its_last_line() {
    let server = MockServer::start().await;
    let stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Algae\"},\"finish_reason\":\"stop\"}]}\n\n";
    post().respond_with(events(stream)).mount(&server).await;
    // Whoever wants the whole has it.
    let answer = client(&server).create_chat_completion(&ask("a").streamed()).await.unwrap();
    assert_eq!(answer.value.text(), "Algae");
    // Whoever reads the stream is told, since tokens and costs may be missing.
    let mut stream = client(&server).stream_chat_completion(&ask("a")).await.unwrap();
    while let Ok(Some(_)) = stream.next().await {}
    assert!(stream.is_finished());
    assert_eq!(stream.so_far().text(), "Algae");
}

#[rstest]
#[case("text/html", "<!DOCTYPE html><title>Sign in</title>", "UNEXPECTED_ANSWER")]
#[case("application/json", r#"{"error":{"message":"m","code":"inference_failed"}}"#, "INFERENCE_FAILED")]
#[case("application/json", "{}", "UNEXPECTED_ANSWER")]
#[tokio::test]
async fn what_is_no_stream_is_an_error(#[case] content_type: &str, #[case] body: &str, #[case] code: &str) {
    let server = MockServer::start().await;
    let response = ResponseTemplate::new(200).set_body_raw(body.to_owned(), content_type);
    post().respond_with(response.insert_header("cf-ray", "r1")).mount(&server).await;
    let error = client(&server).stream_chat_completion(&ask("a")).await.unwrap_err();
    assert_eq!((error.code(), error.fate(), error.request_id()), (code, Fate::Unknown, Some("r1")));
    let error = client(&server).create_chat_completion(&ask("a")).await.unwrap_err();
    assert_eq!(error.code(), code);
}

#[tokio::test]
async fn an_answer_with_an_error_status_is_that_error() {
    let server = MockServer::start().await;
    let body = r#"{"error":"Invalid request parameters","details":{"reasoning_effort":{"_errors":["Not supported"]}}}"#;
    post().respond_with(json(400, body)).mount(&server).await;
    let error = client(&server).stream_chat_completion(&ask("a")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("INVALID_REQUEST", Fate::Refused));
    assert_eq!(error.api().unwrap().fields[0].path, "reasoning_effort");
}

#[test]
fn events_beyond_the_limit_are_an_error() {
    let mut deltas = ChatDeltas::with_limit(100);
    deltas.push(WORDS.as_bytes());
    deltas.push(&[b'x'; 200]);
    assert!(matches!(deltas.next_delta(), Some(Ok(ChatDelta::Started { .. }))));
    assert!(matches!(deltas.next_delta(), Some(Ok(ChatDelta::Content { .. }))));
    let error = deltas.next_delta().unwrap().unwrap_err();
    assert_eq!((error.code(), error.fate()), ("ANSWER_TOO_LARGE", Fate::Unknown));
    deltas.push(b"\n\ndata: [DONE]\n\n");
    deltas.finish();
    assert!(deltas.next_delta().is_none());
}
