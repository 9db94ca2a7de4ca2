//! The crate from outside: what layers become, and what hostile ones do not achieve. Needs root, as the worker does.
mod hostile;
mod overlay_form;
mod store;
mod stream;
mod support;
mod trees;
