//! What each thing has cost: an item, a message, a transcript, and the charge beside its work.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use store::{Charge, ChargeSource as Source, ItemId, JobId, Ledger, MatchHow, SentJob, Store};

use super::{
    sku::SkuReader,
    view::{ChargeMatch, ChargeSource, ChargeView, ItemCharges, LedgerMoney, MatchCertainty},
};
use crate::{AppError, Result, Studio, jobs::view::kind_of};

/// The work that charges are for, with what it made.
pub(super) struct Works {
    jobs: HashMap<JobId, SentJob>,
    items: HashMap<JobId, Vec<ItemId>>,
}

impl Works {
    pub(super) fn read(store: &Store, jobs: &[JobId]) -> store::Result<Self> {
        let found = store.charges().jobs(jobs)?;
        Ok(Self {
            jobs: found.into_iter().map(|job| (job.id, job)).collect(),
            items: store.jobs().item_ids(jobs)?,
        })
    }

    /// The key that work was asked with, where it is known. It may be another's than that of the history.
    fn key(&self, id: JobId, ledgers: &[Ledger]) -> Option<String> {
        let job = self.jobs.get(&id)?;
        let ledger = ledgers.iter().find(|ledger| ledger.account == job.account)?;
        ledger.key_at(job.sent_at).map(str::to_owned)
    }

    pub(super) fn matched(&self, id: JobId, certainty: MatchCertainty) -> ChargeMatch {
        let job = self.jobs.get(&id);
        let items = self.items.get(&id).map(Vec::as_slice).unwrap_or_default();
        ChargeMatch {
            job: id.to_string(),
            kind: job.map(|job| kind_of(&job.kind)),
            title: job.map(|job| job.title.clone()).unwrap_or_default(),
            items: items.iter().map(ToString::to_string).collect(),
            conversation: job.and_then(|job| job.conversation).map(|id| id.to_string()),
            estimate: job.and_then(|job| job.estimate),
            certainty,
        }
    }
}

pub(super) fn certainty(how: MatchHow) -> MatchCertainty {
    match how {
        MatchHow::Id => MatchCertainty::Id,
        MatchHow::Guess => MatchCertainty::Guess,
        MatchHow::User => MatchCertainty::User,
    }
}

impl Studio {
    /// Charges by their numbers, in that order.
    pub(super) async fn charge_views(&self, rows: Vec<i64>) -> Result<Vec<ChargeView>> {
        let reader = self.sku_reader().await?;
        self.store(move |store| {
            let charges = store.charges().rows(&rows)?;
            views(store, &reader, charges)
        })
        .await
    }

    /// What an item has cost, charge by charge.
    pub async fn item_charges(&self, item: String) -> Result<ItemCharges> {
        let id: ItemId = item.parse().map_err(|_| AppError::not_found("item"))?;
        let (jobs, others) = self.store(move |store| store.charges().jobs_of_item(id)).await?;
        let charges = self.charges_of(jobs).await?;
        Ok(ItemCharges { shared_with: others, ..charges })
    }

    /// What the work behind a message or a transcript has cost, charge by charge.
    pub async fn job_charges(&self, jobs: Vec<String>) -> Result<ItemCharges> {
        let jobs = jobs.iter().map(|job| job.parse().map_err(|_| AppError::not_found("job")));
        self.charges_of(jobs.collect::<Result<_>>()?).await
    }

    async fn charges_of(&self, jobs: Vec<JobId>) -> Result<ItemCharges> {
        let reader = self.sku_reader().await?;
        self.store(move |store| {
            let found = store.charges().jobs(&jobs)?;
            let ledgers = store.charges().ledgers()?;
            let of_job = |account: &String| ledgers.iter().find(|ledger| ledger.account == *account);
            let of_jobs: Vec<_> = found.iter().filter_map(|job| of_job(&job.account)).collect();
            let charges = store.charges().of_jobs(&jobs)?;
            let pretend = charges.first().map_or_else(
                || of_jobs.first().is_some_and(|ledger| ledger.pretend),
                |charge| charge.pretend,
            );
            let mut spent: BTreeMap<String, Decimal> = BTreeMap::new();
            for charge in &charges {
                *spent.entry(charge.said.currency.clone()).or_default() += charge.said.amount;
            }
            let spent = spent
                .into_iter()
                .map(|(currency, amount)| LedgerMoney { amount: amount.normalize(), currency });
            Ok(ItemCharges {
                spent: spent.collect(),
                charges: views(store, &reader, charges)?,
                pretend,
                shared_with: 0,
                from_ledger: !of_jobs.is_empty()
                    && of_jobs.iter().all(|ledger| ledger.has_history || ledger.covered_by.is_some()),
            })
        })
        .await
    }
}

pub(super) fn views(
    store: &Store,
    reader: &SkuReader,
    charges: Vec<Charge>,
) -> store::Result<Vec<ChargeView>> {
    let jobs: Vec<JobId> = charges.iter().filter_map(|charge| charge.matched?.0).collect();
    let works = Works::read(store, &jobs)?;
    let ledgers = store.charges().ledgers()?;
    Ok(charges
        .into_iter()
        .map(|charge| {
            let Charge { row, account, said, matched, .. } = charge;
            let sku = reader.read(&said.sku);
            let work = matched.and_then(|(job, how)| Some(works.matched(job?, certainty(how))));
            ChargeView {
                id: row.to_string(),
                at: said.at.to_string(),
                source: if said.source == Source::History {
                    ChargeSource::Ledger
                } else {
                    ChargeSource::Answers
                },
                estimated: said.source == Source::Estimate,
                kind: sku.kind,
                model: sku.model,
                key: matched.and_then(|(job, _)| works.key(job?, &ledgers)),
                money: LedgerMoney { amount: said.amount.normalize(), currency: said.currency },
                units: said.units,
                unit: sku.measure,
                price_per_unit_usd: said.price,
                request_id: said.request_id,
                notes: said.notes,
                matched: work,
                sku: said.sku,
                account,
            }
        })
        .collect())
}
