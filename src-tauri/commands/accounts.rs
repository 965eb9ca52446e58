//! Accounts and where their keys are kept.

use secrecy::SecretString;
use studio::{
    Result,
    accounts::view::{AccountView, KeyCheck, VaultStatus},
};

use super::{Shared, guarded};

/// All accounts, the sandbox first.
#[tauri::command]
#[specta::specta]
pub async fn list_accounts(studio: Shared<'_>) -> Result<Vec<AccountView>> {
    guarded(&studio, async move |studio| studio.accounts().await).await
}

/// Tries a key and tells what it may do. The key goes no other way, and waits in the back end.
#[tauri::command]
#[specta::specta]
pub async fn check_key(studio: Shared<'_>, key: String) -> Result<KeyCheck> {
    guarded(&studio, async move |studio| studio.check_key(SecretString::from(key)).await).await
}

/// Forgets a key that was tried and isn't wanted.
#[tauri::command]
#[specta::specta]
pub async fn forget_checked_key(studio: Shared<'_>, handle: String) -> Result<()> {
    studio.studio().await?.forget_checked_key(&handle);
    Ok(())
}

/// Keeps a key that was tried: as an account that pays from now on, or as the admin key of the account `admin_of`.
#[tauri::command]
#[specta::specta]
pub async fn add_checked_key(
    studio: Shared<'_>,
    handle: String,
    name: String,
    admin_of: Option<String>,
) -> Result<AccountView> {
    guarded(&studio, async move |studio| studio.add_checked_key(&handle, name, admin_of).await).await
}

/// Takes the admin key away from an account. At Venice it goes on working.
#[tauri::command]
#[specta::specta]
pub async fn forget_admin_key(studio: Shared<'_>, id: String) -> Result<AccountView> {
    guarded(&studio, async move |studio| studio.forget_admin_key(id).await).await
}

/// Makes an account the one that pays.
#[tauri::command]
#[specta::specta]
pub async fn select_account(studio: Shared<'_>, id: String) -> Result<Vec<AccountView>> {
    guarded(&studio, async move |studio| studio.select_account(id).await).await
}

/// Gives an account another name.
#[tauri::command]
#[specta::specta]
pub async fn rename_account(studio: Shared<'_>, id: String, name: String) -> Result<AccountView> {
    guarded(&studio, async move |studio| studio.rename_account(id, name).await).await
}

/// Forgets an account and its key. What it made stays.
#[tauri::command]
#[specta::specta]
pub async fn forget_account(studio: Shared<'_>, id: String) -> Result<Vec<AccountView>> {
    guarded(&studio, async move |studio| studio.forget_account(id).await).await
}

/// Asks Venice whether the account's key works, and for its balance.
#[tauri::command]
#[specta::specta]
pub async fn test_account(studio: Shared<'_>, id: String) -> Result<AccountView> {
    guarded(&studio, async move |studio| studio.test_account(id).await).await
}

/// Where keys are kept now.
#[tauri::command]
#[specta::specta]
pub async fn vault_status(studio: Shared<'_>) -> Result<VaultStatus> {
    Ok(studio.studio().await?.vault_status())
}

/// Tries the system's keychain once more.
#[tauri::command]
#[specta::specta]
pub async fn retry_keychain(studio: Shared<'_>) -> Result<VaultStatus> {
    guarded(&studio, async move |studio| studio.retry_keychain().await).await
}

/// Keeps keys in an encrypted file, or opens the one there is.
#[tauri::command]
#[specta::specta]
pub async fn use_vault_file(studio: Shared<'_>, passphrase: String) -> Result<VaultStatus> {
    guarded(&studio, async move |studio| studio.use_vault_file(SecretString::from(passphrase)).await).await
}
