//! What cost most of what was made.

use std::collections::HashMap;

use jiff::Timestamp;
use store::{JobId, MatchHow, from_fixed};

use super::{
    super::{
        receipts::{Works, certainty},
        view::{LedgerMoney, SpendFilter, TopItem},
    },
    rank,
    scope::Scope,
};
use crate::{Result, Studio};

/// So many of each currency.
const MOST: usize = 20;

/// What the charges of a job come to in one currency.
struct Cost {
    job: JobId,
    currency: String,
    sum: i128,
    at: i64,
    count: u32,
    model: Option<String>,
    how: MatchHow,
}

impl Studio {
    /// What cost most of what was made, the dearest first.
    pub async fn spend_top_items(&self, filter: SpendFilter) -> Result<Vec<TopItem>> {
        let costs = self.look(filter, costs).await?;
        let jobs: Vec<JobId> = costs.iter().map(|cost| cost.job).collect();
        let works = self.store(move |store| Works::read(store, &jobs)).await?;
        let items = costs.into_iter().map(|cost| TopItem {
            work: works.matched(cost.job, certainty(cost.how)),
            model: cost.model,
            at: Timestamp::from_millisecond(cost.at).map_or_else(|_| String::new(), |at| at.to_string()),
            money: LedgerMoney { amount: from_fixed(cost.sum), currency: cost.currency },
            charges: cost.count,
        });
        Ok(items.collect())
    }
}

fn costs(scope: &Scope<'_>) -> Vec<Cost> {
    let columns = scope.columns;
    let mut of_jobs: HashMap<(u32, u16), Cost> = HashMap::new();
    for place in scope.places() {
        let (job, currency) = (columns.job[place], columns.currency[place]);
        let (true, Some(how)) = (job != 0, columns.how[place]) else { continue };
        let cost = of_jobs.entry((job, currency)).or_insert_with(|| Cost {
            job: columns.jobs[job as usize],
            currency: columns.currencies[usize::from(currency)].clone(),
            sum: 0,
            at: columns.at[place],
            count: 0,
            model: scope.skus[columns.sku[place] as usize].model.clone(),
            how,
        });
        cost.sum += columns.amount[place];
        cost.at = columns.at[place];
        cost.count += 1;
        if how == MatchHow::Guess {
            cost.how = how;
        }
    }
    let mut costs: Vec<Cost> = of_jobs.into_values().filter(|cost| cost.sum > 0).collect();
    costs.sort_by(|one, other| {
        let currency = rank(&one.currency).cmp(&rank(&other.currency));
        currency.then_with(|| other.sum.cmp(&one.sum)).then_with(|| other.at.cmp(&one.at))
    });
    let mut shown: HashMap<String, usize> = HashMap::new();
    costs.retain(|cost| {
        let count = shown.entry(cost.currency.clone()).or_default();
        *count += 1;
        *count <= MOST
    });
    costs
}
