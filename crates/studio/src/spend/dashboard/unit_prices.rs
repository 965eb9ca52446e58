//! What one of something has cost: a picture, a minute, a thousand words.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use store::{ChargeColumns, JobId, from_fixed};

use super::{
    super::{
        sku::Sku,
        view::{ChargeKind, LedgerMoney, PricedUnit, SpendFilter, UnitPrice},
    },
    rank,
    scope::Scope,
};
use crate::{Result, Studio};

/// Words in a million tokens, in thousands: four thirds of a token are a word.
const THOUSAND_WORDS_OF_TOKENS: Decimal = Decimal::from_parts(750, 0, 0, false, 0);
/// Characters of a word, the space behind it included.
const CHARACTERS: Decimal = Decimal::from_parts(6, 0, 0, false, 0);
/// So many films of a length that only their items tell are looked at.
const MOST_FILMS: usize = 5_000;

type Key = (PricedUnit, Option<String>, u16);

/// What was paid, and for how much.
#[derive(Debug, Clone, Copy, Default)]
struct Bought {
    amount: i128,
    units: Decimal,
}

/// What the columns tell, and the films of which only their items tell the length.
struct Told {
    bought: BTreeMap<Key, Bought>,
    films: Vec<(JobId, String, u16, i128)>,
    currencies: Vec<String>,
}

impl Studio {
    /// What a picture, a minute of film, a thousand words have cost.
    pub async fn spend_unit_prices(&self, filter: SpendFilter) -> Result<Vec<UnitPrice>> {
        let Told { mut bought, films, currencies } = self.look(filter, told).await?;
        let jobs: Vec<JobId> = films.iter().map(|(job, ..)| *job).collect();
        let lengths: HashMap<JobId, u64> =
            self.store(move |store| store.charges().lengths_of_jobs(&jobs)).await?.into_iter().collect();
        for (job, model, currency, amount) in films {
            let Some(length) = lengths.get(&job).filter(|length| **length > 0) else { continue };
            let minutes = Decimal::from(*length) / Decimal::from(60_000);
            for model in [None, Some(model)] {
                let sum = bought.entry((PricedUnit::FilmMinute, model, currency)).or_default();
                sum.amount += amount;
                sum.units += minutes;
            }
        }
        Ok(prices(&currencies, bought))
    }
}

fn told(scope: &Scope<'_>) -> Told {
    let columns = scope.columns;
    let currencies = columns.currencies.len();
    // By SKU and currency first: there are few of them.
    let mut sums: Vec<Option<(i128, i128)>> = vec![None; columns.skus.len() * currencies];
    let is_film: Vec<bool> =
        scope.skus.iter().map(|sku| sku.kind == ChargeKind::Film && sku.measure == "unit").collect();
    let mut films: HashMap<(u32, u32, u16), i128> = HashMap::new();
    for place in scope.places() {
        let (sku, currency) = (columns.sku[place], columns.currency[place]);
        if columns.units[place] == 0 {
            // What answers told, or was expected, says nothing of units.
            continue;
        }
        if is_film[sku as usize] {
            if columns.job[place] != 0 && films.len() < MOST_FILMS {
                *films.entry((columns.job[place], sku, currency)).or_default() += columns.amount[place];
            }
            continue;
        }
        let sum = sums[sku as usize * currencies + usize::from(currency)].get_or_insert((0, 0));
        sum.0 += columns.amount[place];
        sum.1 += i128::from(columns.units[place]);
    }
    let mut bought: BTreeMap<Key, Bought> = BTreeMap::new();
    for (place, sum) in sums.into_iter().enumerate() {
        let Some((amount, units)) = sum else { continue };
        let sku = &scope.skus[place / currencies];
        let Some((unit, counted)) = unit_of(sku, ChargeColumns::units_of(units)) else { continue };
        let currency = u16::try_from(place % currencies).unwrap_or(u16::MAX);
        for model in [None, Some(sku.model.clone().unwrap_or_default())] {
            let sum = bought.entry((unit, model, currency)).or_default();
            sum.amount += amount;
            sum.units += counted;
        }
    }
    let films = films.into_iter().map(|((job, sku, currency), amount)| {
        let model = scope.skus[sku as usize].model.clone().unwrap_or_default();
        (columns.jobs[job as usize], model, currency, amount)
    });
    Told { bought, films: films.collect(), currencies: columns.currencies.clone() }
}

/// One of what a SKU is bought by, and how many of them so many of its units are; none where they can't be compared. What is added
/// to a picture or an answer makes it dearer, and is none more.
fn unit_of(sku: &Sku, units: Decimal) -> Option<(PricedUnit, Decimal)> {
    let minutes = units / Decimal::from(60);
    match (sku.kind, sku.measure.as_str()) {
        (ChargeKind::Image, "unit") => {
            let is_added = matches!(sku.part.as_str(), "prompt-enhancement" | "input-image");
            Some((PricedUnit::Picture, if is_added { Decimal::ZERO } else { units }))
        }
        (ChargeKind::Film, "second") => Some((PricedUnit::FilmMinute, minutes)),
        (ChargeKind::Music, "second") => Some((PricedUnit::MusicMinute, minutes)),
        (ChargeKind::Music, "unit") => Some((PricedUnit::MusicPiece, units)),
        (ChargeKind::Chat, "mtoken") => {
            Some((PricedUnit::ChatThousandWords, units * THOUSAND_WORDS_OF_TOKENS))
        }
        (ChargeKind::Speech, "mchar") => {
            Some((PricedUnit::SpokenThousandWords, units * Decimal::from(1_000) / CHARACTERS))
        }
        (ChargeKind::Transcription, "second") => Some((PricedUnit::TranscribedMinute, minutes)),
        _ => None,
    }
}

fn prices(currencies: &[String], bought: BTreeMap<Key, Bought>) -> Vec<UnitPrice> {
    let mut prices: Vec<UnitPrice> = bought
        .into_iter()
        .filter(|((_, model, _), _)| model.as_ref().is_none_or(|model| !model.is_empty()))
        .filter_map(|((unit, model, currency), Bought { amount, units })| {
            if units <= Decimal::ZERO || amount <= 0 {
                return None;
            }
            let total = from_fixed(amount);
            let price = total.checked_div(units)?;
            Some(UnitPrice {
                unit,
                model,
                price: LedgerMoney {
                    amount: price.round_sf(4).unwrap_or(price).normalize(),
                    currency: currencies[usize::from(currency)].clone(),
                },
                units: units.round_dp(3).normalize(),
                total,
            })
        })
        .collect();
    prices.sort_by(|one, other| {
        let unit = one
            .unit
            .cmp(&other.unit)
            .then_with(|| rank(&one.price.currency).cmp(&rank(&other.price.currency)));
        unit.then_with(|| one.model.is_some().cmp(&other.model.is_some()))
            .then_with(|| other.total.cmp(&one.total))
    });
    prices
}
