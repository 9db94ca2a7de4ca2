//! The expressions of a rule, as the kernel's virtual machine runs them (names as `nft --debug=netlink` prints them).
//!
//! Registers: 1 to 4 hold 16 bytes each; 8 to 23 are the same memory in pieces of 4 bytes (8 = first quarter of 1).

use crate::netlink::Message;

const LIST_ELEMENT: u16 = 1;
const DATA_VALUE: u16 = 1;
const DATA_VERDICT: u16 = 2;

/// Where a rule leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict<'a> {
    Drop,
    Accept,
    Goto(&'a str),
}

/// `NFT_META_*`
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum Meta {
    InputName = 6,
    OutputName = 7,
    NetworkProtocol = 15,
    TransportProtocol = 16,
}

/// `NFT_CT_*`
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum Conntrack {
    State = 0,
    Status = 2,
}

/// `NFT_PAYLOAD_*_HEADER`
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum Header {
    Network = 1,
    Transport = 2,
}

/// Writes expressions into a rule.
pub(crate) struct Expressions<'a> {
    list: &'a mut Message,
}

impl<'a> Expressions<'a> {
    /// `list` is inside `NFTA_RULE_EXPRESSIONS`.
    pub(crate) fn of(list: &'a mut Message) -> Self {
        Self { list }
    }

    /// `[ meta load KEY => reg R ]`
    pub(crate) fn meta(&mut self, key: Meta, register: u32) -> &mut Self {
        self.add("meta", |data| {
            data.be32(1, register).be32(2, key as u32);
        })
    }

    /// `[ ct load KEY => reg 1 ]`
    pub(crate) fn conntrack(&mut self, key: Conntrack) -> &mut Self {
        self.add("ct", |data| {
            data.be32(1, 1).be32(2, key as u32);
        })
    }

    /// `[ payload load Lb @ HEADER + O => reg R ]`
    pub(crate) fn payload(&mut self, header: Header, part: (u32, u32), register: u32) -> &mut Self {
        let (offset, length) = part;
        self.add("payload", |data| {
            data.be32(1, register)
                .be32(2, header as u32)
                .be32(3, offset)
                .be32(4, length);
        })
    }

    /// `[ fib daddr type => reg 1 ]`
    pub(crate) fn destination_type(&mut self) -> &mut Self {
        const RESULT_ADDRTYPE: u32 = 3;
        const FLAG_DADDR: u32 = 2;
        self.add("fib", |data| {
            data.be32(1, 1).be32(2, RESULT_ADDRTYPE).be32(3, FLAG_DADDR);
        })
    }

    /// `[ numgen reg R = random mod N ]`
    pub(crate) fn random(&mut self, modulus: u32, register: u32) -> &mut Self {
        const RANDOM: u32 = 1;
        self.add("numgen", |data| {
            data.be32(1, register).be32(2, modulus).be32(3, RANDOM);
        })
    }

    /// `[ cmp eq reg 1 VALUE ]`
    pub(crate) fn equals(&mut self, value: &[u8]) -> &mut Self {
        self.compare(0, value)
    }

    /// `[ cmp neq reg 1 VALUE ]`
    pub(crate) fn differs(&mut self, value: &[u8]) -> &mut Self {
        self.compare(1, value)
    }

    /// `[ bitwise reg 1 = ( reg 1 & MASK ) ^ 0 ]` and `[ cmp neq reg 1 0 ]`: one of the bits is set.
    pub(crate) fn has_bits(&mut self, mask: u32) -> &mut Self {
        self.add("bitwise", |data| {
            data.be32(1, 1).be32(2, 1).be32(3, 4);
            data.nest(4, |value| {
                value.u32(DATA_VALUE, mask);
            });
            data.nest(5, |value| {
                value.u32(DATA_VALUE, 0);
            });
        });
        self.differs(&[0; 4])
    }

    /// `[ lookup reg 1 set NAME ]`
    pub(crate) fn is_in(&mut self, set: &str) -> &mut Self {
        self.add("lookup", |data| {
            data.text(1, set).be32(2, 1);
        })
    }

    /// `[ lookup reg 1 set NAME 0x1 ]`
    pub(crate) fn is_not_in(&mut self, set: &str) -> &mut Self {
        const INVERT: u32 = 1;
        self.add("lookup", |data| {
            data.text(1, set).be32(2, 1).be32(5, INVERT);
        })
    }

    /// `[ lookup reg 1 set NAME dreg D ]`; `D` = 0: the verdict.
    pub(crate) fn map(&mut self, map: &str, register: u32) -> &mut Self {
        self.add("lookup", |data| {
            data.text(1, map).be32(2, 1).be32(3, register);
        })
    }

    /// `[ nat dnat FAMILY addr_min reg 1 proto_min reg P ]`
    pub(crate) fn destination_nat(&mut self, family: u32, port_register: u32) -> &mut Self {
        const DNAT: u32 = 1;
        self.add("nat", |data| {
            data.be32(1, DNAT)
                .be32(2, family)
                .be32(3, 1)
                .be32(5, port_register);
        })
    }

    /// `[ masq ]`
    pub(crate) fn masquerade(&mut self) -> &mut Self {
        self.add("masq", |_| {})
    }

    /// `[ immediate reg 0 VERDICT ]`
    pub(crate) fn verdict(&mut self, verdict: Verdict<'_>) -> &mut Self {
        self.add("immediate", |data| {
            data.be32(1, 0)
                .nest(2, |value| write_verdict(value, verdict));
        })
    }

    fn compare(&mut self, operator: u32, value: &[u8]) -> &mut Self {
        self.add("cmp", |data| {
            data.be32(1, 1).be32(2, operator).nest(3, |nest| {
                nest.bytes(DATA_VALUE, value);
            });
        })
    }

    fn add(&mut self, name: &str, fill: impl FnOnce(&mut Message)) -> &mut Self {
        self.list.nest(LIST_ELEMENT, |element| {
            element.text(1, name).nest(2, fill);
        });
        self
    }
}

/// Writes a verdict as data, also of a map's element.
pub(crate) fn write_verdict(nest: &mut Message, verdict: Verdict<'_>) {
    // NF_DROP, NF_ACCEPT, NFT_GOTO
    let (code, chain) = match verdict {
        Verdict::Drop => (0i32, None),
        Verdict::Accept => (1, None),
        Verdict::Goto(chain) => (-4, Some(chain)),
    };
    nest.nest(DATA_VERDICT, |data| {
        data.bytes(1, &code.to_be_bytes());
        if let Some(chain) = chain {
            data.text(2, chain);
        }
    });
}

/// Writes a value as data.
pub(crate) fn write_value(nest: &mut Message, value: &[u8]) {
    nest.bytes(DATA_VALUE, value);
}
