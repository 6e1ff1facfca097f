//! Secrets from a person or a program. None is ever shown.

use std::io::{self, Read};

use steer::auth::Secret;
use steer::{ApiError, ErrorKind};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::terminal::Terminal;

/// The most bytes of a secret; no key and no code comes near it.
const LIMIT: u64 = 64 * 1024;

/// Asks at a terminal, where what is typed is not shown; elsewhere everything on standard input is the secret.
pub(crate) fn read(prompt: &str, terminal: Terminal, interrupt: &Interrupt) -> Result<Secret, Failure> {
    if terminal.stdin { typed(prompt, terminal, interrupt) } else { piped(standard_input()?) }
}

/// The same, but from standard input only a line is taken, so that another may follow.
pub(crate) fn read_line(prompt: &str, terminal: Terminal, interrupt: &Interrupt) -> Result<Secret, Failure> {
    if terminal.stdin {
        return typed(prompt, terminal, interrupt);
    }
    terminal.tell(&format!("{prompt}\n"));
    piped(Line { input: standard_input()?, ended: false })
}

fn typed(prompt: &str, terminal: Terminal, interrupt: &Interrupt) -> Result<Secret, Failure> {
    terminal.tell(prompt);
    let config = rpassword::ConfigBuilder::new().output_discard();
    // Standard input is the terminal; the one that controls the process may be another, or none.
    #[cfg(unix)]
    let config = config.input_file_path("/dev/stdin");
    // A Ctrl-C that ended the program here would leave a terminal behind that shows nothing any more.
    interrupt.editing();
    let typed = rpassword::read_password_with_config(config.build());
    // The reader sends the signal on, which may be seen only now: then the program says what it has to say, and ends.
    if !matches!(&typed, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
        interrupt.idle();
    }
    terminal.tell("\n");
    match typed {
        Ok(text) => Ok(Secret::new(text)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Failure::Usage("nothing was typed".to_owned()))
        }
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            Err(ApiError::new(ErrorKind::Cancelled, "nothing was changed").into())
        }
        Err(error) => Err(cannot_read(&error)),
    }
}

fn piped(input: impl Read) -> Result<Secret, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT as usize));
    let mut bounded = input.take(LIMIT);
    bounded.read_to_end(&mut bytes).map_err(|error| cannot_read(&error))?;
    if bounded.limit() == 0 {
        return Err(Failure::Usage("what stands on standard input is too long for a secret".to_owned()));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Secret::new(text.trim())),
        Err(_) => Err(Failure::Usage("what stands on standard input is no text".to_owned())),
    }
}

/// Standard input without a buffer, which would keep the secret until the program ends.
#[cfg(unix)]
fn standard_input() -> Result<impl Read, Failure> {
    use std::os::fd::AsFd;
    let input = io::stdin().as_fd().try_clone_to_owned().map_err(|error| cannot_read(&error))?;
    Ok(std::fs::File::from(input))
}

#[cfg(not(unix))]
fn standard_input() -> Result<impl Read, Failure> {
    Ok(io::stdin())
}

/// `Line` reads up to the end of a line and no further.
struct Line<R> {
    input: R,
    ended: bool,
}

impl<R: Read> Read for Line<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(byte) = buffer.get_mut(..1).filter(|_| !self.ended) else { return Ok(0) };
        let read = self.input.read(byte)?;
        self.ended = byte.first() == Some(&b'\n');
        Ok(read)
    }
}

fn cannot_read(error: &io::Error) -> Failure {
    Failure::System(format!("the secret cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_where_the_next_begins() {
        let mut input = &b" code \nnext\n"[..];
        assert_eq!(piped(Line { input: &mut input, ended: false }).unwrap().expose(), "code");
        assert_eq!(piped(Line { input: &mut input, ended: false }).unwrap().expose(), "next");
        assert_eq!(piped(Line { input: &mut input, ended: false }).unwrap().expose(), "");
    }

    #[test]
    fn what_is_no_text_or_too_long_is_refused_without_being_shown() {
        for wrong in [&b"CANARY\xff"[..], &[b'x'; 70_000]] {
            let error = piped(wrong).unwrap_err();
            assert!(matches!(error, Failure::Usage(_)) && !error.to_string().contains("CANARY"), "{error}");
        }
    }
}
