use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use k256::{PublicKey, SecretKey};

use super::attestation::TeeAttestation;
use super::chance::{self, Chance};
use super::cipher;
use super::keys::{self, uncompressed};
use crate::call::Call;
use crate::chat::{
    Accumulator, ChatCompletion, ChatDeltas, Content, ContentPart, CreateChatCompletion, Message,
    ResponseFormat, TextPart, UserMessage, VeniceParameters, WebSearchMode,
};
use crate::errors::{Error, Result};
use crate::operation::{CREATE_CHAT_COMPLETION, Operation};
use crate::receipt::Receipt;
use crate::request::Request;

/// A conversation that only the place where the model runs can read.
///
/// It has a key pair of its own, which lives as long as the session and its clones and is wiped from memory after
/// that. Whether the other side is what it should be is told by [`TeeAttestation::verify`], before.
#[derive(Clone)]
pub struct EncryptedSession(Arc<Parties>);

struct Parties {
    own: SecretKey,
    model: PublicKey,
    chance: Mutex<Chance>,
}

impl fmt::Debug for EncryptedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedSession").finish_non_exhaustive()
    }
}

impl EncryptedSession {
    /// A session with the model whose key an attestation names.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where it names none, [`Setup`](crate::ErrorKind::Setup) where
    /// the system has no random numbers.
    pub fn new(attestation: &TeeAttestation) -> Result<Self> {
        Self::with_chance(attestation, chance::of_the_system)
    }

    /// The same with random bytes from elsewhere, each of which must be used once and known to nobody.
    ///
    /// # Errors
    ///
    /// Those of [`EncryptedSession::new`], and those of `chance`.
    pub fn with_chance(
        attestation: &TeeAttestation,
        chance: impl FnMut(&mut [u8]) -> Result<()> + Send + 'static,
    ) -> Result<Self> {
        let model = attestation.key().and_then(keys::public_key);
        let model = model.ok_or_else(|| Error::invalid_input("signing_key", "is no public key"))?;
        let mut chance: Chance = Box::new(chance);
        let own = cipher::new_key(&mut chance)?;
        Ok(Self(Arc::new(Parties { own, model, chance: Mutex::new(chance) })))
    }

    /// Encrypts what a request says.
    ///
    /// Only what system and user say can be encrypted, so what the model said before is told as the user's words.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what can't be encrypted (files, tools) or would be sent
    /// in the clear (a schema, texts to stop before), and for what isn't offered there (searching the web).
    pub fn encrypt(&self, request: &CreateChatCompletion) -> Result<EncryptedChat> {
        let refused = |field, reason| Error::invalid_input(field, reason).of(&CREATE_CHAT_COMPLETION);
        request.check()?;
        if !request.tools.is_empty() || request.tool_choice.is_some() {
            return Err(refused("tools", "can't be used by an encrypted conversation"));
        }
        if matches!(request.response_format, Some(ResponseFormat::JsonSchema { .. })) {
            return Err(refused("response_format", "would be sent without encryption"));
        }
        if request.stop.is_some() {
            return Err(refused("stop", "would be sent without encryption"));
        }
        if !request.metadata.is_empty() || request.user.is_some() {
            return Err(refused("metadata", "would be sent without encryption"));
        }
        if request.venice_parameters.as_ref().is_some_and(searches) {
            return Err(refused("venice_parameters", "can't search the web for an encrypted conversation"));
        }
        let mut encrypted = request.clone().streamed();
        encrypted.messages =
            request.messages.iter().map(|message| self.seal(message)).collect::<Result<_>>()?;
        Ok(EncryptedChat {
            request: encrypted,
            client_key: hex::encode(uncompressed(&self.0.own.public_key())),
            model_key: hex::encode(uncompressed(&self.0.model)),
        })
    }

    /// Decrypts a piece of an answer. White space comes as it is.
    ///
    /// # Errors
    ///
    /// [`NotDecrypted`](crate::ErrorKind::NotDecrypted) for what isn't encrypted, or not for this session: it may be
    /// anyone's words.
    pub fn open(&self, piece: String) -> Result<String> {
        if piece.trim().is_empty() { Ok(piece) } else { cipher::open(&piece, &self.0.own) }
    }

    fn seal(&self, message: &Message) -> Result<Message> {
        let refused = |reason| Error::invalid_input("messages", reason).of(&CREATE_CHAT_COMPLETION);
        let seal = |text: &str| {
            let mut chance = self.0.chance.lock().unwrap_or_else(PoisonError::into_inner);
            cipher::seal(text, &self.0.model, &mut chance)
        };
        match message {
            Message::System(said) | Message::Developer(said) => {
                Ok(Message::system(seal(&named(said.name.as_deref(), joined(&said.content)))?))
            }
            Message::User(UserMessage { content, name }) => {
                let text = words(content).ok_or_else(|| refused("holds files, which can't be encrypted"))?;
                Ok(Message::user(seal(&named(name.as_deref(), text))?))
            }
            Message::Assistant(said) if said.tool_calls.is_empty() => {
                let text = said.content.as_ref().map(joined).unwrap_or_default();
                Ok(Message::user(seal(&named(Some("assistant"), text))?))
            }
            Message::Assistant(_) | Message::Tool(_) => {
                Err(refused("uses tools, which an encrypted conversation can't"))
            }
        }
    }
}

fn searches(parameters: &VeniceParameters) -> bool {
    let mode = parameters.enable_web_search.as_ref();
    mode.is_some_and(|mode| *mode != WebSearchMode::Off)
        || parameters.enable_web_scraping == Some(true)
        || parameters.enable_x_search == Some(true)
}

fn named(name: Option<&str>, text: String) -> String {
    match name {
        Some(name) => format!("{name}: {text}"),
        None => text,
    }
}

fn joined(content: &Content<TextPart>) -> String {
    match content {
        Content::Text(text) => text.clone(),
        Content::Parts(parts) => parts.iter().map(|TextPart::Text { text, .. }| text.as_str()).collect(),
    }
}

/// The words of content that consists of nothing else.
fn words(content: &Content<ContentPart>) -> Option<String> {
    let text_of = |part: &ContentPart| match part {
        ContentPart::Text { text, .. } => Some(text.clone()),
        _ => None,
    };
    match content {
        Content::Text(text) => Some(text.clone()),
        Content::Parts(parts) => parts.iter().map(text_of).collect(),
    }
}

/// A request whose words are encrypted.
#[derive(Clone, PartialEq)]
pub struct EncryptedChat {
    request: CreateChatCompletion,
    client_key: String,
    model_key: String,
}

impl fmt::Debug for EncryptedChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedChat").field("model", &self.request.model).finish_non_exhaustive()
    }
}

/// The answer to an encrypted request, as it arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedAnswer(Bytes);

impl fmt::Debug for EncryptedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedAnswer({} bytes)", self.0.len())
    }
}

impl EncryptedAnswer {
    /// Decrypts it.
    ///
    /// # Errors
    ///
    /// Those of [`ChatDeltas::next_delta`].
    pub fn decrypt(&self, session: &EncryptedSession) -> Result<ChatCompletion> {
        let mut deltas = ChatDeltas::encrypted(session);
        let mut answer = Accumulator::default();
        deltas.push(&self.0);
        deltas.finish();
        while let Some(delta) = deltas.next_delta() {
            answer.push(delta?);
        }
        Ok(answer.into_completion())
    }
}

impl Request for EncryptedChat {
    type Answer = EncryptedAnswer;

    const OPERATION: Operation = CREATE_CHAT_COMPLETION;

    fn call(&self) -> Result<Call> {
        Call::json(CREATE_CHAT_COMPLETION, &self.request)?
            .header("x-venice-tee-client-pub-key", &self.client_key)?
            .header("x-venice-tee-model-pub-key", &self.model_key)?
            .header("x-venice-tee-signing-algo", "ecdsa")
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<EncryptedAnswer> {
        Ok(EncryptedAnswer(body))
    }
}
