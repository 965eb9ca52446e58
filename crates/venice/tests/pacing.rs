//! What is sent again, what is held back, and what is never sent twice.

use std::time::Duration;

use rstest::rstest;
use venice::FileInput;
use venice::images::EditImage;
use venice::models::ListModels;
use venice::{ErrorKind, Fate, RetryPolicy};
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::servers::{PNG, client, client_for, expect, json, png, requests};

const ERROR: &str = r#"{"error":"m"}"#;

/// A server that fails this often and then answers well.
async fn failing(times: u64, failure: ResponseTemplate, good: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(failure).up_to_n_times(times).with_priority(1).mount(&server).await;
    Mock::given(any()).respond_with(good).mount(&server).await;
    server
}

fn edit() -> EditImage {
    EditImage::new(FileInput::bytes("a.png", "image/png", PNG), "p")
}

#[rstest]
#[case(429, ERROR)]
#[case(429, "<html>")]
#[case(503, ERROR)]
#[tokio::test]
async fn paid_work_that_was_not_begun_is_sent_again_whole(#[case] status: u16, #[case] body: &str) {
    let server = failing(2, json(status, body), png()).await;
    let answer = expect(&server, client(&server).edit_image(&edit()).await).await;
    assert_eq!(answer.value.bytes, PNG);
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert!(request.body.windows(PNG.len()).any(|window| window == PNG), "each attempt carries the file");
    }
    let server = failing(3, json(status, body), png()).await;
    assert_eq!(client(&server).edit_image(&edit()).await.unwrap_err().api().unwrap().status, status);
}

#[tokio::test]
async fn what_is_called_off_is_heard_out_and_not_sent_again() {
    let server = failing(1, png(), png()).await;
    let off = async || client(&server).open_unless(&edit(), std::future::ready(())).await;
    assert!(off().await.unwrap().is_none());
    assert_eq!(requests(&server).await, 0, "it was called off before");

    // Called off while it is on its way: the server has seen it, and answers later.
    let late = failing(1, png().set_delay(Duration::from_millis(300)), png()).await;
    let seen = async {
        while requests(&late).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    let body = client(&late).open_unless(&edit(), seen).await.unwrap().expect("it is heard out");
    assert_eq!(body.collect(1 << 20).await.unwrap(), PNG);

    let refusing = failing(1, json(429, ERROR), png()).await;
    let seen = async {
        while requests(&refusing).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    let refused = client(&refusing).open_unless(&edit(), seen).await.map(|_| ()).unwrap_err();
    assert_eq!((refused.api().unwrap().status, refused.fate()), (429, Fate::Refused));
    assert_eq!(requests(&refusing).await, 1, "it would have been sent again");
    let wanted = failing(1, json(429, ERROR), png()).await;
    assert!(client(&wanted).open_unless(&edit(), std::future::pending()).await.unwrap().is_some());
}

#[rstest]
#[case(500, ERROR)]
#[case(502, ERROR)]
#[case(502, "<html>")]
#[case(503, "<html>")]
#[case(504, ERROR)]
#[case(408, ERROR)]
#[case(400, ERROR)]
#[tokio::test]
async fn paid_work_that_may_have_begun_is_never_sent_again(#[case] status: u16, #[case] body: &str) {
    let server = failing(1, json(status, body), png()).await;
    let client = client(&server);
    assert_eq!(client.edit_image(&edit()).await.unwrap_err().api().unwrap().status, status);
    assert_eq!(requests(&server).await, 1);
}

#[rstest]
#[case(429, ERROR)]
#[case(500, ERROR)]
#[case(502, "<html>")]
#[case(503, "<html>")]
#[case(504, ERROR)]
#[tokio::test]
async fn reading_is_repeated_after_what_passes(#[case] status: u16, #[case] body: &str) {
    let server = failing(3, json(status, body), json(200, r#"{"data":[]}"#)).await;
    expect(&server, client(&server).list_models(&ListModels::all()).await).await;
    assert_eq!(requests(&server).await, 4);
}

#[tokio::test]
async fn reading_is_not_repeated_after_what_stays() {
    for status in [400, 401, 403, 404, 410] {
        let server = failing(1, json(status, ERROR), json(200, r#"{"data":[]}"#)).await;
        assert_eq!(client(&server).list_image_styles().await.unwrap_err().api().unwrap().status, status);
        assert_eq!(requests(&server).await, 1);
    }
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_the_callers_to_make() {
    let server = failing(1, json(429, ERROR).insert_header("retry-after", "3600"), png()).await;
    let client = client(&server);
    let error = client.edit_image(&edit()).await.unwrap_err();
    assert_eq!(error.api().unwrap().retry_after, Some(Duration::from_hours(1)));
    // The gate stays shut for clones too, other operations have their own.
    let error = client.clone().edit_image(&edit()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RateLimited { .. }), "{error:?}");
    assert_eq!((error.fate(), error.is_retryable(), error.is_rate_limited()), (Fate::NotSent, true, true));
    assert_eq!(requests(&server).await, 1);
    let _ = client.list_image_styles().await;
    assert_eq!(requests(&server).await, 2);
}

#[tokio::test]
async fn the_last_call_of_a_window_is_not_followed_by_another() {
    let server = MockServer::start().await;
    let used_up = png()
        .insert_header("x-ratelimit-remaining-requests", "0")
        .insert_header("x-ratelimit-reset-requests", "60");
    Mock::given(method("POST")).respond_with(used_up).mount(&server).await;
    let policy = RetryPolicy { longest_wait: Duration::from_secs(5), ..RetryPolicy::default() };
    let client = client_for(&server.uri()).retries(policy).build().unwrap();
    expect(&server, client.edit_image(&edit()).await).await;
    let error = client.edit_image(&edit()).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("RATE_LIMIT_EXCEEDED", Fate::NotSent));
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_clock_that_is_slow_shuts_no_gate_for_hours() {
    let server = MockServer::start().await;
    let now = jiff::Timestamp::now();
    let used_up = png()
        .insert_header("x-ratelimit-remaining-requests", "0")
        .insert_header("x-ratelimit-reset-requests", (now.as_second() + 30).to_string().as_str());
    Mock::given(method("POST")).respond_with(used_up).mount(&server).await;
    let slow = now - jiff::SignedDuration::from_hours(5);
    let policy = RetryPolicy { longest_wait: Duration::from_secs(5), ..RetryPolicy::default() };
    let client = client_for(&server.uri()).retries(policy).clock(move || slow).build().unwrap();
    expect(&server, client.edit_image(&edit()).await).await;
    let error = client.edit_image(&edit()).await.unwrap_err();
    let ErrorKind::RateLimited { until } = error.kind() else { panic!("{error:?}") };
    assert!(until.duration_since(slow).as_secs() <= 60, "{until} {slow}");
}

#[tokio::test]
async fn a_short_wait_is_made() {
    let server = MockServer::start().await;
    let used_up = png()
        .insert_header("x-ratelimit-remaining-requests", "0")
        .insert_header("x-ratelimit-reset-requests", "0.05");
    Mock::given(method("POST")).respond_with(used_up).mount(&server).await;
    let client = client(&server);
    expect(&server, client.edit_image(&edit()).await).await;
    let started = std::time::Instant::now();
    expect(&server, client.edit_image(&edit()).await).await;
    assert!(started.elapsed() >= Duration::from_millis(40), "{:?}", started.elapsed());
}

#[tokio::test]
async fn room_is_waited_for_without_asking() {
    let server = MockServer::start().await;
    let used_up = png()
        .insert_header("x-ratelimit-remaining-requests", "0")
        .insert_header("x-ratelimit-reset-requests", "0.05");
    Mock::given(method("POST")).respond_with(used_up).mount(&server).await;
    let client = client(&server);
    let operation = venice::OPERATIONS.iter().find(|operation| operation.id == "editImage").unwrap();
    client.room_for(operation).await;
    expect(&server, client.edit_image(&edit()).await).await;
    let started = std::time::Instant::now();
    client.room_for(operation).await;
    assert!(started.elapsed() >= Duration::from_millis(40), "{:?}", started.elapsed());
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn the_breaker_stops_before_venice_does() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(json(400, ERROR)).mount(&server).await;
    let client = client_for(&server.uri()).clock(|| "2026-11-21T12:00:00Z".parse().unwrap()).build().unwrap();
    for _ in 0..15 {
        assert_eq!(client.list_image_styles().await.unwrap_err().code(), "INVALID_REQUEST");
    }
    let clone = client.clone();
    let error = clone.edit_image(&edit()).await.unwrap_err();
    let ErrorKind::BreakerOpen { until } = error.kind() else { panic!("{error:?}") };
    let until = until.to_string();
    assert!(("2026-11-21T12:00:01Z"..="2026-11-21T12:00:30Z").contains(&until.as_str()), "{until}");
    assert_eq!(
        (error.code(), error.fate(), error.is_retryable()),
        ("TOO_MANY_FAILURES", Fate::NotSent, true)
    );
    assert_eq!(requests(&server).await, 15);
}

#[tokio::test]
async fn retries_count_as_failures_too() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(json(500, ERROR)).mount(&server).await;
    let client = client(&server);
    for _ in 0..10 {
        let _ = client.list_image_styles().await;
    }
    assert_eq!(requests(&server).await, 15);
}
