//! The log: a file a day under `logs`, a week of them, and what a panic said.

use std::{io::IsTerminal, path::Path};

use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging; the guard writes what is left when it is dropped. A log that can't be written stops nothing.
pub fn start(home: &Path) -> Option<WorkerGuard> {
    let filter = || {
        EnvFilter::try_from_env("CANALETTO_LOG").unwrap_or_else(|_| {
            EnvFilter::new("warn,canaletto=info,studio=info,venice=info,store=info,vault=info")
        })
    };
    // The appender complains on the terminal about a folder that isn't there.
    let _ = std::fs::create_dir_all(home.join("logs"));
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("canaletto")
        .filename_suffix("log")
        .max_log_files(7)
        .build(home.join("logs"));
    let (file, guard) = match appender {
        Ok(appender) => {
            let (writer, guard) = tracing_appender::non_blocking(appender);
            let layer =
                tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer).with_filter(filter());
            (Some(layer), Some(guard))
        }
        Err(_) => (None, None),
    };
    let terminal = std::io::stderr()
        .is_terminal()
        .then(|| tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter()));
    let _ = tracing_subscriber::registry().with(file).with(terminal).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = panic.payload_as_str().unwrap_or("(no message)");
        tracing::error!(place, said, "panic");
    }));
    guard
}
