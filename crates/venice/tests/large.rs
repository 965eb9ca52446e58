//! Half a gigabyte goes out and comes in without being held in memory. A process of its own, since it measures its own
//! memory.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake3::{Hash, Hasher};
use venice::audio::CreateTranscription;
use venice::video::QueueVideo;
use venice::{Client, FileInput};

const SIZE: u64 = 500 * 1024 * 1024;
/// What may be held more than before, in bytes.
const MOST_HELD: u64 = 16 * 1024 * 1024;
/// A multiple of three, so that base64 of pieces can be put together.
const PIECE: usize = 192 * 1024;

/// A line of `/proc/self/status`, in bytes.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

/// Runs something, and tells how much more memory was held at its worst than before it.
async fn most_held(work: impl Future<Output = ()>) -> u64 {
    // The peak is forgotten, so that it begins at what is held now.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS");
    work.await;
    memory("VmHWM").saturating_sub(before)
}

/// A file that takes hardly any room on disk, but whose every half is another.
fn sparse(path: &Path) {
    let mut file = File::create(path).unwrap();
    file.set_len(SIZE).unwrap();
    for place in [0, 1_000_003, SIZE / 2 + 1, SIZE - 7] {
        file.seek(SeekFrom::Start(place)).unwrap();
        file.write_all(&place.to_le_bytes()[..7]).unwrap();
    }
}

/// Calls `each` with the file's pieces.
fn pieces(path: &Path, mut each: impl FnMut(&[u8])) {
    let mut file = File::open(path).unwrap();
    let mut piece = vec![0; PIECE];
    let mut left = SIZE as usize;
    while left > 0 {
        let wanted = left.min(PIECE);
        file.read_exact(&mut piece[..wanted]).unwrap();
        each(&piece[..wanted]);
        left -= wanted;
    }
}

/// What a server read of a request's body.
struct Received {
    head: String,
    bytes: u64,
    /// Of what is between the marks.
    hash: Hash,
}

/// Answers one request with `answer`, after it has read its body. What is hashed of it stands between the end of `begin`
/// and as many last bytes as `end` makes of the request's head.
fn serve(
    begin: &'static [u8],
    end: fn(&str) -> usize,
    answer: &'static str,
) -> (SocketAddr, JoinHandle<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let end = end(&head);
        let length: u64 = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
            .unwrap();
        let mut start = Vec::new();
        while !start.ends_with(begin) {
            stream.read_exact(&mut byte).unwrap();
            start.push(byte[0]);
        }
        let mut hasher = Hasher::new();
        let mut left = length - start.len() as u64 - end as u64;
        let mut buffer = vec![0; PIECE];
        while left > 0 {
            let wanted = left.min(PIECE as u64) as usize;
            let read = stream.read(&mut buffer[..wanted]).unwrap();
            assert_ne!(read, 0, "the body was cut with {left} bytes to come");
            hasher.update(&buffer[..read]);
            left -= read as u64;
        }
        stream.read_exact(&mut buffer[..end]).unwrap();
        respond(&mut stream, "application/json", answer.len() as u64);
        stream.write_all(answer.as_bytes()).unwrap();
        Received { head, bytes: length, hash: hasher.finalize() }
    });
    (address, server)
}

fn respond(stream: &mut TcpStream, content_type: &str, length: u64) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
}

fn client(address: SocketAddr) -> Client {
    Client::builder(&format!("http://{address}")).build().unwrap()
}

async fn as_a_form(film: &Path, hash: Hash) {
    // After the file: the end of a line, two dashes, the boundary, two dashes, the end of a line.
    let end = |head: &str| {
        let (_, rest) = head.split_once("boundary=").unwrap();
        rest.lines().next().unwrap().len() + 8
    };
    let (address, server) = serve(b"Content-Type: audio/wav\r\n\r\n", end, r#"{"text":"heard"}"#);
    let request = CreateTranscription::new(FileInput::path(film, "audio/wav").unwrap());
    let answer = client(address).create_transcription(&request).await.unwrap();
    assert_eq!(answer.value.text, "heard");
    let received = server.join().unwrap();
    assert!(received.head.contains("multipart/form-data") && received.bytes > SIZE);
    assert_eq!(received.hash, hash);
}

async fn inside_json(film: &Path, hash: Hash) {
    let (address, server) =
        serve(b"\"video_url\":\"data:video/mp4;base64,", |_| 2, r#"{"model":"m","queue_id":"q"}"#);
    let film = FileInput::path(film, "video/mp4").unwrap();
    let request = QueueVideo::new("m", "p", "auto").video_url(film);
    let answer = client(address).queue_video(&request).await.unwrap();
    assert_eq!(answer.value.queue_id, "q");
    let received = server.join().unwrap();
    assert!(received.bytes > SIZE / 3 * 4);
    assert_eq!(received.hash, hash);
}

async fn to_disk(film: &Path, copy: &Path) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let film = film.to_owned();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert_ne!(stream.read(&mut request).unwrap(), 0);
        respond(&mut stream, "video/mp4", SIZE);
        pieces(&film, |piece| stream.write_all(piece).unwrap());
    });
    let mut download = client(address).download(&format!("http://{address}/film"), None).await.unwrap();
    assert_eq!(download.size, Some(SIZE));
    let mut file = File::create(copy).unwrap();
    while let Some(chunk) = download.body.chunk().await.unwrap() {
        file.write_all(&chunk).unwrap();
    }
    server.join().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_gigabyte_is_never_held() {
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("film");
    sparse(&film);
    let (mut plain, mut encoded) = (Hasher::new(), Hasher::new());
    pieces(&film, |piece| {
        plain.update(piece);
        encoded.update(STANDARD.encode(piece).as_bytes());
    });
    let (plain, encoded) = (plain.finalize(), encoded.finalize());
    let copy = folder.path().join("copy");

    let held = most_held(as_a_form(&film, plain)).await;
    assert!(held <= MOST_HELD, "a form: {held} bytes");
    let held = most_held(inside_json(&film, encoded)).await;
    assert!(held <= MOST_HELD, "inside JSON: {held} bytes");
    let held = most_held(to_disk(&film, &copy)).await;
    assert!(held <= MOST_HELD, "a download: {held} bytes");

    let mut hasher = Hasher::new();
    pieces(&copy, |piece| {
        hasher.update(piece);
    });
    assert_eq!(hasher.finalize(), plain);
}
