//! How soon the window shows something, and what it holds then, beside an empty Tauri window.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{
    app::{Home, TITLE},
    desktop::{project, wait_for},
    memory,
    results::{Results, folder, median},
    screen::Screen,
};

const RUNS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(30);
/// A window is at rest when nothing was painted for this long.
const REST: Duration = Duration::from_secs(2);

/// A program whose start is measured.
struct Program {
    path: PathBuf,
    title: &'static str,
    picture: PathBuf,
    frames: Vec<f64>,
    memory: Vec<f64>,
}

impl Program {
    fn new(path: PathBuf, title: &'static str, picture: &str) -> Self {
        let picture = folder().join(picture);
        Self { path, title, picture, frames: Vec::new(), memory: Vec::new() }
    }

    fn run(&mut self, home: &Home, screen: &Screen) {
        screen.wait_until_empty(PATIENCE);
        let mut command = command(home, &self.path);
        let started = Instant::now();
        let mut process = command.spawn().expect("it starts");
        let frame = screen.first_frame(PATIENCE) - started;
        screen.photograph(&self.picture);
        screen.wait_for_rest(REST, PATIENCE);
        self.frames.push(frame.as_secs_f64() * 1000.0);
        self.memory.push(memory::held(process.id()));
        close(home, self.title, &mut process);
    }
}

/// Median of alternating starts, the app's on a folder that has been opened before.
pub async fn measure(results: &mut Results) {
    println!("\nStarting the app and an empty window, {RUNS} times each …");
    let mut home = Home::new();
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let app = home.open().await;
    app.leave_welcome().await;
    // Settings are written a moment after they were changed.
    sleep(REST).await;
    app.quit();

    let screen = Screen::watch(&home.desktop);
    let mut ours = Program::new(env!("CARGO_BIN_EXE_canaletto").into(), TITLE, "first-frame.png");
    let empty_window = project().join("target/release/empty-window");
    let mut empty = Program::new(empty_window, "Empty window", "first-frame-of-empty-window.png");
    // What both need of the disk is in memory from here on.
    ours.run(&home, &screen);
    empty.run(&home, &screen);
    for program in [&mut ours, &mut empty] {
        program.frames.clear();
        program.memory.clear();
    }
    for _ in 0..RUNS {
        ours.run(&home, &screen);
        empty.run(&home, &screen);
    }
    println!("first frames: ours {:.0?} ms, empty {:.0?} ms", ours.frames, empty.frames);
    println!("memory: ours {:.0?} MB, empty {:.0?} MB", ours.memory, empty.memory);
    results.add("start to first frame", "ms", median(&ours.frames), median(&empty.frames), 1.5);
    results.add("memory at rest", "MB", median(&ours.memory), median(&empty.memory), 1.4);
}

fn command(home: &Home, program: &Path) -> Command {
    assert!(program.exists(), "{} is missing; \"make bench\" builds it", program.display());
    let mut command = home.desktop.command(program);
    command
        .env("CANALETTO_HOME", home.kept())
        .env("HOME", home.path("user"))
        .env("XDG_DATA_HOME", home.path("user/share"))
        .env("XDG_CONFIG_HOME", home.path("user/config"))
        .env("XDG_CACHE_HOME", home.path("user/cache"))
        .env("GSETTINGS_BACKEND", "keyfile")
        .env("NO_AT_BRIDGE", "1")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    command
}

/// Closes the window as its user would, and waits for the program to end.
fn close(home: &Home, title: &str, process: &mut Child) {
    let window = wait_for("the window", || home.desktop.window(title));
    home.desktop.xdotool(&["windowactivate", "--sync", &window]);
    home.desktop.xdotool(&["key", "--clearmodifiers", "alt+F4"]);
    wait_for("the program to end", || process.try_wait().expect("a child"));
}
