use jiff::ToSpan;

use crate::library::tests::{fill, item};
use crate::testing::{self, Home, START};
use crate::*;

fn later(home: &Home) {
    let mut now = home.clock.now.lock().unwrap();
    *now += 1.minutes();
}

fn told(store: &Store) -> Vec<(String, u64, Option<ItemId>)> {
    store.boards().list().unwrap().into_iter().map(|board| (board.name, board.items, board.cover)).collect()
}

#[test]
fn boards_are_named_filled_and_taken_away() {
    let home = Home::new();
    let store = home.open();
    fill(&store, (0..4).map(item).collect());
    let ids: Vec<ItemId> = (0..4).map(|n| item(n).id).collect();
    let mut changes = store.changes();
    let boats = store.boards().insert("  big   boats ").unwrap();
    let cats = store.boards().insert("A cat").unwrap();
    assert_eq!((boats.name.as_str(), changes.try_recv()), ("big boats", Ok(Change::Boards)));
    store.boards().put(boats.id, &ids[..3], true).unwrap();
    later(&home);
    let gone = ItemId::new(START);
    store.boards().put(boats.id, &[ids[3], gone, ids[0]], true).unwrap();
    store.boards().put(cats.id, &ids[..1], true).unwrap();
    assert_eq!(told(&store), [("A cat".into(), 1, Some(ids[0])), ("big boats".into(), 4, Some(ids[3]))]);
    store.library().trash(&[ids[3]]).unwrap();
    assert_eq!(told(&store)[1].1, 3, "what is in the trash isn't counted");
    assert_eq!(store.boards().of_item(ids[0]).unwrap(), [cats.id, boats.id]);

    let on = |board: BoardId| Query { board: Some(board.to_string()), ..Query::default() };
    assert_eq!(store.library().page(&on(boats.id)).unwrap().total, 3);
    assert_eq!(store.library().page(&Query { trashed: true, ..on(boats.id) }).unwrap().total, 1);
    store.boards().put(boats.id, &ids[..1], false).unwrap();
    assert_eq!(store.library().page(&on(boats.id)).unwrap().total, 2);
    assert_eq!(
        store.library().page(&Query { board: Some("?".into()), ..Query::default() }).unwrap().total,
        0
    );

    assert_eq!(store.boards().rename(boats.id, "ships").unwrap().items, 2);
    let mut changes = store.changes();
    store.boards().delete(boats.id).unwrap();
    assert!(matches!(changes.try_recv(), Ok(Change::Items(all)) if all.len() == 3));
    assert_eq!(changes.try_recv(), Ok(Change::Boards));
    assert_eq!(store.library().page(&on(boats.id)).unwrap().total, 0);
    assert_eq!(store.library().status().unwrap().items, 3, "the items stay");
    assert!(store.boards().delete(boats.id).unwrap_err().is_not_found());
    assert!(store.boards().put(boats.id, &ids, true).unwrap_err().is_not_found());
    assert!(matches!(store.boards().insert(" "), Err(Error::OutOfRange { what: "board name" })));
}

#[test]
fn many_are_changed_alike() {
    let store = Home::new().open();
    let mut all: Vec<Item> = (0..3).map(item).collect();
    all[0].tags = vec!["b".into(), "a".into()];
    all[1].rating = 4;
    fill(&store, all.clone());
    let ids: Vec<ItemId> = all.iter().map(|item| item.id).chain([ItemId::new(START)]).collect();
    let tags = PatchMany {
        add_tags: vec![" c ".into(), "a".into()],
        remove_tags: vec!["b".into()],
        ..PatchMany::default()
    };
    store.library().change_many(&ids, tags).unwrap();
    let marks = PatchMany { favourite: Some(true), ..PatchMany::default() };
    store.library().change_many(&ids[..2], marks).unwrap();
    let now = store.library().get_many(&ids).unwrap();
    let seen: Vec<_> = now.iter().map(|item| (item.tags.join(" "), item.rating, item.favourite)).collect();
    assert_eq!(seen, [("a c".into(), 0, true), ("c a".into(), 4, true), ("c a".into(), 0, false)]);
    let found = Query { tag: Some("c".into()), favourite: true, text: Some("c".into()), ..Query::default() };
    assert_eq!(store.library().page(&found).unwrap().total, 2);
    let bad = PatchMany { rating: Some(6), ..PatchMany::default() };
    assert!(matches!(store.library().change_many(&ids, bad), Err(Error::OutOfRange { what: "rating" })));
}

#[test]
fn a_family_is_told_from_anywhere_in_it_nearest_first() {
    let store = Home::new().open();
    let keep = |n: u32, parents: &[&Item]| {
        let parents = parents.iter().map(|parent| Parent { item: parent.id, role: Role::Source }).collect();
        let made_at = Some(START + i64::from(n).minutes());
        store.keep(testing::png(n), NewItem { made_at, parents, ..NewItem::new(Origin::Made, "x") }).unwrap()
    };
    let root = keep(1, &[]);
    let left = keep(2, &[&root]);
    let right = keep(3, &[&root]);
    let both = keep(4, &[&left, &right]);
    let stranger = keep(5, &[]);
    let whole = store.library().family(both.id, 200).unwrap();
    let ids = |family: &Family| family.items.iter().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(ids(&whole), [root.id, left.id, right.id, both.id]);
    assert_eq!((whole.links.len(), whole.left_out), (4, 0));
    assert_eq!(store.library().family(root.id, 200).unwrap(), whole);
    assert_eq!(ids(&store.library().family(stranger.id, 200).unwrap()), [stranger.id]);

    let near = store.library().family(both.id, 3).unwrap();
    assert_eq!((ids(&near), near.left_out), (vec![left.id, right.id, both.id], 1));
    assert_eq!(near.links.len(), 2, "links lead to what is told");
    let siblings: Vec<Item> = (10..15).map(|n| keep(n, &[&stranger])).collect();
    let near = store.library().family(stranger.id, 3).unwrap();
    assert_eq!((near.items.len(), near.left_out), (3, 3), "it is said how many more there are");
    store.library().trash(&siblings.iter().map(|item| item.id).collect::<Vec<_>>()).unwrap();
    store.library().empty_trash(None).unwrap();
    store.library().trash(&[root.id]).unwrap();
    store.library().empty_trash(None).unwrap();
    let orphaned = store.library().family(left.id, 200).unwrap();
    assert_eq!(ids(&orphaned), [left.id, right.id, both.id]);
    assert!(orphaned.links.iter().any(|link| link.parent == root.id), "that there was one is still told");
}

#[test]
fn the_trash_empties_itself_after_a_month() {
    let home = Home::new();
    let store = home.open();
    let kept = [1, 2].map(|n| store.keep(testing::png(n), NewItem::new(Origin::Made, "x")).unwrap());
    store.library().trash(&[kept[0].id]).unwrap();
    drop(store);
    *home.clock.now.lock().unwrap() += (29 * 24).hours();
    let store = home.open();
    store.library().trash(&[kept[1].id]).unwrap();
    drop(store);
    *home.clock.now.lock().unwrap() += (2 * 24).hours();
    // The last handle waits for what is done at the start.
    drop(home.open());
    let store = home.open();
    assert_eq!(store.library().status().unwrap().trashed, 1);
    assert!(store.library().get(kept[0].id).unwrap_err().is_not_found());
    assert_eq!(home.files().len(), 2);
}
