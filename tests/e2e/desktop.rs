//! A desktop for one test: a screen in memory, a window manager, a message bus and an open keyring.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    io::Read,
    os::unix::ffi::OsStringExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long anything on the desktop may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The folder of the whole project.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything a program needs to find to be on this desktop. It ends when this is dropped, or when the test's process
/// does, however it does: the scripts behind it wait for the end of their standard input.
pub struct Desktop {
    scripts: Child,
    environment: BTreeMap<OsString, OsString>,
}

impl Desktop {
    /// A desktop with nothing on it, and no sound server.
    pub fn start() -> Self {
        Self::begin(&["with-keyring"])
    }

    /// A desktop with a sound server: what is played to its output is heard by its microphone.
    pub fn with_sound() -> Self {
        Self::begin(&["with-keyring", "with-sound"])
    }

    fn begin(sessions: &[&str]) -> Self {
        let scripts = project().join("scripts");
        let mut scripts = Command::new(scripts.join("with-desktop"))
            .args(sessions.iter().map(|session| scripts.join(session)))
            .args(["sh", "-c", r"env -0; printf '\0'; exec cat >/dev/null"])
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env_remove("LANGUAGE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/with-desktop starts");
        let environment = read_environment(scripts.stdout.take().expect("a pipe"));
        assert!(!environment.is_empty(), "the desktop did not come up: {:?}", scripts.wait());
        Self { scripts, environment }
    }

    /// A program on this desktop, not started yet.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.environment).stdin(Stdio::null());
        command
    }

    /// Runs `xdotool` and answers what it printed, or nothing when it failed (no such window).
    pub fn xdotool(&self, arguments: &[&str]) -> Option<String> {
        let output = self.command("xdotool").args(arguments).output().expect("xdotool starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The name of its screen.
    pub fn display(&self) -> String {
        self.environment[OsStr::new("DISPLAY")].to_string_lossy().into_owned()
    }

    /// The window that has the focus.
    pub fn active_window(&self) -> Option<String> {
        self.xdotool(&["getactivewindow"])
    }

    /// The visible window of this title.
    pub fn window(&self, title: &str) -> Option<String> {
        let title = format!("^{title}$");
        let found = self.xdotool(&["search", "--onlyvisible", "--name", &title])?;
        found.lines().next_back().map(str::to_owned)
    }

    /// Plays a WAV into the microphone, to its end.
    pub fn say(&self, wav: &Path) {
        let mut playing = self.start_saying(wav);
        let status = playing.wait().expect("its status");
        assert!(status.success(), "paplay ends with {status}");
    }

    /// The same, going on meanwhile.
    pub fn start_saying(&self, wav: &Path) -> Child {
        self.command("paplay").arg("--device=vsink").arg(wav).spawn().expect("paplay starts")
    }

    /// Tells the sound server something.
    pub fn pactl(&self, arguments: &[&str]) -> Option<String> {
        let output = self.command("pactl").args(arguments).output().expect("pactl starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Puts a PNG on the clipboard.
    pub fn copy_picture(&self, png: &Path) {
        let mut xclip = self.command("xclip");
        xclip.args(["-selection", "clipboard", "-target", "image/png", "-in"]).arg(png);
        let status = xclip.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("xclip starts");
        assert!(status.success(), "xclip takes {}", png.display());
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.scripts.stdin.take());
        let _ = self.scripts.wait();
    }
}

/// `env -0` up to the empty entry that follows it.
fn read_environment(mut from: impl Read) -> BTreeMap<OsString, OsString> {
    let mut environment = BTreeMap::new();
    let mut entry = Vec::new();
    let mut byte = [0];
    while from.read(&mut byte).is_ok_and(|read| read == 1) {
        if byte[0] != 0 {
            entry.push(byte[0]);
        } else if let Some(sign) = entry.iter().position(|byte| *byte == b'=') {
            let value = OsString::from_vec(entry.split_off(sign + 1));
            entry.pop();
            environment.insert(OsString::from_vec(std::mem::take(&mut entry)), value);
        } else {
            return environment;
        }
    }
    environment
}

/// Asks every 30 ms until there is an answer, `PATIENCE` at most.
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain for {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}
