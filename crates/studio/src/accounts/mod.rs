//! Accounts: where requests go and who pays.
//!
//! The rows are in the store, the keys in the vault. A key is read from there when a client is made, and is only ever
//! sent to the server of its own account.

pub mod view;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use venice::{Auth, AuthNeed, Client, wallet::Wallet};

use crate::{
    AppError, Endpoint, Result, Studio,
    error::{Code, key_malformed},
    events::AppEvent,
    money::{Currency, Money},
};
use view::{AccountKind, AccountView, KeyPresence, VaultPlace, VaultStatus};

/// Venice's own address.
pub const VENICE: &str = "https://api.venice.ai/api/v1";
/// How long the list of accounts waits for the keychain.
const PATIENCE: Duration = Duration::from_millis(600);
/// The sandbox's id.
pub const SANDBOX: &str = "sandbox";
/// What the names of keys that were made by hand begin with, in the vault.
const MADE_KEY: &str = "made-key-";
/// The id of the account given by the environment.
pub const RUN: &str = "run";

/// What isn't in a row: the endpoints of this run, and clients that were made.
pub(crate) struct Accounts {
    sandbox: Option<Endpoint>,
    run: Option<Endpoint>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    clients: HashMap<String, Client>,
    /// The account of this run was chosen or left; it has no row to say so.
    run_selected: bool,
    run_balances: Option<(Vec<Money>, Timestamp)>,
    /// Keys that were made by hand and couldn't be kept anywhere else.
    made_keys: HashMap<String, SecretString>,
}

impl Accounts {
    pub(crate) fn new(sandbox: Option<Endpoint>, run: Option<Endpoint>) -> Self {
        let state = State { run_selected: run.is_some(), ..State::default() };
        Self { sandbox, run, state: Mutex::new(state) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An account and the way to its server.
#[derive(Clone)]
pub(crate) struct Payer {
    pub id: String,
    pub pretend: bool,
    pub client: Client,
}

impl Studio {
    /// The sandbox has a row of its own from the first start.
    pub(crate) async fn prepare_accounts(&self) -> Result<()> {
        self.store(|store| {
            let rows = store.accounts().list()?;
            if rows.iter().any(|row| row.id == SANDBOX) {
                return Ok(());
            }
            store.accounts().insert(store::Account {
                id: SANDBOX.to_owned(),
                kind: SANDBOX.to_owned(),
                name: "Sandbox".to_owned(),
                base_url: None,
                ends_with: None,
                selected: !rows.iter().any(|row| row.selected),
                created_at: Timestamp::now(),
                balances: None,
                balances_at: None,
            })
        })
        .await
    }

    /// All accounts: that of this run, the sandbox, then the keys by age.
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
                wallet: self.address_of(RUN),
                balances,
                balance_at: at.map(|at| at.to_string()),
            });
        }
        for row in rows {
            let sandbox = row.id == SANDBOX;
            views.push(AccountView {
                kind: if sandbox { AccountKind::Sandbox } else { AccountKind::Key },
                key: if sandbox { KeyPresence::NotNeeded } else { self.key_presence(&row.id).await },
                selected: row.selected && !run_selected,
                pretend: sandbox,
                wallet: self.address_of(&row.id),
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

    async fn account(&self, id: &str) -> Result<AccountView> {
        let accounts = self.accounts().await?;
        accounts.into_iter().find(|account| account.id == id).ok_or_else(|| AppError::not_found("account"))
    }

    /// Tries a key against the server, keeps it in the vault, and selects its account.
    pub async fn add_key_account(&self, name: String, key: SecretString) -> Result<AccountView> {
        let key = well_formed(&key)?;
        let base_url =
            self.inner.accounts.run.as_ref().map_or(VENICE, |run| run.base_url.as_str()).to_owned();
        let client = client(&base_url, key.clone())?;
        let balances = asked_balances(&client).await?;

        let id = uuid::Uuid::now_v7().simple().to_string();
        self.inner.vault.set(&id, key.clone()).await?;
        let name = name.trim();
        let row = store::Account {
            id: id.clone(),
            kind: "key".to_owned(),
            name: if name.is_empty() { "Venice".to_owned() } else { name.chars().take(60).collect() },
            base_url: (base_url != VENICE).then_some(base_url),
            ends_with: ends_with(key.expose_secret()),
            selected: true,
            created_at: Timestamp::now(),
            balances: Some(balances_json(&balances)),
            balances_at: Some(Timestamp::now()),
        };
        if let Err(error) = self.store(move |store| store.accounts().insert(row)).await {
            let _ = self.inner.vault.forget(&id).await;
            return Err(error);
        }
        self.leave_run_account();
        self.inner.accounts.state().clients.insert(id.clone(), client);
        self.account(&id).await
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

    fn leave_run_account(&self) {
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
        self.inner.vault.forget(&id).await?;
        self.inner.accounts.state().clients.remove(&id);
        self.store(move |store| {
            let was_selected = store.accounts().list()?.iter().any(|row| row.id == id && row.selected);
            store.accounts().delete(&id)?;
            if was_selected { store.accounts().select(SANDBOX) } else { Ok(()) }
        })
        .await?;
        self.accounts().await
    }

    /// Asks the server whether the key works, and for the balance.
    pub async fn test_account(&self, id: String) -> Result<AccountView> {
        let payer = self.payer(&id).await?;
        let balances = asked_balances(&payer.client).await?;
        self.note_balances(&id, balances).await?;
        self.account(&id).await
    }

    /// Reads the balance anew after something was paid. Nobody waits for it, so a failure is only logged.
    pub(crate) fn refresh_balance(&self, payer: Payer) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            let noted = match asked_balances(&payer.client).await {
                Ok(balances) => studio.note_balances(&payer.id, balances).await,
                Err(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::info!(code = error.code, "the balance was not read");
            }
        });
    }

    async fn note_balances(&self, id: &str, balances: Vec<Money>) -> Result<()> {
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

    /// The wallet of an account, where it has one. The sandbox's is pretend, and made of its own key.
    pub(crate) fn wallet_of(&self, id: &str) -> Option<Wallet> {
        let endpoint = self.inner.accounts.sandbox.as_ref().filter(|_| id == SANDBOX)?;
        let secret =
            blake3::derive_key("canaletto 2026 sandbox wallet", endpoint.key.expose_secret().as_bytes());
        let hex = blake3::Hash::from_bytes(secret).to_hex().to_string();
        Wallet::from_secret(&SecretString::from(hex)).ok()
    }

    fn address_of(&self, id: &str) -> Option<String> {
        self.wallet_of(id).map(|wallet| wallet.address().to_owned())
    }

    /// Keeps a key that was made by hand: by what it can be copied, its last characters, and where it is. It is told
    /// once, so where it can't be kept it is at least in memory.
    pub(crate) async fn keep_made_key(
        &self,
        id: &str,
        key: SecretString,
    ) -> (String, Option<String>, VaultPlace) {
        let last6 = ends_with(key.expose_secret());
        let name =
            format!("{MADE_KEY}{}", id.chars().filter(char::is_ascii_graphic).take(64).collect::<String>());
        let place = match self.inner.vault.set(&name, key.clone()).await {
            Ok(place) => place_of(place),
            Err(error) => {
                tracing::warn!(%error, "a key that was just made is only in memory");
                self.inner.accounts.state().made_keys.insert(name.clone(), key);
                VaultPlace::Memory
            }
        };
        (name, last6, place)
    }

    /// A key that was made by hand, for the clipboard. An account's key is never handed out.
    pub async fn made_key(&self, stored_as: &str) -> Result<SecretString> {
        let known = stored_as.starts_with(MADE_KEY);
        let in_memory = self.inner.accounts.state().made_keys.get(stored_as).cloned();
        let key = match in_memory {
            Some(key) => Some(key),
            None if known => self.inner.vault.get(stored_as).await?,
            None => None,
        };
        key.ok_or_else(|| AppError::not_found("key"))
    }

    /// The account that pays now, with the key an operation needs.
    pub(crate) async fn caller(&self, need: AuthNeed) -> Result<Payer> {
        let payer = self.selected_payer().await?;
        self.payer_for(&payer.id, need).await
    }

    /// An account with the key an operation needs: the admin key where it has one of its own, else its only key.
    pub(crate) async fn payer_for(&self, id: &str, need: AuthNeed) -> Result<Payer> {
        let accounts = &self.inner.accounts;
        if need == AuthNeed::Wallet {
            let (Some(wallet), Some(endpoint)) = (self.wallet_of(id), accounts.sandbox.as_ref()) else {
                return Err(needs_wallet());
            };
            let client = made_client(&endpoint.base_url, Auth::Wallet(wallet))?;
            return Ok(Payer { id: id.to_owned(), pretend: true, client });
        }
        let endpoint = match id {
            SANDBOX => accounts.sandbox.as_ref(),
            RUN => accounts.run.as_ref(),
            _ => None,
        };
        let Some((endpoint, admin_key)) = endpoint
            .and_then(|endpoint| Some((endpoint, endpoint.admin_key.clone()?)))
            .filter(|_| need == AuthNeed::Admin)
        else {
            return self.payer(id).await;
        };
        let named = format!("{id}/admin");
        let made = accounts.state().clients.get(&named).cloned();
        let client = match made {
            Some(client) => client,
            None => client(&endpoint.base_url, admin_key)?,
        };
        accounts.state().clients.insert(named, client.clone());
        Ok(Payer { id: id.to_owned(), pretend: id == SANDBOX, client })
    }

    /// The account that pays now.
    pub(crate) async fn selected_payer(&self) -> Result<Payer> {
        let accounts = self.accounts().await?;
        let id =
            accounts.iter().find(|account| account.selected).map_or(SANDBOX, |account| account.id.as_str());
        self.payer(id).await
    }

    /// An account by id, with its client.
    pub(crate) async fn payer(&self, id: &str) -> Result<Payer> {
        let pretend = id == SANDBOX;
        if let Some(client) = self.inner.accounts.state().clients.get(id).cloned() {
            return Ok(Payer { id: id.to_owned(), pretend, client });
        }
        let (base_url, key) = match id {
            SANDBOX => endpoint(self.inner.accounts.sandbox.as_ref())?,
            RUN => endpoint(self.inner.accounts.run.as_ref())?,
            _ => {
                let rows = self.store(|store| store.accounts().list()).await?;
                let row = rows
                    .into_iter()
                    .find(|row| row.id == id)
                    .ok_or_else(|| AppError::not_found("account"))?;
                let key = self.inner.vault.get(id).await?.ok_or_else(|| {
                    AppError::new(
                        Code::KeyMissing,
                        "This account's key isn't where it was kept.",
                        "Add the key again in the settings.",
                    )
                })?;
                (row.base_url.unwrap_or_else(|| VENICE.to_owned()), key)
            }
        };
        let client = client(&base_url, key)?;
        self.inner.accounts.state().clients.insert(id.to_owned(), client.clone());
        Ok(Payer { id: id.to_owned(), pretend, client })
    }

    /// The user's other accounts at the server of this one. What can't be had of them, such as a key, is passed over.
    pub(crate) async fn payers_beside(&self, id: &str) -> Vec<Payer> {
        let Ok(rows) = self.store(|store| store.accounts().list()).await else { return Vec::new() };
        let run = self.inner.accounts.run.as_ref().map(|run| (RUN.to_owned(), run.base_url.clone()));
        let kept = rows.into_iter().filter(|row| row.id != SANDBOX);
        let kept = kept.map(|row| (row.id, row.base_url.unwrap_or_else(|| VENICE.to_owned())));
        let all: Vec<(String, String)> = run.into_iter().chain(kept).collect();
        let Some((_, server)) = all.iter().find(|(other, _)| other == id) else { return Vec::new() };
        let mut payers = Vec::new();
        for (other, _) in all.iter().filter(|(other, at)| other != id && at == server) {
            payers.extend(self.payer(other).await.ok());
        }
        payers
    }

    pub(crate) async fn tell_accounts(&self) {
        match self.accounts().await {
            Ok(accounts) => self.tell(AppEvent::Accounts { accounts }),
            Err(error) => tracing::warn!(code = error.code, "the accounts were not read"),
        }
    }

    /// Where secrets are kept.
    pub fn vault_status(&self) -> VaultStatus {
        let status = self.inner.vault.changes().borrow().clone();
        VaultStatus {
            place: place_of(status.place),
            reason: status.reason.map(|reason| reason_name(reason).to_owned()),
            place_name: status.where_,
        }
    }

    /// Tries the keychain once more; what is only in memory moves into it.
    pub async fn retry_keychain(&self) -> Result<VaultStatus> {
        self.inner.vault.retry().await?;
        Ok(self.vault_status())
    }

    /// Keeps secrets in an encrypted file, or opens the one there is.
    pub async fn use_vault_file(&self, passphrase: SecretString) -> Result<VaultStatus> {
        self.inner.vault.use_file(passphrase).await?;
        Ok(self.vault_status())
    }
}

fn reason_name(reason: vault::Reason) -> &'static str {
    match reason {
        vault::Reason::NoBus => "no_bus",
        vault::Reason::NoService => "no_service",
        vault::Reason::NoCollection => "no_collection",
        vault::Reason::Locked => "locked",
        vault::Reason::TimedOut => "timeout",
        vault::Reason::Failed => "failed",
    }
}

fn endpoint(endpoint: Option<&Endpoint>) -> Result<(String, SecretString)> {
    let endpoint = endpoint.ok_or_else(|| AppError::not_found("account"))?;
    Ok((endpoint.base_url.clone(), endpoint.key.clone()))
}

fn client(base_url: &str, key: SecretString) -> Result<Client> {
    made_client(base_url, Auth::Bearer(key))
}

fn made_client(base_url: &str, auth: Auth) -> Result<Client> {
    let agent = concat!("canaletto/", env!("CARGO_PKG_VERSION"));
    Ok(Client::builder(base_url).auth(auth).user_agent(agent).build()?)
}

fn needs_wallet() -> AppError {
    AppError::new(
        Code::NeedsWallet,
        "This is for wallets, and the account in use has none.",
        "Switch to the sandbox, whose pretend wallet can try it.",
    )
}

/// Keys are pasted with white space around them, which is harmless, and sometimes with some inside, which isn't.
fn well_formed(key: &SecretString) -> Result<SecretString> {
    let key = key.expose_secret().trim();
    let fits = (12..=256).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(SecretString::from(key)) } else { Err(key_malformed()) }
}

/// At most six characters, and never a good part of a short key.
fn ends_with(key: &str) -> Option<String> {
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

/// Any key may ask for its limits, and the answer has the balance.
async fn asked_balances(client: &Client) -> Result<Vec<Money>> {
    let limits = client.get_api_key_rate_limits().await?.value;
    let ours = |theirs: &venice::account::Currency| match theirs {
        venice::account::Currency::Usd => Some(Currency::Usd),
        venice::account::Currency::Diem | venice::account::Currency::Vcu => Some(Currency::Diem),
        venice::account::Currency::BundledCredits => Some(Currency::Credits),
        _ => None,
    };
    let balances = limits.balances.iter();
    Ok(balances
        .filter_map(|(name, amount)| Some(Money { amount: amount.normalize(), currency: ours(name)? }))
        .collect())
}

fn balances_json(balances: &[Money]) -> Value {
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

fn place_of(place: vault::Place) -> VaultPlace {
    match place {
        vault::Place::Keychain => VaultPlace::Keychain,
        vault::Place::Memory => VaultPlace::Memory,
        vault::Place::File => VaultPlace::File,
        vault::Place::LockedFile => VaultPlace::LockedFile,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("  VENICE-INFERENCE-KEY-abcdef0123456789\n", true)]
    #[case("VENICE INFERENCE KEY 0123456789", false)]
    #[case("VENICE-INFERENCE\nKEY-0123456789", false)]
    #[case("short", false)]
    #[case("", false)]
    #[case("ключ-ключ-ключ-ключ", false)]
    fn a_key_is_one_word(#[case] typed: &str, #[case] fits: bool) {
        assert_eq!(well_formed(&SecretString::from(typed)).is_ok(), fits);
    }

    #[test]
    fn no_more_than_six_characters_are_shown() {
        assert_eq!(ends_with("0123456789012345678901234567890123456789").as_deref(), Some("456789"));
        assert_eq!(ends_with("short"), None);
    }
}
