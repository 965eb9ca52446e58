//! What wallets paid in, and what became of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::charge::Charge;

/// The least that a wallet must have for any paid request, in dollars.
pub(crate) const LEAST: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

/// A top-up as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TopUp {
    pub(crate) address: String,
    #[serde(with = "rust_decimal::serde::str")]
    pub(crate) amount: Decimal,
    pub(crate) at: Timestamp,
    /// What can be paid once: the payer with its nonce, or a signature.
    pub(crate) once: String,
    /// All that was signed, in a hash.
    pub(crate) signed: String,
}

/// What became of a payment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    /// It is credited, now or when it was sent before.
    Credited,
    /// Another payment used up what this one could do once.
    Used,
}

/// A sign-in as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignIn {
    pub(super) address: String,
    pub(super) nonce: String,
    pub(super) until: Timestamp,
}

/// Why a balance changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    TopUp,
    Charge,
    Refund,
}

impl Cause {
    /// The name Venice writes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TopUp => "TOP_UP",
            Self::Charge => "CHARGE",
            Self::Refund => "REFUND",
        }
    }
}

/// One change of a wallet's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) cause: Cause,
    /// Negative where it was spent.
    pub(crate) amount: Decimal,
    pub(crate) after: Decimal,
    pub(crate) at: Timestamp,
    pub(crate) request_id: Option<String>,
    pub(crate) model: Option<String>,
}

/// Every wallet that ever paid in.
#[derive(Debug, Default)]
pub(super) struct Purses {
    changes: BTreeMap<String, Vec<Change>>,
    /// What was signed for each payment that can't be made again.
    paid: BTreeMap<String, String>,
    /// Nonces that signed in, and how long each would hold.
    nonces: BTreeMap<(String, String), Timestamp>,
}

impl Purses {
    pub(super) fn left(&self, address: &str) -> Decimal {
        self.changes(address).last().map(|change| change.after).unwrap_or_default()
    }

    /// A wallet's changes, the oldest first.
    pub(super) fn changes(&self, address: &str) -> &[Change] {
        self.changes.get(address).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, Decimal)> {
        self.changes.keys().map(|address| (address.as_str(), self.left(address)))
    }

    /// What became of a payment, if it was sent before.
    pub(super) fn paid(&self, once: &str, signed: &str) -> Option<Paid> {
        self.paid.get(once).map(|known| if known == signed { Paid::Credited } else { Paid::Used })
    }

    pub(super) fn has_signed_in(&self, address: &str, nonce: &str) -> bool {
        self.nonces.contains_key(&(address.to_owned(), nonce.to_owned()))
    }

    /// What a request cost a wallet, where that was not given back yet.
    pub(super) fn refundable(&self, request_id: &str) -> Option<(&str, Decimal)> {
        self.changes.iter().find_map(|(address, changes)| {
            let of_request = changes.iter().filter(|change| change.request_id.as_deref() == Some(request_id));
            let cost: Decimal = of_request.map(|change| -change.amount).sum();
            (cost > Decimal::ZERO).then_some((address.as_str(), cost))
        })
    }

    /// The requests whose price was given back.
    pub(super) fn refunded(&self) -> impl Iterator<Item = String> {
        let changes = self.changes.values().flatten().filter(|change| change.cause == Cause::Refund);
        changes.filter_map(|change| change.request_id.clone())
    }

    pub(super) fn top_up(&mut self, paid: TopUp) {
        self.paid.insert(paid.once, paid.signed);
        self.change(&paid.address, Cause::TopUp, paid.amount, paid.at, None, None);
    }

    pub(super) fn charge(&mut self, address: &str, charge: &Charge) {
        let (request, model) = (Some(charge.request_id.clone()), Some(charge.model.clone().into_owned()));
        self.change(address, Cause::Charge, -charge.amount, charge.at, request, model);
    }

    /// Gives back what a request cost, in one sum.
    pub(super) fn refund(&mut self, request_id: &str, at: Timestamp) {
        let Some((address, amount)) = self.refundable(request_id) else { return };
        let address = address.to_owned();
        let mut models = self.changes(&address).iter().filter(|change| {
            change.cause == Cause::Charge && change.request_id.as_deref() == Some(request_id)
        });
        let model = match (models.next(), models.next()) {
            (Some(only), None) => only.model.clone(),
            _ => None,
        };
        self.change(&address, Cause::Refund, amount, at, Some(request_id.to_owned()), model);
    }

    /// Remembers a nonce, and forgets those that hold no longer.
    pub(super) fn sign_in(&mut self, sign_in: SignIn, now: Timestamp) {
        self.nonces.retain(|_, until| *until > now);
        self.nonces.insert((sign_in.address, sign_in.nonce), sign_in.until);
    }

    fn change(
        &mut self,
        address: &str,
        cause: Cause,
        amount: Decimal,
        at: Timestamp,
        request_id: Option<String>,
        model: Option<String>,
    ) {
        let after = self.left(address) + amount;
        let change = Change { cause, amount, after, at, request_id, model };
        self.changes.entry(address.to_owned()).or_default().push(change);
    }
}
