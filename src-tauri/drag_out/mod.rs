//! Files of items dragged out of the window into other programs.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod others;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use studio::{AppError, Result};
use tauri::{Manager, WebviewWindow};

#[cfg(target_os = "linux")]
use self::linux::begin;
#[cfg(not(target_os = "linux"))]
use self::others::begin;

/// How long after its end a drag is still known: what the window is told of it comes through a queue.
const GRACE: Duration = Duration::from_secs(2);

/// The files that are being dragged out. On their way they may come over the window itself, where they are nothing new.
#[derive(Clone, Default)]
pub struct Dragged(Arc<Mutex<Own>>);

#[derive(Default)]
struct Own {
    files: Vec<PathBuf>,
    ended: Option<Instant>,
}

impl Dragged {
    /// Whether files held over the window are those that were taken from it.
    pub fn are_own(&self, paths: &[PathBuf]) -> bool {
        let own = self.lock();
        !own.files.is_empty()
            && own.ended.is_none_or(|ended| ended.elapsed() < GRACE)
            && paths.iter().all(|path| own.files.contains(path))
    }

    fn begin(&self, files: Vec<PathBuf>) {
        *self.lock() = Own { files, ended: None };
    }

    fn end(&self) {
        self.lock().ended = Some(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Own> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins the drag; the mouse button must be down. `icon` is a PNG to hang on the pointer.
pub async fn start(window: WebviewWindow, files: Vec<PathBuf>, icon: Vec<u8>) -> Result<()> {
    let dragged = window.state::<Dragged>().inner().clone();
    dragged.begin(files.clone());
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let of = window.clone();
    let ended = {
        let dragged = dragged.clone();
        move || dragged.end()
    };
    let asked = window.run_on_main_thread(move || {
        let _ = sender.send(begin(&of, files, icon, ended));
    });
    let begun = match asked {
        Ok(()) => receiver.await.map_err(AppError::internal)?,
        Err(error) => Err(error.to_string()),
    };
    begun.map_err(|reason| {
        dragged.end();
        AppError::internal(format!("a drag could not begin: {reason}"))
    })
}
