//! The pretend money: balances, what is held for work under way, and a row for each charge.
//!
//! With a state folder each change is one line of a journal that is on disk before anybody is answered, so a killed
//! sandbox goes on from exactly what it had told.

mod book;
mod charge;
mod purse;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use book::{Book, Line};
pub(crate) use book::{Cap, NoMoney, Sums};
pub(crate) use charge::{Charge, Inference, Measure, Payer};
use purse::SignIn;
pub(crate) use purse::{Change, LEAST as LEAST_IN_A_WALLET, Paid, TopUp};

use crate::{
    config::{Balance, Currency},
    cursor::Walk,
    journal::Journal,
    usage_seed::Past,
};

#[derive(Debug)]
struct Books {
    book: Book,
    journal: Journal,
}

/// The account's ledger.
#[derive(Debug, Clone)]
pub(crate) struct Ledger(Arc<Mutex<Books>>);

/// Money set aside for work under way; given back when dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    ledger: Ledger,
    payer: Payer,
    amount: Decimal,
    pub(crate) currency: Currency,
}

impl Drop for Hold {
    fn drop(&mut self) {
        *self.ledger.books().book.held(&self.payer).of(self.currency) -= self.amount;
    }
}

impl Ledger {
    /// Opens the journal in `folder`, or a ledger in memory.
    pub(crate) fn open(folder: Option<&Path>, opening: Balance) -> std::io::Result<Self> {
        let mut book = Book::new(opening);
        let mut opened = false;
        let mut journal = Journal::open(folder, "ledger.jsonl", |line| {
            opened = true;
            book.apply(line);
        })?;
        if !opened {
            journal.write(&Line::Opening { balance: opening })?;
        }
        Ok(Self(Arc::new(Mutex::new(Books { book, journal }))))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn balance(&self) -> Balance {
        self.books().book.balance
    }

    pub(crate) fn opening(&self) -> Balance {
        self.books().book.opening
    }

    /// Reads the charges, which stand in the order of their times. Nothing is charged meanwhile.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&[Charge]) -> T) -> T {
        read(&self.books().book.charges)
    }

    /// What was ever paid into the account.
    pub(crate) fn deposited(&self) -> Sums {
        self.books().book.deposited
    }

    /// The place of the first charge from a moment on, and the edition of the ledger that it has this place in.
    pub(crate) fn first_from(&self, start: Option<Timestamp>) -> (usize, u32) {
        let books = self.books();
        let charges = &books.book.charges;
        let place = start.map_or(0, |start| charges.partition_point(|charge| charge.at < start));
        (place, books.book.edition)
    }

    /// The account's charges on the next page of a walk, and where the one after it begins; `None` where the charges
    /// have other places now.
    pub(crate) fn page<T>(
        &self,
        walk: &Walk,
        show: impl Fn(&Charge) -> T,
    ) -> Option<(Vec<T>, Option<usize>)> {
        let books = self.books();
        let charges = &books.book.charges;
        if books.book.edition != walk.edition || walk.next > charges.len() {
            return None;
        }
        let wanted = charges[walk.next..]
            .iter()
            .enumerate()
            .take_while(|(_, charge)| walk.end.is_none_or(|end| charge.at < end))
            .filter(|(_, charge)| charge.payer.wallet().is_none())
            .filter(|(_, charge)| walk.currency.is_none_or(|name| charge.currency.name() == name));
        let mut page = Vec::new();
        for (place, charge) in wanted {
            if page.len() == walk.size {
                return Some((page, Some(walk.next + place)));
            }
            page.push(show(charge));
        }
        Some((page, None))
    }

    /// What a payer spent from the beginning of a day on.
    pub(crate) fn spent(&self, payer: &Payer, since: Date) -> Sums {
        self.books().book.spent(payer, since)
    }

    /// When a payer last spent anything.
    pub(crate) fn last(&self, payer: &Payer) -> Option<Timestamp> {
        self.books().book.last(payer)
    }

    /// Which balance would pay the next small charge; `None` when both are used up.
    pub(crate) fn paying(&self) -> Option<Currency> {
        self.books().book.currency(Decimal::new(1, 6))
    }

    /// Sets `amount` aside, from the first balance that covers it whole.
    pub(crate) fn hold(&self, payer: &Payer, cap: Option<Cap>, amount: Decimal) -> Result<Hold, NoMoney> {
        let currency = self.books().book.hold(payer, cap, amount)?;
        Ok(Hold { ledger: self.clone(), payer: payer.clone(), amount, currency })
    }

    /// Books charges, on disk before this returns. Their time is that of the booking, never before an earlier one's.
    pub(crate) fn settle(&self, charges: Vec<Charge>) -> std::io::Result<()> {
        self.books().settle(charges)
    }

    pub(crate) fn set_balance(&self, balance: Balance) -> std::io::Result<()> {
        self.books().change(Line::Balance { balance })
    }

    /// Dollars that a wallet paid in and has left.
    pub(crate) fn purse(&self, address: &str) -> Decimal {
        self.books().book.purses.left(address)
    }

    /// Every wallet that ever paid in, and what it has left.
    pub(crate) fn purses(&self) -> Vec<(String, Decimal)> {
        self.books().book.purses.all().map(|(address, left)| (address.to_owned(), left)).collect()
    }

    /// Reads the changes of a wallet's balance, the oldest first.
    pub(crate) fn changes<T>(&self, address: &str, read: impl FnOnce(&[Change]) -> T) -> T {
        read(self.books().book.purses.changes(address))
    }

    /// Adds what a wallet paid in, unless it did before.
    pub(crate) fn top_up(&self, paid: TopUp) -> std::io::Result<Paid> {
        let mut books = self.books();
        if let Some(known) = books.book.purses.paid(&paid.once, &paid.signed) {
            return Ok(known);
        }
        books.change(Line::TopUp { paid })?;
        Ok(Paid::Credited)
    }

    /// Gives a wallet back what a request cost it; says how much, where it cost anything.
    pub(crate) fn refund(&self, request_id: &str, at: Timestamp) -> std::io::Result<Option<Decimal>> {
        let mut books = self.books();
        let Some(amount) = books.book.purses.refundable(request_id).map(|(_, amount)| amount) else {
            return Ok(None);
        };
        books.change(Line::Refund { request_id: request_id.to_owned(), at })?;
        Ok(Some(amount))
    }

    /// Gives the account back what a request cost it, by a row against each of its charges; false where there is nothing
    /// to give back.
    pub(crate) fn reverse(&self, request_id: &str, cf_ray: &str, at: Timestamp) -> std::io::Result<bool> {
        let mut books = self.books();
        let mut charges = books.book.reversible(request_id);
        if charges.is_empty() {
            return Ok(false);
        }
        for charge in &mut charges {
            charge.units = -charge.units;
            charge.amount = -charge.amount;
            charge.at = at;
            cf_ray.clone_into(&mut charge.cf_ray);
        }
        books.settle(charges)?;
        Ok(true)
    }

    /// The requests whose price was given back.
    pub(crate) fn refunded(&self) -> BTreeSet<String> {
        self.books().book.refunded()
    }

    /// Uses up the nonce of a sign-in that holds until then; false where it was used before.
    pub(crate) fn sign_in(
        &self,
        address: String,
        nonce: String,
        until: Timestamp,
        now: Timestamp,
    ) -> std::io::Result<bool> {
        let mut books = self.books();
        if books.book.purses.has_signed_in(&address, &nonce) {
            return Ok(false);
        }
        books.change(Line::SignIn { sign_in: SignIn { address, nonce, until }, at: now })?;
        Ok(true)
    }

    /// Puts a made-up past before everything; false where there is one already.
    pub(crate) fn live_through(&self, past: Past) -> std::io::Result<bool> {
        let mut books = self.books();
        if books.book.has_past {
            return Ok(false);
        }
        let first = books.book.charges.first().map_or(past.until, |charge| charge.at);
        books.change(Line::Past { past: Past { until: past.until.min(first), ..past } })?;
        Ok(true)
    }

    /// Forgets every charge and opens the books anew.
    pub(crate) fn reset(&self, balance: Balance) -> std::io::Result<()> {
        self.books().change(Line::Opening { balance })
    }
}

impl Books {
    fn settle(&mut self, mut charges: Vec<Charge>) -> std::io::Result<()> {
        let last = self.book.charges.last().map(|charge| charge.at);
        for charge in &mut charges {
            charge.at = last.map_or(charge.at, |last| last.max(charge.at));
        }
        self.change(Line::Charges { charges })
    }

    fn change(&mut self, line: Line) -> std::io::Result<()> {
        self.journal.write(&line)?;
        self.book.apply(line);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(amount: i64, currency: Currency, payer: &Payer, at: &str) -> Charge {
        Charge {
            request_id: "generate-image-1".into(),
            cf_ray: "1".into(),
            operation: "generateImage".into(),
            model: "z-image-turbo".into(),
            unit: "image".into(),
            measure: Measure::Unit,
            surcharge: false,
            units: Decimal::ONE,
            amount: Decimal::new(amount, 2),
            currency,
            at: at.parse().unwrap(),
            payer: payer.clone(),
            inference: None,
        }
    }

    const NOON: &str = "2026-11-21T12:00:00Z";

    fn key() -> Payer {
        Payer::Key { id: "one".into() }
    }

    #[test]
    fn held_money_is_not_free_and_comes_back() {
        let opening = Balance { usd: Decimal::new(10, 2), diem: Decimal::new(5, 2), first: Currency::Usd };
        let ledger = Ledger::open(None, opening).unwrap();
        let hold = |cents| ledger.hold(&key(), None, Decimal::new(cents, 2));
        let first = hold(8).unwrap();
        assert_eq!(first.currency, Currency::Usd);
        let second = hold(5).unwrap();
        assert_eq!(second.currency, Currency::Diem, "the dollars are held, the other balance pays");
        assert_eq!(hold(5).unwrap_err(), NoMoney::Insufficient);
        drop(first);
        assert!(hold(10).is_ok());
    }

    #[test]
    fn a_key_spends_and_holds_no_more_than_its_limit() {
        let ledger = Ledger::open(None, Balance::default()).unwrap();
        let since =
            |date: &str| Cap { usd: Some(Decimal::new(10, 2)), diem: None, since: date.parse().unwrap() };
        let hold = |payer: &Payer, day, cents| ledger.hold(payer, Some(since(day)), Decimal::new(cents, 2));
        ledger.settle(vec![charge(6, Currency::Usd, &key(), NOON)]).unwrap();
        let under_way = hold(&key(), "2026-11-21", 3).unwrap();
        assert_eq!(hold(&key(), "2026-11-21", 2).unwrap_err(), NoMoney::OverLimit(Currency::Usd));
        drop(under_way);
        assert!(hold(&key(), "2026-11-21", 2).is_ok());
        assert!(hold(&key(), "2026-11-22", 10).is_ok(), "a new day");
        assert!(hold(&Payer::Key { id: "two".into() }, "2026-11-21", 10).is_ok(), "another key");
        assert_eq!(ledger.last(&key()), Some(NOON.parse().unwrap()));
    }

    #[test]
    fn a_wallet_pays_from_what_it_paid_in_and_the_account_is_left_alone() {
        let ledger = Ledger::open(None, Balance::default()).unwrap();
        let wallet = Payer::Wallet { address: "0xabc".into() };
        let hold = |cents| ledger.hold(&wallet, None, Decimal::new(cents, 2));
        assert_eq!(hold(1).unwrap_err(), NoMoney::Insufficient);
        assert_eq!(ledger.top_up(five("nonce 1")).unwrap(), Paid::Credited);
        let under_way = hold(400).unwrap();
        assert_eq!(hold(200).unwrap_err(), NoMoney::Insufficient);
        ledger.settle(vec![charge(400, Currency::Usd, &wallet, NOON)]).unwrap();
        drop(under_way);
        assert_eq!(ledger.purse("0xabc"), Decimal::ONE);
        assert_eq!(ledger.balance(), Balance::default());
    }

    fn five(once: &str) -> TopUp {
        let (address, amount) = ("0xabc".to_owned(), Decimal::from(5));
        TopUp { address, amount, at: NOON.parse().unwrap(), once: once.into(), signed: "signed".into() }
    }

    #[test]
    fn a_payment_is_credited_once_and_survives_with_all_that_came_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        let ledger = open();
        let wallet = Payer::Wallet { address: "0xabc".into() };
        let at = NOON.parse().unwrap();
        ledger.top_up(five("nonce 1")).unwrap();
        ledger
            .settle(vec![charge(200, Currency::Usd, &wallet, NOON), charge(1, Currency::Usd, &wallet, NOON)])
            .unwrap();
        assert_eq!(ledger.refund("generate-image-1", at).unwrap(), Some(Decimal::new(201, 2)));
        assert!(ledger.sign_in("0xabc".into(), "n".into(), at, Timestamp::UNIX_EPOCH).unwrap());
        let before = ledger.changes("0xabc", <[Change]>::to_vec);
        drop(ledger);
        let ledger = open();
        assert_eq!(ledger.changes("0xabc", <[Change]>::to_vec), before);
        let told: Vec<_> =
            before.iter().map(|change| (change.cause.name(), change.after.to_string())).collect();
        let told: Vec<_> = told.iter().map(|(cause, after)| (*cause, after.as_str())).collect();
        assert_eq!(told, [("TOP_UP", "5"), ("CHARGE", "3.00"), ("CHARGE", "2.99"), ("REFUND", "5.00")]);
        assert_eq!(before[3].model, None, "two charges were given back in one");
        assert_eq!(ledger.refunded(), BTreeSet::from(["generate-image-1".to_owned()]));
        assert!(!ledger.reverse("generate-image-1", "2", at).unwrap(), "the account paid nothing");
        assert_eq!(ledger.top_up(five("nonce 1")).unwrap(), Paid::Credited);
        assert_eq!(ledger.top_up(TopUp { signed: "else".into(), ..five("nonce 1") }).unwrap(), Paid::Used);
        assert_eq!(ledger.refund("generate-image-1", at).unwrap(), None);
        assert_eq!(ledger.purse("0xabc"), Decimal::from(5));
        let again = |nonce: &str| ledger.sign_in("0xabc".into(), nonce.into(), at, Timestamp::UNIX_EPOCH);
        assert!(!again("n").unwrap() && again("m").unwrap());
    }

    #[test]
    fn the_account_is_given_back_what_a_request_cost_once_over_restarts_too() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        let ledger = open();
        let at = "2026-11-21T13:00:00Z".parse().unwrap();
        assert!(!ledger.reverse("generate-image-1", "2", at).unwrap(), "nothing was charged yet");
        let other =
            Charge { request_id: "generate-image-2".into(), ..charge(7, Currency::Usd, &key(), NOON) };
        let paid =
            vec![charge(4, Currency::Usd, &key(), NOON), charge(1, Currency::Usd, &key(), NOON), other];
        ledger.settle(paid.clone()).unwrap();
        assert!(ledger.refunded().is_empty());
        assert!(ledger.reverse("generate-image-1", "2", at).unwrap());
        assert!(!ledger.reverse("generate-image-1", "3", at).unwrap());
        drop(ledger);
        let ledger = open();
        assert!(!ledger.reverse("generate-image-1", "4", at).unwrap());
        let rows = ledger.read(<[Charge]>::to_vec);
        assert_eq!(rows.len(), 5);
        for (back, paid) in rows[3..].iter().zip(&paid) {
            assert_eq!((back.units, back.amount, back.each()), (-paid.units, -paid.amount, paid.each()));
            assert_eq!((back.at, back.cf_ray.as_str(), back.sku()), (at, "2", paid.sku()));
        }
        assert_eq!(ledger.balance().usd, Decimal::new(2493, 2));
        assert_eq!(ledger.refunded(), BTreeSet::from(["generate-image-1".to_owned()]));
    }

    #[test]
    fn a_wallet_needs_ten_cents_to_begin() {
        let ledger = Ledger::open(None, Balance::default()).unwrap();
        let wallet = Payer::Wallet { address: "0xabc".into() };
        ledger.top_up(five("nonce 1")).unwrap();
        ledger.settle(vec![charge(491, Currency::Usd, &wallet, NOON)]).unwrap();
        assert_eq!(ledger.hold(&wallet, None, Decimal::new(1, 2)).unwrap_err(), NoMoney::Insufficient);
    }

    #[test]
    fn a_ledger_goes_on_from_its_journal() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Ledger::open(Some(folder.path()), Balance::default()).unwrap();
        let ledger = open();
        ledger.settle(vec![charge(4, Currency::Usd, &key(), NOON)]).unwrap();
        ledger.settle(vec![charge(1, Currency::Diem, &key(), "2026-11-21T11:00:00Z")]).unwrap();
        drop(ledger);
        let ledger = open();
        let rows = ledger.read(<[Charge]>::to_vec);
        assert_eq!(rows, [charge(4, Currency::Usd, &key(), NOON), charge(1, Currency::Diem, &key(), NOON)]);
        assert_eq!(
            (ledger.balance().usd, ledger.balance().diem),
            (Decimal::new(2496, 2), Decimal::new(999, 2))
        );
        let spent = ledger.spent(&key(), "2026-11-21".parse().unwrap());
        assert_eq!((spent.usd, spent.diem), (Decimal::new(4, 2), Decimal::new(1, 2)));
    }
}
