use rusqlite::{Params, Statement};

use crate::error::Result;

/// A set of rows: a bit each.
#[derive(Default)]
pub(in crate::library) struct Rows(Vec<u64>);

impl Rows {
    /// The first column of what a statement finds.
    pub(in crate::library) fn of(statement: &mut Statement<'_>, parameters: impl Params) -> Result<Self> {
        let mut all = Self::default();
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            all.insert(row.get(0)?);
        }
        Ok(all)
    }

    pub(in crate::library) fn insert(&mut self, row: u32) {
        let (word, bit) = place(row);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }

    pub(in crate::library) fn contains(&self, row: u32) -> bool {
        let (word, bit) = place(row);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    pub(in crate::library) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<u32> for Rows {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, rows: T) {
        rows.into_iter().for_each(|row| self.insert(row));
    }
}

fn place(row: u32) -> (usize, u64) {
    (row as usize / 64, 1 << (row % 64))
}
