//! `net.*`: decoded, handed to the network, encoded. What they mean is the network crate's.

use std::os::fd::{AsFd, BorrowedFd};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tsorch_network::{Network, NetworkError};
use tsorch_protocol::{ErrorBody, code};

use crate::dispatch::{decode, nothing};
use crate::hostd::Hostd;

/// The network as something to be watched.
#[derive(Debug)]
pub(crate) struct NetworkSource(pub(crate) Network);

impl AsFd for NetworkSource {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.event_fd()
    }
}

impl Hostd {
    /// The network has noticed something.
    pub(crate) fn on_network(&mut self) {
        let network = self.network.as_mut();
        let events = network
            .map(|network| network.0.on_ready())
            .unwrap_or_default();
        for event in events {
            if let Ok(Value::Object(mut event)) = serde_json::to_value(&event) {
                let name = event.remove("event").unwrap_or_default();
                let data = event.remove("data").unwrap_or_else(|| json!({}));
                self.tell_all(name.as_str().unwrap_or_default(), data);
            }
        }
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
