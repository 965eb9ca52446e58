//! The charges that a filter lets through.

use std::ops::Range;

use jiff::{Timestamp, civil::Date};
use store::{ChargeColumns, ChargeSource, MatchHow};

use super::{
    super::{
        sku::Sku,
        view::{SpendFilter, SpendNote},
    },
    Desk,
};

/// A filter, worked out for the columns: what is looked up for each charge is an entry of a list.
pub(super) struct Scope<'a> {
    pub(super) columns: &'a ChargeColumns,
    pub(super) desk: &'a Desk,
    pub(super) filter: &'a SpendFilter,
    /// What each SKU is.
    pub(super) skus: Vec<Sku>,
    /// The charges between the filter's days.
    pub(super) range: Range<usize>,
    takes_ledger: Vec<bool>,
    takes_sku: Vec<bool>,
    takes_currency: Vec<bool>,
    /// Whether the charges of each job are let through, by the key it was asked with; none = whatever the key.
    takes_key: Option<Vec<bool>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(columns: &'a ChargeColumns, desk: &'a Desk, filter: &'a SpendFilter) -> Self {
        let any = |wanted: &[String], id: &str| wanted.is_empty() || wanted.iter().any(|one| one == id);
        let skus: Vec<Sku> = columns.skus.iter().map(|sku| desk.reader.read(sku)).collect();
        let takes_sku = skus.iter().map(|sku| {
            let model = sku.model.as_deref().unwrap_or_default();
            (filter.kinds.is_empty() || filter.kinds.contains(&sku.kind)) && any(&filter.models, model)
        });
        let takes_ledger = columns
            .ledgers
            .iter()
            .map(|(account, pretend)| *pretend == filter.pretend && any(&filter.accounts, account));
        let takes_currency = columns
            .currencies
            .iter()
            .map(|currency| filter.currency.as_ref().is_none_or(|wanted| wanted == currency));
        let key_of = |place: usize| {
            let (account, _) = columns.ledgers.get(usize::from(columns.job_ledger[place]?))?;
            let ledger = desk.ledgers.iter().find(|ledger| ledger.account == *account)?;
            ledger.key_at(Timestamp::from_millisecond(columns.job_sent[place]?).ok()?)
        };
        let takes_key = (0..columns.jobs.len())
            .map(|place| key_of(place).is_some_and(|key| filter.keys.iter().any(|wanted| wanted == key)));
        let takes_key = (!filter.keys.is_empty()).then(|| takes_key.collect());
        let day = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Date>().ok());
        let from = day(&filter.from)
            .map_or(0, |day| columns.at.partition_point(|at| *at < desk.calendar.start(day)));
        let to = day(&filter.to)
            .map_or(columns.len(), |day| columns.at.partition_point(|at| *at < desk.calendar.end(day)));
        Self {
            takes_ledger: takes_ledger.collect(),
            takes_sku: takes_sku.collect(),
            takes_currency: takes_currency.collect(),
            takes_key,
            range: from..to.max(from),
            columns,
            desk,
            filter,
            skus,
        }
    }

    /// Whether a charge is let through, whatever its day.
    pub(super) fn takes(&self, place: usize) -> bool {
        let columns = self.columns;
        let ledger = usize::from(columns.ledger[place]);
        self.takes_ledger[ledger]
            && self.takes_sku[columns.sku[place] as usize]
            && self.takes_currency[usize::from(columns.currency[place])]
            && self.takes_key.as_ref().is_none_or(|takes| takes[columns.job[place] as usize])
    }

    /// The charges, in the order of time.
    pub(super) fn places(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.range.clone().filter(|place| self.takes(*place))
    }

    /// The charges between two moments, whatever the filter's days; the second isn't part of it.
    pub(super) fn between(&self, from: i64, to: i64) -> impl Iterator<Item = usize> {
        let at = &self.columns.at;
        let range = at.partition_point(|at| *at < from)..at.partition_point(|at| *at < to);
        range.filter(|place| self.takes(*place))
    }

    /// The first and last day that are looked at: those of the filter, else those of the first charge and of today.
    pub(super) fn days(&self) -> (Date, Date) {
        let calendar = &self.desk.calendar;
        let day = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Date>().ok());
        let first = || self.places().next().map(|place| calendar.day(self.columns.at[place]));
        let last = || self.places().next_back().map(|place| calendar.day(self.columns.at[place]));
        let to = day(&self.filter.to)
            .unwrap_or_else(|| last().map_or(calendar.today(), |last| last.max(calendar.today())));
        let from = day(&self.filter.from).or_else(first).unwrap_or(to);
        (from.min(to), to)
    }

    /// What must be said beside figures of these charges.
    pub(super) fn notes(&self) -> Vec<SpendNote> {
        let columns = self.columns;
        let mut notes = Vec::new();
        if self.takes_key.is_some() {
            notes.push(SpendNote::KeysUnknown);
        }
        let without = |account: &str| {
            self.desk
                .ledgers
                .iter()
                .any(|ledger| ledger.account == account && !ledger.has_history && ledger.covered_by.is_none())
        };
        let asked =
            columns.ledgers.iter().zip(&self.takes_ledger).any(|((id, _), takes)| *takes && without(id));
        if asked {
            notes.push(SpendNote::AnswersOnly);
        }
        // With every history whole there is none, and a million charges needn't be looked through.
        let may_be = self.desk.ledgers.iter().any(|ledger| !ledger.has_history || ledger.problem.is_some());
        let has_estimates =
            may_be && self.places().any(|place| columns.source[place] == ChargeSource::Estimate);
        if has_estimates {
            notes.push(SpendNote::Estimates);
        }
        notes
    }

    /// The same for figures of what was made.
    pub(super) fn notes_of_work(&self) -> Vec<SpendNote> {
        let mut notes = self.notes();
        let has_work = self.columns.jobs.len() > 1;
        if has_work && self.places().any(|place| self.columns.how[place] == Some(MatchHow::Guess)) {
            notes.push(SpendNote::Guesses);
        }
        notes
    }
}
