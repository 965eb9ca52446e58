//! Accounts: where requests go and who pays.
//!
//! The rows are in the store, the keys in the vault. A key is read from there when a client is made, and is only ever
//! sent to the server of its own account.

mod keeping;
mod keys;
mod payers;
mod rates;
mod rotation;
pub mod view;
mod wizard;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use venice::{
    Client,
    account::ApiKeyRateLimits,
    wallet::{Chain, Wallet},
    x402::GetX402Balance,
};

use crate::{
    AppError, Endpoint, Result, Studio,
    error::Code,
    events::AppEvent,
    money::{Currency, Money, usd},
    wallets::Offer,
};
pub(crate) use keys::invalid as field_invalid;
pub(crate) use payers::Payer;
use view::{AccountKind, AccountView, KeyKind, KeyPresence};
use wizard::Checked;

/// Venice's own address.
pub const VENICE: &str = "https://api.venice.ai/api/v1";
/// How long the list of accounts waits for the keychain.
const PATIENCE: Duration = Duration::from_millis(600);
/// The sandbox's id.
pub const SANDBOX: &str = "sandbox";
/// The word for accounts with a key, in their rows.
const KEY: &str = "key";
/// The word for wallets, in their rows.
pub(crate) const WALLET: &str = "wallet";
/// The id of the account given by the environment.
pub const RUN: &str = "run";

/// What isn't in a row: the endpoints of this run, and clients that were made.
pub(crate) struct Accounts {
    sandbox: Option<Endpoint>,
    run: Option<Endpoint>,
    state: Mutex<State>,
    /// Keys are replaced one step at a time.
    rotating: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    clients: HashMap<String, Client>,
    /// The account of this run was chosen or left; it has no row to say so.
    run_selected: bool,
    run_balances: Option<(Vec<Money>, Timestamp)>,
    /// Keys that were made by hand and couldn't be kept anywhere else.
    made_keys: HashMap<String, SecretString>,
    /// The key that was tested last and isn't kept yet.
    checked: Option<Checked>,
    /// The wallets whose clients were made, by account.
    wallets: HashMap<String, Wallet>,
    /// What may be paid into wallets' balances, as it was last shown, by account.
    offers: HashMap<String, Offer>,
}

impl Accounts {
    pub(crate) fn new(sandbox: Option<Endpoint>, run: Option<Endpoint>) -> Self {
        let state = State { run_selected: run.is_some(), ..State::default() };
        Self { sandbox, run, state: Mutex::new(state), rotating: tokio::sync::Mutex::default() }
    }

    /// The server of accounts that are added.
    pub(crate) fn server(&self) -> String {
        self.run.as_ref().map_or(VENICE, |run| run.base_url.as_str()).to_owned()
    }

    /// The endpoint of an account without a key of its own in the vault.
    fn given(&self, id: &str) -> Option<&Endpoint> {
        match id {
            SANDBOX => self.sandbox.as_ref(),
            RUN => self.run.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn put_offer(&self, account: &str, offer: Offer) {
        self.state().offers.insert(account.to_owned(), offer);
    }

    /// What was offered under this id, while it is the last that was shown.
    pub(crate) fn offer(&self, account: &str, id: &str) -> Option<Offer> {
        self.state().offers.get(account).filter(|offer| offer.id == id).cloned()
    }

    /// Takes what was offered: true for the first who does.
    pub(crate) fn take_offer(&self, account: &str, id: &str) -> bool {
        let mut state = self.state();
        let is_there = state.offers.get(account).is_some_and(|offer| offer.id == id);
        if is_there {
            state.offers.remove(account);
        }
        is_there
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Studio {
    /// The sandbox has a row of its own from the first start. A key that is given from outside may be another at each.
    pub(crate) async fn prepare_accounts(&self) -> Result<()> {
        let given: Vec<&str> =
            [SANDBOX, RUN].into_iter().filter(|id| self.inner.accounts.given(id).is_some()).collect();
        self.store(move |store| {
            for account in given {
                // On a disk that is full the program opens all the same; another key is noticed when keys are read.
                if let Err(error) = store.charges().key_replaced(account, Timestamp::now()) {
                    tracing::warn!(%error, "it was not noted that the key may be another");
                }
            }
            let rows = store.accounts().list()?;
            if rows.iter().any(|row| row.id == SANDBOX) {
                return Ok(());
            }
            store.accounts().insert(store::Account {
                selected: !rows.iter().any(|row| row.selected),
                ..new_row(SANDBOX, SANDBOX, "Sandbox")
            })
        })
        .await
    }

    /// All accounts: that of this run, the sandbox, then keys and wallets by age.
    pub async fn accounts(&self) -> Result<Vec<AccountView>> {
        let rows = self.store(|store| store.accounts().list()).await?;
        let mut views = Vec::new();
        let (run_selected, run_balances) = {
            let state = self.inner.accounts.state();
            (state.run_selected, state.run_balances.clone())
        };
        if let Some(run) = &self.inner.accounts.run {
            let (balances, at) =
                run_balances.map_or((Vec::new(), None), |(balances, at)| (balances, Some(at)));
            views.push(AccountView {
                id: RUN.to_owned(),
                kind: AccountKind::Run,
                name: host_of(&run.base_url),
                ends_with: ends_with(run.key.expose_secret()),
                selected: run_selected,
                pretend: false,
                key: KeyPresence::NotNeeded,
                wallet: None,
                chain: None,
                backed_up: true,
                key_kind: None,
                admin: run.admin_key.is_some(),
                admin_ends_with: run.admin_key.as_ref().and_then(|key| ends_with(key.expose_secret())),
                balances,
                balance_at: at.map(|at| at.to_string()),
            });
        }
        for row in rows {
            let sandbox = row.id == SANDBOX;
            let key_kind = row.key_kind.as_deref().and_then(KeyKind::of);
            let own = self.wallet_of(&row.id);
            views.push(AccountView {
                kind: kind_of(&row),
                key: if sandbox { KeyPresence::NotNeeded } else { self.key_presence(&row.id).await },
                selected: row.selected && !run_selected,
                pretend: sandbox,
                chain: own
                    .as_ref()
                    .map(Wallet::chain)
                    .or_else(|| row.chain.as_deref().and_then(Chain::from_network)),
                wallet: own.map(|wallet| wallet.address().to_owned()).or(row.address),
                backed_up: row.kind != WALLET || row.backed_up_at.is_some(),
                admin: sandbox || row.has_admin || key_kind == Some(KeyKind::Admin),
                admin_ends_with: row.admin_ends_with,
                key_kind,
                balances: row.balances.as_ref().map(balances_of).unwrap_or_default(),
                balance_at: row.balances_at.map(|at| at.to_string()),
                id: row.id,
                name: row.name,
                ends_with: row.ends_with,
            });
        }
        Ok(views)
    }

    /// A keychain that hangs must not hold the window up: the list is told anew when it answers.
    async fn key_presence(&self, id: &str) -> KeyPresence {
        match tokio::time::timeout(PATIENCE, self.inner.vault.get(id)).await {
            Ok(Ok(Some(_))) => KeyPresence::Present,
            Ok(Ok(None)) => KeyPresence::Missing,
            Ok(Err(_)) | Err(_) => KeyPresence::Unreadable,
        }
    }

    pub(crate) async fn account(&self, id: &str) -> Result<AccountView> {
        let accounts = self.accounts().await?;
        accounts.into_iter().find(|account| account.id == id).ok_or_else(|| AppError::not_found("account"))
    }

    /// Makes an account the one that pays.
    pub async fn select_account(&self, id: String) -> Result<Vec<AccountView>> {
        if id == RUN && self.inner.accounts.run.is_some() {
            self.inner.accounts.state().run_selected = true;
            self.tell_accounts().await;
        } else {
            // A row that is selected already is no change to the store, but leaving the run's account is one to us.
            self.leave_run_account();
            self.store(move |store| store.accounts().select(&id)).await?;
        }
        self.accounts().await
    }

    pub(crate) fn leave_run_account(&self) {
        self.inner.accounts.state().run_selected = false;
    }

    /// Gives an account another name.
    pub async fn rename_account(&self, id: String, name: String) -> Result<AccountView> {
        let name: String = name.trim().chars().take(60).collect();
        if name.is_empty() || id == RUN {
            return self.account(&id).await;
        }
        let row = id.clone();
        self.store(move |store| store.accounts().rename(&row, &name)).await?;
        self.account(&id).await
    }

    /// Forgets an account and its key, unless it has jobs that aren't done. What it made and what it paid stay listed.
    pub async fn forget_account(&self, id: String) -> Result<Vec<AccountView>> {
        let kept: &[&str] = &[SANDBOX, RUN];
        if kept.contains(&id.as_str()) {
            return self.accounts().await;
        }
        let of_account = id.clone();
        let open = self.store(move |store| {
            Ok(store.jobs().open()?.into_iter().filter(|job| job.account == of_account).count())
        });
        let open = open.await?;
        if open > 0 {
            // Without its key nobody could fetch what it has paid for.
            return Err(AppError::new(
                Code::AccountInUse,
                "This account has jobs that aren't done yet.",
                "Wait for them, or stop them in the Queue. Their results can't be fetched without its key.",
            )
            .param("count", open));
        }
        self.may_forget(&id).await?;
        self.inner.vault.forget(&id).await?;
        self.inner.vault.forget(admin_name(&id)).await?;
        {
            let mut state = self.inner.accounts.state();
            state.clients.remove(&id);
            state.clients.remove(&admin_name(&id));
            state.wallets.remove(&id);
            state.offers.remove(&id);
        }
        let row = id.clone();
        self.store(move |store| {
            let was_selected = store.accounts().list()?.iter().any(|one| one.id == row && one.selected);
            store.accounts().delete(&row)?;
            if was_selected { store.accounts().select(SANDBOX) } else { Ok(()) }
        })
        .await?;
        self.forget_budgets_of(&id).await?;
        self.accounts().await
    }

    /// What must not be lost holds an account back.
    async fn may_forget(&self, id: &str) -> Result<()> {
        let account = id.to_owned();
        let rotations = self.store(move |store| store.rotations().of_account(&account)).await?;
        if !rotations.is_empty() {
            return Err(AppError::new(
                Code::RotationOpen,
                "A key of this account is being replaced.",
                "Finish that or give it up first: the new key would be lost with the account.",
            ));
        }
        self.no_open_top_up(id).await?;
        let account = self.account(id).await?;
        // Of a key that is gone nobody can show a copy.
        let has_copy = account.backed_up || account.key == KeyPresence::Missing;
        if has_copy { Ok(()) } else { Err(crate::wallets::not_backed_up()) }
    }

    /// Asks the server whether the key or the wallet works, and for the balance.
    pub async fn test_account(&self, id: String) -> Result<AccountView> {
        let payer = self.payer(&id).await?;
        let balances = self.asked_balances(&payer).await?;
        self.note_balances(&id, balances).await?;
        let account = self.account(&id).await?;
        if account.kind != AccountKind::Key || account.key_kind.is_some() {
            return Ok(account);
        }
        if let Some((kind, _)) = wizard::kind_of_key(&payer.client).await {
            let row = id.clone();
            self.store(move |store| store.accounts().set_key_kind(&row, kind.as_str())).await?;
        }
        self.account(&id).await
    }

    /// Reads the balance anew after something was paid. Nobody waits for it, so a failure is only logged.
    pub(crate) fn refresh_balance(&self, payer: Payer) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            let noted = match studio.asked_balances(&payer).await {
                Ok(balances) => studio.note_balances(&payer.id, balances).await,
                Err(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::info!(code = error.code, "the balance was not read");
            }
        });
    }

    /// Any key may ask for its limits, and the answer has the balance; a wallet asks for its own.
    async fn asked_balances(&self, payer: &Payer) -> Result<Vec<Money>> {
        let wallet = self.inner.accounts.state().wallets.get(&payer.id).cloned();
        match wallet {
            Some(wallet) => {
                let left = payer.client.get_x402_balance(&GetX402Balance::of(&wallet)).await?.value;
                Ok(vec![usd(left.balance_usd)])
            }
            None => Ok(balances_in(&payer.client.get_api_key_rate_limits().await?.value)),
        }
    }

    pub(crate) async fn note_balances(&self, id: &str, balances: Vec<Money>) -> Result<()> {
        if balances.is_empty() {
            return Ok(());
        }
        let now = Timestamp::now();
        if id == RUN {
            self.inner.accounts.state().run_balances = Some((balances, now));
            self.tell_accounts().await;
            return Ok(());
        }
        let id = id.to_owned();
        self.store(move |store| store.accounts().set_balances(&id, balances_json(&balances), now)).await
    }

    pub(crate) async fn tell_accounts(&self) {
        match self.accounts().await {
            Ok(accounts) => self.tell(AppEvent::Accounts { accounts }),
            Err(error) => tracing::warn!(code = error.code, "the accounts were not read"),
        }
    }
}

/// By what an account's admin key is kept, where it has one of its own.
fn admin_name(id: &str) -> String {
    format!("{id}/admin")
}

fn kind_of(row: &store::Account) -> AccountKind {
    match row.kind.as_str() {
        SANDBOX => AccountKind::Sandbox,
        WALLET => AccountKind::Wallet,
        _ => AccountKind::Key,
    }
}

/// A row of which only the kind is known yet.
pub(crate) fn new_row(id: &str, kind: &str, name: &str) -> store::Account {
    store::Account {
        id: id.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        base_url: None,
        ends_with: None,
        selected: false,
        created_at: Timestamp::now(),
        balances: None,
        balances_at: None,
        key_kind: None,
        has_admin: false,
        admin_ends_with: None,
        address: None,
        chain: None,
        backed_up_at: None,
    }
}

/// The name of an account as it is kept: short, and never empty.
pub(crate) fn named(typed: &str, usual: &str) -> String {
    let name = typed.trim();
    if name.is_empty() { usual.to_owned() } else { name.chars().take(60).collect() }
}

/// At most six characters, and never a good part of a short key.
pub(crate) fn ends_with(key: &str) -> Option<String> {
    let characters: Vec<char> = key.chars().collect();
    let shown = match characters.len() {
        0..16 => return None,
        16..32 => 4,
        _ => 6,
    };
    Some(characters[characters.len() - shown..].iter().collect())
}

fn host_of(base_url: &str) -> String {
    let url = url::Url::parse(base_url).ok();
    url.and_then(|url| {
        Some(format!("{}{}", url.host_str()?, url.port().map(|port| format!(":{port}")).unwrap_or_default()))
    })
    .unwrap_or_else(|| base_url.to_owned())
}

/// What an answer about a key's limits says is left.
pub(crate) fn balances_in(limits: &ApiKeyRateLimits) -> Vec<Money> {
    let ours = |theirs: &venice::account::Currency| match theirs {
        venice::account::Currency::Usd => Some(Currency::Usd),
        venice::account::Currency::Diem | venice::account::Currency::Vcu => Some(Currency::Diem),
        venice::account::Currency::BundledCredits => Some(Currency::Credits),
        _ => None,
    };
    let balances = limits.balances.iter();
    balances
        .filter_map(|(name, amount)| Some(Money { amount: amount.normalize(), currency: ours(name)? }))
        .collect()
}

pub(crate) fn balances_json(balances: &[Money]) -> Value {
    let pairs =
        balances.iter().map(|money| (money.currency.as_str().to_owned(), money.amount.to_string().into()));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn balances_of(json: &Value) -> Vec<Money> {
    [Currency::Usd, Currency::Diem, Currency::Credits]
        .into_iter()
        .filter_map(|currency| {
            let amount: Decimal = json.get(currency.as_str())?.as_str()?.parse().ok()?;
            Some(Money { amount, currency })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_six_characters_are_shown() {
        assert_eq!(ends_with("0123456789012345678901234567890123456789").as_deref(), Some("456789"));
        assert_eq!(ends_with("short"), None);
    }
}
