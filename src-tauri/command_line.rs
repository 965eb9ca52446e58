//! What can be done without a window: `canaletto library rebuild` and `canaletto library check [--hashes]`.

use std::{path::Path, process::ExitCode};

use studio::library::offline::{self, OfflineReport};

const USAGE: &str = "\
Usage:
  canaletto                           opens the window
  canaletto library check [--hashes]  looks whether files and database agree; with --hashes reads every file
  canaletto library rebuild           makes the database's part of the library again from its files
CANALETTO_HOME names another folder to keep things in.";

/// How many files of a finding are named.
const MOST_PATHS: usize = 20;

/// Does what the arguments say; none when they ask for the window.
pub fn run(arguments: &[String], home: Option<&Path>) -> Option<ExitCode> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let work: fn(std::path::PathBuf) -> studio::Result<OfflineReport> = match arguments[..] {
        ["library", "rebuild"] => offline::rebuild,
        ["library", "check"] => |home| offline::check(home, false),
        ["library", "check", "--hashes"] => |home| offline::check(home, true),
        ["--help" | "-h" | "help"] => {
            say(USAGE);
            return Some(ExitCode::SUCCESS);
        }
        ["library", ..] => {
            complain(USAGE);
            return Some(ExitCode::from(2));
        }
        _ => return None,
    };
    let Some(home) = home else {
        complain("There is no folder to keep things in: set CANALETTO_HOME to one.");
        return Some(ExitCode::from(2));
    };
    Some(match work(home.to_path_buf()) {
        Ok(report) => {
            say(&in_words(&report));
            if report.check.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            complain(&error.message);
            complain(error.hint.as_deref().unwrap_or_default());
            ExitCode::from(2)
        }
    })
}

fn in_words(report: &OfflineReport) -> String {
    let OfflineReport { folder, items, trashed, boards, check } = report;
    let read = if check.hashed { ", every one read" } else { "" };
    let mut lines = vec![
        format!("Library  {}", folder.display()),
        format!("Files    {}, {} bytes{read}", check.files, check.bytes),
        format!("Items    {items}, and {trashed} in the trash"),
        format!("Boards   {boards}"),
    ];
    if check.findings.is_empty() {
        lines.push("All is well.".to_owned());
    }
    for finding in &check.findings {
        lines.push(String::new());
        lines.push(finding.notice.message.clone());
        lines.extend(finding.notice.hint.clone());
        let named = finding.paths.len().min(MOST_PATHS);
        lines.extend(finding.paths.iter().take(named).map(|path| format!("  {path}")));
        let more = (finding.count as usize).saturating_sub(named);
        if named > 0 && more > 0 {
            lines.push(format!("  and {more} more"));
        }
    }
    lines.join("\n")
}

#[expect(clippy::print_stdout, reason = "the terminal is where it was asked for")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "the terminal is where it was asked for")]
fn complain(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str], home: Option<&Path>) -> Option<ExitCode> {
        run(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>(), home)
    }

    fn is(code: Option<ExitCode>, expected: u8) -> bool {
        code.is_some_and(|code| format!("{code:?}") == format!("{:?}", ExitCode::from(expected)))
    }

    #[test]
    fn only_what_is_known_is_done_without_a_window() {
        assert!(asked(&[], None).is_none());
        assert!(asked(&["--display", ":1"], None).is_none());
        assert!(is(asked(&["--help"], None), 0));
        assert!(is(asked(&["library", "delete"], None), 2));
        assert!(is(asked(&["library", "check"], None), 2));
    }

    #[test]
    fn a_library_is_rebuilt_and_checked_and_refused_while_it_is_open() {
        let home = tempfile::tempdir().unwrap();
        assert!(is(asked(&["library", "rebuild"], Some(home.path())), 0));
        std::fs::create_dir_all(home.path().join("library/mine")).unwrap();
        std::fs::write(home.path().join("library/mine/a.mp3"), b"sound").unwrap();
        assert!(is(asked(&["library", "check", "--hashes"], Some(home.path())), 1), "one was taken in");
        assert!(is(asked(&["library", "check"], Some(home.path())), 0));
        std::fs::remove_file(home.path().join("canaletto.db")).unwrap();
        assert!(is(asked(&["library", "rebuild"], Some(home.path())), 0));
        let open = store::Store::open(store::OpenOptions {
            home: home.path().to_owned(),
            library: home.path().join("library"),
            clock: std::sync::Arc::new(store::SystemClock),
        });
        assert!(is(asked(&["library", "check"], Some(home.path())), 2), "it is in use");
        drop(open);
    }
}
