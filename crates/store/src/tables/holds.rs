use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};
use rust_decimal::Decimal;

use super::{from_time_if, to_amount, to_time, to_time_if};
use crate::Store;
use crate::clock::{day_of, to_millisecond};
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::money::{Currency, Money};

/// Money set aside for a job, and what it came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// The job it is for.
    pub job: JobId,
    /// The account that pays.
    pub account: String,
    /// How much was set aside.
    pub held: Money,
    /// Whether it is pretend money.
    pub pretend: bool,
    /// When it was set aside.
    pub created_at: Timestamp,
    /// The local day of that moment.
    pub day: Date,
    /// When it was settled; none while it is open.
    pub settled_at: Option<Timestamp>,
    /// What the job did cost, once settled.
    pub settled: Option<Decimal>,
}

/// How far back a limit looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Only at this one reservation.
    Click,
    /// At all since a moment, such as the start of the day or month.
    Since(Timestamp),
    /// At all there ever was.
    Always,
}

/// The most that may be spent. It counts amounts of the reservation's own currency, real or pretend as that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// How far back it looks.
    pub window: Window,
    /// Only at this account; at all accounts without one.
    pub account: Option<String>,
    /// The most, including the new amount.
    pub most: Decimal,
}

/// How a reservation went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// The money is set aside.
    Yes,
    /// It would have gone over a limit, so nothing was set aside.
    Over {
        /// Which of the given limits, from 0: the first that was hit.
        limit: usize,
        /// What was spent and held in its window before.
        taken: Decimal,
    },
}

/// Which holds a sum is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldQuery {
    /// Only this account.
    pub account: Option<String>,
    /// Of this currency: sums never mix two.
    pub currency: Currency,
    /// Real or pretend: sums never mix them.
    pub pretend: bool,
    /// From this moment on.
    pub since: Option<Timestamp>,
}

/// What was spent, and what is still set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Settled amounts.
    pub settled: Decimal,
    /// Open holds.
    pub open: Decimal,
}

impl Spent {
    /// Both together: what a limit has to count.
    pub fn taken(self) -> Decimal {
        self.settled + self.open
    }
}

/// Money set aside before it is spent.
pub struct Holds<'a> {
    store: &'a Store,
}

impl Store {
    /// The holds.
    pub fn holds(&self) -> Holds<'_> {
        Holds { store: self }
    }
}

impl Holds<'_> {
    /// Sets an amount aside for a job, if no limit is exceeded. The sums and the reservation are one transaction on
    /// one writer: two at once can't both slip under a limit.
    pub fn reserve_within(
        &self,
        job: JobId,
        account: &str,
        amount: Money,
        pretend: bool,
        limits: &[Limit],
    ) -> Result<Reserved> {
        let clock = self.store.clock();
        let created_at = to_millisecond(clock.now());
        let day = day_of(clock, created_at);
        let (account, limits) = (account.to_owned(), limits.to_vec());
        self.store.database().write(move |db, _| {
            if let Some(over) = exceeded(db, &account, amount, pretend, &limits)? {
                return Ok(over);
            }
            put(db, job, &account, amount, pretend, created_at, day)?;
            Ok(Reserved::Yes)
        })
    }

    /// Notes what a job did cost; 0 gives all of it back. Settling again corrects the amount: the ledger may know
    /// better, later.
    pub fn settle(&self, job: JobId, cost: Decimal) -> Result<()> {
        let now = to_millisecond(self.store.clock().now());
        self.store.database().write(move |db, _| {
            let changed = db.execute(
                "UPDATE holds SET settled_at = ?, settled = ? WHERE job = ?",
                params![from_time_if(Some(now)), cost.to_string(), job],
            )?;
            if changed == 0 { Err(Error::NotFound { what: "hold", id: job.to_string() }) } else { Ok(()) }
        })
    }

    /// Notes what a job did cost, in the currency it was paid in, whatever was set aside for it; also where that was nothing,
    /// because nobody knew its price.
    pub fn charge(&self, job: JobId, account: &str, cost: Money, pretend: bool) -> Result<()> {
        let clock = self.store.clock();
        let now = to_millisecond(clock.now());
        let day = day_of(clock, now);
        let account = account.to_owned();
        self.store.database().write(move |db, _| {
            let known: bool =
                db.query_row("SELECT EXISTS (SELECT 1 FROM holds WHERE job = ?)", [job], |row| row.get(0))?;
            if !known {
                put(db, job, &account, cost, pretend, now, day)?;
            }
            db.execute(
                "UPDATE holds SET settled_at = ?, settled = ?, currency = ? WHERE job = ?",
                params![from_time_if(Some(now)), cost.amount.to_string(), cost.currency, job],
            )?;
            Ok(())
        })
    }

    /// Gives back what is set aside for jobs that were never written down, were never sent, or failed before an answer
    /// came: a stop between two steps can leave that. For the opening only, when nothing runs.
    pub fn release_stranded(&self) -> Result<u32> {
        let now = to_millisecond(self.store.clock().now());
        self.store.database().write(move |db, _| {
            let released = db.execute(
                "UPDATE holds SET settled_at = ?, settled = '0' WHERE settled_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM jobs WHERE jobs.id = holds.job
                    AND NOT (state = 'failed' AND took_ms IS NULL) AND NOT (state = 'cancelled' AND sent_at IS NULL))",
                params![from_time_if(Some(now))],
            )?;
            Ok(u32::try_from(released).unwrap_or(u32::MAX))
        })
    }

    /// The hold of a job, if it ever had one.
    pub fn get(&self, job: JobId) -> Result<Option<Hold>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT job, account, amount, currency, pretend, created_at, day, settled_at, settled
                 FROM holds WHERE job = ?",
            )?;
            statement.query_row([job], |row| Ok(read(row))).optional()?.transpose()
        })
    }

    /// What was spent and is set aside.
    pub fn spent(&self, query: &HoldQuery) -> Result<Spent> {
        self.store.database().read(|db| spent(db, query))
    }
}

/// The first limit that an amount would exceed.
pub(crate) fn exceeded(
    db: &Connection,
    account: &str,
    amount: Money,
    pretend: bool,
    limits: &[Limit],
) -> Result<Option<Reserved>> {
    for (index, limit) in limits.iter().enumerate() {
        let since = match limit.window {
            Window::Click => None,
            Window::Since(moment) => Some(Some(moment)),
            Window::Always => Some(None),
        };
        let taken = match since {
            None => Decimal::ZERO,
            Some(since) => {
                let currency = amount.currency;
                let query = HoldQuery { account: limit.account.clone(), currency, pretend, since };
                spent(db, &query)?.taken()
            }
        };
        let applies = limit.account.as_ref().is_none_or(|only| only == account);
        if applies && taken + amount.amount > limit.most {
            return Ok(Some(Reserved::Over { limit: index, taken }));
        }
    }
    Ok(None)
}

/// Sets an amount aside.
pub(crate) fn put(
    db: &Connection,
    job: JobId,
    account: &str,
    amount: Money,
    pretend: bool,
    at: Timestamp,
    day: Date,
) -> Result<()> {
    if amount.amount.is_sign_negative() {
        return Err(Error::OutOfRange { what: "amount" });
    }
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO holds (job, account, amount, currency, pretend, created_at, day)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            job,
            account,
            amount.amount.to_string(),
            amount.currency,
            pretend,
            at.as_millisecond(),
            day.to_string()
        ])?;
    if added == 0 { Err(Error::Exists { what: "hold", id: job.to_string() }) } else { Ok(()) }
}

/// Summed here and not in SQL, which only knows floats.
fn spent(db: &Connection, query: &HoldQuery) -> Result<Spent> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(settled, amount), settled_at IS NULL FROM holds
         WHERE currency = ?1 AND pretend = ?2 AND created_at >= ?3 AND (?4 IS NULL OR account = ?4)",
    )?;
    let since = from_time_if(query.since).unwrap_or(i64::MIN);
    let mut rows = statement.query(params![query.currency, query.pretend, since, query.account])?;
    let mut sum = Spent::default();
    while let Some(row) = rows.next()? {
        let amount = to_amount(&row.get::<_, String>(0)?)?;
        let open: bool = row.get(1)?;
        *(if open { &mut sum.open } else { &mut sum.settled }) += amount;
    }
    Ok(sum)
}

fn read(row: &Row<'_>) -> Result<Hold> {
    let day: String = row.get(6)?;
    Ok(Hold {
        job: row.get(0)?,
        account: row.get(1)?,
        held: Money { amount: to_amount(&row.get::<_, String>(2)?)?, currency: row.get(3)? },
        pretend: row.get(4)?,
        created_at: to_time(row.get(5)?)?,
        day: day.parse().map_err(|_| Error::Unreadable { what: "day" })?,
        settled_at: to_time_if(row.get(7)?)?,
        settled: row.get::<_, Option<String>>(8)?.map(|text| to_amount(&text)).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::testing::{self, Home};

    fn usd(text: &str) -> Money {
        Money { amount: text.parse().unwrap(), currency: Currency::Usd }
    }

    fn job(n: u128) -> JobId {
        JobId(uuid::Uuid::from_u128(n))
    }

    fn limit(window: Window, most: &str) -> Limit {
        Limit { window, account: None, most: most.parse().unwrap() }
    }

    #[test]
    fn reservations_at_once_cannot_slip_past_a_limit_together() {
        let home = Home::new();
        let store = home.open();
        let limits = [limit(Window::Always, "0.35")];
        let start = Barrier::new(8);
        let granted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let (store, start, limits) = (store.clone(), &start, &limits);
                    scope.spawn(move || {
                        start.wait();
                        let went =
                            store.holds().reserve_within(job(n), "a", usd("0.1"), false, limits).unwrap();
                        usize::from(went == Reserved::Yes)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(granted, 3);
    }

    #[test]
    fn limits_count_only_their_own_window_account_and_kind_of_money() {
        let store = Home::new().open();
        let reserve = |n, account: &str, money, pretend, limits: &[Limit]| {
            store.holds().reserve_within(job(n), account, money, pretend, limits).unwrap()
        };
        assert_eq!(reserve(1, "a", usd("5"), false, &[]), Reserved::Yes);
        assert_eq!(reserve(2, "a", usd("7"), true, &[limit(Window::Always, "7")]), Reserved::Yes);
        let diem = Money { currency: Currency::Diem, ..usd("1") };
        assert_eq!(reserve(3, "a", diem, false, &[limit(Window::Always, "1")]), Reserved::Yes);
        let of_b = Limit { account: Some("b".into()), ..limit(Window::Always, "1") };
        assert_eq!(reserve(4, "b", usd("1"), false, std::slice::from_ref(&of_b)), Reserved::Yes);
        assert_eq!(reserve(5, "a", usd("1"), false, std::slice::from_ref(&of_b)), Reserved::Yes);
        let tomorrow = Window::Since(testing::START + jiff::SignedDuration::from_hours(24));
        let today = Window::Since(testing::START - jiff::SignedDuration::from_hours(1));
        let both = [limit(tomorrow, "2"), limit(today, "8")];
        assert_eq!(
            reserve(6, "a", usd("2"), false, &both),
            Reserved::Over { limit: 1, taken: "7".parse().unwrap() }
        );
        let click = [limit(Window::Click, "0.5")];
        assert_eq!(
            reserve(6, "a", usd("0.51"), false, &click),
            Reserved::Over { limit: 0, taken: Decimal::ZERO }
        );
        assert_eq!(store.holds().get(job(6)).unwrap(), None);
    }

    #[test]
    fn what_is_set_aside_for_nothing_is_given_back() {
        use crate::{Job, JobPatch, JobState};
        let store = Home::new().open();
        let now = testing::START;
        for n in 1..=4 {
            store.holds().reserve_within(job(n), "a", usd("0.1"), false, &[]).unwrap();
        }
        for n in 2..=4 {
            store
                .jobs()
                .insert(Job::new(job(n), "call", "a", "webSearch", serde_json::json!({}), now), Vec::new())
                .unwrap();
        }
        let step =
            |n, from, to| store.jobs().advance(job(n), from, to, JobPatch::default()).unwrap().unwrap();
        step(2, JobState::Planned, JobState::Failed);
        step(3, JobState::Planned, JobState::Sent);
        step(3, JobState::Sent, JobState::Unknown);
        assert_eq!(store.holds().release_stranded().unwrap(), 2, "never written down, and failed unsent");
        let open = |n| store.holds().get(job(n)).unwrap().unwrap().settled_at.is_none();
        assert_eq!([1, 2, 3, 4].map(open), [false, false, true, true], "what may be charged stays set aside");
    }

    #[test]
    fn what_a_job_did_cost_counts_also_where_nothing_was_set_aside() {
        let store = Home::new().open();
        let sum = |currency| {
            let query = HoldQuery { account: None, currency, pretend: false, since: None };
            store.holds().spent(&query).unwrap()
        };
        store.holds().charge(job(1), "a", usd("0.03"), false).unwrap();
        store.holds().charge(job(1), "a", usd("0.04"), false).unwrap();
        store.holds().reserve_within(job(2), "a", usd("1"), false, &[]).unwrap();
        let diem = Money { currency: Currency::Diem, ..usd("0.5") };
        store.holds().charge(job(2), "a", diem, false).unwrap();
        assert_eq!(
            (sum(Currency::Usd).settled, sum(Currency::Usd).open),
            ("0.04".parse().unwrap(), Decimal::ZERO)
        );
        assert_eq!(sum(Currency::Diem).taken(), "0.5".parse().unwrap(), "it was paid in DIEM after all");
    }

    #[test]
    fn a_settled_hold_counts_what_it_came_to() {
        let store = Home::new().open();
        let all = HoldQuery { account: None, currency: Currency::Usd, pretend: false, since: None };
        for n in 1..=3 {
            store.holds().reserve_within(job(n), "a", usd("0.1"), false, &[]).unwrap();
        }
        store.holds().settle(job(1), "0.07".parse().unwrap()).unwrap();
        store.holds().settle(job(2), Decimal::ZERO).unwrap();
        store.holds().settle(job(2), "0.02".parse().unwrap()).unwrap();
        let spent = store.holds().spent(&all).unwrap();
        assert_eq!((spent.settled, spent.open), ("0.09".parse().unwrap(), "0.1".parse().unwrap()));
        assert_eq!(store.holds().get(job(1)).unwrap().unwrap().settled_at, Some(testing::START));
        assert!(store.holds().settle(job(9), Decimal::ONE).unwrap_err().is_not_found());
        let again = store.holds().reserve_within(job(1), "a", usd("1"), false, &[]);
        assert!(matches!(again, Err(Error::Exists { .. })));
        assert!(store.holds().reserve_within(job(9), "a", usd("-1"), false, &[]).is_err());
    }
}
