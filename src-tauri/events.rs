//! The one emitter: all that the back end tells the window goes out here, in batches.

use std::{collections::HashMap, sync::Arc, time::Duration};

use studio::{AppError, events::AppEvent};
use tauri::{AppHandle, Emitter};
use tokio::sync::mpsc;

/// The name the window listens to; its payload is a list of [`AppEvent`].
pub const EVENT: &str = "app-event";

/// What comes within this time goes out together, so that a burst is one update of the window.
const GATHER: Duration = Duration::from_millis(30);

/// Takes events from any thread and never blocks.
#[derive(Clone)]
pub struct Events(mpsc::UnboundedSender<AppEvent>);

impl Events {
    /// Starts the emitter.
    pub fn start(app: AppHandle) -> Self {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tauri::async_runtime::spawn(async move {
            while let Some(first) = receiver.recv().await {
                let mut batch = vec![first];
                tokio::time::sleep(GATHER).await;
                while let Ok(event) = receiver.try_recv() {
                    batch.push(event);
                }
                if let Err(error) = app.emit(EVENT, merged(batch)) {
                    tracing::warn!(%error, "an event was not delivered");
                }
            }
        });
        Self(sender)
    }

    /// Tells the window.
    pub fn tell(&self, event: AppEvent) {
        let _ = self.0.send(event);
    }

    /// The same as a function the studio can hold.
    pub fn sink(&self) -> studio::events::EventSink {
        let events = self.clone();
        Arc::new(move |event| events.tell(event))
    }

    /// Tells the window that something failed behind its back.
    pub fn notice(&self, error: AppError) {
        self.tell(AppEvent::Notice { error });
    }
}

/// Of several states of one job only the last matters, at the place of the first; lists of items become one, and so do
/// those of conversations.
fn merged(batch: Vec<AppEvent>) -> Vec<AppEvent> {
    let mut out: Vec<AppEvent> = Vec::with_capacity(batch.len());
    let mut jobs: HashMap<String, usize> = HashMap::new();
    let mut items: Option<usize> = None;
    let mut conversations: Option<usize> = None;
    for event in batch {
        match event {
            AppEvent::Job { job } => {
                if let Some(&at) = jobs.get(&job.id) {
                    out[at] = AppEvent::Job { job }
                } else {
                    jobs.insert(job.id.clone(), out.len());
                    out.push(AppEvent::Job { job });
                }
            }
            AppEvent::Items { ids } => {
                let at = *items.get_or_insert(out.len());
                match out.get_mut(at) {
                    Some(AppEvent::Items { ids: before }) => join(before, ids),
                    _ => out.push(AppEvent::Items { ids }),
                }
            }
            AppEvent::Conversations { ids } => {
                let at = *conversations.get_or_insert(out.len());
                match out.get_mut(at) {
                    Some(AppEvent::Conversations { ids: before }) => join(before, ids),
                    _ => out.push(AppEvent::Conversations { ids }),
                }
            }
            AppEvent::SpendChanged if out.iter().any(|event| matches!(event, AppEvent::SpendChanged)) => {}
            other => out.push(other),
        }
    }
    out
}

/// Both lists as one; where either is "all", so is it.
fn join(before: &mut Option<Vec<String>>, ids: Option<Vec<String>>) {
    *before = before.take().zip(ids).map(|(mut before, ids)| {
        before.extend(ids);
        before.sort();
        before.dedup();
        before
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(ids: Option<&[&str]>) -> AppEvent {
        AppEvent::Items { ids: ids.map(|ids| ids.iter().map(ToString::to_string).collect()) }
    }

    #[test]
    fn lists_of_items_become_one() {
        let merged =
            merged(vec![items(Some(&["b"])), AppEvent::Drag { over: true }, items(Some(&["a", "b"]))]);
        assert_eq!(merged.len(), 2);
        assert!(matches!(&merged[0], AppEvent::Items { ids: Some(ids) } if ids == &["a", "b"]));
    }

    #[test]
    fn read_all_again_swallows_lists() {
        let merged = merged(vec![items(Some(&["b"])), items(None), items(Some(&["c"]))]);
        assert!(matches!(&merged[..], [AppEvent::Items { ids: None }]));
    }
    #[test]
    fn conversations_and_items_stay_apart() {
        let conversations = |id: &str| AppEvent::Conversations { ids: Some(vec![id.to_owned()]) };
        let merged = merged(vec![conversations("b"), items(Some(&["i"])), conversations("a")]);
        assert!(matches!(&merged[..], [
            AppEvent::Conversations { ids: Some(conversations) },
            AppEvent::Items { ids: Some(items) },
        ] if conversations == &["a", "b"] && items == &["i"]));
    }
}
