use std::fs;

use serde_json::json;

use crate::testing::{self, Home, START};
use crate::*;

/// All that a user can make of a library.
fn filled(home: &Home) -> Store {
    let store = home.open();
    let cost = |amount: &str, certainty| Cost {
        money: Some(Money { amount: amount.parse().unwrap(), currency: Currency::Usd }),
        certainty,
        pretend: false,
    };
    let keep = |n, new| store.keep(testing::png(n), new).unwrap();
    let first = keep(
        1,
        NewItem {
            prompt: Some("黄昏 a gondola".into()),
            negative_prompt: Some("people".into()),
            model: Some("flux".into()),
            cost: cost("0.0100", Certainty::Charge),
            account: Some("a".into()),
            job: Some(JobId::new(START)),
            job_index: 3,
            seed: Some(-9),
            tags: vec!["from the start".into()],
            recipe: Some(json!({"steps": 20, "loras": [{"name": "x"}]})),
            receipt: Some(json!({"answer_id": "y"})),
            ..NewItem::new(Origin::Made, "first")
        },
    );
    let edited = keep(
        2,
        NewItem {
            parents: vec![
                Parent { item: first.id, role: Role::Source },
                Parent { item: ItemId::new(START), role: Role::Mask },
            ],
            cost: cost("0.5", Certainty::Estimate),
            ..NewItem::new(Origin::Edited, "second")
        },
    );
    let twin = keep(2, NewItem::new(Origin::Imported, "the same bytes again"));
    let film = NewItem {
        kind: MediaKind::Film,
        format: Some(("video/mp4".into(), "mp4".into())),
        size: Some((640, 480)),
        duration_ms: Some(5_000),
        parents: vec![Parent { item: edited.id, role: Role::FirstFrame }],
        ..NewItem::new(Origin::Made, "a film")
    };
    let film = store.keep(b"a film".to_vec(), film).unwrap();
    let library = store.library();
    let take = NewItem {
        kind: MediaKind::Sound,
        format: Some(("audio/x-odd".into(), "odd".into())),
        duration_ms: Some(60_000),
        markers: vec![
            Marker { at_ms: 30_000, label: "之后".into() },
            Marker { at_ms: 0, label: String::new() },
        ],
        ..NewItem::new(Origin::Recorded, "Take")
    };
    let take = store.keep(b"a take".to_vec(), take).unwrap();
    let marked = vec![Marker { at_ms: 7, label: "first \"words\"".into() }];
    store.library().set_markers(film.id, marked).unwrap();
    assert_eq!(store.library().markers(take.id).unwrap().len(), 2);
    let patch = Patch {
        title: Some("Abend am Kanal".into()),
        rating: Some(5),
        favourite: Some(true),
        tags: Some(vec!["z".into(), "a".into()]),
        notes: Some("line\nline 🎭".into()),
    };
    library.change(edited.id, patch).unwrap();
    let tags = PatchMany { rating: Some(2), add_tags: vec!["both".into()], ..PatchMany::default() };
    library.change_many(&[first.id, film.id], tags).unwrap();
    library.trash(&[twin.id]).unwrap();
    let boards = store.boards();
    let renamed = boards.insert("before").unwrap().id;
    let empty = boards.insert("empty").unwrap().id;
    let gone = boards.insert("gone").unwrap().id;
    boards.put(renamed, &[first.id, twin.id], true).unwrap();
    boards.put(gone, &[first.id], true).unwrap();
    *home.clock.now.lock().unwrap() += jiff::SignedDuration::from_secs(60);
    boards.put(renamed, &[film.id], true).unwrap();
    boards.rename(renamed, "after 之后").unwrap();
    boards.rename(empty, "still empty").unwrap();
    boards.delete(gone).unwrap();
    store
}

/// Everything there is to see of a library, as text that can be compared.
fn everything(store: &Store) -> Vec<String> {
    let library = store.library();
    let mut items = library.page(&Query::default()).unwrap().items;
    items.extend(library.page(&Query { trashed: true, ..Query::default() }).unwrap().items);
    let mut all = Vec::new();
    for item in &items {
        let lineage = library.family(item.id, 200).unwrap().links;
        let boards = store.boards().of_item(item.id).unwrap();
        let markers = library.markers(item.id).unwrap();
        all.push(format!(
            "{item:?} {} {} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {lineage:?} {boards:?} {markers:?}",
            item.title, item.notes, item.rating, item.kind, item.origin, item.prompt, item.negative_prompt, item.model,
            item.file, item.made_at, item.day, item.cost, item.account, (item.job, item.job_index), item.seed,
            item.favourite, item.tags, item.trashed_at, (&item.recipe, &item.receipt),
        ));
    }
    all.extend(store.boards().list().unwrap().iter().map(|board| format!("{board:?}")));
    for text in ["黄昏", "kanal", "both", "🎭"] {
        let found = library.page(&Query { text: Some(text.into()), ..Query::default() }).unwrap();
        all.push(format!("{text}: {:?}", found.items.iter().map(|item| item.id).collect::<Vec<_>>()));
    }
    all.push(format!("{:?} {:?}", library.facets().unwrap(), library.days(&Query::default()).unwrap()));
    all
}

#[test]
fn a_library_outlives_its_database() {
    let home = Home::new();
    let store = filled(&home);
    let before = everything(&store);
    assert_eq!(before.len(), 5 + 2 + 4 + 1);
    drop(store);
    for file in ["canaletto.db", "canaletto.db-wal", "canaletto.db-shm", "library.json"] {
        let _ = fs::remove_file(home.home().join(file));
    }
    let (store, _) = home.open_with_findings();
    assert_eq!(everything(&store), before);
    assert_eq!(store.rebuild().unwrap().files, 4);
    assert_eq!(everything(&store), before, "and once more");
    drop(store);
    assert_eq!(everything(&home.open()), before);
}

/// What the database says wrongly is put right by the files; what only the database knows stays.
#[test]
fn rebuilding_takes_the_files_at_their_word() {
    let home = Home::new();
    let store = filled(&home);
    store.settings().set([("theme".to_owned(), json!("dark"))]).unwrap();
    let before = everything(&store);
    store.flush().unwrap();
    store
        .database()
        .write(|db, _| {
            db.execute("UPDATE items SET title = 'wrong', rating = 1", [])?;
            db.execute("DELETE FROM lineage", [])?;
            db.execute("DELETE FROM words", [])?;
            db.execute("DELETE FROM board_items", [])?;
            db.execute("DELETE FROM markers", [])?;
            Ok(())
        })
        .unwrap();
    let checked = store.rebuild().unwrap();
    assert_eq!((checked.files, checked.cancelled), (4, false));
    assert_eq!(everything(&store), before);
    assert_eq!(store.settings().get("theme").unwrap(), Some(json!("dark")));
}

#[test]
fn what_was_moved_by_hand_is_found_while_the_program_runs() {
    let home = Home::new();
    let store = filled(&home);
    store.flush().unwrap();
    let mut items = store.library().page(&Query::default()).unwrap().items;
    items.sort_by_key(|item| (item.title != "first", item.kind == MediaKind::Film));
    let path = |n: usize| home.library().join(&items[n].file.path);
    fs::create_dir(home.library().join("best")).unwrap();
    fs::rename(path(0), home.library().join("best/one.png")).unwrap();
    let film = items.len() - 1;
    fs::remove_file(path(film)).unwrap();
    fs::write(home.library().join("best/new.png"), testing::png(77)).unwrap();
    let checked = store.check(false, &|_| true).unwrap();
    assert_eq!(
        checked.findings,
        [
            Finding::FilesMissing { paths: vec![items[film].file.path.clone()] },
            Finding::FilesFound { paths: vec!["best/one.png".into()] },
            Finding::FilesAdopted { paths: vec!["best/new.png".into()], items: 1 },
        ]
    );
    assert_eq!((checked.files, checked.hashed), (4, false));
    assert_eq!(store.library().status().unwrap().missing, 1);
    assert_eq!(store.library().path(items[0].id).unwrap(), home.library().join("best/one.png"));
    assert_eq!(store.library().page(&Query::default()).unwrap().total, 5);

    // Damage of the same length is seen by reading only.
    let one = home.library().join("best/one.png");
    let mut bytes = fs::read(&one).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&one, bytes).unwrap();
    let damaged = |checked: &Checked| {
        checked
            .findings
            .iter()
            .any(|f| matches!(f, Finding::FilesDamaged { paths } if paths == &["best/one.png"]))
    };
    assert!(!damaged(&store.check(false, &|_| true).unwrap()));
    let checked = store.check(true, &|_| true).unwrap();
    assert!(checked.hashed && damaged(&checked), "{:?}", checked.findings);
    assert!(store.check(true, &|_| false).unwrap().cancelled);
}

/// Of a file that is away or was written over, only its row tells what it was.
#[test]
fn what_the_files_cannot_tell_again_stays() {
    let home = Home::new();
    let store = filled(&home);
    store.flush().unwrap();
    let mut items = store.library().page(&Query::default()).unwrap().items;
    items.sort_by_key(|item| (item.title != "a film", item.title != "Abend am Kanal"));
    let path = |n: usize| home.library().join(&items[n].file.path);
    fs::remove_file(path(0)).unwrap();
    fs::write(path(1), b"another program's").unwrap();
    store.check(false, &|_| true).unwrap();
    store.rebuild().unwrap();
    for before in items.iter().take(2) {
        let after = store.library().get(before.id).unwrap();
        assert_eq!((&after.title, &after.recipe, after.cost), (&before.title, &before.recipe, before.cost));
    }
    assert_eq!(store.library().status().unwrap().missing, 1);
}

#[test]
fn answers_of_known_jobs_and_what_was_pasted_are_no_findings() {
    let home = Home::new();
    let store = home.open();
    let job = Job::new(JobId::new(START), "make", "a", "generateImage", json!({}), START);
    let part = store.jobs().work_file(job.id);
    store.jobs().insert(job, Vec::new()).unwrap();
    fs::write(&part, b"paid").unwrap();
    fs::write(part.with_extension("answer.json"), b"{}").unwrap();
    fs::create_dir(part.with_file_name("pasted")).unwrap();
    assert_eq!(store.check(false, &|_| true).unwrap().findings, []);
    fs::write(part.with_file_name("stranger.part"), b"").unwrap();
    assert_eq!(store.check(false, &|_| true).unwrap().findings.len(), 1);
}
