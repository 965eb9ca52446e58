//! A key is replaced: the new one is made, tested and put in the old one's place, and only then is the old one deleted.
//!
//! Each step is written down before the next. Whatever ends the program in between, one of the two keys works and is
//! kept: a new key whose answer was lost is found again by the mark in its description, and is taken where it is among
//! the secrets, or deleted and asked for anew where nobody knows it.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use store::{Rotation, RotationStep};
use venice::account::{
    ApiKey, ApiKeyType, ConsumptionLimit, CreateApiKey, DeleteApiKey, Expiry, SpendLimit, UpdateApiKey,
};

use super::{
    admin_name, ends_with,
    keeping::made_name,
    keys::LONGEST_DESCRIPTION,
    payers,
    view::{AccountKind, KeyRole, RotationView},
};
use crate::{AppError, Result, Studio, error::Code};

/// How the new key is asked for, and what it is called when all is done.
#[derive(Serialize, Deserialize)]
struct Plan {
    description: String,
    /// In the description of the new key until all is done: it is found again by it.
    mark: String,
    create: CreateApiKey,
}

impl Studio {
    /// Keys of an account that are being replaced.
    pub(super) async fn rotations(&self, account: &str) -> Result<Vec<RotationView>> {
        let account = account.to_owned();
        let rows = self.store(move |store| store.rotations().of_account(&account)).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// Begins to replace a key, and goes as far as it can. `None` when all is done.
    pub async fn rotate_key(&self, account: &str, key: &str) -> Result<Option<RotationView>> {
        let listed = self.listed_keys(account).await?;
        let view = self.account(account).await?;
        let old = listed.iter().find(|listed| listed.id == key).ok_or_else(|| AppError::not_found("key"))?;
        let role = self.role_of(&view, &listed, old);
        if role.is_none() {
            self.is_of_no_account(old.last_6_chars.as_deref()).await?;
        }
        if role.is_some() && view.kind != AccountKind::Key {
            return Err(AppError::new(
                Code::KeyInUseHere,
                "This key was given from outside, so nothing here can put another in its place.",
                "Make a new key, put it where this one is set, and delete this one then.",
            ));
        }
        if !self.keeps_for_good().await? {
            return Err(not_kept());
        }
        let plan = plan(old);
        let rotation = Rotation {
            id: uuid::Uuid::now_v7().simple().to_string(),
            account: account.to_owned(),
            old_key: key.to_owned(),
            role: role.map(|role| role.as_str().to_owned()),
            request: serde_json::to_value(plan).map_err(AppError::internal)?,
            new_key: None,
            stored_as: None,
            step: RotationStep::Planned,
            problem: None,
            at: Timestamp::now(),
        };
        let id = rotation.id.clone();
        let begun = self.store(move |store| match store.rotations().insert(rotation) {
            Err(store::Error::Exists { .. }) => Ok(false),
            done => done.map(|()| true),
        });
        if !begun.await? {
            return Err(rotation_open());
        }
        self.go_on_rotation(&id, false).await
    }

    /// Takes the next steps. `switched`: the user has put the new key wherever the old one is used. `None` when all is
    /// done; else how far it has come, and why it doesn't go on.
    pub async fn go_on_rotation(&self, id: &str, switched: bool) -> Result<Option<RotationView>> {
        let _turn = self.inner.accounts.rotating.lock().await;
        loop {
            let mut rotation = self.rotation(id).await?;
            rotation.problem = None;
            let before = rotation.step;
            let taken = match before {
                RotationStep::Planned | RotationStep::Asked => self.make_new(&mut rotation).await,
                RotationStep::Made => self.test_new(&mut rotation).await,
                RotationStep::Tested if rotation.role.is_none() && !switched => {
                    return Ok(Some(view(rotation)));
                }
                RotationStep::Tested => self.switch_to_new(&mut rotation).await,
                RotationStep::Switched => match self.delete_old(&mut rotation).await {
                    Ok(()) => return Ok(None),
                    Err(error) => Err(error),
                },
            };
            rotation.at = Timestamp::now();
            if let Err(error) = taken {
                rotation.problem = serde_json::to_value(&error).ok();
                self.put_rotation(rotation.clone()).await?;
                return Ok(Some(view(rotation)));
            }
            self.put_rotation(rotation).await?;
        }
    }

    /// Leaves the old key in its place and takes the new one away again. Not once they were switched.
    pub async fn give_up_rotation(&self, id: &str) -> Result<()> {
        let _turn = self.inner.accounts.rotating.lock().await;
        let rotation = self.rotation(id).await?;
        if rotation.step == RotationStep::Switched {
            return Err(AppError::new(
                Code::RotationOpen,
                "The new key is in use already.",
                "Go on: only the old key is left to be deleted.",
            ));
        }
        if rotation.step != RotationStep::Planned {
            let plan = plan_of(&rotation)?;
            // More than one where an answer came late.
            for key in self
                .listed_keys(&rotation.account)
                .await?
                .iter()
                .filter(|key| is_made_for(key, &rotation, &plan))
            {
                self.call_of(&rotation.account, DeleteApiKey::new(&key.id)).await?;
                self.forget_made_key(&key.id).await?;
            }
        }
        self.end_rotation(id).await
    }

    async fn make_new(&self, rotation: &mut Rotation) -> Result<()> {
        if !self.keeps_for_good().await? {
            return Err(not_kept());
        }
        let plan = plan_of(rotation)?;
        if rotation.step == RotationStep::Asked {
            // An answer may have been lost, or was kept and not written down.
            let listed = self.listed_keys(&rotation.account).await?;
            for known in listed.iter().filter(|key| is_made_for(key, rotation, &plan)) {
                if self.has_made_key(&known.id).await? {
                    made(rotation, &known.id);
                    return Ok(());
                }
                self.call_of(&rotation.account, DeleteApiKey::new(&known.id)).await?;
            }
        }
        rotation.step = RotationStep::Asked;
        self.put_rotation(rotation.clone()).await?;
        let new = self.make_key(&rotation.account, plan.create).await?;
        made(rotation, &new.id);
        Ok(())
    }

    async fn test_new(&self, rotation: &mut Rotation) -> Result<()> {
        let key = self.new_secret(rotation).await?;
        let base_url = self.server_of(&rotation.account).await?;
        let client = payers::client(&base_url, key)?;
        if plan_of(rotation)?.create.api_key_type == ApiKeyType::Admin {
            client.get_api_keys().await?;
        }
        client.get_api_key_rate_limits().await?;
        rotation.step = RotationStep::Tested;
        Ok(())
    }

    /// The account works with the new key from here on.
    async fn switch_to_new(&self, rotation: &mut Rotation) -> Result<()> {
        let account = rotation.account.clone();
        if let Some(role) = rotation.role.as_deref().and_then(KeyRole::of) {
            let new = self.new_secret(rotation).await?;
            let ends = ends_with(new.expose_secret());
            let kept = self.inner.vault.set(place_for(&account, role), new).await?;
            if !matches!(kept, vault::Place::Keychain | vault::Place::File) {
                return Err(not_kept());
            }
            let row = account.clone();
            self.store(move |store| match role {
                KeyRole::Own => store.accounts().set_ends_with(&row, ends.as_deref(), Timestamp::now()),
                KeyRole::Admin => store.accounts().set_admin(&row, true, ends.as_deref()),
            })
            .await?;
            let mut state = self.inner.accounts.state();
            state.clients.remove(&account);
            state.clients.remove(&admin_name(&account));
        }
        rotation.step = RotationStep::Switched;
        Ok(())
    }

    async fn delete_old(&self, rotation: &mut Rotation) -> Result<()> {
        // What takes the old one's place has to outlive the program first.
        if !self.keeps_for_good().await? {
            return Err(not_kept());
        }
        let account = rotation.account.clone();
        let listed = self.listed_keys(&account).await?;
        let plan = plan_of(rotation)?;
        let role = rotation.role.as_deref().and_then(KeyRole::of);
        let secret = match role {
            Some(role) => self.inner.vault.get(place_for(&account, role)).await?,
            None => Some(self.new_secret(rotation).await?),
        };
        let ends = secret.as_ref().and_then(|secret| ends_with(secret.expose_secret()));
        let new_id = rotation.new_key.clone();
        let is_new = |key: &&ApiKey| new_id.as_deref() == Some(key.id.as_str());
        let new = listed.iter().find(is_new);
        let is_kept = new.is_some_and(|new| match (new.last_6_chars.as_deref(), ends.as_deref()) {
            (Some(last), Some(ends)) => last.ends_with(ends),
            // Where Venice tells no characters, what was written has to do.
            (None, Some(_)) => true,
            (_, None) => false,
        });
        if !is_kept {
            // A keychain that was away kept the older key, or somebody deleted the new one: it is made anew.
            rotation.step = RotationStep::Asked;
            return Err(not_kept());
        }
        // An answer that was lost may have deleted it already.
        if listed.iter().any(|key| key.id == rotation.old_key) {
            self.call_of(&account, DeleteApiKey::new(&rotation.old_key)).await?;
        }
        self.forget_made_key(&rotation.old_key).await?;
        // What an answer that came late made besides: nobody has that key.
        for key in listed.iter().filter(|key| !is_new(key) && is_made_for(key, rotation, &plan)) {
            self.call_of(&account, DeleteApiKey::new(&key.id)).await?;
        }
        if let Some(new) = &rotation.new_key {
            let named = self.call_of(&account, UpdateApiKey::new(new).description(plan.description)).await;
            if let Err(error) = named {
                // It works; that it still bears its mark is worth no trouble.
                tracing::info!(code = error.code, "a new key keeps its mark");
            }
            if role.is_some() {
                self.forget_made_key(new).await?;
            }
        }
        self.end_rotation(&rotation.id).await
    }

    /// The new key, from where it was kept first.
    async fn new_secret(&self, rotation: &Rotation) -> Result<SecretString> {
        let stored = rotation.stored_as.as_deref().ok_or_else(|| AppError::not_found("key"))?;
        self.made_key(stored).await
    }

    async fn server_of(&self, account: &str) -> Result<String> {
        if let Some(given) = self.inner.accounts.given(account) {
            return Ok(given.base_url.clone());
        }
        let rows = self.store(|store| store.accounts().list()).await?;
        let row = rows.into_iter().find(|row| row.id == account);
        let row = row.ok_or_else(|| AppError::not_found("account"))?;
        Ok(row.base_url.unwrap_or_else(|| super::VENICE.to_owned()))
    }

    async fn rotation(&self, id: &str) -> Result<Rotation> {
        let id = id.to_owned();
        self.store(move |store| store.rotations().get(&id)).await
    }

    async fn put_rotation(&self, rotation: Rotation) -> Result<()> {
        self.store(move |store| store.rotations().put(rotation)).await
    }

    async fn end_rotation(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.store(move |store| store.rotations().delete(&id)).await
    }
}

/// Where an account's key of this role lies.
fn place_for(account: &str, role: KeyRole) -> String {
    match role {
        KeyRole::Own => account.to_owned(),
        KeyRole::Admin => admin_name(account),
    }
}

fn made(rotation: &mut Rotation, id: &str) {
    rotation.new_key = Some(id.to_owned());
    rotation.stored_as = Some(made_name(id));
    rotation.step = RotationStep::Made;
}

/// Whether a key was made for a rotation: by its id, or by its mark where nobody learned the id.
fn is_made_for(key: &ApiKey, rotation: &Rotation, plan: &Plan) -> bool {
    rotation.new_key.as_deref() == Some(key.id.as_str())
        || (key.id != rotation.old_key
            && key.description.as_deref().is_some_and(|description| description.ends_with(&plan.mark)))
}

/// A key like the old one, with a mark of its own.
fn plan(old: &ApiKey) -> Plan {
    let description = old.description.clone().unwrap_or_default();
    let mark: String = uuid::Uuid::new_v4().simple().to_string().chars().take(12).collect();
    let mark = format!(" [new {mark}]");
    let room = LONGEST_DESCRIPTION - mark.chars().count();
    let marked = format!("{}{mark}", description.chars().take(room).collect::<String>());
    let limits = old.consumption_limits;
    let up_to =
        |amount: Option<rust_decimal::Decimal>| amount.map_or(SpendLimit::Unlimited, SpendLimit::UpTo);
    let mut create = CreateApiKey::new(old.api_key_type.clone(), marked);
    create.expires_at = old.expires_at.map(Expiry::Moment);
    create.consumption_limit =
        Some(ConsumptionLimit::new().usd(up_to(limits.usd)).diem(up_to(limits.diem.or(limits.vcu))));
    create.limit_period.clone_from(&old.limit_period);
    create.model_privacy.clone_from(&old.model_privacy);
    Plan { description, mark, create }
}

fn plan_of(rotation: &Rotation) -> Result<Plan> {
    serde_json::from_value(rotation.request.clone()).map_err(AppError::internal)
}

fn view(rotation: Rotation) -> RotationView {
    RotationView {
        description: plan_of(&rotation).map(|plan| plan.description).unwrap_or_default(),
        role: rotation.role.as_deref().and_then(KeyRole::of),
        problem: rotation.problem.and_then(|problem| serde_json::from_value(problem).ok()),
        at: rotation.at.to_string(),
        id: rotation.id,
        old_key: rotation.old_key,
        new_key: rotation.new_key,
        step: rotation.step,
        stored_as: rotation.stored_as,
    }
}

pub(super) fn rotation_open() -> AppError {
    AppError::new(
        Code::RotationOpen,
        "This key is being replaced already.",
        "Go on with that, or give it up.",
    )
}

/// The old key is not given up for one that is gone with the program.
fn not_kept() -> AppError {
    AppError::new(
        Code::KeyNotKept,
        "Keys are only in memory now, so a new one would be gone when you quit.",
        "Unlock the keychain or keep keys in an encrypted file first. The old key stays as it is.",
    )
}
