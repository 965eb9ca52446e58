//! Words of warning: a budget is half spent, nearly spent, spent. Each is said once in a window, over restarts too.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::budgets::{Budget, BudgetOverview, BudgetState, BudgetWindow, state_of};
use crate::{AppError, Result, Studio, accounts::SANDBOX, events::AppEvent, money::Money};

/// Where it is kept what was said, among the settings.
const KEY: &str = "budget_alerts";
/// What is told, in percent of a budget.
const LEVELS: [u32; 3] = [50, 80, 100];
/// The clock may be set, and a time zone changed: it is looked at this often whatever else happens.
const AT_LEAST: Duration = Duration::from_mins(30);

/// Notices what changes of budgets.
#[derive(Default)]
pub(crate) struct BudgetWatch {
    changed: Notify,
    told: Mutex<Option<BudgetOverview>>,
}

/// A budget is spent so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BudgetAlert {
    /// The budget.
    pub budget: Budget,
    /// 50, 80 or 100 percent: what it has reached.
    pub level: u32,
    /// What was spent of it.
    pub spent: Money,
    /// Whether that is the sandbox's pretend money.
    pub pretend: bool,
}

/// What was said of a budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    /// When its window began.
    since: Option<String>,
    level: u32,
}

type AllSaid = BTreeMap<String, Said>;

/// By which it is kept what was said of a budget: of real and of pretend money apart.
fn key_of(budget: &str, pretend: bool) -> String {
    if pretend { format!("{budget} pretend") } else { budget.to_owned() }
}

/// What is to be said now, where there is something new. Work in flight doesn't count: a warning tells what is.
fn news(state: &BudgetState, said: Option<&Said>) -> Option<u32> {
    let level = LEVELS.into_iter().rev().find(|level| state.spent_percent >= *level)?;
    let before = said.filter(|said| said.since == state.since).map_or(0, |said| said.level);
    (level > before).then_some(level)
}

impl Studio {
    /// Money was set aside, spent or given back, or budgets were changed.
    pub(crate) fn budgets_changed(&self) {
        self.inner.budget_watch.changed.notify_one();
    }

    /// Tells what changes of budgets, and that a new day has begun.
    pub(crate) fn watch_budgets(&self) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            loop {
                let wait = match studio.look_at_budgets().await {
                    Ok(next) => next,
                    Err(error) => {
                        tracing::warn!(code = error.code, "the budgets were not looked at");
                        AT_LEAST
                    }
                };
                // Whoever hears that the studio is changed hears it here once, however often it was meanwhile.
                let _ = tokio::time::timeout(wait, studio.inner.budget_watch.changed.notified()).await;
            }
        });
    }

    /// Tells what is new, and answers how long nothing changes by itself.
    async fn look_at_budgets(&self) -> Result<Duration> {
        let overview = self.budget_state().await?;
        let is_new = {
            let mut told = self.inner.budget_watch.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.replace(overview.clone()).as_ref() != Some(&overview)
        };
        if is_new {
            self.tell(AppEvent::Budgets { budgets: overview });
        }
        let now = Zoned::now();
        for alert in self.new_alerts(&now).await? {
            self.tell(AppEvent::BudgetAlert { alert });
        }
        let midnight = BudgetWindow::Day.span(&now)?.until;
        let left = midnight.map_or(AT_LEAST, |until| lasts(now.timestamp(), until));
        Ok(left.min(AT_LEAST))
    }

    /// What is to be said; it is noted as said before anybody hears of it.
    async fn new_alerts(&self, now: &Zoned) -> Result<Vec<BudgetAlert>> {
        let mut looked = Vec::new();
        for budget in self.budgets().await? {
            if budget.window != BudgetWindow::Click {
                let span = budget.window.span(now)?;
                looked.push((budget, span));
            }
        }
        if looked.is_empty() {
            return Ok(Vec::new());
        }
        let _turn = self.inner.settings_turn.lock().await;
        let mut said = self.said().await?;
        let states = self.store(move |store| {
            let mut states = Vec::new();
            for (budget, span) in looked {
                for pretend in [false, true] {
                    let pays_so = |account: &String| (account == SANDBOX) == pretend;
                    if budget.account.as_ref().is_none_or(pays_so) {
                        states.push((state_of(store, budget.clone(), span, pretend)?, pretend));
                    }
                }
            }
            Ok(states)
        });
        let mut alerts = Vec::new();
        for (state, pretend) in states.await? {
            let key = key_of(&state.budget.id, pretend);
            let Some(level) = news(&state, said.get(&key)) else { continue };
            said.insert(key, Said { since: state.since.clone(), level });
            alerts.push(BudgetAlert { level, spent: state.spent, pretend, budget: state.budget });
        }
        if !alerts.is_empty() {
            self.keep_said(said).await?;
        }
        Ok(alerts)
    }

    /// Of a budget that was changed or taken away nothing was said yet.
    pub(super) async fn forget_alerts(&self, budget: String) -> Result<()> {
        {
            let _turn = self.inner.settings_turn.lock().await;
            let mut said = self.said().await?;
            let before = said.len();
            for pretend in [false, true] {
                said.remove(&key_of(&budget, pretend));
            }
            if said.len() < before {
                self.keep_said(said).await?;
            }
        }
        self.budgets_changed();
        Ok(())
    }

    async fn said(&self) -> Result<AllSaid> {
        let kept = self.store(|store| store.settings().get(KEY)).await?;
        // Said twice is better than never.
        Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default())
    }

    async fn keep_said(&self, said: AllSaid) -> Result<()> {
        let kept = serde_json::to_value(said).map_err(AppError::internal)?;
        self.store(move |store| store.settings().set([(KEY.to_owned(), kept)])).await
    }
}

/// How long it is until a moment.
fn lasts(now: Timestamp, until: Timestamp) -> Duration {
    // A little over it: a timer that is early would find the old day still.
    until.duration_since(now).try_into().unwrap_or(Duration::ZERO) + Duration::from_millis(20)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::money::Currency;

    fn state(spent_percent: u32, since: &str) -> BudgetState {
        let money = |amount: i64| Money { amount: amount.into(), currency: Currency::Usd };
        let budget = Budget {
            id: "b".into(),
            window: BudgetWindow::Day,
            account: None,
            most: money(10),
            stops: false,
        };
        BudgetState {
            budget,
            spent: money(0),
            held: money(0),
            left: money(0),
            spent_percent,
            taken_percent: 100,
            since: Some(since.into()),
            until: None,
        }
    }

    #[rstest]
    #[case(49, None, None)]
    #[case(50, None, Some(50))]
    #[case(79, Some(50), None)]
    #[case(80, Some(50), Some(80))]
    #[case(100, None, Some(100))]
    #[case(250, Some(80), Some(100))]
    #[case(250, Some(100), None)]
    // Something was given back, and spent again.
    #[case(60, Some(80), None)]
    fn each_level_is_told_once(#[case] percent: u32, #[case] before: Option<u32>, #[case] told: Option<u32>) {
        let said = before.map(|level| Said { since: Some("today".into()), level });
        assert_eq!(news(&state(percent, "today"), said.as_ref()), told);
    }

    #[test]
    fn a_new_window_begins_anew() {
        let said = Said { since: Some("yesterday".into()), level: 100 };
        assert_eq!(news(&state(50, "today"), Some(&said)), Some(50));
    }

    #[test]
    fn a_moment_that_is_past_is_not_waited_for() {
        let now = Timestamp::UNIX_EPOCH;
        let ago = now - jiff::SignedDuration::from_hours(1);
        assert_eq!(lasts(now, ago), Duration::from_millis(20));
    }
}
