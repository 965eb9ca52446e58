//! The values that a filter may take.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::{
    super::{
        sku::Sku,
        view::{SpendFacet, SpendFacets, SpendFilter},
    },
    Desk,
    scope::Scope,
    series::{kind_word, values_of_skus},
};
use crate::{Result, Studio};

/// Venice adds up by key for so many days.
const KEYS_BACK: i64 = 90;

impl Studio {
    /// What a filter may be set to, each counted as if nothing were chosen for its own part of it.
    pub async fn spend_facets(&self, filter: SpendFilter) -> Result<SpendFacets> {
        let desk = self.desk().await?;
        self.store(move |store| {
            let today = desk.calendar.today();
            let first = today.checked_sub(KEYS_BACK.days()).unwrap_or(today);
            let mut keys: BTreeMap<String, String> = BTreeMap::new();
            for ledger in desk.ledgers.iter().filter(|ledger| ledger.pretend == filter.pretend) {
                if filter.accounts.is_empty() || filter.accounts.contains(&ledger.account) {
                    for day in store.charges().key_days(&ledger.account, first, today)? {
                        keys.insert(day.key, day.name);
                    }
                }
            }
            let mut facets = store.charges().look(|columns| facets(columns, &desk, &filter))?;
            facets.keys = keys.into_iter().map(|(id, name)| SpendFacet { id, name, charges: 0 }).collect();
            Ok(facets)
        })
        .await
    }
}

fn facets(columns: &store::ChargeColumns, desk: &Desk, filter: &SpendFilter) -> SpendFacets {
    let count = |open: SpendFilter, word: fn(&Sku) -> &str| {
        let scope = Scope::new(columns, desk, &open);
        let (values, of_sku) = values_of_skus(&scope, word);
        let mut counts = vec![0_u32; values.len()];
        for place in scope.places() {
            counts[of_sku[columns.sku[place] as usize]] += 1;
        }
        ordered(values.into_iter().map(|name| (name.clone(), name)).collect(), counts)
    };
    let twice = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name)).collect::<Vec<_>>();
    let kinds = count(SpendFilter { kinds: Vec::new(), ..filter.clone() }, |sku| kind_word(sku.kind));
    let models = count(SpendFilter { models: Vec::new(), ..filter.clone() }, |sku| {
        sku.model.as_deref().unwrap_or_default()
    });
    let by = |open: SpendFilter, values: Vec<(String, String)>, of: &dyn Fn(usize) -> usize| {
        let scope = Scope::new(columns, desk, &open);
        let mut counts = vec![0_u32; values.len()];
        for place in scope.places() {
            counts[of(place)] += 1;
        }
        ordered(values, counts)
    };
    let accounts = columns.ledgers.iter().map(|(id, _)| {
        let ledger = desk.ledgers.iter().find(|ledger| ledger.account == *id);
        (id.clone(), ledger.map_or_else(|| id.clone(), |ledger| ledger.name.clone()))
    });
    let accounts = by(SpendFilter { accounts: Vec::new(), ..filter.clone() }, accounts.collect(), &|place| {
        usize::from(columns.ledger[place])
    });
    let currencies =
        by(SpendFilter { currency: None, ..filter.clone() }, twice(columns.currencies.clone()), &|place| {
            usize::from(columns.currency[place])
        });
    let ever = SpendFilter { from: None, to: None, ..filter.clone() };
    let ever = Scope::new(columns, desk, &ever);
    let day = |place: usize| desk.calendar.day(columns.at[place]).to_string();
    SpendFacets {
        accounts,
        kinds,
        models: models.into_iter().filter(|model| !model.id.is_empty()).collect(),
        keys: Vec::new(),
        currencies,
        first_day: ever.places().next().map(day),
        last_day: ever.places().next_back().map(day),
    }
}

fn ordered(values: Vec<(String, String)>, counts: Vec<u32>) -> Vec<SpendFacet> {
    let facets = values.into_iter().zip(counts).filter(|(_, charges)| *charges > 0);
    let mut facets: Vec<SpendFacet> =
        facets.map(|((id, name), charges)| SpendFacet { id, name, charges }).collect();
    facets.sort_by(|one, other| other.charges.cmp(&one.charges).then_with(|| one.id.cmp(&other.id)));
    facets
}
