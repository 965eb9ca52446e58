//! Music and sounds: what they cost, and the queue that makes them.

use axum::body::Body;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    Call, model, model_headers,
    queued::{self, Ticket},
};
use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::{Model, MusicPrice, MusicRules, number},
    chance::mix,
    fields::{Entry, Fields},
    gate::Access,
    queue::{MusicKind, MusicOrder, Order},
    rates::Group,
    refusal::{Issue, Refusal},
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("quoteAudio", Method::Post, "/audio/quote", Access::Open, |call, body| {
        Box::pin(quote(call, body))
    }),
    Operation::new("queueAudio", Method::Post, "/audio/queue", Access::KeyOrWallet, |call, body| {
        Box::pin(enqueue(call, body))
    })
    .rated(Group::VideoQueue)
    .taking(0.2, 0.6),
    Operation::new("retrieveAudio", Method::Post, "/audio/retrieve", Access::KeyOrWallet, |call, body| {
        Box::pin(queued::retrieve(call, body, "music"))
    })
    .rated(Group::VideoRetrieve),
    Operation::new("completeAudio", Method::Post, "/audio/complete", Access::KeyOrWallet, |call, body| {
        Box::pin(queued::complete(call, body, "music"))
    }),
];

/// Whole seconds, as a number or in digits.
fn seconds(fields: &mut Fields) -> Option<u32> {
    let name = "duration_seconds";
    let entry = fields.one(name)?;
    let read = match &entry {
        Entry::Json(Value::Number(number)) => number.as_u64().filter(|seconds| *seconds > 0),
        Entry::Json(Value::String(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().ok()
        }
        _ => None,
    };
    if read.is_none() {
        fields.reject(name, "invalid_type", "Expected a positive integer, or digits");
    }
    read.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// What the asked seconds come to, within what the model takes.
fn duration(model: &Model, rules: &MusicRules, asked: Option<u32>) -> Result<u32, Refusal> {
    let refused = |message: String| Err(Refusal::field("INVALID_REQUEST", "duration_seconds", message));
    match (rules.seconds, asked) {
        (None, Some(_)) => refused(format!("{} doesn't support duration_seconds", model.id)),
        (None, None) => Ok(0),
        (Some((_, _, usual)), None) => Ok(usual),
        (Some((least, most, _)), Some(asked)) if !(least..=most).contains(&asked) => {
            refused(format!("{} makes {least} to {most} seconds", model.id))
        }
        (Some(_), Some(asked)) => Ok(asked),
    }
}

fn rules(model: &Model) -> Result<MusicRules, Refusal> {
    model.music.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The model makes no music"))
}

async fn quote(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, 1 << 16).await?;
    let asked = fields.required_text("model", 1..=200);
    let seconds = seconds(&mut fields);
    let characters = fields.integer("character_count", 1..=i32::MAX);
    fields.finish()?;
    let model = model(&call, "music", "model", &asked)?;
    let rules = rules(&model)?;
    let seconds = duration(&model, &rules, seconds)?;
    if matches!(rules.price, MusicPrice::ThousandCharacters(_)) && characters.is_none() {
        let message = format!("{} is paid by the character: character_count is required", model.id);
        return Err(Refusal::field("INVALID_REQUEST", "character_count", message));
    }
    let price = rules.price_of(seconds, characters.unwrap_or_default().unsigned_abs() as usize);
    let mut answer = Answer::ok(&json!({"quote": number(price)}));
    model_headers(&model, &mut answer);
    Ok(answer)
}

struct Request {
    model: String,
    prompt: String,
    lyrics: Option<String>,
    seconds: Option<u32>,
    instrumental: Option<bool>,
    optimizer: Option<bool>,
    loops: Option<bool>,
    voice: Option<String>,
    language: Option<String>,
    speed: Option<f64>,
}

impl Request {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            model: fields.required_text("model", 1..=200),
            prompt: fields.required_text("prompt", 1..=100_000),
            lyrics: fields.text("lyrics_prompt", 0..=100_000),
            seconds: seconds(&mut fields),
            instrumental: fields.flag("force_instrumental"),
            optimizer: fields.flag("lyrics_optimizer"),
            loops: fields.flag("loop"),
            voice: fields.text("voice", 0..=200),
            language: fields.text("language_code", 0..=35),
            speed: fields.number("speed", 0.25..=4.0),
        };
        fields.finish()?;
        Ok(request)
    }

    /// What the model doesn't take, or not like this.
    fn check(&self, model: &Model, rules: &MusicRules) -> Result<(), Refusal> {
        let mut issues = Vec::new();
        let mut refuse = |field: &str, message: String| issues.push(Issue::new(field, "custom", message));
        let unsupported = [
            ("lyrics_prompt", self.lyrics.is_some() && rules.lyrics.is_none()),
            ("force_instrumental", self.instrumental.is_some() && !rules.instrumental),
            ("lyrics_optimizer", self.optimizer.is_some() && !rules.lyrics_written),
            ("loop", self.loops.is_some() && !rules.loops),
            ("voice", self.voice.is_some() && rules.voices.is_empty()),
            ("language_code", self.language.is_some() && !rules.language),
            ("speed", self.speed.is_some() && rules.speed.is_none()),
        ];
        for (field, _) in unsupported.iter().filter(|(_, wrong)| *wrong) {
            refuse(field, format!("{} doesn't support {field}", model.id));
        }
        let (least, most) = rules.prompt;
        let length = self.prompt.chars().count();
        if length < least || length > most {
            refuse("prompt", format!("{} takes prompts of {least} to {most} characters", model.id));
        }
        let sung = self.lyrics.as_deref().is_some_and(|lyrics| !lyrics.trim().is_empty());
        let written = self.optimizer == Some(true);
        if rules.lyrics_required && !sung && !written {
            refuse("lyrics_prompt", format!("{} requires lyrics", model.id));
        }
        if written && sung {
            refuse("lyrics_prompt", "lyrics_prompt must be empty when lyrics_optimizer is true".into());
        }
        if let (Some(limit), Some(lyrics)) = (rules.lyrics, &self.lyrics)
            && lyrics.chars().count() > limit
        {
            refuse("lyrics_prompt", format!("{} takes lyrics of at most {limit} characters", model.id));
        }
        if let Some(voice) = &self.voice
            && !rules.voices.is_empty()
            && !rules.voices.contains(&voice.as_str())
        {
            refuse("voice", format!("The voice is not one of {}'s: {}", model.id, rules.voices.join(", ")));
        }
        if let (Some(speed), Some(speeds)) = (self.speed, rules.speeds())
            && !speeds.contains(&speed)
        {
            refuse("speed", format!("{} takes speeds of {} to {}", model.id, speeds.start(), speeds.end()));
        }
        if issues.is_empty() { Ok(()) } else { Err(Refusal::fields(issues)) }
    }

    fn order(self, rules: &MusicRules, seconds: u32, seed: u64) -> MusicOrder {
        let lyrics = match self.lyrics {
            _ if self.instrumental == Some(true) => String::new(),
            Some(lyrics) if !lyrics.is_empty() => lyrics,
            _ if self.optimizer == Some(true) => format!("{} la la la", self.prompt),
            _ => String::new(),
        };
        let kind = if rules.speaks {
            let first = rules.voices.first().copied().unwrap_or_default().to_owned();
            MusicKind::Speech { voice: self.voice.unwrap_or(first), speed: self.speed.unwrap_or(1.0) as f32 }
        } else if rules.noises {
            MusicKind::Noise
        } else {
            MusicKind::Piece
        };
        MusicOrder {
            prompt: self.prompt,
            lyrics,
            // Models that can't be told how long make pieces of 30 to 90 seconds.
            seconds: if seconds > 0 { f64::from(seconds) } else { 30.0 + (seed % 61) as f64 },
            seed,
            loops: self.loops.unwrap_or(false),
            kind,
            format: rules.format.to_owned(),
        }
    }
}

async fn enqueue(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let request = Request::read(body::read(&call.headers, body, Takes::Json, 1 << 20).await?)?;
    let model = model(&call, "music", "model", &request.model)?;
    let rules = rules(&model)?;
    request.check(&model, &rules)?;
    let seconds = duration(&model, &rules, request.seconds)?;
    queued::check_words(&request.prompt)?;
    let price: Decimal = rules.price_of(seconds, request.prompt.chars().count());
    let bill = Bill::new(model.id, "audio", 1, price);
    let seed = call.house.draw(|chance| mix(chance.next(), &request.prompt));
    let prompt = request.prompt.clone();
    let order = Order::Music(request.order(&rules, seconds, seed));
    let ticket = Ticket { order, prompt, link: false, takes: rules.takes };
    let job = queued::enqueue(&call, model.id, bill, ticket).await?;
    let mut answer = Answer::ok(&json!({"model": job.model, "queue_id": job.id, "status": "QUEUED"}));
    model_headers(&model, &mut answer);
    Ok(answer)
}
