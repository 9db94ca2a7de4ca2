//! From a request to what carries it out.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tsorch_network::names::ContainerId;
use tsorch_protocol::{ErrorBody, Request, code};

use crate::client::Waiter;
use crate::hostd::Hostd;
use crate::network_calls;

/// Whether the answer is known yet.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is.
    Now(Value),
    /// It comes when a shim, a worker or a container is ready; [`Hostd::answer`] is called then.
    Later,
}

/// A request that waits for its container.
#[derive(Debug)]
pub(crate) struct Parked {
    waiter: Waiter,
    request: Request,
}

impl Hostd {
    /// Carries a request out, or begins to.
    pub(crate) fn dispatch(&mut self, waiter: Waiter, request: Request) {
        if let Some(id) = self.busy_container(&request) {
            self.parked
                .entry(id)
                .or_default()
                .push(Parked { waiter, request });
            return;
        }
        match self.carry_out(waiter, &request.method, request.params) {
            Ok(Answer::Now(result)) => self.answer(waiter, Ok(result)),
            Ok(Answer::Later) => {}
            Err(error) => self.answer(waiter, Err(error)),
        }
    }

    /// Lets the requests go on that waited for this container.
    pub(crate) fn unpark(&mut self, id: &ContainerId) {
        for Parked { waiter, request } in self.parked.remove(id).unwrap_or_default() {
            self.dispatch(waiter, request);
        }
    }

    /// Whether something is going on with a container that must be over before the next thing begins.
    pub(crate) fn is_busy(&self, id: &ContainerId) -> bool {
        self.spawns.contains_key(id)
            || self.settlements.contains_key(id)
            || self.adoptions.contains_key(id)
            || self.removals.contains(id)
    }

    /// The container that a request has to wait for.
    fn busy_container(&mut self, request: &Request) -> Option<ContainerId> {
        let id = ContainerId::parse(request.params.get("id")?.as_str()?).ok()?;
        let has_to_wait = match request.method.as_str() {
            "shim.spawn" => {
                if !self.shims.contains_key(&id) && !self.is_busy(&id) {
                    self.adopt(&id);
                }
                self.is_busy(&id) || self.unready.contains(&id)
            }
            "container.remove" => {
                self.cancel_spawn(&id);
                self.is_busy(&id)
            }
            _ => false,
        };
        has_to_wait.then_some(id)
    }

    fn carry_out(
        &mut self,
        waiter: Waiter,
        method: &str,
        params: Value,
    ) -> Result<Answer, ErrorBody> {
        if self.shutdown.is_some() {
            return Err(ErrorBody::new(
                code!("node.not-running"),
                "tsorch-hostd is shutting down",
            ));
        }
        match method {
            "shim.spawn" => self.shim_spawn(waiter, decode(params)?),
            "shim.list" => Ok(Answer::Now(self.shim_list())),
            "container.remove" => self.container_remove(waiter, decode(params)?),
            "container.stats" => self.container_stats(decode(params)?).map(Answer::Now),
            "node.sweep" => self.node_sweep(waiter, decode(params)?),
            "node.shutdown" => self.node_shutdown(waiter, decode(params)?),
            "layer.unpack" => self.layer_unpack(waiter, decode(params)?),
            "layer.remove" => self.layer_remove(&decode(params)?),
            _ => {
                let network = self.network.as_mut();
                let called =
                    network.and_then(|network| network_calls::call(&mut network.0, method, params));
                called
                    .unwrap_or_else(|| Err(unknown(method)))
                    .map(Answer::Now)
            }
        }
    }
}

/// Params as a type.
pub(crate) fn decode<T: DeserializeOwned>(params: Value) -> Result<T, ErrorBody> {
    serde_json::from_value(params).map_err(|error| {
        ErrorBody::new(
            code!("protocol.bad-request"),
            format!("params cannot be used: {error}"),
        )
    })
}

/// An empty result.
pub(crate) fn nothing() -> Value {
    json!({})
}

fn unknown(method: &str) -> ErrorBody {
    ErrorBody::new(
        code!("protocol.bad-request"),
        "tsorch-hostd has no such method",
    )
    .about(method)
}
