//! Budgets: what the user allows to be spent, and what is taken of it.

use studio::{
    Result,
    spend::budgets::{Budget, BudgetOverview},
};

use super::{Shared, guarded};

/// All budgets.
#[tauri::command]
#[specta::specta]
pub async fn list_budgets(studio: Shared<'_>) -> Result<Vec<Budget>> {
    guarded(&studio, async move |studio| studio.budgets().await).await
}

/// Keeps a budget: a new one where its id is empty, else another form of one that there is. Answers all.
#[tauri::command]
#[specta::specta]
pub async fn save_budget(studio: Shared<'_>, budget: Budget) -> Result<Vec<Budget>> {
    guarded(&studio, async move |studio| studio.save_budget(budget).await).await
}

/// Takes a budget away. Answers those that stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_budget(studio: Shared<'_>, id: String) -> Result<Vec<Budget>> {
    guarded(&studio, async move |studio| studio.delete_budget(id).await).await
}

/// What is taken of the budgets of the account that pays now.
#[tauri::command]
#[specta::specta]
pub async fn budget_state(studio: Shared<'_>) -> Result<BudgetOverview> {
    guarded(&studio, async move |studio| studio.budget_state().await).await
}
