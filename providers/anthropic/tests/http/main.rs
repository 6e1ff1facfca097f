//! The whole path from a request to an answer: over real sockets, and over a transport that follows a script.

mod answers;
mod broken;
mod cancel;
mod refusals;
mod request;
mod setup;
mod timeouts;
