//! Serves what is kept to the webview, by id.
//!
//! WebKitGTK plays no sound or film from a custom scheme, so there is one loopback server for every kind of media. It
//! answers GET and HEAD only, to this machine only, under a random token, and knows ids, never paths.

use std::{net::Ipv4Addr, path::PathBuf};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use studio::{Studio, library::ThumbnailSize};
use tower_http::services::ServeFile;

/// Where the webview's pages come from; `tauri dev` serves them from Vite.
const PAGES: [&str; 3] = ["tauri://localhost", "http://tauri.localhost", "http://127.0.0.1:5173"];

/// An id always stands for the same bytes, so the webview may keep what it has.
const FOR_EVER: &str = "private, max-age=31536000, immutable";
/// A character may get another picture.
const FOR_A_DAY: &str = "private, max-age=86400";
/// Another sound may stand there at any time.
const NOT_AT_ALL: &str = "no-store";

#[derive(Clone)]
struct Served {
    studio: Studio,
    host: HeaderValue,
}

/// Starts the server and answers the prefix of every media address, token included.
pub async fn start(studio: Studio) -> std::io::Result<String> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let host = listener.local_addr()?.to_string();
    let token = uuid::Uuid::new_v4().simple().to_string();
    let origin = format!("http://{host}/{token}");
    let served = Served { studio, host: HeaderValue::from_str(&host).map_err(std::io::Error::other)? };
    let media = Router::new()
        .route("/thumb/{item}/{size}", get(thumbnail))
        .route("/item/{item}", get(original))
        .route("/character/{slug}", get(character))
        .route("/peaks/{item}", get(peaks))
        .route("/test-take", get(test_take))
        .route("/live/{job}", get(live))
        .with_state(served.clone());
    let router =
        Router::new().nest(&format!("/{token}"), media).layer(middleware::from_fn_with_state(served, guard));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the media server stopped");
        }
    });
    Ok(origin)
}

/// Refuses other hosts (a rebound name), other origins and other methods; lets our own pages read what they get.
async fn guard(State(served): State<Served>, request: Request, next: Next) -> Response {
    if request.headers().get(header::HOST) != Some(&served.host) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    if origin.as_ref().is_some_and(|origin| !PAGES.iter().any(|page| origin.as_bytes() == page.as_bytes())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    // Also where none asked: an answer kept for a picture would be given to a film's poster, which must be readable.
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn thumbnail(
    State(served): State<Served>,
    Path((item, size)): Path<(String, String)>,
    request: Request,
) -> Response {
    let size = match size.as_str() {
        "small" => ThumbnailSize::Small,
        "large" => ThumbnailSize::Large,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match served.studio.thumbnail_file(&item, size).await {
        Ok(path) => send(path, "image/webp", FOR_EVER, request).await,
        Err(error) => missing(&error),
    }
}

async fn original(State(served): State<Served>, Path(item): Path<String>, request: Request) -> Response {
    match served.studio.item_file(&item).await {
        Ok((path, mime)) => send(path, &mime, FOR_EVER, request).await,
        Err(error) => missing(&error),
    }
}

async fn character(State(served): State<Served>, Path(slug): Path<String>, request: Request) -> Response {
    match served.studio.character_picture(&slug).await {
        Ok((path, mime)) => send(path, mime, FOR_A_DAY, request).await,
        Err(error) => missing(&error),
    }
}

/// Which part of a waveform, and in how many stretches.
#[derive(serde::Deserialize)]
struct Part {
    /// In milliseconds.
    from: u64,
    to: u64,
    count: u32,
}

async fn peaks(
    State(served): State<Served>,
    Path(item): Path<String>,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    let Ok(Query(part)) = part else { return StatusCode::BAD_REQUEST.into_response() };
    match served.studio.sound_peaks(&item, part.from, part.to, part.count).await {
        Ok(pairs) => {
            let headers =
                [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOR_EVER)];
            (headers, pairs).into_response()
        }
        Err(error) => missing(&error),
    }
}

/// The next test takes the place of this one.
async fn test_take(State(served): State<Served>, request: Request) -> Response {
    match served.studio.test_take_file() {
        Some(path) => send(path, "audio/wav", NOT_AT_ALL, request).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Sound that is still being made, as it comes: nobody knows its length, and it can be heard once. A piece of a text that is here and
/// waits for the others is a file.
async fn live(State(served): State<Served>, Path(job): Path<String>, request: Request) -> Response {
    if request.method() != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some((mime, pieces)) = served.studio.live_sound(&job) else {
        return match served.studio.piece_sound(&job).await {
            Ok((path, mime)) => send(path, &mime, NOT_AT_ALL, request).await,
            Err(error) => missing(&error),
        };
    };
    let pieces = futures_util::stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(piece), pieces))
    });
    let headers = [(header::CONTENT_TYPE, mime.as_str()), (header::CACHE_CONTROL, NOT_AT_ALL)];
    (headers, Body::from_stream(pieces)).into_response()
}

fn missing(error: &studio::AppError) -> Response {
    tracing::debug!(code = error.code, "media not served");
    StatusCode::NOT_FOUND.into_response()
}

async fn send(path: PathBuf, mime: &str, keep: &'static str, request: Request) -> Response {
    let Ok(answer) = ServeFile::new(path).try_call(request).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = answer.map(Body::new);
    if response.status().is_success() {
        if let Ok(mime) = HeaderValue::from_str(mime) {
            response.headers_mut().insert(header::CONTENT_TYPE, mime);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    }
    response
}
