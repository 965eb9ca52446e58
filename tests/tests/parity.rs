//! Every operation of the API has all it needs: a method of the client, a route of the sandbox, a command, a binding, an
//! entry of the Console, and a case in the client's example.

use std::collections::{BTreeMap, BTreeSet};

use venice::{OPERATIONS, Operation};

use crate::files;

/// `createApiKey` as `create_api_key`; `getX402Balance` as `get_x402_balance`.
fn snake(id: &str) -> String {
    let mut out = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// The operations that something is missing for.
fn missing(has: impl Fn(&Operation) -> bool) -> Vec<&'static str> {
    OPERATIONS.iter().filter(|operation| !has(operation)).map(|operation| operation.id).collect()
}

fn texts(folder: &str, extensions: &[&str]) -> String {
    files::with_extension(folder, extensions).iter().map(files::text).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn the_client_has_a_method_named_after_each() {
    let client = texts("crates/venice/src", &["rs"]);
    assert_eq!(missing(|operation| client.contains(&format!("pub async fn {}(", snake(operation.id)))), NONE);
}

#[test]
fn the_sandbox_serves_each_at_its_path() {
    let served: BTreeMap<_, _> =
        ::sandbox::routes().into_iter().map(|route| (route.operation, (route.method, route.path))).collect();
    assert_eq!(
        missing(|operation| served.get(operation.id) == Some(&(operation.method.as_str(), operation.path))),
        NONE
    );
    assert_eq!(served.len(), OPERATIONS.len());
}

#[test]
fn each_has_a_command_and_a_binding() {
    let commands = files::text("src-tauri/commands/names.rs");
    let bindings = files::text("ui/src/bindings.ts");
    assert_eq!(missing(|operation| commands.contains(&format!("\"{}\"", snake(operation.id)))), NONE);
    assert_eq!(
        missing(|operation| {
            bindings.contains(&format!("\t{}: (", operation.id))
                && bindings.contains(&format!("(\"{}\"", snake(operation.id)))
        }),
        NONE
    );
}

#[test]
fn each_is_in_the_console_with_words_and_an_example() {
    for file in [
        "ui/src/i18n/en/operations.ts",
        "ui/src/i18n/zh-CN/operations.ts",
        "ui/src/rooms/console/examples.ts",
    ] {
        let text = files::text(file);
        assert_eq!(missing(|operation| text.contains(&format!("  {}: ", operation.id))), NONE, "{file}");
    }
}

#[test]
fn each_has_a_case_in_the_example() {
    let example = texts("crates/venice/examples", &["rs"]);
    assert_eq!(missing(|operation| example.contains(&format!("\"{}\"", operation.id))), NONE);
}

#[test]
fn ids_stay_apart_in_snake_case() {
    let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| snake(operation.id)).collect();
    assert_eq!(names.len(), OPERATIONS.len());
    assert_eq!(snake("postApiKeyGenerateWeb3Key"), "post_api_key_generate_web3_key");
}
