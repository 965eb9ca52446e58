//! Bodies that are compressed, cut, late, too large, or something else than what was asked for.

use std::time::Duration;

use bytes::Bytes;
use rstest::rstest;
use venice::FileInput;
use venice::images::{EditImage, GenerateImage, SimpleGenerateImage, UpscaleImage};
use venice::models::ListModels;
use venice::{Client, ErrorKind, Fate, TimeLimit, TimeLimits};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::servers::{PNG, RawServer, Script, client, client_for, expect, json, requests, say};

fn edit() -> EditImage {
    EditImage::new(FileInput::bytes("a.png", "image/png", PNG), "p")
}

async fn answering(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    server
}

#[rstest]
#[case("gzip", include_bytes!("fixtures/styles.json.gz"))]
#[case("br", include_bytes!("fixtures/styles.json.br"))]
#[tokio::test]
async fn compression_is_asked_for_and_undone(#[case] encoding: &'static str, #[case] bytes: &[u8]) {
    let server = MockServer::start().await;
    let response = ResponseTemplate::new(200).set_body_raw(bytes, "application/json");
    Mock::given(move |request: &Request| {
        let accepted =
            request.headers.get("accept-encoding").and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted.split(',').any(|accepted| accepted.trim() == encoding)
    })
    .respond_with(response.insert_header("content-encoding", encoding))
    .mount(&server)
    .await;
    let styles = expect(&server, client(&server).list_image_styles().await).await.value;
    assert_eq!(styles, ["3D Model", "Analog Film", "Watercolor"]);
}

fn compressed(encoding: &str, body: &[u8]) -> Script {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    say([head.as_bytes(), body].concat())
}

#[rstest]
#[case("gzip", include_bytes!("fixtures/styles.json.gz"))]
#[case("br", include_bytes!("fixtures/styles.json.br"))]
#[tokio::test]
async fn cut_and_damaged_compression_are_errors(#[case] encoding: &str, #[case] bytes: &[u8]) {
    let server = RawServer::start(vec![compressed(encoding, &bytes[..bytes.len() / 2])]).await;
    let error = server.client().generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cut { .. } | ErrorKind::UnexpectedBody { .. }), "{error:?}");
    assert_eq!((error.fate(), server.connections()), (Fate::Unknown, 1));

    let server = RawServer::start(vec![compressed(encoding, b"this was never compressed")]).await;
    let error = server.client().list_image_styles().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cut { .. } | ErrorKind::UnexpectedBody { .. }), "{error:?}");
}

const CUT_BY_LENGTH: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncf-ray: r1\r\ncontent-length: 500\r\n\r\n{\"data\":";
const CUT_CHUNKS: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncf-ray: r1\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"data\":\r\n";

#[rstest]
#[case(CUT_BY_LENGTH, Some(500))]
#[case(CUT_CHUNKS, None)]
#[tokio::test]
async fn a_cut_body_of_paid_work_is_told_and_never_asked_for_again(
    #[case] answer: &str,
    #[case] length: Option<u64>,
) {
    let server = RawServer::start(vec![say(answer)]).await;
    let error = server.client().generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    let ErrorKind::Cut { received, expected } = *error.kind() else { panic!("{error:?}") };
    assert_eq!((received, expected), (8, length));
    assert_eq!((error.fate(), error.is_retryable(), error.code()), (Fate::Unknown, false, "ANSWER_CUT"));
    assert_eq!((error.request_id(), error.operation()), (Some("r1"), Some("generateImage")));
    assert_eq!(server.connections(), 1);

    let mut body = server.client().open(&GenerateImage::new("m", "p")).await.unwrap();
    assert_eq!(body.chunk().await.unwrap().unwrap(), "{\"data\":");
    assert_eq!(body.chunk().await.unwrap_err().code(), "ANSWER_CUT");
    assert_eq!(body.chunk().await.unwrap_err().code(), "ANSWER_CUT", "a cut body never ends well");
}

#[tokio::test]
async fn a_cut_list_is_asked_for_again() {
    let whole =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{\"data\":[]}\n";
    let server = RawServer::start(vec![say(CUT_BY_LENGTH), say(CUT_CHUNKS), say(whole)]).await;
    assert!(server.client().list_image_styles().await.unwrap().value.is_empty());
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_may_have_done_the_work() {
    let server = RawServer::start(vec![say("")]).await;
    let error = server.client().edit_image(&edit()).await.unwrap_err();
    assert_eq!((error.code(), error.fate(), error.is_retryable()), ("CONNECTION_LOST", Fate::Unknown, false));
    assert_eq!(server.connections(), 1);
}

fn impatient(base_url: &str) -> Client {
    let limit = Duration::from_millis(60);
    client_for(base_url)
        .time_limits(TimeLimits { connect: Duration::from_secs(5), first_byte: limit, between_bytes: limit })
        .build()
        .unwrap()
}

#[tokio::test]
async fn an_answer_that_never_begins_times_out_with_an_unknown_fate() {
    let server = RawServer::start(vec![Script::SayAndHold(Vec::new())]).await;
    let error = impatient(&server.base_url).edit_image(&edit()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout(TimeLimit::FirstByte)), "{error:?}");
    assert_eq!((error.code(), error.fate(), error.is_retryable()), ("TIMED_OUT", Fate::Unknown, false));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_answer_that_stalls_times_out() {
    let server = RawServer::start(vec![Script::SayAndHold(CUT_BY_LENGTH.into())]).await;
    let error = impatient(&server.base_url).generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout(TimeLimit::BetweenBytes)), "{error:?}");
    assert_eq!((error.fate(), error.request_id()), (Fate::Unknown, Some("r1")));
}

#[tokio::test]
async fn nobody_listening_means_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client_for(&base_url).build().unwrap().edit_image(&edit()).await.unwrap_err();
    assert_eq!((error.code(), error.fate(), error.is_retryable()), ("CONNECT_FAILED", Fate::NotSent, true));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let page = || {
        ResponseTemplate::new(200)
            .set_body_raw("<!DOCTYPE html><title>Sign in</title>", "text/html; charset=utf-8")
    };
    let server = answering(page()).await;
    let client = client(&server);
    for error in [
        client.list_models(&ListModels::all()).await.map(|_| ()).unwrap_err(),
        client.list_image_styles().await.map(|_| ()).unwrap_err(),
        client.list_model_traits(&venice::models::ListModelTraits::default()).await.map(|_| ()).unwrap_err(),
        client.get_billing_balance().await.map(|_| ()).unwrap_err(),
        client.get_api_key_rate_limits().await.map(|_| ()).unwrap_err(),
        client.generate_image(&GenerateImage::new("m", "p")).await.map(|_| ()).unwrap_err(),
        client.simple_generate_image(&SimpleGenerateImage::new("p")).await.map(|_| ()).unwrap_err(),
        client.edit_image(&edit()).await.map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(
            (error.code(), error.fate(), error.is_retryable()),
            ("UNEXPECTED_ANSWER", Fate::Unknown, false)
        );
        assert!(
            error.operation().is_some() && !format!("{error:?} {error}").contains("Sign in"),
            "{error:?}"
        );
    }
    assert_eq!(requests(&server).await, 8);
}

#[rstest]
#[case("[]")]
#[case("{}")]
#[case("{\"data\":7}")]
#[case("{\"data\":[{\"b64_json\":\"?\"}],\"images\":[\"?\"]}")]
#[case("{\"images\":[],\"data\":[]}")]
#[case("null")]
#[case("")]
#[tokio::test]
async fn json_of_another_shape_is_no_answer_to_paid_work(#[case] body: &str) {
    let server = answering(json(200, body)).await;
    let client = client(&server);
    let error = client.generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
    let error = client.simple_generate_image(&SimpleGenerateImage::new("p")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
    let error = client.edit_image(&edit()).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
}

const CAP: u64 = 25 * 1024 * 1024;

#[tokio::test]
async fn an_answer_over_the_cap_is_not_read() {
    // Announced: nothing of it is read.
    let announced =
        format!("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {}\r\n\r\nx", CAP + 1);
    let server = RawServer::start(vec![Script::SayAndHold(announced.into_bytes())]).await;
    let client = client_for(&server.base_url).largest_answer(CAP).build().unwrap();
    let error = client.edit_image(&edit()).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("ANSWER_TOO_LARGE", Fate::Unknown));
    let body = client.open(&edit()).await.unwrap();
    assert_eq!(body.content_length(), Some(CAP + 1));
    assert!(matches!(body.collect(CAP).await.unwrap_err().kind(), ErrorKind::TooLarge { limit: CAP }));

    // Not announced: as much as the cap is read, and no more.
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(0x10_0000));
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}", chunk.repeat(26));
    let server = RawServer::start(vec![Script::SayAndHold(endless.into_bytes())]).await;
    let client = client_for(&server.base_url).largest_answer(CAP).build().unwrap();
    assert_eq!(client.edit_image(&edit()).await.unwrap_err().code(), "ANSWER_TOO_LARGE");
}

#[tokio::test]
async fn an_input_over_the_cap_is_not_sent() {
    let server = answering(json(200, "{}")).await;
    let client = client(&server);
    let large = FileInput::bytes("a.png", "image/png", Bytes::from(vec![0; CAP as usize + 1]));
    for error in [
        client.edit_image(&EditImage::new(large.clone(), "p")).await.unwrap_err(),
        client.upscale_image(&UpscaleImage::new(large.clone())).await.unwrap_err(),
        client
            .generate_image(&GenerateImage::new("m", "p").style_reference(large, None))
            .await
            .map(|_| ())
            .err()
            .unwrap(),
    ] {
        assert_eq!((error.code(), error.fate()), ("INPUT_TOO_LARGE", Fate::NotSent));
        assert!(error.operation().is_some());
    }
    let nameless = FileInput::bytes("a\r\nb", "image/png", PNG);
    assert_eq!(client.edit_image(&EditImage::new(nameless, "p")).await.unwrap_err().code(), "INVALID_INPUT");
    let typeless = FileInput::bytes("a", "no type", PNG);
    assert_eq!(client.edit_image(&EditImage::new(typeless, "p")).await.unwrap_err().code(), "INVALID_INPUT");
    assert_eq!(requests(&server).await, 0);
}
