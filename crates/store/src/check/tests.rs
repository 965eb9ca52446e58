use std::fs;

use serde_json::json;

use crate::testing::{self, Home, START};
use crate::*;

fn new(title: &str) -> NewItem {
    NewItem::new(Origin::Made, title)
}

/// Four items on three files, with everything a sidecar can tell.
fn filled(home: &Home) -> Vec<Item> {
    let store = home.open();
    let money = Money { amount: "0.25".parse().unwrap(), currency: Currency::Diem };
    let first = store
        .keep(
            testing::png(1),
            NewItem {
                prompt: Some("黄昏".into()),
                cost: Cost { money: Some(money), certainty: Certainty::Estimate, pretend: false },
                recipe: Some(json!({"a": [1, 2]})),
                seed: Some(1),
                ..new("first")
            },
        )
        .unwrap();
    let parents = vec![Parent { item: first.id, role: Role::Source }];
    let second = store
        .keep(testing::png(2), NewItem { parents, job: Some(JobId::new(START)), ..new("second") })
        .unwrap();
    let twin = store.keep(testing::png(2), new("twin")).unwrap();
    let third = store.keep(testing::png(3), new("third")).unwrap();
    let patch = Patch {
        rating: Some(5),
        favourite: Some(true),
        tags: Some(vec!["x".into()]),
        notes: Some("n".into()),
        title: None,
    };
    let third = store.library().change(third.id, patch).unwrap();
    store.library().trash(&[twin.id]).unwrap();
    let twin = store.library().get(twin.id).unwrap();
    vec![first, second, twin, third]
}

fn all(store: &Store, items: &[Item]) -> Vec<Item> {
    store.library().get_many(&items.iter().map(|item| item.id).collect::<Vec<_>>()).unwrap()
}

#[test]
fn everything_can_be_made_again_from_the_files() {
    let home = Home::new();
    let items = filled(&home);
    fs::remove_dir_all(home.home()).unwrap();
    let (store, findings) = home.open_with_findings();
    assert!(
        matches!(&findings[..], [Finding::FilesAdopted { paths, items: 4 }] if paths.len() == 3),
        "{findings:?}"
    );
    assert_eq!(all(&store, &items), items);
    assert_eq!(store.library().lineage(items[0].id).unwrap().children, [(items[1].clone(), Role::Source)]);
    let found = store.library().page(&Query { text: Some("黄昏".into()), ..Query::default() }).unwrap();
    assert_eq!(found.total, 1);
    drop(store);
    home.open();
}

#[test]
fn a_damaged_database_is_set_aside_and_the_sidecars_win() {
    let home = Home::new();
    let items = filled(&home);
    let store = home.open();
    store.back_up().unwrap();
    let patch = Patch { title: Some("renamed since".into()), ..Patch::default() };
    let renamed = store.library().change(items[0].id, patch).unwrap();
    let later = store.keep(testing::png(9), new("kept since")).unwrap();
    drop(store);
    let path = home.home().join("canaletto.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[..100].fill(0);
    fs::write(&path, &bytes).unwrap();

    let (store, findings) = home.open_with_findings();
    let Some(Finding::DatabaseDamaged { set_aside, restored_from: Some(_) }) = findings.first() else {
        panic!("{findings:?}")
    };
    assert_eq!(fs::read(set_aside).unwrap(), bytes);
    assert!(set_aside.file_name().unwrap().to_str().unwrap().starts_with("canaletto.db.damaged-2026"));
    assert_eq!(all(&store, &[renamed.clone(), later.clone()]), [renamed, later]);
    assert_eq!(all(&store, &items[1..]), items[1..]);
}

#[test]
fn without_a_backup_the_sidecars_are_enough() {
    let home = Home::new();
    let items = filled(&home);
    fs::remove_dir_all(home.home().join("backups")).unwrap();
    fs::write(home.home().join("canaletto.db"), b"not a database at all, but long enough to be looked at")
        .unwrap();
    let (store, findings) = home.open_with_findings();
    assert!(matches!(findings[0], Finding::DatabaseDamaged { restored_from: None, .. }), "{findings:?}");
    assert_eq!(all(&store, &items), items);
}

#[test]
fn a_missing_file_is_told_and_found_again_wherever_it_is() {
    let home = Home::new();
    let items = filled(&home);
    let path = home.library().join(&items[0].file.path);
    let elsewhere = home.library().parent().unwrap().join("elsewhere.png");
    fs::rename(&path, &elsewhere).unwrap();
    let (store, findings) = home.open_with_findings();
    assert_eq!(findings, [Finding::FilesMissing { paths: vec![items[0].file.path.clone()] }]);
    assert!(store.library().get(items[0].id).unwrap().file.missing);
    drop(store);

    // Back under another name, in another folder, without its sidecar.
    fs::create_dir_all(home.library().join("best")).unwrap();
    fs::rename(&elsewhere, home.library().join("best/of.png")).unwrap();
    let (store, findings) = home.open_with_findings();
    assert_eq!(findings, [Finding::FilesFound { paths: vec!["best/of.png".into()] }]);
    let found = store.library().get(items[0].id).unwrap();
    assert_eq!((found.file.path.as_str(), found.file.missing), ("best/of.png", false));
    drop(store);
    assert!(home.library().join("best/of.json").exists(), "its sidecar follows");
    assert!(!path.with_extension("json").exists(), "the old one is of no more use");
    home.open();
}

#[test]
fn keeping_the_bytes_of_a_missing_file_brings_it_back() {
    let home = Home::new();
    let items = filled(&home);
    fs::remove_file(home.library().join(&items[0].file.path)).unwrap();
    let (store, _) = home.open_with_findings();
    let again = store.keep(testing::png(1), new("again")).unwrap();
    let first = store.library().get(items[0].id).unwrap();
    assert_eq!((first.file.missing, &first.file.path), (false, &again.file.path));
    assert!(store.library().path(first.id).unwrap().exists());
    drop(store);
    home.open();
}

#[test]
fn files_put_there_by_hand_are_taken_in_where_they_are() {
    let home = Home::new();
    filled(&home);
    fs::create_dir_all(home.library().join("mine")).unwrap();
    fs::write(home.library().join("mine/Holiday.PNG"), testing::png(7)).unwrap();
    fs::write(home.library().join("mine/copy.png"), testing::png(3)).unwrap();
    fs::write(home.library().join("mine/readme.txt"), "hello").unwrap();
    fs::write(home.library().join("mine/other.json"), "{}").unwrap();
    let (store, findings) = home.open_with_findings();
    assert_eq!(
        findings,
        [
            Finding::Copies { paths: vec!["mine/copy.png".into()] },
            Finding::FilesAdopted { paths: vec!["mine/Holiday.PNG".into()], items: 1 },
        ]
    );
    let found = store.library().page(&Query { text: Some("holiday".into()), ..Query::default() }).unwrap();
    let item = &found.items[0];
    assert_eq!(
        (item.origin, item.file.width, item.file.mime.as_str()),
        (Origin::Imported, Some(12), "image/png")
    );
    drop(store);
    assert!(home.library().join("mine/Holiday.json").exists());
    assert_eq!(fs::read_to_string(home.library().join("mine/other.json")).unwrap(), "{}");
}

#[test]
fn an_unreadable_sidecar_is_set_aside_and_the_picture_kept() {
    let home = Home::new();
    let items = filled(&home);
    let note = home.library().join(&items[0].file.path).with_extension("json");
    fs::write(&note, "{\"format\": 1, \"fi").unwrap();
    fs::remove_dir_all(home.home()).unwrap();
    let (store, findings) = home.open_with_findings();
    assert!(
        findings.iter().any(|f| matches!(f, Finding::SidecarsUnreadable { paths } if paths.len() == 1)),
        "{findings:?}"
    );
    assert_eq!(fs::read_to_string(note.with_extension("json.damaged")).unwrap(), "{\"format\": 1, \"fi");
    assert_eq!(store.library().status().unwrap().items + store.library().status().unwrap().trashed, 4);
    let lineage = store.library().lineage(items[1].id).unwrap();
    assert_eq!(lineage.parents, [], "the parent came back under a new id");
}

#[test]
fn a_newer_sidecar_is_left_as_it_is() {
    let home = Home::new();
    let items = filled(&home);
    let note = home.library().join(&items[0].file.path).with_extension("json");
    let newer = json!({"format": 99, "items": {}}).to_string();
    fs::write(&note, &newer).unwrap();
    fs::remove_dir_all(home.home()).unwrap();
    let (store, findings) = home.open_with_findings();
    assert!(findings.iter().any(|f| matches!(f, Finding::SidecarsNewer { .. })), "{findings:?}");
    store.flush().unwrap();
    assert_eq!(fs::read_to_string(&note).unwrap(), newer);
}

#[test]
fn leftovers_go_but_received_bytes_stay() {
    let home = Home::new();
    filled(&home);
    let store = home.open();
    let job = Job::new(JobId::new(START), "make", "a", "generateImage", json!({}), START);
    store.jobs().insert(job.clone(), Vec::new()).unwrap();
    fs::write(store.jobs().work_file(job.id), b"paid").unwrap();
    let alone = store.home_path().join("work/unknown.part");
    fs::write(&alone, b"paid too").unwrap();
    let leftover = home.library().join(".incoming/x.part");
    fs::write(&leftover, b"half").unwrap();
    drop(store);
    let (store, findings) = home.open_with_findings();
    assert_eq!(findings, [Finding::WorkFilesAlone { paths: vec![alone.clone()] }]);
    assert!(!leftover.exists() && alone.exists() && store.jobs().work_file(job.id).exists());
    store.jobs().remove_work_file(job.id).unwrap();
    store.jobs().remove_work_file(job.id).unwrap();
    assert!(!store.jobs().work_file(job.id).exists());
}

#[test]
fn a_changed_file_is_told_and_left_alone() {
    let home = Home::new();
    let items = filled(&home);
    fs::write(home.library().join(&items[0].file.path), b"edited elsewhere").unwrap();
    let (_, findings) = home.open_with_findings();
    assert_eq!(findings, [Finding::FilesChanged { paths: vec![items[0].file.path.clone()] }]);
}

#[test]
fn lineage_in_a_circle_is_left_out() {
    let home = Home::new();
    let items = filled(&home);
    let note = home.library().join(&items[0].file.path).with_extension("json");
    let mut told: serde_json::Value = serde_json::from_slice(&fs::read(&note).unwrap()).unwrap();
    told["items"][0]["parents"] = json!([{"item": items[1].id, "role": "source"}]);
    fs::write(&note, told.to_string()).unwrap();
    fs::remove_dir_all(home.home()).unwrap();
    let (_, findings) = home.open_with_findings();
    assert!(findings.contains(&Finding::LineageCycles { links: 1 }), "{findings:?}");
}
