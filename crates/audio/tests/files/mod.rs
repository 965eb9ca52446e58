//! Files of every kind, made by the programs that people make them with.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::unchecked_time_subtraction,
    reason = "a test that can't go on says where it stopped"
)]

mod made;

mod bad;
mod cut;
mod decode;
mod encode;
mod film;
mod hostile;
mod join;
mod peaks;
