//! `net.*`: decoded, handed to the network, encoded. What they mean is the network crate's.

use std::os::fd::{AsFd, BorrowedFd};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tsorch_network::{Network, NetworkError};
use tsorch_protocol::{ErrorBody, code};

use crate::dispatch::{decode, nothing};

/// The network as something to be watched.
#[derive(Debug)]
pub(crate) struct NetworkSource(pub(crate) Network);

impl AsFd for NetworkSource {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.event_fd()
    }
}

/// Carries out a method of the network; `None` when it has none of this name.
pub(crate) fn call(
    network: &mut Network,
    method: &str,
    params: Value,
) -> Option<Result<Value, ErrorBody>> {
    Some(match method {
        "net.ensure" => with(params, |params| network.ensure(params)),
        "net.remove" => with(params, |params| network.remove(params)),
        "net.attach" => with(params, |params| network.attach(params)),
        "net.detach" => with(params, |params| network.detach(params)),
        "net.switch" => with(params, |params| network.switch(params)),
        "net.checkPorts" => with(params, |params| network.check_ports(params)),
        "net.dump" => network.dump().map_err(ErrorBody::from).and_then(encode),
        _ => return None,
    })
}

fn with<P: DeserializeOwned, R: Serialize>(
    params: Value,
    call: impl FnOnce(P) -> Result<R, NetworkError>,
) -> Result<Value, ErrorBody> {
    encode(call(decode(params)?)?)
}

fn encode(result: impl Serialize) -> Result<Value, ErrorBody> {
    match serde_json::to_value(result) {
        Ok(Value::Null) => Ok(nothing()),
        Ok(value) => Ok(value),
        Err(error) => Err(ErrorBody::new(code!("internal.bug"), error.to_string())),
    }
}
