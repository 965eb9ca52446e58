//! The use cases against the sandbox.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail where it stands")]

mod bench;
mod calls;
mod conversations;
mod import;
mod money;
mod paid;
mod pictures;
mod talk;
mod talk_kept;
mod talk_with;
mod trouble;
