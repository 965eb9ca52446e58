//! The table of all jobs: filtered, counted, a page at a time; sent once more, and cleared out.

use std::time::{Duration, Instant};

use serde_json::json;
use studio::{
    jobs::{
        queue::view::{Prune, QueueQuery},
        view::{JobKind, JobState},
    },
    pictures::estimate::Expected,
};

use crate::bench::{Bench, make};

fn all() -> QueueQuery {
    QueueQuery { limit: 500, ..QueueQuery::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_narrowed_by_state_kind_account_and_words() {
    let bench = Bench::new().await;
    let first = bench.run(make("a gondola at dusk", 1)).await;
    bench.run(make("a quiet canal", 1)).await;
    let ids = async |query: QueueQuery| {
        let page = bench.studio.queue_page(QueueQuery { limit: 500, ..query }).await.unwrap();
        assert_eq!(page.total as usize, page.jobs.len());
        page.jobs.len()
    };
    assert_eq!(ids(all()).await, 2);
    assert_eq!(ids(QueueQuery { states: vec![JobState::Failed], ..all() }).await, 0);
    assert_eq!(ids(QueueQuery { kinds: vec![JobKind::Make], ..all() }).await, 2);
    assert_eq!(ids(QueueQuery { kinds: vec![JobKind::Film, JobKind::Chat], ..all() }).await, 0);
    assert_eq!(ids(QueueQuery { account: Some(first.account.clone()), ..all() }).await, 2);
    assert_eq!(ids(QueueQuery { account: Some("nobody".into()), ..all() }).await, 0);
    assert_eq!(ids(QueueQuery { text: Some(" Gondola  z-image".into()), ..all() }).await, 1);
    assert_eq!(ids(QueueQuery { text: Some("100%".into()), ..all() }).await, 0);
    let counts = bench.studio.queue_counts().await.unwrap();
    assert_eq!((counts.saved, counts.failed, counts.paused), (2, 0, false));
    let wrong = QueueQuery { cursor: Some("rubbish".into()), ..all() };
    bench.studio.queue_page(wrong).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_like_it_is_sent_at_the_price_that_was_told() {
    let bench = Bench::new().await;
    let first = bench.run(make("a gondola", 1)).await;
    let price = bench.studio.price_again(first.id.clone()).await.unwrap();
    assert_eq!((price.amount, price.before, &price.problem), (first.estimate, first.estimate, &None));
    let dearer = Expected { account: price.account.clone(), amount: None, over_budgets: Vec::new() };
    let refused = bench.studio.duplicate_job(first.id.clone(), dearer).await.unwrap_err();
    assert_eq!(refused.code, "price_changed");
    let other = Expected { account: "another".into(), amount: price.amount, over_budgets: Vec::new() };
    assert_eq!(bench.studio.duplicate_job(first.id.clone(), other).await.unwrap_err().code, "price_changed");
    assert_eq!(bench.posts("generateImage").await, 1, "nothing was sent");

    let expected = Expected { account: price.account, amount: price.amount, over_budgets: Vec::new() };
    let second = bench.studio.duplicate_job(first.id.clone(), expected).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(second.request, first.request);
    assert_eq!(bench.ended(&second.id).await.state, JobState::Saved);
    assert_eq!(bench.charges().await.len(), 2);
    let first = bench.listed().await.into_iter().find(|job| job.id == first.id).unwrap();
    assert!(!first.dismissed, "the first stays where it is");

    // In its place, the same holds.
    let dearer = Expected { account: first.account.clone(), amount: None, over_budgets: Vec::new() };
    let refused = bench.studio.retry_quoted(first.id.clone(), false, dearer).await.unwrap_err();
    assert_eq!(refused.code, "price_changed");
    let expected = Expected { account: first.account, amount: first.estimate, over_budgets: Vec::new() };
    let third = bench.studio.retry_quoted(first.id, false, expected).await.unwrap();
    assert_eq!(bench.ended(&third.id).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_cleared_and_what_is_open_unknown_or_unsaved_stays() {
    let bench = Bench::with(vec!["generateImage:cut_body"]).await;
    let unknown = bench.run(make("a lost answer", 1)).await;
    assert_eq!(unknown.state, JobState::Unknown, "{unknown:?}");
    let saved = bench.run(make("a canal", 1)).await;
    bench.studio.pause_queue(true).await.unwrap();
    let waits = bench.start(make("later", 1)).await.unwrap();

    let young = Prune { older_than_days: Some(1), only_count: false };
    assert_eq!(bench.studio.prune_jobs(young).await.unwrap().forgotten, 0);
    let told = bench.studio.prune_jobs(Prune { older_than_days: None, only_count: true }).await.unwrap();
    assert_eq!((told.forgotten, told.stay), (1, 0));
    assert_eq!(bench.listed().await.len(), 3, "it was only counted");
    let done = bench.studio.prune_jobs(Prune::default()).await.unwrap();
    assert_eq!((done.forgotten, done.stay), (1, 0));
    let left: Vec<_> = bench.listed().await.into_iter().map(|job| job.id).collect();
    assert_eq!(left, [waits.id, unknown.id]);
    // What it made stays, and can be looked at.
    let item = bench.studio.item(saved.items[0].clone()).await.unwrap();
    assert!(item.file.exists);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_is_cleared_away_once_no_provider_has_it_and_stays_so() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 3_600})).await;
    let job = bench.play(crate::following::noise("bells")).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    bench.studio.cancel_job(job.id.clone()).await.unwrap();
    let done = bench.studio.prune_jobs(Prune::default()).await.unwrap();
    assert_eq!((done.forgotten, done.stay), (0, 1), "it can be looked for");
    let ages = Prune { older_than_days: Some(u32::MAX), only_count: false };
    assert_eq!(bench.studio.prune_jobs(ages).await.unwrap().forgotten, 0, "no time is that long ago");
    bench.sql("UPDATE jobs SET accepted_at = accepted_at - 3 * 86400000");
    let done = bench.studio.prune_jobs(Prune::default()).await.unwrap();
    assert_eq!((done.forgotten, done.stay), (1, 0));
    let bench = bench.reopen().await;
    assert!(bench.listed().await.is_empty(), "its note doesn't bring it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pieces_of_a_text_that_is_shown_are_not_cleared_away() {
    let bench = Bench::new().await;
    let reading = bench.speak(crate::bench::said("Good morning.")).await.unwrap();
    bench.read_out(&reading.id).await;
    let done = bench.studio.prune_jobs(Prune::default()).await.unwrap();
    assert_eq!((done.forgotten, done.stay), (0, 1));
    bench.reading(&reading.id).await;
}

/// Ten thousand jobs of the past and five hundred that wait: the first page, the counts and a page far down.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_jobs_are_no_burden() {
    let bench = Bench::new().await;
    bench.run(make("a canal", 1)).await;
    bench.studio.pause_queue(true).await.unwrap();
    bench.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)
         INSERT INTO jobs (id, kind, state, account, operation, title, model, request, wanted, pretend, created_at)
         SELECT printf('00000000-0000-7000-8000-%012d', i), 'make', CASE WHEN i > 10000 THEN 'accepted' ELSE 'saved' END,
            account, operation, 'Job ' || i, model, request, 1, 1, created_at - i * 1000
         FROM n, (SELECT * FROM jobs LIMIT 1)",
    );
    let query = QueueQuery { limit: 100, ..QueueQuery::default() };
    // Once to warm up, as the window's first frame does.
    bench.studio.queue_counts().await.unwrap();
    let begun = Instant::now();
    let page = bench.studio.queue_page(query.clone()).await.unwrap();
    let counts = bench.studio.queue_counts().await.unwrap();
    let took = begun.elapsed();
    assert_eq!((page.total, page.jobs.len(), counts.accepted, counts.saved), (10_501, 100, 500, 10_001));
    let words = QueueQuery { text: Some("job 9999".into()), ..query.clone() };
    let found = bench.studio.queue_page(words).await.unwrap();
    assert_eq!(found.total, 1);
    let mut cursor = page.next;
    let mut seen = page.jobs.len();
    while let Some(next) = cursor {
        let page = bench.studio.queue_page(QueueQuery { cursor: Some(next), limit: 500, ..query.clone() });
        let page = page.await.unwrap();
        seen += page.jobs.len();
        cursor = page.next;
    }
    assert_eq!(seen, 10_501);
    // A debug build on a busy machine: the benchmark holds the real number.
    assert!(took < Duration::from_secs(2), "{took:?}");
}
