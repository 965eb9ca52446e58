//! Results at an address of their own, from servers that have their own mind about ranges.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rstest::rstest;
use serde_json::json;
use studio::jobs::view::{JobState, JobView};

use crate::{
    bench::Bench,
    following::{BY_LINK, film},
};

/// A server that gives one answer after the other, and notes from where on it was asked.
struct Shelf {
    address: String,
    asked: Arc<Mutex<Vec<u64>>>,
}

impl Shelf {
    fn with(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/film", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        // Ends with the tests.
        thread::spawn(move || {
            let mut answers = answers.into_iter();
            for mut stream in listener.incoming().flatten() {
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    request.push(byte[0]);
                }
                let request = String::from_utf8_lossy(&request).to_lowercase();
                if request.starts_with("delete") {
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
                    continue;
                }
                let range = request.lines().find_map(|line| line.strip_prefix("range: bytes="));
                let from = range.and_then(|range| range.trim_end_matches('-').parse().ok()).unwrap_or(0);
                noted.lock().unwrap_or_else(PoisonError::into_inner).push(from);
                if let Some(answer) = answers.next() {
                    let _ = stream.write_all(&answer);
                }
            }
        });
        Self { address, asked }
    }
}

/// All of a file, which breaks off.
fn cut(file: &[u8], tag: &str, at: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: {}\r\netag: {tag}\r\nconnection: close\r\n\r\n",
        file.len()
    );
    [head.as_bytes(), &file[..at]].concat()
}

fn part(file: &[u8], tag: &str, range: std::ops::Range<usize>) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\ncontent-type: video/mp4\r\ncontent-length: {}\r\ncontent-range: bytes {}-{}/{}\r\netag: {tag}\r\nconnection: close\r\n\r\n",
        range.len(),
        range.start,
        range.end - 1,
        file.len()
    );
    [head.as_bytes(), &file[range]].concat()
}

/// A real film, with so much at its end that no player looks at.
fn padded(film: &[u8], letter: u8, length: u32) -> Vec<u8> {
    [film, &(length + 8).to_be_bytes(), b"free", &vec![letter; length as usize]].concat()
}

async fn bytes_of(bench: &Bench, job: &JobView) -> Vec<u8> {
    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    std::fs::read(item.file.path).unwrap()
}

#[rstest]
#[case::in_pieces("pieces")]
#[case::another_version("version")]
#[case::another_size("size")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_one_file_and_no_mixture(#[case] mind: &str) {
    let bench = Bench::new().await;
    let made = bench.shoot(film(BY_LINK)).await;
    let made = bytes_of(&bench, &bench.ended(&made.id).await).await;
    let (one, other) = (padded(&made, b'1', 400_000), padded(&made, b'2', 500_000));
    let same_size = padded(&made, b'2', 400_000);
    let half = one.len() / 2;
    let (answers, expected, asked) = match mind {
        "pieces" => {
            let later = half + half / 2;
            let pieces = [half..later, later..one.len()].map(|range| part(&one, "\"a\"", range));
            let answers = std::iter::once(cut(&one, "\"a\"", half)).chain(pieces).collect();
            (answers, one, vec![0, half, later])
        }
        "version" => {
            let rest = part(&same_size, "\"b\"", half..one.len());
            let whole = cut(&same_size, "\"b\"", same_size.len());
            (vec![cut(&one, "\"a\"", half), rest, whole], same_size, vec![0, half, 0])
        }
        _ => {
            let rest = part(&other, "\"a\"", half..other.len());
            let whole = cut(&other, "\"a\"", other.len());
            (vec![cut(&one, "\"a\"", half), rest, whole], other, vec![0, half, 0])
        }
    };
    let shelf = Shelf::with(answers);
    bench.tune(json!({"seconds": 3})).await;
    let job = bench.shoot(film(BY_LINK)).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    let set = format!("UPDATE jobs SET download_url = '{}' WHERE id = '{}'", shelf.address, job.id);
    bench.sql(&set);
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.error.clone()), (JobState::Saved, None));
    assert!(bytes_of(&bench, &saved).await == expected, "{mind}");
    let asked: Vec<u64> = asked.into_iter().map(|from| from as u64).collect();
    assert_eq!(*shelf.asked.lock().unwrap(), asked, "{mind}");
}
