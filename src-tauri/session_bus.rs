//! A message bus for one test.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use zbus::{Connection, connection::Builder};

/// It ends with this.
pub struct SessionBus {
    daemon: Child,
    address: String,
}

impl SessionBus {
    pub fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon starts: scripts/setup test brings it");
        let mut address = String::new();
        let said = daemon.stdout.take().expect("a pipe");
        BufReader::new(said).read_line(&mut address).expect("its address");
        Self { daemon, address: address.trim().to_owned() }
    }

    /// To be given a name and objects, or none.
    pub fn member(&self) -> Builder<'_> {
        Builder::address(self.address.as_str()).expect("an address")
    }

    pub async fn connect(&self) -> zbus::Result<Connection> {
        self.member().build().await
    }
}

impl Drop for SessionBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
