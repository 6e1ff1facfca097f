//! Ctrl-C: the first ends the answer, the second the program.

use std::sync::{Arc, Mutex, PoisonError};

use steer::CancellationToken;

use super::exit::Exit;

/// `Interrupt` turns Ctrl-C into the end of the answer that is being read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    /// Ctrl-C ends the program.
    #[default]
    Idle,
    /// Ctrl-C ends this answer.
    Answering(CancellationToken),
    /// The line editor has the terminal, and takes Ctrl-C itself.
    Editing,
}

impl Interrupt {
    /// Begins to listen, for as long as the runtime lives.
    pub(crate) fn install() -> Self {
        let interrupt = Self::default();
        let listener = interrupt.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                listener.press();
            }
        });
        interrupt
    }

    /// The next Ctrl-C ends what holds this token.
    pub(crate) fn answering(&self) -> CancellationToken {
        let token = CancellationToken::new();
        self.set(State::Answering(token.clone()));
        token
    }

    /// The next Ctrl-C ends the program.
    pub(crate) fn idle(&self) {
        self.set(State::Idle);
    }

    /// The line editor takes the next Ctrl-C.
    pub(crate) fn editing(&self) {
        self.set(State::Editing);
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn press(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Answering(token) => {
                token.cancel();
                *state = State::Idle;
            }
            State::Editing => {}
            State::Idle => std::process::exit(Exit::Cancelled as i32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Interrupt, State};

    #[test]
    fn the_first_press_ends_the_answer_and_leaves_the_second_to_the_program() {
        let interrupt = Interrupt::default();
        let token = interrupt.answering();
        interrupt.press();
        assert!(token.is_cancelled());
        assert!(matches!(*interrupt.0.lock().unwrap(), State::Idle));
    }

    #[test]
    fn the_line_editor_keeps_the_press_for_itself() {
        let interrupt = Interrupt::default();
        interrupt.editing();
        interrupt.press();
        assert!(matches!(*interrupt.0.lock().unwrap(), State::Editing));
    }
}
