//! Turns of a conversation against the sandbox: told as they are written, kept whatever happens, paid once.

use std::sync::{Arc, Mutex};

use rust_decimal::Decimal;
use serde_json::json;
use studio::{
    conversations::{
        Tell,
        view::{
            ChatEvent, ChatSettings, ConversationView, MessageDraft, MessageState, MessageView, Role, Turn,
            TurnBegun, TurnPrice,
        },
    },
    jobs::view::JobState,
    pictures::estimate::Expected,
    settings::SettingsPatch,
};
use tokio::sync::Notify;

use crate::bench::Bench;

const MODEL: &str = "deepseek-v4-pro-0813";

/// Whoever listens to an answer.
#[derive(Default)]
pub struct Ears {
    events: Mutex<Vec<ChatEvent>>,
    more: Notify,
}

impl Ears {
    pub fn new() -> (Arc<Self>, Tell) {
        let ears = Arc::new(Self::default());
        let told = Arc::clone(&ears);
        let tell: Tell = Arc::new(move |event| {
            told.events.lock().unwrap().push(event);
            told.more.notify_waiters();
        });
        (ears, tell)
    }

    pub fn said(&self, thought: bool) -> String {
        let events = self.events.lock().unwrap();
        let texts = events.iter().filter_map(|event| match event {
            ChatEvent::Text { text, reasoning } if *reasoning == thought => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// Waits for the end.
    pub async fn ended(&self) -> MessageView {
        self.until(|events| {
            events.iter().find_map(|event| match event {
                ChatEvent::Ended { message, .. } => Some((**message).clone()),
                _ => None,
            })
        })
        .await
    }

    /// Waits for the first words.
    pub async fn begun(&self) {
        self.until(|events| events.iter().any(|event| matches!(event, ChatEvent::Text { .. })).then_some(()))
            .await;
    }

    async fn until<T>(&self, mut answer: impl FnMut(&[ChatEvent]) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let more = self.more.notified();
                if let Some(found) = answer(&self.events.lock().unwrap()) {
                    return found;
                }
                more.await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), waiting).await.expect("it was never told")
    }
}

pub fn settings(model: &str) -> ChatSettings {
    ChatSettings { model: model.into(), ..ChatSettings::default() }
}

pub fn say(text: &str) -> Turn {
    Turn::Say { text: text.into(), attachments: Vec::new() }
}

impl Bench {
    pub async fn talk(&self, model: &str) -> ConversationView {
        self.studio.create_conversation(settings(model), None).await.unwrap()
    }

    pub async fn price(&self, draft: &MessageDraft) -> TurnPrice {
        self.studio.price_turn(draft.clone()).await.unwrap()
    }

    /// Presses send: at the price and from the account that are shown.
    pub async fn send(&self, draft: MessageDraft) -> studio::Result<(TurnBegun, Arc<Ears>)> {
        let price = self.price(&draft).await;
        let expected = Expected { account: price.account, amount: price.most, over_budgets: Vec::new() };
        let (ears, tell) = Ears::new();
        Ok((self.studio.send_turn(draft, expected, false, tell).await?, ears))
    }

    pub async fn answered(&self, draft: MessageDraft) -> (TurnBegun, MessageView) {
        let (begun, ears) = self.send(draft).await.unwrap();
        let ended = ears.ended().await;
        (begun, ended)
    }

    async fn limit(&self, limit: &str) {
        let patch = SettingsPatch { per_click_limit_usd: Some(limit.into()), ..SettingsPatch::default() };
        self.studio.change_settings(patch).await.unwrap();
    }

    pub async fn pace(&self, tokens_per_second: u32) {
        let url = format!("{}/pace", self.sandbox.control_url());
        let body = json!({"tokens_per_second": tokens_per_second});
        let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success());
    }
}

pub fn draft(conversation: &ConversationView, parent: Option<&str>, turn: Turn) -> MessageDraft {
    MessageDraft {
        conversation: conversation.row.id.clone(),
        parent: parent.map(str::to_owned),
        turn,
        settings: None,
    }
}

fn cost(message: &MessageView) -> Decimal {
    message.usage.unwrap().cost.unwrap().amount
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_told_kept_and_paid_as_the_ledger_says() {
    let bench = Bench::new().await;
    let talk = bench.talk(MODEL).await;
    let asked = draft(&talk, None, say("Tell me about gondolas in 120 words"));
    let price = bench.price(&asked).await;
    assert_eq!(price.problem, None);
    let (begun, ears) = bench.send(asked).await.unwrap();
    assert_eq!((begun.answer.state, begun.answer.text.as_str()), (MessageState::Writing, ""));
    assert_eq!(begun.path.iter().map(|step| step.role).collect::<Vec<_>>(), [Role::User, Role::Assistant]);
    let ended = ears.ended().await;
    assert_eq!(
        (ended.state, ended.error.as_ref(), ended.finish_reason.as_deref()),
        (MessageState::Whole, None, Some("stop"))
    );
    assert_eq!((ears.said(false), ears.said(true)), (ended.text.clone(), ended.reasoning.clone()));
    assert!(ended.text.len() > 200 && !ended.reasoning.is_empty() && ended.thought_ms.is_some());

    let usage = ended.usage.unwrap();
    assert!(usage.input > 0 && usage.output > 0 && usage.thoughts > 0);
    assert!(!usage.cost_is_estimate, "the stream tells it");
    let charges = bench.charges().await;
    let charged: Decimal = charges.iter().map(|(_, amount)| amount.parse::<Decimal>().unwrap()).sum();
    assert_eq!(cost(&ended).normalize(), charged.normalize());
    assert!(
        price.most.unwrap().amount >= charged && price.likely.unwrap().amount <= price.most.unwrap().amount
    );
    assert_eq!(bench.posts("createChatCompletion").await, 1);

    let job = bench.ended(&ended.job.unwrap()).await;
    assert_eq!(job.charged.unwrap().amount.normalize(), charged.normalize());
    let is_empty = || std::fs::read_dir(bench.home().join("work")).unwrap().next().is_none();
    let emptying = async {
        while !is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), emptying).await.expect("nothing is left over");
    let shown = bench.studio.conversation(&talk.row.id).await.unwrap();
    assert_eq!(shown.messages.last().unwrap().text, ended.text);
    assert_eq!((shown.cost.real.len(), shown.cost.unknown, shown.row.writing), (1, 0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_from_the_cache_and_branches() {
    let bench = Bench::new().await;
    let talk = bench.talk(MODEL).await;
    let (first, answer) = bench.answered(draft(&talk, None, say("What is a lagoon?"))).await;
    let (_, second) = bench.answered(draft(&talk, Some(&answer.id), say("And a canal?"))).await;
    assert!(second.usage.unwrap().cached > 0, "{:?}", second.usage);
    let price = bench.price(&draft(&talk, Some(&second.id), say("And a bridge?"))).await;
    assert!(price.input_tokens > first.path.len() as u32 && price.context_tokens == Some(160_000));

    let question = first.said.unwrap().id;
    let (again, other) = bench.answered(draft(&talk, Some(&question), Turn::Answer)).await;
    assert_eq!(other.parent.as_deref(), Some(question.as_str()));
    assert_eq!((again.path.len(), again.path[1].branch, again.path[1].branches), (2, 1, 2));
    let edited =
        MessageDraft { settings: Some(settings("kimi-k3")), ..draft(&talk, None, say("What is a bay?")) };
    let (edited, answer) = bench.answered(edited).await;
    assert_eq!((edited.path[0].branches, answer.model.as_deref()), (2, Some("kimi-k3")));
    let refused = bench.studio.price_turn(draft(&talk, Some(&answer.id), Turn::Answer)).await.unwrap_err();
    assert_eq!(refused.code, "field_invalid", "an answer isn't answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_at_another_price_or_from_another_account() {
    let bench = Bench::new().await;
    let talk = bench.talk(MODEL).await;
    let asked = draft(&talk, None, say("Hello"));
    let price = bench.price(&asked).await;
    let longer = draft(&talk, None, say(&"Hello ".repeat(500)));
    let (_, tell) = Ears::new();
    let shown = Expected { account: price.account, amount: price.most, over_budgets: Vec::new() };
    let refused = bench.studio.send_turn(longer, shown.clone(), false, Arc::clone(&tell)).await.unwrap_err();
    assert_eq!(refused.code, "price_changed");
    let other = Expected { account: "other".into(), ..shown };
    assert_eq!(bench.studio.send_turn(asked, other, false, tell).await.unwrap_err().code, "price_changed");
    assert_eq!(bench.posts("createChatCompletion").await, 0);
    assert!(bench.studio.conversation(&talk.row.id).await.unwrap().path.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_stays_and_who_follows_misses_nothing() {
    let bench = Bench::new().await;
    bench.pace(40).await;
    let talk = bench.talk(MODEL).await;
    let (begun, ears) =
        bench.send(draft(&talk, None, say("Tell me about gondolas in 400 words"))).await.unwrap();
    ears.begun().await;
    let busy = bench.send(draft(&talk, None, say("And?"))).await.err().unwrap();
    assert_eq!(busy.code, "conversation_busy");
    let (late, tell) = Ears::new();
    let so_far = bench.studio.follow_turn(&begun.answer.id, tell).await.unwrap();
    assert_eq!(so_far.state, MessageState::Writing);
    late.begun().await;
    let stopped = bench.studio.stop_turn(&begun.answer.id).await.unwrap();
    assert_eq!((stopped.state, stopped.error.as_ref()), (MessageState::Stopped, None));
    let ended = ears.ended().await;
    assert_eq!(ended, stopped);
    assert_eq!(late.ended().await, stopped);
    for (thought, all, before) in
        [(false, &stopped.text, &so_far.text), (true, &stopped.reasoning, &so_far.reasoning)]
    {
        assert_eq!(&ears.said(thought), all);
        assert_eq!(&format!("{before}{}", late.said(thought)), all);
    }
    let usage = stopped.usage.unwrap();
    assert!(usage.cost_is_estimate && usage.cost.unwrap().amount > Decimal::ZERO);
    assert_eq!(bench.posts("createChatCompletion").await, 1);
    let again = bench.studio.stop_turn(&begun.answer.id).await.unwrap();
    assert_eq!(again, stopped);
    let (quiet, tell) = Ears::new();
    assert_eq!(bench.studio.follow_turn(&begun.answer.id, tell).await.unwrap(), stopped);
    assert!(quiet.events.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_broke_off_is_kept_and_gone_on_with() {
    for fault in ["cut_body", "stop_without_done", "error_in_stream"] {
        let bench = Bench::with(vec![&format!("createChatCompletion:{fault}:1")]).await;
        let talk = bench.talk("qwen-3-8-27b").await;
        let (begun, ended) =
            bench.answered(draft(&talk, None, say("Tell me about gondolas in 120 words"))).await;
        assert_eq!(ended.state, MessageState::Cut, "{fault}");
        assert!(!ended.text.is_empty() && ended.error.is_some(), "{fault}: {ended:?}");
        assert!(ended.usage.is_some_and(|usage| usage.cost_is_estimate), "{fault}");
        assert_eq!((bench.posts("createChatCompletion").await, bench.charges().await.is_empty()), (1, false));

        let (_, more) = bench.answered(draft(&talk, Some(&begun.answer.id), Turn::Continue)).await;
        assert!(more.text.starts_with(ended.text.trim_end()) && more.text.len() > ended.text.len());
        assert_eq!((more.state, more.parent), (MessageState::Whole, ended.parent));
        let first = bench.studio.messages(vec![ended.id]).await.unwrap();
        assert_eq!(first[0].text, ended.text, "the first stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_worded_and_cost_nothing() {
    for (fault, code) in [
        ("status=402", "INSUFFICIENT_BALANCE"),
        ("status=429", "RATE_LIMIT_EXCEEDED"),
        ("status=503", "MODEL_AT_CAPACITY"),
        ("status=404", "MODEL_NOT_FOUND"),
    ] {
        let bench = Bench::with(vec![&format!("createChatCompletion:{fault}:0")]).await;
        let talk = bench.talk(MODEL).await;
        let (_, ended) = bench.answered(draft(&talk, None, say("Hello"))).await;
        let error = ended.error.unwrap();
        assert_eq!((ended.state, error.code.as_str()), (MessageState::Failed, code));
        assert!(error.hint.is_some());
        assert_eq!(error.params.contains_key("replacement"), code == "MODEL_NOT_FOUND");
        assert_eq!(ended.usage.unwrap().cost.unwrap().amount, Decimal::ZERO);
        assert!(bench.charges().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn models_that_are_away_or_too_small_are_told_before() {
    let bench = Bench::new().await;
    let talk = bench.talk("mistral-small-3-2-24b-instruct").await;
    let away = bench.price(&draft(&talk, None, say("Hello"))).await.problem.unwrap();
    assert_eq!(
        (away.code.as_str(), away.params["replacement"].as_str()),
        ("MODEL_OFFLINE", "zai-org-glm-5-2")
    );
    let talk = bench.talk("llama-3.1-405b").await;
    let gone = bench.price(&draft(&talk, None, say("Hello"))).await.problem.unwrap();
    assert_eq!((gone.code.as_str(), gone.params.contains_key("replacement")), ("MODEL_NOT_FOUND", true));
    let talk = bench.talk("llama-3.2-3b").await;
    let long = bench.price(&draft(&talk, None, say(&"lagoon ".repeat(6000)))).await.problem.unwrap();
    assert_eq!(long.code, "conversation_too_long");
    // Near the limit Venice counts, and its refusal is worded.
    let (_, ended) = bench.answered(draft(&talk, None, say(&"so ".repeat(4500)))).await;
    assert_eq!(ended.error.unwrap().code, "TOO_MANY_TOKENS");
    assert_eq!(bench.posts("createChatCompletion").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_conversation_goes_on_without_its_oldest_or_from_a_summary() {
    let bench = Bench::new().await;
    let talk = bench.talk("llama-3.2-3b").await;
    let mut parent: Option<String> = None;
    for _ in 0..4 {
        let asked = draft(&talk, parent.as_deref(), say(&"the lagoon is green ".repeat(160)));
        parent = Some(bench.answered(asked).await.1.id);
    }
    let asked = draft(&talk, parent.as_deref(), say("And now?"));
    let all = bench.price(&asked).await;
    let fewer = MessageDraft {
        settings: Some(ChatSettings { drop_oldest: true, ..settings("llama-3.2-3b") }),
        ..asked.clone()
    };
    let fitting = bench.price(&fewer).await;
    assert!(all.dropped == 0 && fitting.dropped > 0 && fitting.input_tokens < all.input_tokens);
    assert_eq!(bench.answered(fewer).await.1.state, MessageState::Whole);

    let sum_up = draft(&talk, parent.as_deref(), Turn::Summarise);
    let price = bench.price(&sum_up).await;
    assert!(
        price.dropped > 0 && price.problem.is_none(),
        "what doesn't fit can't be summed up whole: {price:?}"
    );
    let (begun, summary) = bench.answered(sum_up).await;
    assert_eq!((summary.role, summary.parent.as_ref(), begun.path.len()), (Role::Summary, None, 1));
    assert!(!summary.text.is_empty());
    let on = draft(&talk, Some(&summary.id), say("And now?"));
    assert!(bench.price(&on).await.input_tokens < all.input_tokens);
    let (begun, answer) = bench.answered(on).await;
    assert_eq!((begun.path.len(), answer.state), (3, MessageState::Whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_conversations_are_written_at_once_beside_pictures() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "generateImage", "kind": "latency", "ms": 60_000, "times": 4})).await;
    let mut jobs = Vec::new();
    for n in 0..4 {
        jobs.push(bench.start(crate::bench::make(&format!("canal {n}"), 1)).await.unwrap());
    }
    let mut ears = Vec::new();
    for n in 0..6 {
        let talk = bench.talk(MODEL).await;
        ears.push(bench.send(draft(&talk, None, say(&format!("What is {n}?")))).await.unwrap().1);
    }
    for ears in ears {
        assert_eq!(ears.ended().await.state, MessageState::Whole);
    }
    assert_eq!(bench.posts("createChatCompletion").await, 6);
    for job in jobs {
        bench.studio.cancel_job(job.id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sudden_end_all_that_had_come_is_there() {
    let bench = Bench::new().await;
    bench.pace(40).await;
    let talk = bench.talk(MODEL).await;
    let (begun, ears) =
        bench.send(draft(&talk, None, say("Tell me about gondolas in 400 words"))).await.unwrap();
    ears.begun().await;
    ears.until(|events| (events.len() > 8).then_some(())).await;
    let (said, thought) = (ears.said(false), ears.said(true));
    let bench = bench.reopen().await;
    let shown = bench.studio.conversation(&talk.row.id).await.unwrap();
    let cut = shown.messages.last().unwrap();
    assert_eq!((cut.id.as_str(), cut.state), (begun.answer.id.as_str(), MessageState::Cut));
    assert!(cut.text.starts_with(&said) && cut.reasoning.starts_with(&thought));
    assert_eq!(cut.error.as_ref().unwrap().code, "cut_off");
    assert_eq!((shown.row.writing, bench.posts("createChatCompletion").await), (None, 1));
    bench.pace(0).await;
    let on = draft(&talk, Some(&cut.id), if cut.text.is_empty() { say("Go on") } else { Turn::Continue });
    assert_eq!(bench.answered(on).await.1.state, MessageState::Whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_is_thrown_away_is_stopped_first() {
    let bench = Bench::new().await;
    bench.pace(40).await;
    let talk = bench.talk(MODEL).await;
    let (_, ears) = bench.send(draft(&talk, None, say("Tell me about gondolas in 400 words"))).await.unwrap();
    ears.begun().await;
    let patch = studio::conversations::view::ConversationPatch { trashed: Some(true), ..Default::default() };
    bench.studio.change_conversations(vec![talk.row.id.clone()], patch).await.unwrap();
    assert_eq!(ears.ended().await.state, MessageState::Stopped);
    assert_eq!(bench.studio.delete_conversations(None).await.unwrap(), 1);
    assert!(bench.studio.conversation(&talk.row.id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_end_lies_on_disk_is_whole_after_a_sudden_end() {
    let bench = Bench::new().await;
    bench.pace(20).await;
    let talk = bench.talk(MODEL).await;
    let (begun, ears) =
        bench.send(draft(&talk, None, say("Tell me about gondolas in 400 words"))).await.unwrap();
    ears.begun().await;
    let held = bench.studio.job(begun.answer.job.clone().unwrap().parse().unwrap()).await.unwrap();
    bench.studio.close().await;
    let kept = bench.studio.messages(vec![begun.answer.id.clone()]).await.unwrap().remove(0);
    let text = format!("{}Long boats.", kept.text);
    // The process ended after the last byte was written and before anything was noted.
    let delta = json!({"content": text, "reasoning_content": kept.reasoning});
    let said =
        json!({"id": "chatcmpl-1", "choices": [{"index": 0, "delta": delta, "finish_reason": "stop"}]});
    let used = json!({"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}});
    let stream = format!("data: {said}\n\ndata: {used}\n\ndata: [DONE]\n\n");
    std::fs::write(bench.home().join("work").join(format!("{}.part", held.id)), stream).unwrap();
    let bench = bench.reopen().await;
    let shown = bench.studio.conversation(&talk.row.id).await.unwrap();
    let answer = shown.messages.last().unwrap();
    assert_eq!((answer.state, answer.text.as_str()), (MessageState::Whole, text.as_str()));
    // 1,000 tokens at 0.55 and 100 at 1.7 dollars a million.
    assert_eq!(
        (cost(answer).to_string().as_str(), answer.usage.unwrap().cost_is_estimate),
        ("0.00072", true)
    );
    let job = bench.studio.job(held.id.parse().unwrap()).await.unwrap();
    assert_eq!((job.state, job.error), (JobState::Saved, None));
    assert_eq!(bench.posts("createChatCompletion").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_in_doubt_and_not_sent_again() {
    let bench = Bench::with(vec!["createChatCompletion:lost_answer:1"]).await;
    let talk = bench.talk(MODEL).await;
    let (_, ended) = bench.answered(draft(&talk, None, say("Hello"))).await;
    // Nothing broke off: nothing had begun.
    let error = ended.error.unwrap();
    assert_eq!((ended.state, error.code.as_str()), (MessageState::Failed, "charged_unknown"));
    assert_eq!(error.operation.as_deref(), Some("createChatCompletion"));
    let shown = bench.studio.conversation(&talk.row.id).await.unwrap();
    let usage = ended.usage.expect("it is told that nobody knows");
    assert_eq!((shown.cost.unknown, usage.cost), (1, None), "it may have been charged");
    let job = bench.ended(&ended.job.unwrap()).await;
    assert_eq!(job.state, JobState::Unknown);
    let bench = bench.reopen().await;
    assert_eq!(bench.studio.conversation(&talk.row.id).await.unwrap().messages, shown.messages);
    assert_eq!((bench.posts("createChatCompletion").await, bench.charges().await.is_empty()), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_over_the_limit_is_said() {
    let bench = Bench::new().await;
    let talk = bench.talk("grok-4-6").await;
    let asked = draft(&talk, None, say("Hello"));
    bench.limit("0.001").await;
    assert_eq!(bench.price(&asked).await.problem.unwrap().code, "limit_per_click");
    assert_eq!(bench.send(asked.clone()).await.err().unwrap().code, "limit_per_click");
    assert!(bench.studio.conversation(&talk.row.id).await.unwrap().path.is_empty());
    // A shorter answer fits into the same limit.
    let short = ChatSettings { max_tokens: Some(20), without_venice_prompt: true, ..settings("grok-4-6") };
    let (_, ended) = bench.answered(MessageDraft { settings: Some(short), ..asked }).await;
    assert_eq!((ended.state, ended.finish_reason.as_deref()), (MessageState::Whole, Some("length")));
    assert!(cost(&ended) <= "0.001".parse().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_costs_no_more_than_the_limit_and_ends_where_its_price_does() {
    let bench = Bench::new().await;
    bench.pace(100_000).await;
    let talk = bench.talk("grok-4-6").await;
    let asked = draft(&talk, None, say("Tell me about gondolas in 9000 words"));
    bench.limit("0.1").await;
    let price = bench.price(&asked).await;
    assert_eq!(price.problem, None);
    let (_, ended) = bench.answered(asked.clone()).await;
    assert_eq!((ended.state, ended.finish_reason.as_deref()), (MessageState::Whole, Some("length")));
    assert_eq!(ended.usage.unwrap().output, 8_192);
    assert!(cost(&ended) <= price.most.unwrap().amount);

    // All that the model can write is within this one.
    bench.limit("1").await;
    let whole = bench.price(&asked).await.most.unwrap();
    assert!(whole.amount > price.most.unwrap().amount);
    let (_, ended) = bench.answered(asked.clone()).await;
    assert_eq!(ended.finish_reason.as_deref(), Some("stop"));
    assert!(ended.usage.unwrap().output > 8_192 && cost(&ended) <= whole.amount);
    bench.limit("").await;
    assert_eq!(bench.price(&asked).await.most, Some(whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_come_fast_are_told_together_and_none_is_lost() {
    let bench = Bench::new().await;
    bench.pace(2_000).await;
    let talk = bench.talk("venice-uncensored-1-2").await;
    let begun = std::time::Instant::now();
    let (_, ears) = bench.send(draft(&talk, None, say("Tell me about gondolas in 900 words"))).await.unwrap();
    let ended = ears.ended().await;
    assert_eq!((ears.said(false), ended.state), (ended.text, MessageState::Whole));
    let told = ears.events.lock().unwrap().len() as u128;
    assert!(told <= 2 * (begun.elapsed().as_millis() / 30 + 3), "{told} events");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_of_two_thousand_messages_is_priced_and_sent() {
    let bench = Bench::new().await;
    // The most it can come to is several times what is likely.
    bench.limit("").await;
    let words = "The lagoon is shallow, and the tide comes in twice a day. ".repeat(5);
    let messages: Vec<_> = (0..2_000)
        .map(|n| {
            let parent = (n > 0).then(|| format!("m{}", n - 1));
            let role = if n % 2 == 0 { "user" } else { "assistant" };
            json!({"id": format!("m{n}"), "parent": parent, "role": role, "state": "whole", "text": words,
                "created_at": "2026-11-21T14:00:00Z"})
        })
        .collect();
    let file = json!({"format": "canaletto-conversations", "version": 1, "exported_at": "2026-11-21T14:00:00Z",
        "attachments": [], "conversations": [{"created_at": "2026-11-21T14:00:00Z",
            "touched_at": "2026-11-21T14:00:00Z", "settings": {"model": "qwen-3-6-plus"}, "messages": messages}]});
    let path = bench.file("long.json", file.to_string().as_bytes());
    let import = bench.studio.import_conversations(vec![path]).await.unwrap();
    let talk = bench.studio.conversation(&import.conversations[0].id).await.unwrap();
    let asked = draft(&talk, talk.path.last().map(|step| step.id.as_str()), say("And now?"));
    bench.price(&asked).await;
    let begun = std::time::Instant::now();
    let price = bench.price(&asked).await;
    println!("priced 2,000 messages in {:?}", begun.elapsed());
    assert!(price.problem.is_none() && price.input_tokens > 100_000, "{price:?}");
    let (_, ended) = bench.answered(asked).await;
    assert_eq!((ended.state, ended.error.as_ref()), (MessageState::Whole, None));
    assert!(price.most.unwrap().amount >= cost(&ended));
    // The estimate is of some use.
    let off = f64::from(price.input_tokens) / f64::from(ended.usage.unwrap().input);
    assert!((0.7..1.4).contains(&off), "{off}");
}
