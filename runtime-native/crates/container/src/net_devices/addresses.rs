//! Addresses of a network device, as the kernel lists them and takes them back.

use std::os::fd::OwnedFd;

use rustix::io::Errno;

use super::netlink::{Request, attributes, carry_out, dump};

const NEW_ADDRESS: u16 = 20;
const GET_ADDRESS: u16 = 22;
/// `struct ifaddrmsg`: family, prefix length, flags, scope, index.
const FIXED_BYTES: usize = 8;
const UNIVERSE: u8 = 0;
/// `IFA_ADDRESS`, `IFA_LOCAL`, `IFA_BROADCAST`, `IFA_RT_PRIORITY`: what makes the address; the label begins with the
/// device's name and the rest is the kernel's.
const KEPT: [u16; 4] = [1, 2, 4, 9];
const FLAGS: u16 = 8;
const PERMANENT: u32 = 0x80;
/// `IFA_F_NODAD`, `HOMEADDRESS`, `MANAGETEMPADDR`, `NOPREFIXROUTE`, `MCAUTOJOIN`: what a user chooses.
const CHOSEN: u32 = 0x02 | 0x10 | 0x100 | 0x200 | 0x400;

/// One address: its fixed part, flags and attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    family: u8,
    prefix_length: u8,
    flags: u32,
    attributes: Vec<(u16, Vec<u8>)>,
}

/// The permanent global addresses of a device; those alone are meant for others, and are lost when it moves.
pub(super) fn permanent(socket: &OwnedFd, index: u32) -> Result<Vec<Address>, Errno> {
    let mut fixed = [0; FIXED_BYTES];
    fixed[4..].copy_from_slice(&index.to_ne_bytes());
    let mut found = Vec::new();
    dump(
        socket,
        Request::new(GET_ADDRESS, &fixed),
        |kind, content| {
            if kind == NEW_ADDRESS {
                found.extend(parse(content, index));
            }
        },
    )?;
    Ok(found)
}

fn parse(content: &[u8], index: u32) -> Option<Address> {
    let (fixed, rest) = content.split_first_chunk::<FIXED_BYTES>()?;
    let [family, prefix_length, short_flags, scope, i0, i1, i2, i3] = *fixed;
    let attributes = attributes(rest);
    let long_flags = attributes
        .iter()
        .find(|(kind, _)| *kind == FLAGS)
        .and_then(|(_, value)| value.first_chunk::<4>())
        .map(|bytes| u32::from_ne_bytes(*bytes));
    let flags = long_flags.unwrap_or(u32::from(short_flags));
    let is_wanted = u32::from_ne_bytes([i0, i1, i2, i3]) == index
        && scope == UNIVERSE
        && flags & PERMANENT != 0;
    is_wanted.then(|| Address {
        family,
        prefix_length,
        flags: flags & CHOSEN,
        attributes: attributes
            .into_iter()
            .filter(|(kind, _)| KEPT.contains(kind))
            .map(|(kind, value)| (kind, value.to_vec()))
            .collect(),
    })
}

/// Gives a device an address; that it has it already is no error.
pub(super) fn add(socket: &OwnedFd, index: u32, address: &Address) -> Result<(), Errno> {
    let mut fixed = [
        address.family,
        address.prefix_length,
        0,
        UNIVERSE,
        0,
        0,
        0,
        0,
    ];
    fixed[4..].copy_from_slice(&index.to_ne_bytes());
    let mut request =
        Request::new(NEW_ADDRESS, &fixed).attribute(FLAGS, &address.flags.to_ne_bytes())?;
    for (kind, value) in &address.attributes {
        request = request.attribute(*kind, value)?;
    }
    match carry_out(socket, request) {
        Err(Errno::EXIST) => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(scope: u8, flags: u8) -> Vec<u8> {
        let mut bytes = vec![2, 24, flags, scope];
        bytes.extend(5u32.to_ne_bytes());
        for (kind, value) in [(2u16, [10, 0, 0, 1]), (3, *b"eth0")] {
            bytes.extend(8u16.to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(value);
        }
        bytes
    }

    #[test]
    fn permanent_global_addresses_are_kept_without_their_label() {
        let address = parse(&message(0, 0x82), 5).expect("wanted");
        assert_eq!(address.attributes, [(2, vec![10, 0, 0, 1])]);
        assert_eq!((address.prefix_length, address.flags), (24, 0x02));
    }

    #[test]
    fn others_stay_behind() {
        assert_eq!(parse(&message(253, 0x80), 5), None);
        assert_eq!(parse(&message(0, 0), 5), None);
        assert_eq!(parse(&message(0, 0x80), 6), None);
        assert_eq!(parse(&[2, 24], 5), None);
    }
}
