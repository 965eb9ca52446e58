#![allow(clippy::float_cmp, reason = "samples come through unchanged, or they are lost")]

mod levels;
mod patience;
mod pre_roll;
mod rings;
mod takes;
