//! The pretend enclave: real keys, real sealing and real signatures, and a quote that no verifier takes for genuine.

mod keys;
mod quote;
mod sealing;
mod signed;

pub(crate) use keys::Enclave;
pub(crate) use quote::quote;
pub(crate) use sealing::{NotOpened, Reader};
pub(crate) use signed::Signed;

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hex as bytes, with or without `0x`.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    digits.chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}
