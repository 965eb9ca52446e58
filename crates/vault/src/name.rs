//! What a name and a secret may look like, so that every place can keep them.

use secrecy::{ExposeSecret, SecretString};

use crate::{Error, Result};

/// Bytes a name may have.
pub(crate) const MAX_NAME: usize = 128;

/// Bytes a secret may have: the Windows Credential Manager keeps 2,560, and no more than that is portable.
pub(crate) const MAX_SECRET: usize = 2_560;

pub(crate) fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(breaks_a_line) {
        return Err(Error::InvalidName);
    }
    Ok(())
}

pub(crate) fn check_secret(secret: &SecretString) -> Result<()> {
    let text = secret.expose_secret();
    if text.is_empty() {
        Err(Error::EmptySecret)
    } else if text.len() > MAX_SECRET {
        Err(Error::SecretTooLong)
    } else if text.chars().any(breaks_a_line) {
        Err(Error::NotOneLine)
    } else {
        Ok(())
    }
}

/// Control characters, and the two separators that Unicode counts as line breaks but not as controls.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || c == '\u{2028}' || c == '\u{2029}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Result<()> {
        check_secret(&SecretString::from(text))
    }

    #[test]
    fn a_secret_is_one_line() {
        assert!(secret("a key with spaces, ümläute and 鑰匙").is_ok());
        for text in ["a\nb", "a\r", "\u{0}", "tab\there", "a\u{85}b", "a\u{2028}b", "a\u{2029}b"] {
            assert!(matches!(secret(text), Err(Error::NotOneLine)), "{text:?}");
        }
    }

    #[test]
    fn a_secret_has_a_length() {
        assert!(matches!(secret(""), Err(Error::EmptySecret)));
        assert!(secret(&"x".repeat(MAX_SECRET)).is_ok());
        assert!(matches!(secret(&"x".repeat(MAX_SECRET + 1)), Err(Error::SecretTooLong)));
    }

    #[test]
    fn a_name_is_short_and_printable() {
        assert!(check_name("account/2f6b").is_ok());
        for name in ["", "a\nb", "a\tb", &"n".repeat(MAX_NAME + 1)] {
            assert!(matches!(check_name(name), Err(Error::InvalidName)), "{name:?}");
        }
    }
}
