//! The servers of the tests: one that answers by rule, one that speaks raw bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use venice::{Auth, Client, ClientBuilder, Error, RetryPolicy};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockBuilder, MockServer, Request, ResponseTemplate};

/// The key of every test.
pub const KEY: &str = "sk-test-0123456789";

/// The smallest thing that counts as a PNG here.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-a-picture-";

/// A client that doesn't pause for long.
pub fn client_for(base_url: &str) -> ClientBuilder {
    let retries = RetryPolicy {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        jitter: false,
        ..RetryPolicy::default()
    };
    Client::builder(base_url).auth(Auth::Bearer(KEY.into())).retries(retries)
}

pub fn client(server: &MockServer) -> Client {
    client_for(&format!("{}/api/v1", server.uri())).build().unwrap()
}

/// The value of a call, or a panic that tells what was asked and what was answered.
pub async fn expect<T>(server: &MockServer, result: Result<T, Error>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => {
            let requests = server.received_requests().await.unwrap_or_default();
            let requests: Vec<_> = requests.iter().map(describe).collect();
            panic!("{error:?}\nthe server was asked:\n{}", requests.join("\n"));
        }
    }
}

fn describe(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body).chars().take(2_000).collect::<String>();
    format!("{} {}\n{:?}\n{body}", request.method, request.url, request.headers)
}

/// A route of the API that is asked with the key.
pub fn on(verb: &str, route: &str) -> MockBuilder {
    Mock::given(method(verb))
        .and(path(format!("/api/v1{route}")))
        .and(header("authorization", format!("Bearer {KEY}")))
}

/// The query of a request, decoded.
pub fn query(request: &Request) -> Vec<(String, String)> {
    request.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// What a query should be.
pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap_or_default().len()
}

pub fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json")
}

pub fn png() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(PNG, "image/png")
}

/// What a raw server does with a connection after it has read the request.
#[derive(Clone)]
pub enum Script {
    /// Writes these bytes and closes.
    Say(Vec<u8>),
    /// Writes these bytes and keeps the connection open.
    SayAndHold(Vec<u8>),
}

pub fn say(text: impl AsRef<[u8]>) -> Script {
    Script::Say(text.as_ref().to_vec())
}

/// A server that follows a script for each connection, the last one for all that follow.
pub struct RawServer {
    pub base_url: String,
    connections: Arc<AtomicUsize>,
}

impl RawServer {
    pub async fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let index = count.fetch_add(1, Ordering::SeqCst);
                read_request(&mut stream).await;
                match scripts.get(index).or(scripts.last()) {
                    Some(Script::Say(bytes)) => {
                        let _ = stream.write_all(bytes).await;
                        let _ = stream.shutdown().await;
                    }
                    Some(Script::SayAndHold(bytes)) => {
                        let _ = stream.write_all(bytes).await;
                        held.push(stream);
                    }
                    None => {}
                }
            }
        });
        Self { base_url, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn client(&self) -> Client {
        client_for(&self.base_url).build().unwrap()
    }
}

async fn read_request(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        if let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if bytes.len() >= head + 4 + length.unwrap_or(0_usize) {
                return;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
