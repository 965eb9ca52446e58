//! The sound server of a Linux desktop, in the language of PulseAudio.
//!
//! Spoken by ourselves rather than through cpal: cpal lets the server keep no more than four portions for a program that is
//! late, and what is beyond them is lost (seen with both cores busy); and it lets the server move the recording of a
//! microphone that was unplugged to whatever else there is, without a word.

use std::{
    ffi::CStr,
    io::{self, ErrorKind},
    os::unix::net::UnixStream,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use pulseaudio::{
    Client, ClientError, RecordStream,
    protocol::{
        ChannelMap, PulseError, RecordStreamParams, SampleFormat, SampleSpec, SourceInfo,
        stream::{BufferAttr, StreamFlags},
    },
};

use super::{ANSWERS_WITHIN, Device};
use crate::{Error, Layout, Result};

/// What this program is called in the desktop's mixer.
const NAME: &CStr = c"Canaletto";
/// How often the server sends what was heard, in a second.
const PORTIONS: u32 = 25;
/// Bytes of what programs show to be let in.
const COOKIE: usize = 256;
/// What the server may keep for us, in bytes: the most it does, some ten seconds.
const AS_MUCH_AS_POSSIBLE: u32 = u32::MAX;

/// A connection.
#[derive(Clone)]
pub(super) struct Server(Arc<Connection>);

struct Connection(Client);

impl Drop for Connection {
    fn drop(&mut self) {
        // The client's thread sees that it isn't needed when something happens: an answer that nobody waits for.
        let _ = wait(Duration::ZERO, self.0.server_info());
    }
}

/// A microphone of the server.
pub(crate) struct Source {
    pub device: Device,
    info: SourceInfo,
    server: Server,
}

/// A microphone that is recorded from, until it is dropped.
pub(crate) struct Recording {
    _stream: RecordStream,
    _server: Server,
}

impl Server {
    /// None where there is no server.
    pub fn connect() -> Result<Option<Self>> {
        let Some(path) = pulseaudio::socket_path_from_env() else { return Ok(None) };
        let socket = match UnixStream::connect(path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                return Ok(None);
            }
            socket => socket.map_err(refused)?,
        };
        socket.set_read_timeout(Some(ANSWERS_WITHIN)).map_err(refused)?;
        socket.set_write_timeout(Some(ANSWERS_WITHIN)).map_err(refused)?;
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        // A desktop that never ran PulseAudio itself has none, and its server takes any of the right length.
        let cookie = cookie.unwrap_or_else(|| vec![0; COOKIE]);
        let client = Client::new_unix(NAME, socket, Some(cookie)).map_err(told)?;
        Ok(Some(Self(Arc::new(Connection(client)))))
    }

    fn client(&self) -> &Client {
        &self.0.0
    }

    /// All sources but those that are what an output plays.
    pub fn microphones(&self) -> Result<Vec<Source>> {
        let default = answer(self.client().server_info())?.default_source_name;
        let sources = answer(self.client().list_sources())?.into_iter();
        let microphones = sources.filter(|info| info.monitor_of_sink_index.is_none()).map(|info| {
            let name = info.name.to_string_lossy();
            let words = info.description.as_ref().map_or(name.clone(), |words| words.to_string_lossy());
            let device = Device {
                id: format!("pulseaudio:{name}"),
                name: words.into_owned(),
                is_default: default.as_ref() == Some(&info.name),
            };
            Source { device, info, server: self.clone() }
        });
        Ok(microphones.collect())
    }
}

impl Source {
    /// How its samples are laid out.
    pub fn layout(&self) -> Layout {
        Layout {
            rate: self.info.sample_spec.sample_rate,
            channels: u16::from(self.info.channel_map.num_channels()),
        }
    }

    /// Records from it, converted to `layout` by the server. `hear` gets bytes of 32-bit floats, little-endian, in a thread
    /// that must not be held up.
    pub fn record(&self, layout: Layout, hear: impl FnMut(&[u8]) + Send + 'static) -> Result<Recording> {
        let channel_map = match layout.channels {
            channels if channels == self.layout().channels => self.info.channel_map,
            1 => ChannelMap::mono(),
            2 => ChannelMap::stereo(),
            _ => return Err(Error::System("the microphone has other channels than before".to_owned())),
        };
        let frame = u32::from(layout.channels) * 4;
        let parameters = RecordStreamParams {
            sample_spec: SampleSpec {
                format: SampleFormat::Float32Le,
                channels: channel_map.num_channels(),
                sample_rate: layout.rate,
            },
            channel_map,
            // By its name: numbers are given anew.
            source_name: Some(self.info.name.clone()),
            buffer_attr: BufferAttr {
                max_length: AS_MUCH_AS_POSSIBLE,
                fragment_size: (layout.rate / PORTIONS).max(1) * frame,
                ..BufferAttr::default()
            },
            flags: StreamFlags { no_move: true, adjust_latency: true, ..StreamFlags::default() },
            ..RecordStreamParams::default()
        };
        let stream = answer(self.server.client().create_record_stream(parameters, hear))?;
        Ok(Recording { _stream: stream, _server: self.server.clone() })
    }
}

fn answer<T>(question: impl Future<Output = Result<T, ClientError>>) -> Result<T> {
    wait(ANSWERS_WITHIN, question).ok_or_else(Error::unanswered)?.map_err(told)
}

/// What comes of it, if it comes in time.
fn wait<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    struct Caller(Thread);
    impl Wake for Caller {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Caller(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let deadline = Instant::now() + limit;
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return Some(answer);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

fn refused(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::PermissionDenied => Error::NotAllowed,
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Error::unanswered(),
        _ => Error::System(error.to_string()),
    }
}

/// What the server says, in our words.
fn told(error: ClientError) -> Error {
    use pulseaudio::protocol::ProtocolError;
    match error {
        ClientError::ServerError(error) | ClientError::Protocol(ProtocolError::ServerError(error)) => {
            match error {
                PulseError::NoEntity => Error::DeviceGone,
                PulseError::AccessDenied | PulseError::AuthKey => Error::NotAllowed,
                error => Error::System(error.to_string()),
            }
        }
        ClientError::Io(error) | ClientError::Protocol(ProtocolError::Io(error)) => refused(error),
        error => Error::System(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::{future, sync::mpsc};

    use super::*;

    #[test]
    fn an_answer_is_waited_for_and_not_for_ever() {
        assert_eq!(wait(Duration::ZERO, future::ready(1)), Some(1));
        assert_eq!(wait(Duration::from_millis(5), future::pending::<()>()), None);

        let (sender, wakers) = mpsc::channel::<Waker>();
        let waking = thread::spawn(move || wakers.recv().unwrap().wake());
        let mut asked = 0;
        let question = future::poll_fn(|context| {
            asked += 1;
            if asked == 1 {
                sender.send(context.waker().clone()).unwrap();
                return Poll::Pending;
            }
            Poll::Ready("answer")
        });
        assert_eq!(wait(Duration::from_mins(1), question), Some("answer"));
        waking.join().unwrap();
    }
}
