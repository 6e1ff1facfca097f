use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::verdict::Obstacle;

/// How often a wait looks whether it is over.
const PAUSE: Duration = Duration::from_millis(50);

/// `Interrupt` turns Ctrl-C, and on Unix a request to terminate, into something that a wait can see, so that servers
/// are stopped before the task ends. It may also carry a point in time after which every wait is over.
#[derive(Clone, Debug)]
pub(super) struct Interrupt {
    pressed: Arc<AtomicBool>,
    deadline: Option<(Instant, Duration)>,
    // Its worker listens for the signals as long as any copy lives.
    _runtime: Arc<Runtime>,
}

impl Interrupt {
    /// Listens from now on.
    pub(super) fn watch() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let pressed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&pressed);
        runtime.spawn(async move {
            if signalled().await.is_ok() {
                seen.store(true, Ordering::SeqCst);
            }
        });
        Ok(Self { pressed, deadline: None, _runtime: Arc::new(runtime) })
    }

    /// The same, and over when this much time has passed.
    pub(super) fn within(&self, limit: Duration) -> Self {
        Self { deadline: Instant::now().checked_add(limit).map(|end| (end, limit)), ..self.clone() }
    }

    /// Waits until `ready` has something.
    ///
    /// # Errors
    /// Ctrl-C was pressed, the time is over, or `ready` failed.
    pub(super) fn wait<T>(
        &self,
        what: &str,
        mut ready: impl FnMut() -> Result<Option<T>, Obstacle>,
    ) -> Result<T, Obstacle> {
        loop {
            if let Some(value) = ready()? {
                return Ok(value);
            }
            if self.pressed.load(Ordering::SeqCst) {
                return Err(format!("interrupted during {what}").into());
            }
            if let Some((end, limit)) = self.deadline
                && Instant::now() >= end
            {
                return Err(format!("{what} took longer than {limit:?}").into());
            }
            std::thread::sleep(PAUSE);
        }
    }
}

#[cfg(unix)]
async fn signalled() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signalled() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_with_what_was_waited_for() {
        let interrupt = Interrupt::watch().unwrap();
        let mut left = 2;
        let waited = interrupt.wait("counting", || {
            left -= 1;
            Ok((left == 0).then_some("done"))
        });
        assert_eq!(waited.unwrap(), "done");
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over_and_says_what_it_waited_for() {
        let interrupt = Interrupt::watch().unwrap().within(Duration::from_millis(10));
        let error = interrupt.wait("the kettle", || Ok(None::<()>)).unwrap_err();
        assert_eq!(error.to_string(), "the kettle took longer than 10ms");
    }

    #[test]
    fn a_wait_ends_when_the_task_is_interrupted() {
        let interrupt = Interrupt::watch().unwrap();
        interrupt.pressed.store(true, Ordering::SeqCst);
        let error = interrupt.wait("the kettle", || Ok(None::<()>)).unwrap_err();
        assert_eq!(error.to_string(), "interrupted during the kettle");
    }
}
