use std::sync::Barrier;

use jiff::ToSpan;
use serde_json::json;

use super::*;
use crate::money::Currency;
use crate::testing::{self, Home};
use crate::{Change, Conversation, ConversationId, MessageId, MessageRole, NewItem, Origin};

fn job(n: u128) -> Job {
    let at = testing::START + i64::try_from(n).unwrap().milliseconds();
    let id = JobId(uuid::Uuid::from_u128(n));
    Job { model: Some("m".into()), ..Job::new(id, "make", "a", "generateImage", json!({"n": n as u64}), at) }
}

#[test]
fn a_job_is_read_back_whole() {
    let store = Home::new().open();
    let money = Some(Money { amount: "0.0100".parse().unwrap(), currency: Currency::Diem });
    let whole = Job {
        ratio: Some(1.5),
        wanted: 4,
        source: Some(ItemId(uuid::Uuid::from_u128(9))),
        estimate: money,
        ..job(1)
    };
    store.jobs().insert(whole.clone(), Vec::new()).unwrap();
    assert_eq!(store.jobs().get(whole.id).unwrap(), whole);
    assert!(matches!(store.jobs().insert(whole, Vec::new()), Err(Error::Exists { .. })));
}

#[test]
fn a_job_and_the_messages_that_show_it_are_written_together_or_not_at_all() {
    let store = Home::new().open();
    let conversation = ConversationId::new(testing::START);
    store.conversations().insert(Conversation::new(conversation, json!({}), testing::START)).unwrap();
    let message = |n: u128| Message {
        pictures: Some(job(n).id),
        ..Message::new(
            MessageId(uuid::Uuid::from_u128(1)),
            conversation,
            None,
            MessageRole::Assistant,
            "",
            testing::START,
        )
    };
    store.jobs().insert(job(1), vec![message(1)]).unwrap();
    assert_eq!(store.messages().of_pictures(job(1).id).unwrap().unwrap(), message(1));
    // There is such a message.
    assert!(matches!(store.jobs().insert(job(2), vec![message(2)]), Err(Error::Exists { .. })));
    assert!(store.jobs().get(job(2).id).unwrap_err().is_not_found());
}

#[test]
fn only_one_of_many_moves_a_job() {
    let home = Home::new();
    let store = home.open();
    store.jobs().insert(job(1), Vec::new()).unwrap();
    let id = job(1).id;
    let start = Barrier::new(8);
    let winners: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (store, start) = (store.clone(), &start);
                scope.spawn(move || {
                    start.wait();
                    let patch = JobPatch { attempts: Some(n), ..JobPatch::default() };
                    let moved = store.jobs().advance(id, JobState::Planned, JobState::Sent, patch).unwrap();
                    usize::from(moved.is_some_and(|job| job.attempts == n))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(winners, 1);
    assert_eq!(store.jobs().get(id).unwrap().state, JobState::Sent);
    let lost = store.jobs().advance(job(2).id, JobState::Planned, JobState::Sent, JobPatch::default());
    assert!(lost.unwrap_err().is_not_found());
}

#[test]
fn a_step_writes_what_came_with_it_and_keeps_the_rest() {
    let home = Home::new();
    let store = home.open();
    store.jobs().insert(job(1), Vec::new()).unwrap();
    let mut changes = store.changes();
    let patch =
        JobPatch { answer_id: Some("x".into()), error: Some(json!({"code": "a"})), ..JobPatch::default() };
    let jobs = store.jobs();
    jobs.advance(job(1).id, JobState::Planned, JobState::Failed, patch).unwrap().unwrap();
    assert_eq!(changes.try_recv(), Ok(Change::Job(job(1).id)));
    jobs.change(job(1).id, JobPatch { dismissed: Some(true), ..JobPatch::default() }).unwrap();
    drop(store);
    let read = home.open().jobs().get(job(1).id).unwrap();
    assert_eq!((read.answer_id.as_deref(), read.dismissed, read.state), (Some("x"), true, JobState::Failed));
    assert_eq!(read.error, Some(json!({"code": "a"})));
    assert_eq!(read.request, json!({"n": 1}));
}

#[test]
fn pages_go_through_all_jobs_newest_first() {
    let store = Home::new().open();
    for n in 0..7 {
        // Two of each moment: the id decides between them.
        store.jobs().insert(Job { created_at: job(n / 2).created_at, ..job(n) }, Vec::new()).unwrap();
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.jobs().page(cursor.as_deref(), 2).unwrap();
        seen.extend(page.jobs.iter().map(|job| job.id.0.as_u128()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [6, 5, 4, 3, 2, 1, 0]);
    assert!(matches!(store.jobs().page(Some("rubbish"), 2), Err(Error::BadCursor)));
}

#[test]
fn open_jobs_are_those_that_can_still_move() {
    let store = Home::new().open();
    let states = [JobState::Planned, JobState::Sent, JobState::Accepted, JobState::Ready, JobState::Saved]
        .into_iter()
        .chain([JobState::Failed, JobState::Cancelled, JobState::Unknown]);
    for (n, state) in states.enumerate() {
        store.jobs().insert(Job { state, dismissed: n % 2 == 1, ..job(n as u128) }, Vec::new()).unwrap();
    }
    let numbers = |jobs: Vec<Job>| jobs.iter().map(|job| job.id.0.as_u128()).collect::<Vec<_>>();
    assert_eq!(numbers(store.jobs().open().unwrap()), [0, 1, 2, 3]);
    assert_eq!(numbers(store.jobs().shown().unwrap()), [0, 2, 4, 6]);
}

#[test]
fn the_median_is_of_saved_jobs_of_the_same_model() {
    let store = Home::new().open();
    for (n, took) in [900, 100, 300].into_iter().enumerate() {
        store
            .jobs()
            .insert(Job { state: JobState::Saved, took_ms: Some(took), ..job(n as u128) }, Vec::new())
            .unwrap();
    }
    store.jobs().insert(Job { state: JobState::Failed, took_ms: Some(5), ..job(7) }, Vec::new()).unwrap();
    store
        .jobs()
        .insert(Job { state: JobState::Saved, took_ms: Some(6), model: None, ..job(8) }, Vec::new())
        .unwrap();
    assert_eq!(store.jobs().median_duration("generateImage", Some("m")).unwrap(), Some(300));
    assert_eq!(store.jobs().median_duration("generateImage", None).unwrap(), Some(6));
    assert_eq!(store.jobs().median_duration("generateImage", Some("other")).unwrap(), None);
}

#[test]
fn items_and_jobs_know_each_other() {
    let store = Home::new().open();
    store.jobs().insert(job(1), Vec::new()).unwrap();
    let mut ids = Vec::new();
    for index in [1, 0] {
        let new = NewItem { job: Some(job(1).id), job_index: index, ..NewItem::new(Origin::Made, "a") };
        ids.push(store.keep(testing::png(index + 1), new).unwrap().id);
    }
    let items = store.jobs().items(job(1).id).unwrap();
    assert_eq!(items.iter().map(|item| item.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
    assert_eq!(store.jobs().for_items(&ids).unwrap().len(), 1);
}

/// Jobs of one batch that hold a tenth of a dollar each.
fn batch(numbers: std::ops::Range<u128>) -> Vec<Job> {
    let of = u32::try_from(numbers.end - numbers.start).unwrap();
    let held = Some(Money { amount: "0.1".parse().unwrap(), currency: Currency::Usd });
    numbers
        .enumerate()
        .map(|(index, n)| Job {
            held,
            batch: Some(JobBatch { id: "b".into(), index: u32::try_from(index).unwrap(), of }),
            request: json!({"prompt": "a canal"}),
            ..job(n)
        })
        .collect()
}

#[test]
fn a_batch_is_written_with_all_it_holds_or_not_at_all() {
    use crate::{HoldQuery, Limit, Reserved, Window};
    let store = Home::new().open();
    let limit = |most: &str| [Limit { window: Window::Click, account: None, most: most.parse().unwrap() }];
    let open = || {
        let all = HoldQuery { account: None, currency: Currency::Usd, pretend: false, since: None };
        store.holds().spent(&all).unwrap().open.to_string()
    };
    let over = store.jobs().insert_all(batch(10..20), &limit("0.99"), Vec::new()).unwrap();
    assert!(matches!(over, Reserved::Over { .. }), "ten of them are more than the limit");
    assert_eq!((store.jobs().of_batch("b").unwrap().len(), open()), (0, "0".to_owned()));

    store.jobs().insert(job(19), Vec::new()).unwrap();
    let exists = store.jobs().insert_all(batch(10..20), &limit("1"), Vec::new());
    assert!(matches!(exists, Err(Error::Exists { .. })), "the last of them was there");
    assert_eq!((store.jobs().of_batch("b").unwrap().len(), open()), (0, "0".to_owned()));

    let old = vec![job(19).id];
    assert_eq!(store.jobs().insert_all(batch(30..40), &limit("1"), old).unwrap(), Reserved::Yes);
    let written = store.jobs().of_batch("b").unwrap();
    assert_eq!(written, batch(30..40));
    assert_eq!(open(), "1.0");
    assert!(store.jobs().get(job(19).id).unwrap().dismissed, "they take its place");
    assert_eq!(store.past_prompts().list("", 9).unwrap()[0].times, 1, "said once");
}

#[test]
fn jobs_of_one_batch_hold_one_currency() {
    let store = Home::new().open();
    let mut jobs = batch(1..3);
    jobs[1].held = Some(Money { amount: "0.1".parse().unwrap(), currency: Currency::Diem });
    assert!(matches!(store.jobs().insert_all(jobs, &[], Vec::new()), Err(Error::OutOfRange { .. })));
    assert!(store.jobs().of_batch("b").unwrap().is_empty());
}

#[test]
fn the_items_of_many_jobs_are_found_together() {
    let store = Home::new().open();
    for n in 1..=2 {
        store.jobs().insert(job(n), Vec::new()).unwrap();
    }
    let keep = |index: u32| {
        let new = NewItem { job: Some(job(1).id), job_index: index, ..NewItem::new(Origin::Made, "a") };
        store.keep(testing::png(index + 1), new).unwrap().id
    };
    let (second, first) = (keep(1), keep(0));
    let found = store.jobs().item_ids(&[job(1).id, job(2).id]).unwrap();
    assert_eq!(found, std::collections::HashMap::from([(job(1).id, vec![first, second])]));
}

#[test]
fn an_error_that_is_taken_back_is_none() {
    let store = Home::new().open();
    store.jobs().insert(job(1), Vec::new()).unwrap();
    let with = |error| JobPatch { error: Some(error), ..JobPatch::default() };
    store.jobs().change(job(1).id, with(json!({"code": "disk_full"}))).unwrap();
    assert!(store.jobs().get(job(1).id).unwrap().error.is_some());
    assert_eq!(store.jobs().change(job(1).id, with(serde_json::Value::Null)).unwrap().error, None);
    assert_eq!(store.jobs().get(job(1).id).unwrap().error, None);
}

#[test]
fn what_may_not_be_logged_is_not_in_debug() {
    let secret = Job { title: "a secret".into(), download_url: Some("https://signed".into()), ..job(1) };
    let printed = format!("{secret:?}");
    assert!(!printed.contains("secret") && !printed.contains("signed"), "{printed}");
}

#[test]
fn work_at_a_provider_is_reopened_and_let_go_of() {
    let store = Home::new().open();
    let at = testing::START;
    let remote = |n: u128, state| Job {
        state,
        remote_id: Some(format!("q{n}")),
        accepted_at: Some(at),
        average_ms: Some(145_000),
        finished_at: Some(at),
        error: Some(json!(null)),
        ..job(n)
    };
    for (n, state) in
        [(1, JobState::Cancelled), (2, JobState::Saved), (3, JobState::Saved), (4, JobState::Failed)]
    {
        store.jobs().insert(remote(n, state), Vec::new()).unwrap();
    }
    store
        .jobs()
        .insert(Job { error: Some(json!({"code": "a"})), ..remote(5, JobState::Saved) }, Vec::new())
        .unwrap();
    let read = store.jobs().get(job(1).id).unwrap();
    assert_eq!((read.accepted_at, read.average_ms, read.cleared_at), (Some(at), Some(145_000), None));

    assert_eq!(store.jobs().reopen(job(1).id, JobState::Unknown).unwrap(), None);
    let open = store.jobs().reopen(job(1).id, JobState::Cancelled).unwrap().unwrap();
    assert_eq!((open.state, open.finished_at, open.error.clone()), (JobState::Accepted, None, None));
    assert_eq!(store.jobs().get(open.id).unwrap(), open);

    let numbers = |since| -> Vec<u128> {
        store.jobs().uncleared(since, 9).unwrap().iter().map(|job| job.id.0.as_u128()).collect()
    };
    assert_eq!(numbers(at), [2, 3], "saved, and nothing of it left over");
    store.jobs().change(job(2).id, JobPatch { cleared_at: Some(at), ..JobPatch::default() }).unwrap();
    assert_eq!(numbers(at), [3]);
    assert!(numbers(at + 1.seconds()).is_empty(), "too long ago");
}
