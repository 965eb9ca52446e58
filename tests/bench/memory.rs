//! What a program and all the processes it started hold.

use std::fs;

/// Their proportional share of memory (PSS), in megabytes of 1,048,576 bytes.
pub fn held(process: u32) -> f64 {
    tree(process).into_iter().map(kilobytes).sum::<u64>() as f64 / 1024.0
}

/// A program and all the processes it started, and theirs.
pub fn tree(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children: String = threads
        .map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default())
        .collect();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    std::iter::once(process).chain(children.flat_map(tree)).collect()
}

fn kilobytes(process: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or_default()
}
