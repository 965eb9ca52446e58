use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng as _;
use reqwest::header::HeaderValue;
use url::{Host, Url};

use crate::auth::{Auth, Authorization, Challenges};
use crate::errors::{Error, ErrorKind, Result};
use crate::pacing::{Breaker, Gates, RetryPolicy};

/// How long the client waits for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Reaching the server, TLS included.
    pub connect: Duration,
    /// From sending a request to the head of its answer. For each 64 KiB of the request's body a second is added, so
    /// that an upload over a slow line isn't taken for a slow answer.
    pub first_byte: Duration,
    /// Between two parts of an answer.
    pub between_bytes: Duration,
}

impl Default for TimeLimits {
    /// 10 seconds, 5 minutes (large pictures take minutes), 60 seconds.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_mins(5),
            between_bytes: Duration::from_mins(1),
        }
    }
}

/// A client for one account on one server.
///
/// It is cheap to clone; clones share their connections, rate gates and breaker.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    /// Asks other servers than the API's, without a key; made when it is first needed.
    pub(crate) outside: OnceLock<reqwest::Client>,
    pub(crate) user_agent: HeaderValue,
    pub(crate) base_url: Url,
    pub(crate) auth: Auth,
    pub(crate) bearer: Option<Authorization>,
    pub(crate) challenges: Challenges,
    pub(crate) time_limits: TimeLimits,
    pub(crate) retries: RetryPolicy,
    pub(crate) largest_answer: u64,
    pub(crate) gates: Gates,
    pub(crate) breaker: Breaker,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
}

/// Tells the time of day. Spans are measured by the runtime's own clock.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Fills bytes at random.
pub(crate) type Chance = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Puts a [`Client`] together.
pub struct ClientBuilder {
    base_url: String,
    auth: Auth,
    time_limits: TimeLimits,
    retries: RetryPolicy,
    user_agent: String,
    largest_answer: u64,
    clock: Clock,
    chance: Chance,
}

impl Client {
    /// Where Venice itself is.
    pub const VENICE: &'static str = "https://api.venice.ai/api/v1";

    /// Starts a client for the server at `base_url`, such as [`Client::VENICE`].
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.to_owned(),
            auth: Auth::None,
            time_limits: TimeLimits::default(),
            retries: RetryPolicy::default(),
            user_agent: concat!("venice-rs/", env!("CARGO_PKG_VERSION")).to_owned(),
            largest_answer: 256 * 1024 * 1024,
            clock: Arc::new(Timestamp::now),
            chance: Arc::new(|bytes| rand::rng().fill_bytes(bytes)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("origin", &self.0.base_url.origin().ascii_serialization())
            .field("auth", &self.0.auth)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("auth", &self.auth)
            .field("time_limits", &self.time_limits)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Who asks. Default: nobody.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// How long to wait for what.
    #[must_use]
    pub fn time_limits(mut self, time_limits: TimeLimits) -> Self {
        self.time_limits = time_limits;
        self
    }

    /// When a failed call is sent again.
    #[must_use]
    pub fn retries(mut self, retries: RetryPolicy) -> Self {
        self.retries = retries;
        self
    }

    /// What the client calls itself. Default: `venice-rs/VERSION`.
    #[must_use]
    pub fn user_agent(mut self, user_agent: &str) -> Self {
        user_agent.clone_into(&mut self.user_agent);
        self
    }

    /// The largest answer that is read into memory, in bytes. Default: 256 MiB. A [`crate::Body`] that the caller
    /// reads has no limit.
    #[must_use]
    pub fn largest_answer(mut self, bytes: u64) -> Self {
        self.largest_answer = bytes;
        self
    }

    /// Tells the time of day by another clock, for tests. Spans are measured by tokio's.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Fills the bytes of a sign-in or a payment that are used once from another source, for tests. By default they
    /// are taken from the system at random.
    #[must_use]
    pub fn chance(mut self, chance: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        self.chance = Arc::new(chance);
        self
    }

    /// Checks all of it.
    ///
    /// Installs rustls' *ring* provider for the process where no provider is installed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUrl`], [`ErrorKind::InvalidKey`], [`ErrorKind::InvalidInput`] for a user agent that isn't
    /// fit for a header, [`ErrorKind::Setup`] where TLS can't be set up.
    pub fn build(self) -> Result<Client> {
        let base_url = checked(&self.base_url, self.auth.is_secret())?;
        let bearer = self.auth.bearer()?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| Error::invalid_input("user_agent", "isn't fit for a header"))?;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Another thread may have been quicker; then its provider is used.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent.clone())
            .connect_timeout(self.time_limits.connect)
            // A key belongs to one origin.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        if is_this_machine(&base_url) {
            http = http.no_proxy();
        }
        if base_url.scheme() == "http" {
            // No TLS will be spoken, and a system without certificates is no reason to fail.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(|source| Error::new(ErrorKind::Setup).caused_by(source))?;
        Ok(Client(Arc::new(Shared {
            http,
            outside: OnceLock::new(),
            user_agent,
            base_url,
            auth: self.auth,
            bearer,
            challenges: Challenges::default(),
            time_limits: self.time_limits,
            retries: self.retries,
            largest_answer: self.largest_answer,
            gates: Gates::default(),
            breaker: Breaker::default(),
            clock: self.clock,
            chance: self.chance,
        })))
    }
}

fn checked(base_url: &str, has_key: bool) -> Result<Url> {
    let invalid = |reason| Error::new(ErrorKind::InvalidUrl(reason));
    let url = Url::parse(base_url.trim()).map_err(|_| invalid("is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("is neither http nor https"));
    }
    if url.host().is_none() {
        return Err(invalid("names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("contains a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("contains a query or a fragment"));
    }
    if has_key && url.scheme() == "http" && !is_this_machine(&url) {
        return Err(invalid("would send the key without encryption"));
    }
    Ok(url)
}

pub(crate) fn is_this_machine(url: &Url) -> bool {
    let is_local = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => is_local(address.into()),
        Some(Host::Ipv6(address)) => is_local(address.into()),
        None => false,
    }
}

impl Shared {
    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Bytes at random.
    pub(crate) fn chance<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.chance)(&mut bytes);
        bytes
    }

    /// The address of a path below the base URL.
    pub(crate) fn address(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        let path = format!("{}{path}", self.base_url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn with_key(base_url: &str) -> Result<Client> {
        Client::builder(base_url).auth(Auth::Bearer("k".into())).build()
    }

    #[rstest]
    #[case("")]
    #[case("api.venice.ai/api/v1")]
    #[case("ftp://api.venice.ai")]
    #[case("https://user:word@api.venice.ai")]
    #[case("https://api.venice.ai/api/v1?key=1")]
    #[case("http://api.venice.ai/api/v1")]
    #[case("http://192.168.1.20:8080")]
    fn keys_go_to_safe_places_only(#[case] base_url: &str) {
        let error = with_key(base_url).unwrap_err();
        assert_eq!((error.code(), error.fate()), ("INVALID_URL", crate::Fate::NotSent));
    }

    #[rstest]
    #[case(Client::VENICE)]
    #[case("http://127.0.0.1:8080/api/v1/")]
    #[case("http://localhost:8080")]
    #[case("http://[::1]:8080")]
    fn this_machine_needs_no_tls(#[case] base_url: &str) {
        let client = with_key(base_url).unwrap();
        assert!(client.0.address("/models").path().ends_with("/models"));
        assert!(!client.0.address("/models").path().contains("//"));
    }

    #[test]
    fn a_client_shows_its_origin_only() {
        let client = with_key("http://127.0.0.1:1/secret-path").unwrap();
        assert!(!format!("{client:?}").contains("secret"));
        assert!(Client::builder("http://127.0.0.1:1").user_agent("two\nlines").build().is_err());
    }
}
