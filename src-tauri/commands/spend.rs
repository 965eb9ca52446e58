//! What was spent: the history, its sums, and what each charge is for.

use studio::{
    Result,
    spend::view::{
        ChargeCandidate, ChargePage, ChargeQuery, ChargeView, ItemCharges, SeriesBy, SeriesStep, SpendFacets,
        SpendFilter, SpendOverview, SpendSeries, SpendStatus, TopItem, UnitPrice,
    },
};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_dialog::DialogExt;

use super::{Shared, guarded};

/// How far what was spent is known, account by account.
#[tauri::command]
#[specta::specta]
pub async fn spend_status(studio: Shared<'_>) -> Result<SpendStatus> {
    guarded(&studio, async move |studio| studio.spend_status().await).await
}

/// Begins to read what was charged since the last time; events tell how it goes on.
#[tauri::command]
#[specta::specta]
pub async fn sync_spend(studio: Shared<'_>) -> Result<SpendStatus> {
    guarded(&studio, async move |studio| studio.sync_spend().await).await
}

/// Balances with how long they last, today, this week, this month, and the month day by day.
#[tauri::command]
#[specta::specta]
pub async fn spend_overview(studio: Shared<'_>, filter: SpendFilter) -> Result<SpendOverview> {
    guarded(&studio, async move |studio| studio.spend_overview(filter).await).await
}

/// What was spent over time.
#[tauri::command]
#[specta::specta]
pub async fn spend_series(
    studio: Shared<'_>,
    filter: SpendFilter,
    by: SeriesBy,
    step: SeriesStep,
) -> Result<SpendSeries> {
    guarded(&studio, async move |studio| studio.spend_series(filter, by, step).await).await
}

/// What cost most of what was made, the dearest first: at most 20 of each currency.
#[tauri::command]
#[specta::specta]
pub async fn spend_top_items(studio: Shared<'_>, filter: SpendFilter) -> Result<Vec<TopItem>> {
    guarded(&studio, async move |studio| studio.spend_top_items(filter).await).await
}

/// What a picture, a minute of film, a thousand words have cost.
#[tauri::command]
#[specta::specta]
pub async fn spend_unit_prices(studio: Shared<'_>, filter: SpendFilter) -> Result<Vec<UnitPrice>> {
    guarded(&studio, async move |studio| studio.spend_unit_prices(filter).await).await
}

/// Some charges, or groups of them.
#[tauri::command]
#[specta::specta]
pub async fn spend_charges(studio: Shared<'_>, query: ChargeQuery) -> Result<ChargePage> {
    guarded(&studio, async move |studio| studio.spend_charges(query).await).await
}

/// The work that a charge may be for, the nearest in time first.
#[tauri::command]
#[specta::specta]
pub async fn charge_candidates(studio: Shared<'_>, charge: String) -> Result<Vec<ChargeCandidate>> {
    guarded(&studio, async move |studio| studio.charge_candidates(charge).await).await
}

/// The user says what a charge is for, or that it is for none of ours; the word stays.
#[tauri::command]
#[specta::specta]
pub async fn match_charge(studio: Shared<'_>, charge: String, job: Option<String>) -> Result<ChargeView> {
    guarded(&studio, async move |studio| studio.match_charge(charge, job).await).await
}

/// What an item has cost, charge by charge.
#[tauri::command]
#[specta::specta]
pub async fn item_charges(studio: Shared<'_>, item: String) -> Result<ItemCharges> {
    guarded(&studio, async move |studio| studio.item_charges(item).await).await
}

/// What the work behind a message or a transcript has cost, charge by charge.
#[tauri::command]
#[specta::specta]
pub async fn job_charges(studio: Shared<'_>, jobs: Vec<String>) -> Result<ItemCharges> {
    guarded(&studio, async move |studio| studio.job_charges(jobs).await).await
}

/// What a filter may be set to.
#[tauri::command]
#[specta::specta]
pub async fn spend_facets(studio: Shared<'_>, filter: SpendFilter) -> Result<SpendFacets> {
    guarded(&studio, async move |studio| studio.spend_facets(filter).await).await
}

/// Asks where to, and writes all charges of a query there as CSV, whatever its page; the path, or null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn export_spend(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    query: ChargeQuery,
) -> Result<Option<String>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog().file().set_parent(&window).set_file_name("canaletto-spend.csv").save_file(move |file| {
        let _ = sender.send(file);
    });
    let Some(target) = receiver.await.ok().flatten().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    guarded(&studio, async move |studio| {
        studio.export_spend(query, target.clone()).await?;
        Ok(Some(target.display().to_string()))
    })
    .await
}
