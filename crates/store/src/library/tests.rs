use std::collections::BTreeSet;
use std::time::Instant;

use jiff::ToSpan;
use proptest::prelude::*;

use super::*;
use crate::testing::{self, Home, START};
use crate::{Certainty, Change, Cost, Currency, MediaFile, MediaKind, Money, NewItem, Origin};

/// Writes rows without files, for tests of queries alone.
pub(super) fn fill(store: &Store, items: Vec<Item>) {
    store
        .database()
        .write(move |db, changes| {
            for item in &items {
                changes.item(item.id);
                let file = files::insert(db, &item.file)?;
                items::insert(db, item, file)?;
            }
            Ok(())
        })
        .unwrap();
}

pub(super) fn item(n: u64) -> Item {
    let made_at = START + n.cast_signed().minutes();
    let path = format!("{n}.png");
    Item {
        id: ItemId(uuid::Uuid::from_u128(u128::from(n) * 7_919 % 1_000_003)),
        kind: MediaKind::Picture,
        origin: Origin::Made,
        title: format!("Picture {n}"),
        prompt: None,
        negative_prompt: None,
        model: None,
        file: MediaFile {
            blake3: blake3::hash(path.as_bytes()).to_hex().to_string(),
            path,
            bytes: n,
            mime: "image/png".into(),
            ext: "png".into(),
            width: Some(1_024),
            height: Some(1_024),
            duration_ms: None,
            has_alpha: false,
            thumbhash: None,
            missing: false,
        },
        made_at,
        day: made_at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        cost: Cost::default(),
        account: None,
        job: None,
        job_index: 0,
        seed: None,
        rating: 0,
        favourite: false,
        tags: Vec::new(),
        notes: String::new(),
        trashed_at: None,
        recipe: None,
        receipt: None,
    }
}

fn text(text: &str) -> Query {
    Query { text: Some(text.into()), ..Query::default() }
}

fn titles(store: &Store, query: &Query) -> Vec<String> {
    store.library().page(query).unwrap().items.into_iter().map(|item| item.title).collect()
}

#[test]
fn search_finds_chinese_words_of_any_length_and_latin_beginnings() {
    let store = Home::new().open();
    let with =
        |n, title: &str, prompt: &str| Item { title: title.into(), prompt: Some(prompt.into()), ..item(n) };
    fill(
        &store,
        vec![
            with(1, "dusk", "黄昏的贡多拉，水彩画"),
            with(2, "mixed", "一只猫 sitting in Café Müller, AI绘画 🎭"),
            Item { tags: vec!["运河".into(), "Holiday 2026".into()], ..with(3, "tagged", "nothing") },
            Item {
                notes: "für später".into(),
                model: Some("flux-2-max".into()),
                ..with(4, "noted", "boats")
            },
            with(5, "さくらの京都", "한국어 그림"),
        ],
    );
    for (typed, expected) in [
        ("猫", vec!["mixed"]),
        ("黄昏", vec!["dusk"]),
        ("贡多拉", vec!["dusk"]),
        ("多贡", vec![]),
        ("绘画", vec!["mixed"]),
        ("画", vec!["mixed", "dusk"]),
        ("AI绘画", vec!["mixed"]),
        ("ａｉ绘", vec!["mixed"]),
        ("水彩 黄昏", vec!["dusk"]),
        ("cafe mull", vec!["mixed"]),
        ("CAFÉ", vec!["mixed"]),
        ("cafe\u{301}", vec!["mixed"]),
        ("🎭", vec!["mixed"]),
        ("🎨", vec![]),
        ("运河", vec!["tagged"]),
        ("holi", vec!["tagged"]),
        ("oliday", vec![]),
        ("flux-2", vec!["noted"]),
        ("spat", vec!["noted"]),
        ("京都", vec!["さくらの京都"]),
        ("그림", vec!["さくらの京都"]),
        ("e000", vec![]),
        ("9ec4", vec![]),
        ("boats OR cats", vec![]),
        ("\"boats", vec!["noted"]),
        ("title:dusk", vec![]),
        ("* ( ) \" - ^", vec![]),
    ] {
        assert_eq!(titles(&store, &text(typed)), expected, "{typed}");
    }
    assert_eq!(titles(&store, &text("  ")).len(), 5, "no words: no filter");
    let id = item(1).id;
    store.library().change(id, Patch { title: Some("Abend".into()), ..Patch::default() }).unwrap();
    assert_eq!(titles(&store, &text("dusk")), [""; 0], "old words are forgotten");
    assert_eq!(titles(&store, &text("abend 黄昏")), ["Abend"]);
}

#[test]
fn filters_are_joined() {
    let store = Home::new().open();
    let mut all: Vec<Item> = (0..8).map(item).collect();
    for (n, one) in all.iter_mut().enumerate() {
        one.kind = if n & 1 == 0 { MediaKind::Picture } else { MediaKind::Film };
        one.favourite = n & 2 != 0;
        one.rating = if n & 4 == 0 { 1 } else { 4 };
        one.model = Some(if n < 4 { "a" } else { "b" }.into());
        one.tags = if n == 6 { vec!["x".into()] } else { Vec::new() };
        one.origin = if n == 7 { Origin::Edited } else { Origin::Made };
    }
    fill(&store, all);
    let count = |query: Query| store.library().page(&query).unwrap().total;
    assert_eq!(count(Query::default()), 8);
    assert_eq!(count(Query { kind: Some(MediaKind::Film), ..Query::default() }), 4);
    assert_eq!(count(Query { favourite: true, min_rating: 2, ..Query::default() }), 2);
    assert_eq!(count(Query { max_rating: Some(1), ..Query::default() }), 4);
    assert_eq!(count(Query { model: Some("b".into()), tag: Some("x".into()), ..Query::default() }), 1);
    assert_eq!(count(Query { origin: Some(Origin::Edited), favourite: true, ..Query::default() }), 1);
    let facets = store.library().facets().unwrap();
    assert_eq!(facets.models, [("a".into(), 4), ("b".into(), 4)]);
    assert_eq!(facets.tags, [("x".into(), 1)]);
    store.library().trash(&[item(6).id]).unwrap();
    assert_eq!(count(Query { trashed: true, ..Query::default() }), 1);
    assert_eq!(store.library().facets().unwrap().tags, []);
}

#[test]
fn costs_of_a_day_are_exact_and_never_mixed() {
    let store = Home::new().open();
    let cost = |amount: &str, currency, certainty, pretend| Cost {
        money: Some(Money { amount: amount.parse().unwrap(), currency }),
        certainty,
        pretend,
    };
    let usd = |amount| cost(amount, Currency::Usd, Certainty::Charge, false);
    let mut all: Vec<Item> = (0..12).map(|n| Item { cost: usd("0.1"), ..item(n) }).collect();
    all[10].cost = cost("0.1", Currency::Diem, Certainty::Charge, false);
    all[11].cost = cost("0.1", Currency::Usd, Certainty::Charge, true);
    all.push(Item { cost: usd("0.000001"), ..item(12) });
    all.push(Item { cost: cost("5", Currency::Usd, Certainty::Estimate, false), ..item(13) });
    all.push(item(14));
    all.push(Item { cost: usd("2"), ..item(60 * 24) });
    fill(&store, all);
    let days = store.library().days(&Query::default()).unwrap();
    assert_eq!(
        days.iter().map(|day| (day.day.to_string(), day.items)).collect::<Vec<_>>(),
        [("2026-11-22".to_owned(), 1), ("2026-11-21".to_owned(), 15)]
    );
    let sums: BTreeSet<_> = days[1]
        .costs
        .iter()
        .map(|sum| (sum.money.currency, sum.certainty, sum.pretend, sum.money.amount.normalize().to_string()))
        .collect();
    assert_eq!(
        sums.into_iter().collect::<Vec<_>>(),
        [
            (Currency::Usd, Certainty::Estimate, false, "5".to_owned()),
            (Currency::Usd, Certainty::Charge, false, "1.000001".to_owned()),
            (Currency::Usd, Certainty::Charge, true, "0.1".to_owned()),
            (Currency::Diem, Certainty::Charge, false, "0.1".to_owned()),
        ]
    );
    assert_eq!(store.library().days(&text("nowhere")).unwrap(), []);
}

#[test]
fn the_trash_gives_back_and_deletes_only_what_nobody_needs() {
    let home = Home::new();
    let store = home.open();
    let new = |title: &str| NewItem::new(Origin::Made, title);
    let one = store.keep(testing::png(1), new("one")).unwrap();
    let twin = store.keep(testing::png(1), new("twin")).unwrap();
    let other = store.keep(testing::png(2), new("other")).unwrap();
    let child = store
        .keep(
            testing::png(3),
            NewItem { parents: vec![Parent { item: other.id, role: Role::Source }], ..new("child") },
        )
        .unwrap();
    let library = store.library();
    library.trash(&[one.id, other.id]).unwrap();
    assert_eq!(library.page(&Query::default()).unwrap().total, 2);
    library.restore(&[one.id]).unwrap();
    assert_eq!(library.get(one.id).unwrap(), one);
    library.trash(&[one.id]).unwrap();
    assert_eq!(library.empty_trash(Some(START)).unwrap(), Emptied::default(), "nothing is that old");

    let mut changes = store.changes();
    let emptied = library.empty_trash(None).unwrap();
    assert_eq!((emptied.items, emptied.files, emptied.bytes), (2, 1, other.file.bytes));
    assert!(matches!(changes.try_recv(), Ok(Change::Items(ids)) if ids.len() == 2));
    assert!(store.media_path(&twin.file.path).exists(), "its twin still needs the file");
    assert!(library.get(one.id).unwrap_err().is_not_found());
    assert_eq!(library.lineage(child.id).unwrap().parents, []);
    assert_eq!(library.page(&text("one")).unwrap().total, 0);
    drop(store);
    assert_eq!(home.files().len(), 4);
    home.open();
}

#[test]
fn values_out_of_range_are_refused() {
    let store = Home::new().open();
    fill(&store, vec![item(1)]);
    let change = |patch| store.library().change(item(1).id, patch);
    assert!(matches!(
        change(Patch { rating: Some(6), ..Patch::default() }),
        Err(Error::OutOfRange { what: "rating" })
    ));
    let long = Patch { tags: Some(vec!["x".repeat(101)]), ..Patch::default() };
    assert!(matches!(change(long), Err(Error::OutOfRange { what: "tag" })));
    assert!(store.library().change(item(2).id, Patch::default()).unwrap_err().is_not_found());
    store.library().trash(&[item(2).id, item(1).id]).unwrap();
    assert_eq!(store.library().status().unwrap().trashed, 1, "what is gone is passed over");
}

#[test]
fn debug_tells_no_words_of_the_user() {
    let printed = format!("{:?}", Item { title: "secret".into(), prompt: Some("secret".into()), ..item(1) });
    assert!(!printed.contains("secret"));
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let store = Home::new().open();
    fill(&store, (0..3).map(item).collect());
    let first = Query { limit: 1, ..Query::default() };
    let next = store.library().page(&first).unwrap().next;
    let other = Query { sort: Sort::Title, cursor: next, ..first.clone() };
    assert!(matches!(store.library().page(&other), Err(Error::BadCursor)));
    for rubbish in ["", "newest", "newest.x.1", "newest.00000000-0000-0000-0000-000000000000.x"] {
        let query = Query { cursor: Some(rubbish.into()), ..first.clone() };
        assert!(matches!(store.library().page(&query), Err(Error::BadCursor)), "{rubbish}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the order, the filter, the page size and the ties: all pages together are the whole, in order.
    #[test]
    fn pages_together_are_the_whole(
        values in prop::collection::vec((0_i64..4, 0_u64..4, "[aAbé画]{0,2}", any::<bool>(), 0_u8..6), 0..24),
        sort in prop::sample::select(vec![Sort::Newest, Sort::Oldest, Sort::Title, Sort::Size, Sort::Rating]),
        favourite in any::<bool>(),
        limit in 1_u32..7,
    ) {
        let store = Home::new().open();
        let all: Vec<Item> = values.into_iter().enumerate().map(|(n, (time, bytes, title, favourite, rating))| {
            let one = item(n as u64);
            Item { made_at: START + time.seconds(), title, favourite, rating, file: MediaFile { bytes, ..one.file }, ..one }
        }).collect();
        fill(&store, all.clone());
        let mut expected: Vec<&Item> = all.iter().filter(|item| item.favourite || !favourite).collect();
        expected.sort_by_key(|item| item.id.to_string());
        match sort {
            Sort::Newest => { expected.reverse(); expected.sort_by_key(|item| std::cmp::Reverse(item.made_at)); }
            Sort::Oldest => expected.sort_by_key(|item| item.made_at),
            Sort::Title => expected.sort_by_key(|item| words::sort_key(&item.title)),
            Sort::Size => { expected.reverse(); expected.sort_by_key(|item| std::cmp::Reverse(item.file.bytes)); }
            Sort::Rating => { expected.reverse(); expected.sort_by_key(|item| std::cmp::Reverse(item.rating)); }
        }
        let mut query = Query { favourite, sort, limit, ..Query::default() };
        let mut seen = Vec::new();
        loop {
            let page = store.library().page(&query).unwrap();
            prop_assert_eq!(page.total, expected.len() as u64);
            prop_assert!(page.items.len() <= limit as usize);
            seen.extend(page.items.into_iter().map(|item| item.id));
            query.cursor = page.next;
            if query.cursor.is_none() { break; }
        }
        prop_assert_eq!(seen, expected.into_iter().map(|item| item.id).collect::<Vec<_>>());
    }

    /// No input breaks a search, and every word of a title finds it.
    #[test]
    fn any_text_can_be_typed(title in any::<String>(), typed in any::<String>()) {
        let store = Home::new().open();
        fill(&store, vec![Item { title: title.clone(), ..item(1) }]);
        store.library().page(&text(&typed)).unwrap();
        if words::expression(&title).is_some() {
            prop_assert_eq!(store.library().page(&text(&title)).unwrap().total, 1);
        }
    }
}

/// Ten thousand items with long recipes: the first page of any filter, order or search comes in 20 ms (a figure for
/// optimised builds; the ratio to reading all rows holds in any).
#[test]
fn first_pages_are_quick() {
    let count: u64 = std::env::var("STORE_TEST_ITEMS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let store = Home::new().open();
    let words = ["gondola", "dusk", "黄昏", "运河", "cat", "oil painting", "水彩", "portrait"];
    let all = (0..count).map(|n| {
        let pick = |step: u64| words[(n / step % 8) as usize];
        Item {
            title: format!("{} {n}", pick(1)),
            prompt: Some(format!(
                "{} of {} in the style of {} {}",
                pick(3),
                pick(7),
                pick(11),
                "and so on ".repeat(20)
            )),
            model: Some(format!("model-{}", n % 17)),
            rating: (n % 6) as u8,
            favourite: n % 50 == 0,
            origin: if n % 9 == 0 { Origin::Edited } else { Origin::Made },
            tags: if n % 100 == 0 { vec!["rare".into()] } else { vec!["common".into()] },
            recipe: Some(serde_json::json!({"filler": "x".repeat(1_000)})),
            trashed_at: (n % 20 == 0).then_some(START),
            ..item(n)
        }
    });
    fill(&store, all.collect());
    let half: Vec<ItemId> = (0..count).step_by(2).map(|n| item(n).id).collect();
    let board = store.boards().insert("half").unwrap().id;
    store.boards().put(board, &half, true).unwrap();
    let all = Query::default();
    let queries = [
        ("all", all.clone()),
        ("title", Query { sort: Sort::Title, ..all.clone() }),
        ("size", Query { sort: Sort::Size, ..all.clone() }),
        ("model", Query { model: Some("model-3".into()), ..all.clone() }),
        ("no model", Query { model: Some("none".into()), ..all.clone() }),
        ("favourites", Query { favourite: true, sort: Sort::Oldest, ..all.clone() }),
        ("rating", Query { min_rating: 5, origin: Some(Origin::Edited), ..all.clone() }),
        ("rare tag", Query { tag: Some("rare".into()), ..all.clone() }),
        ("common tag", Query { tag: Some("common".into()), sort: Sort::Size, ..all.clone() }),
        ("trash", Query { trashed: true, ..all.clone() }),
        ("latin", text("gondola")),
        ("prefix", text("g")),
        ("in all", text("style")),
        ("chinese", text("黄昏")),
        ("one character", text("水")),
        ("rare", text("9999")),
        ("best first", Query { sort: Sort::Rating, ..all.clone() }),
        (
            "a month",
            Query { from_day: Some("2026-12-01".into()), to_day: Some("2026-12-31".into()), ..all.clone() },
        ),
        ("pixels", Query { min_pixels: Some(1), max_pixels: Some(2_000_000), ..all.clone() }),
        ("bytes", Query { min_bytes: Some(count / 2), sort: Sort::Size, ..all.clone() }),
        ("free", Query { cost: Some(CostFilter::Free), ..all.clone() }),
        ("board", Query { board: Some(board.to_string()), sort: Sort::Title, ..all.clone() }),
        (
            "all at once",
            Query {
                board: Some(board.to_string()),
                tag: Some("common".into()),
                min_rating: 1,
                sort: Sort::Rating,
                ..text("style")
            },
        ),
    ];
    for (name, query) in queries {
        store.library().page(&query).unwrap();
        let mut times: Vec<_> = (0..5)
            .map(|_| {
                let start = Instant::now();
                store.library().page(&query).unwrap();
                start.elapsed()
            })
            .collect();
        times.sort();
        println!("{name}: {:?}", times[2]);
        // Five times what is asked of an optimised build, on a machine with other things to do.
        assert!(count > 10_000 || times[0].as_millis() < 100, "{name}: {times:?}");
    }
    let start = Instant::now();
    store.library().days(&all).unwrap();
    println!("days: {:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(store.library().shape(&all).unwrap().ratios.len() as u64, (count - count / 20) * 2);
    println!("shape: {:?}", start.elapsed());
    let start = Instant::now();
    store.boards().list().unwrap();
    println!("boards: {:?}", start.elapsed());
    let start = Instant::now();
    store.library().change(item(1).id, Patch { rating: Some(2), ..Patch::default() }).unwrap();
    println!("one rating: {:?}", start.elapsed());
    let some: Vec<ItemId> = (0..10_000.min(count)).map(|n| item(n).id).collect();
    let start = Instant::now();
    store.library().trash(&some).unwrap();
    println!("into the trash: {:?}", start.elapsed());
    let start = Instant::now();
    store.library().facets().unwrap();
    println!("facets: {:?}", start.elapsed());
}
