//! A network namespace made before anybody asks for it. The kernel takes about as long to make one and its settings as for
//! all the rest of a container without networks; made while nothing else is to be done, it costs the next start nothing.
//!
//! It has no name until it is somebody's: hostd's descriptor alone keeps it, so that none outlives hostd.

use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;

use crate::link::requests::set_up_by_name;
use crate::netlink::Socket;
use crate::network::Network;
use crate::sysctl::{self, Conf};

/// A namespace that is ready for interfaces, and a netlink socket inside.
pub(crate) type Prepared = (OwnedFd, Socket);

/// The namespace of the next container.
#[derive(Debug, Default)]
pub(crate) enum Spare {
    /// Worth being made.
    #[default]
    Wanted,
    Ready(Prepared),
    /// The kernel has refused one: the next attachment will say why, or succeed and want one again.
    Refused,
}

impl Network {
    /// Whether [`Network::prepare`] has something to do.
    #[must_use]
    pub fn wants_preparation(&self) -> bool {
        matches!(self.spare, Spare::Wanted)
    }

    /// Makes what the next attachment will need; takes about a millisecond, to be spent when nobody waits.
    pub fn prepare(&mut self) {
        if self.wants_preparation() {
            let made = self.host.make(prepare_namespace);
            self.spare = made.map_or(Spare::Refused, Spare::Ready);
        }
    }

    /// The namespace `name`, made if it is not there.
    pub(crate) fn namespace_of(&mut self, name: &str) -> Result<Prepared, Errno> {
        if let Some(namespace) = self.host.find(name)? {
            // Perhaps not finished before a crash.
            let inside = self.host.inside(namespace.as_fd(), prepare_namespace)?;
            return Ok((namespace, inside));
        }
        let prepared = match std::mem::take(&mut self.spare) {
            Spare::Ready(prepared) => prepared,
            Spare::Wanted | Spare::Refused => self.host.make(prepare_namespace)?,
        };
        self.host.keep(prepared.0.as_fd(), name)?;
        Ok(prepared)
    }
}

/// Inside the new namespace: settings that interfaces inherit when they arrive, and `lo`.
fn prepare_namespace() -> Result<Socket, Errno> {
    // CVE-2024-32473, CVE-2020-10749: no address that nobody gave, no router that nobody chose.
    sysctl::set_ipv6("default", Conf::Disable, true)?;
    sysctl::set_ipv6("default", Conf::AcceptRouterAdvertisements, false)?;
    sysctl::set_ipv6("default", Conf::DetectDuplicates, false)?;
    let mut inside = Socket::open(None)?;
    inside
        .request(set_up_by_name("lo"))
        .map_err(|refusal| refusal.errno)?;
    Ok(inside)
}
