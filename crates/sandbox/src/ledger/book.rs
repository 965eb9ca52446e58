//! What the ledger's lines add up to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    charge::{Charge, Payer},
    purse::{LEAST, Purses, SignIn, TopUp},
};
use crate::{
    config::{Balance, Currency},
    moment,
    usage_seed::Past,
};

/// A change of the books.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(super) enum Line {
    Opening {
        balance: Balance,
    },
    Charges {
        charges: Vec<Charge>,
    },
    Balance {
        balance: Balance,
    },
    /// A wallet paid dollars in.
    TopUp {
        paid: TopUp,
    },
    /// A wallet got back what a request cost it.
    Refund {
        request_id: String,
        at: Timestamp,
    },
    /// A wallet used up a nonce.
    SignIn {
        sign_in: SignIn,
        at: Timestamp,
    },
    /// Charges of before, made from this: what they cost was paid in before them.
    Past {
        past: Past,
    },
}

/// Amounts in both currencies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) usd: Decimal,
    pub(crate) diem: Decimal,
}

impl Sums {
    pub(crate) fn of(&mut self, currency: Currency) -> &mut Decimal {
        match currency {
            Currency::Usd => &mut self.usd,
            Currency::Diem => &mut self.diem,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.usd += other.usd;
        self.diem += other.diem;
    }
}

/// What one payer spent on one day.
#[derive(Debug, Clone, Copy)]
struct Day {
    spent: Sums,
    last: Timestamp,
}

/// How much may be spent by a payer from a day on; `None` is without limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cap {
    pub(crate) usd: Option<Decimal>,
    pub(crate) diem: Option<Decimal>,
    pub(crate) since: Date,
}

/// Why no money can be set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMoney {
    /// No balance covers the amount.
    Insufficient,
    /// The key's own limit in this currency does not allow it.
    OverLimit(Currency),
}

#[derive(Debug)]
pub(super) struct Book {
    pub(super) balance: Balance,
    pub(super) opening: Balance,
    held: BTreeMap<Payer, Sums>,
    pub(super) purses: Purses,
    pub(super) charges: Vec<Charge>,
    /// What was ever paid in: the balance and all charges of the account together.
    pub(super) deposited: Sums,
    /// Grows when places of charges change.
    pub(super) edition: u32,
    pub(super) has_past: bool,
    days: BTreeMap<(Payer, Date), Day>,
}

impl Book {
    pub(super) fn new(opening: Balance) -> Self {
        Self {
            balance: opening,
            opening,
            held: BTreeMap::new(),
            purses: Purses::default(),
            charges: Vec::new(),
            deposited: Sums { usd: opening.usd, diem: opening.diem },
            edition: 0,
            has_past: false,
            days: BTreeMap::new(),
        }
    }

    pub(super) fn held(&mut self, payer: &Payer) -> &mut Sums {
        self.held.entry(payer.clone()).or_default()
    }

    /// The balance of the account that pays `amount`: the first one that covers it whole.
    pub(super) fn currency(&self, amount: Decimal) -> Option<Currency> {
        let of_account = self.held.iter().filter(|(payer, _)| payer.wallet().is_none());
        let held = of_account.fold(Sums::default(), |mut sum, (_, held)| {
            sum.add(*held);
            sum
        });
        let usd = (Currency::Usd, self.balance.usd - held.usd);
        let diem = (Currency::Diem, self.balance.diem - held.diem);
        let order = if self.balance.first == Currency::Usd { [usd, diem] } else { [diem, usd] };
        order.into_iter().find(|(_, free)| *free >= amount).map(|(currency, _)| currency)
    }

    /// Sets `amount` aside and says in which currency.
    pub(super) fn hold(
        &mut self,
        payer: &Payer,
        cap: Option<Cap>,
        amount: Decimal,
    ) -> Result<Currency, NoMoney> {
        let currency = match payer.wallet() {
            Some(address) if self.purses.left(address) - self.held(payer).usd >= amount.max(LEAST) => {
                Currency::Usd
            }
            Some(_) => return Err(NoMoney::Insufficient),
            None => self.currency(amount).ok_or(NoMoney::Insufficient)?,
        };
        if let Some(cap) = cap {
            let mut spent = self.spent(payer, cap.since);
            spent.add(*self.held(payer));
            let limit = match currency {
                Currency::Usd => cap.usd,
                Currency::Diem => cap.diem,
            };
            if limit.is_some_and(|limit| *spent.of(currency) + amount > limit) {
                return Err(NoMoney::OverLimit(currency));
            }
        }
        *self.held(payer).of(currency) += amount;
        Ok(currency)
    }

    /// What a payer spent from the beginning of a day on.
    pub(super) fn spent(&self, payer: &Payer, since: Date) -> Sums {
        self.days_of(payer, since).fold(Sums::default(), |mut sum, day| {
            sum.add(day.spent);
            sum
        })
    }

    /// When a payer last spent anything.
    pub(super) fn last(&self, payer: &Payer) -> Option<Timestamp> {
        self.days_of(payer, Date::MIN).next_back().map(|day| day.last)
    }

    fn days_of(&self, payer: &Payer, since: Date) -> impl DoubleEndedIterator<Item = &Day> {
        self.days.range((payer.clone(), since)..=(payer.clone(), Date::MAX)).map(|(_, day)| day)
    }

    /// The account's charges for a request, where they were not given back yet.
    pub(super) fn reversible(&self, request_id: &str) -> Vec<Charge> {
        let of_account = self.charges.iter().filter(|charge| charge.payer.wallet().is_none());
        let charges: Vec<&Charge> = of_account.filter(|charge| charge.request_id == request_id).collect();
        let left: Decimal = charges.iter().map(|charge| charge.amount).sum();
        if left > Decimal::ZERO { charges.into_iter().cloned().collect() } else { Vec::new() }
    }

    /// The requests whose price was given back, to the account or to a wallet.
    pub(super) fn refunded(&self) -> BTreeSet<String> {
        let negative = self.charges.iter().filter(|charge| charge.amount < Decimal::ZERO);
        negative.map(|charge| charge.request_id.clone()).chain(self.purses.refunded()).collect()
    }

    pub(super) fn apply(&mut self, line: Line) {
        match line {
            Line::Opening { balance } => {
                let (held, edition) = (std::mem::take(&mut self.held), self.edition + 1);
                *self = Self { held, edition, ..Self::new(balance) };
            }
            Line::Balance { balance } => {
                self.deposited.usd += balance.usd - self.balance.usd;
                self.deposited.diem += balance.diem - self.balance.diem;
                self.balance = balance;
            }
            Line::TopUp { paid } => self.purses.top_up(paid),
            Line::Refund { request_id, at } => self.purses.refund(&request_id, at),
            Line::SignIn { sign_in, at } => self.purses.sign_in(sign_in, at),
            Line::Charges { charges } => {
                for charge in charges {
                    match (charge.payer.wallet(), charge.currency) {
                        (Some(address), _) => self.purses.charge(address, &charge),
                        (None, Currency::Usd) => self.balance.usd -= charge.amount,
                        (None, Currency::Diem) => self.balance.diem -= charge.amount,
                    }
                    self.count(&charge);
                    self.charges.push(charge);
                }
            }
            Line::Past { past } => {
                let mut charges = past.charges();
                for charge in &charges {
                    *self.deposited.of(charge.currency) += charge.amount;
                    self.count(charge);
                }
                charges.append(&mut self.charges);
                self.charges = charges;
                self.edition += 1;
                self.has_past = true;
            }
        }
    }

    fn count(&mut self, charge: &Charge) {
        let date = moment::day(charge.at);
        let day = self
            .days
            .entry((charge.payer.clone(), date))
            .or_insert(Day { spent: Sums::default(), last: charge.at });
        *day.spent.of(charge.currency) += charge.amount;
        day.last = day.last.max(charge.at);
    }
}
