//! The sandbox as a program of its own. Its first line says where it is and which keys it takes.

use std::{io::Write, process::ExitCode, time::Duration};

use sandbox::{Config, Limits, Sandbox, Usage, WorkTime, routes};

const HELP: &str = "\
An offline Venice on 127.0.0.1. The first line it prints is {base_url, api_key, admin_key}.

  --port N            the port; 0 takes the one kept in the state folder, or any (default 0)
  --seed N            drives ids, work times and unasked-for picture seeds (default 0)
  --state DIR         keep ledger, keys and port there
  --latency MS        how long each paid job takes (default drawn, 1500 to 4000 for a picture)
  --tokens-per-second N
                      how fast text is written; 0 is as fast as can be (default 90)
  --rate GROUP=N      requests a minute; groups: text text_tokens image audio embeddings video_queue
                      video_retrieve keys (default as Venice documents); may be repeated
  --seed-usage        begin with a past of 90 days and 56,000 charges, unless there is one
  --image-rate N      the same as --rate image=N
  --block-failures N  block for 30 s after more than N failures in 30 s (default off)
  --fault SPEC        arm a fault, OPERATION:KIND[=VALUE][:TIMES[:AFTER]]; may be repeated
                      kinds: latency=MS[/MS] status=N html=N no_answer lost_answer cut_body
                      stop_without_done error_in_stream garbage
  --routes            print what is served, operation, method and path a line, and end
";

enum Wish {
    Serve(Box<Config>),
    Routes,
    Help,
}

fn read(arguments: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut arguments = arguments;
    let mut config = Config::default();
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{flag} wants a value"));
        match flag.as_str() {
            "--port" => config.port = number(&flag, &value()?)?,
            "--seed" => config.seed = number(&flag, &value()?)?,
            "--state" => config.state_dir = Some(value()?.into()),
            "--latency" => {
                config.work_time = WorkTime::Fixed(Duration::from_millis(number(&flag, &value()?)?));
            }
            "--image-rate" => config.limits.image = number(&flag, &value()?)?,
            "--tokens-per-second" => config.tokens_per_second = number(&flag, &value()?)?,
            "--seed-usage" => config.usage = Some(Usage::default()),
            "--rate" => rate(&mut config.limits, &flag, &value()?)?,
            "--block-failures" => config.block_after_failures = Some(number(&flag, &value()?)?),
            "--fault" => config.faults.push(value()?.parse().map_err(|error| format!("{error}"))?),
            "--routes" => return Ok(Wish::Routes),
            "--help" | "-h" => return Ok(Wish::Help),
            _ => return Err(format!("{flag} is not known; --help lists what is")),
        }
    }
    Ok(Wish::Serve(Box::new(config)))
}

fn rate(limits: &mut Limits, flag: &str, text: &str) -> Result<(), String> {
    let (group, value) = text.split_once('=').ok_or(format!("{flag} wants GROUP=N, not {text}"))?;
    let limit = match group {
        "text" => &mut limits.text,
        "text_tokens" => &mut limits.text_tokens,
        "image" => &mut limits.image,
        "audio" => &mut limits.audio,
        "embeddings" => &mut limits.embeddings,
        "video_queue" => &mut limits.video_queue,
        "video_retrieve" => &mut limits.video_retrieve,
        "keys" => &mut limits.keys,
        _ => return Err(format!("{flag} knows no group {group}")),
    };
    *limit = number(flag, value)?;
    Ok(())
}

fn number<T: std::str::FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{flag} wants a number, not {text}"))
}

fn say(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match read(std::env::args().skip(1)) {
        Ok(Wish::Serve(config)) => serve(*config).await,
        Ok(Wish::Routes) => {
            let lines: Vec<String> = routes()
                .iter()
                .map(|route| format!("{} {} {}\n", route.operation, route.method, route.path))
                .collect();
            say(&lines.concat()).map_err(|error| error.to_string())
        }
        Ok(Wish::Help) => say(HELP).map_err(|error| error.to_string()),
        Err(complaint) => Err(complaint),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            let _ = writeln!(std::io::stderr(), "sandbox: {complaint}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), String> {
    // Listened for from before the first line: who reads it may end the sandbox at once.
    let ended = ended().map_err(|error| error.to_string())?;
    let running = Sandbox::start(config).await.map_err(|error| {
        std::error::Error::source(&error).map_or(error.to_string(), |source| format!("{error}: {source}"))
    })?;
    let first = serde_json::json!({"base_url": running.base_url(), "api_key": running.api_key(),
        "admin_key": running.admin_key()});
    say(&format!("{first}\n")).map_err(|error| error.to_string())?;
    ended.await.map_err(|error| error.to_string())?;
    running.shutdown().await;
    Ok(())
}

#[cfg(unix)]
fn ended() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}

#[cfg(not(unix))]
fn ended() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
