//! Many pictures of one wish: counted and priced first, written down together, paid once.

use std::collections::HashSet;

use rust_decimal::Decimal;
use serde_json::json;
use studio::{
    jobs::view::{Billing, JobState, JobView},
    library::view::{LibraryQuery, Origin},
    pictures::{
        batch::{PictureBatch, Wording},
        estimate::Expected,
        request::{MakeRequest, PictureRequest},
    },
    settings::SettingsPatch,
};

use crate::bench::{Bench, make};

fn batch(change: impl FnOnce(&mut PictureBatch)) -> PictureBatch {
    let request = MakeRequest {
        model: "z-image-turbo".into(),
        prompt: "a canal at dusk".into(),
        width: Some(256),
        height: Some(256),
        ..MakeRequest::default()
    };
    let mut batch = PictureBatch { request, each: 4, seeds_in_a_row: true, ..PictureBatch::default() };
    change(&mut batch);
    batch
}

async fn start(bench: &Bench, batch: &PictureBatch) -> studio::Result<Vec<JobView>> {
    let estimate = bench.studio.estimate_batch(batch).await?;
    let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
    bench.studio.start_batch(batch.clone(), expected).await
}

async fn ended(bench: &Bench, jobs: &[JobView]) -> Vec<JobView> {
    let mut ended = Vec::new();
    for job in jobs {
        ended.push(bench.ended(&job.id).await);
    }
    ended
}

fn count(jobs: &[JobView], state: JobState) -> usize {
    jobs.iter().filter(|job| job.state == state).count()
}

fn made_of(job: &JobView) -> &MakeRequest {
    let Some(PictureRequest::Make(make)) = &job.request else { panic!("{job:?}") };
    make
}

#[tokio::test(flavor = "multi_thread")]
async fn two_models_three_styles_and_four_seeds_are_twenty_four_pictures_at_the_price_told() {
    let bench = Bench::new().await;
    let styles = bench.studio.picture_styles().await.unwrap();
    let grid = batch(|batch| {
        batch.models = vec!["z-image-turbo".into(), "venice-sd35".into()];
        batch.styles = vec![String::new(), styles[0].clone(), styles[1].clone()];
        batch.request.seed = Some(100);
        // The second model takes other steps, and falls to its own.
        batch.request.steps = Some(12);
    });
    let estimate = bench.studio.estimate_batch(&grid).await.unwrap();
    assert_eq!((estimate.pictures, estimate.requests, &estimate.problem), (24, 24, &None));
    let jobs = start(&bench, &grid).await.unwrap();
    assert_eq!(jobs.len(), 24);
    let jobs = ended(&bench, &jobs).await;
    assert_eq!(count(&jobs, JobState::Saved), 24, "{:?}", jobs.iter().find_map(|job| job.error.clone()));
    let charged: Decimal = bench
        .charges()
        .await
        .iter()
        .map(|(_, amount)| amount.trim_start_matches('-').parse::<Decimal>().unwrap())
        .sum();
    assert_eq!(charged.normalize(), estimate.amount.unwrap().amount.normalize());

    let page = bench.studio.library_page(LibraryQuery::default()).await.unwrap();
    assert_eq!(page.total, 24);
    let mut cells = HashSet::new();
    for (index, job) in (0..).zip(&jobs) {
        let place = job.batch.as_ref().unwrap();
        assert_eq!((place.index, place.of), (index, 24));
        let item = bench.studio.item(job.items[0].clone()).await.unwrap();
        assert_eq!((item.item.origin, item.item.seed), (Origin::Made, Some(100 + i64::from(index % 4))));
        assert_eq!(item.request, job.request, "the recipe is the request of this very picture");
        let made = made_of(job);
        cells.insert((made.model.clone(), made.style.clone(), made.seed));
        assert_eq!(item.receipt.unwrap().job.as_ref(), Some(&job.id));
    }
    assert_eq!(cells.len(), 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_all_of_it_costs_is_held_against_the_limit_and_the_button() {
    let bench = Bench::new().await;
    let patch = SettingsPatch { per_click_limit_usd: Some("0.035".into()), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
    let four = batch(|_| ());
    let estimate = bench.studio.estimate_batch(&four).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "limit_per_click", "one alone would be within");
    assert_eq!(start(&bench, &four).await.unwrap_err().code, "limit_per_click");
    let three = batch(|batch| batch.each = 3);
    let told = bench.studio.estimate_batch(&three).await.unwrap();
    let cheaper = Expected {
        account: told.account,
        amount: told.amount.map(|money| studio::money::Money { amount: Decimal::new(1, 2), ..money }),
        over_budgets: Vec::new(),
    };
    let refused = bench.studio.start_batch(three.clone(), cheaper).await.unwrap_err();
    assert_eq!(refused.code, "price_changed");
    assert!(bench.studio.open_jobs().await.unwrap().is_empty(), "nothing was written down");
    assert_eq!(bench.posts("generateImage").await, 0);
    let jobs = start(&bench, &three).await.unwrap();
    assert_eq!(count(&ended(&bench, &jobs).await, JobState::Saved), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_told_before_anything_is_sent() {
    let bench = Bench::new().await;
    for (change, code) in [
        ((|batch| batch.each = 101) as fn(&mut PictureBatch), "setting_not_offered"),
        (
            |batch| (batch.each, batch.models) = (60, vec!["z-image-turbo".into(), "qwen-image".into()]),
            "too_many_pictures",
        ),
        (|batch| batch.request.prompt = "a {canal".into(), "wildcards_invalid"),
        (|batch| batch.request.prompt = "{a|}".into(), "prompt_empty"),
        (|batch| batch.models = vec!["z-image-turbo".into(), "hunyuan-image-v3".into()], "MODEL_OFFLINE"),
        (|batch| batch.models = vec!["gone".into()], "MODEL_NOT_FOUND"),
    ] {
        let wrong = batch(change);
        let estimate = bench.studio.estimate_batch(&wrong).await.unwrap();
        assert_eq!(estimate.problem.unwrap().code, code);
        let expected =
            Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
        let refused = bench.studio.start_batch(wrong, expected).await;
        assert!(refused.is_err(), "{code}");
    }
    assert_eq!(bench.posts("generateImage").await, 0);
    assert!(bench.studio.open_jobs().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_to_chance_spares_the_rate() {
    let bench = Bench::new().await;
    let loose = batch(|batch| (batch.each, batch.seeds_in_a_row) = (10, false));
    let estimate = bench.studio.estimate_batch(&loose).await.unwrap();
    assert_eq!((estimate.pictures, estimate.requests), (10, 3));
    let jobs = ended(&bench, &start(&bench, &loose).await.unwrap()).await;
    assert_eq!(jobs.iter().map(|job| job.items.len()).collect::<Vec<_>>(), [4, 4, 2]);
    let open = batch(|batch| {
        batch.request.prompt = "a {quiet|busy} canal at {dawn|dusk}".into();
        (batch.wording, batch.each, batch.seeds_in_a_row) = (Wording::Each, 1, false);
    });
    let estimate = bench.studio.estimate_batch(&open).await.unwrap();
    assert_eq!((estimate.pictures, estimate.wording_count), (4, 4));
    assert_eq!(estimate.wordings[1], "a quiet canal at dusk");
    let jobs = ended(&bench, &start(&bench, &open).await.unwrap()).await;
    let titles: Vec<_> = jobs.iter().map(|job| job.title.clone()).collect();
    assert_eq!(titles, estimate.wordings);
    let item = bench.studio.item(jobs[0].items[0].clone()).await.unwrap();
    assert!(item.recipe.iter().any(|field| field.name == "Written as" && field.value.contains('{')));
    let said = bench.studio.prompt_history(Some("busy".into()), 50).await.unwrap();
    assert_eq!((said.len(), said[0].times, said[0].prompt.contains('{')), (1, 1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_words_stay_chosen_when_a_picture_is_made_again() {
    let bench = Bench::new().await;
    let job = bench.run(make("a canal at {dawn|dusk|noon|night}", 1)).await;
    let made = made_of(&job).clone();
    assert!(!made.prompt.contains('{') && job.title == made.prompt, "{}", made.prompt);
    for _ in 0..3 {
        let again = bench.run(PictureRequest::Make(made.clone())).await;
        assert_eq!(made_of(&again).prompt, made.prompt);
    }
    let said = bench.studio.prompt_history(None, 10).await.unwrap();
    assert_eq!((said.len(), said[0].times), (1, 4));
    assert_eq!(said[0].prompt, "a canal at {dawn|dusk|noon|night}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_in_the_middle_pays_nothing_twice_and_the_rest_is_sent_by_one_click() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "generateImage", "kind": "latency", "ms": 60_000, "times": 3})).await;
    let jobs = start(&bench, &batch(|batch| batch.each = 8)).await.unwrap();
    let id = jobs[0].batch.clone().unwrap().id;
    for job in &jobs[..3] {
        bench.in_state(&job.id, JobState::Sent).await;
    }
    bench.faults_met().await;
    let bench = bench.reopen().await;
    let left = bench.studio.open_jobs().await.unwrap();
    assert_eq!((count(&left, JobState::Unknown), count(&left, JobState::Failed)), (3, 5));
    let unsent = left.iter().filter(|job| job.state == JobState::Failed);
    assert!(
        unsent
            .clone()
            .all(|job| job.error.as_ref().unwrap().code == "not_sent" && job.billing == Billing::Nothing)
    );

    let again = bench.studio.retry_batch(id.clone()).await.unwrap();
    assert_eq!(again.len(), 5);
    let places: Vec<_> = unsent.clone().map(|job| job.batch.clone()).collect();
    assert_eq!(again.iter().map(|job| job.batch.clone()).collect::<Vec<_>>(), places, "in the same table");
    let wanted: Vec<_> = unsent.map(|job| job.request.clone()).collect();
    assert_eq!(again.iter().map(|job| job.request.clone()).collect::<Vec<_>>(), wanted);
    assert_eq!(bench.studio.retry_batch(id).await.unwrap_err().code, "not_found", "once is enough");
    assert_eq!(count(&ended(&bench, &again).await, JobState::Saved), 5);
    assert!(bench.posts("generateImage").await <= 8, "what may have been charged wasn't sent again");
    let shown = bench.studio.open_jobs().await.unwrap();
    assert_eq!((shown.len(), count(&shown, JobState::Unknown)), (8, 3), "the new stand for the old");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_stopped_at_once_and_only_what_was_sent_may_cost() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "generateImage", "kind": "latency", "ms": 60_000, "times": 3})).await;
    let jobs = start(&bench, &batch(|batch| batch.each = 8)).await.unwrap();
    for job in &jobs[..3] {
        bench.in_state(&job.id, JobState::Sent).await;
    }
    bench.faults_met().await;
    // Somebody who wants one picture meanwhile doesn't wait for the batch.
    assert_eq!(bench.run(make("a bridge", 1)).await.state, JobState::Saved);
    let id = jobs[0].batch.clone().unwrap().id;
    let stopped = bench.studio.cancel_batch(id.clone()).await.unwrap();
    assert_eq!(count(&stopped, JobState::Cancelled), 8);
    let billing = |wanted| stopped.iter().filter(|job| job.billing == wanted).count();
    assert_eq!((billing(Billing::Unknown), billing(Billing::Nothing)), (3, 5));
    assert_eq!(bench.studio.cancel_batch(id).await.unwrap(), stopped, "it has ended");
    assert_eq!(bench.studio.cancel_batch("no such".into()).await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_hold_a_batch_up_and_fail_none_of_it() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "generateImage", "kind": "status", "status": 429, "times": 9})).await;
    let jobs = start(&bench, &batch(|_| ())).await.unwrap();
    let jobs = ended(&bench, &jobs).await;
    assert_eq!(count(&jobs, JobState::Saved), 4, "{:?}", jobs.iter().find_map(|job| job.error.clone()));
    assert_eq!((bench.posts("generateImage").await, bench.charges().await.len()), (13, 4));
}
