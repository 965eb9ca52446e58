//! The spend guard: it stands before every paid call.
//!
//! Money is set aside before a job is sent and settled when it ends. The sums are done in the store, in one
//! transaction with the reservation, so that parallel jobs can't slip past a budget together.

use jiff::Zoned;
use rust_decimal::Decimal;
use store::{Job, JobId, Limit, Reserved, Store, Window};

use super::budgets::{Budget, BudgetWindow, taken};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    money::{Currency, Money, usd},
    pricing::Price,
};

/// What searches, pages and longer prompts may add to a price where the list doesn't name it: well above the cent that
/// Venice asks for each. It is never shown, it only keeps a budget from being passed unseen.
const EXTRAS: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// What a price is held against.
#[derive(Debug, Clone)]
struct Bound {
    /// Of a budget; the limit of one click has none.
    budget: Option<String>,
    window: BudgetWindow,
    /// Only what this account pays counts.
    account: Option<String>,
    most: Money,
    stops: bool,
}

impl From<Budget> for Bound {
    fn from(budget: Budget) -> Self {
        let Budget { id, window, account, most, stops } = budget;
        Self { budget: Some(id), window, account, most, stops }
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Asking {
    price: Price,
    requests: u32,
    /// The user accepted that nobody can tell the price.
    unpriced: bool,
}

impl Asking {
    fn amount(&self) -> Decimal {
        self.price.amount.map_or(Decimal::ZERO, |money| money.amount)
    }

    /// What may come on top and isn't in the list.
    fn extras(&self) -> Decimal {
        if self.price.surcharge && !self.unpriced {
            EXTRAS * Decimal::from(self.requests)
        } else {
            Decimal::ZERO
        }
    }

    /// Those of the bounds that this price is held against, where it can be at all; else what each says to that.
    fn held_against(&self, bounds: Vec<Bound>) -> std::result::Result<Vec<Bound>, Vec<AppError>> {
        let Some(money) = self.price.amount else {
            if !self.unpriced && !bounds.is_empty() {
                return Err(bounds.iter().map(Bound::unpriced).collect());
            }
            // Who accepts a price that isn't known is stopped by a budget that is used up.
            return Ok(bounds.into_iter().filter(|bound| bound.window != BudgetWindow::Click).collect());
        };
        if money.amount.is_zero() && self.extras().is_zero() {
            return Ok(Vec::new());
        }
        let (own, others): (Vec<_>, Vec<_>) =
            bounds.into_iter().partition(|bound| bound.most.currency == money.currency);
        // A limit in dollars says nothing of a price in DIEM.
        let stopping = others.iter().find(|bound| bound.stops && bound.window == BudgetWindow::Click);
        match stopping {
            Some(other) if own.is_empty() && !self.unpriced => Err(vec![other.unpriced()]),
            _ => Ok(own),
        }
    }
}

impl Bound {
    /// As the store keeps to it.
    fn limit(&self, asking: &Asking, now: &Zoned) -> Result<Limit> {
        let window = match self.window.span(now)?.since {
            Some(since) => Window::Since(since),
            None if self.window == BudgetWindow::Click => Window::Click,
            None => Window::Always,
        };
        Ok(Limit { window, account: self.account.clone(), most: self.most.amount - asking.extras() })
    }

    /// What stands in the way once so much was taken of it.
    fn refusal(&self, asking: &Asking, taken: Decimal) -> Option<AppError> {
        let amount = asking.amount();
        let whole = taken + amount;
        if asking.price.amount.is_none() {
            return self.used_up(taken);
        }
        if whole > self.most.amount {
            Some(self.over(amount, taken))
        } else if whole + asking.extras() > self.most.amount {
            Some(self.unpriced())
        } else {
            None
        }
    }

    fn over(&self, amount: Decimal, taken: Decimal) -> AppError {
        let Money { amount: most, currency } = self.most;
        let in_words = |amount: Decimal| told(Money { amount, currency });
        let error = match (self.stops, self.window) {
            (true, BudgetWindow::Click) => AppError::new(
                Code::LimitPerClick,
                format!(
                    "This would cost {}, more than your limit of {} for one click.",
                    in_words(amount),
                    in_words(most)
                ),
                "Make fewer, choose a cheaper model, or raise the limit in the settings.",
            ),
            (true, _) => AppError::new(
                Code::BudgetStops,
                format!(
                    "This would cost {}, and your budget of {} ends there.",
                    in_words(amount),
                    in_words(most)
                ),
                "Nothing was sent. Wait for the next day or month, or raise the budget in the settings.",
            ),
            (false, _) => AppError::new(
                Code::BudgetAsks,
                format!("This goes over your budget of {}.", in_words(most)),
                "Nothing was sent. Send it all the same, or leave it.",
            ),
        };
        self.named(error)
            .param("price", in_words(amount))
            .param("taken", in_words(taken))
            .param("left", in_words((most - taken).max(Decimal::ZERO)))
            .param("over", in_words((taken + amount - most).max(Decimal::ZERO)))
    }

    /// What a budget says to work of which nobody knows how much of it that takes.
    fn used_up(&self, taken: Decimal) -> Option<AppError> {
        let code = if self.stops { Code::BudgetStops } else { Code::BudgetAsks };
        let error = || {
            AppError::new(
                code,
                format!("Your budget of {} is used up.", told(self.most)),
                "Nothing was sent. Wait for the next day or month, or raise the budget in the settings.",
            )
        };
        let nothing = told(Money { amount: Decimal::ZERO, ..self.most });
        (taken >= self.most.amount).then(|| self.named(error()).param("left", nothing))
    }

    fn unpriced(&self) -> AppError {
        let limit = told(self.most);
        if self.stops {
            return AppError::new(
                Code::PriceUnknown,
                format!("The price of this isn't known, so your limit of {limit} can't be kept."),
                "Choose another model, or take the limit away in the settings.",
            )
            .param("limit", limit);
        }
        let error = AppError::new(
            Code::BudgetAsks,
            format!("The price of this isn't known, and you have a budget of {limit}."),
            "Nothing was sent. Send it all the same, or leave it.",
        );
        self.named(error)
    }

    /// With what the page needs to say which budget it is.
    fn named(&self, error: AppError) -> AppError {
        let mut error = error.param("limit", told(self.most)).param("window", self.window.as_str());
        if let Some(budget) = &self.budget {
            error = error.param("budget", budget);
        }
        match &self.account {
            Some(account) => error.param("account", account),
            None => error,
        }
    }
}

/// An amount for an error: in its currency's own sign.
fn told(money: Money) -> String {
    let amount = money.amount.normalize();
    match money.currency {
        Currency::Usd => format!("${amount}"),
        Currency::Diem => format!("{amount} DIEM"),
        Currency::Credits => format!("{amount} credits"),
    }
}

/// What stands in the way, as one error: what stops, or all that is asked about, which is agreed to at once. The others than the
/// first are in its parameters.
fn together(refusals: Vec<AppError>) -> Option<AppError> {
    let (mut asks, stops): (Vec<_>, Vec<_>) =
        refusals.into_iter().partition(|refusal| refusal.is(Code::BudgetAsks));
    if let Some(stops) = stops.into_iter().next() {
        return Some(stops);
    }
    let others: Vec<_> = asks.drain(asks.len().min(1)..).map(|other| other.params).collect();
    let first = asks.pop()?;
    Some(if others.is_empty() { first } else { first.param("others", serde_json::json!(others)) })
}

/// Those that stop come first, so that nobody is asked about what is stopped anyway.
fn in_order(mut bounds: Vec<Bound>) -> Vec<Bound> {
    bounds.sort_by_key(|bound| (!bound.stops, bound.window, bound.most.amount));
    bounds
}

impl Studio {
    /// The same studio for a user who agrees to go over these budgets that ask, and over no others. What is begun with it keeps
    /// to that.
    #[must_use]
    pub fn agreeing(&self, over_budgets: &[String]) -> Self {
        Self { over_budgets: over_budgets.into(), ..self.clone() }
    }

    /// What is held against: the limit of one click, and all budgets.
    async fn bounds(&self, account: &str) -> Result<Vec<Bound>> {
        let mut bounds: Vec<Bound> = Vec::new();
        if let Some(limit) = self.settings().await?.per_click_limit() {
            let window = BudgetWindow::Click;
            bounds.push(Bound { budget: None, window, account: None, most: usd(limit), stops: true });
        }
        let budgets = self.budgets().await?.into_iter().filter(|budget| budget.is_of(account));
        bounds.extend(budgets.map(Bound::from));
        let is_agreed = |budget: &String| self.over_budgets.contains(budget);
        bounds.retain(|bound| bound.stops || !bound.budget.as_ref().is_some_and(is_agreed));
        Ok(in_order(bounds))
    }

    /// Whether this price is within all limits and budgets by the sums of now.
    pub(crate) async fn fits(&self, payer: &Payer, price: &Price) -> Result<bool> {
        let asking = Asking { price: *price, requests: 1, unpriced: false };
        Ok(self.refusal(payer, asking, self.bounds(&payer.id).await?).await?.is_none())
    }

    /// Whether nothing stops or asks, whatever it costs.
    pub(crate) async fn is_unbounded(&self, payer: &Payer) -> Result<bool> {
        Ok(self.bounds(&payer.id).await?.is_empty())
    }

    /// What stands in the way of this price by the sums of now.
    async fn refusal(&self, payer: &Payer, asking: Asking, bounds: Vec<Bound>) -> Result<Option<AppError>> {
        let mut refusals = self.used_up_elsewhere(payer, asking, &bounds).await?;
        let bounds = match asking.held_against(bounds) {
            Ok(bounds) => bounds,
            Err(more) => {
                refusals.extend(more);
                return Ok(together(refusals));
            }
        };
        let now = Zoned::now();
        let mut looked = Vec::new();
        for bound in bounds {
            let since = bound.window.span(&now)?.since;
            looked.push((bound, since));
        }
        let pretend = payer.pretend;
        let more = self.store(move |store| {
            let mut more = Vec::new();
            for (bound, since) in looked {
                let account = bound.account.clone();
                let before = if bound.window == BudgetWindow::Click {
                    Decimal::ZERO
                } else {
                    taken(store, account, bound.most.currency, pretend, since)?.taken()
                };
                more.extend(bound.refusal(&asking, before));
            }
            Ok(more)
        });
        refusals.extend(more.await?);
        Ok(together(refusals))
    }

    /// Venice lists prices in dollars and takes DIEM where the account has some: how much, the history tells afterwards. So a
    /// budget of another currency than the price's stands in the way once it is used up, while there is any of that left to be
    /// taken.
    async fn used_up_elsewhere(
        &self,
        payer: &Payer,
        asking: Asking,
        bounds: &[Bound],
    ) -> Result<Vec<AppError>> {
        let Some(price) = asking.price.amount.filter(|price| !price.amount.is_zero()) else {
            return Ok(Vec::new());
        };
        let is_other =
            |bound: &&Bound| bound.window != BudgetWindow::Click && bound.most.currency != price.currency;
        let others: Vec<Bound> = bounds.iter().filter(is_other).cloned().collect();
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let left = self.account(&payer.id).await?.balances;
        let now = Zoned::now();
        let mut looked = Vec::new();
        for bound in others {
            let has = |money: &Money| money.currency == bound.most.currency && money.amount > Decimal::ZERO;
            if left.iter().any(has) {
                let since = bound.window.span(&now)?.since;
                looked.push((bound, since));
            }
        }
        let pretend = payer.pretend;
        self.store(move |store| {
            let mut used_up = Vec::new();
            for (bound, since) in looked {
                let before =
                    taken(store, bound.account.clone(), bound.most.currency, pretend, since)?.taken();
                used_up.extend(bound.used_up(before));
            }
            Ok(used_up)
        })
        .await
    }

    /// What would stop a request of this price, before anything is written down. What is only asked about doesn't stop it.
    pub(crate) async fn over_limit(&self, payer: &Payer, price: &Price) -> Result<Option<AppError>> {
        self.over_limit_of(payer, price, 1).await
    }

    /// The same for several requests of one click, which are held against the limits together.
    pub(crate) async fn over_limit_of(
        &self,
        payer: &Payer,
        total: &Price,
        requests: u32,
    ) -> Result<Option<AppError>> {
        let mut bounds = self.bounds(&payer.id).await?;
        bounds.retain(|bound| bound.stops);
        self.refusal(payer, Asking { price: *total, requests, unpriced: false }, bounds).await
    }

    /// Refuses what goes over a limit, or over a budget that asks and wasn't agreed to. Only a reservation is sure: this
    /// spares the work up to it.
    pub(crate) async fn may_spend(
        &self,
        payer: &Payer,
        total: &Price,
        requests: u32,
        accept_unpriced: bool,
    ) -> Result<()> {
        let bounds = self.bounds(&payer.id).await?;
        let asking = Asking { price: *total, requests, unpriced: accept_unpriced };
        self.refusal(payer, asking, bounds).await?.map_or(Ok(()), Err)
    }

    /// The same for money that a call by hand moves and doesn't spend, as when a balance is topped up: what is spent of it counts
    /// when it is spent, so only one click's limits hold here.
    pub(crate) async fn may_move(&self, payer: &Payer, price: &Price, accept_unpriced: bool) -> Result<()> {
        let mut bounds = self.bounds(&payer.id).await?;
        bounds.retain(|bound| bound.window == BudgetWindow::Click);
        let asking = Asking { price: *price, requests: 1, unpriced: accept_unpriced };
        self.refusal(payer, asking, bounds).await?.map_or(Ok(()), Err)
    }

    /// Sets the price of a job aside. A job whose price isn't known passes only where nothing is to be kept to,
    /// or where the user accepted that.
    pub(crate) async fn reserve(
        &self,
        job: JobId,
        payer: &Payer,
        price: &Price,
        accept_unpriced: bool,
    ) -> Result<()> {
        let asking = Asking { price: *price, requests: 1, unpriced: accept_unpriced };
        let Some(money) = price.amount else {
            return self.may_spend(payer, price, 1, accept_unpriced).await;
        };
        let (account, pretend) = (payer.id.clone(), payer.pretend);
        self.within(payer, asking, move |store, limits| {
            store.holds().reserve_within(job, &account, money, pretend, limits)
        })
        .await
    }

    /// Sets the prices of several jobs aside and writes them down, in one step: all of them or none. What `total` says is
    /// held against the limits as one click; `instead_of` are taken off the strip for them.
    pub(crate) async fn write_jobs(
        &self,
        payer: &Payer,
        jobs: Vec<Job>,
        total: &Price,
        instead_of: Vec<JobId>,
    ) -> Result<()> {
        let requests = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        let write = move |store: &Store, limits: &[Limit]| store.jobs().insert_all(jobs, limits, instead_of);
        self.write_within(payer, total, requests, write).await
    }

    /// Writes jobs down, and what shows them, where what they cost together is within the limits; `write` does it in one step.
    pub(crate) async fn write_within(
        &self,
        payer: &Payer,
        total: &Price,
        requests: u32,
        write: impl FnOnce(&Store, &[Limit]) -> store::Result<Reserved> + Send + 'static,
    ) -> Result<()> {
        let asking = Asking { price: *total, requests, unpriced: false };
        if total.amount.is_none() {
            // There is no sum to keep to: whether that is accepted was asked.
            self.may_spend(payer, total, requests, false).await?;
        }
        self.within(payer, asking, write).await
    }

    /// Does what reserves, with the limits it has to keep to.
    async fn within(
        &self,
        payer: &Payer,
        asking: Asking,
        write: impl FnOnce(&Store, &[Limit]) -> store::Result<Reserved> + Send + 'static,
    ) -> Result<()> {
        let bounds = match asking.price.amount {
            Some(_) => {
                let bounds = self.bounds(&payer.id).await?;
                // All that is asked about is asked at once; what the reservation meets came in between.
                if let Some(refusal) = self.refusal(payer, asking, bounds.clone()).await? {
                    return Err(refusal);
                }
                match asking.held_against(bounds) {
                    Ok(bounds) => bounds,
                    Err(refusals) => return together(refusals).map_or(Ok(()), Err),
                }
            }
            None => Vec::new(),
        };
        let now = Zoned::now();
        let limits = bounds.iter().map(|bound| bound.limit(&asking, &now)).collect::<Result<Vec<_>>>()?;
        let reserved = self.store(move |store| write(store, &limits)).await?;
        self.budgets_changed();
        let Reserved::Over { limit, taken } = reserved else { return Ok(()) };
        let bound = bounds.get(limit).ok_or_else(|| AppError::internal("a limit that nobody set"))?;
        Err(bound.refusal(&asking, taken).unwrap_or_else(|| bound.over(asking.amount(), taken)))
    }

    /// Notes what a job came to; nothing gives all of it back. A job of unknown price has nothing to settle.
    pub(crate) async fn settle(&self, job: JobId, cost: Decimal) -> Result<()> {
        let settled = self.store(move |store| match store.holds().settle(job, cost) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        });
        settled.await?;
        self.budgets_changed();
        Ok(())
    }

    /// Notes what a job did cost, also where nothing was set aside for it, because nobody knew its price.
    pub(crate) async fn settle_cost(&self, job: &Job, cost: Money) -> Result<()> {
        let (id, account, pretend) = (job.id, job.account.clone(), job.pretend);
        self.store(move |store| store.holds().charge(id, &account, cost, pretend)).await?;
        self.budgets_changed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn money(amount: &str, currency: Currency) -> Money {
        Money { amount: amount.parse().unwrap(), currency }
    }

    fn bound(window: BudgetWindow, most: Money, stops: bool) -> Bound {
        Bound { budget: Some(told(most)), window, account: None, most, stops }
    }

    fn asking(amount: Option<Money>, surcharge: bool, requests: u32) -> Asking {
        Asking { price: Price { amount, up_to: false, surcharge }, requests, unpriced: false }
    }

    /// The code of what stands in the way, where so much was taken of each.
    fn met(asking: &Asking, bounds: Vec<Bound>, taken: &str) -> String {
        let taken: Decimal = taken.parse().unwrap();
        let held = match asking.held_against(in_order(bounds)) {
            Ok(held) => held,
            Err(refusals) => return together(refusals).unwrap().code,
        };
        let before = |bound: &Bound| if bound.window == BudgetWindow::Click { Decimal::ZERO } else { taken };
        let refusals = held.iter().filter_map(|bound| bound.refusal(asking, before(bound))).collect();
        together(refusals).map_or_else(|| "within".to_owned(), |error| error.code)
    }

    #[rstest]
    #[case("0.5", Currency::Usd, false, 1, "within")]
    #[case("1", Currency::Usd, false, 1, "within")]
    #[case("1.01", Currency::Usd, false, 1, "limit_per_click")]
    #[case("0.89", Currency::Usd, true, 1, "within")]
    #[case("0.95", Currency::Usd, true, 1, "price_unknown")]
    #[case("0.89", Currency::Usd, true, 2, "price_unknown")]
    #[case("0.5", Currency::Diem, false, 1, "price_unknown")]
    #[case("0", Currency::Diem, false, 1, "within")]
    fn a_limit_of_a_dollar(
        #[case] amount: &str,
        #[case] currency: Currency,
        #[case] surcharge: bool,
        #[case] requests: u32,
        #[case] expected: &str,
    ) {
        let limit = bound(BudgetWindow::Click, money("1", Currency::Usd), true);
        let asking = asking(Some(money(amount, currency)), surcharge, requests);
        assert_eq!(met(&asking, vec![limit], "0"), expected);
    }

    #[rstest]
    // The day is hard at 10 and soft at 5.
    #[case("1", "3", "within")]
    #[case("1", "4", "within")]
    #[case("1", "4.01", "budget_asks")]
    #[case("1", "9.01", "budget_stops")]
    #[case("0", "12", "within")]
    fn what_stops_comes_before_what_asks(#[case] amount: &str, #[case] taken: &str, #[case] expected: &str) {
        let day = |most, stops| bound(BudgetWindow::Day, money(most, Currency::Usd), stops);
        let asking = asking(Some(money(amount, Currency::Usd)), false, 1);
        assert_eq!(met(&asking, vec![day("5", false), day("10", true)], taken), expected);
    }

    #[test]
    fn budgets_of_other_currencies_say_nothing_of_a_price() {
        let usd = bound(BudgetWindow::Day, money("1", Currency::Usd), true);
        let diem = bound(BudgetWindow::Day, money("1", Currency::Diem), true);
        let price = |currency| asking(Some(money("0.5", currency)), false, 1);
        assert_eq!(met(&price(Currency::Diem), vec![usd.clone()], "9"), "within");
        assert_eq!(met(&price(Currency::Diem), vec![usd, diem], "0.6"), "budget_stops");
    }

    #[test]
    fn a_limit_of_the_own_currency_is_enough() {
        let usd = bound(BudgetWindow::Click, money("1", Currency::Usd), true);
        let diem = bound(BudgetWindow::Click, money("2", Currency::Diem), true);
        let price = |amount| asking(Some(money(amount, Currency::Diem)), false, 1);
        assert_eq!(met(&price("1.5"), vec![usd.clone(), diem.clone()], "0"), "within");
        assert_eq!(met(&price("2.5"), vec![usd, diem], "0"), "limit_per_click");
    }

    #[test]
    fn a_price_that_nobody_knows_is_refused_asked_about_or_accepted() {
        let day = |stops| bound(BudgetWindow::Day, money("5", Currency::Usd), stops);
        let unknown = asking(None, false, 1);
        assert_eq!(met(&unknown, vec![], "0"), "within");
        assert_eq!(met(&unknown, vec![day(true)], "0"), "price_unknown");
        assert_eq!(met(&unknown, vec![day(false)], "0"), "budget_asks");
        let accepted = Asking { unpriced: true, ..unknown };
        assert_eq!(met(&accepted, vec![day(true)], "4.99"), "within");
        assert_eq!(met(&accepted, vec![day(true)], "5"), "budget_stops", "it is used up");
        assert_eq!(met(&accepted, vec![day(false)], "5"), "budget_asks");
    }

    #[test]
    fn all_that_asks_is_asked_at_once_and_what_stops_goes_before() {
        let day = |most, stops| bound(BudgetWindow::Day, money(most, Currency::Usd), stops);
        let asking = asking(Some(money("1", Currency::Usd)), false, 1);
        let all = [day("5", false), day("6", false), day("7", false)];
        let said = |bounds: &[Bound]| {
            together(
                bounds.iter().filter_map(|bound| bound.refusal(&asking, "5.5".parse().unwrap())).collect(),
            )
        };
        let asked = said(&all).unwrap();
        let others: serde_json::Value = serde_json::from_str(&asked.params["others"]).unwrap();
        assert_eq!((asked.params["budget"].as_str(), others.as_array().unwrap().len()), ("$5", 1));
        assert_eq!((&others[0]["budget"], &others[0]["over"]), (&"$6".into(), &"$0.5".into()));
        assert!(!said(&all[..1]).unwrap().params.contains_key("others"));
        assert_eq!(said(&[all[0].clone(), day("6", true)]).unwrap().code, "budget_stops");
        assert_eq!(said(&all[2..]), None);
    }

    #[test]
    fn the_words_say_how_much_it_is_over() {
        let day = bound(BudgetWindow::Day, money("5", Currency::Usd), false);
        let asking = asking(Some(money("0.60", Currency::Usd)), false, 1);
        let error = day.refusal(&asking, "4.80".parse().unwrap()).unwrap();
        let told =
            ["limit", "price", "taken", "left", "over", "window"].map(|name| error.params[name].as_str());
        assert_eq!(told, ["$5", "$0.6", "$4.8", "$0.2", "$0.4", "day"]);
        let diem = bound(BudgetWindow::Month, money("5.50", Currency::Diem), true);
        assert_eq!(diem.over(Decimal::ONE, Decimal::TEN).params["limit"], "5.5 DIEM");
    }
}
