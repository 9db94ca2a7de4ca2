//! The parts of the OCI runtime specification's config.json and state.json that tsorch uses.
#![forbid(unsafe_code)]
