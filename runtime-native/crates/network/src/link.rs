//! Links, addresses and routes over rtnetlink(7).

pub(crate) mod bridge;
pub(crate) mod counters;
pub(crate) mod requests;
pub(crate) mod survey;
pub(crate) mod veth;
