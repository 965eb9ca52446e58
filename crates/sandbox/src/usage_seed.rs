//! A past that is made up: weeks of charges over several keys and models, the same for the same seed.

use std::borrow::Cow;

use jiff::{Timestamp, ToSpan, civil::Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::Catalogue,
    chance::{Chance, mix},
    config::Currency,
    ledger::{Charge, Measure, Payer},
    moment,
    work::{Bill, Charged},
};

/// What a past is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Past {
    pub(crate) seed: u64,
    /// How many days it covers, the one of `until` included.
    pub(crate) days: u32,
    /// How many charges there are.
    pub(crate) charges: u32,
    /// All of them are before this.
    pub(crate) until: Timestamp,
}

/// The keys that a past was spent with: what they are called, and how much of it is theirs.
const KEYS: [(&str, f32); 3] =
    [("Studio desktop", 0.55), ("Nightly batch", 0.2), ("Phone experiments", 0.15)];
/// What is paid in DIEM on a day before the dollars are touched.
const DIEM_A_DAY: Decimal = Decimal::ONE;
const DAY: i64 = 86_400_000;

/// How busy each hour of a day is, in UTC.
const HOURS: [f32; 24] = [
    0.4, 0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 1.5, 3.0, 4.2, 4.6, 3.8, 2.4, 3.4, 4.4, 4.6, 4.0, 3.0, 1.8, 1.6, 2.2,
    2.4, 1.6, 0.8,
];

/// The models that write, with how often each is asked.
const WRITERS: [(&str, f32); 5] = [
    ("zai-org-glm-5-2", 0.38),
    ("deepseek-v4-pro-0813", 0.2),
    ("kimi-k3", 0.16),
    ("qwen-3-8-27b", 0.16),
    ("venice-uncensored-1-2", 0.1),
];

/// A request of the past.
struct Request {
    at: i64,
    payer: Payer,
    operation: &'static str,
    prefix: &'static str,
    bill: Bill,
    milliseconds: u32,
}

impl Past {
    /// The keys that it was spent with: an id, and what it is called.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (String, &'static str)> {
        let mut chance = Chance::new(mix(self.seed, "keys of the past"));
        KEYS.iter().map(move |(name, _)| (chance.uuid(), *name))
    }

    /// When its first day begins.
    pub(crate) fn begin(&self) -> Timestamp {
        let first = moment::day(self.until).saturating_sub(i64::from(self.days.saturating_sub(1)).days());
        moment::start(first)
    }

    /// Its charges, in the order of their times.
    pub(crate) fn charges(&self) -> Vec<Charge> {
        let catalogue = Catalogue::new();
        let mut chance = Chance::new(mix(self.seed, "charges of the past"));
        let payers: Vec<Payer> = self.keys().map(|(id, _)| Payer::Key { id }).collect();
        let days = self.busy_days(&mut chance);
        let (mut requests, mut left) = (Vec::new(), self.charges as usize);
        while left > 0 {
            let mut request = self.request(&catalogue, &payers, &days, &mut chance);
            request.bill.at_most(left);
            left -= request.bill.lines();
            requests.push(request);
        }
        requests.sort_by_key(|request| request.at);
        let (mut today, mut diem) = (0, Decimal::ZERO);
        let mut charges = Vec::with_capacity(self.charges as usize);
        for request in requests {
            if today != request.at.div_euclid(DAY) {
                (today, diem) = (request.at.div_euclid(DAY), DIEM_A_DAY);
            }
            let total = request.bill.total();
            let currency = if total <= diem { Currency::Diem } else { Currency::Usd };
            if currency == Currency::Diem {
                diem -= total;
            }
            charges.extend(request.bill.charges(&Charged {
                request_id: format!("{}-{:016x}{:016x}", request.prefix, chance.next(), chance.next()),
                cf_ray: format!("{:016x}-VCE", chance.next()),
                operation: Cow::Borrowed(request.operation),
                payer: request.payer,
                currency,
                at: Timestamp::from_millisecond(request.at).unwrap_or(self.until),
                milliseconds: request.milliseconds,
            }));
        }
        charges
    }

    /// Each day's begin and length in milliseconds, and how busy it is: more by the week, less at its end.
    fn busy_days(&self, chance: &mut Chance) -> Vec<((i64, i64), f32)> {
        let (begin, until) = (self.begin(), self.until.as_millisecond());
        (0..i64::from(self.days))
            .map(|day| {
                let from = begin.as_millisecond() + day * DAY;
                let length = (until - from).clamp(1, DAY);
                let weekday = moment::day(begin).saturating_add(day.days()).weekday();
                let rest = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
                let growth = 0.6 + 0.8 * day as f32 / self.days as f32;
                let mood = if chance.happens(0.08) { 2.2 } else { chance.between(0.6, 1.2) };
                let share = length as f32 / DAY as f32;
                ((from, length), growth * mood * share * if rest { 0.4 } else { 1.0 })
            })
            .collect()
    }

    fn request(
        &self,
        catalogue: &Catalogue,
        payers: &[Payer],
        days: &[((i64, i64), f32)],
        chance: &mut Chance,
    ) -> Request {
        let by_key: Vec<(usize, f32)> =
            KEYS.iter().enumerate().map(|(place, (_, share))| (place, *share)).collect();
        let chosen = chance.happens(0.9).then(|| one(&by_key, chance)).flatten();
        let nightly = chosen == Some(1);
        let payer = chosen.and_then(|place| payers.get(place)).cloned().unwrap_or_default();
        let (from, length) = one(days, chance).unwrap_or((self.until.as_millisecond(), 1));
        let hours: Vec<(i64, f32)> = (0..).zip(HOURS).collect();
        let hour = if nightly { 2 } else { one(&hours, chance).unwrap_or(12) };
        let within = hour * 3_600_000 + i64::from(chance.below(3_600_000));
        // A day that isn't over yet has the rhythm of a whole one, only faster.
        let at = from + within * length / DAY;
        let (operation, prefix, bill, milliseconds) = if nightly && chance.happens(0.4) {
            embedding(catalogue, chance)
        } else {
            work(catalogue, chance)
        };
        Request { at, payer, operation, prefix, bill, milliseconds }
    }
}

type Work = (&'static str, &'static str, Bill, u32);

fn work(catalogue: &Catalogue, chance: &mut Chance) -> Work {
    match chance.below(100) {
        0..70 => chat(catalogue, chance),
        70..85 => picture(chance),
        85..92 => speech(catalogue, chance),
        92..97 => hearing(catalogue, chance),
        97..99 => embedding(catalogue, chance),
        _ => (
            "queueVideo",
            "queue-video",
            Bill::new("ltx-2-5-fast-text-to-video", "video", 1, Decimal::new(28, 2)),
            0,
        ),
    }
}

fn chat(catalogue: &Catalogue, chance: &mut Chance) -> Work {
    let id = one(&WRITERS, chance).unwrap_or(WRITERS[0].0);
    let price =
        |name: &str| catalogue.by_id(id).and_then(|model| model.listed_price(name)).unwrap_or_default();
    // Mostly short, seldom very long.
    let length =
        |least: f32, most: f32, chance: &mut Chance| (least * (most / least).powf(chance.unit())) as u32;
    let (input, output) = (length(80.0, 24_000.0, chance), length(20.0, 3_000.0, chance));
    let cached_price = price("cache_input");
    let cached = if cached_price.is_zero() || !chance.happens(0.5) { 0 } else { input / 10 * 7 };
    let bill = Bill::of(id)
        .tokens("llm-input", input - cached, price("input"))
        .tokens("llm-cache-read", cached, cached_price)
        .tokens("llm-output", output, price("output"))
        .inference(Some(input), Some(output));
    let searched = chance.happens(0.04);
    let bill = bill.and("web-search", u32::from(searched), Decimal::new(1, 2));
    ("createChatCompletion", "chatcmpl", bill, 300 + output * 12 + chance.below(900))
}

fn picture(chance: &mut Chance) -> Work {
    let count = if chance.happens(0.2) { 4 } else { 1 };
    let bill = match chance.below(10) {
        0..6 => Bill::new("z-image-turbo", "image", count, Decimal::new(1, 2)),
        6..8 => Bill::new("grok-imagine-image", "image", count, Decimal::new(3, 2)),
        8 => Bill::new("gpt-image-2", "image", 1, Decimal::new(7, 2)),
        _ => Bill::new("firered-image-edit", "edit", 1, Decimal::new(4, 2)),
    };
    ("generateImage", "generate-image", bill, 0)
}

fn speech(catalogue: &Catalogue, chance: &mut Chance) -> Work {
    let price =
        catalogue.by_id("tts-kokoro").and_then(|model| model.listed_price("input")).unwrap_or_default();
    let characters = Decimal::from_i128_with_scale(i128::from(60 + chance.below(2400)), 6).normalize();
    let bill = Bill::of("tts-kokoro").line("speech", Measure::MillionCharacters, characters, price);
    ("createSpeech", "create-speech", bill.inference(None, None), 400 + chance.below(2600))
}

fn hearing(catalogue: &Catalogue, chance: &mut Chance) -> Work {
    let id = "openai/whisper-large-v3";
    let price =
        catalogue.by_id(id).and_then(|model| model.listed_price("per_audio_second")).unwrap_or_default();
    let seconds = Decimal::from(4 + chance.below(600));
    let bill = Bill::of(id).line("audio", Measure::Second, seconds, price);
    ("createTranscription", "create-transcription", bill.inference(None, None), 600 + chance.below(5000))
}

fn embedding(catalogue: &Catalogue, chance: &mut Chance) -> Work {
    let id = "text-embedding-bge-m3";
    let price = catalogue.by_id(id).and_then(|model| model.listed_price("input")).unwrap_or_default();
    let tokens = 40 + chance.below(1800);
    let bill = Bill::of(id).tokens("llm-input", tokens, price).inference(Some(tokens), Some(0));
    ("createEmbedding", "create-embedding", bill, 30 + chance.below(200))
}

/// One of these, by its share.
fn one<T: Copy>(shares: &[(T, f32)], chance: &mut Chance) -> Option<T> {
    let mut left = chance.unit() * shares.iter().map(|(_, share)| share).sum::<f32>();
    for (item, share) in shares {
        left -= share;
        if left < 0.0 {
            return Some(*item);
        }
    }
    shares.last().map(|(item, _)| *item)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn past() -> Past {
        Past { seed: 7, days: 10, charges: 3000, until: "2026-11-21T12:00:00Z".parse().unwrap() }
    }

    #[test]
    fn a_past_is_the_same_for_the_same_seed_and_lies_where_it_should() {
        let charges = past().charges();
        assert_eq!(charges.len(), 3000);
        assert_eq!(charges, past().charges());
        assert_ne!(charges, Past { seed: 8, ..past() }.charges());
        assert!(charges.is_sorted_by_key(|charge| charge.at));
        assert!(charges[0].at >= past().begin() && charges[2999].at < past().until);
        assert!(charges[0].at < past().begin() + jiff::SignedDuration::from_hours(24));
        let ids: BTreeSet<&str> = charges.iter().map(|charge| charge.request_id.as_str()).collect();
        let rays: BTreeSet<&str> = charges.iter().map(|charge| charge.cf_ray.as_str()).collect();
        assert_eq!(ids.len(), rays.len());
    }

    #[test]
    fn every_price_is_known_and_every_model_listed() {
        let catalogue = Catalogue::new();
        for charge in past().charges() {
            assert!(charge.amount > Decimal::ZERO, "{}", charge.sku());
            assert!(catalogue.by_id(&charge.model).is_some(), "{}", charge.model);
        }
    }

    #[test]
    fn weekends_and_nights_are_quiet_and_both_currencies_pay() {
        let charges = past().charges();
        let hour = |charge: &Charge| charge.at.as_second().rem_euclid(86_400) / 3600;
        let between = |from, to| charges.iter().filter(|charge| (from..to).contains(&hour(charge))).count();
        assert!(between(9, 12) > 3 * between(3, 6));
        for currency in [Currency::Usd, Currency::Diem] {
            assert!(charges.iter().filter(|charge| charge.currency == currency).count() > 300);
        }
        assert_eq!(charges.iter().map(|charge| &charge.payer).collect::<BTreeSet<_>>().len(), 4);
    }
}
