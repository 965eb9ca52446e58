use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::testing::{Home, START};
use crate::{AttachmentBytes, AttachmentKind, Change, Message, MessageRole, NewAttachment};

fn begin(store: &Store, seconds: i64) -> ConversationId {
    let at = START + SignedDuration::from_secs(seconds);
    let id = ConversationId::new(at);
    store.conversations().insert(Conversation::new(id, json!({"model": "m"}), at)).unwrap();
    id
}

fn patch(change: impl FnOnce(&mut ConversationPatch)) -> ConversationPatch {
    let mut patch = ConversationPatch::default();
    change(&mut patch);
    patch
}

fn trash(store: &Store, id: ConversationId) {
    store.conversations().change(&[id], patch(|p| p.trashed_at = Some(Some(START)))).unwrap();
}

/// Says something with an attachment.
fn say(store: &Store, conversation: ConversationId, attachment: crate::AttachmentId) {
    let message = Message {
        attachments: vec![attachment],
        ..Message::new(MessageId::new(START), conversation, None, MessageRole::User, "See", START)
    };
    store.messages().insert(vec![message]).unwrap();
}

fn document(store: &Store, name: &str, words: &str) -> crate::Attachment {
    let new = NewAttachment::new(AttachmentKind::Document, name, "text/plain");
    store.attachments().keep(new, AttachmentBytes::Bytes(words.into())).unwrap()
}

#[test]
fn a_page_has_pinned_ones_first_then_the_latest() {
    let store = Home::new().open();
    let ids: Vec<_> = (0..5).map(|second| begin(&store, second)).collect();
    store.conversations().change(&[ids[1]], patch(|p| p.pinned = Some(true))).unwrap();
    store.conversations().change(&[ids[2]], patch(|p| p.archived = Some(true))).unwrap();
    trash(&store, ids[3]);
    let page = |query: ConversationQuery, cursor: Option<&str>| {
        let page = store.conversations().page(&query, cursor, 2).unwrap();
        (page.conversations.iter().map(|one| one.id).collect::<Vec<_>>(), page.next, page.total)
    };
    let all = ConversationQuery::default();
    let (first, next, total) = page(all, None);
    assert_eq!((first, total), (vec![ids[1], ids[4]], 3));
    assert_eq!(page(all, next.as_deref()), (vec![ids[0]], None, 3));
    assert_eq!(page(ConversationQuery { archived: true, ..all }, None).0, [ids[2]]);
    assert_eq!(page(ConversationQuery { trashed: true, ..all }, None).0, [ids[3]]);
    assert!(matches!(store.conversations().page(&all, Some("1.x"), 2), Err(Error::BadCursor)));
}

#[test]
fn what_the_user_changes_is_kept_and_told() {
    let home = Home::new();
    let store = home.open();
    let id = begin(&store, 0);
    let mut changes = store.changes();
    let changed = patch(|p| {
        p.title = Some(Some(" Venice ".to_owned()));
        p.settings = Some(json!({"model": "n"}));
        p.character = Some(Some(json!({"slug": "doge"})));
        p.draft = Some(Some(json!({"text": "half a"})));
    });
    let changed = store.conversations().change(&[id], changed).unwrap().remove(0);
    assert_eq!(changes.try_recv(), Ok(Change::Conversations(vec![id])));
    assert_eq!(changed.title.as_deref(), Some("Venice"));
    store.conversations().change(&[id], patch(|p| p.draft = Some(changed.draft.clone()))).unwrap();
    assert!(changes.try_recv().is_err(), "a draft alone isn't told of");
    drop(store);
    let store = home.open();
    assert_eq!(store.conversations().get(id).unwrap(), changed);
    let forgotten = patch(|p| (p.title, p.draft) = (Some(Some("  ".to_owned())), Some(None)));
    let forgotten = store.conversations().change(&[id], forgotten).unwrap().remove(0);
    assert_eq!((forgotten.title, forgotten.draft, forgotten.character), (None, None, changed.character));

    let unknown = ConversationId::new(START);
    let both = store.conversations().change(&[id, unknown], patch(|p| p.pinned = Some(true)));
    assert!(both.unwrap_err().is_not_found());
    assert!(!store.conversations().get(id).unwrap().pinned, "all of them, or none");
}

#[test]
fn a_conversation_is_brought_in_whole_or_not_at_all() {
    let store = Home::new().open();
    let id = ConversationId::new(START);
    let new =
        |parent, text: &str| Message::new(MessageId::new(START), id, parent, MessageRole::User, text, START);
    let first = new(None, "first");
    let [second, third] = [new(Some(first.id), "second"), new(Some(first.id), "third")];
    let all = vec![first.clone(), second.clone(), third];
    let whole = Conversation { head: Some(second.id), ..Conversation::new(id, json!({}), START) };
    let unknown = Conversation { head: Some(MessageId::new(START)), ..whole.clone() };
    assert!(store.conversations().insert_whole(unknown, all.clone()).unwrap_err().is_not_found());
    assert!(store.conversations().get(id).unwrap_err().is_not_found());
    let kept = store.conversations().insert_whole(whole, all).unwrap();
    assert_eq!((kept.head, kept.messages, kept.first_words.as_str()), (Some(second.id), 3, "first"));
}

#[test]
fn only_what_is_in_the_trash_goes_for_good_and_after_30_days_by_itself() {
    let home = Home::new();
    let store = home.open();
    let [kept, gone, old] = [begin(&store, 0), begin(&store, 1), begin(&store, 2)];
    trash(&store, gone);
    assert_eq!(store.conversations().delete(Some(vec![kept, gone])).unwrap(), 1);
    assert_eq!(store.conversations().get_many(&[kept, gone]).unwrap().len(), 1);
    trash(&store, old);
    drop(store);
    *home.clock.now.lock().unwrap() += SignedDuration::from_hours(30 * 24);
    assert_eq!(home.open().conversations().get_many(&[kept, old]).unwrap().len(), 2);
    *home.clock.now.lock().unwrap() += SignedDuration::from_secs(1);
    let store = home.open();
    assert!(store.conversations().get(old).unwrap_err().is_not_found());
    assert!(store.conversations().get(kept).is_ok());
}

#[test]
fn files_go_with_the_last_conversation_that_has_them() {
    let store = Home::new().open();
    let [one, two] = [begin(&store, 0), begin(&store, 1)];
    let shared = document(&store, "a.txt", "shared");
    let alone = document(&store, "b.txt", "alone");
    let renamed = document(&store, "c.txt", "alone");
    let drafted = document(&store, "d.txt", "drafted");
    assert_eq!(alone.blake3, renamed.blake3);
    for attachment in [&shared, &alone, &drafted] {
        say(&store, one, attachment.id);
    }
    for attachment in [&shared, &renamed] {
        say(&store, two, attachment.id);
    }
    let third = begin(&store, 3);
    let draft = json!({"attachments": [drafted.id]});
    store.conversations().change(&[third], patch(|p| p.draft = Some(Some(draft)))).unwrap();

    let there = |attachment: &crate::Attachment| store.attachments().path(attachment).unwrap().exists();
    trash(&store, one);
    assert_eq!(store.conversations().delete(None).unwrap(), 1);
    assert_eq!(
        store
            .attachments()
            .keep(
                NewAttachment::new(AttachmentKind::Document, "d.txt", "text/plain"),
                AttachmentBytes::Bytes("drafted".into())
            )
            .unwrap(),
        drafted
    );
    assert!(there(&shared) && there(&renamed) && there(&drafted));
    assert!(
        store.attachments().get(alone.id).unwrap_err().is_not_found(),
        "its row goes, its bytes are another's"
    );
    trash(&store, two);
    store.conversations().delete(None).unwrap();
    assert!(!there(&shared) && !there(&renamed) && there(&drafted));
    assert_eq!(store.attachments().get_many(&[shared.id, renamed.id, drafted.id]).unwrap(), [drafted]);
}
