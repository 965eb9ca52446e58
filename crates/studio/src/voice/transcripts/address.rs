//! The words of a film on `YouTube`: one request, no times, and a price that only the ledger tells.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Job, JobBatch, JobId, Transcript, TranscriptId, TranscriptPiece};
use url::Url;
use venice::{Request as _, video::CreateVideoTranscription};

use super::{
    KIND,
    view::{TranscribeEstimate, TranscriptSummary},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    jobs::Parcel,
    pictures::{estimate::Expected, start::price_changed},
    pricing::Price,
};

/// What a job for an address asks for, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct AddressRequest {
    pub transcript: TranscriptId,
    pub url: String,
}

impl AddressRequest {
    pub(super) fn parcel(&self) -> Parcel {
        Parcel::of(CreateVideoTranscription::new(&self.url))
    }
}

impl Studio {
    /// What the words of a film on `YouTube` cost.
    pub async fn estimate_address(&self, url: String) -> Result<TranscribeEstimate> {
        let payer = self.selected_payer().await?;
        let problem = match film_address(&url) {
            Ok(_) => self.over_limit(&payer, &Price::default()).await?,
            Err(problem) => Some(problem),
        };
        Ok(TranscribeEstimate {
            amount: None,
            length_ms: 0,
            pieces: 1,
            account: payer.id,
            pretend: payer.pretend,
            problem,
        })
    }

    /// The words of a film on `YouTube`.
    pub async fn transcribe_address(&self, url: String, expected: Expected) -> Result<TranscriptSummary> {
        let address = film_address(&url)?;
        let payer = self.selected_payer().await?;
        if payer.id != expected.account || expected.amount.is_some() {
            return Err(price_changed());
        }
        let studio = self.agreeing(&expected.over_budgets);
        studio.may_spend(&payer, &Price::default(), 1, false).await?;
        let now = Timestamp::now();
        let transcript = Transcript {
            url: Some(address.to_string()),
            account: Some(payer.id.clone()),
            ..Transcript::new(TranscriptId::new(now), &title(&address), serde_json::Value::Null, now)
        };
        let id = transcript.id;
        {
            let transcript = transcript.clone();
            self.store(move |store| store.transcripts().insert(transcript)).await?;
        }
        if let Err(error) = studio.send_address(payer, transcript).await {
            self.note_problem(id, error.clone()).await?;
            return Err(error);
        }
        self.transcript_summary(id).await
    }

    /// Writes the one job of an address down, and sends it. Nothing of it was sent before.
    pub(super) async fn send_address(&self, payer: Payer, transcript: Transcript) -> Result<JobId> {
        let url = transcript.url.clone().ok_or_else(|| AppError::not_found("address"))?;
        let request = AddressRequest { transcript: transcript.id, url };
        let job = job_of_address(&payer, &transcript, &request)?;
        let id = job.id;
        let piece = TranscriptPiece { job: Some(id), ..TranscriptPiece::default() };
        let written = {
            let job = job.clone();
            move |store: &store::Store, limits: &[store::Limit]| {
                store.transcripts().cut(transcript, vec![piece], vec![job], limits)
            }
        };
        self.write_within(&payer, &Price::default(), 1, written).await?;
        self.set_off(job, payer, request.parcel(), None);
        Ok(id)
    }
}

/// The job of an address, not written down yet.
pub(super) fn job_of_address(
    payer: &Payer,
    transcript: &Transcript,
    request: &AddressRequest,
) -> Result<Job> {
    let now = Timestamp::now();
    let json = serde_json::to_value(request).map_err(AppError::internal)?;
    let operation = CreateVideoTranscription::OPERATION.id;
    let mut job = Job::new(JobId::new(now), KIND, &payer.id, operation, json, now);
    job.title.clone_from(&transcript.title);
    job.pretend = payer.pretend;
    job.batch = Some(JobBatch { id: transcript.id.to_string(), index: 0, of: 1 });
    Ok(job)
}

/// The address of a film on `YouTube`, and of nothing else.
fn film_address(typed: &str) -> Result<Url> {
    let typed = typed.trim();
    // What is copied from elsewhere often comes without it.
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&whole).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(|url| film_id(url).is_some()).ok_or_else(|| {
        AppError::new(
            Code::NotAFilmAddress,
            "This isn't the address of a film on YouTube.",
            "Paste the address of one film, such as https://www.youtube.com/watch?v=…",
        )
    })
}

fn film_id(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
    let mut segments = url.path_segments()?;
    let id = match host {
        "youtu.be" => segments.next()?.to_owned(),
        "youtube.com" | "music.youtube.com" | "youtube-nocookie.com" => match segments.next()? {
            "watch" => url.query_pairs().find(|(name, _)| name == "v")?.1.into_owned(),
            "shorts" | "embed" | "live" | "v" => segments.next()?.to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    let fits = (6..=20).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then_some(id)
}

fn title(url: &Url) -> String {
    format!("YouTube {}", film_id(url).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_films_of_youtube_are_taken() {
        for typed in [
            " https://www.youtube.com/watch?v=dQw4w9WgXcQ ",
            "youtu.be/dQw4w9WgXcQ?si=a",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
            "http://youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=3",
        ] {
            let url = film_address(typed).unwrap();
            assert_eq!(title(&url), "YouTube dQw4w9WgXcQ", "{typed}");
        }
        for typed in [
            "",
            "a film",
            "https://vimeo.com/1",
            "https://www.youtube.com/",
            "ftp://youtu.be/dQw4w9WgXcQ",
            "https://youtu.be/a b",
            "https://youtube.com.example/watch?v=dQw4w9WgXcQ",
            "https://youtube.com@films.example/watch?v=dQw4w9WgXcQ",
            "file:///etc/passwd",
        ] {
            assert_eq!(film_address(typed).unwrap_err().code, "not_a_film_address", "{typed}");
        }
    }
}
