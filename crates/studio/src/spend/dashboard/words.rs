//! Searching charges: each word must be in what was bought, its model, what was noted, or the title of the work; or all of them are a
//! request id.

use std::collections::HashSet;

use store::{ChargeColumns, Charges};

use super::scope::Scope;

/// More words than that are left out.
const MOST_WORDS: usize = 32;

/// What was searched for, found where it can be before all charges are gone through.
#[derive(Debug, Default)]
pub(super) struct Words {
    each: Vec<String>,
    /// Of each word, the jobs with it in their titles.
    jobs: Vec<HashSet<store::JobId>>,
    /// The charges with this request id.
    of_request: HashSet<u32>,
}

/// Which of the words are in each value of the columns.
pub(super) struct Found {
    all: u32,
    of_sku: Vec<u32>,
    of_note: Vec<u32>,
    of_job: Vec<u32>,
    of_request: HashSet<u32>,
}

impl Words {
    pub(super) fn new(charges: &Charges<'_>, text: Option<&str>) -> store::Result<Self> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(Self::default());
        };
        let words: Vec<String> = text.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect();
        let jobs = words
            .iter()
            .map(|word| Ok(charges.jobs_with_words(std::slice::from_ref(word))?.into_iter().collect()))
            .collect::<store::Result<_>>()?;
        let rows = charges.of_request(text)?;
        let of_request = rows.into_iter().filter_map(|row| u32::try_from(row).ok()).collect();
        Ok(Self { each: words, jobs, of_request })
    }

    pub(super) fn find(&self, scope: &Scope<'_>) -> Option<Found> {
        if self.each.is_empty() {
            return None;
        }
        let columns: &ChargeColumns = scope.columns;
        let mask = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
            let found =
                (0_u32..).zip(&self.each).filter(|(_, word)| texts.iter().any(|text| text.contains(*word)));
            found.fold(0, |mask, (bit, _)| mask | 1 << bit)
        };
        let skus = columns.skus.iter().zip(&scope.skus);
        Some(Found {
            all: u32::MAX >> (32 - self.each.len().clamp(1, 32)),
            of_sku: skus.map(|(name, sku)| mask(&[name, sku.model.as_deref().unwrap_or_default()])).collect(),
            of_note: columns.notes.iter().map(|note| mask(&[note])).collect(),
            of_job: columns
                .jobs
                .iter()
                .map(|job| {
                    let found = (0_u32..).zip(&self.jobs).filter(|(_, jobs)| jobs.contains(job));
                    found.fold(0, |mask, (bit, _)| mask | 1 << bit)
                })
                .collect(),
            of_request: self.of_request.clone(),
        })
    }
}

impl Found {
    pub(super) fn takes(&self, columns: &ChargeColumns, place: usize) -> bool {
        let mask = self.of_sku[columns.sku[place] as usize]
            | self.of_note[columns.note[place] as usize]
            | self.of_job[columns.job[place] as usize];
        mask == self.all || self.of_request.contains(&columns.row[place])
    }
}
