//! Image layers: verification and safe extraction of tar archives.
#![forbid(unsafe_code)]
