//! A turn before it is sent: what goes to which model, what that costs, and what stands in its way.

use std::{path::PathBuf, str::FromStr};

use store::{Attachment, AttachmentId, ConversationId, Item, Message, MessageId, MessageRole};
use venice::models::Model;

use super::{
    request::{self, Carried, Counted, Said},
    view::{ChatSettings, MessageDraft, Role, Turn, TurnPrice},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    money::Money,
    pricing::{Price, words},
};

/// An answer of unknown length is likely so many tokens long.
const LIKELY: u32 = 500;
/// So many tokens are set aside for an answer where neither the user nor the model bounds it, or where what the model can
/// write costs more than the user's limit allows.
const MOST: u32 = 8_192;
/// Where a limit has to be kept, an answer is asked for that is no longer than the most of these that it allows; with less
/// than the last, a model that thinks first has nothing left to say.
const ROOMS: [u32; 3] = [65_536, 32_768, 16_384];

/// The longest answer, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Longest {
    /// Set aside.
    pub held: u32,
    /// Asked for; `None` = nothing is: what is held is all that the model can write, or there is no limit to keep.
    pub asked: Option<u32>,
}

/// What asks for a summary.
const SUMMARISE: &str = "Summarise our conversation so far, so that it can go on from the summary alone. Keep every \
    fact, name, number, decision, open question and wish of mine that still matters, and say who said what where that \
    matters. Leave out greetings and repetition. Write in the language of the conversation, as plain prose or short \
    lists, without an introduction.";

/// A turn that was looked at.
pub(super) struct Plan {
    pub conversation: ConversationId,
    pub settings: ChatSettings,
    /// The message that the answer answers; of a summary none.
    pub parent: Option<MessageId>,
    /// The message that is gone on with, as it is sent.
    pub continues: Option<(MessageId, String)>,
    /// Attachments of what is said.
    pub attachments: Vec<AttachmentId>,
    /// What is sent.
    pub said: Vec<Said>,
    pub dropped: u32,
    /// The model, where it can be asked.
    pub model: Option<Model>,
    pub counted: Counted,
    pub longest: Longest,
    pub price: Price,
    pub likely: Option<Money>,
    pub problem: Option<AppError>,
}

impl Studio {
    /// What a turn would cost, and whether it can be sent as it is. Nothing is sent.
    pub async fn price_turn(&self, draft: MessageDraft) -> Result<TurnPrice> {
        let payer = self.selected_payer().await?;
        let plan = self.plan(&draft, &payer).await?;
        let problem = match plan.problem {
            Some(problem) => Some(problem),
            None => self.over_limit(&payer, &plan.price).await?,
        };
        Ok(TurnPrice {
            likely: plan.likely,
            most: plan.price.amount,
            surcharge: plan.price.surcharge,
            input_tokens: u32::try_from(plan.counted.tokens).unwrap_or(u32::MAX),
            input_uncounted: plan.counted.uncounted || plan.counted.by_rule,
            context_tokens: plan.model.as_ref().and_then(request::window_of),
            dropped: plan.dropped,
            account: payer.id,
            pretend: payer.pretend,
            problem,
        })
    }

    pub(super) async fn plan(&self, draft: &MessageDraft, payer: &Payer) -> Result<Plan> {
        let conversation: ConversationId = parse(&draft.conversation, "conversation")?;
        let kept = self.store(move |store| store.conversations().get(conversation)).await?;
        let settings = match draft.settings.clone() {
            Some(settings) => settings,
            None => serde_json::from_value(kept.settings).unwrap_or_default(),
        };
        let parent: Option<MessageId> = draft.parent.as_deref().map(|id| parse(id, "message")).transpose()?;
        let path = match parent {
            Some(parent) => self.path_to(conversation, parent).await?,
            None => Vec::new(),
        };
        let listed = self.models(payer, false).await?;
        let model = request::model(&settings.model, &listed.models);
        let mut plan = Plan {
            conversation,
            parent,
            continues: None,
            attachments: Vec::new(),
            said: Vec::new(),
            dropped: 0,
            counted: Counted::default(),
            longest: Longest::default(),
            price: Price::default(),
            likely: None,
            problem: model.as_ref().err().cloned(),
            model: model.ok().cloned(),
            settings,
        };
        self.add_question(&mut plan, &draft.turn, path).await?;
        let Some(model) = plan.model.clone() else { return Ok(plan) };
        let said = std::mem::take(&mut plan.said);
        // Long conversations are counted off the async threads.
        let counting = {
            let (settings, model) = (plan.settings.clone(), model.clone());
            let sums_up = draft.turn == Turn::Summarise;
            tokio::task::spawn_blocking(move || {
                let (said, dropped) = if sums_up {
                    newest(said, &settings, &model)
                } else {
                    request::fit(said, &settings, &model)
                };
                let counted = request::counted(&said, &settings, &model);
                (said, dropped, counted)
            })
        };
        (plan.said, plan.dropped, plan.counted) = counting.await.map_err(AppError::internal)?;
        let problem = plan.problem.take();
        plan.problem = problem
            .or_else(|| request::problem(&plan.said, &plan.settings, &model))
            .or_else(|| too_long(&plan, &model));
        self.set_price(&mut plan, payer, &model, &listed.models).await?;
        Ok(plan)
    }

    /// What the turn asks, after what went before.
    async fn add_question(&self, plan: &mut Plan, turn: &Turn, path: Vec<Message>) -> Result<()> {
        let last =
            path.last().map(|message| (message.id, message.role, message.parent, message.text.clone()));
        plan.said = self.said_in(path).await?;
        match (turn, last) {
            (Turn::Say { text, attachments }, _) => {
                if text.trim().is_empty() && attachments.is_empty() {
                    plan.problem.get_or_insert_with(nothing_said);
                }
                plan.attachments =
                    attachments.iter().map(|id| parse(id, "attachment")).collect::<Result<_>>()?;
                let carried = self.carried(&plan.attachments).await?;
                plan.said.push(Said { role: Role::User, text: text.clone(), attachments: carried });
            }
            (Turn::Answer, Some((_, MessageRole::User, ..))) => {}
            (Turn::Continue, Some((id, MessageRole::Assistant, parent, text))) if !text.trim().is_empty() => {
                let text = text.trim_end().to_owned();
                if let Some(said) = plan.said.last_mut() {
                    said.text.clone_from(&text);
                }
                plan.parent = parent;
                plan.continues = Some((id, text));
            }
            (Turn::Summarise, Some(_)) => {
                plan.parent = None;
                plan.said.push(Said::words(Role::User, SUMMARISE));
                // The question isn't the conversation's: no search, no schema, nobody's voice.
                plan.settings =
                    ChatSettings { model: plan.settings.model.clone(), ..ChatSettings::default() };
            }
            (Turn::Answer | Turn::Continue | Turn::Summarise, _) => return Err(misplaced()),
        }
        Ok(())
    }

    /// The branch up to a message, from the last summary on: that stands for what went before.
    async fn path_to(&self, conversation: ConversationId, end: MessageId) -> Result<Vec<Message>> {
        let path = self
            .store(move |store| {
                let steps = store.messages().path(end)?;
                let from = steps.iter().rposition(|step| step.role == MessageRole::Summary).unwrap_or(0);
                let ids: Vec<MessageId> = steps[from..].iter().map(|step| step.id).collect();
                store.messages().get_many(&ids)
            })
            .await?;
        match path.last() {
            Some(last) if last.conversation == conversation => Ok(path),
            _ => Err(AppError::not_found("message")),
        }
    }

    async fn said_in(&self, path: Vec<Message>) -> Result<Vec<Said>> {
        let mut said = Vec::with_capacity(path.len());
        for message in path {
            let attachments = self.carried(&message.attachments).await?;
            said.push(Said { role: message.role.into(), text: message.text, attachments });
        }
        Ok(said)
    }

    /// Attachments with their files.
    pub(super) async fn carried(&self, ids: &[AttachmentId]) -> Result<Vec<Carried>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.to_vec();
        let carried = self
            .store(move |store| {
                let mut all = Vec::with_capacity(ids.len());
                for id in ids {
                    let attachment = store.attachments().get(id)?;
                    let item = match attachment.item {
                        Some(item) => store.library().get_many(&[item])?.pop(),
                        None => None,
                    };
                    let path = match &item {
                        Some(item) => Some(store.media_path(&item.file.path)),
                        None => store.attachments().path(&attachment),
                    };
                    all.push((attachment, item, path));
                }
                Ok(all)
            })
            .await?;
        let reading = tokio::task::spawn_blocking(move || {
            carried.into_iter().map(|(attachment, item, path)| carry(attachment, item, path)).collect()
        });
        reading.await.map_err(AppError::internal)?
    }

    /// What the turn likely costs, and the most it can come to.
    ///
    /// A token is at least a byte, so what goes in is bounded by its bytes; and where something can't be counted, by the
    /// model's window.
    async fn set_price(&self, plan: &mut Plan, payer: &Payer, model: &Model, models: &[Model]) -> Result<()> {
        let window = request::window_of(model).map(u64::from);
        let read = match (plan.counted.uncounted || plan.counted.by_rule, window) {
            (true, window) => window,
            (false, Some(window)) => Some(plan.counted.most.min(window)),
            (false, None) => Some(plan.counted.most),
        };
        let surcharge = request::has_surcharge(&plan.settings);
        let price = |written: u32| {
            let amount = read.and_then(|read| words::most_of_answer(models, &model.id, read, written.into()));
            Price::at_most(amount).and_more(surcharge)
        };
        plan.longest = self.longest(plan, payer, model, price).await?;
        plan.price = price(plan.longest.held);
        let id = model.id.clone();
        let usual = self.store(move |store| store.messages().median_output(&id)).await?;
        let likely = usual.unwrap_or(LIKELY).min(plan.longest.held);
        plan.likely = (!plan.counted.uncounted)
            .then(|| words::tokens(models, &model.id, plan.counted.tokens, likely.into()))
            .flatten();
        Ok(())
    }

    /// What bounds an answer. The price is of what is held and the request says what is asked for, so that a limit which
    /// the price keeps is kept by the answer too.
    async fn longest(
        &self,
        plan: &Plan,
        payer: &Payer,
        model: &Model,
        price: impl Fn(u32) -> Price,
    ) -> Result<Longest> {
        if let Some(asked) = plan.settings.max_tokens {
            return Ok(Longest { held: asked, asked: Some(asked) });
        }
        let own = model.spec.max_completion_tokens;
        if let Some(own) = own
            && self.fits(payer, &price(own)).await?
        {
            return Ok(Longest { held: own, asked: None });
        }
        if self.is_unbounded(payer).await? {
            return Ok(Longest { held: own.unwrap_or(MOST).min(MOST), asked: None });
        }
        let left = request::left_for_answer(plan.counted, &plan.settings, model).unwrap_or(u32::MAX);
        let within = |room: u32| room.min(own.unwrap_or(room)).min(left);
        for room in ROOMS {
            if self.fits(payer, &price(within(room))).await? {
                return Ok(Longest { held: within(room), asked: Some(within(room)) });
            }
        }
        Ok(Longest { held: within(MOST), asked: Some(within(MOST)) })
    }
}

/// What is summed up: all of it where that fits, else as much of the newest as does. Who asks for a summary mostly does
/// because the window is full.
fn newest(said: Vec<Said>, settings: &ChatSettings, model: &Model) -> (Vec<Said>, u32) {
    if request::fits(&said, settings, model) {
        return (said, 0);
    }
    let dropping = ChatSettings { drop_oldest: true, ..settings.clone() };
    let (fitting, dropped) = request::fit(said.clone(), &dropping, model);
    // The question alone asks for a summary of nothing.
    if fitting.len() > 1 { (fitting, dropped) } else { (said, 0) }
}

/// One whose file is gone is no reason to fall silent: of earlier messages it is left out.
fn carry(attachment: Attachment, item: Option<Item>, path: Option<PathBuf>) -> Result<Carried> {
    let there = path.filter(|path| path.is_file());
    let is_missing = there.is_none();
    let path = there.unwrap_or_default();
    let is_text = !is_missing && attachment.mime.starts_with("text/") && attachment.item.is_none();
    let read = || std::fs::read_to_string(&path).map_err(|error| store::Error::file(&path, error));
    let text = is_text.then(read).transpose()?;
    let size = item.as_ref().and_then(|item| item.file.width.zip(item.file.height));
    Ok(Carried {
        kind: attachment.kind.into(),
        bytes: attachment.bytes,
        name: attachment.name,
        mime: attachment.mime,
        url: attachment.url,
        path,
        size,
        text,
        is_missing,
        is_left_out: false,
    })
}

pub(super) fn parse<T: FromStr>(id: &str, what: &str) -> Result<T> {
    id.parse().map_err(|_| AppError::not_found(what))
}

fn nothing_said() -> AppError {
    AppError::new(Code::PromptEmpty, "There is nothing to send.", "Write a message, or attach something.")
}

fn misplaced() -> AppError {
    AppError::new(
        Code::FieldInvalid,
        "This can't be asked at this place of the conversation.",
        "Answers are made to what you said; only what a model said can be gone on with.",
    )
    .param("field", "parent")
    .param("reason", "—")
}

/// More than the window by far. What is near its limit is for Venice to count: a refusal costs nothing.
fn too_long(plan: &Plan, model: &Model) -> Option<AppError> {
    let window = request::window_of(model)?;
    let tokens = plan.counted.tokens;
    (tokens > u64::from(window) * 6 / 5).then(|| {
        AppError::new(
            Code::ConversationTooLong,
            format!("The conversation has about {tokens} tokens; this model reads at most {window}."),
            "Go on from a summary, leave out the oldest messages, or choose a model with a larger window.",
        )
        .param("tokens", tokens)
        .param("window", window)
    })
}
