//! What the Spend room shows: every view of the same charges comes to the same sums.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use studio::spend::view::{
    ChargeGrouping, ChargeKind, ChargeQuery, ChargeSort, LedgerMoney, PricedUnit, SeriesBy, SeriesStep,
    SpendFilter, SpendNote,
};

use crate::{
    bench::{Bench, make},
    films::steer,
    ledger::all,
};

type Sums = BTreeMap<String, Decimal>;

fn sums(money: &[LedgerMoney]) -> Sums {
    let mut sums = Sums::new();
    for money in money {
        *sums.entry(money.currency.clone()).or_default() += money.amount;
    }
    sums.into_iter().map(|(currency, sum)| (currency, sum.normalize())).collect()
}

async fn bench() -> Bench {
    let bench = Bench::new().await;
    steer(&bench, "usage", serde_json::json!({"days": 12, "charges": 2_000, "seed": 11})).await;
    bench.studio.picture_models(false).await.unwrap();
    bench.synced().await;
    bench
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_comes_to_the_same_sum() {
    let bench = bench().await;
    let filter = SpendFilter::default();
    let (whole, _) = bench.sandbox_sums().await;
    for by in [SeriesBy::Kind, SeriesBy::Model, SeriesBy::Account] {
        for step in [SeriesStep::Day, SeriesStep::Week, SeriesStep::Month] {
            let series = bench.studio.spend_series(filter.clone(), by, step).await.unwrap();
            let parts: Vec<LedgerMoney> = series
                .parts
                .iter()
                .map(|part| {
                    assert_eq!(part.amounts.len(), series.starts.len());
                    assert_eq!(part.amounts.iter().sum::<Decimal>().normalize(), part.total);
                    LedgerMoney { amount: part.total, currency: part.currency.clone() }
                })
                .collect();
            assert_eq!(sums(&parts), whole, "{by:?} {step:?}");
        }
    }
    for grouping in [
        ChargeGrouping::Day,
        ChargeGrouping::Kind,
        ChargeGrouping::Model,
        ChargeGrouping::Account,
        ChargeGrouping::Work,
    ] {
        let query = ChargeQuery { grouping: Some(grouping), ..all() };
        let page = bench.studio.spend_charges(query.clone()).await.unwrap();
        let of_groups: Vec<LedgerMoney> = page.groups.iter().flat_map(|group| group.spent.clone()).collect();
        assert_eq!((sums(&of_groups), sums(&page.spent)), (whole.clone(), whole.clone()), "{grouping:?}");
        let group = &page.groups[0];
        let query = ChargeQuery { group: Some(group.id.clone()), ..query };
        let within = bench.studio.spend_charges(query).await.unwrap();
        assert_eq!((within.total, sums(&within.spent)), (group.charges, sums(&group.spent)), "{grouping:?}");
    }
    let facets = bench.studio.spend_facets(filter).await.unwrap();
    for facet in [&facets.accounts, &facets.kinds, &facets.currencies] {
        assert_eq!(facet.iter().map(|value| value.charges).sum::<u32>(), 2_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_the_same_for_all() {
    let bench = bench().await;
    let kinds = SpendFilter { kinds: vec![ChargeKind::Image], ..SpendFilter::default() };
    let facets = bench.studio.spend_facets(kinds.clone()).await.unwrap();
    assert!(facets.kinds.len() > 3, "what else there is to choose stays");
    let page = bench.studio.spend_charges(ChargeQuery { filter: kinds.clone(), ..all() }).await.unwrap();
    assert!(page.charges.iter().all(|charge| charge.kind == ChargeKind::Image));
    let overview = bench.studio.spend_overview(kinds).await.unwrap();
    assert_eq!((sums(&overview.total), overview.charges), (sums(&page.spent), page.total));

    // Two days that meet have no charge in common, and miss none.
    let day = |back: i64| (jiff::Zoned::now().date() - jiff::ToSpan::days(back)).to_string();
    let between = |from: i64, to: i64| SpendFilter {
        from: Some(day(from)),
        to: Some(day(to)),
        ..SpendFilter::default()
    };
    let count = async |filter| bench.studio.spend_overview(filter).await.unwrap().charges;
    assert_eq!(count(between(9, 5)).await + count(between(4, 2)).await, count(between(9, 2)).await);
    assert_eq!(count(between(400, 300)).await, 0);
    let nothing =
        bench.studio.spend_series(between(400, 399), SeriesBy::Kind, SeriesStep::Day).await.unwrap();
    assert_eq!((nothing.starts.len(), nothing.parts.len()), (2, 0));
    let wrong = SpendFilter { currency: Some("doubloons".into()), ..SpendFilter::default() };
    assert_eq!(count(wrong).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_searched_sorted_and_turned_over() {
    let bench = bench().await;
    let first = |sort| ChargeQuery { sort, limit: 50, ..all() };
    let mut seen = Vec::new();
    for offset in (0..2_000).step_by(400) {
        let page = bench.studio.spend_charges(ChargeQuery { offset, limit: 400, ..all() }).await.unwrap();
        assert_eq!(page.total, 2_000);
        seen.extend(page.charges.into_iter().map(|charge| (charge.at, charge.id)));
    }
    assert!(seen.windows(2).all(|pair| pair[0].0 >= pair[1].0));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 2_000);
    let dear = bench.studio.spend_charges(first(ChargeSort::Dearest)).await.unwrap().charges;
    assert!(dear.windows(2).all(|pair| pair[0].money.amount >= pair[1].money.amount));
    let cheap = bench.studio.spend_charges(first(ChargeSort::Cheapest)).await.unwrap().charges;
    assert!(cheap[0].money.amount <= dear[49].money.amount);
    let models = bench.studio.spend_charges(first(ChargeSort::Model)).await.unwrap().charges;
    assert!(models.windows(2).all(|pair| pair[0].model <= pair[1].model));

    let found = async |text: &str| {
        let query = ChargeQuery { text: Some(text.into()), ..all() };
        bench.studio.spend_charges(query).await.unwrap()
    };
    let kimi = found("KIMI output").await;
    assert!(kimi.total > 0 && kimi.charges.iter().all(|charge| charge.sku.contains("kimi-k3-llm-output")));
    assert_eq!(found("nothing is called that").await.total, 0);
    let id = kimi.charges[0].request_id.clone().unwrap();
    let of_call = found(&id).await;
    assert!(
        of_call.charges.iter().all(|charge| charge.request_id.as_ref() == Some(&id)) && of_call.total > 0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_told_apart_by_venices_own_sums() {
    let bench = bench().await;
    let filter = SpendFilter::default();
    let keys = bench.studio.spend_series(filter.clone(), SeriesBy::Key, SeriesStep::Day).await.unwrap();
    assert_eq!(keys.notes, [SpendNote::KeysByUtcDays]);
    let names: Vec<&str> = keys.parts.iter().map(|part| part.name.as_str()).collect();
    assert!(names.contains(&"Nightly batch"), "{names:?}");
    let facets = bench.studio.spend_facets(filter).await.unwrap();
    let key = facets.keys.iter().find(|key| key.name == "Nightly batch").unwrap();
    let only = SpendFilter { keys: vec![key.id.clone()], ..SpendFilter::default() };
    let series = bench.studio.spend_series(only.clone(), SeriesBy::Key, SeriesStep::Week).await.unwrap();
    assert!(series.parts.iter().all(|part| part.id == key.id) && !series.parts.is_empty());
    let overview = bench.studio.spend_overview(only).await.unwrap();
    assert!(overview.notes.contains(&SpendNote::KeysUnknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_made_comparable_and_what_cost_most_comes_first() {
    let bench = bench().await;
    let prices = bench.studio.spend_unit_prices(SpendFilter::default()).await.unwrap();
    let all_of = |unit| prices.iter().find(|price| price.unit == unit && price.model.is_none());
    for unit in [PricedUnit::Picture, PricedUnit::ChatThousandWords, PricedUnit::TranscribedMinute] {
        let price = all_of(unit).unwrap_or_else(|| panic!("{unit:?}"));
        assert!(price.price.amount > Decimal::ZERO && price.units > Decimal::ZERO);
    }
    let z = prices.iter().find(|price| price.model.as_deref() == Some("z-image-turbo")).unwrap();
    assert_eq!(z.price.amount.to_string(), "0.01");

    let job = bench.run(make("a canal", 2)).await;
    bench.synced().await;
    let top = bench.studio.spend_top_items(SpendFilter::default()).await.unwrap();
    assert_eq!((top.len(), &top[0].work.job, &top[0].work.items), (1, &job.id, &job.items));
    let notes = bench.studio.spend_charges(all()).await.unwrap().notes;
    assert!(notes.contains(&SpendNote::Guesses));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_month_is_told_day_by_day() {
    let bench = bench().await;
    let overview = bench.studio.spend_overview(SpendFilter::default()).await.unwrap();
    let today = usize::from(jiff::Zoned::now().date().day().unsigned_abs());
    for pace in &overview.months {
        assert!((28..=31).contains(&pace.days.len()));
        let spent: Vec<Decimal> = pace.days.iter().filter_map(|day| day.spent).collect();
        assert_eq!(spent.len(), today);
        assert!(spent.windows(2).all(|pair| pair[0] <= pair[1]));
        let month = overview.month.spent.iter().find(|money| money.currency == pace.currency);
        assert_eq!(month.map(|money| money.amount), spent.last().copied().filter(|sum| !sum.is_zero()));
    }
    assert_eq!(
        overview.months.iter().map(|pace| pace.currency.as_str()).collect::<Vec<_>>(),
        ["usd", "diem"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_out_is_read_back_as_it_is() {
    let bench = bench().await;
    bench.sql("UPDATE charges SET notes = 'He said \"no\",' || char(10) || 'twice' WHERE row = 1;");
    let bench = bench.reopen().await;
    let path = bench.folder.path().join("spend.csv");
    bench.studio.export_spend(all(), path.clone()).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    assert!(text.contains("\"He said \"\"no\"\",\ntwice\"") && text.ends_with("\r\n"));
    let mut quoted = false;
    let rows = text.chars().filter(|letter| {
        quoted ^= *letter == '"';
        *letter == '\n' && !quoted
    });
    assert_eq!(rows.count(), 2_001);
    let own = bench.home().join("spend.csv");
    assert!(bench.studio.export_spend(all(), own).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_out_is_what_is_looked_at_whole_and_in_its_order() {
    let bench = bench().await;
    let path = bench.folder.path().join("spend.csv");
    let written = async |query: ChargeQuery| {
        bench.studio.export_spend(query, path.clone()).await.unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        table.records().map(|row| row.unwrap().iter().next_back().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // A page says nothing of what is written.
    let searched = ChargeQuery {
        text: Some("z-image".into()),
        sort: ChargeSort::Cheapest,
        offset: 3,
        limit: 1,
        ..all()
    };
    let shown = bench.studio.spend_charges(ChargeQuery { offset: 0, limit: 500, ..searched.clone() }).await;
    let shown = shown.unwrap();
    let rows = written(searched).await;
    assert!(shown.total > 0 && shown.total < 2_000);
    assert_eq!(rows.len(), shown.total as usize);
    let first: Vec<_> = shown.charges.iter().map(|charge| charge.id.clone()).collect();
    assert_eq!(rows[..first.len()], first[..]);

    let grouped = ChargeQuery { grouping: Some(ChargeGrouping::Model), ..all() };
    let groups = bench.studio.spend_charges(grouped.clone()).await.unwrap().groups;
    assert_eq!(written(grouped.clone()).await.len(), 2_000);
    let group = &groups[0];
    let rows = written(ChargeQuery { group: Some(group.id.clone()), ..grouped }).await;
    assert_eq!(rows.len(), group.charges as usize);
}
