//! The network goes while work is under way, and comes back.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use sandbox::{Config, Sandbox};
use serde_json::json;
use studio::{
    jobs::view::{Billing, JobState, RemoteStage},
    pictures::estimate::Expected,
};

use crate::{
    bench::Bench,
    following::{BY_LINK, IN_ANSWER, film, noise},
};

/// Hands every byte on to a server, as long as there is a network.
struct Network {
    address: String,
    wires: Arc<Mutex<Wires>>,
}

#[derive(Default)]
struct Wires {
    is_gone: bool,
    ends: Vec<TcpStream>,
}

impl Network {
    fn before(base_url: &str) -> Self {
        let server = base_url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = base_url.replacen(&server, &listener.local_addr().unwrap().to_string(), 1);
        let wires = Arc::new(Mutex::new(Wires::default()));
        let laid = Arc::clone(&wires);
        // Ends with the tests.
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let mut wires = laid.lock().unwrap_or_else(PoisonError::into_inner);
                // Who comes now is let go of without a word.
                let Some(far) = TcpStream::connect(&server).ok().filter(|_| !wires.is_gone) else { continue };
                let copy = |end: &TcpStream| end.try_clone().unwrap();
                wires.ends.extend([copy(&near), copy(&far)]);
                let (asks, answers) = ((copy(&near), copy(&far)), (far, near));
                for (from, to) in [asks, answers] {
                    thread::spawn(move || hand_on(from, to));
                }
            }
        });
        Self { address, wires }
    }

    fn wires(&self) -> std::sync::MutexGuard<'_, Wires> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn goes(&self) {
        let mut wires = self.wires();
        wires.is_gone = true;
        for end in wires.ends.drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    fn comes_back(&self) {
        self.wires().is_gone = false;
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

async fn behind() -> (Network, Bench) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let sandbox = Sandbox::start(Config::instant()).await.unwrap();
    let network = Network::before(&sandbox.base_url());
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let bench = Bench::open_by(folder, Arc::new(sandbox), network.address.clone()).await;
    (network, bench)
}

/// How the pauses grow in ten minutes of it is tried beside the code that makes them.
#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_gone_all_waits_and_nothing_is_lost_or_asked_for_twice() {
    let (network, bench) = behind().await;
    bench.tune(json!({"seconds": 3})).await;
    let mut jobs = Vec::new();
    for request in [film(BY_LINK), film(IN_ANSWER)] {
        jobs.push(bench.shoot(request).await);
    }
    jobs.push(bench.play(noise("rain")).await);
    for job in &jobs {
        bench.in_state(&job.id, JobState::Accepted).await;
    }
    let quoted = bench.studio.quote_music(&noise("bells")).await.unwrap();
    let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
    network.goes();
    for job in &jobs {
        let waits = bench.hear_of(&job.id, |job| {
            let waits = job.progress.is_some_and(|progress| progress.stage == RemoteStage::Waiting);
            waits.then(|| job.clone())
        });
        let waits = waits.await;
        assert_eq!(waits.state, JobState::Accepted);
        assert_eq!(waits.error.unwrap().code, "waits_for_network");
    }
    // What is asked for now has no price, and isn't sent.
    let refused = bench.studio.start_music(noise("bells"), expected).await.unwrap_err();
    assert!(["network_down", "cut_off", "timed_out"].contains(&refused.code.as_str()), "{refused:?}");
    assert_eq!(bench.listed().await.len(), jobs.len());

    network.comes_back();
    for job in &jobs {
        let saved = bench.ended(&job.id).await;
        assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
        assert_eq!((saved.billing, saved.attempts), (Billing::Expected, 1));
    }
    assert_eq!((bench.posts("queueVideo").await, bench.posts("queueAudio").await), (2, 1));
    assert_eq!(bench.charges().await.len(), 3, "each was paid once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_while_it_is_sent_is_unknown_where_no_answer_comes() {
    let (network, bench) = behind().await;
    bench.arm(json!({"operation": "queueAudio", "kind": "latency", "ms": 60_000})).await;
    let job = bench.play(noise("rain")).await;
    bench.in_state(&job.id, JobState::Sent).await;
    bench.faults_met().await;
    let (stopped, ()) = tokio::join!(bench.studio.cancel_job(job.id), async { network.goes() });
    let stopped = stopped.unwrap();
    assert_eq!(
        (stopped.state, stopped.billing),
        (JobState::Unknown, Billing::Unknown),
        "{:?}",
        stopped.error
    );
}
