//! Pictures, sound, films, and what is found in the web and in documents.

mod films;
pub mod pictures;
mod sound;
mod web;

use std::time::Duration;

use crate::{Report, Setting};

/// How often queued work is asked for, and for how long.
const POLLS: u32 = 400;
const BETWEEN_POLLS: Duration = Duration::from_secs(2);

/// Sends one good call of each.
pub async fn check(report: &mut Report, setting: &Setting) {
    pictures::check(report, setting).await;
    sound::check(report, setting).await;
    films::check(report, setting).await;
    web::check(report, setting).await;
}
