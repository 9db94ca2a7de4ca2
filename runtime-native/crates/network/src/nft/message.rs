//! Messages of the nf_tables subsystem: table, chain, rule, set, elements, and the frame of a batch.

use crate::netlink::Message;
use crate::netlink::message::{APPEND, CREATE};
use crate::nft::expressions::Expressions;

/// `NFNL_SUBSYS_NFTABLES`
const SUBSYSTEM: u16 = 10;
/// `struct nfgenmsg`
pub(crate) const HEADER_BYTES: usize = 4;
const NFPROTO_UNSPEC: u8 = 0;
const NFPROTO_INET: u8 = 1;

const NFNL_MSG_BATCH_BEGIN: u16 = 0x10;
const NFNL_MSG_BATCH_END: u16 = 0x11;

/// `NFT_MSG_*`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Verb {
    NewTable = 0,
    GetTable = 1,
    DeleteTable = 2,
    NewChain = 3,
    NewRule = 6,
    NewSet = 9,
    NewElements = 12,
    DeleteElements = 14,
}

/// What a base chain hangs on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hook {
    /// `filter` or `nat`
    pub(crate) kind: &'static str,
    /// `NF_INET_*`
    pub(crate) number: u32,
    /// Lower runs earlier.
    pub(crate) priority: i32,
}

/// `NFT_TABLE_F_OWNER | NFT_TABLE_F_PERSIST`: nobody else can change it, and it outlives us.
pub(crate) const OWNED_AND_PERSISTENT: u32 = 0x2 | 0x4;

/// Type of an nf_tables message or event.
pub(crate) const fn kind_of(verb: Verb) -> u16 {
    (SUBSYSTEM << 8) | verb as u16
}

/// Whether an event is one of nf_tables.
pub(crate) fn is_nftables(kind: u16) -> bool {
    kind >> 8 == SUBSYSTEM
}

/// A message of our family.
pub(crate) fn inet(verb: Verb, flags: u16) -> Message {
    Message::new(kind_of(verb), flags, &[NFPROTO_INET, 0, 0, 0])
}

/// Frames `messages` as one transaction.
pub(crate) fn batch(messages: Vec<Message>) -> Vec<Message> {
    let [high, low] = SUBSYSTEM.to_be_bytes();
    let frame = |kind| Message::new(kind, 0, &[NFPROTO_UNSPEC, 0, high, low]);
    let mut framed = Vec::with_capacity(messages.len() + 2);
    framed.push(frame(NFNL_MSG_BATCH_BEGIN));
    framed.extend(messages);
    framed.push(frame(NFNL_MSG_BATCH_END));
    framed
}

/// `NFT_MSG_NEWTABLE`; without flags it is "add if missing".
pub(crate) fn new_table(name: &str, flags: Option<u32>) -> Message {
    let mut message = inet(Verb::NewTable, CREATE);
    message.text(1, name);
    if let Some(flags) = flags {
        message.be32(2, flags);
    }
    message
}

/// `NFT_MSG_DELTABLE`, with everything in it.
pub(crate) fn delete_table(name: &str) -> Message {
    let mut message = inet(Verb::DeleteTable, 0);
    message.text(1, name);
    message
}

/// `NFT_MSG_NEWCHAIN`; base chains accept what no rule decides.
pub(crate) fn new_chain(table: &str, name: &str, hook: Option<Hook>) -> Message {
    const NF_ACCEPT: u32 = 1;
    let mut message = inet(Verb::NewChain, CREATE);
    message.text(1, table).text(3, name);
    if let Some(hook) = hook {
        message.nest(4, |nest| {
            nest.be32(1, hook.number)
                .bytes(2, &hook.priority.to_be_bytes());
        });
        message.be32(5, NF_ACCEPT).text(7, hook.kind);
    }
    message
}

/// `NFT_MSG_NEWRULE`, appended.
pub(crate) fn new_rule(
    table: &str,
    chain: &str,
    fill: impl FnOnce(&mut Expressions<'_>),
) -> Message {
    let mut message = inet(Verb::NewRule, CREATE | APPEND);
    message.text(1, table).text(2, chain);
    message.nest(4, |list| fill(&mut Expressions::of(list)));
    message
}
