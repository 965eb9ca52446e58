//! Tools a model may call, and its calls.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::lenient;
use crate::open_enum::open_enum;
use crate::request::debug_without_words;

/// A tool the model may call.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tool {
    /// A function of the caller's.
    Function {
        /// The function.
        function: FunctionDefinition,
        /// An id of the caller's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// The provider's own search of the web.
    WebSearch {},
    /// The provider's own search of X.
    XSearch {},
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function { .. } => "Function",
            Self::WebSearch {} => "WebSearch",
            Self::XSearch {} => "XSearch",
        })
    }
}

/// A function the model may call.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionDefinition {
    /// Its name.
    pub name: String,
    /// What it is good for, in words the model understands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
    pub description: Option<String>,
    /// A JSON schema of its parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Value>))]
    pub parameters: Option<Map<String, Value>>,
    /// Whether the model must keep to the schema exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

debug_without_words!(FunctionDefinition { name, strict });

impl Tool {
    /// A function of the caller's, with a JSON schema of its parameters; a schema that is no object is left out.
    pub fn function(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        let parameters = match parameters {
            Value::Object(schema) => Some(schema),
            _ => None,
        };
        let description = Some(description.into());
        let function = FunctionDefinition { name: name.into(), description, parameters, strict: None };
        Self::Function { function, id: None }
    }
}

/// Which tool the model should call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ToolChoice {
    /// As it sees fit, none, or any.
    Mode(ToolMode),
    /// This one.
    Named(NamedTool),
}

open_enum! {
    /// Whether the model should call a tool.
    pub enum ToolMode {
        /// As it sees fit.
        Auto = "auto",
        /// No.
        None = "none",
        /// At least one.
        Required = "required",
    }
}

/// A tool by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NamedTool {
    /// A function of the caller's.
    Function {
        /// The function.
        function: FunctionName,
    },
}

/// A function by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionName {
    /// Its name.
    pub name: String,
}

impl ToolChoice {
    /// This function.
    pub fn function(name: impl Into<String>) -> Self {
        Self::Named(NamedTool::Function { function: FunctionName { name: name.into() } })
    }
}

impl From<ToolMode> for ToolChoice {
    fn from(mode: ToolMode) -> Self {
        Self::Mode(mode)
    }
}

/// A call of a tool, as the model wrote it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ToolCall {
    /// The id that the tool's answer names.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub id: String,
    /// What is called; `function`.
    #[serde(rename = "type", default = "function", deserialize_with = "kind")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub kind: String,
    /// The function and its arguments.
    pub function: CalledFunction,
    /// What a provider adds, to be sent back with it.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Map<String, Value>,
}

debug_without_words!(ToolCall { id, function });

/// A function and its arguments.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CalledFunction {
    /// The function's name.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub name: String,
    /// Its arguments as JSON, as the model wrote them: they may be no JSON, and break its schema.
    #[serde(deserialize_with = "arguments")]
    #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub arguments: String,
}

debug_without_words!(CalledFunction { name });

impl ToolCall {
    /// A call of a function.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        let function = CalledFunction { name: name.into(), arguments: arguments.into() };
        Self { id: id.into(), kind: self::function(), function, extra: Map::new() }
    }
}

fn function() -> String {
    "function".to_owned()
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    lenient::field(deserializer).map(|kind| kind.unwrap_or_else(function))
}

/// Some models' arguments come as an object and not as its text.
fn arguments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text_of_arguments(Value::deserialize(deserializer)?))
}

pub(super) fn text_of_arguments(arguments: Value) -> String {
    match arguments {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
