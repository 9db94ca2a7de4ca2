//! The container's log: `<root>/containers/<id>/log/container.log` and its rotated predecessors.
//!
//! Each line is in the format of the Container Runtime Interface:
//!
//! ```text
//! 2026-10-05T12:34:56.123456789Z stdout F text
//! ```
//!
//! `F` ends a line, `P` is a part whose line goes on in the next entry of the same stream. Lines are split at 16 KiB; an
//! unfinished line is written after a second as `P`. When the task ends, an unfinished line ends too (`F`).

pub(crate) mod line_splitter;
mod log_file;
pub(crate) mod log_reader;
pub(crate) mod log_settings;
pub(crate) mod log_writer;
mod waiting;
