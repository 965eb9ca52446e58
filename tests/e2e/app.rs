//! One user's Canaletto: a folder where everything is kept, and the app opened on it, once or again and again.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    desktop::{Desktop, PATIENCE, project, wait_for},
    driver::Driver,
    page::Page,
    sandbox::Sandbox,
};

/// The app's program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_canaletto");

/// The title of its window.
pub const TITLE: &str = "Canaletto";

/// A user: a desktop, a folder, and what the app is told by its environment.
pub struct Home {
    // Fields are dropped in this order: first the screen and all that runs on it, then the files.
    /// Where it all shows.
    pub desktop: Desktop,
    folder: TempDir,
    variables: BTreeMap<&'static str, String>,
}

impl Home {
    /// A new user, who has never started the app: it will begin with its built-in sandbox.
    pub fn new() -> Self {
        Self::on(Desktop::start())
    }

    /// The same on a desktop with a sound server and a microphone.
    pub fn with_sound() -> Self {
        Self::on(Desktop::with_sound())
    }

    fn on(desktop: Desktop) -> Self {
        let all = project().join("target/e2e");
        fs::create_dir_all(&all).expect("a folder");
        let folder = tempfile::Builder::new().prefix("user-").tempdir_in(all).expect("a folder");
        let mut home = Self { desktop, folder, variables: BTreeMap::new() };
        home.set("CANALETTO_HOME", &home.kept().display().to_string());
        // File dialogs that begin with a field to type a path into, and no search for a screen reader.
        let settings = home.path("user/config/glib-2.0/settings");
        fs::create_dir_all(&settings).expect("a folder");
        fs::write(
            settings.join("keyfile"),
            "[org/gtk/settings/file-chooser]\nstartup-mode='cwd'\nlocation-mode='filename-entry'\n",
        )
        .expect("a file");
        home.set("GSETTINGS_BACKEND", "keyfile");
        home.set("NO_AT_BRIDGE", "1");
        for (name, below) in [
            ("HOME", "user"),
            ("XDG_DATA_HOME", "user/share"),
            ("XDG_CONFIG_HOME", "user/config"),
            ("XDG_CACHE_HOME", "user/cache"),
        ] {
            let folder = home.path(below);
            fs::create_dir_all(&folder).expect("a folder");
            home.set(name, &folder.display().to_string());
        }
        home
    }

    /// A new user whose account is, for each run, that of a sandbox of its own process.
    pub fn with_sandbox() -> (Self, Sandbox) {
        let mut home = Self::new();
        let sandbox = Sandbox::start(&home.path("sandbox"));
        home.set("CANALETTO_API_BASE", &sandbox.base_url);
        home.set("CANALETTO_API_KEY", &sandbox.api_key);
        (home, sandbox)
    }

    /// Sets a variable of the app's environment.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.variables.insert(name, value.to_owned());
    }

    /// A place in this user's folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// The folder that the app keeps everything in.
    pub fn kept(&self) -> PathBuf {
        self.path("kept")
    }

    /// Starts the program while it already runs, and waits for this second one to end by itself.
    pub fn start_a_second(&self) {
        let mut second = self.desktop.command(PROGRAM);
        let mut second = second.envs(&self.variables).spawn().expect("the app starts");
        let status = wait_for("the second start to end", || second.try_wait().expect("its status"));
        assert!(status.success(), "the second start ends with {status}");
    }

    /// Opens the app, and waits for its page.
    pub async fn open(&self) -> App<'_> {
        let log = self.path("app.log");
        let (driver, client) = loop {
            match self.connect(&log).await {
                Ok(connected) => break connected,
                // The driver chooses a port for the web view and lets go of it again; the app's own servers can be given
                // that very port before the web view takes it.
                Err(_) if tail(&log).contains("Failed to start remote inspector server") => {
                    if let Some(process) = running(&self.kept()) {
                        kill_process(process, Signal::KILL).expect("the app runs");
                    }
                    wait_for("the app to end", || running(&self.kept()).is_none().then_some(()));
                    fs::write(&log, "").expect("the log");
                }
                // One that was just killed may still hold its name on the bus for a moment.
                Err(_) if tail(&log).contains("failed to forward arguments to the running instance") => {
                    fs::write(&log, "").expect("the log");
                }
                Err(error) => panic!("the app does not open: {error}\n{}", tail(&log)),
            }
        };
        let process = wait_for("the app's process", || running(&self.kept()));
        let page = Page::new(client, log);
        page.wait_until("the window to show a room", "!!document.querySelector('main')").await;
        App { page, process, driver, home: self }
    }

    async fn connect(&self, log: &Path) -> Result<(Driver, Client), String> {
        let driver = Driver::start(
            |program| {
                let mut command = self.desktop.command(program);
                command.envs(&self.variables);
                command
            },
            log,
        );
        let capabilities = json!({"tauri:options": {"application": PROGRAM}});
        let mut client = ClientBuilder::new(HttpConnector::new());
        client.capabilities(capabilities.as_object().expect("an object").clone());
        match tokio::time::timeout(PATIENCE, client.connect(&driver.address())).await {
            Ok(Ok(client)) => Ok((driver, client)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(late) => Err(late.to_string()),
        }
    }
}

impl Drop for Home {
    /// What a failed test leaves is worth looking at.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("what this user had is kept in {}", self.folder.path().display());
        }
    }
}

/// The app, open.
pub struct App<'home> {
    /// What its window shows.
    pub page: Page,
    process: Pid,
    driver: Driver,
    home: &'home Home,
}

impl App<'_> {
    /// Closes the window as its user would, and waits for the program to end.
    pub fn quit(self) {
        let (kept, deadline) = (self.home.kept(), Instant::now() + PATIENCE);
        while running(&kept).is_some() && Instant::now() < deadline {
            self.close_window();
            // A window that is just being drawn can miss a key: what doesn't close it is done again.
            let pressed = Instant::now();
            while running(&kept).is_some() && pressed.elapsed() < PATIENCE / 4 {
                std::thread::sleep(Duration::from_millis(30));
            }
        }
        let logs = fs::read_dir(kept.join("logs")).expect("the app's logs").flatten();
        let logs: String = logs.filter_map(|log| fs::read_to_string(log.path()).ok()).collect();
        assert!(!logs.contains("the page did not answer"), "the page had its say before the window closed");
        self.wait_for_end();
    }

    /// Asks the window to close, and doesn't wait.
    pub fn close_window(&self) {
        let desktop = &self.home.desktop;
        let Some(window) = desktop.window(TITLE) else { return };
        desktop.xdotool(&["windowactivate", "--sync", &window]);
        desktop.xdotool(&["key", "--clearmodifiers", "alt+F4"]);
    }

    /// Its window, as the desktop knows it.
    pub fn window(&self) -> String {
        wait_for("the app's window", || self.home.desktop.window(TITLE))
    }

    /// Ends it as a crash or a power cut would.
    pub fn kill(self) {
        kill_process(self.process, Signal::KILL).expect("the app runs");
        self.wait_for_end();
    }

    /// Waits for the program to end.
    pub fn wait_for_end(self) {
        let kept = self.home.kept();
        wait_for("the app to end", || running(&kept).is_none().then_some(()));
        drop(self.driver);
    }

    /// Makes the page this large, window frame not counted.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = [width.to_string(), height.to_string()];
        self.desktop().xdotool(&["windowsize", "--sync", &self.window(), &size[0], &size[1]]);
        let there = format!("innerWidth === {width} && innerHeight === {height}");
        self.page.wait_until(&format!("a window of {width}x{height}"), &there).await;
    }

    /// The app's own process.
    pub fn process(&self) -> Pid {
        self.process
    }

    /// Where it all shows.
    pub fn desktop(&self) -> &Desktop {
        &self.home.desktop
    }
}

/// The app that runs on this folder: other users' may run at the same time.
fn running(kept: &Path) -> Option<Pid> {
    let wanted = [b"CANALETTO_HOME=", kept.as_os_str().as_bytes()].concat();
    fs::read_dir("/proc").expect("/proc").find_map(|entry| {
        let process = entry.ok()?.path();
        let number = process.file_name()?.to_str()?.parse().ok()?;
        let program = fs::read_link(process.join("exe")).ok()?;
        let environment = fs::read(process.join("environ")).ok()?;
        let ours = program == Path::new(PROGRAM)
            && environment.split(|byte| *byte == 0).any(|entry| entry == wanted);
        if ours { Pid::from_raw(number) } else { None }
    })
}

/// The last words of a log.
pub fn tail(log: &Path) -> String {
    let log = fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
