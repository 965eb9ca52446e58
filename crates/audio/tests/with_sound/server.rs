//! The sound server of this session: `scripts/with-sound` started it.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The three programs it is made of, in the order they are started in.
pub const PROGRAMS: [&str; 3] = ["pipewire", "wireplumber", "pipewire-pulse"];

/// Anything that a test waits for comes sooner, or not at all.
pub const LIMIT: Duration = Duration::from_secs(30);

/// The session's folder.
fn session() -> PathBuf {
    let own = env::var("CANALETTO_SESSIONS").is_ok() && env::var("PULSE_SERVER").is_ok();
    assert!(own, "there is no sound server: run this with scripts/with-sound");
    let run = env::var("XDG_RUNTIME_DIR").expect("a runtime folder");
    Path::new(&run).parent().expect("its parent").to_owned()
}

/// Asks until it is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what} within {LIMIT:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn pactl(arguments: &[&str]) -> Option<String> {
    let output = Command::new("pactl").args(arguments).stderr(Stdio::null()).output().expect("pactl starts");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Plays a file to the output; it is heard by the microphone.
pub fn play(path: &Path) -> Child {
    session();
    Command::new("paplay").arg(path).spawn().expect("paplay starts")
}

/// Records from the default microphone with the sound server's own recorder.
pub fn record(path: &Path) -> Child {
    session();
    let into = File::create(path).expect("a new file");
    let arguments = ["--raw", "--format=s16le", "--rate=48000", "--channels=2", "--latency-msec=100"];
    Command::new("parecord").args(arguments).stdout(into).spawn().expect("parecord starts")
}

pub fn play_whole(path: &Path) {
    assert!(play(path).wait().expect("paplay ends").success());
}

/// Adds a microphone that hears what the output plays.
pub fn plug_in(name: &str) {
    session();
    until("a microphone is plugged in", || {
        pactl(&["load-module", "module-remap-source", "master=vsink.monitor", &format!("source_name={name}")])
            .is_some()
    });
    until("it is listed", || sources().iter().any(|source| source == name));
}

pub fn unplug(name: &str) {
    let modules = pactl(&["list", "short", "modules"]).expect("modules");
    let wanted = format!("source_name={name}");
    let module = modules.lines().find(|line| line.split_whitespace().any(|word| word == wanted));
    let number = module.and_then(|line| line.split_whitespace().next()).expect("its module");
    pactl(&["unload-module", number]).expect("it is unplugged");
}

pub fn make_default(source: &str) {
    until("the default microphone", || {
        pactl(&["set-default-source", source]).is_some()
            && pactl(&["get-default-source"]).as_deref() == Some(source)
    });
}

fn sources() -> Vec<String> {
    let list = pactl(&["list", "short", "sources"]).unwrap_or_default();
    list.lines().filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned).collect()
}

/// The processes of a program in this session.
fn processes(program: &str) -> Vec<String> {
    let session = session();
    let session = session.to_str().expect("a name").as_bytes();
    let all = fs::read_dir("/proc").expect("processes").flatten().filter(|process| {
        let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        name.trim() == program && environment.windows(session.len()).any(|part| part == session)
    });
    all.map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}

/// Sends a signal to a program of the sound server.
pub fn signal(name: &str, program: &str) {
    let processes = processes(program);
    assert!(!processes.is_empty(), "{program} runs");
    assert!(
        Command::new("kill")
            .arg(format!("-{name}"))
            .args(&processes)
            .status()
            .expect("kill starts")
            .success()
    );
}

/// Kills all of it.
pub fn kill() {
    // The last first: those that talk to another end with it.
    for program in PROGRAMS.iter().rev() {
        signal("KILL", program);
    }
    for program in PROGRAMS {
        until("they are gone", || processes(program).is_empty());
    }
}

/// Starts it again, with its output and its microphone, as `scripts/with-sound` does.
#[expect(clippy::zombie_processes, reason = "scripts/with-sound ends all of its session")]
pub fn start() {
    let session = session();
    for (program, socket) in PROGRAMS.iter().zip(["run/pipewire-0", "", "run/pulse/native"]) {
        let log = File::create(session.join(format!("{program}-again.log"))).expect("a log");
        if !socket.is_empty() {
            let _ = fs::remove_file(session.join(socket));
        }
        Command::new(program)
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", session.join("bus").display()))
            .env("XDG_CONFIG_HOME", session.join("config"))
            .env("XDG_STATE_HOME", session.join("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("it starts");
        until("its socket", || socket.is_empty() || session.join(socket).exists());
    }
    until("the sound server", || pactl(&["info"]).is_some());
    let output = [
        "load-module",
        "module-null-sink",
        "media.class=Audio/Sink",
        "sink_name=vsink",
        "channel_map=stereo",
        "rate=48000",
    ];
    until("its output", || pactl(&output).is_some());
    until("its output is listed", || sources().iter().any(|source| source == "vsink.monitor"));
    plug_in("vmic");
    until("the default output", || {
        pactl(&["set-default-sink", "vsink"]).is_some()
            && pactl(&["get-default-sink"]).as_deref() == Some("vsink")
    });
    make_default("vmic");
}
