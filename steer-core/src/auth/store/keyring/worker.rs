use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::native::{Items, Trouble};
use crate::error::{ApiError, ErrorKind};

/// `Worker` asks the keyring, each time from a new thread: what speaks to it waits by means that a thread of an
/// asynchronous runtime may not use, and may wait for a person who has left.
#[derive(Default)]
pub(super) struct Worker {
    /// The connection of the last call, unless the call failed or has not ended.
    idle: Mutex<Option<Items>>,
}

impl Worker {
    /// Connects where that is still to be done, and runs the call.
    ///
    /// # Errors
    /// There is no keyring, it refuses, or it does not answer in time.
    pub(super) fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl FnOnce(&Items) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, ApiError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (send, answer) = sync_channel(1);
        let work = move || {
            let answered = idle.map_or_else(Items::connect, Ok).and_then(|items| Ok((call(&items)?, items)));
            // Who asked may have given up.
            let _ = send.send(answered);
        };
        thread::Builder::new().name("steer-keyring".to_owned()).spawn(work).map_err(|error| {
            ApiError::configuration("no thread can be started for the system's keyring").with_source(error)
        })?;
        match answer.recv_timeout(limit) {
            Ok(Ok((value, items))) => {
                *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(items);
                Ok(value)
            }
            Ok(Err(trouble)) => Err(trouble.into()),
            Err(RecvTimeoutError::Timeout) => Err(ApiError::new(
                ErrorKind::Timeout,
                format!(
                    "the system's keyring did not answer within {limit:?}; unlock it, or keep credentials in a file: \
                     STEER_CREDENTIAL_STORE=file"
                ),
            )),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Trouble::Failed("the connection to it broke off".to_owned()).into())
            }
        }
    }
}
