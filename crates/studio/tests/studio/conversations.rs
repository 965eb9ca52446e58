//! Conversations as they are listed, walked, found, taken out and brought back. What is said comes out of files here;
//! talking has tests of its own.

use std::path::PathBuf;

use serde_json::{Value, json};
use studio::{
    calls::view::FileRef,
    conversations::view::{
        ChatPreset, ChatSettings, ConversationFormat, ConversationPatch, ConversationQuery, ConversationView,
        MessageState, SavedPrompt, ToAttach,
    },
    error::Code,
    events::AppEvent,
};

use crate::bench::{Bench, picture};

fn message(id: &str, parent: Option<&str>, role: &str, text: &str, second: u32) -> Value {
    json!({
        "id": id, "parent": parent, "role": role, "state": "whole", "text": text,
        "created_at": format!("2026-11-21T14:{:02}:{:02}Z", second / 60, second % 60),
    })
}

fn conversation(messages: Vec<Value>) -> Value {
    json!({
        "created_at": "2026-11-21T14:00:00Z", "touched_at": "2026-11-21T14:00:00Z",
        "settings": {"model": "zai-org-glm-5"}, "messages": messages,
    })
}

fn file(conversations: Vec<Value>) -> Value {
    json!({
        "format": "canaletto-conversations", "version": 1, "exported_at": "2026-11-21T14:00:00Z",
        "conversations": conversations, "attachments": [],
    })
}

/// Two answers to one question, the first gone on with; and the question asked otherwise.
fn branched() -> Value {
    conversation(vec![
        message(
            "q",
            None,
            "user",
            "What is a traghetto, and where does one find one in Venice these days?",
            1,
        ),
        message("a1", Some("q"), "assistant", "A ferry.", 2),
        message("a2", Some("q"), "assistant", "A gondola for many.", 3),
        message("q2", Some("a1"), "user", "Where?", 4),
        message("b", Some("q2"), "assistant", "At San Tomà.", 5),
        message("r", None, "user", "渡船是什么？", 6),
        message("s", Some("r"), "assistant", "威尼斯的渡船。", 7),
    ])
}

impl Bench {
    async fn brought_in(&self, file: &Value) -> Vec<String> {
        let path = self.file("in.json", file.to_string().as_bytes());
        let import = self.studio.import_conversations(vec![path]).await.unwrap();
        assert_eq!(import.refused, []);
        import.conversations.into_iter().map(|row| row.id).collect()
    }

    async fn refused(&self, bytes: &[u8]) -> studio::AppError {
        let path = self.file("in.json", bytes);
        let mut import = self.studio.import_conversations(vec![path]).await.unwrap();
        assert_eq!(import.conversations, []);
        import.refused.remove(0)
    }

    async fn exported(&self, ids: &[String], format: ConversationFormat) -> String {
        let path: PathBuf = self.folder.path().join("out");
        self.studio.export_conversations(ids.to_vec(), format, path.clone()).await.unwrap();
        std::fs::read_to_string(path).unwrap()
    }
}

/// Does something to a file that makes it unreadable.
type Break = fn(&mut Value);

fn texts(view: &ConversationView) -> Vec<&str> {
    view.messages.iter().map(|message| message.text.as_str()).collect()
}

fn patch(json: Value) -> ConversationPatch {
    serde_json::from_value(json).unwrap()
}

#[tokio::test]
async fn branches_are_shown_and_walked() {
    let bench = Bench::new().await;
    let id = bench.brought_in(&file(vec![branched()])).await.remove(0);
    let view = bench.studio.conversation(&id).await.unwrap();
    assert_eq!(view.row.title, "What is a traghetto, and where does one find one in Venice…");
    assert_eq!((view.row.messages, view.row.model.as_str()), (7, "zai-org-glm-5"));
    assert_eq!(texts(&view), ["渡船是什么？", "威尼斯的渡船。"]);
    assert_eq!((view.path[0].branch, view.path[0].branches, view.path[1].length), (1, 2, 7));

    let first = bench.studio.show_next_branch(&view.path[0].id, -1).await.unwrap();
    assert_eq!(texts(&first)[1..], ["A ferry.", "Where?", "At San Tomà."], "to the branch's latest end");
    let second = bench.studio.show_next_branch(&first.path[1].id, 1).await.unwrap();
    assert_eq!(texts(&second)[1..], ["A gondola for many."]);
    let beyond = bench.studio.show_next_branch(&second.path[1].id, 1).await.unwrap();
    assert_eq!(beyond.path, second.path);
    let back = bench.studio.show_branch(&first.path[1].id).await.unwrap();
    assert_eq!(back.path, first.path);
    assert_eq!(bench.studio.conversation(&id).await.unwrap().path, first.path, "what is shown is kept");
    assert!(bench.studio.show_branch("nonsense").await.unwrap_err().is(Code::NotFound));
}

#[tokio::test]
async fn the_end_comes_whole_and_the_rest_when_asked_for() {
    let bench = Bench::new().await;
    let messages = (0..100).map(|number| {
        let parent = (number > 0).then(|| format!("m{}", number - 1));
        let role = if number % 2 == 0 { "user" } else { "assistant" };
        message(&format!("m{number}"), parent.as_deref(), role, &format!("text {number}"), number)
    });
    let id = bench.brought_in(&file(vec![conversation(messages.collect())])).await.remove(0);
    let view = bench.studio.conversation(&id).await.unwrap();
    assert_eq!((view.path.len(), view.messages.len()), (100, 40));
    assert_eq!(view.messages[0].text, "text 60");
    let ids = [&view.path[3].id, &view.path[1].id].map(Clone::clone).to_vec();
    let asked = bench.studio.messages(ids).await.unwrap();
    assert_eq!(asked.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["text 3", "text 1"]);
}

#[tokio::test]
async fn a_conversation_is_named_filed_pinned_trashed_and_deleted() {
    let bench = Bench::new().await;
    let folder = bench.studio.save_folder(None, "  Venice ".into()).await.unwrap();
    assert!(bench.studio.save_folder(None, " ".into()).await.unwrap_err().is(Code::FieldInvalid));
    let settings = ChatSettings { model: "m".into(), ..ChatSettings::default() };
    let created = bench.studio.create_conversation(settings, Some(folder.id.clone())).await.unwrap();
    let id = created.row.id.clone();
    assert_eq!((created.row.title.as_str(), created.path.len()), ("", 0));
    let heard = bench.hear(|event| match event {
        AppEvent::Conversations { ids: Some(ids) } => Some(ids.clone()),
        _ => None,
    });
    assert_eq!(heard.await, std::slice::from_ref(&id));

    let change = |json: Value| bench.studio.change_conversations(vec![id.clone()], patch(json));
    change(json!({"title": "Ferries", "pinned": true, "draft": {"text": "half a"}})).await.unwrap();
    let view = bench.studio.conversation(&id).await.unwrap();
    assert_eq!((view.row.title.as_str(), view.row.pinned), ("Ferries", true));
    assert_eq!(view.draft, Some(json!({"text": "half a"})));
    change(json!({"title": ""})).await.unwrap();
    assert!(bench.studio.conversation(&id).await.unwrap().draft.is_some(), "what isn't named stays");
    change(json!({"draft": null, "folder": ""})).await.unwrap();
    let view = bench.studio.conversation(&id).await.unwrap();
    assert_eq!((view.draft, view.row.folder, view.row.title.as_str()), (None, None, ""));

    let other = bench.studio.create_conversation(ChatSettings::default(), None).await.unwrap().row.id;
    assert_eq!(bench.studio.delete_conversations(Some(vec![other.clone()])).await.unwrap(), 0);
    change(json!({"trashed": true})).await.unwrap();
    let list = async |query| {
        let page = bench.studio.conversations(query, None, 50).await.unwrap();
        page.conversations.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let trash = ConversationQuery { trashed: true, ..ConversationQuery::default() };
    assert_eq!(list(ConversationQuery::default()).await, std::slice::from_ref(&other));
    assert_eq!(list(trash.clone()).await, std::slice::from_ref(&id));
    change(json!({"trashed": false})).await.unwrap();
    assert_eq!(list(trash.clone()).await, [""; 0]);
    change(json!({"trashed": true})).await.unwrap();
    assert_eq!(bench.studio.delete_conversations(None).await.unwrap(), 1);
    assert!(bench.studio.conversation(&id).await.unwrap_err().is(Code::NotFound));

    bench.studio.delete_folder(&folder.id).await.unwrap();
    assert_eq!(bench.studio.folders().await.unwrap(), []);
    assert!(bench.studio.save_folder(Some(folder.id), "x".into()).await.unwrap_err().is(Code::NotFound));
}

#[tokio::test]
async fn words_are_found_in_all_branches() {
    let bench = Bench::new().await;
    bench.brought_in(&file(vec![branched()])).await;
    let hits = bench.studio.search_messages("渡船", None, 1).await.unwrap();
    assert_eq!(
        hits.hits[0].excerpt.iter().map(|part| (part.text.as_str(), part.is_hit)).collect::<Vec<_>>(),
        [("威尼斯的", false), ("渡船", true), ("。", false)]
    );
    let next = bench.studio.search_messages("渡船", hits.next, 1).await.unwrap();
    assert_eq!((next.hits.len(), next.next), (1, None));
    let hit = bench.studio.search_messages("gondola", None, 9).await.unwrap().hits.remove(0);
    assert_eq!(hit.title, "What is a traghetto, and where does one find one in Venice…");
    let view = bench.studio.show_branch(&hit.message).await.unwrap();
    assert_eq!(view.messages.last().unwrap().id, hit.message, "a hit on another branch can be shown");
}

#[tokio::test]
async fn what_is_exported_comes_back_as_it_was() {
    let bench = Bench::new().await;
    let id = bench.studio.create_conversation(ChatSettings::default(), None).await.unwrap().row.id;
    let picked = bench.studio.pick(vec![
        bench.file("notes.md", "Die Fähre fährt.".as_bytes()),
        bench.file("view.png", &picture(16, 16, image::ImageFormat::Png)),
    ]);
    let files = picked.into_iter().map(|file| FileRef::Picked(file.handle)).collect();
    let attached = bench.studio.attach(ToAttach { conversation: id, files }).await.unwrap();
    assert_eq!(attached.refused, []);
    let text = bench.studio.read_attachment(&attached.attachments[0].id).await.unwrap();
    assert_eq!(text, "Die Fähre fährt.");

    let mut source = branched();
    source["title"] = json!("Ferries");
    source["pinned"] = json!(true);
    source["head"] = json!("a2");
    source["settings"] = json!({"model": "m", "system_prompt": "Be brief.", "temperature": 0.5});
    source["messages"][0]["attachments"] = json!(["d", "p"]);
    source["messages"][2]["state"] = json!("writing");
    source["messages"][2]["reasoning"] = json!("Hm.");
    source["messages"][2]["usage"] = json!({
        "input": 9, "cached": 1, "output": 5, "thoughts": 2,
        "cost": {"amount": "0.0031", "currency": "usd"}, "cost_is_estimate": true, "pretend": true,
    });
    source["messages"][2]["body"] = json!({
        "citations": [{"title": "Traghetti", "url": "https://example.org/t"}], "finish_reason": "length",
    });
    let picture = attached.attachments[1].item.clone().unwrap();
    let blake3 = bench.studio.item(picture.id.clone()).await.unwrap().file.blake3;
    let mut whole = file(vec![source]);
    whole["attachments"] = json!([
        {"id": "d", "kind": "document", "name": "notes.md", "mime": "text/plain", "bytes": 17, "text": text},
        {"id": "p", "kind": "image", "name": "view", "mime": "image/png", "bytes": 9, "blake3": blake3},
    ]);
    let first = bench.brought_in(&whole).await;
    let exported = bench.exported(&first, ConversationFormat::Json).await;
    let again = bench.brought_in(&serde_json::from_str(&exported).unwrap()).await;
    assert_ne!(first, again, "they are new ones");

    let [one, two] = [&first[0], &again[0]].map(|id| bench.studio.conversation(id));
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!(
        (one.row.title.as_str(), one.row.pinned, texts(&one)[1]),
        ("Ferries", true, "A gondola for many.")
    );
    assert_eq!((&one.settings, texts(&one)), (&two.settings, texts(&two)));
    let answer = &two.messages[1];
    assert_eq!(answer.state, MessageState::Cut, "nobody writes it any more");
    assert_eq!((answer.reasoning.as_str(), answer.finish_reason.as_deref()), ("Hm.", Some("length")));
    assert_eq!(answer.citations[0].url, "https://example.org/t");
    assert_eq!((answer.usage, &answer.attachments), (one.messages[1].usage, &Vec::new()));
    assert_eq!(two.cost.pretend[0].amount.to_string(), "0.0031");
    let [document, image] = &two.messages[0].attachments[..] else { panic!("two go with it") };
    assert_eq!(image.item.as_ref().map(|item| &item.id), Some(&picture.id), "the library's own");
    assert_eq!(document.id, one.messages[0].attachments[0].id, "equal ones are one");
    assert_eq!(bench.studio.read_attachment(&document.id).await.unwrap(), text);

    let found = bench.studio.search_messages("notes", None, 9).await.unwrap();
    assert_eq!(found.hits.len(), 2, "by the names of what goes with them");
    let key = bench.sandbox.api_key();
    assert!(!exported.contains(key) && !exported.contains(&key[..16]));
}

#[tokio::test]
async fn markdown_is_the_shown_branch_with_its_sources() {
    let bench = Bench::new().await;
    let mut source = branched();
    source["head"] = json!("b");
    source["messages"][4]["text"] = json!("At San Tomà[REF]0[/REF].\n```\ncode");
    source["messages"][4]["model"] = json!("glm");
    source["messages"][4]["body"] =
        json!({"citations": [{"title": "Ferries", "url": "https://example.org/f", "date": "2026-01-02"}]});
    source["messages"][3]["attachments"] = json!(["d"]);
    let mut whole = file(vec![source]);
    whole["attachments"] = json!([{"id": "d", "kind": "page", "name": "Map", "mime": "text/markdown", "bytes": 3,
            "url": "https://example.org/map", "text": "map"}]);
    let ids = bench.brought_in(&whole).await;
    let text = bench.exported(&ids, ConversationFormat::Markdown).await;
    assert!(text.starts_with("# What is a traghetto"), "{text}");
    assert!(text.contains("**You** · 2026-11-21 ") && text.contains("**glm** · "), "{text}");
    assert!(text.contains("At San Tomà[^1].\n```\ncode\n```\n"), "{text}");
    assert!(text.contains("- Attached: Map (text/markdown, <https://example.org/map>)\n"), "{text}");
    assert!(text.ends_with("[^1]: Ferries, <https://example.org/f> (2026-01-02)\n"), "{text}");
    assert!(!text.contains("gondola") && !text.contains("渡船"), "{text}");

    let name = bench.studio.name_of_export(&ids, ConversationFormat::Markdown).await.unwrap();
    assert_eq!(name, "What is a traghetto and where does one find one in Venice.md");
    let inside = bench.home().join("out.md");
    let refused = bench.studio.export_conversations(ids, ConversationFormat::Markdown, inside).await;
    assert!(refused.unwrap_err().is(Code::ReadOnly));
}

#[tokio::test]
async fn files_that_cannot_be_read_are_refused_with_words() {
    let bench = Bench::new().await;
    let good = file(vec![branched()]).to_string();
    let cut = bench.refused(&good.as_bytes()[..good.len() / 2]).await;
    assert_eq!((cut.code.as_str(), cut.params["name"].as_str()), ("input_truncated", "in.json"));
    for other in [&b"{}"[..], b"[1, 2]", b"not json", b"\x89PNG", br#"{"format": "chat", "version": 1}"#] {
        let refused = bench.refused(other).await;
        assert!(refused.message.contains("doesn't hold conversations"), "{refused:?}");
    }
    let mut newer = file(vec![branched()]);
    newer["version"] = json!(2);
    newer["conversations"] = json!({"shape": "unknown"});
    assert!(bench.refused(newer.to_string().as_bytes()).await.message.contains("newer version"));

    let breaks: [Break; 6] = [
        |file| file["conversations"][0]["messages"][1]["parent"] = json!("later"),
        |file| file["conversations"][0]["messages"][1]["id"] = json!("q"),
        |file| file["conversations"][0]["messages"][1]["role"] = json!("root"),
        |file| file["conversations"][0]["messages"][1]["created_at"] = json!("yesterday"),
        |file| file["conversations"][0]["messages"][1]["attachments"] = json!(["x"]),
        |file| file["conversations"][0]["head"] = json!("x"),
    ];
    for broken in breaks {
        let mut whole = file(vec![branched(), branched()]);
        broken(&mut whole);
        assert!(bench.refused(whole.to_string().as_bytes()).await.is(Code::InputTruncated));
    }
    let all = bench.studio.conversations(ConversationQuery::default(), None, 9).await.unwrap();
    assert_eq!(all.total, 0, "nothing of a broken file stays");

    let missing = bench.folder.path().join("nowhere.json");
    let good = bench.file("good.json", good.as_bytes());
    let import = bench.studio.import_conversations(vec![missing, good]).await.unwrap();
    assert_eq!((import.refused.len(), import.conversations.len()), (1, 1));
}

#[tokio::test]
async fn presets_and_prompts_are_kept() {
    let bench = Bench::new().await;
    let settings = ChatSettings { model: "m".into(), temperature: Some(0.3), ..ChatSettings::default() };
    let preset = ChatPreset { id: String::new(), name: " Terse  one ".into(), settings: settings.clone() };
    let preset = bench.studio.save_chat_preset(preset).await.unwrap();
    assert_eq!((preset.name.as_str(), &preset.settings), ("Terse one", &settings));
    let renamed = ChatPreset { name: "Terse".into(), ..preset.clone() };
    bench.studio.save_chat_preset(renamed.clone()).await.unwrap();

    let prompt = |name: &str, text: &str| SavedPrompt {
        id: String::new(),
        name: name.into(),
        text: text.into(),
        variables: vec!["ignored".into()],
    };
    let saved = bench.studio.save_prompt(prompt("To", "Say {{what}} in {{language}}.")).await.unwrap();
    assert_eq!(saved.variables, ["what", "language"]);
    assert!(bench.studio.save_prompt(prompt("", "x")).await.unwrap_err().is(Code::FieldInvalid));
    assert!(bench.studio.save_prompt(prompt("x", " ")).await.unwrap_err().is(Code::PromptEmpty));

    let bench = bench.reopen().await;
    assert_eq!(bench.studio.chat_presets().await.unwrap(), [renamed]);
    assert_eq!(bench.studio.saved_prompts().await.unwrap(), std::slice::from_ref(&saved));
    bench.studio.delete_saved_prompt(&saved.id).await.unwrap();
    assert!(bench.studio.delete_saved_prompt(&saved.id).await.unwrap_err().is(Code::NotFound));
    bench.studio.delete_chat_preset(&preset.id).await.unwrap();
    assert_eq!(bench.studio.chat_presets().await.unwrap(), []);
}
