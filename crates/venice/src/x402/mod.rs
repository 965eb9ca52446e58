//! Wallets that pay: what they have, what they paid, and how they top up.
//!
//! ```no_run
//! # async fn example(wallet: venice::wallet::Wallet) -> venice::Result<()> {
//! use venice::x402::{TopUp, TopUpX402Balance};
//! use venice::{Auth, Client};
//!
//! let client = Client::builder(Client::VENICE).auth(Auth::Wallet(wallet.clone())).build()?;
//! if let TopUp::PaymentRequired(asked) = client.top_up_x402_balance(&TopUpX402Balance::ask()).await?.value
//!     && let Some(option) = asked.accepts.iter().find(|option| option.chain() == Some(wallet.chain()))
//! {
//!     // Show the option to the person who pays. What was confirmed is what is signed.
//!     let payment = client.sign_payment(&asked, option, 10.into(), None)?;
//!     client.top_up_x402_balance(&TopUpX402Balance::pay(payment)).await?;
//! }
//! # Ok(()) }
//! ```

mod balance;
mod requirements;
mod top_up;
mod transactions;

pub(crate) use requirements::header_json;

pub use balance::{GetX402Balance, X402Balance};
pub use requirements::{PaidResource, PaymentOption, PaymentRequirements};
pub use top_up::{CreditedTopUp, Settlement, TopUp, TopUpX402Balance};
pub use transactions::{
    GetX402Transactions, TransactionPage, TransactionType, X402Transaction, X402Transactions,
};
