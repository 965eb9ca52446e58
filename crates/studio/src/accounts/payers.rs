//! Accounts as those who ask and pay: a client each, with the key or the wallet that an operation needs.

use secrecy::{ExposeSecret, SecretString};
use venice::{Auth, AuthNeed, Client, wallet::Wallet};

use super::{
    RUN, SANDBOX, VENICE, WALLET, admin_name,
    view::{AccountKind, KeyKind},
};
use crate::{AppError, Endpoint, Result, Studio, error::Code};

/// An account and the way to its server.
#[derive(Clone)]
pub(crate) struct Payer {
    pub id: String,
    pub pretend: bool,
    pub client: Client,
}

impl Studio {
    /// The wallet of an account, where it has one that was used in this run. The sandbox's is pretend, and made of its
    /// own key.
    pub(crate) fn wallet_of(&self, id: &str) -> Option<Wallet> {
        if id != SANDBOX {
            return self.inner.accounts.state().wallets.get(id).cloned();
        }
        let endpoint = self.inner.accounts.sandbox.as_ref()?;
        let secret =
            blake3::derive_key("canaletto 2026 sandbox wallet", endpoint.key.expose_secret().as_bytes());
        let hex = blake3::Hash::from_bytes(secret).to_hex().to_string();
        Wallet::from_secret(&SecretString::from(hex)).ok()
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
            return self.wallet_payer(id).await;
        }
        if need != AuthNeed::Admin {
            return self.payer(id).await;
        }
        let named = admin_name(id);
        if let Some(client) = accounts.state().clients.get(&named).cloned() {
            return Ok(Payer { id: id.to_owned(), pretend: id == SANDBOX, client });
        }
        let admin = match accounts.given(id) {
            Some(endpoint) => endpoint.admin_key.clone().map(|key| (endpoint.base_url.clone(), key)),
            None if id == SANDBOX || id == RUN => None,
            None => self.admin_key_of(id).await?,
        };
        let Some((base_url, key)) = admin else { return self.payer(id).await };
        let client = client(&base_url, key)?;
        accounts.state().clients.insert(named, client.clone());
        Ok(Payer { id: id.to_owned(), pretend: id == SANDBOX, client })
    }

    /// The admin key that an account has beside its own.
    async fn admin_key_of(&self, id: &str) -> Result<Option<(String, SecretString)>> {
        let row = self.row(id).await?;
        if !row.has_admin {
            return Ok(None);
        }
        let key = self.inner.vault.get(admin_name(id)).await?.ok_or_else(key_missing)?;
        Ok(Some((row.base_url.unwrap_or_else(|| VENICE.to_owned()), key)))
    }

    /// An account that signs in with its wallet.
    async fn wallet_payer(&self, id: &str) -> Result<Payer> {
        if id == SANDBOX {
            let (Some(wallet), Some(endpoint)) = (self.wallet_of(id), self.inner.accounts.sandbox.as_ref())
            else {
                return Err(needs_wallet());
            };
            let client = made_client(&endpoint.base_url, Auth::Wallet(wallet))?;
            return Ok(Payer { id: id.to_owned(), pretend: true, client });
        }
        if id == RUN || self.row(id).await?.kind != WALLET {
            return Err(needs_wallet());
        }
        self.payer(id).await
    }

    /// An account with a key that may ask about keys and charges, as far as is known.
    pub(crate) async fn admin_payer(&self, id: &str) -> Result<Payer> {
        let account = self.account(id).await?;
        let surely_not = match account.kind {
            AccountKind::Wallet => true,
            AccountKind::Key => !account.admin && account.key_kind == Some(KeyKind::Inference),
            AccountKind::Sandbox | AccountKind::Run => false,
        };
        if surely_not { Err(needs_admin_key()) } else { self.payer_for(id, AuthNeed::Admin).await }
    }

    /// The ids of all accounts, without a look at where their keys are kept.
    pub(crate) async fn account_ids(&self) -> Result<Vec<String>> {
        let rows = self.store(|store| store.accounts().list()).await?;
        let run = self.inner.accounts.run.as_ref().map(|_| RUN.to_owned());
        Ok(rows.into_iter().map(|row| row.id).chain(run).collect())
    }

    /// An account's row.
    pub(crate) async fn row(&self, id: &str) -> Result<store::Account> {
        let rows = self.store(|store| store.accounts().list()).await?;
        rows.into_iter().find(|row| row.id == id).ok_or_else(|| AppError::not_found("account"))
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
        let (base_url, auth) = match id {
            SANDBOX => endpoint(self.inner.accounts.sandbox.as_ref())?,
            RUN => endpoint(self.inner.accounts.run.as_ref())?,
            _ => {
                let row = self.row(id).await?;
                let key = self.inner.vault.get(id).await?.ok_or_else(key_missing)?;
                let auth = if row.kind == WALLET {
                    let wallet = Wallet::from_secret(&key)?;
                    self.inner.accounts.state().wallets.insert(id.to_owned(), wallet.clone());
                    Auth::Wallet(wallet)
                } else {
                    Auth::Bearer(key)
                };
                (row.base_url.unwrap_or_else(|| VENICE.to_owned()), auth)
            }
        };
        let client = made_client(&base_url, auth)?;
        self.inner.accounts.state().clients.insert(id.to_owned(), client.clone());
        Ok(Payer { id: id.to_owned(), pretend, client })
    }

    /// The user's other accounts at the server of this one. What can't be had of them, such as a key, is passed over.
    pub(crate) async fn payers_beside(&self, id: &str) -> Vec<Payer> {
        let Ok(rows) = self.store(|store| store.accounts().list()).await else { return Vec::new() };
        let run = self.inner.accounts.run.as_ref().map(|run| (RUN.to_owned(), run.base_url.clone()));
        // A wallet sees nothing of what keys have asked for.
        let kept = rows.into_iter().filter(|row| row.id != SANDBOX && row.kind != WALLET);
        let kept = kept.map(|row| (row.id, row.base_url.unwrap_or_else(|| VENICE.to_owned())));
        let all: Vec<(String, String)> = run.into_iter().chain(kept).collect();
        let Some((_, server)) = all.iter().find(|(other, _)| other == id) else { return Vec::new() };
        let mut payers = Vec::new();
        for (other, _) in all.iter().filter(|(other, at)| other != id && at == server) {
            payers.extend(self.payer(other).await.ok());
        }
        payers
    }
}

fn endpoint(endpoint: Option<&Endpoint>) -> Result<(String, Auth)> {
    let endpoint = endpoint.ok_or_else(|| AppError::not_found("account"))?;
    Ok((endpoint.base_url.clone(), Auth::Bearer(endpoint.key.clone())))
}

/// A client that asks with a key.
pub(super) fn client(base_url: &str, key: SecretString) -> Result<Client> {
    made_client(base_url, Auth::Bearer(key))
}

/// A client that asks a server, in our name.
pub(crate) fn made_client(base_url: &str, auth: Auth) -> Result<Client> {
    let agent = concat!("canaletto/", env!("CARGO_PKG_VERSION"));
    Ok(Client::builder(base_url).auth(auth).user_agent(agent).build()?)
}

fn key_missing() -> AppError {
    AppError::new(
        Code::KeyMissing,
        "This account's key isn't where it was kept.",
        "Add the key again in the settings.",
    )
}

/// Only an admin key may ask for this, and the account is known to have none.
pub(crate) fn needs_admin_key() -> AppError {
    AppError::new(
        Code::NeedsAdminKey,
        "This takes an admin key, and the account has none.",
        "Make an admin key at venice.ai and add it to this account in the settings.",
    )
}

fn needs_wallet() -> AppError {
    AppError::new(
        Code::NeedsWallet,
        "This is for wallets, and the account in use has none.",
        "Add a wallet in the settings, or switch to the sandbox, whose pretend wallet can try it.",
    )
}
