//! Wallets: made, imported, copied, paid into. A wallet's key leaves the back end two ways, and neither is through the
//! window: into a file the user chose, and onto the clipboard.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use studio::{
    AppError, Result,
    accounts::view::AccountView,
    wallets::view::{Chain, TopUpOffer, TopUpView, TransactionsPage, WalletView},
};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;

use super::{Shared, guarded};

/// How long a wallet's key stays on the clipboard.
const ON_CLIPBOARD: Duration = Duration::from_mins(1);

/// Makes a wallet, keeps its key and selects its account.
#[tauri::command]
#[specta::specta]
pub async fn make_wallet(studio: Shared<'_>, name: String, chain: Chain) -> Result<AccountView> {
    guarded(&studio, async move |studio| studio.make_wallet(&name, chain).await).await
}

/// Keeps a wallet that there is already. The key goes no other way. `copied`: it is elsewhere too.
#[tauri::command]
#[specta::specta]
pub async fn import_wallet(
    studio: Shared<'_>,
    name: String,
    secret: String,
    copied: bool,
) -> Result<AccountView> {
    guarded(&studio, async move |studio| {
        studio.import_wallet(&name, SecretString::from(secret), copied).await
    })
    .await
}

/// A wallet, what is left, and what was paid in from here.
#[tauri::command]
#[specta::specta]
pub async fn get_wallet(studio: Shared<'_>, account: String) -> Result<WalletView> {
    guarded(&studio, async move |studio| studio.wallet(&account).await).await
}

/// What changed the balance of a wallet, the last first.
#[tauri::command]
#[specta::specta]
pub async fn wallet_transactions(
    studio: Shared<'_>,
    account: String,
    offset: u32,
) -> Result<TransactionsPage> {
    guarded(&studio, async move |studio| studio.wallet_transactions(&account, offset).await).await
}

/// Asks where to, and writes a wallet's key into a file there; false when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn save_wallet_copy(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    account: String,
) -> Result<bool> {
    guarded(&studio, async move |studio| {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let dialog = app.dialog().file().set_parent(&window).set_file_name("canaletto-wallet.txt");
        dialog.save_file(move |file| drop(answer.send(file)));
        let file = answered.await.ok().flatten();
        let Some(path) = file.and_then(|file| file.into_path().ok()) else { return Ok(false) };
        studio.write_wallet_copy(&account, path).await?;
        Ok(true)
    })
    .await
}

/// Puts a wallet's key on the clipboard, and takes it off again after a minute where nothing else was copied since.
#[tauri::command]
#[specta::specta]
pub async fn copy_wallet_key(app: AppHandle, studio: Shared<'_>, account: String) -> Result<()> {
    guarded(&studio, async move |studio| {
        let key = studio.wallet_secret(&account).await?;
        app.clipboard().write_text(key.expose_secret()).map_err(AppError::internal)?;
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(ON_CLIPBOARD).await;
            if app.clipboard().read_text().is_ok_and(|text| text == key.expose_secret()) {
                // The user may have left it to something that takes no more words.
                let _ = app.clipboard().clear();
            }
        });
        Ok(())
    })
    .await
}

/// Notes that there is a copy of a wallet's key: `typed` is what it ends with.
#[tauri::command]
#[specta::specta]
pub async fn confirm_wallet_copy(studio: Shared<'_>, account: String, typed: String) -> Result<AccountView> {
    guarded(&studio, async move |studio| studio.confirm_wallet_copy(&account, &typed).await).await
}

/// What may be paid into a wallet's balance. Nothing is signed.
#[tauri::command]
#[specta::specta]
pub async fn top_up_offer(studio: Shared<'_>, account: String) -> Result<TopUpOffer> {
    guarded(&studio, async move |studio| studio.top_up_offer(&account).await).await
}

/// Signs and sends the payment that was shown, once; the amount was typed twice.
#[tauri::command]
#[specta::specta]
pub async fn top_up(
    studio: Shared<'_>,
    account: String,
    offer: String,
    amount: String,
    again: String,
) -> Result<TopUpView> {
    guarded(&studio, async move |studio| studio.top_up(&account, &offer, &amount, &again).await).await
}
