//! What a client sends, heard by a server that only listens.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"data\":{}}";

/// The lines of the head of the request that `send` makes to a base URL; of the headers the order is left out.
pub async fn heard<F>(send: impl FnOnce(String) -> F) -> Vec<String>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sending = tokio::spawn(send(format!("http://{address}/api/v1")));
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(ANSWER).await.unwrap();
    drop(stream);
    sending.await.unwrap();
    let head = String::from_utf8(head).unwrap().replace(&address.to_string(), "here");
    let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
    // Headers mean the same in any order.
    lines[1..].sort_unstable();
    lines
}
