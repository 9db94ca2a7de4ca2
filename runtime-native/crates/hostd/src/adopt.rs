//! Taking over what a predecessor left: living shims are watched, dead ones settled.

use std::path::Path;

use rustix::net::sockopt::socket_peercred;
use rustix::process::{PidfdFlags, pidfd_open};
use serde_json::json;
use tsorch_network::names::ContainerId;
use tsorch_protocol::{Message, Request};
use tsorch_sys::fork::Child;

use crate::dirs::ids_in;
use crate::hostd::Hostd;
use crate::record::is_locked;
use crate::shim_call::dial;

impl Hostd {
    /// Looks at every shim directory, once, before anyone is served.
    pub(crate) fn adopt_all(&mut self) {
        for id in ids_in(&self.dirs.shims()) {
            if is_locked(&self.dirs.shim(&id)) {
                self.adopt(&id);
            } else {
                self.adopt_or_settle(&id);
            }
        }
    }

    /// Watches over a shim that somebody else has forked, if one lives.
    pub(crate) fn adopt(&mut self, id: &ContainerId) {
        match find_shim(&self.dirs.shim(id)) {
            Found::Shim(child) => {
                // Without a descriptor for it nothing works any more; the next look tries again.
                if self.add_shim(id, child).is_ok() {
                    self.ask_to_keep(id);
                    self.unready.remove(id);
                    self.unpark(id);
                }
            }
            Found::Unready => {
                self.unready.insert(id.clone());
            }
            Found::Nobody => {
                if self.unready.remove(id) {
                    self.adopt_or_settle(id);
                }
            }
        }
    }

    /// Has the shim hand over copies of its task's descriptors, as it did to the predecessor. An older one knows no such
    /// call; then its task goes with it.
    fn ask_to_keep(&mut self, id: &ContainerId) {
        let Ok(mut connection) = dial(&self.dirs.shim(id).join("sock")) else {
            return;
        };
        let request = Message::Request(Request {
            id: 1,
            method: "keep".to_owned(),
            params: json!({}),
        });
        if connection.send(&request).is_ok() {
            let (socket, _, _) = connection.into_parts();
            // Without a descriptor for it, as above.
            let _ = self.add_keeper(id, socket, None);
        }
    }

    /// Looks again at shims that did not listen yet.
    pub(crate) fn adopt_unready(&mut self) {
        let ids: Vec<ContainerId> = self.unready.iter().cloned().collect();
        for id in ids {
            self.adopt(&id);
        }
    }
}

/// The lock says that a shim lives; the other end of its socket says which process it is. The second look at the
/// lock makes sure that the number was still its own when the descriptor was opened.
pub(crate) fn find_shim(dir: &Path) -> Found {
    if !is_locked(dir) {
        return Found::Nobody;
    }
    let Ok(connection) = dial(&dir.join("sock")) else {
        return Found::Unready;
    };
    let pidfd = socket_peercred(&connection)
        .and_then(|peer| Ok((peer.pid, pidfd_open(peer.pid, PidfdFlags::empty())?)));
    match pidfd {
        Ok((pid, pidfd)) if is_locked(dir) => Found::Shim(Child { pid, pidfd }),
        _ => Found::Unready,
    }
}

/// What a shim's directory tells.
pub(crate) enum Found {
    /// Nobody holds the lock.
    Nobody,
    /// Somebody holds the lock but does not listen yet.
    Unready,
    /// It can be watched.
    Shim(Child),
}
