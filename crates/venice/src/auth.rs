use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::errors::{Error, ErrorKind, Result};

/// Who asks, and who pays.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Auth {
    /// Nobody: enough for models, traits and styles.
    #[default]
    None,
    /// A Venice API key, for inference or for administration. It is sent to the origin of the base URL only, and only
    /// over TLS or to this machine.
    Bearer(SecretString),
}

impl Auth {
    pub(crate) fn is_secret(&self) -> bool {
        matches!(self, Self::Bearer(_))
    }

    /// The value of the Authorization header, marked as sensitive.
    pub(crate) fn header(&self) -> Result<Option<HeaderValue>> {
        let Self::Bearer(key) = self else { return Ok(None) };
        let key = key.expose_secret();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::new(ErrorKind::InvalidKey));
        }
        let mut header =
            HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| Error::new(ErrorKind::InvalidKey))?;
        header.set_sensitive(true);
        Ok(Some(header))
    }

    /// The body of an error with every trace of the key removed, should the server quote it.
    pub(crate) fn redact(&self, body: Vec<u8>) -> Vec<u8> {
        let Self::Bearer(key) = self else { return body };
        let text = String::from_utf8_lossy(&body);
        let key = key.expose_secret();
        if text.contains(key) { text.replace(key, "[key]").into_bytes() } else { body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("")]
    #[case("with space")]
    #[case("new\nline")]
    #[case("trailing ")]
    #[case("schlüssel")]
    fn what_is_no_key_is_refused(#[case] key: &str) {
        let error = Auth::Bearer(key.into()).header().unwrap_err();
        assert_eq!(error.code(), "INVALID_KEY");
        assert!(key.is_empty() || !format!("{error:?} {error}").contains(key));
    }

    #[test]
    fn a_key_is_never_shown() {
        let auth = Auth::Bearer("sk-secret".into());
        let header = auth.header().unwrap().unwrap();
        assert_eq!(header, "Bearer sk-secret");
        assert!(!format!("{auth:?} {header:?}").contains("secret"));
        assert_eq!(auth.redact(b"the key sk-secret is bad".to_vec()), b"the key [key] is bad");
        assert!(Auth::None.header().unwrap().is_none());
    }
}
