//! Control groups: which controller lives in which hierarchy, limits, freeze, kill, statistics.
#![forbid(unsafe_code)]
