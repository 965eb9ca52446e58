//! Nothing lies about that nobody compiles or calls: a test file outside the module tree would never run, and say nothing.

use std::{os::unix::fs::PermissionsExt, path::Path};

use crate::files;

#[test]
fn every_rust_file_is_in_a_module_tree() {
    for top in ["crates", "src-tauri", "tests"] {
        for path in files::with_extension(top, &["rs"]) {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            if ["lib", "main", "mod", "build"].contains(&stem) || is_target(&path) {
                continue;
            }
            let folder = path.parent().unwrap();
            let named_in = [
                folder.join("mod.rs"),
                folder.join("lib.rs"),
                folder.join("main.rs"),
                folder.with_extension("rs"),
            ];
            let declaration = format!("mod {stem};");
            // Two crates may share a file by its path.
            let shared = format!("{}/{stem}.rs\"]", folder.file_name().unwrap().to_str().unwrap());
            let declared = files::with_extension(top, &["rs"])
                .iter()
                .any(|file| files::text(file).contains(&shared))
                || named_in.iter().filter(|parent| files::project().join(parent).exists()).any(|parent| {
                    files::code(parent).iter().any(|(_, line)| line.trim().ends_with(&declaration))
                });
            assert!(declared, "nothing declares \"mod {stem};\" for {}", path.display());
        }
    }
}

/// A file straight in a crate's tests, benches or examples folder is a target of its own.
fn is_target(path: &Path) -> bool {
    // The fuzzers are a package of their own, outside the workspace, with a target each.
    if path.starts_with("crates/venice/fuzz") {
        return true;
    }
    let mut folders = path.parent().unwrap().components().rev().map(std::path::Component::as_os_str);
    let folder = folders.next().unwrap();
    let crates = path.starts_with("crates");
    crates && ["tests", "benches", "examples", "bin"].iter().any(|name| folder == *name)
}

#[test]
fn every_script_that_is_called_is_there() {
    let mut called = 0;
    for caller in
        ["Makefile", ".ci/run", "scripts/run", "scripts/test", "scripts/e2e", "tests/e2e/desktop.rs"]
    {
        for word in files::text(caller)
            .split(|character: char| character.is_whitespace() || "\"`;()".contains(character))
        {
            let Some(script) =
                word.strip_prefix('@').or(Some(word)).filter(|word| word.starts_with("scripts/"))
            else {
                continue;
            };
            let path = files::project().join(script);
            let Ok(about) = path.metadata() else { panic!("{caller} calls {script}, which is not there") };
            if about.is_file() {
                assert!(about.permissions().mode() & 0o100 != 0, "{script} can't be executed");
                called += 1;
            }
        }
    }
    assert!(called >= 5, "the callers name their scripts another way now: {called} found");
}
