use jiff::ToSpan;
use serde_json::json;

use super::*;
use crate::testing::{self, Home};
use crate::{Job, JobPatch, JobState, Money};

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn charge(seconds: i64, sku: &str, cost: &str) -> NewCharge {
    NewCharge {
        at: testing::START + seconds.seconds(),
        source: ChargeSource::History,
        sku: sku.into(),
        amount: amount(cost),
        currency: "usd".into(),
        units: Some(amount("1")),
        price: None,
        request_id: None,
        notes: Some("API Inference".into()),
    }
}

fn store() -> Store {
    let store = Home::new().open();
    store.charges().begin("a", "Mine", false).unwrap();
    store
}

fn add(store: &Store, charges: &[NewCharge]) -> u32 {
    let charges = charges.iter().map(|charge| (charge.clone(), 0)).collect();
    store.charges().add("a", charges, LedgerPatch::default()).unwrap()
}

fn total(store: &Store) -> Decimal {
    store.charges().look(|columns| from_fixed(columns.amount.iter().sum())).unwrap()
}

#[test]
fn a_page_that_is_read_again_adds_nothing() {
    let store = store();
    let page = [charge(0, "x", "0.01"), charge(1, "x", "0.01"), charge(1, "y", "0.02")];
    assert_eq!(add(&store, &page), 3);
    assert_eq!(add(&store, &page), 0);
    // Equal in everything, and both were charged.
    let twice = vec![(charge(2, "x", "0.01"), 0), (charge(2, "x", "0.01"), 1)];
    assert_eq!(store.charges().add("a", twice.clone(), LedgerPatch::default()).unwrap(), 2);
    assert_eq!(store.charges().add("a", twice, LedgerPatch::default()).unwrap(), 0);
    assert_eq!(total(&store), amount("0.06"));
}

#[test]
fn sums_are_exact_to_the_last_digit() {
    let store = store();
    let parts = ["0.000000000001", "0.1", "0.2", "-0.3", "7.25", "0.000000009999"];
    let charges: Vec<_> = parts.iter().zip(0..).map(|(part, at)| charge(at, "x", part)).collect();
    add(&store, &charges);
    assert_eq!(total(&store).to_string(), "7.25000001");
    assert_eq!(to_fixed(amount("0.1234567890123456789")), None, "it would not be exact");
    assert_eq!(to_fixed(amount("100000000000000000000")), None, "sums of it would run over");
    let wide = vec![(charge(9, "x", "0.1234567890123456789"), 0)];
    assert!(store.charges().add("a", wide, LedgerPatch::default()).is_err());
    for text in ["0", "-12.5", "0.000000000000000001", "79228162514"] {
        assert_eq!(from_fixed(to_fixed(amount(text)).unwrap()).to_string(), text);
    }
}

#[test]
fn what_comes_late_stands_where_it_belongs_in_memory_as_on_disk() {
    let home = Home::new();
    let store = home.open();
    store.charges().begin("a", "Mine", false).unwrap();
    add(&store, &[charge(0, "x", "1"), charge(10, "x", "2")]);
    let order = |store: &Store| {
        store
            .charges()
            .look(|columns| {
                let amounts = columns.amount.iter().map(|amount| from_fixed(*amount).to_string());
                amounts
                    .zip(columns.sku.iter().map(|sku| columns.skus[*sku as usize].clone()))
                    .collect::<Vec<_>>()
            })
            .unwrap()
    };
    order(&store);
    add(&store, &[charge(5, "late", "3"), charge(20, "x", "4"), charge(-3, "first", "5")]);
    let here = order(&store);
    assert_eq!(here.iter().map(|(amount, _)| amount.as_str()).collect::<Vec<_>>(), ["5", "1", "3", "2", "4"]);
    drop(store);
    assert_eq!(order(&home.open()), here);
}

#[test]
fn how_far_a_walk_has_got_is_kept_with_its_page() {
    let home = Home::new();
    let store = home.open();
    store.charges().begin("a", "Mine", true).unwrap();
    let walk = Walk {
        from: testing::START,
        to: testing::START + 1.hours(),
        cursor: Some("next".into()),
        tail: Some(json!({"at": 3})),
    };
    let patch = LedgerPatch { walk: Some(Some(walk.clone())), ..LedgerPatch::default() };
    store.charges().add("a", vec![(charge(0, "x", "1"), 0)], patch).unwrap();
    drop(store);
    let store = home.open();
    assert_eq!(store.charges().ledgers().unwrap()[0].walk, Some(walk));
    let done = LedgerPatch {
        walk: Some(None),
        complete_to: Some(testing::START + 1.hours()),
        problem: Some(json!({"code": "x"})),
        ..LedgerPatch::default()
    };
    store.charges().note("a", done).unwrap();
    let ledger = store.charges().ledgers().unwrap().remove(0);
    assert_eq!((ledger.walk, ledger.pretend), (None, true));
    assert_eq!(ledger.problem, Some(json!({"code": "x"})));
    let well = LedgerPatch { problem: Some(serde_json::Value::Null), ..LedgerPatch::default() };
    store.charges().note("a", well).unwrap();
    let ledger = store.charges().ledgers().unwrap().remove(0);
    assert_eq!((ledger.problem, ledger.complete_to), (None, Some(testing::START + 1.hours())));
}

fn sent(store: &Store, n: u128, answer: Option<&str>) -> JobId {
    let id = JobId(uuid::Uuid::from_u128(n));
    let job = Job::new(id, "chat", "a", "createChatCompletion", json!({}), testing::START);
    store.jobs().insert(job, Vec::new()).unwrap();
    let patch = JobPatch {
        sent_at: Some(testing::START),
        answer_id: answer.map(str::to_owned),
        ..JobPatch::default()
    };
    store.jobs().advance(id, JobState::Planned, JobState::Sent, patch).unwrap().unwrap();
    id
}

#[test]
fn charges_find_their_work_by_id_and_a_guess_gives_way() {
    let store = store();
    let known = NewCharge { request_id: Some("chatcmpl-1".into()), ..charge(1, "x", "0.5") };
    let refund =
        NewCharge { amount: amount("-0.2"), ..NewCharge { at: known.at + 1.hours(), ..known.clone() } };
    add(&store, &[known, refund, charge(2, "y", "1")]);
    store.charges().look(|_| ()).unwrap();
    let (job, other) = (sent(&store, 1, Some("chatcmpl-1")), sent(&store, 2, None));
    let rows =
        store.charges().look(|columns| columns.row.iter().map(|row| i64::from(*row)).collect::<Vec<_>>());
    let rows = rows.unwrap();
    let (first, last) = (rows[0], rows[1]);
    let since = testing::START - 1.hours();
    assert_eq!(store.charges().replace_guesses("a", since, vec![(first, other), (last, other)]).unwrap(), 2);
    assert_eq!(store.charges().match_by_id("a", "a", since).unwrap(), 2);
    let sums = store.charges().sums_of_jobs("a", since).unwrap();
    assert_eq!(sums.len(), 2);
    assert_eq!((sums[0].job, sums[0].amount, sums[0].guessed), (job, amount("0.3"), false));
    assert!(sums[1].guessed);
    assert_eq!(
        store.charges().replace_guesses("a", since, Vec::new()).unwrap(),
        1,
        "the guess is taken back"
    );
    store.charges().match_by_user(last, None).unwrap();
    assert_eq!(
        store.charges().replace_guesses("a", since, vec![(last, other)]).unwrap(),
        0,
        "the user said so"
    );
    let matched = store.charges().rows(&[first, last]).unwrap();
    assert_eq!(matched[0].matched, Some((Some(job), MatchHow::Id)));
    assert_eq!(matched[1].matched, Some((None, MatchHow::User)));
    let told = |columns: &ChargeColumns| {
        let payers = columns.job.iter().map(|job| columns.job_ledger[*job as usize]);
        (columns.how.clone(), payers.collect::<Vec<_>>())
    };
    let columns = store.charges().look(told).unwrap();
    store.charge_columns().forget();
    let again = store.charges().look(told).unwrap();
    assert_eq!(columns, again, "memory and disk agree");
    assert_eq!(again.1, [Some(0), None, Some(0)], "whose work it is");
    assert!(store.charges().match_by_user(99, None).unwrap_err().is_not_found());
}

#[test]
fn what_is_given_back_long_after_finds_its_work() {
    let store = store();
    let job = sent(&store, 1, Some("chatcmpl-1"));
    let known = NewCharge { request_id: Some("chatcmpl-1".into()), ..charge(1, "x", "0.5") };
    add(&store, std::slice::from_ref(&known));
    assert_eq!(store.charges().match_by_id("a", "a", testing::START).unwrap(), 1);
    add(
        &store,
        &[
            NewCharge { at: testing::START + 240.hours(), amount: amount("-0.2"), ..known },
            charge(9, "y", "1"),
        ],
    );
    let since = testing::START + 200.hours();
    assert_eq!(store.charges().match_by_id("a", "a", since).unwrap(), 1);
    let sums = store.charges().sums_of_jobs("a", since).unwrap();
    assert_eq!(sums.iter().map(|sum| (sum.job, sum.amount)).collect::<Vec<_>>(), [(job, amount("0.3"))]);
    assert_eq!(store.charges().sums_of_jobs("b", since).unwrap(), []);
}

#[test]
fn what_a_job_came_to_is_written_once_and_only_where_it_stands() {
    let store = store();
    let job = sent(&store, 1, None);
    store
        .holds()
        .reserve_within(job, "a", Money { amount: amount("0.1"), currency: crate::Currency::Usd }, false, &[])
        .unwrap();
    store.jobs().advance(job, JobState::Sent, JobState::Unknown, JobPatch::default()).unwrap();
    let settled = Settled {
        job,
        from: JobState::Unknown,
        to: JobState::Failed,
        charged: None,
        held: Some(Money { amount: Decimal::ZERO, currency: crate::Currency::Usd }),
        error: Some(json!({"code": "not_charged"})),
    };
    assert_eq!(store.charges().doubtful_jobs("a", testing::START + 1.hours()).unwrap().len(), 1);
    assert_eq!(store.charges().settle(vec![settled.clone()]).unwrap(), 1);
    assert_eq!(store.charges().settle(vec![settled]).unwrap(), 0);
    assert_eq!(store.jobs().get(job).unwrap().state, JobState::Failed);
    assert_eq!(store.holds().get(job).unwrap().unwrap().settled, Some(Decimal::ZERO));
}

#[test]
fn what_was_stopped_is_in_doubt_until_its_charge_is_known() {
    let store = store();
    let usd = Money { amount: amount("0.1"), currency: crate::Currency::Usd };
    let end = |n, patch| {
        let job = sent(&store, n, None);
        store.jobs().advance(job, JobState::Sent, JobState::Cancelled, patch).unwrap();
        job
    };
    let stopped = end(1, JobPatch::default());
    end(2, JobPatch { charged: Some(usd), ..JobPatch::default() });
    end(3, JobPatch { remote_id: Some("q".into()), ..JobPatch::default() });
    let found = store.charges().doubtful_jobs("a", testing::START + 1.hours()).unwrap();
    assert_eq!(found.iter().map(|job| job.id).collect::<Vec<_>>(), [stopped]);
}

#[test]
fn what_the_ledger_tells_counts_in_its_own_currency_and_where_nothing_was_set_aside() {
    let store = store();
    let usd = Money { amount: amount("0.1"), currency: crate::Currency::Usd };
    let diem = Money { amount: amount("0.25"), currency: crate::Currency::Diem };
    let jobs = [sent(&store, 1, None), sent(&store, 2, None)];
    store.holds().reserve_within(jobs[0], "a", usd, false, &[]).unwrap();
    let settled = jobs.map(|job| Settled {
        job,
        from: JobState::Sent,
        to: JobState::Sent,
        charged: Some(Some(diem)),
        held: Some(diem),
        error: None,
    });
    assert_eq!(store.charges().settle(settled.to_vec()).unwrap(), 2);
    let sum = |currency| {
        let query = crate::HoldQuery { account: Some("a".into()), currency, pretend: false, since: None };
        store.holds().spent(&query).unwrap().taken()
    };
    assert_eq!((sum(crate::Currency::Usd), sum(crate::Currency::Diem)), (Decimal::ZERO, amount("0.5")));
    let sent_at = store.jobs().get(jobs[1]).unwrap().sent_at;
    assert_eq!(
        Some(store.holds().get(jobs[1]).unwrap().unwrap().created_at),
        sent_at,
        "it counts for its own day"
    );
}

#[test]
fn what_answers_told_is_replaced_and_goes_when_the_history_is_known() {
    let store = store();
    let job = sent(&store, 1, None);
    let told = |cost: &str, source| NewCharge { source, ..charge(1, "generateImage m", cost) };
    let put = |charge: NewCharge| {
        store.charges().put_answers("a", vec![(job, charge)], LedgerPatch::default()).unwrap()
    };
    assert_eq!(put(told("0.04", ChargeSource::Estimate)), 1);
    assert_eq!(put(told("0.04", ChargeSource::Estimate)), 0);
    assert_eq!(put(told("0.05", ChargeSource::Answer)), 1);
    assert_eq!(total(&store), amount("0.05"));
    assert_eq!(store.charges().of_jobs(&[job]).unwrap().len(), 1);
    store.charges().forget_answers("a", Some(testing::START)).unwrap();
    assert_eq!(total(&store), amount("0.05"), "the history isn't known so far yet");
    add(&store, &[charge(1, "m-image-unit", "0.04")]);
    store.charges().forget_answers("a", Some(testing::START + 1.seconds())).unwrap();
    assert_eq!(total(&store), amount("0.04"), "what the history tells stays");
}

#[test]
fn balances_are_noted_when_they_change() {
    let store = store();
    let balance = |at: i64, left: &str| Balance {
        currency: "usd".into(),
        at: testing::START + at.seconds(),
        amount: amount(left),
        allocation: None,
    };
    for (at, left) in [(0, "10"), (5, "10"), (9, "8.5"), (20, "25")] {
        store.charges().note_balances("a", vec![balance(at, left)]).unwrap();
    }
    assert_eq!(store.charges().balances("a").unwrap(), [balance(20, "25")]);
    let from = testing::START + 3.seconds();
    let noted = store.charges().balances_between("a", from, from + 1.hours()).unwrap();
    assert_eq!(noted, [balance(0, "10"), balance(9, "8.5"), balance(20, "25")]);
}

#[test]
fn keys_are_known_day_by_day() {
    let store = store();
    let day: jiff::civil::Date = "2026-11-20".parse().unwrap();
    let key =
        KeyDay { day, key: "k".into(), name: "Phone".into(), currency: "usd".into(), amount: amount("1.5") };
    store.charges().put_key_day("a", day, vec![key.clone()]).unwrap();
    store.charges().put_key_day("a", day.tomorrow().unwrap(), Vec::new()).unwrap();
    assert_eq!(store.charges().days_of_keys("a").unwrap().len(), 2, "a day without any is known too");
    assert_eq!(store.charges().key_days("a", day, day.tomorrow().unwrap()).unwrap(), [key]);
}
