//! Who may know whom. The table in ARCHITECTURE.md is for people; this one is held.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::files;

/// A part, the other parts that it may use, and those that only its tests may use.
const MAY_USE: [(&str, &[&str], &[&str]); 7] = [
    ("audio", &[], &[]),
    ("sandbox", &[], &[]),
    ("store", &[], &[]),
    ("vault", &[], &[]),
    ("venice", &[], &["sandbox"]),
    ("studio", &["audio", "store", "vault", "venice"], &["sandbox"]),
    ("canaletto", &["sandbox", "studio", "venice"], &["sandbox", "store", "studio", "venice"]),
];

/// Libraries that one part alone deals with.
const BELONGS_TO: [(&str, &str); 12] = [
    ("cpal", "audio"),
    ("pulseaudio", "audio"),
    ("hound", "audio"),
    ("symphonia", "audio"),
    ("keyring", "vault"),
    ("keyring-core", "vault"),
    ("reqwest", "venice"),
    ("rustls", "venice"),
    ("rusqlite", "store"),
    ("tauri", "canaletto"),
    ("wry", "canaletto"),
    ("tao", "canaletto"),
];

struct Package {
    uses: BTreeSet<String>,
    tests_use: BTreeSet<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(files::project())
        .output()
        .expect("cargo starts");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata answers JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter().map(|package| {
        let of_kind = |test: bool| {
            let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
            let wanted = dependencies.filter(|dependency| (dependency["kind"] == "dev") == test);
            wanted.map(|dependency| dependency["name"].as_str().expect("a name").to_owned()).collect()
        };
        let name = package["name"].as_str().expect("a name").to_owned();
        (name, Package { uses: of_kind(false), tests_use: of_kind(true) })
    });
    packages.collect()
}

#[test]
fn every_part_has_its_row() {
    let known: BTreeSet<&str> = MAY_USE.iter().map(|(part, ..)| *part).collect();
    for part in packages().keys() {
        assert!(known.contains(part.as_str()), "{part} is new: say in MAY_USE what it may use");
    }
}

#[test]
fn parts_use_only_what_they_may() {
    let packages = packages();
    for (part, may_use, tests_may_use) in MAY_USE {
        let Some(package) = packages.get(part) else { continue };
        let parts = |names: &BTreeSet<String>| -> Vec<String> {
            names.iter().filter(|name| packages.contains_key(*name)).cloned().collect()
        };
        for used in parts(&package.uses) {
            assert!(may_use.contains(&used.as_str()), "{part} must not use {used}");
        }
        for used in parts(&package.tests_use) {
            assert!(tests_may_use.contains(&used.as_str()), "the tests of {part} must not use {used}");
        }
    }
}

#[test]
fn each_library_belongs_to_one_part() {
    for (part, package) in packages() {
        for used in &package.uses {
            let owner = BELONGS_TO
                .iter()
                .find(|(library, _)| used == library || used.starts_with(&format!("{library}-plugin-")));
            if let Some((_, owner)) = owner {
                // The sandbox reads and makes media by itself, as a server elsewhere would.
                assert!(part == *owner || part == "sandbox", "{used} belongs to {owner}, not to {part}");
            }
        }
    }
}

/// Fails where a line of code names one of `words`.
fn assert_unspoken(folder: &str, words: &[&str]) {
    for path in files::with_extension(folder, &["rs"]) {
        for (number, line) in files::code(&path) {
            for word in words {
                assert!(!has_word(&line, word), "{}:{number} must not know {word}", path.display());
            }
        }
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(part_of_word) && !line[at + word.len()..].starts_with(part_of_word)
    })
}

#[test]
fn the_shell_knows_no_database_network_sound_or_keychain() {
    assert_unspoken(
        "src-tauri",
        &["rusqlite", "reqwest", "cpal", "keyring", "keyring_core", "SELECT", "INSERT"],
    );
}

#[test]
fn nothing_below_the_shell_knows_tauri() {
    assert_unspoken("crates", &["tauri", "AppHandle", "tauri_specta"]);
}

#[test]
fn library_crates_document_what_is_public() {
    for part in packages().keys().filter(|part| *part != "canaletto") {
        let root = Path::new("crates").join(part).join("src/lib.rs");
        let documented = files::text(&root).contains("#![deny(missing_docs)]");
        assert!(documented, "{} lacks #![deny(missing_docs)]", root.display());
    }
}

#[test]
fn words_are_told_from_parts_of_words() {
    assert!(has_word("use tauri::App;", "tauri"));
    assert!(!has_word("use tauri_specta::x;", "tauri"));
    assert!(!has_word("let entauri = 1;", "tauri"));
}
