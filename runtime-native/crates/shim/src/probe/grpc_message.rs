//! Messages of gRPC and of `grpc.health.v1`: as much of protobuf as they need.

/// `grpc-message` with its percent encoding undone; what is no code stays as it is.
pub(super) fn percent_decoded(text: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let hex = behind.first_chunk::<2>().filter(|_| *first == b'%');
        let code = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        decoded.push(byte.unwrap_or(*first));
        rest = behind
            .get(if byte.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// `HealthCheckRequest { service }` as one gRPC message.
pub(super) fn health_request(service: &str) -> Vec<u8> {
    let mut fields = Vec::new();
    if !service.is_empty() {
        fields.push(0x0a);
        let mut length = service.len();
        while length >= 0x80 {
            fields.push(0x80 | u8::try_from(length & 0x7f).unwrap_or(0));
            length >>= 7;
        }
        fields.push(u8::try_from(length).unwrap_or(0));
        fields.extend_from_slice(service.as_bytes());
    }
    let length = u32::try_from(fields.len()).unwrap_or(0).to_be_bytes();
    [&[0][..], &length, &fields].concat()
}

/// `HealthCheckResponse.status` of one gRPC message that is not compressed.
pub(super) fn serving_status(message: &[u8]) -> Option<u64> {
    let (prefix, mut fields) = message.split_first_chunk::<5>()?;
    let [0, length @ ..] = *prefix else {
        return None;
    };
    if u32::try_from(fields.len()).ok()? != u32::from_be_bytes(length) {
        return None;
    }
    let mut status = 0;
    while !fields.is_empty() {
        let key = varint(&mut fields)?;
        match (key >> 3, key & 7) {
            (1, 0) => status = varint(&mut fields)?,
            (_, 0) => drop(varint(&mut fields)?),
            (_, 2) => {
                let length = usize::try_from(varint(&mut fields)?).ok()?;
                fields = fields.get(length..)?;
            }
            (_, 1) => fields = fields.get(8..)?,
            (_, 5) => fields = fields.get(4..)?,
            _ => return None,
        }
    }
    Some(status)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// As the documentation of gRPC names it.
pub(super) fn status_name(code: i32) -> &'static str {
    const NAMES: [&str; 17] = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ];
    usize::try_from(code)
        .ok()
        .and_then(|code| NAMES.get(code))
        .copied()
        .unwrap_or("an unknown status")
}

#[cfg(test)]
mod tests {
    use super::{health_request, percent_decoded, serving_status};

    #[test]
    fn the_request_carries_the_service() {
        assert_eq!(health_request(""), [0, 0, 0, 0, 0]);
        assert_eq!(health_request("ab"), [0, 0, 0, 0, 4, 0x0a, 2, b'a', b'b']);
        let long = health_request(&"x".repeat(300));
        assert_eq!(&long[..8], [0, 0, 0, 1, 0x2f, 0x0a, 0xac, 2]);
        assert_eq!(serving_status(&long), Some(0));
    }

    #[test]
    fn percent_signs_are_codes_only_where_they_can_be() {
        assert_eq!(percent_decoded(b"a%20b%2"), "a b%2");
        assert_eq!(percent_decoded(b"%zz%C3%A9"), "%zz\u{e9}");
    }
}
