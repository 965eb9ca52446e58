//! Wallets as the front end sees them: an address, a balance, and what was paid in. Never a key.

use serde::{Deserialize, Serialize};
use store::TopUpState;
pub use venice::wallet::Chain;

use crate::{AppError, money::Money};

/// A wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WalletView {
    /// Its account.
    pub account: String,
    /// The chain it is on.
    pub chain: Chain,
    /// Its address.
    pub address: String,
    /// All its money is pretend.
    pub pretend: bool,
    /// A copy of its key is known to be elsewhere.
    pub backed_up: bool,
    /// What is left at Venice; `None` where it couldn't be asked.
    pub balance: Option<Money>,
    /// A paid call would be let through.
    pub can_consume: bool,
    /// What Venice suggests to pay in.
    pub suggested: Option<Money>,
    /// What was paid in from here, the last first.
    pub top_ups: Vec<TopUpView>,
    /// Why the balance couldn't be asked.
    pub problem: Option<AppError>,
}

/// A payment into a wallet's balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TopUpView {
    /// Its id here.
    pub id: String,
    /// What became of it.
    pub state: TopUpState,
    /// The network, as CAIP-2 writes it.
    pub network: String,
    /// The receiver's address.
    pub pay_to: String,
    /// How much.
    pub amount: Money,
    /// When it was signed, RFC 3339.
    pub at: String,
    /// Until when somebody could take what was signed, RFC 3339.
    pub valid_until: String,
    /// What went wrong.
    pub problem: Option<AppError>,
}

/// What may be paid into a wallet's balance. Nothing is signed before it was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TopUpOffer {
    /// By what it is confirmed, once.
    pub id: String,
    /// The wallet's account.
    pub account: String,
    /// Its money is pretend.
    pub pretend: bool,
    /// The chain.
    pub chain: Chain,
    /// The network, as CAIP-2 writes it.
    pub network: String,
    /// The address of the token, which is USDC.
    pub asset: String,
    /// The receiver's address.
    pub pay_to: String,
    /// The wallet's own address.
    pub from: String,
    /// The least that may be paid.
    pub least: Money,
    /// Earlier payments from here on this network went to another receiver.
    pub receiver_changed: bool,
}

/// What changed the balance of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TransactionView {
    /// Venice's id of it.
    pub id: String,
    /// What it was, in Venice's word: `TOP_UP`, CHARGE or REFUND.
    pub kind: String,
    /// By how much; less than nothing for a charge.
    pub amount: Money,
    /// What was left.
    pub after: Option<Money>,
    /// When, RFC 3339.
    pub at: Option<String>,
    /// The model that was asked.
    pub model: Option<String>,
    /// The id of the call that was paid.
    pub request: Option<String>,
}

/// A page of what changed the balance of a wallet, the last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TransactionsPage {
    /// The changes.
    pub rows: Vec<TransactionView>,
    /// How many to pass over for the next page; `None` on the last one.
    pub next: Option<u32>,
}
