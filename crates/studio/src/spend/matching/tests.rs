use rstest::rstest;
use serde_json::json;
use store::{ChargeSource, NewCharge};

use super::{super::sku::SkuReader, *};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn usd(amount: &str) -> Money {
    Money { amount: amount.parse().unwrap(), currency: Currency::Usd }
}

fn job(n: u128, sent: i64) -> SentJob {
    SentJob {
        id: JobId(uuid::Uuid::from_u128(n)),
        kind: "make".into(),
        state: JobState::Saved,
        account: "a".into(),
        operation: "generateImage".into(),
        title: String::new(),
        model: Some("z-image-turbo".into()),
        wanted: 1,
        estimate: Some(usd("0.01")),
        charged: None,
        settled: None,
        sent_at: at(sent),
        finished_at: Some(at(sent + 4)),
        answer_id: None,
        arrived: true,
        problem: None,
        is_remote: false,
        conversation: None,
    }
}

fn charge(row: i64, second: i64, amount: &str) -> Charge {
    Charge {
        row,
        account: "a".into(),
        pretend: false,
        said: NewCharge {
            at: at(second),
            source: ChargeSource::History,
            sku: "z-image-turbo-image-unit".into(),
            amount: amount.parse().unwrap(),
            currency: "usd".into(),
            units: Some(Decimal::ONE),
            price: Some(amount.parse().unwrap()),
            request_id: None,
            notes: None,
        },
        matched: None,
    }
}

fn reader() -> SkuReader {
    let model =
        serde_json::from_value(json!({"id": "z-image-turbo", "type": "image", "model_spec": {}})).unwrap();
    SkuReader::new([&model])
}

/// The guesses at charges, by the numbers of the jobs.
fn guess(jobs: &[SentJob], charges: &[Charge]) -> Vec<(i64, u128)> {
    let reader = reader();
    let mut fitting = Vec::new();
    for (place, job) in jobs.iter().enumerate() {
        let (from, to) = window(job);
        let near = charges.iter().filter(|charge| charge.said.at >= from && charge.said.at < to);
        let near = near.filter(|charge| fits(job, charge, &reader.read(&charge.said.sku)));
        fitting.extend(near.map(|charge| (place, charge.clone())));
    }
    guesses(jobs, fitting).into_iter().map(|(row, job)| (row, job.0.as_u128())).collect()
}

#[test]
fn one_charge_and_one_job_are_a_guess() {
    assert_eq!(
        guess(&[job(1, 0), job(2, 100)], &[charge(7, 3, "0.01"), charge(8, 103, "0.01")]),
        [(7, 1), (8, 2)]
    );
}

#[test]
fn two_jobs_that_fit_are_no_guess() {
    assert_eq!(guess(&[job(1, 0), job(2, 2)], &[charge(7, 3, "0.01")]), []);
}

#[test]
fn one_after_the_other_each_is_charged_while_it_is_made() {
    let jobs = [job(1, 0), job(2, 6), job(3, 12)];
    let charges = [charge(7, 2, "0.01"), charge(8, 8, "0.01"), charge(9, 15, "0.01")];
    assert_eq!(guess(&jobs, &charges), [(7, 1), (8, 2), (9, 3)]);
    // A clock that is ahead moves them all: two fall on one, and nothing is known.
    let late = [charge(7, 7, "0.01"), charge(8, 13, "0.01"), charge(9, 20, "0.01")];
    assert!(!guess(&jobs, &late).contains(&(9, 1)), "never on what was long over");
    let between = [charge(7, 5, "0.01")];
    assert_eq!(guess(&jobs, &between), [], "beside two of them");
}

#[test]
fn an_answer_that_was_lost_may_have_been_charged_all_the_while() {
    let lost = SentJob { state: JobState::Unknown, arrived: false, ..job(1, 0) };
    assert_eq!(guess(&[lost, job(2, 6)], &[charge(7, 8, "0.01")]), []);
}

#[test]
fn more_charges_than_a_job_can_have_cost_are_no_guess() {
    assert_eq!(guess(&[job(1, 0)], &[charge(7, 2, "0.01"), charge(8, 3, "0.01")]), []);
    // Two of four results, each with its own row, are less than all of them.
    let four = SentJob { wanted: 4, estimate: Some(usd("0.04")), ..job(1, 0) };
    assert_eq!(guess(&[four], &[charge(7, 2, "0.01"), charge(8, 3, "0.01")]), [(7, 1), (8, 1)]);
}

#[rstest]
#[case::another_amount(|charge: &mut Charge| charge.said.amount = "0.02".parse().unwrap())]
#[case::another_model(|charge: &mut Charge| charge.said.sku = "other-image-unit".into())]
#[case::another_kind(|charge: &mut Charge| charge.said.sku = "z-image-turbo-llm-input-mtoken".into())]
#[case::too_early(|charge: &mut Charge| charge.said.at = at(-60))]
#[case::too_late(|charge: &mut Charge| charge.said.at = at(60))]
fn what_does_not_fit_is_no_guess(#[case] change: fn(&mut Charge)) {
    let mut other = charge(7, 3, "0.01");
    change(&mut other);
    // The kind of a listed model is the model's.
    if other.said.sku.ends_with("mtoken") {
        other.said.sku = "some-text-llm-input-mtoken".into();
    }
    assert_eq!(guess(&[job(1, 0)], &[other]), []);
}

#[test]
fn two_ids_that_differ_are_two_things() {
    let named = SentJob { answer_id: Some("one".into()), ..job(1, 0) };
    let mut other = charge(7, 3, "0.01");
    assert_eq!(guess(std::slice::from_ref(&named), std::slice::from_ref(&other)), [(7, 1)]);
    other.said.request_id = Some("two".into());
    assert_eq!(guess(&[named], &[other]), []);
}

#[test]
fn what_was_paid_in_diem_is_compared_in_dollars() {
    let mut paid = charge(7, 3, "0.013");
    paid.said.currency = "diem".into();
    paid.said.price = Some("0.01".parse().unwrap());
    assert_eq!(guess(&[job(1, 0)], &[paid]), [(7, 1)]);
}

#[test]
fn only_what_is_certain_is_a_jobs_charge() {
    let sum = |amount: &str, guessed| store::JobSum {
        job: job(1, 0).id,
        currency: "usd".into(),
        amount: amount.parse().unwrap(),
        guessed,
    };
    assert_eq!(found(&job(1, 0), &[sum("0.01", true)]), None);
    let settled = found(&job(1, 0), &[sum("0.01", false)]).unwrap();
    assert_eq!((settled.charged, settled.to), (Some(Some(usd("0.01"))), JobState::Saved));
    let given_back = found(&job(1, 0), &[sum("-0.01", false)]).unwrap();
    assert_eq!(given_back.charged, Some(Some(usd("0"))), "nothing is less than free");

    let unknown = SentJob { state: JobState::Unknown, arrived: false, ..job(1, 0) };
    let likely = found(&unknown, &[sum("0.01", true)]).unwrap();
    assert_eq!((likely.charged, likely.to), (None, JobState::Unknown));
    assert_eq!(likely.error.unwrap()["code"], "charge_likely");
    let told = SentJob { problem: Some("charge_likely".into()), ..unknown.clone() };
    assert_eq!(found(&told, &[sum("0.01", true)]), None, "it is said once");
    let sure = found(&told, &[sum("0.01", false)]).unwrap();
    assert_eq!(sure.error.unwrap()["code"], "charge_found");
    let elsewhere = store::JobSum { currency: "EUR".into(), ..sum("1", false) };
    assert_eq!(found(&unknown, &[elsewhere]), None, "a currency we don't know");
    assert_eq!(found(&unknown, &[sum("1", false), sum("2", false)]), None, "two currencies");
}

#[test]
fn what_was_said_to_be_free_and_was_charged_is_said_anew() {
    let sum = |amount: &str, guessed| store::JobSum {
        job: job(1, 0).id,
        currency: "usd".into(),
        amount: amount.parse().unwrap(),
        guessed,
    };
    let free =
        |state, problem: &str| SentJob { arrived: false, problem: Some(problem.into()), state, ..job(1, 0) };
    for (state, to) in [(JobState::Failed, JobState::Unknown), (JobState::Cancelled, JobState::Cancelled)] {
        for problem in ["not_charged", "not_taken"] {
            assert_eq!(found(&free(state, problem), &[sum("0.01", true)]), None, "a guess is no word");
            let settled = found(&free(state, problem), &[sum("0.01", false)]).unwrap();
            assert_eq!((settled.to, settled.charged), (to, Some(Some(usd("0.01")))));
            let error = settled.error.unwrap();
            assert_eq!(
                (&error["code"], &error["params"]["amount"]),
                (&json!("charge_found"), &json!("0.01"))
            );
        }
        let said = SentJob { charged: Some(usd("0.01")), ..free(to, "charge_found") };
        assert_eq!(found(&said, &[sum("0.01", false)]), None, "it is said once");
        let more = found(&said, &[sum("0.02", false)]).unwrap();
        assert_eq!(more.error.unwrap()["params"]["amount"], "0.02");
    }
    let stopped = absent(&free(JobState::Cancelled, "charged_unknown"));
    assert_eq!((stopped.to, stopped.charged), (JobState::Cancelled, Some(None)), "nor did its message");
}

#[test]
fn what_may_have_paid_for_a_job_is_more_than_what_fits_it() {
    let lost = SentJob { state: JobState::Unknown, arrived: false, ..job(1, 0) };
    let paid = |job: &SentJob, charge: &Charge| {
        may_have_paid(job, charge, &reader().read(&charge.said.sku), &reader())
    };
    assert!(paid(&lost, &charge(7, 3, "0.02")), "a price may have changed");
    let mut other = charge(7, 3, "0.01");
    other.said.sku = "other-image-unit".into();
    assert!(!paid(&lost, &other), "another model");
    let alias = SentJob { model: Some("default".into()), ..lost.clone() };
    assert!(paid(&alias, &other), "who knows which that was");
    other.said.sku = "some-text-llm-input-mtoken".into();
    assert!(!paid(&alias, &other), "another kind");
    other.said.sku = "something-new".into();
    assert!(paid(&lost, &other), "nobody knows what that is");
    let guessed = Charge { matched: Some((Some(job(2, 0).id), MatchHow::Guess)), ..charge(7, 3, "0.02") };
    assert!(!paid(&lost, &guessed), "it is another's, as far as anybody can tell");
    let guessed = Charge { said: charge(7, 3, "0.01").said, ..guessed };
    assert!(paid(&lost, &guessed));
    let said = Charge { matched: Some((None, MatchHow::User)), ..charge(7, 3, "0.01") };
    assert!(!paid(&lost, &said), "the user said so");
}

#[test]
fn a_charge_that_was_found_and_is_anothers_leaves_a_doubt() {
    let unknown = |problem: &str| SentJob {
        state: JobState::Unknown,
        problem: Some(problem.into()),
        charged: Some(usd("0.02")),
        ..job(1, 0)
    };
    for problem in ["charge_likely", "charge_found"] {
        let settled = doubtful(&unknown(problem)).unwrap();
        assert_eq!(
            (settled.to, settled.charged, settled.held),
            (JobState::Unknown, Some(None), Some(usd("0.01")))
        );
        assert_eq!(settled.error.unwrap()["code"], "charged_unknown");
    }
    assert_eq!(doubtful(&unknown("charged_unknown")), None, "that is said already");
}

#[test]
fn an_answer_that_was_noticed_to_be_lost_days_later_was_charged_when_it_was_sent() {
    let lost =
        SentJob { state: JobState::Unknown, arrived: false, finished_at: Some(at(5 * 86_400)), ..job(1, 0) };
    let (from, to) = window(&lost);
    assert_eq!(from, at(-15));
    assert!(to <= at(2 * 3_600), "{to}");
}
