//! What a frame says: hello, request, answer, event.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::PROTOCOL_VERSION;
use crate::error_body::ErrorBody;
use crate::frame::{FrameError, encode};

/// First frame each way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL_VERSION`].
    pub protocol: u32,
    /// Version of the program, for people.
    pub version: String,
    /// `daemon`, `hostd`, `shim`, `tool`.
    pub role: String,
}

impl Hello {
    /// The hello of this program.
    #[must_use]
    pub fn of(role: &str) -> Self {
        Self {
            protocol: PROTOCOL_VERSION,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            role: role.to_owned(),
        }
    }
}

/// A call. Every method is idempotent.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The client's number, > 0.
    pub id: u64,
    /// `shim.spawn`.
    pub method: String,
    /// An object; empty when the frame has none.
    pub params: Value,
}

/// A fact that nobody asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `exit`.
    pub name: String,
    /// Rising number, where a sender keeps one.
    pub seq: Option<u64>,
    /// Depends on the name.
    pub data: Value,
}

/// One frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// First frame each way.
    Hello(Hello),
    /// From client to server.
    Request(Request),
    /// From server to client.
    Answer {
        /// Of the request.
        id: u64,
        /// `result` or `error`.
        outcome: Result<Value, ErrorBody>,
    },
    /// From server to client.
    Event(Event),
}

/// All fields of all kinds; which of them are there tells the kind.
#[derive(Default, Serialize, Deserialize)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hello: Option<Hello>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    params: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<ErrorBody>,
}

impl Message {
    /// An answer that tells success.
    #[must_use]
    pub fn result(id: u64, result: Value) -> Self {
        Self::Answer {
            id,
            outcome: Ok(result),
        }
    }

    /// An answer that tells an error.
    #[must_use]
    pub fn error(id: u64, error: ErrorBody) -> Self {
        Self::Answer {
            id,
            outcome: Err(error),
        }
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// When it is not JSON, or fits none of the kinds.
    pub fn from_payload(payload: &[u8]) -> Result<Self, FrameError> {
        let wire: Wire = serde_json::from_slice(payload)?;
        Self::from_wire(wire)
            .ok_or_else(|| serde::de::Error::custom("neither hello, request, answer nor event"))
            .map_err(FrameError::BadJson)
    }

    /// Header and payload.
    ///
    /// # Errors
    /// When it is longer than a frame may be.
    pub fn to_frame(&self) -> Result<Vec<u8>, FrameError> {
        encode(&self.to_wire())
    }

    fn from_wire(wire: Wire) -> Option<Self> {
        match wire {
            Wire {
                hello: Some(hello), ..
            } => Some(Self::Hello(hello)),
            Wire {
                event: Some(name),
                seq,
                data,
                ..
            } => Some(Self::Event(Event {
                name,
                seq,
                data: object_or_empty(data)?,
            })),
            Wire {
                id: Some(id),
                method: Some(method),
                params,
                ..
            } if id > 0 => Some(Self::Request(Request {
                id,
                method,
                params: object_or_empty(params)?,
            })),
            Wire {
                id: Some(id),
                error: Some(error),
                result: None,
                ..
            } if id > 0 => Some(Self::error(id, error)),
            Wire {
                id: Some(id),
                result: Some(result),
                error: None,
                ..
            } if id > 0 => Some(Self::result(id, result)),
            _ => None,
        }
    }

    fn to_wire(&self) -> Wire {
        let empty = Wire::default();
        match self.clone() {
            Self::Hello(hello) => Wire {
                hello: Some(hello),
                ..empty
            },
            Self::Request(Request { id, method, params }) => Wire {
                id: Some(id),
                method: Some(method),
                params: Some(params),
                ..empty
            },
            Self::Answer {
                id,
                outcome: Ok(result),
            } => Wire {
                id: Some(id),
                result: Some(result),
                ..empty
            },
            Self::Answer {
                id,
                outcome: Err(error),
            } => Wire {
                id: Some(id),
                error: Some(error),
                ..empty
            },
            Self::Event(Event { name, seq, data }) => Wire {
                event: Some(name),
                seq,
                data: Some(data),
                ..empty
            },
        }
    }
}

/// `params` and `data` are objects; absent ones are empty.
fn object_or_empty(value: Option<Value>) -> Option<Value> {
    match value {
        None => Some(Value::Object(Map::new())),
        Some(Value::Object(object)) => Some(Value::Object(object)),
        Some(_) => None,
    }
}
