//! The spend guard: it stands before every paid call.
//!
//! Money is set aside before a job is sent and settled when it ends. The sums are done in the store, in one
//! transaction with the reservation, so that parallel jobs can't slip past a limit together.

use rust_decimal::Decimal;
use store::{JobId, Limit, Reserved, Window};

use crate::{
    AppError, Result, Studio,
    error::Code,
    money::{Currency, Money},
    pricing::Price,
};

impl Studio {
    /// The error a request of this price would meet, before anything is written down.
    pub(crate) async fn over_limit(&self, price: &Price) -> Result<Option<AppError>> {
        let Some(limit) = self.settings().await?.per_click_limit() else { return Ok(None) };
        Ok(match price.amount {
            None => Some(unpriced(limit)),
            // A limit in dollars says nothing of a price in DIEM.
            Some(money) if money.currency != Currency::Usd => Some(unpriced(limit)),
            Some(money) if money.amount > limit => Some(over(money, limit)),
            Some(_) => None,
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
        let limit = self.settings().await?.per_click_limit();
        let Some(money) = price.amount else {
            return limit.filter(|_| !accept_unpriced).map_or(Ok(()), |limit| Err(unpriced(limit)));
        };
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
