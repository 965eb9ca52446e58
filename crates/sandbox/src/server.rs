//! Starting, serving and ending a sandbox on the loopback interface.

use std::{
    convert::Infallible,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{config::Config, delivery::Severed, house::House, journal::Damaged, routes};

/// How long answers under way may take when the sandbox ends.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why a sandbox didn't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port can't be bound; most likely another program has it.
    #[error("can't listen on 127.0.0.1:{port}")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The state folder can't be read or written, or another sandbox is using it.
    #[error("can't use the state folder {}", folder.display())]
    State {
        /// The folder.
        folder: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of a file in the state folder can't be read; nothing was changed.
    #[error(transparent)]
    Damaged(Damaged),
}

/// The offline Venice.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox that is serving. It ends when this is dropped.
pub struct Running {
    address: SocketAddr,
    api_key: String,
    admin_key: String,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Opens the state and serves until the answer is dropped or shut down. Must run within tokio.
    ///
    /// # Errors
    /// [`StartError`]: the port is taken, or the state folder can't be used.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let folder = config.state_dir.as_deref();
        let in_state = |error: std::io::Error| match error.downcast::<Damaged>() {
            Ok(damaged) => StartError::Damaged(damaged),
            Err(source) => StartError::State { folder: folder.unwrap_or(Path::new("")).to_owned(), source },
        };
        let mut house = House::open(&config).map_err(in_state)?;
        let listener = listen(config.port, house.home.port).await?;
        let address =
            listener.local_addr().map_err(|source| StartError::Port { port: config.port, source })?;
        house.home.port = address.port();
        if let Some(folder) = folder {
            house.home.keep(folder).map_err(in_state)?;
        }
        let house = Arc::new(house);
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, routes::router(&house), stopped));
        Ok(Running {
            address,
            api_key: house.home.api_key.clone(),
            admin_key: house.home.admin_key.clone(),
            stop,
            serving: Some(serving),
        })
    }
}

async fn listen(asked: u16, kept: u16) -> Result<TcpListener, StartError> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if asked == 0
        && kept != 0
        && let Ok(listener) = bind(kept).await
    {
        return Ok(listener);
    }
    bind(asked).await.map_err(|source| StartError::Port { port: asked, source })
}

impl Running {
    /// Where the API is, such as `http://127.0.0.1:41234/api/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }

    /// The key for inference.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// The key for billing; it opens inference too.
    pub fn admin_key(&self) -> &str {
        &self.admin_key
    }

    /// Where the control routes are, such as `http://127.0.0.1:41234/__sandbox`.
    pub fn control_url(&self) -> String {
        format!("http://{}/__sandbox", self.address)
    }

    /// Stops listening, lets answers under way end within two seconds, and closes.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(serving) = self.serving.take() {
            // A panic in there was logged where it happened.
            let _ = serving.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Guarded::new(router.clone()), stopped.clone()));
                }
                // Out of descriptors: those in use come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
            () = told(&mut stopped) => break,
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GOODBYE, async { while connections.join_next().await.is_some() {} }).await;
    connections.shutdown().await;
}

/// Ends when the sandbox is to end.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn connection(stream: TcpStream, guarded: Guarded, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), guarded);
    tokio::pin!(serving);
    tokio::select! {
        // A connection that breaks, ours or theirs, is over: there is nobody to tell.
        _ = serving.as_mut() => {}
        () = told(&mut stopped) => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}

/// The router, but a response that is marked as lost becomes a closed connection.
struct Guarded(TowerToHyperService<Router>);

impl Guarded {
    fn new(router: Router) -> Self {
        Self(TowerToHyperService::new(router))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the answer is lost on purpose")]
struct Lost;

impl Service<Request<Incoming>> for Guarded {
    type Response = Response<Body>;
    type Error = Lost;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Lost>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let answering = self.0.call(request);
        Box::pin(async move {
            let response = match answering.await {
                Ok(response) => response,
                Err(never) => {
                    let never: Infallible = never;
                    match never {}
                }
            };
            if response.extensions().get::<Severed>().is_some() { Err(Lost) } else { Ok(response) }
        })
    }
}
