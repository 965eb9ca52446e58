use jiff::ToSpan;

use crate::library::tests::{fill, item};
use crate::testing::{Home, START};
use crate::*;

fn numbers(store: &Store, query: &Query) -> Vec<String> {
    let page = store.library().page(query).unwrap();
    assert_eq!(page.total, page.items.len() as u64);
    let shape = store.library().shape(query).unwrap();
    let ids: Vec<u8> = page.items.iter().flat_map(|item| *item.id.0.as_bytes()).collect();
    assert_eq!(shape.ids, ids, "the shape is the page");
    page.items.into_iter().map(|item| item.title.replace("Picture ", "")).collect()
}

fn cost(amount: &str, currency: Currency, pretend: bool) -> Cost {
    let money = Money { amount: amount.parse().unwrap(), currency };
    Cost { money: Some(money), certainty: Certainty::Charge, pretend }
}

#[test]
fn costs_are_compared_within_their_currency_only() {
    let store = Home::new().open();
    let job = Some(JobId::new(START));
    let costs = [
        cost("0.009", Currency::Usd, false),
        cost("0.01", Currency::Usd, false),
        cost("0.1", Currency::Usd, true),
        cost("0.1", Currency::Diem, false),
        cost("0.00", Currency::Usd, false),
    ];
    let mut all: Vec<Item> =
        (0..).zip(costs).map(|(n, cost)| Item { cost, job, job_index: n as u32, ..item(n) }).collect();
    all.push(Item { job, job_index: 9, ..item(5) });
    all.push(item(6));
    fill(&store, all);
    let found =
        |filter| numbers(&store, &Query { cost: Some(filter), sort: Sort::Oldest, ..Query::default() });
    let between = |currency, pretend, min: Option<&str>, max: Option<&str>| CostFilter::Between {
        currency,
        pretend,
        min: min.map(str::to_owned),
        max: max.map(str::to_owned),
    };
    assert_eq!(found(CostFilter::Free), ["4", "6"]);
    assert_eq!(found(CostFilter::Unknown), ["5"]);
    assert_eq!(found(between(Currency::Usd, false, Some("0.0095"), None)), ["1"]);
    assert_eq!(found(between(Currency::Usd, false, Some("0.009"), Some("0.010"))), ["0", "1"]);
    assert_eq!(found(between(Currency::Usd, true, None, None)), ["2"]);
    assert_eq!(found(between(Currency::Diem, false, None, Some("1"))), ["3"]);
    let rubbish =
        Query { cost: Some(between(Currency::Usd, false, Some("a lot"), None)), ..Query::default() };
    assert!(matches!(store.library().page(&rubbish), Err(Error::OutOfRange { what: "cost" })));
}

#[test]
fn days_pixels_and_bytes_have_two_ends_each() {
    let store = Home::new().open();
    let mut all: Vec<Item> = (0_u64..4)
        .map(|n| {
            let made_at = START + (n.cast_signed() * 24).hours();
            let day = made_at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let one = item(n);
            let file = MediaFile { width: Some(100 * (n as u32 + 1)), height: Some(100), ..one.file };
            Item { file, made_at, day, ..one }
        })
        .collect();
    all[3].file.width = None;
    fill(&store, all);
    let all = || Query { sort: Sort::Oldest, ..Query::default() };
    let day = |day: &str| Some(format!("2026-11-{day}"));
    assert_eq!(numbers(&store, &Query { from_day: day("22"), to_day: day("23"), ..all() }), ["1", "2"]);
    assert_eq!(numbers(&store, &Query { to_day: day("21"), ..all() }), ["0"]);
    assert_eq!(numbers(&store, &Query { min_pixels: Some(20_000), ..all() }), ["1", "2"], "3 isn't known");
    assert_eq!(numbers(&store, &Query { max_pixels: Some(20_000), ..all() }), ["0", "1"]);
    assert_eq!(numbers(&store, &Query { min_bytes: Some(1), max_bytes: Some(2), ..all() }), ["1", "2"]);
    let rubbish = Query { from_day: Some("yesterday".into()), ..all() };
    assert!(matches!(store.library().page(&rubbish), Err(Error::OutOfRange { what: "day" })));

    let shape = store.library().shape(&all()).unwrap();
    assert_eq!(shape.ratios, [100_u16, 200, 300, 100].map(u16::to_le_bytes).concat());
    assert_eq!(shape.days.iter().map(|day| day.items).collect::<Vec<_>>(), [1, 1, 1, 1]);
    assert_eq!(
        shape.days,
        store.library().days(&Query::default()).unwrap().into_iter().rev().collect::<Vec<_>>()
    );
    let by_size = store.library().shape(&Query { sort: Sort::Size, ..all() }).unwrap();
    assert_eq!((by_size.ids.len(), by_size.days), (64, Vec::new()));
    let facets = store.library().facets().unwrap();
    assert_eq!((facets.first_day.unwrap().day(), facets.last_day.unwrap().day()), (21, 24));
}

/// The clock was set to another zone while travelling: a day stays in one piece.
#[test]
fn a_day_is_never_torn_apart() {
    let store = Home::new().open();
    let day = |day| jiff::civil::date(2026, 11, day);
    let on = |n, day| Item { day, ..item(n) };
    fill(&store, vec![on(0, day(21)), on(1, day(22)), on(2, day(21)), on(3, day(22))]);
    assert_eq!(numbers(&store, &Query::default()), ["3", "1", "2", "0"]);
    assert_eq!(store.library().days(&Query::default()).unwrap().len(), 2);
    let mut query = Query { limit: 1, ..Query::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.library().page(&query).unwrap();
        seen.extend(page.items.into_iter().map(|item| item.title.replace("Picture ", "")));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["3", "1", "2", "0"]);
}

/// What is found follows every kind of change, at once.
#[test]
fn changes_are_found_at_once() {
    let home = Home::new();
    let store = home.open();
    fill(&store, (0..6).map(item).collect());
    let library = store.library();
    let by = |sort| numbers(&store, &Query { sort, ..Query::default() });
    assert_eq!(by(Sort::Newest), ["5", "4", "3", "2", "1", "0"]);
    library
        .change(item(2).id, Patch { rating: Some(5), title: Some("zzz".into()), ..Patch::default() })
        .unwrap();
    library.change(item(1).id, Patch { rating: Some(3), ..Patch::default() }).unwrap();
    assert_eq!(by(Sort::Rating)[..2], ["zzz", "1"]);
    assert_eq!(by(Sort::Title).last().unwrap(), "zzz");
    library.trash(&[item(5).id, item(0).id]).unwrap();
    assert_eq!(by(Sort::Newest), ["4", "3", "zzz", "1"]);
    library.restore(&[item(0).id]).unwrap();
    library.empty_trash(None).unwrap();
    // Its row may be taken again, by another item.
    fill(&store, vec![item(9)]);
    assert_eq!(by(Sort::Newest), ["9", "4", "3", "zzz", "1", "0"]);
    assert_eq!(by(Sort::Size), ["9", "4", "3", "zzz", "1", "0"]);
    let (before, status) = (by(Sort::Title), library.status().unwrap());
    drop(store);
    let store = home.open_with_findings().0;
    assert_eq!(numbers(&store, &Query { sort: Sort::Title, ..Query::default() }), before);
    assert_eq!(store.library().status().unwrap().items, status.items);
}
