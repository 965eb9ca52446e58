//! Canaletto's shell: the only Rust that knows Tauri.
//!
//! This file puts the parts together: plugins, state, commands, and the studio that opens beside the window.

mod bindings;
mod command_line;
mod commands;
mod drag_out;
mod events;
mod home;
mod logging;
mod media_server;
mod notify;
mod opening;
mod page_failures;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod session_bus;
mod tray;
mod window;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use studio::{AppError, Endpoint, Options, Studio, error::Code};
use tauri::{Manager, RunEvent};
use tauri_plugin_window_state::StateFlags;

use crate::{
    events::Events,
    opening::{Opened, Opening},
};

/// Does what the command line asks for, or runs the program until its window is closed.
pub fn run() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    if let Some(done) = command_line::run(&arguments, home::folder().as_deref()) {
        return done;
    }
    let Some(home) = home::folder() else {
        eprintln_plainly("There is no folder to keep things in: set CANALETTO_HOME to one.");
        return ExitCode::FAILURE;
    };
    // Taken out of the environment before anything else runs: the webview's processes would inherit it.
    let run_account = home::take_run_account();
    let _log = logging::start(&home);
    let bindings = bindings::builder();
    let handler = bindings.invoke_handler();
    let setup_home = home.clone();
    let app = tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(home::bus_name(&home))
                .callback(|app, _, _| window::raise(app))
                .build(),
        )
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(home.join("window.json").display().to_string())
                .with_state_flags(StateFlags::all() - StateFlags::VISIBLE)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(handler)
        .on_window_event(window::on_event)
        .setup(move |app| {
            let events = Events::start(app.handle().clone());
            let (opener, opening) = Opening::new();
            app.manage(opening);
            app.manage(events.clone());
            app.manage(window::Closing::default());
            app.manage(notify::Desk::default());
            app.manage(commands::exports::LastExport::default());
            app.manage(drag_out::Dragged::default());
            app.manage(page_failures::PageFailures::default());
            let (home, run_account) = (setup_home.clone(), run_account.clone());
            tauri::async_runtime::spawn(async move { opener.done(open(home, run_account, events).await) });
            window::open(app, &setup_home)?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_run_event)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            eprintln_plainly(&format!("Canaletto can't open its window: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Without a window the terminal is the only place left to say why.
#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn eprintln_plainly(said: &str) {
    eprintln!("{said}");
}

fn on_run_event(app: &tauri::AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event
        && let Some(studio) = app.state::<Opening>().now()
    {
        tauri::async_runtime::block_on(studio.close());
    }
}

/// Opens what the window will ask for.
async fn open(home: PathBuf, run_account: Option<Endpoint>, events: Events) -> studio::Result<Opened> {
    let sandbox = start_sandbox(&home, &events).await;
    let studio = Studio::open(Options { home, sandbox, run_account, events: events.sink() }).await?;
    let media_origin = media_server::start(studio.clone()).await.map_err(|error| {
        tracing::error!(%error, "the media server could not start");
        AppError::new(
            Code::Internal,
            "Pictures can't be shown: no local address could be opened.",
            "Close other programs or restart the computer, then start Canaletto again.",
        )
    })?;
    Ok(Opened { studio, media_origin })
}

/// The built-in sandbox. Without it everything but the sandbox account works.
async fn start_sandbox(home: &Path, events: &Events) -> Option<Endpoint> {
    let config = sandbox::Config { state_dir: Some(home.join("sandbox")), ..sandbox::Config::default() };
    match sandbox::Sandbox::start(config).await {
        Ok(running) => {
            let endpoint = Endpoint {
                base_url: running.base_url().clone(),
                key: running.api_key().to_owned().into(),
                admin_key: Some(running.admin_key().to_owned().into()),
            };
            // It serves until the program ends.
            std::mem::forget(running);
            Some(endpoint)
        }
        Err(error) => {
            tracing::error!(%error, "the sandbox could not start");
            events.notice(AppError::new(
                Code::Internal,
                "The sandbox could not be started.",
                "Accounts with a key of your own work as usual. Start Canaletto again to try once more.",
            ));
            None
        }
    }
}
