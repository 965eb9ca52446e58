//! Budgets stand before every paid call: what stops, what asks, what warns.

use std::sync::Arc;

use futures_util::future::join_all;
use image::ImageFormat;
use rust_decimal::Decimal;
use studio::{
    calls::view::With,
    events::AppEvent,
    jobs::view::JobState,
    money::{Currency, Money},
    music::request::MusicRequest,
    pictures::{
        batch::PictureBatch,
        estimate::Expected,
        request::{CutOutRequest, EditRequest, PictureRequest, UpscaleRequest},
    },
    settings::SettingsPatch,
    spend::budgets::{Budget, BudgetState, BudgetWindow},
    voice::speech::SpeechRequest,
};
use venice::images::GenerateImage;

use crate::{
    bench::{Bench, make, picture, said},
    films::film,
    spoken::asked,
    talk::{draft, say},
};

const MODEL: &str = "z-image-turbo";

fn usd(amount: Decimal) -> Money {
    Money { amount, currency: Currency::Usd }
}

fn budget(window: BudgetWindow, most: Decimal, stops: bool) -> Budget {
    Budget { id: String::new(), window, account: None, most: usd(most), stops }
}

impl Bench {
    /// What one picture costs, where nothing stands in its way.
    async fn one_picture(&self) -> Decimal {
        self.studio.estimate_picture(&make("a canal", 1)).await.unwrap().amount.unwrap().amount
    }

    async fn budgeted(&self, window: BudgetWindow, most: Decimal, stops: bool) -> Budget {
        let before = self.studio.budgets().await.unwrap();
        let all = self.studio.save_budget(budget(window, most, stops)).await.unwrap();
        all.into_iter().find(|budget| !before.contains(budget)).unwrap()
    }

    /// The ids of all budgets.
    async fn budget_ids(&self) -> Vec<String> {
        self.studio.budgets().await.unwrap().into_iter().map(|budget| budget.id).collect()
    }

    async fn stands(&self) -> BudgetState {
        self.studio.budget_state().await.unwrap().budgets.remove(0)
    }

    /// The button, pressed by somebody who was asked and agrees.
    async fn start_all_the_same(&self) -> studio::Result<studio::jobs::view::JobView> {
        let request = make("a canal", 1);
        let estimate = self.studio.estimate_picture(&request).await.unwrap();
        let over_budgets = self.budget_ids().await;
        let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets };
        self.studio.start_picture(request, expected).await
    }

    async fn alert(&self) -> (u32, String) {
        self.hear(|event| match event {
            AppEvent::BudgetAlert { alert } => Some((alert.level, alert.budget.id.clone())),
            _ => None,
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_are_kept_changed_and_taken_away() {
    let bench = Bench::new().await;
    let five = Decimal::from(5);
    let day = bench.budgeted(BudgetWindow::Day, five, true).await;
    let month = bench.budgeted(BudgetWindow::Month, five, false).await;
    let bench = bench.reopen().await;
    assert_eq!(bench.studio.budgets().await.unwrap(), [day.clone(), month.clone()]);
    let more = Budget { most: usd("7.50".parse().unwrap()), ..day.clone() };
    let all = bench.studio.save_budget(more).await.unwrap();
    assert_eq!((all.len(), all[0].most.amount.to_string()), (2, "7.5".to_owned()));
    for (change, code) in [
        (Budget { most: usd(Decimal::ZERO), ..day.clone() }, "field_invalid"),
        (Budget { most: usd(-five), ..day.clone() }, "field_invalid"),
        (Budget { account: Some("nobody".into()), ..day.clone() }, "not_found"),
        (Budget { id: "gone".into(), ..day.clone() }, "not_found"),
    ] {
        assert_eq!(bench.studio.save_budget(change).await.unwrap_err().code, code);
    }
    assert_eq!(bench.studio.delete_budget(day.id).await.unwrap(), [month]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_stops_lets_nothing_over_it() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    let half = one / Decimal::TWO;
    bench.budgeted(BudgetWindow::Day, one * Decimal::TWO + half, true).await;
    for _ in 0..2 {
        assert_eq!(bench.run(make("a canal", 1)).await.state, JobState::Saved);
    }
    let estimate = bench.studio.estimate_picture(&make("a canal", 1)).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "budget_stops");
    let error = bench.start(make("a canal", 1)).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.params["window"].as_str()), ("budget_stops", "day"));
    // No consent goes over it.
    assert_eq!(bench.start_all_the_same().await.unwrap_err().code, "budget_stops");
    assert_eq!(bench.posts("generateImage").await, 2);
    let stands = bench.stands().await;
    assert_eq!((stands.spent.amount, stands.held.amount), ((one * Decimal::TWO).normalize(), Decimal::ZERO));
    assert_eq!((stands.left.amount, stands.taken_percent), (half.normalize(), 80));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_asks_lets_through_what_is_agreed_to() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    let half = one / Decimal::TWO;
    bench.budgeted(BudgetWindow::Month, one + half, false).await;
    bench.run(make("a canal", 1)).await;
    let estimate = bench.studio.estimate_picture(&make("a canal", 1)).await.unwrap();
    assert_eq!(estimate.problem, None, "the button can be pressed: it asks then");
    let error = bench.start(make("a canal", 1)).await.unwrap_err();
    assert_eq!(error.code, "budget_asks");
    assert_eq!(error.params["over"], format!("${}", half.normalize()));
    assert_eq!(bench.posts("generateImage").await, 1);
    assert_eq!(bench.studio.open_jobs().await.unwrap().len(), 1, "nothing was written down");
    let job = bench.start_all_the_same().await.unwrap();
    assert_eq!(bench.ended(&job.id).await.state, JobState::Saved);
    assert_eq!(bench.stands().await.left.amount, Decimal::ZERO);
    // Once more is asked about once more.
    assert_eq!(bench.start(make("a canal", 1)).await.unwrap_err().code, "budget_asks");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_counts_and_is_given_back() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    bench.budgeted(BudgetWindow::Day, one, true).await;
    bench.studio.pause_queue(true).await.unwrap();
    let waiting = bench.start(make("a canal", 1)).await.unwrap();
    let stands = bench.stands().await;
    assert_eq!((stands.spent.amount, stands.held.amount), (Decimal::ZERO, one.normalize()));
    assert_eq!(bench.start(make("a canal", 1)).await.unwrap_err().code, "budget_stops");
    bench.studio.cancel_job(waiting.id).await.unwrap();
    assert_eq!(bench.stands().await.held.amount, Decimal::ZERO);
    bench.studio.pause_queue(false).await.unwrap();
    assert_eq!(bench.run(make("a canal", 1)).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_over_a_restart_has_its_money_already() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    bench.budgeted(BudgetWindow::Day, one, true).await;
    bench.budgeted(BudgetWindow::Month, one, false).await;
    bench.studio.pause_queue(true).await.unwrap();
    let waiting = bench.start(make("a canal", 1)).await.unwrap();
    let bench = bench.reopen().await;
    assert_eq!(bench.stands().await.held.amount, one.normalize());
    bench.studio.pause_queue(false).await.unwrap();
    assert_eq!(bench.ended(&waiting.id).await.state, JobState::Saved);
    assert_eq!(bench.stands().await.spent.amount, one.normalize());
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_at_once_cannot_slip_past_a_budget_together() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    bench.budgeted(BudgetWindow::Day, one * Decimal::from(5) + one / Decimal::TWO, true).await;
    bench.budgeted(BudgetWindow::Always, one * Decimal::from(3), false).await;
    let all = bench.budget_ids().await;
    let clicks = (0..24).map(|n| {
        let studio = bench.studio.clone();
        // Half of them agree to go over the one that asks.
        let over_budgets = if n % 2 == 0 { all.clone() } else { Vec::new() };
        tokio::spawn(async move {
            let request = make("a canal", 1);
            let expected = studio.estimate_picture(&make("a canal", 1)).await?;
            let expected = Expected { account: expected.account, amount: expected.amount, over_budgets };
            studio.start_picture(request, expected).await
        })
    });
    let mut begun = Vec::new();
    for answer in join_all(clicks).await {
        match answer.unwrap() {
            Ok(job) => begun.push(job),
            Err(error) => {
                assert!(["budget_stops", "budget_asks"].contains(&error.code.as_str()), "{error:?}");
            }
        }
    }
    assert_eq!(begun.len(), 5);
    for job in begun {
        assert_eq!(bench.ended(&job.id).await.state, JobState::Saved);
    }
    assert_eq!(bench.posts("generateImage").await, 5);
    let overview = bench.studio.budget_state().await.unwrap();
    let day = overview.budgets.iter().find(|state| state.budget.window == BudgetWindow::Day).unwrap();
    assert_eq!(day.spent.amount, (one * Decimal::from(5)).normalize());
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_and_calls_alike_are_asked_about() {
    let bench = Bench::new().await;
    let nearly_nothing: Decimal = "0.000001".parse().unwrap();
    bench.budgeted(BudgetWindow::Always, nearly_nothing, false).await;

    let estimate = bench.studio.estimate_speech(&said("Good evening.")).await.unwrap();
    assert_eq!(estimate.problem, None);
    assert_eq!(bench.speak(said("Good evening.")).await.unwrap_err().code, "budget_asks");
    let over_budgets = bench.budget_ids().await;
    let expected =
        Expected { account: estimate.account, amount: estimate.amount, over_budgets: over_budgets.clone() };
    let reading = bench.studio.start_speech(said("Good evening."), expected).await.unwrap();
    bench.read_out(&reading.id).await;

    let request = GenerateImage::new(MODEL, "a canal").width(512_u32).height(512_u32);
    let json = serde_json::to_value(&request).unwrap();
    let price = bench.studio.price_operation("generateImage", json, Vec::new()).await.unwrap();
    for (over_budgets, expected_code) in [(Vec::new(), Some("budget_asks")), (over_budgets.clone(), None)] {
        let account = price.account.clone();
        let expected = Some(Expected { account, amount: price.amount, over_budgets });
        let with = With { expected, ..With::default() };
        let answer = bench.studio.call(request.clone(), with, Arc::new(|_| {})).await;
        assert_eq!(answer.err().map(|error| error.code).as_deref(), expected_code);
    }

    let conversation = bench.talk("qwen-3-8-27b").await;
    let question = || draft(&conversation, None, say("Good evening."));
    let price = bench.price(&question()).await;
    assert_eq!(bench.send(question()).await.map(drop).unwrap_err().code, "budget_asks");
    let expected = Expected { account: price.account, amount: price.most, over_budgets };
    bench.studio.send_turn(question(), expected, false, Arc::new(|_| {})).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn agreeing_to_one_budget_is_no_word_on_another() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    let half = one / Decimal::TWO;
    let day = bench.budgeted(BudgetWindow::Day, half, false).await.id;
    let month = bench.budgeted(BudgetWindow::Month, half, false).await.id;
    let wide = bench.budgeted(BudgetWindow::Always, one * Decimal::TEN, false).await.id;
    let send = async |over_budgets: &[&String]| {
        let request = make("a canal", 1);
        let estimate = bench.studio.estimate_picture(&request).await.unwrap();
        let over_budgets = over_budgets.iter().map(|id| (*id).clone()).collect();
        let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets };
        bench.studio.start_picture(request, expected).await
    };
    let asked = send(&[]).await.unwrap_err();
    let others: serde_json::Value = serde_json::from_str(&asked.params["others"]).unwrap();
    assert_eq!((asked.code.as_str(), &asked.params["budget"]), ("budget_asks", &day));
    assert_eq!((others.as_array().unwrap().len(), others[0]["budget"].as_str()), (1, Some(month.as_str())));
    assert_eq!(others[0]["window"], "month");
    for (agreed, left) in [(vec![&day, &wide], &month), (vec![&month], &day)] {
        let anew = send(&agreed).await.unwrap_err();
        assert_eq!((anew.code.as_str(), &anew.params["budget"]), ("budget_asks", left));
        assert!(!anew.params.contains_key("others"));
    }
    assert_eq!(bench.posts("generateImage").await, 0);
    let sent = send(&[&day, &month]).await.unwrap();
    assert_eq!(bench.ended(&sent.id).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_is_asked_about_too() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    let job = bench.run(make("a canal", 1)).await;
    bench.budgeted(BudgetWindow::Day, one, false).await;
    assert_eq!(bench.studio.retry_job(job.id.clone(), true).await.unwrap_err().code, "budget_asks");
    let agreed = bench.budget_ids().await;
    let again = bench.studio.agreeing(&agreed).retry_job(job.id, true).await.unwrap();
    assert_eq!(bench.ended(&again.id).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_one_account_or_currency_leaves_others_alone() {
    let bench = Bench::new().await;
    let tiny: Decimal = "0.000001".parse().unwrap();
    let of_sandbox = Budget { account: Some("sandbox".into()), ..budget(BudgetWindow::Day, tiny, true) };
    bench.studio.save_budget(of_sandbox).await.unwrap();
    let diem = Money { amount: tiny, currency: Currency::Diem };
    bench.studio.save_budget(Budget { most: diem, ..budget(BudgetWindow::Day, tiny, true) }).await.unwrap();
    assert_eq!(bench.run(make("a canal", 1)).await.state, JobState::Saved);
    let overview = bench.studio.budget_state().await.unwrap();
    assert_eq!(overview.budgets.len(), 1, "the sandbox's isn't one of this account");
    assert_eq!(overview.budgets[0].spent, Money { amount: Decimal::ZERO, currency: Currency::Diem });
    assert_eq!((overview.today.len(), overview.today[0].currency), (1, Currency::Usd));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_asks_is_no_limit() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    let without = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    bench.studio.change_settings(without).await.unwrap();
    bench.budgeted(BudgetWindow::Click, one / Decimal::TWO, false).await;
    assert_eq!(bench.start(make("a canal", 1)).await.unwrap_err().code, "budget_asks");
    let job = bench.start_all_the_same().await.unwrap();
    bench.ended(&job.id).await;
    assert!(bench.studio.budget_state().await.unwrap().budgets.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn half_nearly_all_and_all_are_told_once() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    let budget = bench.budgeted(BudgetWindow::Always, one * Decimal::from(5), false).await;
    for _ in 0..3 {
        bench.run(make("a canal", 1)).await;
    }
    assert_eq!(bench.alert().await, (50, budget.id.clone()));
    let bench = bench.reopen().await;
    bench.run(make("a canal", 1)).await;
    assert_eq!(bench.alert().await, (80, budget.id.clone()), "what was told isn't told again");
    // Another amount is another budget.
    let less = Budget { most: usd(one * Decimal::from(4)), ..budget.clone() };
    bench.studio.save_budget(less).await.unwrap();
    let all = bench.hear(|event| match event {
        AppEvent::BudgetAlert { alert } if alert.level == 100 => Some(alert.budget.id.clone()),
        _ => None,
    });
    assert_eq!(all.await, budget.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_hears_what_is_taken() {
    let bench = Bench::new().await;
    let one = bench.one_picture().await;
    bench.budgeted(BudgetWindow::Day, one * Decimal::from(4), true).await;
    bench.run(make("a canal", 1)).await;
    let percent = bench.hear(|event| match event {
        AppEvent::Budgets { budgets } => {
            budgets.budgets.first().map(|state| state.spent_percent).filter(|percent| *percent > 0)
        }
        _ => None,
    });
    assert_eq!(percent.await, 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_diem_stops_once_diem_were_taken_for_all_of_it() {
    let bench = Bench::new().await;
    let request = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    bench.studio.change_settings(request).await.unwrap();
    let one = bench.one_picture().await;
    let diem = Money { amount: one * Decimal::TWO, currency: Currency::Diem };
    let day = Budget { most: diem, ..budget(BudgetWindow::Day, one, true) };
    let day = bench.studio.save_budget(day).await.unwrap().remove(0);
    for _ in 0..2 {
        assert_eq!(bench.run(make("a canal", 1)).await.state, JobState::Saved);
    }
    // The history tells that it was DIEM.
    bench.sql("UPDATE holds SET currency = 'diem'");
    bench.studio.test_account(studio::accounts::RUN.to_owned()).await.unwrap();
    let stopped = bench.start(make("a canal", 1)).await.unwrap_err();
    assert_eq!((stopped.code.as_str(), stopped.params["left"].as_str()), ("budget_stops", "0 DIEM"));
    assert!(!stopped.params.contains_key("price"), "nobody knows how many DIEM it takes");
    let estimate = bench.studio.estimate_picture(&make("a canal", 1)).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "budget_stops");
    bench.studio.save_budget(Budget { stops: false, ..day }).await.unwrap();
    assert_eq!(bench.start(make("a canal", 1)).await.unwrap_err().code, "budget_asks");
    let job = bench.start_all_the_same().await.unwrap();
    assert_eq!(bench.ended(&job.id).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_of_an_account_go_with_it() {
    let bench = Bench::new().await;
    let key = bench.sandbox.api_key().to_owned();
    let account = bench.studio.add_key_account("Mine".into(), key.into()).await.unwrap();
    let all = bench.budgeted(BudgetWindow::Day, Decimal::ONE, true).await;
    let own = Budget { account: Some(account.id.clone()), ..budget(BudgetWindow::Day, Decimal::TWO, true) };
    assert_eq!(bench.studio.save_budget(own).await.unwrap().len(), 2);
    bench.studio.forget_account(account.id).await.unwrap();
    assert_eq!(bench.studio.budgets().await.unwrap(), [all]);
}

/// What was asked for, and with which code it was refused.
fn refusal<T>(answer: studio::Result<T>) -> String {
    answer.err().map_or_else(|| "sent".to_owned(), |error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_paid_goes_past_a_budget_that_is_used_up() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let photo = bench.imported("canal.jpg", &picture(600, 400, ImageFormat::Jpeg)).await;
    let edit_model = studio.picture_models(false).await.unwrap().default_edit.unwrap();
    let done = bench.run(make("a canal", 1)).await;
    let spoken =
        bench.speak(SpeechRequest { format: Some("wav".into()), ..said("Good evening.") }).await.unwrap();
    let sound = bench.read_out(&spoken.id).await.item.unwrap();
    let conversation = bench.talk("qwen-3-8-27b").await;
    let without = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    studio.change_settings(without).await.unwrap();
    bench.budgeted(BudgetWindow::Always, "0.000001".parse().unwrap(), true).await;
    let (charges, jobs) = (bench.charges().await.len(), bench.listed().await.len());
    let all = bench.budget_ids().await;
    let at = |account: String, amount| Expected { account, amount, over_budgets: all.clone() };

    let edit = EditRequest {
        model: edit_model,
        item: photo.clone(),
        prompt: "dusk".into(),
        ..EditRequest::default()
    };
    let upscale = UpscaleRequest { item: photo.clone(), scale: 2, creativity: None, scale_down: false };
    let cut_out = CutOutRequest { item: photo, scale_down: false };
    for request in
        [PictureRequest::Edit(edit), PictureRequest::Upscale(upscale), PictureRequest::CutOut(cut_out)]
    {
        assert_eq!(refusal(bench.start(request.clone()).await), "budget_stops", "{request:?}");
    }
    let PictureRequest::Make(one) = make("a canal", 1) else { panic!("it makes") };
    let batch = PictureBatch { request: one, each: 4, ..PictureBatch::default() };
    let price = studio.estimate_batch(&batch).await.unwrap();
    let began = studio.start_batch(batch, at(price.account, price.amount)).await;
    assert_eq!(refusal(began), "budget_stops", "a batch");

    let request = film("ltx-2-5-fast-text-to-video", "a boat");
    let price = studio.quote_film(&request).await.unwrap();
    assert_eq!(
        refusal(studio.start_film(request, at(price.account, price.amount)).await),
        "budget_stops",
        "a film"
    );
    let request = MusicRequest {
        model: "ace-step-15".into(),
        prompt: "a barcarole".into(),
        instrumental: true,
        duration_seconds: Some(10),
        ..MusicRequest::default()
    };
    let price = studio.quote_music(&request).await.unwrap();
    assert_eq!(
        refusal(studio.start_music(request, at(price.account, price.amount)).await),
        "budget_stops",
        "music"
    );

    let price = studio.estimate_speech(&said("Good night.")).await.unwrap();
    let began = studio.start_speech(said("Good night."), at(price.account, price.amount)).await;
    assert_eq!(refusal(began), "budget_stops", "speech");
    assert_eq!(refusal(bench.transcribe(&asked(&sound)).await), "budget_stops", "a transcript");

    let question = || draft(&conversation, None, say("Good evening."));
    let price = bench.price(&question()).await;
    let began = studio.send_turn(question(), at(price.account, price.most), false, Arc::new(|_| {})).await;
    assert_eq!(refusal(began.map(drop)), "budget_stops", "an answer");

    let request = GenerateImage::new(MODEL, "a canal").width(512_u32).height(512_u32);
    let json = serde_json::to_value(&request).unwrap();
    let price = studio.price_operation("generateImage", json, Vec::new()).await.unwrap();
    let with = With { expected: Some(at(price.account, price.amount)), ..With::default() };
    assert_eq!(
        refusal(studio.call(request, with, Arc::new(|_| {})).await.map(drop)),
        "budget_stops",
        "a call"
    );

    let again = studio.agreeing(&all);
    assert_eq!(refusal(again.retry_job(done.id.clone(), true).await), "budget_stops", "once more");
    let price = studio.price_again(done.id.clone()).await.unwrap();
    let began = studio.duplicate_job(done.id, at(price.account, price.amount)).await;
    assert_eq!(refusal(began), "budget_stops", "the same beside it");

    assert_eq!(bench.charges().await.len(), charges);
    let new = bench.listed().await.len() - jobs;
    assert_eq!(new, 0, "nothing was written down either");
}
