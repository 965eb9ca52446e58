//! What the money was spent on, added up by day, model and key.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use jiff::{Timestamp, ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::Call;
use crate::{
    answer::Answer,
    catalogue::number,
    gate::Access,
    house::House,
    ledger::{Charge, Measure, Sums},
    moment,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "getBillingUsageAnalytics",
    Method::Get,
    "/billing/usage-analytics",
    Access::Admin,
    |call, _| Box::pin(async move { analytics(&call) }),
)];

/// The longest period, in days.
const LONGEST: i64 = 90;
/// How many models and keys are charted by themselves; the others are charted together.
const CHARTED: usize = 8;
const OTHERS: &str = "Other";
const MILLION: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// The days that are asked for, both included.
#[derive(Debug, PartialEq, Eq)]
struct Window {
    first: Date,
    last: Date,
    lookback: String,
}

fn analytics(call: &Call) -> Result<Answer, Refusal> {
    let window = window(call, moment::day(Timestamp::now()))?;
    let lines = call.house.ledger.read(|charges| lines(charges, &window));
    Ok(Answer::ok(&report(&call.house, &window, &lines)))
}

fn window(call: &Call, today: Date) -> Result<Window, Refusal> {
    let mut query = call.query();
    let lookback = query.text("lookback", 1..=20);
    let days = lookback.as_deref().map_or(Some(7), days_back);
    if days.is_none() {
        query.reject("lookback", "invalid_string", "Expected a number of days, such as 7d");
    }
    let mut date = |name: &str| {
        let text = query.text(name, 0..=100)?;
        let date = moment::read_day(&text);
        if date.is_none() {
            query.reject(name, "invalid_string", "Expected a date, such as 2026-07-01");
        }
        date
    };
    let (start, end) = (date("startDate"), date("endDate"));
    match (start, end) {
        (Some(_), None) => query.required("endDate"),
        (None, Some(_)) => query.required("startDate"),
        (Some(start), Some(end)) if end < start => {
            query.reject("endDate", "custom", "endDate must not be before startDate");
        }
        (Some(start), Some(end)) if i64::from((end - start).get_days()) >= LONGEST => {
            query.reject("endDate", "custom", "A period has at most 90 days");
        }
        _ => {}
    }
    query.finish()?;
    if let (Some(first), Some(last)) = (start, end) {
        return Ok(Window { first, last, lookback: format!("{first}:{last}") });
    }
    let days = days.unwrap_or(7);
    Ok(Window { first: today.saturating_sub((days - 1).days()), last: today, lookback: format!("{days}d") })
}

/// Reads `30d`; more than 90 are 90.
fn days_back(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('d')?;
    if digits.starts_with('0') || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    if digits.len() > 9 { Some(LONGEST) } else { digits.parse::<i64>().ok().map(|days| days.min(LONGEST)) }
}

/// What has all of these in common, and what it sums up to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Line {
    model: String,
    unit: String,
    measure: Measure,
    /// Whether its units are what its model is counted in: no surcharges, and nothing that is measured otherwise.
    is_counted: bool,
    key: Option<String>,
    day: Date,
}

#[derive(Debug, Clone, Copy, Default)]
struct Used {
    sums: Sums,
    units: Decimal,
    /// Those of them that are counted.
    counted: Decimal,
}

impl Used {
    fn add(&mut self, other: Self) {
        self.sums.add(other.sums);
        self.units += other.units;
        self.counted += other.counted;
    }

    fn spent(&self) -> Decimal {
        self.sums.usd + self.sums.diem
    }
}

/// A charge's model, unit, measure, whether it is a surcharge, key and day.
type Group<'a> = (&'a str, &'a str, Measure, bool, Option<&'a str>, Date);

/// The charges of the account in the window, added up where all of a [`Line`] is the same.
fn lines(charges: &[Charge], window: &Window) -> Vec<(Line, Used)> {
    let mut grouped: HashMap<Group, Used> = HashMap::new();
    let from = moment::start(window.first);
    let begin = charges.partition_point(|charge| charge.at < from);
    for charge in charges[begin..].iter().filter(|charge| charge.payer.wallet().is_none()) {
        let day = moment::day(charge.at);
        if day > window.last {
            break;
        }
        let mut used = Used::default();
        *used.sums.of(charge.currency) += charge.amount;
        used.units = match charge.measure {
            Measure::MillionTokens | Measure::MillionCharacters => charge.units * MILLION,
            Measure::Unit | Measure::Second => charge.units,
        };
        let (measure, surcharge) = (charge.measure, charge.surcharge);
        let line = (&*charge.model, &*charge.unit, measure, surcharge, charge.payer.key(), day);
        grouped.entry(line).or_default().add(used);
    }
    // Pieces are what a model is counted in only where nothing of it is measured otherwise.
    let mut measures: HashMap<&str, Measure> = HashMap::new();
    for (model, _, measure, surcharge, ..) in grouped.keys() {
        if !surcharge && *measure != Measure::Unit {
            measures.insert(model, *measure);
        }
    }
    let owned = grouped.iter().map(|((model, unit, measure, surcharge, key, day), used)| {
        let is_counted = !surcharge && *measure == measures.get(model).copied().unwrap_or_default();
        let counted = if is_counted { used.units } else { Decimal::ZERO };
        let (model, unit, key) = ((*model).to_owned(), (*unit).to_owned(), key.map(str::to_owned));
        (Line { model, unit, measure: *measure, is_counted, key, day: *day }, Used { counted, ..*used })
    });
    owned.collect()
}

/// The lines added up by something, those with the most spent first.
fn by<K: Hash + Ord + Clone>(lines: &[(Line, Used)], of: impl Fn(&Line) -> K) -> Vec<(K, Used)> {
    let mut sums: BTreeMap<K, Used> = BTreeMap::new();
    for (line, used) in lines {
        sums.entry(of(line)).or_default().add(*used);
    }
    let mut sorted: Vec<_> = sums.into_iter().collect();
    sorted.sort_by_key(|(_, used)| std::cmp::Reverse(used.spent()));
    sorted
}

fn report(house: &House, window: &Window, lines: &[(Line, Used)]) -> Value {
    let names = key_names(house, lines);
    let model_name = |line: &Line| {
        house.catalogue.by_id(&line.model).map_or(line.model.clone(), |model| model.name.into())
    };
    let key_name = |line: &Line| names.get(&line.key).cloned().unwrap_or_default();
    let days: BTreeMap<Date, Used> = by(lines, |line| line.day).into_iter().collect();
    let by_date: Vec<Value> = each_day(window)
        .map(|day| {
            let sums = days.get(&day).copied().unwrap_or_default().sums;
            json!({"date": day.to_string(), "USD": number(sums.usd), "DIEM": number(sums.diem)})
        })
        .collect();
    let by_model: Vec<Value> = by(lines, model_name)
        .iter()
        .map(|(name, used)| model(house, name, *used, lines, &model_name))
        .collect();
    let by_key: Vec<Value> = by(lines, |line| line.key.clone())
        .iter()
        .map(|(key, used)| {
            json!({"apiKeyId": key, "description": names.get(key), "totalUsd": number(used.sums.usd),
                "totalDiem": number(used.sums.diem), "totalUnits": number(used.counted)})
        })
        .collect();
    let (by_model_daily, top_models) = chart(window, lines, model_name);
    let (by_key_daily, top_keys) = chart(window, lines, key_name);
    json!({
        "lookback": window.lookback, "byDate": by_date, "byModel": by_model, "byModelDaily": by_model_daily,
        "topModels": top_models, "byKey": by_key, "byKeyDaily": by_key_daily, "topKeyNames": top_keys,
    })
}

fn each_day(window: &Window) -> impl Iterator<Item = Date> {
    window.first.series(1.day()).take_while(|day| *day <= window.last)
}

fn model(
    house: &House,
    name: &str,
    used: Used,
    lines: &[(Line, Used)],
    model_name: &impl Fn(&Line) -> String,
) -> Value {
    let of_model: Vec<(Line, Used)> =
        lines.iter().filter(|(line, _)| model_name(line) == name).cloned().collect();
    let kind =
        of_model.first().and_then(|(line, _)| house.catalogue.by_id(&line.model)).map(|model| model.kind);
    let counted = of_model.iter().find(|(line, _)| line.is_counted);
    let units = match (counted.map_or(Measure::Unit, |(line, _)| line.measure), kind) {
        (Measure::MillionTokens, _) => "tokens",
        (Measure::MillionCharacters, _) => "chars",
        (Measure::Second, _) => "seconds",
        (Measure::Unit, Some("image" | "inpaint" | "upscale")) => "images",
        (Measure::Unit, _) => "units",
    };
    let kind = match kind {
        Some("text" | "embedding") => Some("LLM"),
        Some("image" | "inpaint" | "upscale") => Some("IMAGE"),
        Some("tts") => Some("TTS"),
        Some("asr") => Some("ASR"),
        Some("video") => Some("VIDEO"),
        _ => None,
    };
    let mut said = json!({"modelName": name, "unitType": units, "modelType": kind, "totalUsd": number(used.sums.usd),
        "totalDiem": number(used.sums.diem), "totalUnits": number(used.counted)});
    let parts = by(&of_model, |line| part(&line.unit));
    if parts.len() > 1 {
        let breakdown = parts.iter().map(|(part, used)| {
            json!({"type": part, "usd": number(used.sums.usd), "diem": number(used.sums.diem), "units": number(used.units)})
        });
        said["breakdown"] = breakdown.collect();
    }
    said
}

/// `llm-cache-read` as `Cache Read`.
fn part(unit: &str) -> String {
    let words = unit.strip_prefix("llm-").unwrap_or(unit).split('-');
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}

/// A row for each day, with what was spent on each of the charted series, and the names of those.
fn chart(
    window: &Window,
    lines: &[(Line, Used)],
    name: impl Fn(&Line) -> String,
) -> (Vec<Value>, Vec<String>) {
    let ranked = by(lines, &name);
    let mut series: Vec<String> = ranked.iter().take(CHARTED).map(|(name, _)| name.clone()).collect();
    let charted = |name: String| if series.contains(&name) { name } else { OTHERS.to_owned() };
    let daily: HashMap<(Date, String), Used> =
        by(lines, |line| (line.day, charted(name(line)))).into_iter().collect();
    if ranked.len() > CHARTED {
        series.push(OTHERS.to_owned());
    }
    let rows = each_day(window).map(|day| {
        let at = moment::midnight(day);
        let mut row = Map::from_iter([("date".to_owned(), json!(at))]);
        for name in &series {
            let spent = daily.get(&(day, name.clone())).map_or(Decimal::ZERO, Used::spent);
            row.insert(name.clone(), number(spent));
        }
        Value::Object(row)
    });
    (rows.collect(), series)
}

/// What each key is called: two are never called the same.
fn key_names(house: &House, lines: &[(Line, Used)]) -> HashMap<Option<String>, String> {
    let end = |id: &str| id.chars().skip(id.chars().count().saturating_sub(6)).collect::<String>();
    let mut names: HashMap<Option<String>, String> = HashMap::new();
    for (key, _) in by(lines, |line| line.key.clone()) {
        let name = match &key {
            None => "Web App".to_owned(),
            Some(id) => match house.keys.find(id).map(|key| key.description.clone()) {
                Some(description) if description.is_empty() => format!("Key ...{}", end(id)),
                Some(description) if names.values().any(|name| *name == description) => {
                    format!("{description} (...{})", end(id))
                }
                Some(description) => description,
                None => format!("Key ...{}", end(id)),
            },
        };
        names.insert(key, name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_as_the_description_says() {
        assert_eq!(days_back("7d"), Some(7));
        assert_eq!(days_back("4000d"), Some(90));
        assert_eq!(days_back("99999999999999999999d"), Some(90));
        for wrong in ["0d", "07d", "7", "-7d", "d", "7 d"] {
            assert_eq!(days_back(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn parts_are_called_in_words() {
        assert_eq!(part("llm-cache-read"), "Cache Read");
        assert_eq!(part("llm-input"), "Input");
        assert_eq!(part("prompt-enhancement"), "Prompt Enhancement");
    }
}
