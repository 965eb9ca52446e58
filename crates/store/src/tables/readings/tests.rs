use jiff::ToSpan;
use serde_json::json;

use super::*;
use crate::money::Currency;
use crate::tables::holds::Window;
use crate::testing::{self, Home};
use crate::{Change, JobState};

fn job(n: u128) -> Job {
    let at = testing::START + i64::try_from(n).unwrap().seconds();
    let held = Money { amount: "0.4".parse().unwrap(), currency: Currency::Usd };
    let mut job =
        Job::new(JobId(uuid::Uuid::from_u128(n)), "speak", "a", "createSpeech", json!({"n": n as u64}), at);
    job.held = Some(held);
    job
}

fn reading(n: u128, jobs: &[Job]) -> NewReading {
    let piece = |job: &Job| ReadingPiece { pause_ms: 250, chapter: None, job: job.id, file: None };
    NewReading {
        reading: Reading {
            id: ReadingId(uuid::Uuid::from_u128(n)),
            account: "a".to_owned(),
            pretend: true,
            request: json!({"text": "Good evening."}),
            title: "Good evening".to_owned(),
            estimate: None,
            audition: None,
            created_at: testing::START + i64::try_from(n).unwrap().seconds(),
            chapters: None,
            item: None,
            error: None,
            dismissed: false,
        },
        pieces: jobs.iter().map(piece).collect(),
    }
}

fn limit(most: &str) -> Limit {
    Limit { window: Window::Click, account: None, most: most.parse().unwrap() }
}

#[test]
fn a_reading_its_pieces_and_their_jobs_are_written_together_or_not_at_all() {
    let home = Home::new();
    let store = home.open();
    let jobs = vec![job(1), job(2), job(3)];
    let new = reading(9, &jobs);
    let over = store.readings().start(vec![new.clone()], jobs.clone(), &[limit("1")]).unwrap();
    assert!(matches!(over, Reserved::Over { .. }));
    assert!(store.readings().shown().unwrap().is_empty() && store.jobs().shown().unwrap().is_empty());

    let mut changes = store.changes();
    assert_eq!(store.readings().start(vec![new.clone()], jobs, &[limit("1.2")]).unwrap(), Reserved::Yes);
    let told: Vec<Change> = std::iter::from_fn(|| changes.try_recv().ok()).collect();
    assert!(told.contains(&Change::Readings(vec![new.reading.id])), "{told:?}");
    drop(store);
    let store = home.open();
    assert_eq!(store.readings().shown().unwrap(), std::slice::from_ref(&new.reading));
    assert_eq!(store.readings().pieces(new.reading.id).unwrap(), new.pieces);
    assert_eq!(store.jobs().shown().unwrap().len(), 3);
}

#[test]
fn only_a_piece_that_is_missing_is_asked_for_again() {
    let store = Home::new().open();
    let jobs = vec![job(1), job(2)];
    let id = ReadingId(uuid::Uuid::from_u128(9));
    store.readings().start(vec![reading(9, &jobs)], jobs, &[]).unwrap();
    assert!(store.readings().keep_piece(id, 0, "0001.mp3").unwrap());
    assert!(!store.readings().keep_piece(id, 0, "another.mp3").unwrap(), "the first stays");
    let bought = store.readings().again(id, vec![(0, job(3))], &[]);
    assert!(matches!(bought, Err(Error::Exists { .. })), "{bought:?}");
    assert!(store.jobs().get(job(3).id).unwrap_err().is_not_found());

    store.readings().again(id, vec![(1, job(4))], &[]).unwrap();
    let pieces = store.readings().pieces(id).unwrap();
    assert_eq!((pieces[0].job, pieces[0].file.as_deref()), (job(1).id, Some("0001.mp3")));
    assert_eq!((pieces[1].job, &pieces[1].file), (job(4).id, &None));
    assert!(store.jobs().get(job(2).id).unwrap().dismissed);
    assert_eq!(store.jobs().get(job(4).id).unwrap().state, JobState::Planned);
}

#[test]
fn a_whole_reading_stays_the_item_it_became() {
    let store = Home::new().open();
    let id = ReadingId(uuid::Uuid::from_u128(9));
    store.readings().start(vec![reading(9, &[job(1)])], vec![job(1)], &[]).unwrap();
    store.readings().fail(id, Some(json!({"code": "disk_full"}))).unwrap();
    assert!(store.readings().unfinished().unwrap().is_empty(), "nothing of it is here");
    store.readings().keep_piece(id, 0, "0001.mp3").unwrap();
    assert_eq!(store.readings().unfinished().unwrap().len(), 1);
    store.readings().lose_pieces(id, vec![0]).unwrap();
    assert!(store.readings().unfinished().unwrap().is_empty());
    store.readings().keep_piece(id, 0, "0001.mp3").unwrap();
    let item = |n| ItemId(uuid::Uuid::from_u128(n));
    store.readings().finish(id, item(1), Some(json!([]))).unwrap();
    store.readings().finish(id, item(2), None).unwrap();
    store.readings().fail(id, Some(json!({}))).unwrap();
    let whole = store.readings().get(id).unwrap();
    assert_eq!((whole.item, whole.error, whole.chapters), (Some(item(1)), None, Some(json!([]))));
    assert!(store.readings().unfinished().unwrap().is_empty());
    store.readings().dismiss(id).unwrap();
    assert!(store.readings().shown().unwrap().is_empty());
    assert!(store.readings().dismiss(ReadingId(uuid::Uuid::nil())).unwrap_err().is_not_found());
}
