use jiff::SignedDuration;

use super::*;
use crate::testing::{Home, png};
use crate::{Currency, NewItem, Origin};

fn document(name: &str) -> NewAttachment {
    NewAttachment::new(AttachmentKind::Document, name, "text/plain")
}

fn bytes(words: &str) -> AttachmentBytes {
    AttachmentBytes::Bytes(words.into())
}

fn count(home: &Home) -> usize {
    let folders = std::fs::read_dir(home.home().join("attachments")).unwrap();
    folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

#[test]
fn equal_attachments_are_one_and_equal_bytes_one_file() {
    let home = Home::new();
    let store = home.open();
    let first = store.attachments().keep(document("a.txt"), bytes("same")).unwrap();
    let path = home.home().join("mine.txt");
    std::fs::write(&path, "same").unwrap();
    let again = store.attachments().keep(document("a.txt"), AttachmentBytes::File(path.clone())).unwrap();
    assert_eq!(first, again);
    let renamed = store.attachments().keep(document("b.txt"), bytes("same")).unwrap();
    assert_ne!(first.id, renamed.id);
    assert_eq!(count(&home), 1);
    assert_eq!(std::fs::read(store.attachments().path(&renamed).unwrap()).unwrap(), b"same");
    assert_eq!(first.blake3.as_deref(), Some(&*blake3::hash(b"same").to_hex().to_string()));

    // What was paid for twice are two.
    let cost = Some(Money { amount: "0.01".parse().unwrap(), currency: Currency::Usd });
    let paid = NewAttachment { cost, ..document("a.txt") };
    let paid = [(); 2].map(|()| store.attachments().keep(paid.clone(), bytes("same")).unwrap().id);
    assert!(paid[0] != paid[1] && !paid.contains(&first.id));
    std::fs::remove_file(&path).unwrap();
    let missing = store.attachments().keep(document("c"), AttachmentBytes::File(path.clone()));
    assert!(matches!(missing, Err(Error::File { path: told, .. }) if told == path));
}

#[test]
fn an_item_is_attached_without_its_bytes() {
    let home = Home::new();
    let store = home.open();
    let item = store.keep(png(1), NewItem::new(Origin::Made, "Dusk")).unwrap();
    let attached = store.attachments().keep_item(AttachmentKind::Image, item.id).unwrap();
    assert_eq!(
        (attached.name.as_str(), attached.mime.as_str(), attached.item),
        ("Dusk", "image/png", Some(item.id))
    );
    assert_eq!(store.attachments().path(&attached), None);
    assert_eq!(store.attachments().keep_item(AttachmentKind::Image, item.id).unwrap().id, attached.id);
    assert!(!home.home().join("attachments").exists());
}

#[test]
fn what_was_never_sent_goes_a_day_later_at_a_start() {
    let home = Home::new();
    let store = home.open();
    let unsent = store.attachments().keep(document("a.txt"), bytes("unsent")).unwrap();
    std::fs::write(home.home().join("attachments/half.part"), "ha").unwrap();
    drop(store);
    let store = home.open();
    assert_eq!(store.attachments().get(unsent.id).unwrap(), unsent);
    drop(store);
    *home.clock.now.lock().unwrap() += SignedDuration::from_hours(25);
    let store = home.open();
    assert!(store.attachments().get(unsent.id).unwrap_err().is_not_found());
    assert!(!store.attachments().path(&unsent).unwrap().exists());
    assert!(!home.home().join("attachments/half.part").exists());
}
