//! What the program promises its users: it talks to Venice and to nobody else, and its files hold no keys.

use std::collections::BTreeSet;

use crate::files;

/// Hosts that code may name: Venice's, the machine's own, and names that can't exist.
const HOSTS: [&str; 19] = [
    "venice.ai",
    "api.venice.ai",
    "docs.venice.ai",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "ipc.localhost",
    "tauri.localhost",
    "example.com",
    "example.org",
    // What the API takes addresses of, or refuses; nobody asks them from here.
    "www.youtube.com",
    "m.youtube.com",
    "youtube.com",
    "youtu.be",
    "vimeo.com",
    "x.com",
    "old.reddit.com",
    // Names of XML, not addresses.
    "www.w3.org",
    "ns.adobe.com",
];

/// Everything that ends up in the program.
fn sources() -> Vec<std::path::PathBuf> {
    let mut sources = files::with_extension("ui/src", &["ts", "svelte", "css"]);
    sources.extend(files::with_extension("src-tauri", &["rs"]));
    sources.extend(files::with_extension("crates", &["rs"]));
    sources.push("ui/index.html".into());
    sources.push("tauri.conf.json".into());
    sources
}

/// The hosts of all addresses in a text, one after the other.
fn hosts(text: &str) -> Vec<&str> {
    let addresses = text.split("://").skip(1);
    let ends = |character: char| !(character.is_ascii_alphanumeric() || ".-[]:@".contains(character));
    let host = |address: &str| address.split(ends).next().map(str::len);
    addresses
        .filter_map(|address| {
            let authority = &address[..host(address)?];
            let name = authority.rsplit('@').next()?;
            let name = if name.starts_with('[') {
                name.split_inclusive(']').next()?
            } else {
                name.split(':').next()?
            };
            (!name.is_empty()).then(|| name.trim_end_matches('.'))
        })
        .collect()
}

#[test]
fn code_names_no_strange_hosts() {
    for path in sources() {
        for (index, line) in files::text(&path).lines().enumerate() {
            // A comment may cite where a rule comes from.
            if line.trim_start().starts_with("//") || line.trim_start().starts_with('*') {
                continue;
            }
            for host in hosts(line) {
                let cannot_exist =
                    [".test", ".invalid", ".example", ".example.com"].iter().any(|end| host.ends_with(end));
                // A name of one word is nobody's on the open network.
                let one_word = !host.contains('.');
                let bare = host.trim_matches(['[', ']']);
                let private = bare.parse::<std::net::IpAddr>().is_ok() || host.ends_with(".local");
                let schema = line.contains("\"$schema\"");
                assert!(
                    HOSTS.contains(&host) || one_word || cannot_exist || private || schema,
                    "{}:{} names {host}",
                    path.display(),
                    index + 1
                );
            }
        }
    }
}

#[test]
fn hosts_are_found_in_addresses() {
    assert_eq!(hosts("see https://a.b/c and http://u@h:80?q, http://[::1]:1/"), ["a.b", "h", "[::1]"]);
    assert_eq!(hosts("format!(\"http://{address}\")"), [""; 0]);
}

#[test]
fn lock_files_name_no_host_of_a_registry() {
    let lock = files::text("ui/package-lock.json");
    assert!(!lock.contains("\"resolved\": \"http"), "npm wrote where it fetched from: see ui/.npmrc");
}

#[test]
fn no_file_holds_a_key() {
    for path in files::below(".") {
        // What is no text can't be searched for words.
        let Ok(text) = std::fs::read_to_string(files::project().join(&path)) else { continue };
        for mark in ["VENICE-INFERENCE-KEY-", "VENICE-ADMIN-KEY-", "PRIVATE KEY-----\n"] {
            for (at, _) in text.match_indices(mark) {
                let rest: String =
                    text[at + mark.len()..].chars().take_while(char::is_ascii_alphanumeric).collect();
                assert!(!looks_random(&rest), "{} holds what looks like a key: {mark}…", path.display());
            }
        }
    }
}

/// Real keys are long and mixed; those that tests make up are words or patterns.
fn looks_random(secret: &str) -> bool {
    let distinct: BTreeSet<char> = secret.chars().collect();
    let kinds: [fn(&char) -> bool; 3] =
        [char::is_ascii_digit, char::is_ascii_lowercase, char::is_ascii_uppercase];
    secret.len() >= 24
        && distinct.len() >= 15
        && kinds.iter().filter(|kind| secret.chars().any(|letter| kind(&letter))).count() >= 2
}

#[test]
fn made_up_keys_are_told_from_real_ones() {
    assert!(looks_random(&format!("q8Zr4vT1x{}", "Lm7KpW2nYb5Hc9Dj")));
    assert!(!looks_random("abcdefghijklmnop"));
    assert!(!looks_random("0000000000000000000000000000abcd"));
}
