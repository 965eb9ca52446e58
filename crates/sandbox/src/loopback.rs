//! Fetching a picture from this machine: the only network the sandbox knows.

use std::time::Duration;

use axum::{body::Body, http::Request};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::{Host, Url};

const PATIENCE: Duration = Duration::from_secs(5);

/// Why nothing was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFetched {
    /// Not an http address on this machine.
    Elsewhere,
    /// It answered with something else than a body, or not at all.
    Failed,
    /// Over the limit.
    TooLarge,
}

/// The body behind an address on this machine.
pub(crate) async fn fetch(address: &str, limit: usize) -> Result<Bytes, NotFetched> {
    let url = Url::parse(address).map_err(|_| NotFetched::Elsewhere)?;
    let local = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() != "http" || !local {
        return Err(NotFetched::Elsewhere);
    }
    tokio::time::timeout(PATIENCE, get(&url, limit)).await.unwrap_or(Err(NotFetched::Failed))
}

async fn get(url: &Url, limit: usize) -> Result<Bytes, NotFetched> {
    let authority = url.authority().rsplit('@').next().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(80);
    let host = url.host_str().unwrap_or("127.0.0.1").trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, port)).await.map_err(|_| NotFetched::Failed)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| NotFetched::Failed)?;
    let driving = tokio::spawn(connection);
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request =
        Request::get(target).header("host", authority).body(Body::empty()).map_err(|_| NotFetched::Failed)?;
    let response = sender.send_request(request).await.map_err(|_| NotFetched::Failed)?;
    if !response.status().is_success() {
        driving.abort();
        return Err(NotFetched::Failed);
    }
    let mut kept = BytesMut::new();
    let mut chunks = Body::new(response.into_body()).into_data_stream();
    while let Some(chunk) = chunks.next().await {
        kept.extend_from_slice(&chunk.map_err(|_| NotFetched::Failed)?);
        if kept.len() > limit {
            driving.abort();
            return Err(NotFetched::TooLarge);
        }
    }
    Ok(kept.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_but_this_machine_is_asked() {
        for address in [
            "https://example.com/a.png",
            "http://192.168.0.1/a.png",
            "http://localhost.example.com/",
            "file:///etc/passwd",
            "a",
        ] {
            assert_eq!(fetch(address, 10).await, Err(NotFetched::Elsewhere), "{address}");
        }
    }
}
