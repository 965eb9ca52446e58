//! Balances and how long they last; today, this week, this month; the month day by day.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use store::{Balance, from_fixed};

use super::{
    super::view::{
        BalanceView, LedgerMoney, MonthDay, MonthPace, Runway, SpendFilter, SpendOverview, SpentIn,
    },
    Calendar, Sums, rank,
    scope::Scope,
    sorted,
};
use crate::{Result, Studio};

/// The pace is that of so many days.
const PACE_DAYS: i64 = 7;
/// A balance that lasts longer isn't said to end.
const LONGEST: i64 = 3_650;

/// A time and as much of the time before it, each from a moment to another.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    now: (i64, i64),
    before: (i64, i64),
}

/// What the columns tell.
struct Figures {
    spent: [(Sums, Sums); 3],
    overview: SpendOverview,
    /// What was spent in the last days, by account and currency.
    pace: BTreeMap<(String, String), i128>,
}

impl Studio {
    /// Balances with how long they last, today, this week, this month, and the month day by day.
    pub async fn spend_overview(&self, filter: SpendFilter) -> Result<SpendOverview> {
        let desk = self.desk().await?;
        let calendar = desk.calendar.clone();
        let present = self.account_ids().await?;
        self.store(move |store| {
            let charges = store.charges();
            let (figures, accounts) = charges.look(|columns| {
                let scope = Scope::new(columns, &desk, &filter);
                let mut figures = figures(&scope);
                let [day, week, month] = figures.spent.clone();
                let of = |(now, before): (Sums, Sums)| SpentIn {
                    spent: now.moneys(columns),
                    before: before.moneys(columns),
                    by_balance: Vec::new(),
                };
                (figures.overview.today, figures.overview.week, figures.overview.month) =
                    (of(day), of(week), of(month));
                let wanted = |id: &String| filter.accounts.is_empty() || filter.accounts.contains(id);
                let accounts: Vec<_> = desk
                    .ledgers
                    .iter()
                    .filter(|ledger| ledger.pretend == filter.pretend && wanted(&ledger.account))
                    // What the same has twice isn't there twice.
                    .filter(|ledger| ledger.covered_by.is_none() || !filter.accounts.is_empty())
                    // Nobody knows what an account has that was forgotten here.
                    .filter(|ledger| present.contains(&ledger.account))
                    .cloned()
                    .collect();
                (figures, accounts)
            })?;
            let Figures { mut overview, pace, .. } = figures;
            let narrowed = !filter.kinds.is_empty() || !filter.models.is_empty() || !filter.keys.is_empty();
            let stretches = stretches(&calendar);
            for ledger in accounts {
                for balance in charges.balances(&ledger.account)? {
                    if filter.currency.as_ref().is_none_or(|wanted| *wanted == balance.currency) {
                        let spent = pace.get(&(ledger.account.clone(), balance.currency.clone()));
                        let view = balance_view(&calendar, &ledger, balance, spent.copied().unwrap_or(0));
                        overview.balances.push(view);
                    }
                }
                // What the balance fell by is that of all work, so a part of it can't be told.
                if !ledger.has_history && ledger.covered_by.is_none() && !narrowed {
                    let times = [&mut overview.today, &mut overview.week, &mut overview.month];
                    for (time, stretch) in times.into_iter().zip(stretches) {
                        let (from, to) = (moment(stretch.now.0), moment(stretch.now.1));
                        let noted = charges.balances_between(&ledger.account, from, to)?;
                        add_falls(&mut time.by_balance, &noted, filter.currency.as_deref());
                    }
                }
            }
            Ok(overview)
        })
        .await
    }
}

fn moment(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Today, this week, this month.
fn stretches(calendar: &Calendar) -> [Stretch; 3] {
    let today = calendar.today();
    let now = calendar.now.timestamp().as_millisecond() + 1;
    let start = |day| calendar.start(day);
    let monday = Calendar::monday(today);
    let month = today.first_of_month();
    let ago = |days: i64, day: jiff::civil::Date| day.checked_sub(days.days()).unwrap_or(day);
    let month_before = month.checked_sub(1.month()).unwrap_or(month);
    [
        Stretch { now: (start(today), now), before: (start(ago(1, today)), calendar.earlier(1, 0) + 1) },
        Stretch { now: (start(monday), now), before: (start(ago(7, monday)), calendar.earlier(7, 0) + 1) },
        Stretch { now: (start(month), now), before: (start(month_before), calendar.earlier(0, 1) + 1) },
    ]
}

fn figures(scope: &Scope<'_>) -> Figures {
    let (columns, calendar) = (scope.columns, &scope.desk.calendar);
    let stretches = stretches(calendar);
    let mut spent: [(Sums, Sums); 3] = Default::default();
    let month = calendar.today().first_of_month();
    let month_before = month.checked_sub(1.month()).unwrap_or(month);
    let pace_from = calendar.earlier(PACE_DAYS, 0);
    let (mut this, mut before): (Vec<Sums>, Vec<Sums>) =
        (vec![Sums::default(); 31], vec![Sums::default(); 31]);
    let mut pace: BTreeMap<(u16, u16), i128> = BTreeMap::new();
    let now = calendar.now.timestamp().as_millisecond() + 1;
    let within = |at: i64, (from, to): (i64, i64)| at >= from && at < to;
    let day_starts: Vec<i64> = {
        let days = calendar.columns(month_before, calendar.today(), super::super::view::SeriesStep::Day);
        days.into_iter().map(|(start, _)| start).collect()
    };
    let of_before = usize::from(month_before.days_in_month().unsigned_abs());
    let mut column = 0;
    for place in scope.between(calendar.start(month_before), now) {
        let (at, currency, amount) = (columns.at[place], columns.currency[place], columns.amount[place]);
        for ((sum, sum_before), stretch) in spent.iter_mut().zip(stretches) {
            if within(at, stretch.now) {
                sum.add(currency, amount);
            }
            if within(at, stretch.before) {
                sum_before.add(currency, amount);
            }
        }
        while day_starts.get(column + 1).is_some_and(|next| *next <= at) {
            column += 1;
        }
        if column < of_before {
            before[column].add(currency, amount);
        } else if let Some(day) = this.get_mut(column - of_before) {
            day.add(currency, amount);
        }
    }
    // A balance pays for all, whatever is looked at.
    for place in columns.at.partition_point(|at| *at < pace_from)..columns.at.partition_point(|at| *at < now)
    {
        *pace.entry((columns.ledger[place], columns.currency[place])).or_default() += columns.amount[place];
    }
    let (mut total, mut charges) = (Sums::default(), 0_u32);
    for place in scope.places() {
        total.add(columns.currency[place], columns.amount[place]);
        charges += 1;
    }
    let (days, days_before) = (this, before);
    let today = usize::from(calendar.today().day().unsigned_abs());
    let mut months: Vec<MonthPace> = (0..)
        .zip(&columns.currencies)
        .filter(|(currency, _)| {
            days.iter()
                .chain(&days_before)
                .any(|day| day.0.get(usize::from(*currency)).is_some_and(Option::is_some))
        })
        .map(|(currency, name): (u16, &String)| {
            let (mut sum, mut sum_before) = (0_i128, 0_i128);
            let longest = usize::from(month.days_in_month().max(month_before.days_in_month()).unsigned_abs());
            let days = (0..longest).map(|index| {
                sum += days[index].of(currency);
                sum_before += days_before[index].of(currency);
                MonthDay {
                    day: u8::try_from(index + 1).unwrap_or(u8::MAX),
                    spent: (index < today).then(|| from_fixed(sum)),
                    before: (index < of_before).then(|| from_fixed(sum_before)),
                }
            });
            MonthPace {
                currency: name.clone(),
                month: month.strftime("%Y-%m").to_string(),
                days: days.collect(),
            }
        })
        .collect();
    months.sort_by(|one, other| rank(&one.currency).cmp(&rank(&other.currency)));
    let empty = || SpentIn { spent: Vec::new(), before: Vec::new(), by_balance: Vec::new() };
    let named = |(ledger, currency): (u16, u16)| {
        (columns.ledgers[usize::from(ledger)].0.clone(), columns.currencies[usize::from(currency)].clone())
    };
    Figures {
        spent,
        overview: SpendOverview {
            balances: Vec::new(),
            today: empty(),
            week: empty(),
            month: empty(),
            total: total.moneys(columns),
            charges,
            months,
            notes: sorted(scope.notes()),
        },
        pace: pace.into_iter().map(|(key, sum)| (named(key), sum)).collect(),
    }
}

fn balance_view(calendar: &Calendar, ledger: &store::Ledger, balance: Balance, spent: i128) -> BalanceView {
    let is_diem = balance.currency == "diem";
    BalanceView {
        account: ledger.account.clone(),
        runway: (!is_diem).then(|| runway(calendar, balance.amount, spent)).flatten(),
        at: balance.at.to_string(),
        allocation: balance.allocation.filter(|_| is_diem),
        resets_at: ledger.next_epoch.filter(|_| is_diem).map(|next| rolled(next, calendar).to_string()),
        money: LedgerMoney { amount: balance.amount.normalize(), currency: balance.currency },
    }
}

/// The next of epochs that follow each other day by day.
fn rolled(next: Timestamp, calendar: &Calendar) -> Timestamp {
    let now = calendar.now.timestamp();
    if next > now {
        return next;
    }
    let days = now.duration_since(next).as_hours() / 24 + 1;
    next.checked_add((days * 24).hours()).unwrap_or(next)
}

/// How long an amount lasts when the last days go on.
pub(super) fn runway(calendar: &Calendar, left: Decimal, spent: i128) -> Option<Runway> {
    let per_day = from_fixed(spent).checked_div(Decimal::from(PACE_DAYS))?;
    if per_day <= Decimal::ZERO {
        return None;
    }
    let days = left.max(Decimal::ZERO).checked_div(per_day).and_then(|days| i64::try_from(days.floor()).ok());
    let until = days
        .filter(|days| *days <= LONGEST)
        .and_then(|days| calendar.today().checked_add(days.days()).ok())
        .map(|day| day.to_string());
    Some(Runway { per_day: per_day.round_sf(4).unwrap_or(per_day).normalize(), until })
}

/// Adds what balances fell by from one note to the next; where they rose, somebody paid in.
pub(super) fn add_falls(sums: &mut Vec<LedgerMoney>, noted: &[Balance], wanted: Option<&str>) {
    let mut last: BTreeMap<&str, Decimal> = BTreeMap::new();
    for balance in noted.iter().filter(|balance| wanted.is_none_or(|wanted| wanted == balance.currency)) {
        let before = last.insert(&balance.currency, balance.amount);
        let fall = before.map_or(Decimal::ZERO, |before| before - balance.amount);
        if fall > Decimal::ZERO {
            match sums.iter_mut().find(|sum| sum.currency == balance.currency) {
                Some(sum) => sum.amount = (sum.amount + fall).normalize(),
                None => {
                    sums.push(LedgerMoney { amount: fall.normalize(), currency: balance.currency.clone() });
                }
            }
        }
    }
}
