//! Budgets: what the user allows to be spent, by click, day, month and account.
//!
//! A budget counts the holds of its own currency: what was settled and what is in flight. Days and months are those of this
//! machine's time zone, so that a day has 23, 24 or 25 hours.

use std::cmp::Reverse;

use jiff::{Timestamp, Zoned, civil::Date};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use store::{HoldQuery, JobId, Spent, Store};

use crate::{
    AppError, Result, Studio,
    accounts::SANDBOX,
    error::Code,
    money::{Currency, Money},
};

/// Where budgets are kept among the settings.
const KEY: &str = "budgets";
/// The largest budget, of any currency.
const MOST: u32 = 1_000_000;
/// More than anybody can keep in mind.
const MOST_BUDGETS: usize = 50;

/// How far back a budget looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum BudgetWindow {
    /// At one click.
    Click,
    /// At today.
    Day,
    /// At this month.
    Month,
    /// At all there ever was.
    Always,
}

/// When a window began and when the next begins; none where there is no such moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl BudgetWindow {
    /// The window that a moment lies in.
    pub(super) fn span(self, now: &Zoned) -> Result<Span> {
        let today = now.date();
        let (first, next) = match self {
            Self::Click | Self::Always => return Ok(Span::default()),
            Self::Day => (today, today.tomorrow()),
            Self::Month => (today.first_of_month(), today.last_of_month().tomorrow()),
        };
        // The first moment of a day, also where clocks skip midnight or strike it twice.
        let start = |date: Date| date.to_zoned(now.time_zone().clone()).map(|start| start.timestamp());
        let since = Some(start(first).map_err(AppError::internal)?);
        Ok(Span { since, until: next.and_then(start).ok() })
    }

    /// As errors name it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::Day => "day",
            Self::Month => "month",
            Self::Always => "always",
        }
    }
}

/// What the user allows to be spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Budget {
    /// Its id; empty for one that is new.
    pub id: String,
    /// How far back it looks.
    pub window: BudgetWindow,
    /// Of this account alone; none = of all that pay with real money, or of the sandbox's pretend money.
    pub account: Option<String>,
    /// The most that may be spent. Other currencies don't count.
    pub most: Money,
    /// Whether it stops what would go over it; else the user is asked.
    pub stops: bool,
}

impl Budget {
    /// Whether what an account pays counts.
    pub(super) fn is_of(&self, account: &str) -> bool {
        self.account.as_deref().is_none_or(|only| only == account)
    }
}

/// A budget and what is taken of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BudgetState {
    /// The budget.
    pub budget: Budget,
    /// What was spent.
    pub spent: Money,
    /// What is set aside for work in flight, or for work nobody knows the end of.
    pub held: Money,
    /// What is left; nothing where more was taken.
    pub left: Money,
    /// Spent, of the budget; rounded down, and over 100 where more was spent.
    pub spent_percent: u32,
    /// Spent and set aside, of the budget.
    pub taken_percent: u32,
    /// RFC 3339: when it began to count; none = ever since.
    pub since: Option<String>,
    /// RFC 3339: when it begins anew; none = never.
    pub until: Option<String>,
}

/// The budgets of the account that pays now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BudgetOverview {
    /// That account.
    pub account: String,
    /// Whether its money is the sandbox's pretend money.
    pub pretend: bool,
    /// What was spent and set aside today, in each currency: by all accounts that pay with such money.
    pub today: Vec<Money>,
    /// Those that look further than at one click; what may run out first comes first.
    pub budgets: Vec<BudgetState>,
}

/// What was taken of a window.
pub(super) fn taken(
    store: &Store,
    account: Option<String>,
    currency: Currency,
    pretend: bool,
    since: Option<Timestamp>,
) -> store::Result<Spent> {
    store.holds().spent(&HoldQuery { account, currency, pretend, since })
}

/// What a budget stands at.
pub(super) fn state_of(
    store: &Store,
    budget: Budget,
    span: Span,
    pretend: bool,
) -> store::Result<BudgetState> {
    let Money { amount: most, currency } = budget.most;
    let sums = taken(store, budget.account.clone(), currency, pretend, span.since)?;
    let money = |amount: Decimal| Money { amount: amount.normalize(), currency };
    Ok(BudgetState {
        spent: money(sums.settled),
        held: money(sums.open),
        left: money((most - sums.taken()).max(Decimal::ZERO)),
        spent_percent: percent(sums.settled, most),
        taken_percent: percent(sums.taken(), most),
        since: span.since.map(|moment| moment.to_string()),
        until: span.until.map(|moment| moment.to_string()),
        budget,
    })
}

fn percent(part: Decimal, whole: Decimal) -> u32 {
    let percent = (part * Decimal::ONE_HUNDRED).checked_div(whole).unwrap_or(Decimal::ONE_HUNDRED);
    percent.max(Decimal::ZERO).floor().to_u32().unwrap_or(u32::MAX)
}

impl Studio {
    /// All budgets.
    pub async fn budgets(&self) -> Result<Vec<Budget>> {
        let kept = self.store(|store| store.settings().get(KEY)).await?;
        // Those that can't be read are no reason to have none.
        kept.map_or(Ok(Vec::new()), |kept| serde_json::from_value(kept).map_err(AppError::internal))
    }

    /// Keeps a budget: a new one, or another form of one that there is. Answers all.
    pub async fn save_budget(&self, mut budget: Budget) -> Result<Vec<Budget>> {
        check(&budget)?;
        budget.most.amount = budget.most.amount.normalize();
        if let Some(account) = &budget.account
            && !self.accounts().await?.iter().any(|known| known.id == *account)
        {
            return Err(AppError::not_found("account"));
        }
        // Two changes at once must not undo each other.
        let turn = self.inner.settings_turn.lock().await;
        let mut all = self.budgets().await?;
        if budget.id.is_empty() {
            if all.len() >= MOST_BUDGETS {
                return Err(too_many());
            }
            budget.id = JobId::new(Timestamp::now()).to_string();
            all.push(budget.clone());
        } else {
            let known = all.iter_mut().find(|known| known.id == budget.id);
            *known.ok_or_else(|| AppError::not_found("budget"))? = budget.clone();
        }
        self.keep_budgets(all).await?;
        drop(turn);
        // What was said of it before was said of another.
        self.forget_alerts(budget.id).await?;
        self.budgets().await
    }

    /// Takes a budget away. Answers those that stay.
    pub async fn delete_budget(&self, id: String) -> Result<Vec<Budget>> {
        let turn = self.inner.settings_turn.lock().await;
        let mut all = self.budgets().await?;
        all.retain(|budget| budget.id != id);
        self.keep_budgets(all).await?;
        drop(turn);
        self.forget_alerts(id).await?;
        self.budgets().await
    }

    /// Budgets of an account go with it.
    pub(crate) async fn forget_budgets_of(&self, account: &str) -> Result<()> {
        for budget in
            self.budgets().await?.into_iter().filter(|budget| budget.account.as_deref() == Some(account))
        {
            self.delete_budget(budget.id).await?;
        }
        Ok(())
    }

    async fn keep_budgets(&self, mut all: Vec<Budget>) -> Result<()> {
        all.sort_by_key(|budget| (budget.window, budget.most.currency.as_str(), budget.most.amount));
        let kept = serde_json::to_value(all).map_err(AppError::internal)?;
        self.store(move |store| store.settings().set([(KEY.to_owned(), kept)])).await
    }

    /// What is taken of the budgets of the account that pays now.
    pub async fn budget_state(&self) -> Result<BudgetOverview> {
        let accounts = self.accounts().await?;
        let account = accounts.iter().find(|account| account.selected);
        let account = account.map_or_else(|| SANDBOX.to_owned(), |account| account.id.clone());
        self.budget_state_at(account, &Zoned::now()).await
    }

    async fn budget_state_at(&self, account: String, now: &Zoned) -> Result<BudgetOverview> {
        let pretend = account == SANDBOX;
        let mut looked = Vec::new();
        for budget in self.budgets().await? {
            if budget.is_of(&account) && budget.window != BudgetWindow::Click {
                let span = budget.window.span(now)?;
                looked.push((budget, span));
            }
        }
        let today = BudgetWindow::Day.span(now)?.since;
        self.store(move |store| {
            let mut spent = Vec::new();
            for currency in [Currency::Usd, Currency::Diem, Currency::Credits] {
                let amount = taken(store, None, currency, pretend, today)?.taken();
                if !amount.is_zero() {
                    spent.push(Money { amount: amount.normalize(), currency });
                }
            }
            let states = looked.into_iter().map(|(budget, span)| state_of(store, budget, span, pretend));
            let mut budgets = states.collect::<store::Result<Vec<_>>>()?;
            // A budget that asks matters before one that stops, where both are as full.
            budgets
                .sort_by_key(|state| (Reverse(state.taken_percent), state.budget.stops, state.budget.window));
            Ok(BudgetOverview { account, pretend, today: spent, budgets })
        })
        .await
    }
}

fn check(budget: &Budget) -> Result<()> {
    let amount = budget.most.amount;
    if amount > Decimal::ZERO && amount <= Decimal::from(MOST) && amount.scale() <= 12 {
        return Ok(());
    }
    let hint = "Write an amount such as 5 or 0.50, of a million at most.";
    Err(AppError::new(Code::FieldInvalid, "This isn't an amount that a budget can have.", hint)
        .param("field", "amount")
        .param("reason", "an amount above 0 and up to 1,000,000"))
}

fn too_many() -> AppError {
    AppError::new(
        Code::FieldInvalid,
        format!("There are {MOST_BUDGETS} budgets already."),
        "Change one of them, or take one away.",
    )
    .param("field", "budgets")
    .param("reason", format!("there are {MOST_BUDGETS} already"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse().unwrap()
    }

    fn text(moment: Option<Timestamp>) -> String {
        moment.unwrap().to_string()
    }

    #[rstest]
    // 23 hours: clocks go forward.
    #[case(
        BudgetWindow::Day,
        "2026-03-29T12:00[Europe/Berlin]",
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z"
    )]
    // 25 hours: they go back, and both 02:30 are of that day.
    #[case(
        BudgetWindow::Day,
        "2026-10-25T02:30+01:00[Europe/Berlin]",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z"
    )]
    #[case(
        BudgetWindow::Day,
        "2026-10-25T02:30+02:00[Europe/Berlin]",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z"
    )]
    // Midnight is skipped.
    #[case(
        BudgetWindow::Day,
        "2018-11-04T05:00[America/Sao_Paulo]",
        "2018-11-04T03:00:00Z",
        "2018-11-05T02:00:00Z"
    )]
    // It strikes twice.
    #[case(
        BudgetWindow::Day,
        "2026-11-01T12:00[America/Havana]",
        "2026-11-01T04:00:00Z",
        "2026-11-02T05:00:00Z"
    )]
    #[case(
        BudgetWindow::Day,
        "2026-11-30T23:59:59[Pacific/Kiritimati]",
        "2026-11-29T10:00:00Z",
        "2026-11-30T10:00:00Z"
    )]
    #[case(BudgetWindow::Month, "2026-01-31T23:59:59[UTC]", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    #[case(BudgetWindow::Month, "2028-02-29T00:00:00[UTC]", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")]
    #[case(
        BudgetWindow::Month,
        "2026-12-31T12:00[Asia/Kolkata]",
        "2026-11-30T18:30:00Z",
        "2026-12-31T18:30:00Z"
    )]
    // A month that begins in summer time and ends in winter time.
    #[case(
        BudgetWindow::Month,
        "2026-10-31T12:00[Europe/Berlin]",
        "2026-09-30T22:00:00Z",
        "2026-10-31T23:00:00Z"
    )]
    fn windows_are_those_of_the_place(
        #[case] window: BudgetWindow,
        #[case] now: &str,
        #[case] since: &str,
        #[case] until: &str,
    ) {
        let now = at(now);
        let span = window.span(&now).unwrap();
        assert_eq!((text(span.since).as_str(), text(span.until).as_str()), (since, until));
        assert!(span.since.unwrap() <= now.timestamp() && now.timestamp() < span.until.unwrap());
    }

    #[test]
    fn one_window_ends_where_the_next_begins() {
        for zone in ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Tehran", "UTC"] {
            let mut now = at(&format!("2018-01-01T12:00[{zone}]"));
            for _ in 0..400 {
                let span = BudgetWindow::Day.span(&now).unwrap();
                let next = span.until.unwrap().to_zoned(now.time_zone().clone());
                assert_eq!(BudgetWindow::Day.span(&next).unwrap().since, span.until, "{now}");
                assert_eq!(next.date(), now.date().tomorrow().unwrap());
                now = next;
            }
        }
    }

    #[test]
    fn a_click_and_all_time_have_no_window() {
        let now = at("2026-11-22T12:00[UTC]");
        assert_eq!(BudgetWindow::Click.span(&now).unwrap(), Span::default());
        assert_eq!(BudgetWindow::Always.span(&now).unwrap(), Span::default());
    }

    #[rstest]
    #[case("0.5", "1", 50)]
    #[case("0.4999999", "1", 49)]
    #[case("3", "2", 150)]
    #[case("-1", "2", 0)]
    #[case("1", "0", 100)]
    fn percent_is_rounded_down(#[case] part: &str, #[case] whole: &str, #[case] expected: u32) {
        assert_eq!(percent(part.parse().unwrap(), whole.parse().unwrap()), expected);
    }

    #[rstest]
    #[case("0", false)]
    #[case("-1", false)]
    #[case("0.01", true)]
    #[case("1000000", true)]
    #[case("1000000.01", false)]
    #[case("0.0000000000001", false)]
    fn a_budget_is_an_amount(#[case] amount: &str, #[case] fits: bool) {
        let most = Money { amount: amount.parse().unwrap(), currency: Currency::Usd };
        let budget =
            Budget { id: String::new(), window: BudgetWindow::Day, account: None, most, stops: true };
        assert_eq!(check(&budget).is_ok(), fits);
    }
}
