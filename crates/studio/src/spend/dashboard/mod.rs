//! What the Spend room looks at. All of it is worked out from the columns of charges in memory, for the filter that all its charts
//! share.

mod calendar;
mod facets;
mod list;
mod overview;
mod scope;
mod series;
mod top;
mod unit_prices;
mod words;

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use store::{ChargeColumns, Ledger};

use calendar::Calendar;
use scope::Scope;
pub(super) use series::kind_word;

use super::{
    sku::SkuReader,
    view::{LedgerMoney, SpendFilter, SpendNote},
};
use crate::{Result, Studio};

/// What a look needs beside the columns.
#[derive(Clone)]
struct Desk {
    reader: Arc<SkuReader>,
    ledgers: Arc<Vec<Ledger>>,
    calendar: Calendar,
}

impl Studio {
    async fn desk(&self) -> Result<Desk> {
        let ledgers = self.store(|store| store.charges().ledgers()).await?;
        Ok(Desk {
            reader: self.sku_reader().await?,
            ledgers: Arc::new(ledgers),
            calendar: Calendar::new(Timestamp::now(), TimeZone::system()),
        })
    }

    /// Looks at the charges that a filter lets through.
    async fn look<T: Send + 'static>(
        &self,
        filter: SpendFilter,
        look: impl FnOnce(&Scope<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        let desk = self.desk().await?;
        self.store(move |store| store.charges().look(|columns| look(&Scope::new(columns, &desk, &filter))))
            .await
    }
}

/// Sums by currency as the window shows them: dollars first, then DIEM, credits, and what we don't know by name.
fn moneys(columns: &ChargeColumns, sums: &[(u16, i128)]) -> Vec<LedgerMoney> {
    let mut moneys: Vec<LedgerMoney> = sums
        .iter()
        .map(|(currency, sum)| LedgerMoney {
            amount: store::from_fixed(*sum),
            currency: columns.currencies[usize::from(*currency)].clone(),
        })
        .collect();
    moneys.sort_by(|one, other| rank(&one.currency).cmp(&rank(&other.currency)));
    moneys
}

/// In which order currencies stand.
fn rank(currency: &str) -> (u8, &str) {
    match currency {
        "usd" => (0, ""),
        "diem" => (1, ""),
        "credits" => (2, ""),
        other => (3, other),
    }
}

/// Sums by currency, as they are gathered.
#[derive(Debug, Clone, Default)]
struct Sums(Vec<Option<i128>>);

impl Sums {
    fn add(&mut self, currency: u16, amount: i128) {
        let place = usize::from(currency);
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        *self.0[place].get_or_insert(0) += amount;
    }

    fn of(&self, currency: u16) -> i128 {
        self.0.get(usize::from(currency)).copied().flatten().unwrap_or(0)
    }

    fn list(&self) -> Vec<(u16, i128)> {
        (0..).zip(&self.0).filter_map(|(currency, sum)| Some((currency, (*sum)?))).collect()
    }

    fn moneys(&self, columns: &ChargeColumns) -> Vec<LedgerMoney> {
        moneys(columns, &self.list())
    }
}

fn sorted(mut notes: Vec<SpendNote>) -> Vec<SpendNote> {
    notes.sort_unstable();
    notes.dedup();
    notes
}

#[cfg(test)]
mod tests;
