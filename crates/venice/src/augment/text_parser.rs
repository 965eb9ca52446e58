use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::answer_format::{AnswerFormat, json_or_text};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::file::FileInput;
use crate::lenient;
use crate::operation::{CREATE_TEXT_PARSER, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// The most bytes Venice takes for a document.
const LARGEST_DOCUMENT: u64 = 25 * 1024 * 1024;

/// Asks for the text of a document.
///
/// The file is sent as a form; one in base64 is decoded for that. Addresses aren't taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateTextParser {
    /// The document: PDF, DOCX, PPTX, XLSX or plain text, at most 25 MB.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "document")))]
    pub file: FileInput,
    /// How the text is written in the answer; both are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<AnswerFormat>,
}

impl CreateTextParser {
    /// Asks for the text of a document.
    pub fn new(file: FileInput) -> Self {
        Self { file, response_format: None }
    }

    setters! {
        /// How the text is written in the answer.
        response_format: AnswerFormat;
    }
}

/// The text of a document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct ParsedText {
    /// All of it.
    pub text: String,
    /// How many tokens a model reads it as, where it was told.
    #[serde(default, deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub tokens: Option<u32>,
}

debug_without_words!(ParsedText { tokens });

impl ParsedText {
    /// Reads the body of an answer of `POST /augment/text-parser`: JSON or plain text.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither.
    pub fn from_body(content_type: Option<&str>, body: &Bytes) -> Result<Self> {
        json_or_text(content_type, body, |text| Self { text, tokens: None })
    }
}

impl Request for CreateTextParser {
    type Answer = ParsedText;

    const OPERATION: Operation = CREATE_TEXT_PARSER;

    fn call(&self) -> Result<Call> {
        self.file.check("file", LARGEST_DOCUMENT, &CREATE_TEXT_PARSER)?;
        let file = self.file.upload("file", &CREATE_TEXT_PARSER)?;
        Call::multipart(CREATE_TEXT_PARSER, self, vec![file])
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<ParsedText> {
        ParsedText::from_body(content_type, &body)
    }
}

impl Client {
    /// Reads the text of a document.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/augment/text-parser>.
    pub async fn create_text_parser(&self, request: &CreateTextParser) -> Result<Answer<ParsedText>> {
        self.send(request).await
    }
}
