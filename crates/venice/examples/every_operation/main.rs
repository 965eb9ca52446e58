//! Sends one good call of each operation and checks its answer.
//!
//! `cargo run -p venice --example every_operation -- --base-url URL --api-key KEY --admin-key KEY`
//!
//! With a real account this costs a little money. Exits with 1 where anything failed.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

mod account;
mod media;
mod text;

use std::error::Error;
use std::future::Future;
use std::process::ExitCode;

use venice::models::{ListModels, Model, ModelList, ModelType};
use venice::{Auth, Client};

/// How a check went.
type Outcome = Result<(), Box<dyn Error>>;

/// Fails the operation with what was found wrong.
macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err(format!($($text)+).into());
        }
    };
}

pub(crate) use ensure;

struct Options {
    base_url: String,
    api_key: String,
    admin_key: String,
}

fn options() -> Result<Options, String> {
    let mut arguments = std::env::args().skip(1);
    let (mut base_url, mut api_key, mut admin_key) = (None, None, None);
    while let Some(name) = arguments.next() {
        let slot = match name.as_str() {
            "--base-url" => &mut base_url,
            "--api-key" => &mut api_key,
            "--admin-key" => &mut admin_key,
            other => return Err(format!("unknown option {other}")),
        };
        *slot = Some(arguments.next().ok_or(format!("{name} wants a value"))?);
    }
    let wanted = |value: Option<String>, name: &str| value.ok_or(format!("{name} is missing"));
    Ok(Options {
        base_url: wanted(base_url, "--base-url")?,
        api_key: wanted(api_key, "--api-key")?,
        admin_key: wanted(admin_key, "--admin-key")?,
    })
}

/// Runs checks and prints how each went.
struct Report {
    failures: usize,
}

impl Report {
    async fn check(&mut self, operation: &str, check: impl Future<Output = Outcome>) {
        match check.await {
            Ok(()) => println!("ok {operation}"),
            Err(why) => {
                self.failures += 1;
                println!("failed {operation}: {why}{}", said(why.as_ref()));
            }
        }
    }
}

/// What the server said; it quotes nothing but the requests of this program.
fn said(why: &(dyn Error + 'static)) -> String {
    let api = why.downcast_ref::<venice::Error>().and_then(venice::Error::api);
    api.map(|api| format!(" ({:?} {:?} {:?})", api.message, api.fields, api.issues)).unwrap_or_default()
}

/// What the checks are made with.
struct Setting {
    /// Speaks with an inference key.
    client: Client,
    /// Speaks with an admin key.
    admin: Client,
    /// Where the server is.
    base_url: String,
    /// What there is to choose from.
    models: ModelList,
}

impl Setting {
    /// The first model of a type that isn't out of order and has what is wanted of it.
    fn pick(&self, model_type: &ModelType, wanted: impl Fn(&Model) -> bool) -> Result<&Model, String> {
        let usable = |model: &&Model| model.model_type == *model_type && !model.spec.offline && wanted(model);
        self.models.models.iter().find(usable).ok_or(format!("no {model_type} model for this is listed"))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\nusage: every_operation --base-url URL --api-key KEY --admin-key KEY");
            return ExitCode::from(2);
        }
    };
    let with = |key: &str| Client::builder(&options.base_url).auth(Auth::Bearer(key.into())).build();
    let (client, admin) = match (with(&options.api_key), with(&options.admin_key)) {
        (Ok(client), Ok(admin)) => (client, admin),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut report = Report { failures: 0 };
    let models = client.list_models(&ListModels::all()).await.map(|answer| answer.value).unwrap_or_default();
    let setting = Setting { client, admin, base_url: options.base_url, models };
    account::check(&mut report, &setting).await;
    text::check(&mut report, &setting).await;
    media::check(&mut report, &setting).await;
    if report.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
