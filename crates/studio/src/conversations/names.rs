//! What the user calls things.

use crate::{AppError, Result, error::Code};

/// The longest name, in characters.
const LONGEST: usize = 100;

/// A name as it is kept: in one line, and not empty.
pub(super) fn named(typed: &str) -> Result<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(
            AppError::new(Code::FieldInvalid, "There is no name.", "Type one.").param("field", "name")
        );
    }
    Ok(name.chars().take(LONGEST).collect())
}
