//! Records a take from the system's microphone, or lists what can be recorded from:
//!
//! ```text
//! cargo run -p audio --example record
//! cargo run -p audio --example record -- take.wav 10
//! ```
//!
//! Without a number of seconds it records until its standard input ends. It says `recording`, then what happens.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::{
    env,
    error::Error,
    io::{self, Read},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use audio::{
    devices,
    recorder::{Event, Options, Recorder},
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let Some(path) = arguments.next() else {
        for device in devices::inputs()? {
            println!("{} {} ({})", if device.is_default { '*' } else { ' ' }, device.name, device.id);
        }
        return Ok(());
    };
    let seconds = arguments.next().map(|seconds| seconds.parse().map(Duration::from_secs_f64)).transpose()?;
    let (sender, events) = mpsc::channel();
    let ended = sender.clone();
    let options = Options {
        device: None,
        pre_roll: Duration::from_secs(1),
        tell: Arc::new(move |event| drop(sender.send(Some(event)))),
    };
    let recorder = Recorder::arm(options)?;
    recorder.start(path.into())?;
    println!("recording from {}", recorder.device().unwrap_or("nothing"));
    let until = Instant::now() + seconds.unwrap_or(Duration::from_secs(1 << 32));
    if seconds.is_none() {
        thread::spawn(move || {
            let _ = io::stdin().read_to_end(&mut Vec::new());
            ended.send(None)
        });
    }
    loop {
        match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Some(Event::Heard { .. })) => {}
            Ok(Some(event @ (Event::Lost(_) | Event::Full(_)))) => {
                println!("{event:?}");
                break;
            }
            Ok(Some(event)) => println!("{event:?}"),
            Ok(None) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    let finished = recorder.stop()?;
    println!("{:?} in {}, {} frames lost", finished.length, finished.path.display(), finished.lost);
    Ok(())
}
