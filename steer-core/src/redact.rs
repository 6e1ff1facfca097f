//! What `Debug` may print. Prompts, completions and keys stay out of it until a program turns that on.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

static SHOW_CONTENT: AtomicBool = AtomicBool::new(false);

/// Lets `Debug` print prompts and completions for the whole program, or hides them again.
///
/// Hidden is the default. Credentials stay hidden in either case.
pub fn show_content(on: bool) {
    SHOW_CONTENT.store(on, Ordering::Relaxed);
}

/// Stands in a `Debug` output for content: prints `<hidden>` unless [`show_content`] turned it on.
pub(crate) struct Hidden<'a, T>(pub(crate) &'a T);

impl<T: fmt::Debug> fmt::Debug for Hidden<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if SHOW_CONTENT.load(Ordering::Relaxed) { self.0.fmt(f) } else { f.write_str("<hidden>") }
    }
}

/// Writes `Debug` for a struct: the fields before the semicolon as they are, those after it hidden.
macro_rules! redacted_debug {
    ($type:ident { $($shown:ident),* ; $($hidden:ident),* }) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type))
                    $(.field(stringify!($shown), &self.$shown))*
                    $(.field(stringify!($hidden), &$crate::redact::Hidden(&self.$hidden)))*
                    .finish()
            }
        }
    };
}
pub(crate) use redacted_debug;
