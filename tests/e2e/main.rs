//! The real app in a real window: a screen in memory, a window manager, a message bus and a keyring for each test,
//! `WebDriver` for the page and the keyboard for what belongs to the desktop (file dialogs, closing the window).
//!
//! `scripts/e2e [NAME]` runs them. Pictures of what was seen go to `target/screenshots`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on says where it stopped")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests tell what they measured and what they left"
)]

mod app;
mod desk;
mod desktop;
mod dialog;
mod drag;
mod drag_target;
mod driver;
mod page;
mod photographs;
#[expect(dead_code, reason = "the test without a window uses more of it")]
#[path = "../tests/durability/remains.rs"]
mod remains;
mod sandbox;
mod screenshots;
mod speech;
mod talk;
mod user;

mod accessibility;
mod bad_input;
mod chat;
mod chat_attached;
mod chat_files;
mod chat_full;
mod chat_kept;
mod chat_settings;
mod chat_trouble;
mod chat_web;
mod chat_words;
mod console;
mod console_trouble;
mod crash;
mod drag_out;
mod film_killed;
mod film_room;
mod image_many;
mod library_kept;
mod library_room;
mod main_job;
mod money;
mod rooms;
mod soak;
mod voice_record;
mod voice_speak;
mod voice_trouble;
mod window;
