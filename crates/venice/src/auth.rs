use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::client::{Shared, is_this_machine};
use crate::errors::{Error, ErrorKind, Result};
use crate::wallet::{self, SignIn, SignInChallenge, Wallet};

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
    /// A wallet. It signs a text of its own for each request, which names the server and is sent to the origin of the
    /// base URL only, and only over TLS or to this machine. Its secret is never sent.
    Wallet(Wallet),
}

/// The header that one attempt is made with.
#[derive(Debug, Clone)]
pub(crate) struct Authorization {
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
    /// What must not be shown should the server quote it.
    pub(crate) redaction: Redaction,
}

/// The last challenge of the server that no sign-in has answered yet.
#[derive(Debug, Default)]
pub(crate) struct Challenges(Mutex<Option<SignIn>>);

impl Challenges {
    fn put(&self, info: SignIn) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(info);
    }

    /// A challenge is answered once.
    fn take(&self) -> Option<SignIn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Auth {
    pub(crate) fn is_secret(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// The Authorization header of a key, its value marked as sensitive.
    pub(crate) fn bearer(&self) -> Result<Option<Authorization>> {
        let Self::Bearer(secret) = self else { return Ok(None) };
        let key = secret.expose_secret();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::new(ErrorKind::InvalidKey));
        }
        let value = sensitive(&format!("Bearer {key}"))?;
        let redaction = Redaction::of(std::slice::from_ref(secret));
        Ok(Some(Authorization { name: AUTHORIZATION, value, redaction }))
    }
}

fn sensitive(value: &str) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(value).map_err(|_| Error::new(ErrorKind::InvalidKey))?;
    header.set_sensitive(true);
    Ok(header)
}

impl Shared {
    /// The header for one attempt: the key, or a text that the wallet signs for it.
    pub(crate) fn authorization(&self) -> Result<Option<Authorization>> {
        match &self.auth {
            Auth::Bearer(_) => Ok(self.bearer.clone()),
            Auth::Wallet(wallet) => {
                let now = self.now();
                let here = is_this_machine(&self.base_url);
                let challenge = self.challenges.take().filter(|info| info.is_fit(&self.base_url, here, now));
                let sign_in =
                    challenge.unwrap_or_else(|| SignIn::new(&self.base_url, here, now, self.chance()));
                let signed = wallet::header(wallet, &sign_in, now);
                Ok(Some(Authorization {
                    name: HeaderName::from_static("sign-in-with-x"),
                    value: sensitive(signed.value.expose_secret())?,
                    redaction: Redaction::of(&[signed.value, signed.signature]),
                }))
            }
            Auth::None => Ok(None),
        }
    }

    /// Keeps a challenge for the next sign-in. Tells whether there is one that may be signed.
    pub(crate) fn challenged(&self, challenge: &SignInChallenge) -> bool {
        let fits = matches!(self.auth, Auth::Wallet(_))
            && challenge.info.is_fit(&self.base_url, is_this_machine(&self.base_url), self.now());
        if fits {
            self.challenges.put(challenge.info.clone());
        }
        fits
    }
}

/// Takes out every trace of the secrets that were sent, should the server quote them. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Redaction(Option<Arc<[SecretString]>>);

impl Redaction {
    /// Of secrets as they are, and as JSON may write them.
    fn of(secrets: &[SecretString]) -> Self {
        let mut written = Vec::with_capacity(secrets.len());
        for secret in secrets {
            written.push(secret.clone());
            let plain = secret.expose_secret();
            let escaped = plain.replace('\\', r"\\").replace('"', r#"\""#);
            let with_slashes = escaped.replace('/', r"\/");
            written.extend((with_slashes != escaped).then(|| with_slashes.into()));
            written.extend((escaped != plain).then(|| escaped.into()));
        }
        Self(Some(written.into()))
    }

    /// With the values of the headers that a call adds.
    pub(crate) fn with(self, headers: &HeaderMap) -> Self {
        /// A shorter value says nothing that would be secret, and would be found everywhere.
        const SHORTEST: usize = 16;
        let texts = headers.values().filter_map(|value| value.to_str().ok());
        let added: Vec<_> = texts.filter(|text| text.len() >= SHORTEST).map(SecretString::from).collect();
        if added.is_empty() {
            return self;
        }
        let added = Self::of(&added);
        Self(Some(self.secrets().iter().chain(added.secrets()).cloned().collect()))
    }

    fn secrets(&self) -> &[SecretString] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether a text quotes a secret.
    pub(crate) fn finds(&self, text: &str) -> bool {
        self.secrets().iter().any(|secret| text.contains(secret.expose_secret()))
    }

    /// The text of an error without them.
    pub(crate) fn apply<'a>(&self, body: &'a [u8]) -> Cow<'a, str> {
        let mut text = String::from_utf8_lossy(body);
        for secret in self.secrets() {
            if text.contains(secret.expose_secret()) {
                text = text.replace(secret.expose_secret(), "[key]").into();
            }
        }
        text
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redaction")
    }
}

/// What was sent is no part of what an answer says.
impl PartialEq for Redaction {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use rstest::rstest;
    use url::Url;

    #[rstest]
    #[case("")]
    #[case("with space")]
    #[case("new\nline")]
    #[case("trailing ")]
    #[case("schlüssel")]
    fn what_is_no_key_is_refused(#[case] key: &str) {
        let error = Auth::Bearer(key.into()).bearer().unwrap_err();
        assert_eq!(error.code(), "INVALID_KEY");
        assert!(key.is_empty() || !format!("{error:?} {error}").contains(key));
    }

    #[test]
    fn a_key_is_never_shown() {
        let auth = Auth::Bearer("sk-secret".into());
        let client = Client::builder("http://127.0.0.1:1").auth(auth.clone()).build().unwrap();
        let authorization = client.0.authorization().unwrap().unwrap();
        assert_eq!(authorization.value, "Bearer sk-secret");
        assert!(!format!("{auth:?} {:?}", authorization.value).contains("secret"));
        let redaction = authorization.redaction.with(&HeaderMap::new());
        assert_eq!(redaction.apply(b"the key sk-secret is bad"), "the key [key] is bad");
        assert!(!format!("{redaction:?}").contains("secret"));
        let nobody = Client::builder("http://127.0.0.1:1").build().unwrap();
        assert!(nobody.0.authorization().unwrap().is_none());
    }

    #[test]
    fn what_a_wallet_signed_is_never_shown() {
        let wallet = Wallet::from_secret(&"11".repeat(32).into()).unwrap();
        let client = Client::builder("http://127.0.0.1:1").auth(Auth::Wallet(wallet)).build().unwrap();
        let authorization = client.0.authorization().unwrap().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("payment-signature", HeaderValue::from_static("a-payment-of-ten-dollars"));
        headers.insert("accept", HeaderValue::from_static("text/csv"));
        let redaction = authorization.redaction.clone().with(&headers);
        for secret in authorization.redaction.secrets().iter().map(ExposeSecret::expose_secret) {
            let body = format!("text/csv: bad {secret} a-payment-of-ten-dollars");
            assert_eq!(redaction.apply(body.as_bytes()), "text/csv: bad [key] [key]");
        }
        assert!(authorization.redaction.secrets().len() >= 2, "what was signed, and its signature");
        assert!(authorization.value.is_sensitive());
    }

    #[test]
    fn a_secret_is_found_as_json_writes_it() {
        let key = r#"sk-a/b"c\d"#;
        let auth = Auth::Bearer(key.into());
        let redaction = auth.bearer().unwrap().unwrap().redaction;
        for quoted in [key, r#"sk-a/b\"c\\d"#, r#"sk-a\/b\"c\\d"#] {
            assert!(redaction.finds(quoted), "{quoted}");
            assert_eq!(redaction.apply(format!("bad: {quoted}.").as_bytes()), "bad: [key].");
        }
        assert!(!redaction.finds("sk-a/b"));
    }

    #[test]
    fn a_challenge_is_answered_once() {
        let wallet = Wallet::from_secret(&"11".repeat(32).into()).unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let client = Client::builder("http://127.0.0.1:1")
            .auth(Auth::Wallet(wallet))
            .clock(move || now)
            .chance(|bytes| bytes.fill(0xab))
            .build()
            .unwrap();
        let base_url = Url::parse("http://127.0.0.1:1").unwrap();
        let usual = client.0.authorization().unwrap().unwrap().value;
        let mut info = SignIn::new(&base_url, true, now, [1; 8]);
        info.statement = Some("Sign in to Venice AI".to_owned());
        let mut challenge = SignInChallenge { info, supported_chains: Vec::new() };
        assert!(client.0.challenged(&challenge));
        let challenged = client.0.authorization().unwrap().unwrap().value;
        assert_ne!(challenged, usual);
        assert_eq!(client.0.authorization().unwrap().unwrap().value, usual);
        challenge.info.domain = "bank.example".to_owned();
        assert!(!client.0.challenged(&challenge));
    }
}
