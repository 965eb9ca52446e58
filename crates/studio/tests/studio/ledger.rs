//! The history of charges, read from the sandbox: whole, exact, and what happens where it can't be read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use studio::spend::view::{
    AccountLedger, ChargeQuery, ChargeSort, ChargeSource, SpendFilter, SpendNote, SpendStatus,
};

use crate::{
    bench::{Bench, make},
    films::steer,
    following::{IN_ANSWER, film},
};

impl Bench {
    /// Reads the histories to their ends.
    pub async fn synced(&self) -> SpendStatus {
        self.studio.sync_spend().await.unwrap();
        self.until(async || Some(self.studio.spend_status().await.unwrap()).filter(|status| !status.syncing))
            .await
    }

    /// How far the account of this run is known, after reading.
    pub async fn synced_run(&self) -> AccountLedger {
        let status = self.synced().await;
        status.accounts.into_iter().find(|account| account.account == "run").unwrap()
    }

    /// What the sandbox itself says was charged, by currency as we write it.
    pub async fn sandbox_sums(&self) -> (BTreeMap<String, Decimal>, usize) {
        let ledger = self.control("ledger").await;
        let charges: Vec<&Value> = ledger["charges"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|charge| charge["wallet"].is_null())
            .collect();
        let mut sums = BTreeMap::new();
        for charge in &charges {
            // JSON knows floats only; the client reads them to twelve places too.
            let amount: Decimal = format!("{:.12}", charge["amount"].as_f64().unwrap()).parse().unwrap();
            let currency = charge["currency"].as_str().unwrap().to_lowercase();
            *sums.entry(currency).or_insert(Decimal::ZERO) += amount;
        }
        (sums.into_iter().map(|(currency, sum)| (currency, sum.normalize())).collect(), charges.len())
    }

    /// What we say was charged.
    pub async fn our_sums(&self) -> (BTreeMap<String, Decimal>, usize) {
        let overview = self.studio.spend_overview(SpendFilter::default()).await.unwrap();
        let sums = overview.total.into_iter().map(|money| (money.currency, money.amount));
        (sums.collect(), overview.charges as usize)
    }
}

pub fn all() -> ChargeQuery {
    ChargeQuery {
        filter: SpendFilter::default(),
        text: None,
        sort: ChargeSort::Newest,
        grouping: None,
        group: None,
        offset: 0,
        limit: 500,
    }
}

async fn with_past(charges: u32) -> Bench {
    let bench = Bench::new().await;
    steer(&bench, "usage", json!({"days": 60, "charges": charges, "seed": 7})).await;
    bench
}

#[tokio::test(flavor = "multi_thread")]
async fn all_charges_are_here_and_their_sums_are_the_sandboxs() {
    let bench = with_past(4_500).await;
    let run = bench.synced_run().await;
    assert_eq!((run.source, run.charges, run.problem), (ChargeSource::Ledger, 4_500, None));
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
    // Read again, nothing is there twice; and what was charged meanwhile is there once.
    bench.run(make("a canal", 2)).await;
    bench.synced().await;
    bench.synced().await;
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
    assert_eq!(run.differences, [], "Venice's own sums say the same");
    let bench = bench.reopen().await;
    let before = bench.studio.spend_status().await.unwrap();
    assert!(before.accounts.iter().any(|account| account.charges > 4_500), "known without asking anybody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_that_broke_off_goes_on_where_it_was() {
    let bench = with_past(4_500).await;
    // The third page is lost, whatever the client tries.
    bench.arm(json!({"operation": "getBillingUsageHistory", "kind": "status", "status": 400, "after": 2, "times": 20})).await;
    let run = bench.synced_run().await;
    let some = run.charges;
    assert!(run.problem.is_some() && some > 0 && some < 4_500, "{run:?}");
    assert_eq!(run.source, ChargeSource::Answers, "there is no whole history yet");
    bench.disarm().await;
    let bench = bench.reopen().await;
    let asked = bench.posts("getBillingUsageHistory").await;
    let run = bench.synced_run().await;
    assert_eq!((run.problem, run.charges), (None, 4_500));
    let pages = bench.posts("getBillingUsageHistory").await - asked;
    assert!(pages <= 5, "what was read isn't read again: {pages}");
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_is_not_taken_any_more_begins_anew_without_gap_or_double() {
    let bench = with_past(3_500).await;
    let fault = json!({"operation": "getBillingUsageHistory", "kind": "status", "status": 400, "after": 2, "times": 1});
    bench.arm(fault).await;
    let run = bench.synced_run().await;
    assert_eq!((run.problem, run.charges), (None, 3_500));
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charge_that_comes_late_is_found() {
    let bench = Bench::new().await;
    bench.run(make("a canal", 1)).await;
    assert_eq!(bench.synced_run().await.charges, 1);
    // All of it lies before what was read already.
    steer(&bench, "usage", json!({"days": 20, "charges": 900, "seed": 3})).await;
    let run = bench.synced_run().await;
    assert_eq!(run.charges, 901, "Venice's own sums tell that something is missing, and it is looked for");
    assert_eq!(run.differences, []);
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_that_differ_from_venices_are_shown_as_that() {
    let bench = with_past(600).await;
    assert_eq!(bench.synced_run().await.differences, []);
    let before = "(strftime('%s', 'now') - 3 * 86400) * 1000";
    bench.sql(&format!(
        "UPDATE charges SET amount = '9' WHERE row = (SELECT row FROM charges WHERE at < {before} ORDER BY at DESC LIMIT 1);"
    ));
    let bench = bench.reopen().await;
    let run = bench.synced_run().await;
    let [one] = run.differences.as_slice() else { panic!("{run:?}") };
    assert!(one.ledger - one.analytics > Decimal::from(8), "{one:?}");
    assert_eq!((run.charges, run.problem), (600, None), "and nothing was read in twice over it");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_admin_key_what_answers_told_is_shown_as_that() {
    let bench = Bench::without_admin_key().await;
    bench.run(make("a canal", 2)).await;
    let run = bench.synced_run().await;
    assert_eq!((run.source, run.charges, &run.problem), (ChargeSource::Answers, 1, &None));
    let page = bench.studio.spend_charges(all()).await.unwrap();
    assert!(page.charges[0].estimated && page.charges[0].source == ChargeSource::Answers);
    assert!(page.notes.contains(&SpendNote::AnswersOnly) && page.notes.contains(&SpendNote::Estimates));
    let overview = bench.studio.spend_overview(SpendFilter::default()).await.unwrap();
    assert!(!overview.balances.is_empty(), "any key may ask for what is left");
    bench.run(make("a bridge", 1)).await;
    assert_eq!(bench.synced_run().await.charges, 2, "and nothing is there twice");
    let today = bench.studio.spend_overview(SpendFilter::default()).await.unwrap().today;
    assert_eq!(
        (today.spent[0].amount.to_string(), today.by_balance[0].amount.to_string()),
        ("0.03".into(), "0.01".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_that_the_same_pays_for_are_counted_once() {
    let bench = Bench::new().await;
    // Venice's own sums are a beta; who pays for what is known without them.
    bench
        .arm(json!({"operation": "getBillingUsageAnalytics", "kind": "status", "status": 403, "times": 90}))
        .await;
    assert_eq!(bench.synced_run().await.source, ChargeSource::Ledger);
    let key = bench.sandbox.api_key().to_owned();
    let mine = bench.studio.add_key_account("Mine".into(), key.into()).await.unwrap();
    let job = bench.run(make("a canal", 2)).await;
    assert_eq!(job.account, mine.id);
    let status = bench.synced().await;
    let of = |id: &str| status.accounts.iter().find(|known| known.account == id).unwrap();
    assert_eq!((of(&mine.id).covered_by.as_deref(), of(&mine.id).charges), (Some("run"), 0));
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
    let charge = bench.studio.spend_charges(all()).await.unwrap().charges.remove(0);
    assert_eq!(charge.matched.unwrap().job, job.id, "its work is found all the same");

    bench.synced().await;
    let charge = bench.studio.spend_charges(all()).await.unwrap().charges.remove(0);
    assert!(charge.key.is_some(), "and with which key");

    let of_mine = SpendFilter { accounts: vec![mine.id.clone()], ..SpendFilter::default() };
    let balances = async || bench.studio.spend_overview(of_mine.clone()).await.unwrap().balances;
    assert!(!balances().await.is_empty());
    bench.studio.forget_account(mine.id.clone()).await.unwrap();
    assert_eq!(balances().await, [], "nobody knows what it has any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_stays_while_nobody_can_be_asked() {
    let bench = with_past(300).await;
    assert_eq!(bench.synced_run().await.charges, 300);
    for status in [401, 403, 410, 500] {
        let fault =
            json!({"operation": "getBillingUsageHistory", "kind": "status", "status": status, "times": 20});
        bench.arm(fault).await;
        let run = bench.synced_run().await;
        assert!(run.problem.is_some(), "{status}");
        assert_eq!((run.source, run.charges), (ChargeSource::Ledger, 300), "{status}");
        bench.disarm().await;
    }
    assert_eq!(bench.synced_run().await.problem, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stood_in_for_the_history_goes_when_that_is_read() {
    let bench = Bench::without_admin_key().await;
    bench.run(make("a canal", 2)).await;
    assert_eq!(bench.synced_run().await.charges, 1);
    // With an admin key from now on.
    let bench = bench.reopen().await;
    let run = bench.synced_run().await;
    assert_eq!((run.source, run.charges), (ChargeSource::Ledger, 1));
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
    // The key is refused for a while, and work goes on.
    bench
        .arm(json!({"operation": "getBillingUsageHistory", "kind": "status", "status": 403, "times": 20}))
        .await;
    bench.run(make("a bridge", 1)).await;
    let run = bench.synced_run().await;
    assert_eq!((run.charges, run.problem.is_some()), (2, true), "it is here all the same");
    let charges = bench.studio.spend_charges(all()).await.unwrap().charges;
    assert!(charges[0].estimated && !charges[1].estimated, "{charges:?}");
    let refused = bench.studio.match_charge(charges[0].id.clone(), None).await;
    assert_eq!(refused.unwrap_err().code, "not_found", "whose that is is known");
    bench.disarm().await;
    let run = bench.synced_run().await;
    assert_eq!((run.problem, run.charges), (None, 2), "and nothing is there twice");
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_counts_less() {
    let bench = Bench::new().await;
    bench.tune(json!({"fate": "failed"})).await;
    let job = bench.shoot(film(IN_ANSWER)).await;
    bench.ended(&job.id).await;
    bench.synced().await;
    assert_eq!(bench.our_sums().await, bench.sandbox_sums().await);
    let page = bench.studio.spend_charges(all()).await.unwrap();
    let amounts: Vec<Decimal> = page.charges.iter().map(|charge| charge.money.amount).collect();
    assert_eq!((amounts.len(), amounts.iter().sum::<Decimal>()), (2, Decimal::ZERO));
    assert!(amounts[0].is_sign_negative(), "the last is what came back");
    assert_eq!(page.spent[0].amount, Decimal::ZERO);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_currency_has_its_own_sum_and_diem_comes_again() {
    let bench = Bench::new().await;
    // More on a day than its DIEM pays for.
    steer(&bench, "usage", json!({"days": 6, "charges": 1_500, "seed": 7})).await;
    bench.synced().await;
    let overview = bench.studio.spend_overview(SpendFilter::default()).await.unwrap();
    let currencies: Vec<&str> = overview.total.iter().map(|money| money.currency.as_str()).collect();
    assert_eq!(currencies, ["usd", "diem"]);
    let diem = overview.balances.iter().find(|balance| balance.money.currency == "diem").unwrap();
    assert!(diem.allocation.is_some() && diem.resets_at.is_some() && diem.runway.is_none());
    let usd = overview.balances.iter().find(|balance| balance.money.currency == "usd").unwrap();
    assert!(usd.runway.is_some() && usd.allocation.is_none());
    let pretend = SpendFilter { pretend: true, ..SpendFilter::default() };
    assert_eq!(
        bench.studio.spend_overview(pretend).await.unwrap().total,
        [],
        "real money isn't pretend money"
    );
}
