//! `linux.netDevices`: devices of the host that become the container's. Their maker moves them while the first process
//! waits; they go with the container's network namespace and are never moved back.
//!
//! ```text
//!   here                                      there
//!   index, permanent global addresses  -->    the name is free, a free index
//!   move and rename in one request     -->    addresses, up
//! ```
//!
//! Source: config-linux.md, "Network Devices"; rtnetlink(7).

mod addresses;
mod netlink;

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::netdevice::{index_to_name, name_to_index};
use rustix::process::Pid;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::Failure;
use crate::plan::net_devices::NetDevicePlan;
use crate::step::Step;
use netlink::{Request, carry_out};

const NEW_LINK: u16 = 16;
/// `struct ifinfomsg`.
const LINK_BYTES: usize = 16;
const UP: u32 = 1;
const NAME: u16 = 3;
const NAMESPACE_FD: u16 = 28;
const NEW_INDEX: u16 = 49;
/// How many indexes are looked at for a free one.
const MOST_INDEXES: u32 = 4096;

/// The two ends of the way.
struct Way {
    here: OwnedFd,
    there: OwnedFd,
    namespace: OwnedFd,
}

/// Moves devices into the network namespace of the process `pid`.
pub(crate) fn move_into(pid: Pid, devices: &[NetDevicePlan]) -> Result<(), Failure> {
    if devices.is_empty() {
        return Ok(());
    }
    let way = Way::open(pid)?;
    devices.iter().try_for_each(|device| way.carry(device))
}

impl Way {
    fn open(pid: Pid) -> Result<Self, Failure> {
        let open =
            |path: &str| rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
        let name = || "open the network namespaces";
        let namespace = open(&format!("/proc/{}/ns/net", pid.as_raw_nonzero())).step(name)?;
        let own = open("/proc/self/ns/net").step(name)?;
        let identity =
            |fd: &OwnedFd| rustix::fs::fstat(fd).map(|found| (found.st_dev, found.st_ino));
        if identity(&namespace).step(name)? == identity(&own).step(name)? {
            return Err(Failure::plain(
                "move network devices: the container has the network namespace of its maker",
            ));
        }
        let here = tsorch_sys::netlink::open(None, 0).step(|| "open a netlink socket")?;
        let enter =
            |fd: &OwnedFd| move_into_link_name_space(fd.as_fd(), Some(LinkNameSpaceType::Network));
        enter(&namespace).step(|| "enter the container's network namespace")?;
        let there = tsorch_sys::netlink::open(None, 0);
        enter(&own).step(|| "return to the own network namespace")?;
        Ok(Self {
            here,
            there: there.step(|| "open a netlink socket in the container")?,
            namespace,
        })
    }

    fn carry(&self, device: &NetDevicePlan) -> Result<(), Failure> {
        let (outside, inside) = (&device.outside, &device.inside);
        let name = |what: &str| format!("move the network device {outside}: {what}");
        let index = name_to_index(&self.here, outside).step(|| name("find it"))?;
        let addresses =
            addresses::permanent(&self.here, index).step(|| name("list its addresses"))?;
        // The kernel would find it out after the move.
        if !device.is_template() && name_to_index(&self.there, inside).is_ok() {
            return Err(Failure::new(
                name(&format!("call it {inside}")),
                Errno::EXIST,
            ));
        }
        let new = self.free_index(index).step(|| name("find an index"))?;
        self.hand_over(index, (inside, new))
            .step(|| name(&format!("to the container as {inside}")))?;
        for address in &addresses {
            addresses::add(&self.there, new, address).step(|| name("restore its addresses"))?;
        }
        let up = Request::new(NEW_LINK, &link(new, UP));
        carry_out(&self.there, up).step(|| name("set it up"))
    }

    /// The same index where it is free; so that the device is known by it afterwards, whatever its name becomes.
    fn free_index(&self, wanted: u32) -> Result<u32, Errno> {
        let mut candidates = wanted..wanted.saturating_add(MOST_INDEXES);
        let free = candidates.find(|index| index_to_name(&self.there, *index).is_err());
        free.ok_or(Errno::BUSY)
    }

    fn hand_over(&self, index: u32, (name, new): (&str, u32)) -> Result<(), Errno> {
        let target = self.namespace.as_raw_fd().to_ne_bytes();
        let name = [name.as_bytes(), b"\0"].concat();
        let request = Request::new(NEW_LINK, &link(index, 0))
            .attribute(NAMESPACE_FD, &target)?
            .attribute(NAME, &name)?
            .attribute(NEW_INDEX, &new.to_ne_bytes())?;
        carry_out(&self.here, request)
    }
}

/// `struct ifinfomsg`: family, padding, type, index, flags, mask of flags.
fn link(index: u32, flags: u32) -> [u8; LINK_BYTES] {
    let mut fixed = [0; LINK_BYTES];
    fixed[4..8].copy_from_slice(&index.to_ne_bytes());
    fixed[8..12].copy_from_slice(&flags.to_ne_bytes());
    fixed[12..].copy_from_slice(&flags.to_ne_bytes());
    fixed
}
