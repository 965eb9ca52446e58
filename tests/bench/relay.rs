//! Stands between the app and its server, hands every byte on, and notes when each piece of an answer went by.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

/// A piece of an answer's text.
pub struct Piece {
    /// When it had been handed to the app, in milliseconds since 1970.
    pub at: f64,
    /// Letters and digits of the answer up to its end.
    pub letters: usize,
}

/// Hands on what comes for a server, and notes its streams.
pub struct Relay {
    /// Where the app is to send its requests.
    pub base_url: String,
    pieces: Arc<Mutex<Vec<Piece>>>,
}

impl Relay {
    /// Stands in front of this server.
    pub fn before(base_url: &str) -> Self {
        let server = base_url.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = listener.local_addr().expect("an address").to_string();
        let pieces = Arc::new(Mutex::new(Vec::new()));
        let noted = pieces.clone();
        let base_url = base_url.replacen(&server, &here, 1);
        // Ends with the program.
        thread::spawn(move || {
            for app in listener.incoming().flatten() {
                let server = TcpStream::connect(&server).expect("the server listens");
                for stream in [&app, &server] {
                    stream.set_nodelay(true).expect("a socket");
                }
                let (asks, answers) =
                    (app.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
                thread::spawn(move || hand_on(asks, server, |_| ()));
                let pieces = noted.clone();
                thread::spawn(move || {
                    let mut reader = Reader::default();
                    hand_on(answers, app, |bytes| reader.note(bytes, &pieces));
                });
            }
        });
        Self { base_url, pieces }
    }

    /// What went by since this was last asked.
    pub fn take(&self) -> Vec<Piece> {
        std::mem::take(&mut self.pieces.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Milliseconds since 1970, as the page's clock has them.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs_f64() * 1000.0
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, mut note: impl FnMut(&[u8])) {
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
        note(&buffer[..read]);
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}

/// Finds the events in what goes by.
#[derive(Default)]
struct Reader {
    line: Vec<u8>,
    letters: usize,
}

impl Reader {
    fn note(&mut self, bytes: &[u8], pieces: &Mutex<Vec<Piece>>) {
        let at = now();
        let mut grew = false;
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let Some(event) = line.strip_prefix(b"data: ") else {
                // Another answer on the same connection counts anew.
                if line.starts_with(b"HTTP/") {
                    self.letters = 0;
                }
                continue;
            };
            let Ok(event) = serde_json::from_slice::<Value>(event) else { continue };
            if let Some(text) = event["choices"][0]["delta"]["content"].as_str() {
                self.letters += letters(text);
                grew = true;
            }
        }
        if grew {
            let letters = self.letters;
            pieces.lock().unwrap_or_else(PoisonError::into_inner).push(Piece { at, letters });
        }
    }
}

/// What Markdown shows as it was written; its signs go, its words stay.
pub fn letters(text: &str) -> usize {
    text.chars().filter(|one| one.is_alphanumeric()).count()
}
