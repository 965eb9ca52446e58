//! The vault against real keychain daemons, each test with a session of its own.

#![cfg(target_os = "linux")]

// `cfg(test)` on each, so that clippy knows what may unwrap.
#[cfg(test)]
mod damage;
#[cfg(test)]
mod fallback;
#[cfg(test)]
mod keychain;
#[cfg(test)]
mod scripts;
#[cfg(test)]
mod session;
