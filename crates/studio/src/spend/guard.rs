//! The spend guard: it stands before every paid call.
//!
//! Money is set aside before a job is sent and settled when it ends. The sums are done in the store, in one
//! transaction with the reservation, so that parallel jobs can't slip past a limit together.

use rust_decimal::Decimal;
use store::{Job, JobId, Limit, Reserved, Store, Window};

use crate::{
    AppError, Result, Studio,
    error::Code,
    money::{Currency, Money},
    pricing::Price,
};

/// What searches, pages and longer prompts may add to a price where the list doesn't name it: well above the cent that
/// Venice asks for each. It is never shown, it only keeps a limit from being passed unseen.
const EXTRAS: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// How a price stands to a limit for one click.
enum Standing {
    Within,
    Over(Money),
    /// Nobody can tell; the user may accept that.
    Unpriced,
}

fn standing(price: &Price, requests: u32, limit: Decimal) -> Standing {
    match price.amount {
        // A limit in dollars says nothing of a price in DIEM.
        Some(money) if money.currency == Currency::Usd => {
            if money.amount > limit {
                Standing::Over(money)
            } else if price.surcharge && money.amount + EXTRAS * Decimal::from(requests) > limit {
                Standing::Unpriced
            } else {
                Standing::Within
            }
        }
        _ => Standing::Unpriced,
    }
}

impl Studio {
    /// The error a request of this price would meet, before anything is written down.
    pub(crate) async fn over_limit(&self, price: &Price) -> Result<Option<AppError>> {
        self.over_limit_of(price, 1).await
    }

    /// The same for several requests of one click, which are held against the limit together.
    pub(crate) async fn over_limit_of(&self, total: &Price, requests: u32) -> Result<Option<AppError>> {
        let Some(limit) = self.settings().await?.per_click_limit() else { return Ok(None) };
        Ok(match standing(total, requests, limit) {
            Standing::Within => None,
            Standing::Over(money) => Some(over(money, limit)),
            Standing::Unpriced => Some(unpriced(limit)),
        })
    }

    /// Sets the price of a job aside. A job whose price isn't known passes only where no limit is set,
    /// or where the user accepted that.
    pub(crate) async fn reserve(
        &self,
        job: JobId,
        account: &str,
        pretend: bool,
        price: &Price,
        accept_unpriced: bool,
    ) -> Result<()> {
        let mut limit = self.settings().await?.per_click_limit();
        if let Some(most) = limit {
            match standing(price, 1, most) {
                Standing::Within => {}
                Standing::Over(money) => return Err(over(money, most)),
                Standing::Unpriced if accept_unpriced => limit = None,
                Standing::Unpriced => return Err(unpriced(most)),
            }
        }
        let Some(money) = price.amount else { return Ok(()) };
        let limits: Vec<_> =
            limit.map(|most| Limit { window: Window::Click, account: None, most }).into_iter().collect();
        let account = account.to_owned();
        let reserved = self
            .store(move |store| store.holds().reserve_within(job, &account, money, pretend, &limits))
            .await?;
        match (reserved, limit) {
            (Reserved::Over { .. }, Some(limit)) => Err(over(money, limit)),
            _ => Ok(()),
        }
    }

    /// Sets the prices of several jobs aside and writes them down, in one step: all of them or none. What `total` says is
    /// held against the limit for one click; `instead_of` are taken off the strip for them.
    pub(crate) async fn write_jobs(
        &self,
        jobs: Vec<Job>,
        total: &Price,
        instead_of: Vec<JobId>,
    ) -> Result<()> {
        let requests = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        let write = move |store: &Store, limits: &[Limit]| store.jobs().insert_all(jobs, limits, instead_of);
        self.write_within(total, requests, write).await
    }

    /// Writes jobs down, and what shows them, where what they cost together is within the limits; `write` does it in one step.
    pub(crate) async fn write_within(
        &self,
        total: &Price,
        requests: u32,
        write: impl FnOnce(&Store, &[Limit]) -> store::Result<Reserved> + Send + 'static,
    ) -> Result<()> {
        if let Some(over) = self.over_limit_of(total, requests).await? {
            return Err(over);
        }
        let limit = self.settings().await?.per_click_limit().filter(|_| total.amount.is_some());
        let limits: Vec<_> =
            limit.map(|most| Limit { window: Window::Click, account: None, most }).into_iter().collect();
        let reserved = self.store(move |store| write(store, &limits)).await?;
        match (reserved, limit, total.amount) {
            (Reserved::Over { .. }, Some(limit), Some(money)) => Err(over(money, limit)),
            _ => Ok(()),
        }
    }

    /// Notes what a job came to; nothing gives all of it back. A job of unknown price has nothing to settle.
    pub(crate) async fn settle(&self, job: JobId, cost: Decimal) -> Result<()> {
        self.store(move |store| match store.holds().settle(job, cost) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        })
        .await
    }
}

fn over(money: Money, limit: Decimal) -> AppError {
    AppError::new(
        Code::LimitPerClick,
        format!("This would cost ${}, more than your limit of ${limit} for one click.", money.amount),
        "Make fewer, choose a cheaper model, or raise the limit in the settings.",
    )
    .param("price", format!("${}", money.amount))
    .param("limit", format!("${limit}"))
}

fn unpriced(limit: Decimal) -> AppError {
    AppError::new(
        Code::PriceUnknown,
        format!("The price of this isn't known, so your limit of ${limit} for one click can't be kept."),
        "Choose another model, or take the limit away in the settings.",
    )
    .param("limit", limit)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0.5", Currency::Usd, false, 1, "within")]
    #[case("1.01", Currency::Usd, false, 1, "over")]
    #[case("0.89", Currency::Usd, true, 1, "within")]
    #[case("0.95", Currency::Usd, true, 1, "unpriced")]
    #[case("0.89", Currency::Usd, true, 2, "unpriced")]
    #[case("0.5", Currency::Diem, false, 1, "unpriced")]
    fn a_limit_of_a_dollar(
        #[case] amount: &str,
        #[case] currency: Currency,
        #[case] surcharge: bool,
        #[case] requests: u32,
        #[case] expected: &str,
    ) {
        let price = Price {
            amount: Some(Money { amount: amount.parse().unwrap(), currency }),
            up_to: false,
            surcharge,
        };
        let found = match standing(&price, requests, Decimal::ONE) {
            Standing::Within => "within",
            Standing::Over(_) => "over",
            Standing::Unpriced => "unpriced",
        };
        assert_eq!(found, expected);
    }
}
