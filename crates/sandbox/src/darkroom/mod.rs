//! What is done to pictures that exist: edited, scaled up, cut out, and written as files.

mod cut_out;
mod edit;
mod file;
mod mask;
mod recipe;
mod scale;
mod tone;

pub(crate) use cut_out::cut_out;
pub(crate) use edit::{Shape, edit};
pub(crate) use file::{Format, write};
pub(crate) use recipe::embed;
pub(crate) use scale::{cover, enlarge, target};
pub(crate) use tone::{blurred, mean, toned};
