//! The use cases of Canaletto: accounts, prices, jobs, pictures, the voice room, the library.
//!
//! This crate joins the four below it: `venice` asks, `store` keeps, `audio` hears, `vault` holds the keys. It knows no window: what
//! it has to tell goes to an [`events::EventSink`], and what it answers are plain types in the words of the front end.
//!
//! ```no_run
//! # async fn example() -> studio::Result<()> {
//! let studio = studio::Studio::open(studio::Options {
//!     home: "/tmp/canaletto".into(),
//!     sandbox: None,
//!     run_account: None,
//!     events: std::sync::Arc::new(|_| {}),
//! })
//! .await?;
//! println!("{} accounts", studio.accounts().await?.len());
//! studio.close().await;
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

pub mod accounts;
pub mod calls;
pub mod conversations;
pub mod error;
pub mod events;
pub mod films;
pub mod imports;
pub mod jobs;
pub mod library;
pub mod models;
pub mod money;
pub mod music;
pub mod operations;
pub mod pictures;
pub mod pricing;
pub mod recipe;
pub mod settings;
pub mod spend;
pub mod voice;
pub mod wallets;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub use error::{AppError, Result};
use secrecy::SecretString;
use store::Store;
use tokio::task::JoinSet;
use vault::Vault;

use crate::{
    accounts::Accounts,
    events::{AppEvent, EventSink},
    imports::Imports,
    jobs::{Running, remote::Following},
    pictures::catalogue::Catalogue,
};

/// A server and the key for it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Ends in `/api/v1`.
    pub base_url: String,
    /// Sent to this server only.
    pub key: SecretString,
    /// For billing and keys, where it is another one.
    pub admin_key: Option<SecretString>,
}

/// What a studio is opened with.
pub struct Options {
    /// The folder of everything that is kept.
    pub home: PathBuf,
    /// The built-in sandbox, where it runs.
    pub sandbox: Option<Endpoint>,
    /// An account for this run alone; keys added meanwhile belong to the same server.
    pub run_account: Option<Endpoint>,
    /// Where events go.
    pub events: EventSink,
}

/// The use cases. Cheap to clone; all clones are the same studio, each with what its user agrees to.
#[derive(Clone)]
pub struct Studio {
    inner: Arc<Inner>,
    /// The budgets that ask, and that what is asked for may go over.
    over_budgets: Arc<[String]>,
}

struct Inner {
    home: PathBuf,
    store: Store,
    vault: Vault,
    events: EventSink,
    accounts: Accounts,
    catalogue: Catalogue,
    running: Running,
    following: Following,
    conversing: conversations::Conversing,
    transcribing: voice::transcripts::Transcribing,
    imports: Imports,
    library_work: library::upkeep::LibraryWork,
    exports: library::taking_out::Exports,
    notices: Vec<AppError>,
    tasks: Tasks,
    joining: voice::speech::Joining,
    recorder: voice::recorder::Desk,
    sounds: voice::sounds::Sounds,
    spending: spend::sync::Spending,
    settings_turn: tokio::sync::Mutex<()>,
    budget_watch: spend::alerts::BudgetWatch,
}

/// What goes on beside the calls, until the studio closes: from then on nothing begins.
struct Tasks(Mutex<Option<JoinSet<()>>>);

impl Default for Tasks {
    fn default() -> Self {
        Self(Mutex::new(Some(JoinSet::new())))
    }
}

impl Tasks {
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(tasks) = tasks.as_mut() else { return };
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    async fn end(&self) {
        let tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut tasks) = tasks {
            tasks.shutdown().await;
        }
    }
}

/// How long the end may wait for the library's notes; the next start goes on with them.
const AT_CLOSING: Duration = Duration::from_secs(3);
/// How long a keychain may take to answer.
const KEYCHAIN_TIME: Duration = Duration::from_secs(5);

impl Studio {
    /// Opens what is kept, mends what can be mended, and goes on with jobs whose answers are on disk.
    pub async fn open(options: Options) -> Result<Self> {
        let Options { home, sandbox, run_account, events } = options;
        let store_options = store::OpenOptions {
            home: home.clone(),
            library: home.join("library"),
            clock: Arc::new(store::SystemClock),
        };
        let opening = tokio::task::spawn_blocking(move || Store::open(store_options));
        let (store, findings) = opening.await.map_err(AppError::internal)??;
        let vault = Vault::start(vault::Options {
            service: "art.canaletto.studio".to_owned(),
            home: home.clone(),
            time_limit: KEYCHAIN_TIME,
        });
        let inner = Inner {
            library_work: library::upkeep::LibraryWork::new(store.is_library_there()),
            store,
            vault,
            events,
            accounts: Accounts::new(sandbox, run_account),
            catalogue: Catalogue::default(),
            running: Running::default(),
            following: Following::default(),
            conversing: conversations::Conversing::default(),
            transcribing: voice::transcripts::Transcribing::default(),
            imports: Imports::new(&home.join("work")),
            exports: library::taking_out::Exports::default(),
            notices: findings.iter().filter_map(library::findings::at_start).collect(),
            tasks: Tasks::default(),
            joining: voice::speech::Joining::default(),
            recorder: voice::recorder::Desk::default(),
            sounds: voice::sounds::Sounds::default(),
            spending: spend::sync::Spending::default(),
            settings_turn: tokio::sync::Mutex::default(),
            budget_watch: spend::alerts::BudgetWatch::default(),
            home,
        };
        let studio = Self { inner: Arc::new(inner), over_budgets: Arc::default() };
        studio.tidy_pasted().await?;
        studio.prepare_accounts().await?;
        studio.pass_on_changes();
        studio.watch_library();
        studio.read_queue().await?;
        studio.resume_jobs().await?;
        studio.follow_jobs();
        studio.resume_readings().await?;
        studio.tidy_samples().await?;
        studio.clear_parts();
        studio.recover_takes();
        studio.resume_transcripts().await?;
        studio.open_line().await?;
        studio.watch_budgets();
        studio.watch_spending();
        Ok(studio)
    }

    /// Stops what runs and writes what is still to be written. A take that is recorded is ended and kept. Open jobs stay as they are and are looked at on the next
    /// opening.
    pub async fn close(&self) {
        self.cancel_library_work();
        self.cancel_import();
        self.cancel_export();
        self.end_recording().await;
        self.inner.running.close();
        self.inner.tasks.end().await;
        let flushed = self.store(|store| store.flush_for(AT_CLOSING)).await;
        if let Err(error) = flushed {
            tracing::warn!(code = error.code, "the library's notes were not written to the end");
        }
    }

    /// The folder of everything that is kept.
    pub fn home(&self) -> &Path {
        &self.inner.home
    }

    /// The folder of the media, as of now: it can be moved.
    pub fn library_folder(&self) -> PathBuf {
        self.inner.store.library_path()
    }

    /// What the check at the opening found wrong or mended.
    pub fn notices(&self) -> Vec<AppError> {
        self.inner.notices.clone()
    }

    /// Runs work on the store off the async threads.
    async fn store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> store::Result<T> + Send + 'static,
    ) -> Result<T> {
        let studio = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&studio.inner.store)).await;
        let done = done.map_err(AppError::internal)?;
        if let Err(store::Error::LibraryGone { .. }) = &done {
            self.library_seen(false);
        }
        Ok(done?)
    }

    fn tell(&self, event: AppEvent) {
        (self.inner.events)(event);
    }

    /// What the store says has changed, and where keys are kept, as events.
    fn pass_on_changes(&self) {
        let mut changes = self.inner.store.changes();
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            use tokio::sync::broadcast::error::RecvError;
            loop {
                match changes.recv().await {
                    Ok(store::Change::Items(ids)) => {
                        let ids = ids.iter().map(ToString::to_string).collect();
                        studio.tell(AppEvent::Items { ids: Some(ids) });
                    }
                    Ok(store::Change::AllItems) => studio.tell(AppEvent::Items { ids: None }),
                    Ok(store::Change::Conversations(ids)) => {
                        let ids = ids.iter().map(ToString::to_string).collect();
                        studio.tell(AppEvent::Conversations { ids: Some(ids) });
                    }
                    Ok(store::Change::AllConversations) => {
                        studio.tell(AppEvent::Conversations { ids: None });
                    }
                    Err(RecvError::Lagged(_)) => {
                        studio.tell(AppEvent::Items { ids: None });
                        studio.tell(AppEvent::Boards);
                        studio.tell(AppEvent::Conversations { ids: None });
                        studio.tell(AppEvent::Transcripts { ids: Vec::new() });
                        studio.tell(AppEvent::Readings { ids: Vec::new() });
                        studio.tell(AppEvent::Clones);
                    }
                    Ok(store::Change::Transcripts(ids)) => {
                        let ids = ids.iter().map(ToString::to_string).collect();
                        studio.tell(AppEvent::Transcripts { ids });
                    }
                    Ok(store::Change::Boards) => studio.tell(AppEvent::Boards),
                    Ok(store::Change::Job(id)) => {
                        studio.tell_job(id).await;
                        studio.tell_reading_of(id).await;
                    }
                    Ok(store::Change::Readings(ids)) => {
                        let ids = ids.iter().map(ToString::to_string).collect();
                        studio.tell(AppEvent::Readings { ids });
                    }
                    Ok(store::Change::Clones) => studio.tell(AppEvent::Clones),
                    Ok(store::Change::Accounts) => studio.tell_accounts().await,
                    Ok(store::Change::Settings) => {}
                    Err(RecvError::Closed) => break,
                }
            }
        });
        let mut status = self.inner.vault.changes();
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            while status.changed().await.is_ok() {
                studio.tell(AppEvent::Vault { vault: studio.vault_status() });
                studio.tell_accounts().await;
            }
        });
    }
}
