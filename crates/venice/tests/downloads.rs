//! Files outside the API: downloads and pictures that others host.

use rstest::rstest;
use venice::{Auth, Client, ErrorKind, Fate, Resume};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::servers::{client, expect, requests, say};

const FILM: &[u8] = b"0123456789";

/// Nobody outside is told who asks.
fn without_key(request: &Request) -> bool {
    !request.headers.contains_key("authorization") && !request.headers.contains_key("referer")
}

async fn film_server() -> MockServer {
    let server = MockServer::start().await;
    let part = ResponseTemplate::new(206)
        .set_body_raw(&FILM[4..], "video/mp4")
        .insert_header("content-range", "bytes 4-9/10")
        .insert_header("etag", "\"one\"");
    Mock::given(method("GET"))
        .and(path("/films/1"))
        .and(without_key)
        .and(header("range", "bytes=4-"))
        .and(header("if-range", "\"one\""))
        .respond_with(part)
        .mount(&server)
        .await;
    let past_the_end = ResponseTemplate::new(416).insert_header("content-range", "bytes */10");
    Mock::given(method("GET"))
        .and(header("range", "bytes=10-"))
        .respond_with(past_the_end)
        .mount(&server)
        .await;
    let whole = ResponseTemplate::new(200).set_body_raw(FILM, "video/mp4").insert_header("etag", "\"one\"");
    Mock::given(method("GET"))
        .and(path("/films/1"))
        .and(without_key)
        .and(header("accept-encoding", "identity"))
        .respond_with(whole)
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn a_film_is_downloaded_without_the_key() {
    let server = film_server().await;
    let url = format!("{}/films/1", server.uri());
    let download = expect(&server, client(&server).download(&url, None).await).await;
    assert_eq!(
        (download.offset, download.size, download.validator.as_deref()),
        (0, Some(10), Some("\"one\""))
    );
    assert_eq!(download.body.content_type(), Some("video/mp4"));
    assert!(!format!("{download:?}").contains("films"));
    assert_eq!(download.body.collect(100).await.unwrap(), FILM);
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let server = film_server().await;
    let url = format!("{}/films/1", server.uri());
    let resume = Resume { offset: 4, validator: Some("\"one\"".into()) };
    let download = expect(&server, client(&server).download(&url, Some(&resume)).await).await;
    assert_eq!((download.offset, download.size), (4, Some(10)));
    assert_eq!(download.body.collect(100).await.unwrap(), &FILM[4..]);
    // Another version: the server sends the whole.
    let resume = Resume { offset: 4, validator: Some("\"two\"".into()) };
    let download = expect(&server, client(&server).download(&url, Some(&resume)).await).await;
    assert_eq!(download.offset, 0);
    assert_eq!(download.body.collect(100).await.unwrap(), FILM);
    // Nothing is left, so it comes from the beginning.
    let resume = Resume { offset: 10, validator: None };
    let download = expect(&server, client(&server).download(&url, Some(&resume)).await).await;
    assert_eq!((download.offset, requests(&server).await), (0, 4));
}

#[rstest]
#[case("etag: \"two\"\r\n", "\"one\"", 0)]
#[case("etag: \"one\"\r\n", "\"one\"", 4)]
#[case("last-modified: Sun, 22 Nov 2026 11:00:00 GMT\r\n", "Sun, 22 Nov 2026 10:00:00 GMT", 0)]
#[case("last-modified: Sun, 22 Nov 2026 11:00:00 GMT\r\n", "\"one\"", 4)]
#[case("", "\"one\"", 4)]
#[tokio::test]
async fn the_rest_of_another_version_is_not_taken(
    #[case] told: &str,
    #[case] known: &str,
    #[case] offset: u64,
) {
    let part = format!(
        "HTTP/1.1 206 Partial Content\r\n{told}content-range: bytes 4-9/10\r\ncontent-length: 6\r\n\r\n456789"
    );
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabcdefghij";
    let server = crate::servers::RawServer::start(vec![say(part), say(whole)]).await;
    let resume = Resume { offset: 4, validator: Some(known.into()) };
    let download = server.client().download(&server.base_url, Some(&resume)).await.unwrap();
    assert_eq!(download.offset, offset);
    let bytes = download.body.collect(100).await.unwrap();
    assert_eq!(bytes, if offset == 0 { "abcdefghij" } else { "456789" });
}

#[rstest]
#[case("content-range: bytes 5-9/10\r\n")]
#[case("content-range: bytes\r\n")]
#[case("")]
#[tokio::test]
async fn another_part_than_was_asked_for_is_refused(#[case] content_range: &str) {
    let answer = format!("HTTP/1.1 206 Partial Content\r\n{content_range}content-length: 5\r\n\r\n56789");
    let server = crate::servers::RawServer::start(vec![say(answer)]).await;
    let resume = Resume { offset: 4, validator: None };
    let error = server.client().download(&server.base_url, Some(&resume)).await.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("UNEXPECTED_ANSWER", Some("download")));
}

#[tokio::test]
async fn a_download_that_breaks_off_says_so() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\netag: \"one\"\r\n\r\n0123";
    let server = crate::servers::RawServer::start(vec![say(cut)]).await;
    let mut download = server.client().download(&server.base_url, None).await.unwrap();
    assert_eq!(download.body.chunk().await.unwrap().unwrap(), "0123");
    let error = download.body.chunk().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cut { received: 4, expected: Some(10) }), "{error:?}");
    assert!(error.is_retryable());
    assert_eq!(server.connections(), 1);
}

#[rstest]
#[case(403, "UNAUTHORIZED")]
#[case(404, "NOT_FOUND")]
#[case(410, "GONE")]
#[case(503, "SERVICE_UNAVAILABLE")]
#[tokio::test]
async fn what_is_gone_is_told_and_asked_for_once(#[case] status: u16, #[case] code: &str) {
    let server = MockServer::start().await;
    let refusal = ResponseTemplate::new(status)
        .set_body_raw("<?xml version=\"1.0\"?><Error><Code>Expired</Code></Error>", "application/xml");
    Mock::given(method("GET")).respond_with(refusal).mount(&server).await;
    let url = format!("{}/films/1?signature=s3cret", server.uri());
    let error = client(&server).download(&url, None).await.unwrap_err();
    assert_eq!((error.code(), requests(&server).await), (code, 1));
    assert!(!format!("{error:?} {error}").contains("s3cret"));
}

#[tokio::test]
async fn a_download_is_not_redirected() {
    let server = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(302).insert_header("location", "/films/2");
    Mock::given(path("/films/1")).respond_with(elsewhere).mount(&server).await;
    let url = format!("{}/films/1", server.uri());
    let error = client(&server).download(&url, None).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("REDIRECTED", Fate::Refused));
    assert_eq!(client(&server).forget_download(&url).await.unwrap_err().code(), "REDIRECTED");
    assert_eq!(requests(&server).await, 2);
}

#[rstest]
#[case(204, None)]
#[case(200, None)]
#[case(404, None)]
#[case(410, None)]
#[case(403, Some("UNAUTHORIZED"))]
#[tokio::test]
async fn a_download_is_forgotten(#[case] status: u16, #[case] code: Option<&str>) {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .and(path("/films/1"))
        .and(without_key)
        .respond_with(ResponseTemplate::new(status))
        .mount(&server)
        .await;
    let forgotten = client(&server).forget_download(&format!("{}/films/1", server.uri())).await;
    assert_eq!(forgotten.err().map(|error| error.code().to_owned()).as_deref(), code);
    assert_eq!(requests(&server).await, 1);
}

/// A client of a server that isn't on this machine.
fn far_client() -> Client {
    Client::builder(Client::VENICE).auth(Auth::Bearer("sk-test".into())).build().unwrap()
}

#[rstest]
#[case("https://127.0.0.1:PORT/films/1")]
#[case("https://localhost:PORT/films/1")]
#[case("https://[::ffff:127.0.0.1]:PORT/films/1")]
#[case("https://0.0.0.0:PORT/films/1")]
#[case("https://2130706433:PORT/films/1")]
#[case("http://127.0.0.1:PORT/films/1")]
#[case("http://example.com/films/1")]
#[case("https://10.0.0.1/films/1")]
#[case("https://169.254.169.254/latest/meta-data")]
#[case("https://[fd00::1]/films/1")]
#[case("https://user:word@example.com/films/1")]
#[case("file:///etc/passwd")]
#[case("films/1")]
#[tokio::test]
async fn nothing_private_is_asked_for(#[case] url: &str) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url.replace("PORT", &listener.local_addr().unwrap().port().to_string());
    for error in [
        far_client().download(&url, None).await.map(|_| ()).unwrap_err(),
        far_client().forget_download(&url).await.unwrap_err(),
        far_client().fetch_public(&url, 100).await.map(|_| ()).unwrap_err(),
    ] {
        assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", Fate::NotSent), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("films"), "{error:?}");
    }
    let nobody = std::future::poll_fn(|context| std::task::Poll::Ready(listener.poll_accept(context))).await;
    assert!(nobody.is_pending(), "somebody connected");
}

#[tokio::test]
async fn a_client_of_this_machine_asks_no_neighbour() {
    let server = MockServer::start().await;
    for url in ["http://10.0.0.1/films/1", "https://192.168.0.1/films/1", "http://example.com/films/1"] {
        let error = client(&server).download(url, None).await.unwrap_err();
        assert_eq!(error.code(), "INVALID_INPUT", "{url}");
    }
}

#[tokio::test]
async fn a_picture_that_others_host_is_fetched() {
    let server = MockServer::start().await;
    let picture = ResponseTemplate::new(200).set_body_raw("a picture", "image/PNG; quality=1");
    Mock::given(path("/picture")).and(without_key).respond_with(picture).mount(&server).await;
    let moved = |to: &str| ResponseTemplate::new(302).insert_header("location", to);
    Mock::given(path("/moved")).respond_with(moved("/picture")).mount(&server).await;
    Mock::given(path("/round")).respond_with(moved("/round")).mount(&server).await;
    Mock::given(path("/inside")).respond_with(moved("http://10.0.0.1/picture")).mount(&server).await;
    Mock::given(path("/nowhere")).respond_with(ResponseTemplate::new(302)).mount(&server).await;
    let fetch = async |route: &str, most| {
        client(&server).fetch_public(&format!("{}{route}", server.uri()), most).await
    };
    for route in ["/picture", "/moved"] {
        let file = expect(&server, fetch(route, 9).await).await;
        assert_eq!(
            (file.bytes.as_ref(), file.content_type.as_deref()),
            (&b"a picture"[..], Some("image/png"))
        );
    }
    assert_eq!(fetch("/picture", 8).await.unwrap_err().code(), "ANSWER_TOO_LARGE");
    assert_eq!(fetch("/inside", 9).await.unwrap_err().code(), "INVALID_INPUT");
    assert_eq!(fetch("/nowhere", 9).await.unwrap_err().code(), "REDIRECTED");
    let before = requests(&server).await;
    assert_eq!(fetch("/round", 9).await.unwrap_err().code(), "REDIRECTED");
    assert_eq!(requests(&server).await - before, 4);
}
