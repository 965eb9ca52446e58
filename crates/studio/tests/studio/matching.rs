//! Charges find their work: by id for certain, by a guess that is said to be one, and not at all where two jobs fit.

use studio::{
    jobs::view::{Billing, JobState, JobView},
    spend::view::{ChargeView, MatchCertainty},
};

use crate::{
    bench::{Bench, make},
    ledger::all,
    talk::{draft, say},
};

impl Bench {
    pub async fn all_charges(&self) -> Vec<ChargeView> {
        self.studio.spend_charges(all()).await.unwrap().charges
    }

    /// All that was sent was sent two days earlier, and its charges were too.
    fn two_days_ago(&self) {
        self.sql(
            "UPDATE jobs SET sent_at = sent_at - 172800000, finished_at = finished_at - 172800000,
                created_at = created_at - 172800000;",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answers_charges_bear_its_id_and_its_message_has_their_sum() {
    let bench = Bench::new().await;
    let conversation = bench.talk("zai-org-glm-5-2").await;
    let (_, message) = bench.answered(draft(&conversation, None, say("Where are the gondolas?"))).await;
    bench.synced().await;
    let charges = bench.all_charges().await;
    assert!(charges.len() >= 2, "tokens in and out: {charges:?}");
    let total: rust_decimal::Decimal = charges.iter().map(|charge| charge.money.amount).sum();
    for charge in &charges {
        let matched = charge.matched.as_ref().unwrap();
        assert_eq!(matched.certainty, MatchCertainty::Id);
        assert_eq!(matched.conversation.as_deref(), Some(conversation.row.id.as_str()));
    }
    let job = bench.listed().await.remove(0);
    assert_eq!((job.billing, job.charged.unwrap().amount), (Billing::Charged, total.normalize()));
    let ids = vec![message.id.clone()];
    let read = bench.studio.messages(ids).await.unwrap().remove(0);
    let usage = read.usage.unwrap();
    assert_eq!((usage.cost.unwrap().amount, usage.cost_is_estimate), (total.normalize(), false));
    let receipt = bench.studio.job_charges(vec![job.id]).await.unwrap();
    assert_eq!((receipt.charges.len(), receipt.from_ledger), (charges.len(), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_a_guess_and_stays_one() {
    let bench = Bench::new().await;
    let job = bench.run(make("a canal", 2)).await;
    bench.synced().await;
    let charge = bench.all_charges().await.remove(0);
    let matched = charge.matched.unwrap();
    assert_eq!((matched.certainty, &matched.job), (MatchCertainty::Guess, &job.id));
    let after = bench.listed().await.remove(0);
    assert_eq!((after.billing, after.charged), (Billing::Expected, None), "a guess is no fact");
    let receipt = bench.studio.item_charges(job.items[0].clone()).await.unwrap();
    assert_eq!((receipt.charges.len(), receipt.shared_with), (1, 1));
    assert_eq!(receipt.charges[0].matched.as_ref().unwrap().certainty, MatchCertainty::Guess);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_stays_when_its_work_is_older_than_what_is_looked_at() {
    let bench = Bench::new().await;
    let job = bench.run(make("a canal", 1)).await;
    bench.synced().await;
    // Four days before what was read: the work was sent just before that, and charged just after.
    let at = "(SELECT complete_to FROM ledgers WHERE account = 'run') - 345600000";
    bench.sql(&format!(
        "UPDATE jobs SET sent_at = {at} - 30000, finished_at = {at} + 8000; UPDATE charges SET at = {at} + 4000;"
    ));
    let bench = bench.reopen().await;
    // What is looked at begins where the last reading ended, less three days and one.
    bench.synced().await;
    let charges = bench.all_charges().await;
    let guessed = charges.iter().filter(|charge| charge.matched.as_ref().is_some_and(|of| of.job == job.id));
    assert_eq!(guessed.count(), 1, "{charges:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_after_the_other_each_has_its_charge() {
    let bench = Bench::new().await;
    let jobs = [bench.run(make("a canal", 1)).await, bench.run(make("a bridge", 1)).await];
    bench.synced().await;
    let mut charges = bench.all_charges().await;
    charges.sort_by(|one, other| one.at.cmp(&other.at));
    let found: Vec<_> = charges.into_iter().map(|charge| charge.matched.unwrap()).collect();
    assert!(found.iter().all(|work| work.certainty == MatchCertainty::Guess));
    assert_eq!(found.iter().map(|work| &work.job).collect::<Vec<_>>(), [&jobs[0].id, &jobs[1].id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_jobs_that_fit_are_left_to_the_user() {
    let bench = Bench::with(vec!["generateImage:latency=400:2"]).await;
    let (first, second) = tokio::join!(bench.run(make("a canal", 1)), bench.run(make("a bridge", 1)));
    bench.synced().await;
    let charges = bench.all_charges().await;
    assert!(charges.iter().all(|charge| charge.matched.is_none()), "{charges:?}");
    let offered = bench.studio.charge_candidates(charges[0].id.clone()).await.unwrap();
    assert_eq!(offered.len(), 2);
    let charge = charges[0].id.clone();
    let said = bench.studio.match_charge(charge.clone(), Some(first.id.clone())).await.unwrap();
    assert_eq!(said.matched.unwrap().certainty, MatchCertainty::User);
    let of = async |id: &str| bench.listed().await.into_iter().find(|job| job.id == id).unwrap();
    assert_eq!(of(&first.id).await.billing, Billing::Charged);
    bench.synced().await;
    let kept = bench.all_charges().await.into_iter().find(|known| known.id == charge).unwrap();
    assert_eq!(kept.matched.unwrap().certainty, MatchCertainty::User, "the user's word stays");
    // Said otherwise, the first is as it was.
    bench.studio.match_charge(charge.clone(), Some(second.id.clone())).await.unwrap();
    assert_eq!(
        (of(&first.id).await.billing, of(&second.id).await.billing),
        (Billing::Expected, Billing::Charged)
    );
    let none = bench.studio.match_charge(charge, None).await.unwrap();
    assert_eq!(none.matched, None);
    assert_eq!(of(&second.id).await.billing, Billing::Expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_and_charged_is_said_to_be_likely_charged() {
    let bench = Bench::with(vec!["generateImage:lost_answer:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!(job.state, JobState::Unknown);
    bench.synced().await;
    let after = bench.listed().await.remove(0);
    let error = after.error.unwrap();
    assert_eq!(
        (after.state, after.billing, error.code.as_str()),
        (JobState::Unknown, Billing::Unknown, "charge_likely")
    );
    let charge = bench.all_charges().await.remove(0);
    bench.studio.match_charge(charge.id, Some(job.id)).await.unwrap();
    let sure = bench.listed().await.remove(0);
    assert_eq!((sure.billing, sure.error.unwrap().code.as_str()), (Billing::Charged, "charge_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_and_not_charged_is_settled_after_a_day() {
    let bench = Bench::with(vec!["generateImage:no_answer:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!(job.state, JobState::Unknown);
    bench.synced().await;
    assert_eq!(bench.listed().await[0].state, JobState::Unknown, "a charge may still come");
    bench.two_days_ago();
    bench.synced().await;
    let after = bench.listed().await.remove(0);
    assert_eq!((after.state, after.billing), (JobState::Failed, Billing::Nothing));
    assert_eq!(after.error.unwrap().code, "not_charged");
    // It can be sent again without a further word.
    bench.studio.retry_job(job.id, false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_stays_unknown_while_a_charge_may_be_its() {
    let bench = Bench::with(vec!["generateImage:lost_answer:2"]).await;
    bench.run(make("a canal", 1)).await;
    bench.run(make("a bridge", 1)).await;
    bench.synced().await;
    bench.two_days_ago();
    bench.sql("UPDATE charges SET at = at - 172800000;");
    // The columns are read anew.
    let bench = bench.reopen().await;
    bench.synced().await;
    let after = bench.listed().await;
    assert!(after.iter().all(|job| job.state == JobState::Unknown), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_and_not_charged_is_settled_after_a_day() {
    let bench = Bench::new().await;
    bench.arm_latency("generateImage").await;
    let job = bench.start(make("a canal", 1)).await.unwrap();
    bench.in_state(&job.id, JobState::Sent).await;
    bench.faults_met().await;
    let stopped = bench.studio.cancel_job(job.id).await.unwrap();
    assert_eq!((stopped.state, stopped.billing), (JobState::Cancelled, Billing::Unknown));
    bench.synced().await;
    assert_eq!(bench.listed().await[0].billing, Billing::Unknown, "a charge may still come");
    // If the sandbox has charged it by now, that is two days later: another's.
    bench.two_days_ago();
    bench.synced().await;
    let after = bench.listed().await.remove(0);
    assert_eq!((after.state, after.billing), (JobState::Cancelled, Billing::Nothing));
    assert_eq!(after.error.unwrap().code, "not_charged");
    let today = bench.studio.budget_state().await.unwrap().today;
    assert!(today.iter().all(|money| money.amount.is_zero()), "nothing is set aside for it: {today:?}");
    bench.studio.retry_job(stopped.id, false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_stays_in_doubt_while_a_charge_may_be_its() {
    let bench = Bench::with(vec!["generateImage:lost_answer:2"]).await;
    bench.run(make("a canal", 1)).await;
    bench.run(make("a bridge", 1)).await;
    // As if they had been stopped just before that.
    bench.sql("UPDATE jobs SET state = 'cancelled';");
    bench.synced().await;
    bench.two_days_ago();
    bench.sql("UPDATE charges SET at = at - 172800000;");
    let bench = bench.reopen().await;
    bench.synced().await;
    let after = bench.listed().await;
    let is_in_doubt = |job: &JobView| (job.state, job.billing) == (JobState::Cancelled, Billing::Unknown);
    assert!(after.iter().all(is_in_doubt), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_and_said_to_be_free_is_charged_where_the_user_says_so() {
    let bench = Bench::with(vec!["generateImage:lost_answer:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    // As if it had been stopped just before that, and nothing had been charged for long.
    bench.sql("UPDATE jobs SET state = 'cancelled', error = '{\"code\":\"not_charged\",\"message\":\"\"}';");
    bench.synced().await;
    let free = bench.listed().await.remove(0);
    assert_eq!((free.state, free.billing), (JobState::Cancelled, Billing::Nothing));
    let charge = bench.all_charges().await.remove(0);
    assert!(charge.matched.is_none(), "nobody guesses at what is known");
    bench.studio.match_charge(charge.id.clone(), Some(job.id)).await.unwrap();
    let sure = bench.listed().await.remove(0);
    assert_eq!(
        (sure.state, sure.billing, sure.error.unwrap().code.as_str()),
        (JobState::Cancelled, Billing::Charged, "charge_found")
    );
    bench.studio.match_charge(charge.id, None).await.unwrap();
    let again = bench.listed().await.remove(0);
    assert_eq!(
        (again.state, again.billing, again.error.unwrap().code.as_str()),
        (JobState::Cancelled, Billing::Unknown, "charged_unknown")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_before_it_was_sent_was_never_charged() {
    let bench = Bench::new().await;
    bench.studio.pause_queue(true).await.unwrap();
    let job = bench.start(make("a canal", 1)).await.unwrap();
    let stopped = bench.studio.cancel_job(job.id).await.unwrap();
    assert_eq!(
        (stopped.state, stopped.billing, stopped.error),
        (JobState::Cancelled, Billing::Nothing, None)
    );
    let today = bench.studio.budget_state().await.unwrap().today;
    assert!(today.iter().all(|money| money.amount.is_zero()), "{today:?}");
}
