//! Published ports for what the packet filter cannot translate: connections to 127.0.0.1 and ::1, from IPv6 to containers
//! that have none, and anything while the filter's table is being rebuilt. Containers see the bridge's address as client.

pub(crate) mod pipe;
pub(crate) mod tcp;
pub(crate) mod udp;
