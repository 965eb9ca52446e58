//! Responses and embeddings: what is sent, and what is made of the answers.

use rstest::rstest;
use serde_json::{Value, json as value};
use venice::chat::{Fallback, FunctionDefinition, Reasoning, ToolChoice, ToolMode, WebSearchMode};
use venice::embeddings::{CreateEmbedding, EmbeddingInput, EncodingFormat};
use venice::models::ReasoningEffort;
use venice::responses::{
    Container, CreateResponse, ImageAddress, ImageDetail, InputItem, InputPart, OutputItem, RankingOptions,
    ResponseAccumulator, ResponseEvent, ResponseEvents, ResponseParameters, ResponseStatus, ResponseTool,
    Role, SearchContextSize, UserLocation,
};
use venice::{ErrorKind, Fate, FileInput};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockBuilder, MockServer, ResponseTemplate};

use crate::servers::{KEY, PNG, client, expect, json, requests};

fn post(route: &str) -> MockBuilder {
    Mock::given(method("POST"))
        .and(path(format!("/api/v1{route}")))
        .and(header("authorization", format!("Bearer {KEY}")))
}

fn events(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/event-stream")
}

fn everything() -> (CreateResponse, Value) {
    let image =
        ImageAddress { url: FileInput::bytes("a.png", "image/png", PNG), detail: Some(ImageDetail::Low) };
    let parts = vec![
        InputPart::InputText { text: "What is this?".into() },
        InputPart::InputImage { image_url: image.clone() },
        InputPart::Text { text: "b".into() },
        InputPart::ImageUrl { image_url: ImageAddress { detail: None, ..image } },
    ];
    let items = vec![
        InputItem::message(Role::System, "Be brief."),
        InputItem::message(Role::User, parts),
        InputItem::Reasoning {
            id: Some("rs_1".into()),
            summary: vec!["hm".into()],
            content: None,
            encrypted_content: Some("x".into()),
            status: None,
        },
        InputItem::FunctionCall {
            call_id: "c1".into(),
            name: "look".into(),
            arguments: "{}".into(),
            id: None,
            status: None,
        },
        InputItem::output("c1", value!({"found": true})),
        InputItem::message(
            Role::Assistant,
            vec![InputPart::OutputText { text: "A boat.".into(), annotations: vec![] }],
        ),
        InputItem::ItemReference { id: "msg_1".into() },
    ];
    let function =
        FunctionDefinition { name: "look".into(), description: None, parameters: None, strict: Some(true) };
    let tools = vec![
        ResponseTool::Function { function },
        ResponseTool::WebSearch {
            search_context_size: Some(SearchContextSize::Low),
            user_location: Some(UserLocation {
                kind: Some("approximate".into()),
                city: Some("Venice".into()),
                ..UserLocation::default()
            }),
        },
        ResponseTool::XSearch {
            allowed_x_handles: vec!["a".into()],
            excluded_x_handles: vec![],
            from_date: Some("2026-01-31".into()),
            to_date: None,
            enable_image_understanding: Some(true),
            enable_video_understanding: None,
        },
        ResponseTool::CodeInterpreter { container: Some(Container { image: Some("python".into()) }) },
        ResponseTool::FileSearch {
            vector_store_ids: vec!["v".into()],
            max_num_results: Some(3),
            ranking_options: Some(RankingOptions { ranker: None, score_threshold: Some(0.5) }),
        },
        ResponseTool::ComputerUsePreview {
            display_width: Some(800),
            display_height: Some(600),
            environment: Some("browser".into()),
        },
    ];
    let mut request = CreateResponse::new("m", items)
        .max_output_tokens(100_u32)
        .temperature(0.7)
        .top_p(0.9)
        .reasoning(Reasoning { effort: Some(ReasoningEffort::Low), summary: None })
        .tools(tools)
        .tool_choice(ToolChoice::Mode(ToolMode::Auto))
        .web_search(true)
        .venice_parameters(ResponseParameters {
            character_slug: Some("s".into()),
            enable_e2ee: Some(false),
            enable_web_search: Some(WebSearchMode::Off),
            enable_web_scraping: Some(false),
            enable_web_citations: Some(true),
            include_venice_system_prompt: Some(false),
            include_search_results_in_stream: Some(true),
        });
    request.include = vec!["reasoning.encrypted_content".into()];
    request.fallbacks = vec![Fallback { model: "other".into() }];
    let picture = "data:image/png;base64,iVBORw0KGgotYS1waWN0dXJlLQ==";
    let written = value!({
        "model": "m",
        "input": [
            {"type": "message", "role": "system", "content": "Be brief."},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "What is this?"},
                {"type": "input_image", "image_url": {"url": picture, "detail": "low"}},
                {"type": "text", "text": "b"},
                {"type": "image_url", "image_url": {"url": picture}}]},
            {"type": "reasoning", "id": "rs_1", "summary": ["hm"], "encrypted_content": "x"},
            {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": {"found": true}},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "A boat."}]},
            {"type": "item_reference", "id": "msg_1"}],
        "include": ["reasoning.encrypted_content"], "max_output_tokens": 100, "temperature": 0.7, "top_p": 0.9,
        "fallbacks": [{"model": "other"}], "reasoning": {"effort": "low"},
        "tools": [
            {"type": "function", "function": {"name": "look", "strict": true}},
            {"type": "web_search", "search_context_size": "low", "user_location": {"type": "approximate", "city": "Venice"}},
            {"type": "x_search", "allowed_x_handles": ["a"], "from_date": "2026-01-31", "enable_image_understanding": true},
            {"type": "code_interpreter", "container": {"image": "python"}},
            {"type": "file_search", "vector_store_ids": ["v"], "max_num_results": 3, "ranking_options": {"score_threshold": 0.5}},
            {"type": "computer_use_preview", "display_width": 800, "display_height": 600, "environment": "browser"}],
        "tool_choice": "auto", "web_search": true,
        "venice_parameters": {"character_slug": "s", "enable_e2ee": false, "enable_web_search": "off", "enable_web_scraping": false,
            "enable_web_citations": true, "include_venice_system_prompt": false, "include_search_results_in_stream": true}
    });
    (request, written)
}

const WHOLE: &str = r#"{"id":"resp_1","object":"response","created_at":1739928524,"model":"m","status":"completed","output":[
    {"type":"reasoning","id":"rs_1","summary":["hm"]},
    {"type":"web_search_call","id":"ws_1","status":"completed"},
    {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Algae.","annotations":[{"type":"url_citation","url":"https://example.com","title":"t","start_index":0,"end_index":5}]}]},
    {"type":"function_call","id":"fc_1","call_id":"c2","name":"look","arguments":"{\"x\":1}","status":"completed"}],
    "usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":2},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":12}}"#;

#[tokio::test]
async fn create_response() {
    let server = MockServer::start().await;
    let (request, written) = everything();
    post("/responses").and(body_json(&written)).respond_with(json(200, WHOLE)).mount(&server).await;
    let answer = expect(&server, client(&server).create_response(&request).await).await;
    assert_eq!(answer.receipt.answer_id.as_deref(), Some("resp_1"));
    let answer = answer.value;
    assert_eq!((answer.text().as_str(), &answer.status), ("Algae.", &Some(ResponseStatus::Completed)));
    assert_eq!(answer.annotations().next().unwrap().title.as_deref(), Some("t"));
    assert_eq!(answer.usage.unwrap().reasoning_tokens, Some(4));
    assert!(matches!(&answer.output[3], OutputItem::FunctionCall { call_id, .. } if call_id == "c2"));

    // The conversation goes on with what was said.
    let back: Vec<_> = answer.output.iter().filter_map(InputItem::from_output).collect();
    let kinds = serde_json::to_value(&back).unwrap();
    assert_eq!(
        (kinds[0]["type"].as_str(), kinds[1]["content"].as_str(), kinds[2]["call_id"].as_str()),
        (Some("reasoning"), Some("Algae."), Some("c2"))
    );
    let again: CreateResponse = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    let shown = format!("{request:?} {answer:?}");
    for word in ["What is", "Algae", "hm", "boat", "Venice\""] {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
}

fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

/// The whole answer as a stream, all but its last event.
fn pieces() -> String {
    let whole: Value = serde_json::from_str(WHOLE).unwrap();
    let mut empty = whole.clone();
    empty["output"] = value!([]);
    empty["status"] = "in_progress".into();
    let item = |index: usize| whole["output"][index].clone();
    [
        value!({"type": "response.created", "response": empty}),
        value!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "id": "rs_1", "summary": []}}),
        value!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0, "delta": "hm"}),
        value!({"type": "response.output_item.done", "output_index": 1, "item": item(1)}),
        value!({"type": "response.output_item.added", "output_index": 2, "item": {"type": "message", "id": "msg_1", "status": "in_progress", "role": "assistant", "content": []}}),
        value!({"type": "response.content_part.added", "output_index": 2, "content_index": 0, "part": {"type": "output_text", "text": ""}}),
        value!({"type": "response.output_text.delta", "output_index": 2, "content_index": 0, "delta": "Al"}),
        value!({"type": "response.output_text.delta", "output_index": 2, "content_index": 0, "delta": "gae."}),
        value!({"type": "response.output_item.added", "output_index": 3, "item": {"type": "function_call", "id": "fc_1", "call_id": "c2", "name": "look", "arguments": "", "status": "in_progress"}}),
        value!({"type": "response.function_call_arguments.delta", "output_index": 3, "delta": "{\"x\":"}),
        value!({"type": "response.function_call_arguments.delta", "output_index": 3, "delta": "1}"}),
        value!({"type": "response.dreamt", "of": "boats"}),
    ]
    .iter()
    .map(event)
    .collect()
}

fn completed(response: &Value) -> String {
    event(&value!({"type": "response.completed", "response": response}))
}

#[tokio::test]
async fn a_streamed_response_is_the_same_answer() {
    let server = MockServer::start().await;
    let whole: Value = serde_json::from_str(WHOLE).unwrap();
    let stream = format!("{}{}data: [DONE]\n\n", pieces(), completed(&whole));
    let written = value!({"model": "m", "input": "a", "stream": true});
    post("/responses").and(body_json(written)).respond_with(events(&stream)).mount(&server).await;
    post("/responses").respond_with(json(200, WHOLE)).mount(&server).await;
    let client = client(&server);
    let request = CreateResponse::new("m", "a");
    let whole = expect(&server, client.create_response(&request).await).await;

    let mut stream = expect(&server, client.stream_response(&request).await).await;
    let (mut words, mut unknown) = (String::new(), Vec::new());
    while let Some(event) = stream.next().await.unwrap() {
        match event {
            ResponseEvent::Text { delta, .. } => words.push_str(&delta),
            ResponseEvent::Other { event, .. } => unknown.push(event),
            _ => {}
        }
    }
    assert_eq!((words.as_str(), stream.so_far()), ("Algae.", whole.value.clone()));
    assert_eq!(unknown, ["response.content_part.added", "response.dreamt"]);
    assert_eq!(stream.receipt().answer_id.as_deref(), Some("resp_1"));
    let collected = client.stream_response(&request).await.unwrap().collect().await.unwrap();
    let sent = client.create_response(&request.streamed()).await.unwrap();
    assert_eq!((&collected.value, &sent.value), (&whole.value, &whole.value));
}

#[test]
fn an_answer_is_put_together_from_its_pieces() {
    let mut without_items: Value = serde_json::from_str(WHOLE).unwrap();
    without_items["output"] = value!([]);
    let mut reader = ResponseEvents::new();
    let mut answer = ResponseAccumulator::default();
    for byte in format!("{}{}", pieces(), completed(&without_items)).bytes() {
        reader.push(&[byte]);
    }
    reader.finish();
    while let Some(event) = reader.next_event() {
        answer.push(event.unwrap());
    }
    assert!(reader.is_done());
    let answer = answer.into_response();
    assert_eq!((answer.output.len(), answer.text().as_str()), (4, "Algae."));
    assert!(matches!(&answer.output[0], OutputItem::Reasoning { summary, .. } if *summary == ["hm"]));
    assert!(
        matches!(&answer.output[3], OutputItem::FunctionCall { arguments, .. } if arguments == "{\"x\":1}")
    );
}

#[rstest]
#[case::without_an_end("", "ANSWER_CUT")]
#[case::with_an_error(
    "event: error\ndata: {\"type\":\"error\",\"code\":\"model_overloaded\",\"message\":\"m\"}\n\n",
    "MODEL_OVERLOADED"
)]
#[case::with_a_failure(
    "data: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"error\":{\"code\":\"inference_failed\",\"message\":\"m\"}}}\n\n",
    "INFERENCE_FAILED"
)]
#[case::with_a_plain_error("data: {\"error\":\"Busy\"}\n\n", "UNKNOWN_ERROR")]
#[tokio::test]
async fn a_response_that_breaks_off_keeps_what_arrived(#[case] end: &str, #[case] code: &str) {
    let server = MockServer::start().await;
    post("/responses").respond_with(events(&format!("{}{end}", pieces()))).mount(&server).await;
    let mut stream = client(&server).stream_response(&CreateResponse::new("m", "a")).await.unwrap();
    let error = loop {
        match stream.next().await {
            Ok(event) => assert!(event.is_some(), "a broken stream ended well"),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.code(), error.fate(), error.operation()),
        (code, Fate::Unknown, Some("createResponse"))
    );
    assert_eq!(stream.so_far().text(), "Algae.");
    assert!(stream.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_server_that_answers_responses_otherwise_is_understood() {
    let server = MockServer::start().await;
    post("/responses").respond_with(json(200, WHOLE)).up_to_n_times(1).mount(&server).await;
    let page = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    post("/responses").respond_with(page).mount(&server).await;
    let request = CreateResponse::new("m", "a");
    let whole = client(&server).stream_response(&request).await.unwrap().collect().await.unwrap();
    assert_eq!(whole.value.text(), "Algae.");
    let error = client(&server).stream_response(&request).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::UnexpectedBody { .. }), "{error:?}");
}

#[tokio::test]
async fn responses_that_would_be_refused_are_not_sent() {
    let server = MockServer::start().await;
    let image = ImageAddress { url: FileInput::default(), detail: None };
    let part = InputPart::InputImage { image_url: image };
    let search = ResponseTool::XSearch {
        allowed_x_handles: vec!["a".into(); 11],
        excluded_x_handles: vec![],
        from_date: None,
        to_date: None,
        enable_image_understanding: None,
        enable_video_understanding: None,
    };
    let mut fallbacks = CreateResponse::new("m", "a");
    fallbacks.fallbacks = vec![Fallback { model: "o".into() }; 11];
    for request in [
        CreateResponse::new("m", vec![InputItem::message(Role::User, vec![part])]),
        CreateResponse::new("m", "a").tools(vec![search]),
        fallbacks,
    ] {
        let error = client(&server).create_response(&request).await.unwrap_err();
        assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", Fate::NotSent));
    }
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn create_embedding() {
    let server = MockServer::start().await;
    let written = value!({"model": "m", "input": ["a", "b"], "dimensions": 2, "encoding_format": "float"});
    let answer = r#"{"object":"list","model":"m","data":[{"object":"embedding","index":1,"embedding":[0.5,-1]},{"object":"embedding","index":0,"embedding":[0.25,2]}],"usage":{"prompt_tokens":8,"total_tokens":8}}"#;
    post("/embeddings").and(body_json(written)).respond_with(json(200, answer)).mount(&server).await;
    let written = value!({"model": "m", "input": "a", "encoding_format": "base64"});
    let answer = r#"{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":"AACAPgAAAEA="}],"usage":{}}"#;
    post("/embeddings").and(body_json(written)).respond_with(json(200, answer)).mount(&server).await;
    let client = client(&server);

    let request = CreateEmbedding::new("m", vec!["a".to_owned(), "b".to_owned()])
        .dimensions(2_u32)
        .encoding_format(EncodingFormat::Float);
    let answer = expect(&server, client.create_embedding(&request).await).await.value;
    assert_eq!(answer.usage.total_tokens, 8);
    let vectors: Vec<_> = answer.data.iter().map(|one| one.vector.as_slice()).collect();
    assert_eq!(vectors, [[0.25, 2.0], [0.5, -1.0]], "in the order of the texts");

    let request = CreateEmbedding::new("m", "a").encoding_format(EncodingFormat::Base64);
    let answer = expect(&server, client.create_embedding(&request).await).await.value;
    assert_eq!(answer.data[0].vector, [0.25, 2.0]);
}

#[rstest]
#[case(EmbeddingInput::Text(String::new()))]
#[case(EmbeddingInput::Texts(vec![]))]
#[case(EmbeddingInput::Texts(vec!["a".into(); 2049]))]
#[tokio::test]
async fn texts_that_would_be_refused_are_not_sent(#[case] input: EmbeddingInput) {
    let server = MockServer::start().await;
    let error = client(&server).create_embedding(&CreateEmbedding::new("m", input)).await.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("INVALID_INPUT", Some("createEmbedding")));
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn embeddings_that_are_none_are_an_error() {
    let server = MockServer::start().await;
    let body = r#"{"data":[{"index":0,"embedding":["a"]}]}"#;
    post("/embeddings").respond_with(json(200, body)).mount(&server).await;
    let error = client(&server).create_embedding(&CreateEmbedding::new("m", "a")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
}
