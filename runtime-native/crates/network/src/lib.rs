//! Bridges, addresses, published ports and the packet filter, over raw netlink.
#![forbid(unsafe_code)]
