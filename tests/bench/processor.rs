//! The processor time that a program and all the processes it started take.

use std::{collections::BTreeMap, fs};

use crate::memory;

/// The kernel counts in hundredths of a second, whatever its own clock is.
const TICKS: f64 = 100.0;

/// What each process had taken at one moment, in user and kernel mode together.
pub struct Taken(BTreeMap<u32, (String, f64)>);

/// What each of them has taken so far. A process that has ended isn't there any more, and counts nowhere.
pub fn taken(process: u32) -> Taken {
    let all = memory::tree(process).into_iter();
    Taken(all.filter_map(|process| Some((process, name_and_seconds(process)?))).collect())
}

impl Taken {
    /// By name, the seconds that were taken since then.
    ///
    /// # Panics
    ///
    /// If one has ended meanwhile: nobody knows what it had taken.
    pub fn since(&self, earlier: &Self) -> Vec<(String, f64)> {
        let gone = earlier.0.iter().find(|(process, _)| !self.0.contains_key(process));
        assert!(gone.is_none(), "{gone:?} has ended meanwhile");
        let before = |process| earlier.0.get(process).map_or(0.0, |(_, seconds)| *seconds);
        self.0.iter().map(|(process, (name, seconds))| (name.clone(), seconds - before(process))).collect()
    }
}

/// `/proc/PID/stat`: the name, and of what follows it the 12th and 13th field.
fn name_and_seconds(process: u32) -> Option<(String, f64)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in brackets, may hold anything.
    let (before, after) = stat.rsplit_once(") ")?;
    let (_, name) = before.split_once('(')?;
    let mut fields = after.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((name.to_owned(), (ticks()? + ticks()?) / TICKS))
}
