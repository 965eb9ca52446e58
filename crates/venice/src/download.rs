//! Files outside the API: films at their `download_url`, and pictures that others host. They are asked for without
//! the account's key.

use std::net::IpAddr;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LAST_MODIFIED, LOCATION, RANGE,
};
use reqwest::redirect;
use tokio::time::{Instant, timeout};
use url::{Host, Url};

use crate::body::Body;
use crate::client::{Client, Shared, is_this_machine};
use crate::errors::{ApiError, Error, ErrorKind, Result, TimeLimit};
use crate::headers::{self, Row};
use crate::operation::{AuthNeed, Group, Method, Operation};
use crate::public_address::{PublicResolver, is_not_public, is_public};
use crate::receipt::{RateLimitState, Receipt, milliseconds};
use crate::send::transport_error;

const DOWNLOAD: Operation =
    Operation::new("download", Method::Get, "/{download_url}", Group::Video, AuthNeed::Optional);
const FORGET: Operation =
    Operation::new("forgetDownload", Method::Delete, "/{download_url}", Group::Video, AuthNeed::Optional)
        .repeatable();
const FETCH: Operation =
    Operation::new("fetchPublic", Method::Get, "/{url}", Group::Characters, AuthNeed::Optional);

/// How often a picture may be somewhere else.
const MOST_REDIRECTS: usize = 3;

/// A download that broke off, to be gone on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// How many bytes there are.
    pub offset: u64,
    /// The [`Download::validator`] of the part that is there.
    pub validator: Option<String>,
}

/// A file that is being downloaded.
#[derive(Debug)]
#[non_exhaustive]
pub struct Download {
    /// The bytes from `offset` on.
    pub body: Body,
    /// Where they begin. It is 0 where a whole file comes though a part was asked for: the server can't do better, or
    /// the file is another one now. What there was is to be thrown away then.
    pub offset: u64,
    /// The size of the whole file in bytes, where it is told.
    pub size: Option<u64>,
    /// By which the server knows this version of the file: its `ETag`, else its date.
    pub validator: Option<String>,
}

/// A file that anybody can fetch.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicFile {
    /// The file.
    pub bytes: Bytes,
    /// The content type it claims, without parameters and in lower case.
    pub content_type: Option<String>,
}

impl std::fmt::Debug for PublicFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PublicFile")
            .field("bytes", &self.bytes.len())
            .field("content_type", &self.content_type)
            .finish()
    }
}

impl Client {
    /// Downloads a film from its `download_url`, or the rest of it.
    ///
    /// Such an address is given once, is good for a day and for a few downloads; nothing is asked for again by itself.
    /// It has to be https and at a public address, unless this client's own server is on this machine and the file is
    /// too. Proxies aren't used, redirects not followed, and the key isn't sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an address that isn't asked, [`ErrorKind::Api`] for what the server answers with:
    /// 403, 404 or 410 where it has been too long; else what any call may fail with.
    pub async fn download(&self, url: &str, resume: Option<&Resume>) -> Result<Download> {
        if let Some(resume) = resume.filter(|resume| resume.offset > 0) {
            match self.0.download(url, resume.offset, resume.validator.as_deref()).await {
                // Not every server looks at the version: the rest of another file would be put behind the beginning of this.
                Ok(part) if part.offset > 0 && differs(resume, &part) => {}
                Err(error) if error.api().is_some_and(|api| api.status == 416) => {}
                part => return part,
            }
        }
        self.0.download(url, 0, None).await
    }

    /// Has a film deleted from its `download_url`, once it is saved. One that is gone already is no error.
    ///
    /// # Errors
    ///
    /// As [`Client::download`].
    pub async fn forget_download(&self, url: &str) -> Result<()> {
        let (http, url) = self.0.route(url, true, &FORGET)?;
        match self.0.ask(http.delete(url), &FORGET).await {
            Ok(Reply::Body(..)) => Ok(()),
            Ok(Reply::Elsewhere { status, .. }) => {
                Err(Error::new(ErrorKind::Redirected { status }).of(&FORGET))
            }
            Err(error) if error.api().is_some_and(|api| matches!(api.status, 404 | 410)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Fetches a file that others host, such as a character's picture, under the same rules as [`Client::download`],
    /// but for up to three redirects.
    ///
    /// # Errors
    ///
    /// As [`Client::download`], and [`ErrorKind::TooLarge`] for a file of more than `max_bytes`.
    pub async fn fetch_public(&self, url: &str, max_bytes: u64) -> Result<PublicFile> {
        let mut url = url.to_owned();
        let mut may_be_local = true;
        let mut redirects = 0;
        loop {
            let (http, address) = self.0.route(&url, may_be_local, &FETCH)?;
            // Nobody outside sends this client to its own machine.
            may_be_local = may_be_local && is_this_machine(&address);
            match self.0.ask(http.get(address.clone()), &FETCH).await? {
                Reply::Body(body, _) => {
                    let content_type = body.content_type().map(str::to_owned);
                    return Ok(PublicFile { bytes: body.collect(max_bytes).await?, content_type });
                }
                Reply::Elsewhere { status, location } => {
                    redirects += 1;
                    let next = location.and_then(|location| address.join(&location).ok());
                    match next {
                        Some(next) if redirects <= MOST_REDIRECTS => url = next.into(),
                        _ => return Err(Error::new(ErrorKind::Redirected { status }).of(&FETCH)),
                    }
                }
            }
        }
    }
}

/// What a server outside the API answered.
enum Reply {
    Body(Box<Body>, HeaderMap),
    Elsewhere { status: u16, location: Option<String> },
}

impl Shared {
    async fn download(&self, url: &str, from: u64, validator: Option<&str>) -> Result<Download> {
        let (http, url) = self.route(url, true, &DOWNLOAD)?;
        let mut request = http.get(url).header(ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
            if let Some(validator) = validator {
                let validator = HeaderValue::from_str(validator)
                    .map_err(|_| Error::invalid_input("validator", "isn't fit for a header").of(&DOWNLOAD))?;
                request = request.header(IF_RANGE, validator);
            }
        }
        let (body, headers) = match self.ask(request, &DOWNLOAD).await? {
            Reply::Body(body, headers) => (body, headers),
            Reply::Elsewhere { status, .. } => {
                return Err(Error::new(ErrorKind::Redirected { status }).of(&DOWNLOAD));
            }
        };
        let validator = validator_of(&headers);
        if body.receipt().status != 206 {
            return Ok(Download { offset: 0, size: body.content_length(), validator, body: *body });
        }
        match headers::text(&headers, CONTENT_RANGE.as_str()).as_deref().and_then(part_of_file) {
            Some((start, size)) if start == from => {
                Ok(Download { offset: from, size, validator, body: *body })
            }
            _ => Err(Error::unexpected("another part than was asked for", body.content_type()).of(&DOWNLOAD)),
        }
    }

    /// Who asks for an address, where it may be asked.
    fn route(&self, url: &str, may_be_local: bool, operation: &Operation) -> Result<(reqwest::Client, Url)> {
        let refused = |reason| Error::invalid_input("url", reason).of(operation);
        let url = Url::parse(url.trim()).map_err(|_| refused("is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("contains a user name or a password"));
        }
        let speaks_http = matches!(url.scheme(), "http" | "https");
        if may_be_local && speaks_http && is_this_machine(&self.base_url) && is_this_machine(&url) {
            return Ok((self.http.clone(), url));
        }
        if url.scheme() != "https" {
            return Err(refused("isn't https"));
        }
        let is_private = |address: IpAddr| !is_public(address);
        let is_refused = match url.host() {
            Some(Host::Ipv4(address)) => is_private(address.into()),
            Some(Host::Ipv6(address)) => is_private(address.into()),
            // The resolver looks at what a name leads to.
            Some(Host::Domain(_)) => false,
            None => true,
        };
        if is_refused {
            return Err(refused("leads into a private network"));
        }
        Ok((self.outside().map_err(|error| error.of(operation))?, url))
    }

    /// The client for other servers than the API's.
    fn outside(&self) -> Result<reqwest::Client> {
        if let Some(client) = self.outside.get() {
            return Ok(client.clone());
        }
        let client = reqwest::Client::builder()
            .user_agent(self.user_agent.clone())
            .connect_timeout(self.time_limits.connect)
            .redirect(redirect::Policy::none())
            .referer(false)
            .https_only(true)
            // A proxy would look names up by itself, and unchecked.
            .no_proxy()
            .dns_resolver(PublicResolver)
            // A part of a compressed file can't be gone on with.
            .no_gzip()
            .no_brotli()
            .build()
            .map_err(|source| Error::new(ErrorKind::Setup).caused_by(source))?;
        Ok(self.outside.get_or_init(|| client).clone())
    }

    /// Sends one request to a server that isn't the API: neither the API's rate limits nor its breaker count it.
    async fn ask(&self, request: reqwest::RequestBuilder, operation: &Operation) -> Result<Reply> {
        let started = Instant::now();
        let sent = timeout(self.time_limits.first_byte, request.send()).await;
        let elapsed = started.elapsed();
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(source)) if is_not_public(&source) => {
                return Err(Error::invalid_input("url", "leads into a private network").of(operation));
            }
            Ok(Err(source)) => return Err(transport_error(source).of(operation)),
            Err(_) => return Err(Error::new(ErrorKind::Timeout(TimeLimit::FirstByte)).of(operation)),
        };
        let status = response.status().as_u16();
        tracing::debug!(operation = operation.id, status, ms = milliseconds(elapsed), "answered");
        let now = (self.clock)();
        match status {
            200..=299 => {
                let headers = response.headers().clone();
                let row = Row::of(&headers);
                let limits = RateLimitState::read(&row, now);
                let receipt = Receipt::read(operation, status, &row, limits, now, elapsed);
                let body = Body::new(response, receipt, *operation, self.time_limits.between_bytes, started);
                Ok(Reply::Body(Box::new(body), headers))
            }
            400.. => {
                let retry_after = headers::retry_after(response.headers(), now);
                let body = self.error_body(response).await;
                let error = ApiError::read(status, &String::from_utf8_lossy(&body), retry_after);
                Err(Error::new(ErrorKind::Api(Box::new(error))).of(operation))
            }
            _ => Ok(Reply::Elsewhere {
                status,
                location: response
                    .headers()
                    .get(LOCATION)
                    .and_then(|location| location.to_str().ok())
                    .map(str::to_owned),
            }),
        }
    }
}

/// Whether a part is surely of another version than what there is. A tag and a date can't be held against each other.
fn differs(resume: &Resume, part: &Download) -> bool {
    let (Some(known), Some(told)) = (&resume.validator, &part.validator) else { return false };
    known.starts_with('"') == told.starts_with('"') && known != told
}

/// By what a server knows a version of a file. A weak tag doesn't promise the same bytes.
fn validator_of(headers: &HeaderMap) -> Option<String> {
    headers::text(headers, ETAG.as_str())
        .filter(|tag| !tag.starts_with("W/"))
        .or_else(|| headers::text(headers, LAST_MODIFIED.as_str()))
}

/// Where a part begins, and how large the whole file is: of `bytes 100-199/200` it is 100 and 200.
fn part_of_file(content_range: &str) -> Option<(u64, Option<u64>)> {
    let (range, size) = content_range.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.trim().parse().ok()?, size.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("bytes 100-199/200", Some((100, Some(200))))]
    #[case("bytes 0-9/*", Some((0, None)))]
    #[case("bytes */200", None)]
    #[case("items 1-2/3", None)]
    #[case("bytes", None)]
    fn a_part_tells_where_it_begins(#[case] value: &str, #[case] part: Option<(u64, Option<u64>)>) {
        assert_eq!(part_of_file(value), part);
    }

    #[test]
    fn a_weak_tag_is_no_promise() {
        let read = |pairs: &[(reqwest::header::HeaderName, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
            validator_of(&headers.collect())
        };
        assert_eq!(read(&[(ETAG, "\"a\""), (LAST_MODIFIED, "then")]).as_deref(), Some("\"a\""));
        assert_eq!(read(&[(ETAG, "W/\"a\""), (LAST_MODIFIED, "then")]).as_deref(), Some("then"));
        assert_eq!(read(&[]), None);
    }
}
