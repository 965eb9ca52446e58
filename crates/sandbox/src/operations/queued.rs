//! What films and music in the queue have in common: putting in, asking after, taking out.

use axum::{body::Body, http::StatusCode};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    body::{self, Takes},
    fields::Fields,
    film::Padding,
    moment,
    painting::Words,
    queue::{Fate, Job, Order},
    refusal::Refusal,
    work::Bill,
};

/// Words that are turned down at once.
const FORBIDDEN: &[&str] = &["gore", "gory", "bloody", "nsfw", "naked", "forbidden"];
/// Words that the provider stumbles over when it is done.
const DISLIKED: &[&str] = &["trademark", "celebrity", "logo", "lookalike"];

/// Turns down what nobody makes, with a prompt that would do.
pub(super) fn check_words(prompt: &str) -> Result<(), Refusal> {
    if !Words::read(prompt).say(FORBIDDEN) {
        return Ok(());
    }
    let harmless: Vec<&str> = prompt
        .split_whitespace()
        .filter(|word| !Words::read(word).say(FORBIDDEN))
        .chain(["at", "peace,", "in", "golden", "light"])
        .collect();
    let message = "Your prompt violates the content policy of Venice.ai or the model provider";
    Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "CONTENT_POLICY_VIOLATION", message)
        .saying("suggested_prompt", json!(harmless.join(" "))))
}

/// A job that is to be queued.
pub(super) struct Ticket {
    pub(super) order: Order,
    pub(super) prompt: String,
    /// Whether it is fetched by a link.
    pub(super) link: bool,
    /// How many seconds it takes on average.
    pub(super) takes: f32,
}

/// Charges for a job and queues it; the answer's ids are the job's.
pub(super) async fn enqueue(
    call: &Call,
    model: &'static str,
    bill: Bill,
    ticket: Ticket,
) -> Result<Job, Refusal> {
    let house = &call.house;
    let (id, token) =
        house.draw(|chance| (chance.uuid(), format!("{:016x}{:016x}", chance.next(), chance.next())));
    let (asked, fate) = house.queue.orders(|orders| (orders.seconds, orders.fates.pop_front()));
    let natural = house.next_work_time((ticket.takes * 0.7, ticket.takes * 1.3));
    let takes = asked.map_or(natural.as_millis() as i64, |seconds| (seconds * 1000.0) as i64);
    let stumbles = Words::read(&ticket.prompt).say(DISLIKED);
    let now = Timestamp::now();
    let job = Job {
        id: id.clone(),
        model: model.to_owned(),
        wallet: call.caller.wallet(),
        queued: now,
        ready: now.saturating_add(takes.milliseconds()).unwrap_or(now),
        order: ticket.order,
        fate: fate.unwrap_or(if stumbles { Fate::Refused } else { Fate::Good }),
        token: ticket.link.then_some(token),
        average: (ticket.takes * 1000.0) as u64,
    };
    let named = Call { id, ..call.clone() };
    let (house, kept) = (house.clone(), job.clone());
    // Queued before it is charged: a kill in between costs nobody anything.
    named.paid(bill, move || house.queue.put(kept)).await?;
    Ok(job)
}

struct Asked {
    model: String,
    id: String,
    delete: bool,
    film: bool,
}

impl Asked {
    /// Whether this is the job: an id alone is not enough.
    fn means(&self, job: &Job) -> bool {
        job.model == self.model && job.is_film() == self.film
    }
}

async fn asked(call: &Call, body: Body, kind: &str, deletes: bool) -> Result<Asked, Refusal> {
    call.query().finish()?;
    let mut fields: Fields = body::read(&call.headers, body, Takes::Json, 1 << 16).await?;
    let model = fields.required_text("model", 1..=200);
    let id = fields.required_text("queue_id", 1..=200);
    let delete = deletes && fields.flag("delete_media_on_completion").unwrap_or(false);
    fields.finish()?;
    let model = call.house.catalogue.find(kind, &model).map_or(model, |model| model.id.to_owned());
    Ok(Asked { model, id, delete, film: kind == "video" })
}

/// Answers how a job stands, or with what it made.
pub(super) async fn retrieve(call: Call, body: Body, kind: &str) -> Result<Answer, Refusal> {
    let asked = asked(&call, body, kind, true).await?;
    call.take_turn(&asked.model)?;
    let now = Timestamp::now();
    let queue = &call.house.queue;
    let job = queue
        .find(&asked.id, call.caller.wallet().as_deref(), now)
        .filter(|job| asked.means(job))
        .ok_or_else(|| {
            let message = "Media could not be found. Request may be invalid, expired, or deleted.";
            Refusal::new(StatusCode::NOT_FOUND, "MEDIA_NOT_FOUND", message)
        })?;
    let past = |since: Timestamp| now.as_millisecond() - since.as_millisecond();
    let status = |status: &str, duration: i64| {
        Answer::ok(
            &json!({"status": status, "average_execution_time": job.average, "execution_duration": duration}),
        )
    };
    if now < job.ready {
        return Ok(status("PROCESSING", past(job.queued)));
    }
    if job.fate != Fate::Good {
        refund(&call, &job)?;
        return if job.fate == Fate::Refused && job.is_film() {
            Ok(Answer::json(StatusCode::UNPROCESSABLE_ENTITY, &turned_down()))
        } else if job.fate == Fate::Refused {
            let message = "The model provider rejected this request due to its content policies.";
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "CONTENT_POLICY_VIOLATION", message))
        } else {
            Err(Refusal::broken(
                "INFERENCE_FAILED",
                "Inference processing failed. Credits have been refunded.",
            ))
        };
    }
    if job.token.is_some() {
        return Ok(status("COMPLETED", job.ready.as_millisecond() - job.queued.as_millisecond()));
    }
    let file = queue.work(&job).await?;
    if asked.delete {
        queue.delete(&job.id, call.caller.wallet().as_deref(), |job| asked.means(job))?;
    }
    Ok(if job.is_film() {
        let film = Padding::of(file, queue.orders(|orders| orders.padding));
        Answer::streamed(job.content_type(), film.part(0, film.length()))
    } else {
        Answer::new(StatusCode::OK, job.content_type(), file)
    })
}

fn turned_down() -> Value {
    json!({"error": {
        "message": "The selected model provider rejected this request due to its content policies. Credits have \
            been refunded. Try using wan-2-7-text-to-video instead.",
        "type": "provider_content_policy",
        "recommended_model": "wan-2-7-text-to-video",
        "credits_refunded": true,
    }})
}

/// Gives back what a job cost, once: the ledger knows whether it did.
fn refund(call: &Call, job: &Job) -> Result<(), Refusal> {
    let ledger = &call.house.ledger;
    let now = moment::to_millisecond(Timestamp::now());
    let booked = match job.wallet {
        Some(_) => ledger.refund(&job.id, now).map(|_| ()),
        None => ledger.reverse(&job.id, &call.ray, now).map(|_| ()),
    };
    booked.map_err(|error| {
        tracing::error!(%error, "the ledger can't be written");
        Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its ledger")
    })
}

/// Deletes what a job made.
pub(super) async fn complete(call: Call, body: Body, kind: &str) -> Result<Answer, Refusal> {
    let asked = asked(&call, body, kind, false).await?;
    let success =
        call.house.queue.delete(&asked.id, call.caller.wallet().as_deref(), |job| asked.means(job))?;
    Ok(Answer::ok(&json!({"success": success})))
}
