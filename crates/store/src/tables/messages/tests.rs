use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::*;
use crate::testing::{Home, START};
use crate::{Change, Conversation, ConversationPatch, Currency};

/// A conversation whose messages come a second apart.
struct Talk {
    store: Store,
    id: ConversationId,
    seconds: i64,
}

impl Talk {
    fn new(store: &Store) -> Self {
        let id = ConversationId::new(START);
        store.conversations().insert(Conversation::new(id, json!({}), START)).unwrap();
        Self { store: store.clone(), id, seconds: 0 }
    }

    fn message(&mut self, parent: Option<MessageId>, role: MessageRole, text: &str) -> Message {
        self.seconds += 1;
        let at = START + SignedDuration::from_secs(self.seconds);
        Message::new(MessageId::new(at), self.id, parent, role, text, at)
    }

    /// What is said, and its answer.
    fn turn(&mut self, parent: Option<MessageId>, said: &str, answered: &str) -> [MessageId; 2] {
        let said = self.message(parent, MessageRole::User, said);
        let answer = self.message(Some(said.id), MessageRole::Assistant, answered);
        let ids = [said.id, answer.id];
        self.store.messages().insert(vec![said, answer]).unwrap();
        ids
    }

    /// An answer that is begun.
    fn begin(&mut self, parent: MessageId, job: JobId) -> MessageId {
        let begun = Message {
            state: MessageState::Writing,
            job: Some(job),
            ..self.message(Some(parent), MessageRole::Assistant, "")
        };
        self.store.messages().insert(vec![begun.clone()]).unwrap();
        begun.id
    }

    fn now(&self) -> Conversation {
        self.store.conversations().get(self.id).unwrap()
    }
}

fn job() -> JobId {
    JobId::new(Timestamp::UNIX_EPOCH)
}

fn shape(path: &[PathStep]) -> Vec<(MessageId, u32, u32)> {
    path.iter().map(|step| (step.id, step.branch, step.branches)).collect()
}

#[test]
fn a_turn_is_written_whole_and_heads_the_branch() {
    let store = Home::new().open();
    let mut talk = Talk::new(&store);
    let mut changes = store.changes();
    let [said, answer] = talk.turn(None, "  What is a traghetto?  ", "A ferry.");
    assert_eq!(changes.try_recv(), Ok(Change::Conversations(vec![talk.id])));
    let now = talk.now();
    assert_eq!((now.head, now.messages, now.first_words.as_str()), (Some(answer), 2, "What is a traghetto?"));
    assert_eq!(now.touched_at, START + SignedDuration::from_secs(2));
    assert_eq!(store.messages().get(answer).unwrap().parent, Some(said));

    let stranger = Talk::new(&store).turn(None, "a", "b")[1];
    let good = talk.message(Some(answer), MessageRole::User, "kept?");
    let bad = talk.message(Some(stranger), MessageRole::Assistant, "of another conversation");
    assert!(store.messages().insert(vec![good.clone(), bad]).unwrap_err().is_not_found());
    assert!(store.messages().get(good.id).unwrap_err().is_not_found(), "half a turn must not stay");
    assert!(matches!(
        store.messages().insert(vec![store.messages().get(said).unwrap()]),
        Err(Error::Exists { what: "message", .. })
    ));
    assert_eq!(talk.now().head, Some(answer));
}

#[test]
fn branches_are_counted_walked_and_gone_back_to() {
    let store = Home::new().open();
    let mut talk = Talk::new(&store);
    let [said, first] = talk.turn(None, "one", "1");
    let second = talk.message(Some(said), MessageRole::Assistant, "zwei");
    store.messages().insert(vec![second.clone()]).unwrap();
    let [more, last] = talk.turn(Some(second.id), "two", "2");
    let [edited, _] = talk.turn(None, "uno", "1");
    let [_, late] = talk.turn(Some(first), "three", "3");

    let path = store.messages().path(last).unwrap();
    assert_eq!(shape(&path), [(said, 0, 2), (second.id, 1, 2), (more, 0, 1), (last, 0, 1)]);
    assert_eq!(path[1].length, 4);
    assert_eq!(store.messages().siblings(said).unwrap(), [said, edited]);
    assert_eq!(store.messages().siblings(second.id).unwrap(), [first, second.id]);
    assert_eq!(store.messages().latest_leaf(second.id).unwrap(), last);
    assert_eq!(store.messages().latest_leaf(said).unwrap(), late, "the latest of all below");
    assert_eq!(store.messages().latest_leaf(last).unwrap(), last);

    let shown = store.conversations().show(last).unwrap();
    assert_eq!((shown.head, talk.now().head), (Some(last), Some(last)));
    assert!(store.messages().path(MessageId::new(START)).unwrap_err().is_not_found());
    assert_eq!(store.messages().of_conversation(talk.id).unwrap().len(), 9);
}

#[test]
fn an_answer_grows_and_ends_once() {
    let home = Home::new();
    let store = home.open();
    let mut talk = Talk::new(&store);
    let [_, before] = talk.turn(None, "Tell me", "Yes?");
    let job = job();
    let id = talk.begin(before, job);
    assert_eq!(talk.now().writing, Some(job));
    let mut changes = store.changes();
    assert!(store.messages().append(id, "", "Hm. ").unwrap());
    assert!(store.messages().append(id, "Die Brücke ", "So.").unwrap());
    assert!(store.messages().append(id, "黄昏", "").unwrap());
    assert!(changes.try_recv().is_err(), "growing isn't told");
    assert_eq!(store.messages().path(id).unwrap()[2].length, 13);
    assert!(store.messages().search("Brücke", None, 9).unwrap().hits.is_empty());

    // A start after a crash finds it, with all that was appended.
    let conversation = talk.id;
    drop((store, talk, changes));
    let store = home.open();
    let mut changes = store.changes();
    let found = store.messages().writing().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].text.as_str(), found[0].reasoning.as_str()), ("Die Brücke 黄昏", "Hm. So."));

    let cost = Money { amount: "0.0031".parse().unwrap(), currency: Currency::Usd };
    let patch = MessagePatch {
        state: Some(MessageState::Cut),
        tokens: Some(Tokens { input: 9, cached: 1, output: 5, thoughts: 2 }),
        model: Some("m".to_owned()),
        cost: Some(cost),
        body: Some(json!({"finish": "length"})),
        ..MessagePatch::default()
    };
    let ended = store.messages().finish(id, patch.clone()).unwrap().unwrap();
    assert_eq!(changes.try_recv(), Ok(Change::Conversations(vec![conversation])));
    assert_eq!((ended.state, ended.text.as_str()), (MessageState::Cut, "Die Brücke 黄昏"));
    assert_eq!(store.messages().get(id).unwrap(), ended);
    assert_eq!(store.messages().of_job(job).unwrap().unwrap().id, id);
    assert_eq!(store.messages().finish(id, patch).unwrap(), None);
    assert!(!store.messages().append(id, "late", "").unwrap());
    assert_eq!(store.messages().search("brucke 黄昏", None, 9).unwrap().hits[0].message, id);
    assert_eq!(store.messages().median_output("m").unwrap(), Some(5));
    let charges = store.conversations().charges(conversation).unwrap();
    assert_eq!(charges.iter().map(|charge| charge.cost).collect::<Vec<_>>(), [Some(cost)]);

    let settled = MessagePatch { cost_is_estimate: Some(true), ..MessagePatch::default() };
    assert_eq!(store.messages().change(id, settled).unwrap().text, ended.text);
    assert_eq!(store.conversations().get(conversation).unwrap().writing, None);
}

#[test]
fn messages_are_found_newest_first_in_pages_and_not_in_the_trash() {
    let store = Home::new().open();
    let mut talk = Talk::new(&store);
    let mut other = Talk::new(&store);
    let [a, _] = talk.turn(None, "Eine Gondel im Nebel", "威尼斯的贡多拉");
    let [b, c] = talk.turn(None, "Gondeln, viele", "gondel gondel");
    let [d, _] = other.turn(None, "Noch eine Gondel", "-");
    let found = |typed: &str, cursor: Option<&str>, limit| {
        let page = store.messages().search(typed, cursor, limit).unwrap();
        (page.hits.iter().map(|hit| hit.message).collect::<Vec<_>>(), page.next)
    };
    let (first, next) = found("gondel", None, 3);
    assert_eq!(first, [c, b, d]);
    assert_eq!(found("gondel", next.as_deref(), 3), (vec![a], None));
    assert_eq!(found("gondel nebel", None, 9).0, [a]);
    assert_eq!(found("贡多", None, 9).0.len(), 1);
    assert_eq!(found("多贡", None, 9).0, []);
    assert_eq!(found("\" OR *", None, 9).0, []);
    assert!(matches!(store.messages().search("a", Some("x"), 9), Err(Error::BadCursor)));

    let hit = store.messages().search("贡多", None, 9).unwrap().hits.remove(0);
    let marked: Vec<_> = hit.excerpt.iter().map(|piece| (piece.text.as_str(), piece.is_hit)).collect();
    assert_eq!(marked, [("威尼斯的", false), ("贡多", true), ("拉", false)]);
    assert_eq!((hit.conversation, hit.role), (talk.id, MessageRole::Assistant));

    let trashed = ConversationPatch { trashed_at: Some(Some(START)), ..ConversationPatch::default() };
    store.conversations().change(&[talk.id], trashed).unwrap();
    assert_eq!(found("gondel", None, 9).0, [d]);
    store.conversations().delete(Some(vec![talk.id])).unwrap();
    assert_eq!(found("gondel", None, 9).0, [d]);
    assert!(store.messages().get(a).unwrap_err().is_not_found());
}

#[test]
fn by_a_conversations_name_its_first_message_is_found() {
    let store = Home::new().open();
    let mut talk = Talk::new(&store);
    let [first, _] = talk.turn(None, "Guten Tag", "Guten Tag");
    talk.turn(None, "Guten Abend", "Guten Abend");
    let name = |title: Option<&str>| {
        let title = Some(title.map(str::to_owned));
        store
            .conversations()
            .change(&[talk.id], ConversationPatch { title, ..ConversationPatch::default() })
            .unwrap();
    };
    name(Some("Lagune im Winter"));
    let hits = store.messages().search("lagune", None, 9).unwrap().hits;
    assert_eq!(hits.iter().map(|hit| hit.message).collect::<Vec<_>>(), [first]);
    assert!(hits[0].excerpt.iter().any(|piece| piece.is_hit && piece.text == "Lagune"));
    assert_eq!(store.messages().search("winter tag", None, 9).unwrap().hits.len(), 1);
    name(None);
    assert!(store.messages().search("lagune", None, 9).unwrap().hits.is_empty());
}

/// Prints how long it took: `cargo test -p store --release -- --nocapture long_conversation`.
#[test]
fn a_long_conversation_is_walked_without_its_texts() {
    let store = Home::new().open();
    let mut talk = Talk::new(&store);
    let text = "A sentence about the lagoon and its islands. ".repeat(40);
    let mut messages: Vec<Message> = Vec::new();
    for number in 0..2_000 {
        let role = if number % 2 == 0 { MessageRole::User } else { MessageRole::Assistant };
        let parent = messages.last().map(|message| message.id);
        messages.push(talk.message(parent, role, &text));
    }
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    store.messages().insert(messages).unwrap();
    let timed = |name: &str, work: &dyn Fn()| {
        let begun = std::time::Instant::now();
        work();
        println!("{name}: {:?}", begun.elapsed());
    };
    let path = store.messages().path(ids[1_999]).unwrap();
    assert_eq!(path.iter().map(|step| step.id).collect::<Vec<_>>(), ids);
    timed("path of 2,000", &|| drop(store.messages().path(ids[1_999]).unwrap()));
    timed("leaf of 2,000", &|| assert_eq!(store.messages().latest_leaf(ids[0]).unwrap(), ids[1_999]));
    timed("last 40 whole", &|| assert_eq!(store.messages().get_many(&ids[1_960..]).unwrap().len(), 40));
    timed("search", &|| assert_eq!(store.messages().search("lagoon", None, 50).unwrap().hits.len(), 50));

    let id = talk.begin(ids[1_999], job());
    let piece = "word ".repeat(200);
    timed("1,000 appends of 1 kB", &|| {
        (0..1_000).for_each(|_| assert!(store.messages().append(id, &piece, "").unwrap()));
    });
    timed("end of 1 MB", &|| drop(store.messages().finish(id, MessagePatch::default()).unwrap()));
    assert_eq!(store.messages().get(id).unwrap().text.len(), 1_000_000);
}
