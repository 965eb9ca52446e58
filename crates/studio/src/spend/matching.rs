//! Which work a charge is for, and what that means for work of which nobody knew what became of it.
//!
//! Where both bear an id, they are brought together by it. Else model, time and amount decide: it stays a guess, and is none where
//! two jobs fit one charge, or more charges fit a job than it can have cost. Only the ids and the user's word make a charge
//! certain.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp, ToSpan};
use rust_decimal::Decimal;
use store::{Charge, JobId, JobState, MatchHow, SentJob, Settled};

use super::{
    sku::{Sku, SkuReader, spelled},
    view::{ChargeCandidate, ChargeKind, ChargeView},
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    events::AppEvent,
    jobs::view::kind_of,
    money::{Currency, Money, usd},
};

/// Two clocks differ by so much, and Venice books a moment after it answers.
const SLACK: SignedDuration = SignedDuration::from_secs(15);
/// An answer that was lost may have been worked on for so long.
const LOST: SignedDuration = SignedDuration::from_mins(30);
/// Work at the provider is booked when it is taken on or when it is done.
const REMOTE: SignedDuration = SignedDuration::from_hours(2);
/// Without a charge for so long, there surely is none: the longest that charges come late.
const GRACE_HOURS: i64 = 24;
/// Work that the user may choose from was sent so long before a charge, or after it.
const CHOICE: SignedDuration = SignedDuration::from_hours(3);
/// Charges so long before those that are new are guessed at anew.
const BEFORE_HOURS: i64 = 24;
/// Work that was sent so long before a charge may still be what it is for.
const RUNS_HOURS: i64 = 48;
const MOST_CANDIDATES: usize = 50;

impl Studio {
    /// Brings charges that came since a moment together with their work, and settles what that tells.
    pub(super) async fn match_charges(&self, account: &str, since: Timestamp) -> Result<()> {
        let since = since.checked_sub(BEFORE_HOURS.hours()).unwrap_or(Timestamp::UNIX_EPOCH);
        let reader = self.sku_reader().await?;
        let (id, now) = (account.to_owned(), Timestamp::now());
        let began = since.checked_sub(RUNS_HOURS.hours()).unwrap_or(since);
        self.store(move |store| {
            let charges = store.charges();
            let mut jobs = Vec::new();
            for payer in payers_of(&charges.ledgers()?, &id) {
                charges.match_by_id(&id, &payer, since)?;
                jobs.extend(charges.sent_jobs(&payer, began, now)?);
            }
            let mut fitting: Vec<(usize, Charge)> = Vec::new();
            for (place, job) in jobs.iter().enumerate().filter(|(_, job)| may_be_guessed(job)) {
                let (from, to) = window(job);
                let near = charges.between(&id, from, to)?.into_iter().filter(is_free);
                let near = near.filter(|charge| fits(job, charge, &reader.read(&charge.said.sku)));
                fitting.extend(near.map(|charge| (place, charge)));
            }
            // What is older counts beside it, and stays as it is.
            let fresh: HashSet<i64> = fitting
                .iter()
                .filter(|(_, charge)| charge.said.at >= since)
                .map(|(_, charge)| charge.row)
                .collect();
            let mut guesses = guesses(&jobs, fitting);
            guesses.retain(|(row, _)| fresh.contains(row));
            charges.replace_guesses(&id, since, guesses)
        })
        .await?;
        self.settle_by_ledger(account, since).await
    }

    /// Writes down what the ledger tells of jobs: their charge where it is certain, and of unknown ones what became of them.
    async fn settle_by_ledger(&self, account: &str, since: Timestamp) -> Result<()> {
        let reader = self.sku_reader().await?;
        let (id, now) = (account.to_owned(), Timestamp::now());
        self.store(move |store| {
            let charges = store.charges();
            let ledgers = charges.ledgers()?;
            let ledger = ledgers.iter().find(|ledger| ledger.account == id && is_whole(ledger));
            let complete = ledger.and_then(|ledger| ledger.complete_to);
            let over = complete.and_then(|to| to.checked_sub(GRACE_HOURS.hours()).ok());
            let mut settled: Vec<Settled> = Vec::new();
            for payer in payers_of(&ledgers, &id) {
                let mut sums: HashMap<JobId, Vec<store::JobSum>> = HashMap::new();
                for sum in charges.sums_of_jobs(&payer, since)? {
                    sums.entry(sum.job).or_default().push(sum);
                }
                let ids: Vec<JobId> = sums.keys().copied().collect();
                settled.extend(charges.jobs(&ids)?.iter().filter_map(|job| found(job, sums.get(&job.id)?)));
                for job in charges.doubtful_jobs(&payer, now)? {
                    let ended = job.finished_at.unwrap_or(job.sent_at).max(job.sent_at);
                    let is_over = over.is_some_and(|over| ended < over);
                    // It is said once.
                    let is_settled = job.state == JobState::Cancelled && is_known_free(&job);
                    if is_settled || !charges.of_jobs(&[job.id])?.is_empty() {
                        continue;
                    }
                    let (from, to) = window(&job);
                    // What the provider took on is asked for there.
                    let is_absent = is_over
                        && !job.is_remote
                        && !charges.between(&id, from, to)?.iter().any(|charge| {
                            may_have_paid(&job, charge, &reader.read(&charge.said.sku), &reader)
                        });
                    if is_absent {
                        settled.push(absent(&job));
                    } else {
                        settled.extend(doubtful(&job));
                    }
                }
            }
            charges.settle(settled)
        })
        .await?;
        self.budgets_changed();
        Ok(())
    }

    /// The work that a charge may be for, the nearest in time first.
    pub async fn charge_candidates(&self, charge: String) -> Result<Vec<ChargeCandidate>> {
        let row = row_of(&charge)?;
        self.store(move |store| {
            let Some(charge) = store.charges().rows(&[row])?.pop() else {
                return Err(store::Error::NotFound { what: "charge", id: row.to_string() });
            };
            let at = charge.said.at;
            let mut jobs = Vec::new();
            for payer in payers_of(&store.charges().ledgers()?, &charge.account) {
                jobs.extend(store.charges().sent_jobs(&payer, at - CHOICE, at + CHOICE)?);
            }
            let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
            let matched = store.charges().of_jobs(&ids)?;
            let mut candidates: Vec<(SignedDuration, ChargeCandidate)> = jobs
                .into_iter()
                .map(|job| {
                    let ended = job.finished_at.unwrap_or(job.sent_at);
                    let away = at.duration_since(job.sent_at).abs().min(at.duration_since(ended).abs());
                    let of_job =
                        |other: &Charge| matches!(other.matched, Some((Some(id), _)) if id == job.id);
                    let candidate = ChargeCandidate {
                        has_charges: matched.iter().any(|other| other.row != row && of_job(other)),
                        job: job.id.to_string(),
                        kind: kind_of(&job.kind),
                        title: job.title,
                        model: job.model,
                        sent_at: job.sent_at.to_string(),
                        estimate: job.estimate,
                    };
                    (away, candidate)
                })
                .collect();
            candidates.sort_by_key(|(away, _)| *away);
            Ok(candidates.into_iter().take(MOST_CANDIDATES).map(|(_, candidate)| candidate).collect())
        })
        .await
    }

    /// The user says what a charge is for, or that it is for none of ours; the word stays.
    pub async fn match_charge(&self, charge: String, job: Option<String>) -> Result<ChargeView> {
        let row = row_of(&charge)?;
        let job: Option<JobId> =
            job.map(|job| job.parse().map_err(|_| AppError::not_found("job"))).transpose()?;
        let (account, at) = self
            .store(move |store| {
                let charges = store.charges();
                // What an answer told is known to be its job's.
                let of_history = |charge: &Charge| charge.said.source == store::ChargeSource::History;
                let Some(charge) = charges.rows(&[row])?.pop().filter(of_history) else {
                    return Err(store::Error::NotFound { what: "charge", id: row.to_string() });
                };
                if let Some(job) = job {
                    store.jobs().get(job)?;
                }
                charges.match_by_user(row, job)?;
                let before = charge
                    .matched
                    .as_ref()
                    .and_then(|(before, how)| before.filter(|_| *how != MatchHow::Guess));
                if let Some(before) = before.filter(|before| Some(*before) != job)
                    && charges.of_jobs(&[before])?.is_empty()
                {
                    // Nothing is known any more of what it did cost.
                    let jobs = charges.jobs(&[before])?;
                    charges.settle(jobs.iter().map(taken_back).collect())?;
                }
                Ok((charge.account, charge.said.at))
            })
            .await?;
        self.settle_by_ledger(&account, at.checked_sub(BEFORE_HOURS.hours()).unwrap_or(at)).await?;
        self.tell(AppEvent::SpendChanged);
        let mut views = self.charge_views(vec![row]).await?;
        views.pop().ok_or_else(|| AppError::not_found("charge"))
    }
}

/// Whether nothing is known to be missing in a history.
fn is_whole(ledger: &store::Ledger) -> bool {
    let differs = ledger.differences.as_ref().and_then(serde_json::Value::as_array);
    ledger.has_history
        && ledger.problem.is_none()
        && ledger.unread.is_none()
        && differs.is_none_or(Vec::is_empty)
}

/// The accounts whose work is charged for in the history of one: itself, and those that the same pays for.
fn payers_of(ledgers: &[store::Ledger], account: &str) -> Vec<String> {
    let covered = ledgers.iter().filter(|ledger| ledger.covered_by.as_deref() == Some(account));
    let mut payers = vec![account.to_owned()];
    payers.extend(covered.map(|ledger| ledger.account.clone()));
    payers
}

pub(super) fn row_of(charge: &str) -> Result<i64> {
    charge.parse().map_err(|_| AppError::not_found("charge"))
}

/// Whether only a guess can find the charges of a job.
fn may_be_guessed(job: &SentJob) -> bool {
    match job.state {
        JobState::Saved | JobState::Ready | JobState::Unknown | JobState::Accepted => true,
        JobState::Cancelled => !is_known_free(job),
        JobState::Failed => job.arrived,
        JobState::Planned | JobState::Sent => false,
    }
}

/// Whether a job surely wasn't charged, though it was sent.
fn is_known_free(job: &SentJob) -> bool {
    let said = job.problem.as_deref();
    said.is_some_and(|code| code == Code::NotTaken.as_str() || code == Code::NotCharged.as_str())
}

/// Whether a charge can be guessed at: nobody knows better.
fn is_free(charge: &Charge) -> bool {
    let open = charge.matched.as_ref().is_none_or(|(_, how)| *how == MatchHow::Guess);
    open && charge.said.source == store::ChargeSource::History
}

/// Whether a charge of a job's time may be for it after all: then nobody can say that it wasn't charged. A price may have changed,
/// and a model may be called otherwise than it was asked for; what another job is the best guess for is left out unless all of it
/// fits this one too.
fn may_have_paid(job: &SentJob, charge: &Charge, sku: &Sku, models: &SkuReader) -> bool {
    match &charge.matched {
        Some((_, MatchHow::Guess)) => fits(job, charge, sku),
        Some(_) => false,
        None => {
            let is_alias = || job.model.as_deref().is_some_and(|model| !models.knows(model));
            (sku.kind == ChargeKind::Other || kinds_of(job).contains(&sku.kind))
                && (sku.model.is_none() || is_same_model(job, sku) || is_alias())
        }
    }
}

/// When a job can have been charged.
fn window(job: &SentJob) -> (Timestamp, Timestamp) {
    let ended = job.finished_at.unwrap_or(job.sent_at).max(job.sent_at);
    let remote = matches!(job.kind.as_str(), crate::jobs::remote::FILM | crate::jobs::remote::MUSIC);
    let patience = match job.state {
        _ if remote => REMOTE,
        JobState::Unknown | JobState::Cancelled => LOST,
        _ => SLACK,
    };
    // When an answer was lost is noticed at the next start, perhaps days later.
    let end = if remote || job.arrived {
        ended + patience
    } else {
        job.sent_at.max(ended.min(job.sent_at + LOST)) + patience
    };
    (job.sent_at - SLACK, end)
}

/// Whether a job was under way at a moment, by the clock of this machine. Of an answer that was lost nobody knows how long it was.
fn was_under_way(job: &SentJob, at: Timestamp) -> bool {
    let (_, latest) = window(job);
    let ended = if job.arrived { job.finished_at.unwrap_or(latest) } else { latest };
    job.sent_at <= at && at <= ended
}

/// Whether model, kind and amount of a charge are those of a job.
fn fits(job: &SentJob, charge: &Charge, sku: &Sku) -> bool {
    // Where both have one, and it isn't the same, they are two things.
    if let (Some(theirs), Some(ours)) = (&charge.said.request_id, &job.answer_id)
        && theirs != ours
    {
        return false;
    }
    kinds_of(job).contains(&sku.kind) && is_same_model(job, sku) && amount_fits(job, charge, sku)
}

/// What kinds of charges a job can have.
fn kinds_of(job: &SentJob) -> &'static [ChargeKind] {
    match job.operation.as_str() {
        "createChatCompletion" | "createResponse" => &[ChargeKind::Chat, ChargeKind::Web],
        "createEmbedding" => &[ChargeKind::Embedding],
        "generateImage"
        | "simpleGenerateImage"
        | "editImage"
        | "multiEditImage"
        | "upscaleImage"
        | "backgroundRemoveImage" => &[ChargeKind::Image, ChargeKind::Web],
        "queueVideo" => &[ChargeKind::Film],
        "queueAudio" => &[ChargeKind::Music, ChargeKind::Speech],
        "createSpeech" | "createClonedVoice" => &[ChargeKind::Speech],
        "createTranscription" | "createVideoTranscription" => &[ChargeKind::Transcription],
        "webSearch" | "webScrape" | "createTextParser" => &[ChargeKind::Web],
        _ => &[ChargeKind::Other],
    }
}

fn is_same_model(job: &SentJob, sku: &Sku) -> bool {
    match (&job.model, &sku.model) {
        // A feature may be asked for behind the model's id.
        (Some(ours), Some(theirs)) => {
            spelled(ours.split_once(':').map_or(ours, |(id, _)| id)) == spelled(theirs)
        }
        (None, _) => true,
        (Some(_), None) => sku.kind == ChargeKind::Web,
    }
}

/// Whether a charge is what the work was expected to cost, all of it or that of one of its results. Of tokens nobody knows
/// before how many they are; what is searched besides has its own row.
fn amount_fits(job: &SentJob, charge: &Charge, sku: &Sku) -> bool {
    let by_tokens = sku.measure == "mtoken" || sku.kind == ChargeKind::Web;
    let Some(estimate) = job.estimate else { return true };
    let value = value_in(charge, estimate.currency).abs();
    by_tokens || value == estimate.amount || value * Decimal::from(job.wanted.max(1)) == estimate.amount
}

/// What a charge comes to in the currency of an estimate. A charge tells the price of a unit in dollars whatever it was paid in.
fn value_in(charge: &Charge, currency: Currency) -> Decimal {
    let same = charge.said.currency == currency.as_str();
    match (charge.said.units, charge.said.price) {
        (Some(units), Some(price)) if !same && currency == Currency::Usd => (units * price).normalize(),
        _ => charge.said.amount,
    }
}

/// Of all that fit, those of which there is no doubt beside that of any guess.
///
/// One after the other is how most work is done: a charge of a moment in which some of it was under way is for that, and not for what
/// ended or began just beside it. The slack is for charges of moments between them.
fn guesses(jobs: &[SentJob], mut fitting: Vec<(usize, Charge)>) -> Vec<(i64, JobId)> {
    let meanwhile = |(place, charge): &(usize, Charge)| was_under_way(&jobs[*place], charge.said.at);
    let exact: HashSet<i64> =
        fitting.iter().filter(|fit| meanwhile(fit)).map(|(_, charge)| charge.row).collect();
    fitting.retain(|fit| !exact.contains(&fit.1.row) || meanwhile(fit));
    let mut of_charge: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let mut of_job: BTreeMap<usize, Vec<Charge>> = BTreeMap::new();
    for (place, charge) in fitting {
        of_charge.entry(charge.row).or_default().push(place);
        of_job.entry(place).or_default().push(charge);
    }
    let mut guesses = Vec::new();
    for (place, charges) in of_job {
        let job = &jobs[place];
        // What fits another job too says nothing, and leaves nothing certain of this one.
        if charges.iter().any(|charge| of_charge[&charge.row].len() > 1) || !adds_up(job, &charges) {
            continue;
        }
        guesses.extend(charges.iter().map(|charge| (charge.row, job.id)));
    }
    guesses
}

/// Whether all these charges together can be those of one job: a result is charged once. What was given back counts less.
fn adds_up(job: &SentJob, charges: &[Charge]) -> bool {
    let Some(estimate) = job.estimate else {
        // Without a price, each thing is bought once.
        let mut bought: Vec<&str> = charges
            .iter()
            .filter(|charge| charge.said.amount > Decimal::ZERO)
            .map(|charge| charge.said.sku.as_str())
            .collect();
        let all = bought.len();
        bought.sort_unstable();
        bought.dedup();
        return bought.len() == all;
    };
    let is_token =
        |charge: &&Charge| charge.said.sku.ends_with("-mtoken") || charge.said.sku.contains("web-");
    let tokens: Vec<&Charge> = charges.iter().filter(is_token).collect();
    let mut kinds: Vec<&str> = tokens.iter().map(|charge| charge.said.sku.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let whole: Decimal = charges
        .iter()
        .filter(|charge| !is_token(charge))
        .map(|charge| value_in(charge, estimate.currency))
        .sum();
    kinds.len() == tokens.len() && whole <= estimate.amount
}

/// What the charges of a job tell of it; none where that is known already, or where they are of several currencies.
fn found(job: &SentJob, sums: &[store::JobSum]) -> Option<Settled> {
    let [sum] = sums else { return None };
    let currency = match sum.currency.as_str() {
        "usd" => Currency::Usd,
        "diem" => Currency::Diem,
        "credits" => Currency::Credits,
        _ => return None,
    };
    let money = Money { amount: sum.amount.max(Decimal::ZERO).normalize(), currency };
    let open = matches!(job.state, JobState::Planned | JobState::Sent | JobState::Accepted | JobState::Ready);
    if open || (job.charged == Some(money) && job.state != JobState::Unknown) {
        return None;
    }
    let certain = !sum.guessed;
    if job.state != JobState::Unknown {
        // Where it was said to be free that isn't true any more: what was lost is lost again, and what was stopped stays that.
        let was_free = is_known_free(job) || job.problem.as_deref() == Some(Code::ChargeFound.as_str());
        let is_lost_again = was_free && job.state == JobState::Failed;
        // A guess changes nothing of what is known.
        return certain.then(|| Settled {
            job: job.id,
            from: job.state,
            to: if is_lost_again { JobState::Unknown } else { job.state },
            charged: Some(Some(money)),
            held: Some(money),
            error: if was_free { charge_found(money) } else { None },
        });
    }
    let code = if certain { Code::ChargeFound } else { Code::ChargeLikely };
    if job.problem.as_deref() == Some(code.as_str()) && (!certain || job.charged == Some(money)) {
        return None;
    }
    let error = if certain {
        charge_found(money)
    } else {
        let likely = AppError::new(
            code,
            "Venice most likely charged for this: a charge of its time, model and price is in the history. Its answer is lost.",
            "Look at the charge in Spend before you send it again.",
        );
        with_money(likely, money)
    };
    Some(Settled {
        job: job.id,
        from: JobState::Unknown,
        to: JobState::Unknown,
        charged: certain.then_some(Some(money)),
        held: Some(money),
        error,
    })
}

fn charge_found(money: Money) -> Option<serde_json::Value> {
    let error = AppError::new(
        Code::ChargeFound,
        "Venice charged for this, and its answer is lost.",
        "Sent again, it is charged again.",
    );
    with_money(error, money)
}

fn with_money(error: AppError, money: Money) -> Option<serde_json::Value> {
    let error = error.param("amount", money.amount).param("currency", money.currency.as_str());
    serde_json::to_value(error).ok()
}

/// A job in doubt of which a charge was found that isn't its any more: nobody knows again.
fn doubtful(job: &SentJob) -> Option<Settled> {
    let said = job.problem.as_deref()?;
    if said != Code::ChargeFound.as_str() && said != Code::ChargeLikely.as_str() {
        return None;
    }
    let error = AppError::new(
        Code::ChargedUnknown,
        "The answer is lost, and the charge that seemed to be for it is for something else.",
        "It may have been charged: look at the charges in Spend before you send it again.",
    );
    Some(Settled { error: serde_json::to_value(error).ok(), ..taken_back(job) })
}

/// A job whose only charge turned out to be another's.
fn taken_back(job: &SentJob) -> Settled {
    Settled {
        job: job.id,
        from: job.state,
        to: job.state,
        charged: Some(None),
        held: job.estimate,
        error: None,
    }
}

/// A job that nobody charged for in all the time they could have. What was stopped stays that.
fn absent(job: &SentJob) -> Settled {
    let error = AppError::new(
        Code::NotCharged,
        "Venice didn't charge for this: its history of a day later has no such charge.",
        "It can be sent again.",
    );
    Settled {
        job: job.id,
        from: job.state,
        to: if job.state == JobState::Cancelled { JobState::Cancelled } else { JobState::Failed },
        // What its message was reckoned to cost it didn't.
        charged: job.charged.is_none().then_some(None),
        held: Some(Money { amount: Decimal::ZERO, ..job.estimate.unwrap_or(usd(Decimal::ZERO)) }),
        error: serde_json::to_value(error).ok(),
    }
}

#[cfg(test)]
mod tests;
