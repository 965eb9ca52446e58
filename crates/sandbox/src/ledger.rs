//! The pretend money: balances, what is held for work under way, and a row for each charge.
//!
//! With a state folder each change is one line of a journal that is on disk before anybody is answered, so a killed
//! sandbox goes on from exactly what it had told.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::config::{Balance, Currency};

/// A charge as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charge {
    /// The id that the answer's body carries, where its kind of body carries one.
    pub(crate) request_id: String,
    pub(crate) cf_ray: String,
    pub(crate) operation: String,
    pub(crate) model: String,
    /// What is paid for, such as `image` or `prompt-enhancement`.
    pub(crate) unit: String,
    pub(crate) units: u32,
    #[serde(with = "rust_decimal::serde::str")]
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
enum Line {
    Opening { balance: Balance },
    Charges { charges: Vec<Charge> },
    Balance { balance: Balance },
}

#[derive(Debug)]
struct Book {
    balance: Balance,
    opening: Balance,
    held_usd: Decimal,
    held_diem: Decimal,
    charges: Vec<Charge>,
    journal: Option<File>,
}

/// The account's ledger.
#[derive(Debug, Clone)]
pub(crate) struct Ledger(Arc<Mutex<Book>>);

/// Money set aside for work under way; given back when dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    ledger: Ledger,
    amount: Decimal,
    pub(crate) currency: Currency,
}

impl Drop for Hold {
    fn drop(&mut self) {
        *self.ledger.book().held(self.currency) -= self.amount;
    }
}

impl Ledger {
    /// Opens the journal in `folder`, or a ledger in memory.
    pub(crate) fn open(folder: Option<&Path>, opening: Balance) -> std::io::Result<Self> {
        let mut book = Book {
            balance: opening,
            opening,
            held_usd: Decimal::ZERO,
            held_diem: Decimal::ZERO,
            charges: Vec::new(),
            journal: None,
        };
        if let Some(folder) = folder {
            let mut file = OpenOptions::new()
                .create(true)
                .read(true)
                .write(true)
                .truncate(false)
                .open(folder.join("ledger.jsonl"))?;
            file.try_lock()?;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            let kept = book.replay(&text);
            // A line that was cut by a kill was never answered for: it goes.
            file.set_len(kept)?;
            file.seek(SeekFrom::End(0))?;
            book.journal = Some(file);
            if kept == 0 {
                book.write(&Line::Opening { balance: opening })?;
                File::open(folder)?.sync_all()?;
            }
        }
        Ok(Self(Arc::new(Mutex::new(book))))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn balance(&self) -> Balance {
        self.book().balance
    }

    pub(crate) fn opening(&self) -> Balance {
        self.book().opening
    }

    pub(crate) fn charges(&self) -> Vec<Charge> {
        self.book().charges.clone()
    }

    /// Which balance would pay the next small charge; `None` when both are used up.
    pub(crate) fn paying(&self) -> Option<Currency> {
        self.book().payer(Decimal::new(1, 6))
    }

    /// Sets `amount` aside, from the first balance that covers it whole.
    pub(crate) fn hold(&self, amount: Decimal) -> Option<Hold> {
        let mut book = self.book();
        let currency = book.payer(amount)?;
        *book.held(currency) += amount;
        drop(book);
        Some(Hold { ledger: self.clone(), amount, currency })
    }

    /// Books charges, on disk before this returns.
    pub(crate) fn settle(&self, charges: Vec<Charge>) -> std::io::Result<()> {
        let mut book = self.book();
        book.write(&Line::Charges { charges: charges.clone() })?;
        book.apply(Line::Charges { charges });
        Ok(())
    }

    pub(crate) fn set_balance(&self, balance: Balance) -> std::io::Result<()> {
        let mut book = self.book();
        book.write(&Line::Balance { balance })?;
        book.apply(Line::Balance { balance });
        Ok(())
    }

    /// Forgets every charge and opens the books anew.
    pub(crate) fn reset(&self, balance: Balance) -> std::io::Result<()> {
        let mut book = self.book();
        book.write(&Line::Opening { balance })?;
        book.apply(Line::Opening { balance });
        Ok(())
    }
}

impl Book {
    fn held(&mut self, currency: Currency) -> &mut Decimal {
        match currency {
            Currency::Usd => &mut self.held_usd,
            Currency::Diem => &mut self.held_diem,
        }
    }

    fn payer(&self, amount: Decimal) -> Option<Currency> {
        let usd = (Currency::Usd, self.balance.usd - self.held_usd);
        let diem = (Currency::Diem, self.balance.diem - self.held_diem);
        let order = if self.balance.first == Currency::Usd { [usd, diem] } else { [diem, usd] };
        order.into_iter().find(|(_, free)| *free >= amount).map(|(currency, _)| currency)
    }

    fn apply(&mut self, line: Line) {
        match line {
            Line::Opening { balance } => {
                self.balance = balance;
                self.opening = balance;
                self.charges.clear();
            }
            Line::Balance { balance } => self.balance = balance,
            Line::Charges { charges } => {
                for charge in charges {
                    match charge.currency {
                        Currency::Usd => self.balance.usd -= charge.amount,
                        Currency::Diem => self.balance.diem -= charge.amount,
                    }
                    self.charges.push(charge);
                }
            }
        }
    }

    /// Applies each whole line and says how many bytes those are.
    fn replay(&mut self, text: &[u8]) -> u64 {
        let mut kept = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            match (line.last(), serde_json::from_slice(line)) {
                (Some(b'\n'), Ok(entry)) => self.apply(entry),
                _ => break,
            }
            kept += line.len();
        }
        kept as u64
    }

    fn write(&mut self, line: &Line) -> std::io::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let before = journal.stream_position()?;
        let written = journal.write_all(&text).and_then(|()| journal.sync_data());
        if written.is_err() {
            // Half a line would end the replay of all that comes after it.
            journal.set_len(before)?;
            journal.seek(SeekFrom::Start(before))?;
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(amount: i64, currency: Currency) -> Charge {
        Charge {
            request_id: "generate-image-1".into(),
            cf_ray: "1".into(),
            operation: "generateImage".into(),
            model: "z-image-turbo".into(),
            unit: "image".into(),
            units: 1,
            amount: Decimal::new(amount, 2),
            currency,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn held_money_is_not_free_and_comes_back() {
        let opening = Balance { usd: Decimal::new(10, 2), diem: Decimal::new(5, 2), first: Currency::Usd };
        let ledger = Ledger::open(None, opening).unwrap();
        let first = ledger.hold(Decimal::new(8, 2)).unwrap();
        assert_eq!(first.currency, Currency::Usd);
        let second = ledger.hold(Decimal::new(5, 2)).unwrap();
        assert_eq!(second.currency, Currency::Diem, "the dollars are held, the other balance pays");
        assert!(ledger.hold(Decimal::new(5, 2)).is_none());
        drop(first);
        assert!(ledger.hold(Decimal::new(10, 2)).is_some());
    }

    #[test]
    fn a_journal_with_a_cut_last_line_is_read_up_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        ledger.settle(vec![charge(4, Currency::Usd)]).unwrap();
        drop(ledger);
        let path = folder.path().join("ledger.jsonl");
        let mut text = std::fs::read(&path).unwrap();
        text.extend_from_slice(br#"{"entry":"charges","charges":[{"request_id":"x"#);
        std::fs::write(&path, text).unwrap();
        let ledger = Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        assert_eq!(ledger.charges(), vec![charge(4, Currency::Usd)]);
        assert_eq!(ledger.balance().usd, Decimal::new(2496, 2));
        ledger.settle(vec![charge(1, Currency::Diem)]).unwrap();
        drop(ledger);
        let again = Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        assert_eq!(again.charges().len(), 2);
        assert_eq!(again.balance().diem, Decimal::new(999, 2));
    }

    #[test]
    fn a_folder_serves_one_sandbox_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        assert!(Ledger::open(Some(folder.path()), Balance::default()).is_err());
    }
}
