//! A process that is killed at any step loses nothing that the provider still has, pays nothing twice, and leaves no job
//! stuck: held against the sandbox's own ledger, with trouble on top.
//!
//! Each run is drawn from its seed. `DURABILITY_SEED=N` plays one run again, `DURABILITY_RUNS=N` plays so many.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests tell what they have done and what they left"
)]

mod child;
mod full_disk;
mod life;
mod plan;
mod provider;
mod remains;
mod scene;

use std::{
    collections::BTreeMap,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    thread,
    time::Instant,
};

use full_disk::FullDisk;
use plan::{Plan, Trouble};
use scene::{Outcome, Scene};

/// Kills without any word on how many runs.
const KILLS: usize = 40;
/// Runs at once: most of their time they wait.
const AT_ONCE: usize = 4;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|number| number.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// As many runs as are asked for, or as few as come to so many kills.
fn plans() -> Vec<Plan> {
    if let Some(seed) = number("DURABILITY_SEED") {
        return vec![Plan::of(seed)];
    }
    if let Some(runs) = number("DURABILITY_RUNS") {
        return (0..runs).map(Plan::of).collect();
    }
    let (mut plans, mut kills) = (Vec::new(), 0);
    for seed in 0.. {
        if kills >= KILLS {
            break;
        }
        let plan = Plan::of(seed);
        kills += plan.kills.len();
        plans.push(plan);
    }
    plans
}

#[test]
fn killed_at_any_step_nothing_is_lost_paid_twice_or_stuck() {
    let begun = Instant::now();
    let mut plans = plans();
    let can_be_full = FullDisk::is_possible();
    if !can_be_full {
        eprintln!("SKIPPED: a full disk, for want of the right to mount one; those runs go without");
        for plan in plans.iter_mut().filter(|plan| plan.trouble == Trouble::FullDisk) {
            plan.trouble = Trouble::None;
        }
    }
    let (runs, kills) = (plans.len(), plans.iter().map(|plan| plan.kills.len()).sum::<usize>());
    let (waiting, ended, failed) =
        (Mutex::new(plans.into_iter()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(runs) {
            scope.spawn(|| {
                loop {
                    let Some(plan) = waiting.lock().unwrap().next() else { break };
                    if let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| Scene::play(plan.clone()))) {
                        ended.lock().unwrap().push(outcome);
                    } else {
                        eprintln!("DURABILITY_SEED={} fails: {plan:?}", plan.seed);
                        failed.lock().unwrap().push(plan.seed);
                    }
                }
            });
        }
    });
    let ended = ended.into_inner().unwrap();
    println!("{runs} runs with {kills} kills in {:?}", begun.elapsed());
    tell("killed while", ended.iter().flat_map(|outcome| outcome.landed.iter().cloned()));
    tell("ended as", ended.iter().map(|outcome: &Outcome| format!("{:?}", outcome.end)));
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "DURABILITY_SEED of what failed: {failed:?}");
}

fn tell(what: &str, of: impl Iterator<Item = String>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in of {
        *counts.entry(one).or_default() += 1;
    }
    println!("{what}: {counts:?}");
}
