//! tauri-driver, which leads `WebDriver`'s words to the web view of the app.

use std::{
    ffi::OsStr,
    fs::File,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, geteuid, kill_process};

use crate::desktop::{project, wait_for};

/// One tauri-driver with one `WebKitWebDriver`; it opens one app at a time.
pub struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts it. `command` makes a command of a program's name, with the environment that the app is to have; what driver
    /// and app say goes to the end of the file `log`.
    pub fn start(command: impl FnOnce(&OsStr) -> Command, log: &Path) -> Self {
        let program = project().join("target/tools/bin/tauri-driver");
        assert!(program.exists(), "tauri-driver is missing; \"scripts/setup test\" builds it");
        let log = File::options().create(true).append(true).open(log).expect("a log file");
        let (port, native_port) = (free_port(), free_port());
        let mut command = if geteuid().is_root() {
            // Root without its right to read everything, so that file permissions mean here what they mean to a user.
            let mut command = command("setpriv".as_ref());
            command.arg("--bounding-set=-dac_override,-dac_read_search").arg("--").arg(&program);
            command
        } else {
            command(program.as_os_str())
        };
        let process = command
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .spawn()
            .expect("tauri-driver starts");
        for port in [native_port, port] {
            wait_for("tauri-driver", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
        }
        Self { process, port }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    /// By SIGTERM: killed, it would leave its `WebKitWebDriver` behind.
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
