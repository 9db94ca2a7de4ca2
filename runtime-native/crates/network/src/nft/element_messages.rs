//! Elements as messages of a transaction.

use std::collections::BTreeMap;

use crate::netlink::Message;
use crate::netlink::message::CREATE;
use crate::nft::elements::{Data, Key, Upper, Value};
use crate::nft::expressions::{Verdict, write_value, write_verdict};
use crate::nft::message::{Verb, inet};
use crate::nft::sets::Set;

/// Attribute lengths have 16 bits: this many elements fit one message whatever their kind.
const ELEMENTS_PER_MESSAGE: usize = 128;
/// nft prints comments up to this length.
const MAX_COMMENT_BYTES: usize = 127;
/// `NFT_SET_ELEM_INTERVAL_END`
const FLAG_INTERVAL_END: u32 = 1;

/// Messages that add these elements.
pub(crate) fn add_messages<'a>(
    table: &str,
    elements: impl Iterator<Item = (&'a Key, &'a Value)>,
) -> Vec<Message> {
    list_messages(
        table,
        Verb::NewElements,
        elements.map(|(key, value)| (key, Some(value))),
    )
}

/// Messages that delete these elements; one that is missing fails the transaction.
pub(crate) fn delete_messages<'a>(
    table: &str,
    keys: impl Iterator<Item = &'a Key>,
) -> Vec<Message> {
    list_messages(table, Verb::DeleteElements, keys.map(|key| (key, None)))
}

fn list_messages<'a>(
    table: &str,
    verb: Verb,
    elements: impl Iterator<Item = (&'a Key, Option<&'a Value>)>,
) -> Vec<Message> {
    let mut by_set: BTreeMap<Set, Vec<(&Key, Option<&Value>)>> = BTreeMap::new();
    for (key, value) in elements {
        by_set.entry(key.set).or_default().push((key, value));
    }
    let mut messages = Vec::new();
    for (set, elements) in by_set {
        for chunk in elements.chunks(ELEMENTS_PER_MESSAGE) {
            let mut message = inet(verb, CREATE);
            message.text(1, table).text(2, set.name());
            message.nest(3, |list| {
                for (key, value) in chunk {
                    list.nest(1, |element| write_element(element, key, *value));
                }
            });
            messages.push(message);
        }
    }
    messages
}

fn write_element(element: &mut Message, key: &Key, value: Option<&Value>) {
    element.nest(1, |nest| write_value(nest, &key.bytes));
    match &key.upper {
        Upper::Exact => {}
        Upper::To(last) => {
            element.nest(10, |nest| write_value(nest, last));
        }
        Upper::Behind => {
            element.be32(3, FLAG_INTERVAL_END);
        }
    }
    let Some(value) = value else { return };
    match &value.data {
        Data::Nothing => {}
        Data::Goto(balancer) => {
            let chain = balancer.chain();
            element.nest(2, |nest| write_verdict(nest, Verdict::Goto(&chain)));
        }
        Data::Endpoint(bytes) => {
            element.nest(2, |nest| write_value(nest, bytes));
        }
    }
    if !value.comment.is_empty() {
        element.bytes(6, &comment_bytes(&value.comment));
    }
}

/// `NFTNL_UDATA_SET_ELEM_COMMENT` of libnftnl: type, length, text with its NUL.
fn comment_bytes(comment: &str) -> Vec<u8> {
    const COMMENT: u8 = 0;
    // Names are ASCII, so a cut never falls into a character.
    let text = &comment.as_bytes()[..comment.len().min(MAX_COMMENT_BYTES)];
    let length = u8::try_from(text.len() + 1).unwrap_or(u8::MAX);
    let mut bytes = vec![COMMENT, length];
    bytes.extend_from_slice(text);
    bytes.push(0);
    bytes
}
