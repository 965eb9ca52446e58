//! A session of a test's own: folders, a bus, a gnome-keyring-daemon that can be frozen, killed and started again.
//!
//! Where the bus is, is told by the environment, which a test can't change for itself alone. So each test runs twice: the
//! outer run makes the folders and starts this test binary again for this one test; the inner run finds the environment.

use std::{
    env, fs,
    io::Write,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use vault::{Options, Place, Reason, Vault};
use zbus::{
    blocking::Connection,
    names::InterfaceName,
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

const INSIDE: &str = "VAULT_TEST_SESSION";
const PASSWORD: &str = "the password of the login keyring";
const SECRETS: &str = "org.freedesktop.secrets";
const SECRETS_PATH: &str = "/org/freedesktop/secrets";

/// How long anything may take to come up, or a whole test to run.
const PATIENCE: Duration = Duration::from_mins(2);

pub struct Session {
    folder: PathBuf,
    bus: Option<Running>,
    keyring: Option<Running>,
}

/// A process that ends with its value, frozen or not.
struct Running(Child);

impl Running {
    fn has_ended(&mut self) -> bool {
        self.0.try_wait().is_ok_and(|status| status.is_some())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a test in a session without a bus. `name` is the path of the test, as the test runner knows it.
pub fn inside(name: &str, test: impl AsyncFnOnce(&mut Session)) {
    if let Some(folder) = env::var_os(INSIDE) {
        let mut session = Session { folder: folder.into(), bus: None, keyring: None };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(test(&mut session));
    }
    // Short, because a socket's path may have 107 bytes.
    let folder = tempfile::Builder::new().prefix("vault-").tempdir_in("/tmp").unwrap();
    for part in ["run", "data", "home"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    let output = fs::File::create(folder.path().join("output")).unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, folder.path())
        .env("DBUS_SESSION_BUS_ADDRESS", address(folder.path()))
        .env("XDG_RUNTIME_DIR", folder.path().join("run"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .process_group(0);
    let mut inner = Running(command.spawn().unwrap());
    let group = inner.0.id();
    let end = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = inner.0.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() > end {
            break None;
        }
        pause();
    };
    // What a test that was cut off has left behind.
    signal("KILL", &format!("-{group}"));
    let output = fs::read_to_string(folder.path().join("output")).unwrap();
    let passed = status.is_some_and(|status| status.success()) && output.contains("1 passed");
    assert!(passed, "{name} inside its session: {status:?}\n{output}");
}

/// Prompts stay open until they are dismissed, and so does every later one at once.
#[derive(Clone)]
pub struct Desktop {
    shown: Arc<AtomicUsize>,
    dismissed: Arc<Semaphore>,
    bus: Arc<Mutex<Option<Connection>>>,
}

impl Desktop {
    /// How many prompts there were.
    pub fn shown(&self) -> usize {
        self.shown.load(Ordering::SeqCst)
    }

    pub fn dismiss(&self) {
        self.dismissed.close();
    }
}

#[zbus::interface(name = "org.gnome.keyring.internal.Prompter")]
impl Desktop {
    async fn begin_prompting(&self, callback: OwnedObjectPath) -> zbus::fdo::Result<()> {
        assert_ne!(callback.as_str(), "/", "a prompt comes from somewhere");
        self.shown.fetch_add(1, Ordering::SeqCst);
        // There are no permits: this ends when the semaphore is closed.
        let _ = self.dismissed.acquire().await;
        Err(zbus::fdo::Error::Failed("dismissed".to_owned()))
    }
}

impl Session {
    /// A vault of this session that waits 20 s for the keychain, so that only what hangs is too slow.
    pub fn vault(&self) -> Vault {
        self.vault_with(Duration::from_secs(20))
    }

    pub fn vault_with(&self, time_limit: Duration) -> Vault {
        Vault::start(Options { time_limit, ..Options::new("vault.test", self.home()) })
    }

    pub fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    pub fn start_bus(&mut self) {
        let config = self.folder.join("bus.conf");
        // Without folders of services: the bus activates nothing, so that a dead daemon stays dead.
        let text = format!(
            "<busconfig><type>session</type><keep_umask/><listen>{}</listen><auth>EXTERNAL</auth>\
             <policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/>\
             <allow own='*'/></policy></busconfig>",
            address(&self.folder)
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.arg("--nofork").arg("--nosyslog").arg("--config-file").arg(&config);
        self.bus = Some(spawn(command, "dbus"));
        until("the bus answers", || Connection::session().is_ok());
    }

    pub fn stop_bus(&mut self) {
        self.bus = None;
        fs::remove_file(self.folder.join("bus")).unwrap();
    }

    /// Starts a keyring whose login collection is made if it isn't there, and open. It aborts now and then when somebody who
    /// asked leaves while it comes up (an assertion of its own): then it is started once more.
    pub fn start_keyring(&mut self) {
        self.launch_keyring();
        until("the keyring is open", || {
            if self.keyring.as_mut().is_some_and(Running::has_ended) {
                self.keyring = None;
                self.launch_keyring();
            }
            is_locked() == Some(false)
        });
    }

    /// Starts a keyring that nobody unlocks: its collection, if there is one from before, stays locked.
    pub fn start_locked_keyring(&mut self) {
        let daemon = self.spawn_keyring(false);
        self.keyring = Some(daemon);
        until("the keyring answers", || default_collection().is_some());
    }

    fn launch_keyring(&mut self) {
        let mut daemon = self.spawn_keyring(true);
        let mut stdin = daemon.0.stdin.take().unwrap();
        stdin.write_all(PASSWORD.as_bytes()).unwrap();
        drop(stdin);
        self.keyring = Some(daemon);
    }

    fn spawn_keyring(&mut self, unlock: bool) -> Running {
        assert!(self.keyring.take().is_none(), "one keyring at a time");
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if unlock {
            command.arg("--unlock").stdin(Stdio::piped());
        }
        spawn(command, "gnome-keyring")
    }

    /// What the user does by typing the password into a prompt: an interface that gnome-keyring has for its own tools.
    pub fn unlock_keyring(&self) {
        assert!(self.keyring.is_some(), "a keyring runs");
        let bus = Connection::session().unwrap();
        let service = Some("org.freedesktop.Secret.Service");
        let reply =
            bus.call_method(Some(SECRETS), SECRETS_PATH, service, "OpenSession", &("plain", Value::from("")));
        let (_, session): (OwnedValue, OwnedObjectPath) = reply.unwrap().body().deserialize().unwrap();
        let password = (session, Vec::<u8>::new(), PASSWORD.as_bytes(), "text/plain");
        bus.call_method(
            Some(SECRETS),
            SECRETS_PATH,
            Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
            "UnlockWithMasterPassword",
            &(default_collection().unwrap(), password),
        )
        .unwrap();
        assert_eq!(is_locked(), Some(false));
    }

    /// A desktop that shows the keyring's prompts.
    pub fn desktop(&self) -> Desktop {
        assert!(self.keyring.is_some(), "a keyring runs");
        let desktop =
            Desktop { shown: Arc::default(), dismissed: Arc::new(Semaphore::new(0)), bus: Arc::default() };
        let bus = Connection::session().unwrap();
        bus.object_server().at("/org/gnome/keyring/Prompter", desktop.clone()).unwrap();
        bus.request_name("org.gnome.keyring.SystemPrompter").unwrap();
        *desktop.bus.lock().unwrap() = Some(bus);
        desktop
    }

    pub fn stop_keyring(&mut self) {
        self.keyring = None;
        until("the keyring is gone", || default_collection().is_none());
    }

    pub fn freeze_keyring(&self) {
        signal("STOP", &self.keyring_id());
    }

    pub fn thaw_keyring(&self) {
        signal("CONT", &self.keyring_id());
    }

    fn keyring_id(&self) -> String {
        self.keyring.as_ref().unwrap().0.id().to_string()
    }
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub async fn get(vault: &Vault, name: &str) -> Option<String> {
    vault.get(name).await.unwrap().map(|secret| secret.expose_secret().to_owned())
}

/// Waits until the vault says by itself that it keeps secrets there, for that reason.
pub async fn becomes(vault: &Vault, place: Place, reason: Option<Reason>) {
    let mut changes = vault.changes();
    let wanted = changes.wait_for(|status| status.place == place && status.reason == reason);
    let seen = tokio::time::timeout(PATIENCE / 2, wanted).await;
    seen.unwrap_or_else(|_| panic!("{vault:?} does not become {place:?}")).unwrap();
}

fn address(folder: &Path) -> String {
    format!("unix:path={}/bus", folder.display())
}

fn spawn(mut command: Command, package: &str) -> Running {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.spawn() {
        Ok(child) => Running(child),
        Err(error) => {
            panic!("{program} could not be started ({error}): `apt-get install {package}`, or `make test`")
        }
    }
}

fn signal(name: &str, process: &str) {
    let command = format!("kill -s {name} -- {process}");
    let _ = Command::new("sh").args(["-c", &command]).stderr(Stdio::null()).status().unwrap();
}

/// The path of the default collection: `/` if there is none. `None` if no keyring answers.
fn default_collection() -> Option<OwnedObjectPath> {
    let reply = Connection::session()
        .ok()?
        .call_method(
            Some(SECRETS),
            SECRETS_PATH,
            Some("org.freedesktop.Secret.Service"),
            "ReadAlias",
            &"default",
        )
        .ok()?;
    reply.body().deserialize().ok()
}

fn is_locked() -> Option<bool> {
    let interface = InterfaceName::from_static_str("org.freedesktop.Secret.Collection").unwrap();
    let reply = Connection::session()
        .ok()?
        .call_method(
            Some(SECRETS),
            &default_collection()?,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(interface, "Locked"),
        )
        .ok()?;
    reply.body().deserialize::<OwnedValue>().ok()?.try_into().ok()
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE / 4;
    while !done() {
        assert!(Instant::now() < end, "waited too long until {what}");
        pause();
    }
}

/// Between two looks at something that can't tell when it is done.
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}
