//! hostd, its shims and their containers, all real: what only shows when they work together. Needs root and Debian's
//! busybox-static.

mod adoption;
mod adoption_foreign;
mod containers;
mod crashes;
mod node;
