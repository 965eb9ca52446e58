//! All that the studio tells of its own accord.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    AppError,
    accounts::view::{AccountView, VaultStatus},
    jobs::view::JobView,
    library::view::Picked,
    spend::{alerts::BudgetAlert, budgets::BudgetOverview},
};

/// Something changed. The shell adds what only it knows: files dragged over the window, and its end.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AppEvent {
    /// A job took a step or received bytes.
    Job {
        /// As it is now.
        job: Box<JobView>,
    },
    /// Items came, changed or went; `None` = so many that all should be read again.
    Items {
        /// Their ids.
        ids: Option<Vec<String>>,
    },
    /// Conversations came, changed or went; `None` = so many that all should be read again.
    Conversations {
        /// Their ids.
        ids: Option<Vec<String>>,
    },
    /// An account or a balance changed.
    Accounts {
        /// All of them.
        accounts: Vec<AccountView>,
    },
    /// Secrets are kept elsewhere now.
    Vault {
        /// Where.
        vault: VaultStatus,
    },
    /// Boards came, changed or went, or what is on them.
    Boards,
    /// Transcripts came, changed or went.
    Transcripts {
        /// Their ids; none = so many that all should be read again.
        ids: Vec<String>,
    },
    /// Readings took a step, came or went.
    Readings {
        /// Their ids.
        ids: Vec<String>,
    },
    /// Cloned voices came, changed or went.
    Clones,
    /// Models are listed or marked otherwise than before.
    Models,
    /// A budget was changed, or what is taken of them.
    Budgets {
        /// As they stand now.
        budgets: BudgetOverview,
    },
    /// So much of a budget is spent: told once for each of its days or months.
    BudgetAlert {
        /// Which, and how much.
        alert: BudgetAlert,
    },
    /// The Queue was paused or goes on, its order changed, or its history was pruned.
    Queue {
        /// Nothing is sent until it goes on.
        paused: bool,
        /// The ids of what isn't sent yet, in the order it will be.
        line: Vec<String>,
    },
    /// An import goes on.
    ImportProgress {
        /// Files looked at.
        done: u32,
        /// Files in all, as far as they have been counted.
        total: u32,
        /// Folders are still being counted.
        counting: bool,
        /// Held by the user.
        paused: bool,
        /// Files not taken so far.
        refused: u32,
    },
    /// An export goes on.
    ExportProgress {
        /// Files written.
        done: u32,
        /// Files in all.
        total: u32,
    },
    /// A check or a move of the library goes on.
    LibraryWork {
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
        /// Files done.
        files: u32,
    },
    /// The library's folder went away, or is there again.
    Library {
        /// It is there.
        reachable: bool,
    },
    /// Files are held over the window, or no longer.
    Drag {
        /// Over it.
        over: bool,
    },
    /// Files were dropped on the window.
    Dropped {
        /// The files.
        files: Vec<Picked>,
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// The window is to close: the page keeps what it has not kept yet, and answers.
    Closing,
    /// What is known of what was spent changed: charges came, were matched, or are being read.
    SpendChanged,
    /// Something the user should know.
    Notice {
        /// What.
        error: AppError,
    },
}

/// Where events go. It is called from any thread and must not block.
pub type EventSink = Arc<dyn Fn(AppEvent) + Send + Sync>;
