//! What may be sent again costs no more than was shown to whoever asks for it.

use crate::{Result, money::Money, pictures::start::price_changed};

/// Whether a price is no more than what was agreed to; where none is known, none was agreed to either.
pub(super) fn is_within(price: Option<Money>, agreed: Option<Money>) -> bool {
    match (price, agreed) {
        (Some(price), Some(agreed)) => price.currency == agreed.currency && price.amount <= agreed.amount,
        (None, None) => true,
        _ => false,
    }
}

/// Refuses a price beyond what was agreed to, and tells it.
pub(super) fn hold_to(agreed: Option<Money>, price: Option<Money>) -> Result<()> {
    if is_within(price, agreed) {
        return Ok(());
    }
    let error = price_changed();
    Err(match price {
        Some(Money { amount, currency }) => {
            error.param("amount", amount.normalize()).param("currency", currency.as_str())
        }
        None => error,
    })
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::money::{Currency, usd};

    #[test]
    fn nothing_goes_beyond_what_was_agreed_to() {
        let money = |amount: &str| Some(usd(amount.parse().unwrap()));
        assert!(is_within(money("0.1"), money("0.1")) && is_within(None, None));
        assert!(!is_within(money("0.11"), money("0.1")) && !is_within(None, money("1")));
        let diem = Some(Money { amount: Decimal::ZERO, currency: Currency::Diem });
        assert!(!is_within(diem, money("1")) && !is_within(money("0"), None));
        let told = hold_to(money("0.1"), money("0.110")).unwrap_err();
        assert_eq!((told.params["amount"].as_str(), told.params["currency"].as_str()), ("0.11", "usd"));
    }
}
