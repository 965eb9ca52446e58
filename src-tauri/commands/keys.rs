//! An account's keys, and how often it may ask. A key itself never passes through here.

use studio::{
    Result,
    accounts::view::{KeyForm, KeyView, KeysView, LimitHit, LimitsView, NewKeyView, RotationView},
};

use super::{Shared, guarded};

/// The keys of an account, and those that are being replaced. Takes an admin key.
#[tauri::command]
#[specta::specta]
pub async fn account_keys(studio: Shared<'_>, account: String) -> Result<KeysView> {
    guarded(&studio, async move |studio| studio.account_keys(&account).await).await
}

/// Makes a key, which goes straight to where secrets are kept.
#[tauri::command]
#[specta::specta]
pub async fn make_key(studio: Shared<'_>, account: String, form: KeyForm) -> Result<NewKeyView> {
    guarded(&studio, async move |studio| studio.create_key(&account, form).await).await
}

/// Changes a key's name, end and limits.
#[tauri::command]
#[specta::specta]
pub async fn change_key(studio: Shared<'_>, account: String, id: String, form: KeyForm) -> Result<KeyView> {
    guarded(&studio, async move |studio| studio.change_key(&account, &id, form).await).await
}

/// Deletes a key at Venice, for good.
#[tauri::command]
#[specta::specta]
pub async fn remove_key(studio: Shared<'_>, account: String, id: String) -> Result<KeysView> {
    guarded(&studio, async move |studio| studio.delete_key(&account, &id).await).await
}

/// Begins to replace a key: a new one is made, tested, put in its place, and then the old one is deleted. Null when
/// all is done.
#[tauri::command]
#[specta::specta]
pub async fn rotate_key(studio: Shared<'_>, account: String, id: String) -> Result<Option<RotationView>> {
    guarded(&studio, async move |studio| studio.rotate_key(&account, &id).await).await
}

/// Takes the next steps of a replacement; `switched`: the new key is wherever the old one was used. Null when all is
/// done.
#[tauri::command]
#[specta::specta]
pub async fn go_on_rotation(studio: Shared<'_>, id: String, switched: bool) -> Result<Option<RotationView>> {
    guarded(&studio, async move |studio| studio.go_on_rotation(&id, switched).await).await
}

/// Leaves the old key in its place and deletes the new one.
#[tauri::command]
#[specta::specta]
pub async fn give_up_rotation(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.give_up_rotation(&id).await).await
}

/// How often an account may ask now.
#[tauri::command]
#[specta::specta]
pub async fn account_limits(studio: Shared<'_>, account: String) -> Result<LimitsView> {
    guarded(&studio, async move |studio| studio.account_limits(&account).await).await
}

/// The limits an account ran into lately, the last first. Takes an admin key.
#[tauri::command]
#[specta::specta]
pub async fn limit_hits(studio: Shared<'_>, account: String) -> Result<Vec<LimitHit>> {
    guarded(&studio, async move |studio| studio.limit_hits(&account).await).await
}
