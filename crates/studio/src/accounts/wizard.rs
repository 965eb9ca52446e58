//! A key that is added: typed once, tested, and kept only when the user has seen what it may do.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use venice::{Client, account::ApiKey};

use super::{
    KEY, VENICE, admin_name, balances_in, balances_json, ends_with, keys, named, new_row, payers,
    view::{AccountKind, AccountView, KeyCheck, KeyKind},
};
use crate::{
    AppError, Result, Studio,
    error::{Code, key_malformed},
};

/// A key that was tested and isn't kept yet.
#[derive(Clone)]
pub(super) struct Checked {
    key: SecretString,
    base_url: String,
    seen: KeyCheck,
}

impl Studio {
    /// Tries a key and tells what it may do. Nothing is kept but in memory, and only the last key that was tried.
    pub async fn check_key(&self, key: SecretString) -> Result<KeyCheck> {
        let key = well_formed(&key)?;
        let base_url = self.inner.accounts.server();
        let client = payers::client(&base_url, key.clone())?;
        let limits = client.get_api_key_rate_limits().await?.value;
        let kind = kind_of_key(&client).await;
        let ends = ends_with(key.expose_secret());
        let listed = kind.as_ref().map(|(_, keys)| keys.as_slice()).unwrap_or_default();
        let own = keys::only_match(listed, ends.as_deref());
        let seen = KeyCheck {
            handle: uuid::Uuid::new_v4().simple().to_string(),
            kind: kind.as_ref().map(|(kind, _)| *kind),
            access: limits.access_permitted,
            tier: limits.api_tier.id.clone(),
            charged: limits.api_tier.is_charged,
            expires_at: limits.key_expiration.map(|at| at.to_string()),
            epoch_at: limits.next_epoch_begins.map(|at| at.to_string()),
            balances: balances_in(&limits),
            models: u32::try_from(limits.rate_limits.len()).unwrap_or(u32::MAX),
            limits: own.map(keys::limits_of),
            known_as: self.name_of_key(&key).await?,
            fits: self.looked_after(listed, &base_url, ends.as_deref()).await?,
            ends_with: ends,
        };
        self.inner.accounts.state().checked = Some(Checked { key, base_url, seen: seen.clone() });
        Ok(seen)
    }

    /// Forgets a key that was tried and isn't wanted.
    pub fn forget_checked_key(&self, handle: &str) {
        self.inner.accounts.state().checked.take_if(|checked| checked.seen.handle == handle);
    }

    /// Keeps a key that was tried: as an account that pays from now on, or as the admin key of one there is.
    pub async fn add_checked_key(
        &self,
        handle: &str,
        name: String,
        admin_of: Option<String>,
    ) -> Result<AccountView> {
        // Taken at once: a second click finds nothing to add.
        let checked = self.inner.accounts.state().checked.take_if(|checked| checked.seen.handle == handle);
        let checked = checked.ok_or_else(|| AppError::not_found("key"))?;
        let added = match admin_of {
            Some(id) => self.attach_admin(checked.clone(), id).await,
            None => self.keep_account(checked.clone(), &name).await,
        };
        if added.is_err() {
            self.inner.accounts.state().checked.get_or_insert(checked);
        }
        added
    }

    /// Tries a key against the server, keeps it in the vault, and selects its account.
    pub async fn add_key_account(&self, name: String, key: SecretString) -> Result<AccountView> {
        let seen = self.check_key(key).await?;
        self.add_checked_key(&seen.handle, name, None).await
    }

    async fn keep_account(&self, checked: Checked, name: &str) -> Result<AccountView> {
        let Checked { key, base_url, seen } = checked;
        let id = uuid::Uuid::now_v7().simple().to_string();
        self.inner.vault.set(&id, key).await?;
        let row = store::Account {
            base_url: (base_url != VENICE).then_some(base_url),
            ends_with: seen.ends_with,
            selected: true,
            balances: Some(balances_json(&seen.balances)),
            balances_at: Some(Timestamp::now()),
            key_kind: seen.kind.map(|kind| kind.as_str().to_owned()),
            ..new_row(&id, KEY, &named(name, "Venice"))
        };
        if let Err(error) = self.store(move |store| store.accounts().insert(row)).await {
            let _ = self.inner.vault.forget(&id).await;
            return Err(error);
        }
        self.leave_run_account();
        self.account(&id).await
    }

    async fn attach_admin(&self, checked: Checked, id: String) -> Result<AccountView> {
        if checked.seen.kind != Some(KeyKind::Admin) {
            return Err(AppError::new(
                Code::KeyNotAdmin,
                "This isn't an admin key.",
                "At venice.ai, Settings, API keys, make one of the kind Admin.",
            ));
        }
        if !checked.seen.fits.contains(&id) {
            return Err(AppError::new(
                Code::KeyOfOtherAccount,
                "This admin key doesn't know this account's key, so it belongs to another account at Venice.",
                "Add it as an account of its own, or take the admin key of the same account.",
            ));
        }
        self.inner.vault.set(admin_name(&id), checked.key).await?;
        let (row, ends) = (id.clone(), checked.seen.ends_with);
        self.store(move |store| store.accounts().set_admin(&row, true, ends.as_deref())).await?;
        self.inner.accounts.state().clients.remove(&admin_name(&id));
        self.account(&id).await
    }

    /// Takes the admin key away from an account. At Venice it goes on working.
    pub async fn forget_admin_key(&self, id: String) -> Result<AccountView> {
        let row = id.clone();
        self.store(move |store| store.accounts().set_admin(&row, false, None)).await?;
        self.inner.accounts.state().clients.remove(&admin_name(&id));
        self.inner.vault.forget(admin_name(&id)).await?;
        self.account(&id).await
    }

    /// The account that has this very key already.
    async fn name_of_key(&self, key: &SecretString) -> Result<Option<String>> {
        for account in self.accounts().await? {
            if account.kind != AccountKind::Key {
                continue;
            }
            for name in [account.id.clone(), admin_name(&account.id)] {
                // What can't be read now is no reason to refuse a key.
                let kept = self.inner.vault.get(name).await.ok().flatten();
                if kept.is_some_and(|kept| kept.expose_secret() == key.expose_secret()) {
                    return Ok(Some(account.name));
                }
            }
        }
        Ok(None)
    }

    /// Accounts at a server whose key is among these.
    async fn looked_after(
        &self,
        listed: &[ApiKey],
        base_url: &str,
        own: Option<&str>,
    ) -> Result<Vec<String>> {
        let rows = self.store(|store| store.accounts().list()).await?;
        let fits = rows.into_iter().filter(|row| {
            row.kind == KEY
                && row.base_url.as_deref().unwrap_or(VENICE) == base_url
                // The account's own key doesn't look after itself.
                && row.ends_with.as_deref() != own
                && keys::only_match(listed, row.ends_with.as_deref()).is_some()
        });
        Ok(fits.map(|row| row.id).collect())
    }
}

/// What a key may do: one that is let in to the list of keys is an admin key, and the list comes with it. `None` where
/// nobody can tell.
pub(super) async fn kind_of_key(client: &Client) -> Option<(KeyKind, Vec<ApiKey>)> {
    match client.get_api_keys().await {
        Ok(listed) => Some((KeyKind::Admin, listed.value)),
        Err(error) => match error.api().map(|api| api.status) {
            Some(401 | 403) => Some((KeyKind::Inference, Vec::new())),
            _ => None,
        },
    }
}

/// Keys are pasted with white space around them, which is harmless, and sometimes with some inside, which isn't.
fn well_formed(key: &SecretString) -> Result<SecretString> {
    let key = key.expose_secret().trim();
    let fits = (12..=256).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(SecretString::from(key)) } else { Err(key_malformed()) }
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
}
