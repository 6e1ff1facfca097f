use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::Cutter;
use super::orders::{End, Orders};
use crate::server::socket::Socket;

/// `Wire` stands between `h2` and a socket: it knows where frames begin, writes others between them, and ends the
/// connection when it is told to.
pub(super) struct Wire<S> {
    socket: S,
    orders: Arc<Orders>,
    sent: Arc<AtomicU64>,
    deaf: bool,
    cutter: Cutter,
    /// What passed, and the socket has not taken yet.
    out: BytesMut,
}

impl<S: Socket> Wire<S> {
    pub(super) fn new(socket: S, orders: Arc<Orders>, sent: Arc<AtomicU64>, deaf: bool) -> Self {
        Self { socket, orders, sent, deaf, cutter: Cutter::default(), out: BytesMut::new() }
    }

    /// Writes what is there, then what was ordered, then ends what was ordered to end.
    fn pump(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.orders.register(context.waker());
        if self.orders.is_over() {
            return Poll::Ready(Ok(()));
        }
        loop {
            while !self.out.is_empty() {
                let written = ready!(Pin::new(&mut self.socket).poll_write(context, &self.out))?;
                if written == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.out.advance(written.min(self.out.len()));
                self.sent.fetch_add(written as u64, Ordering::Relaxed);
            }
            if !self.cutter.is_at_border() {
                return Poll::Ready(Ok(()));
            }
            match self.orders.take() {
                Some(bytes) => self.out.extend_from_slice(&bytes),
                None => break,
            }
        }
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        match self.orders.ordered_end() {
            None => return Poll::Ready(Ok(())),
            Some(End::Reset) => SockRef::from(self.socket.tcp()).set_linger(Some(Duration::ZERO))?,
            Some(End::Fin | End::Whole) => ready!(Pin::new(&mut self.socket).poll_shutdown(context))?,
        }
        self.orders.set_over();
        Poll::Ready(Ok(()))
    }
}

impl<S: Socket> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        ready!(wire.pump(context))?;
        if wire.orders.is_over() {
            return Poll::Ready(Ok(bytes.len()));
        }
        let orders = &wire.orders;
        let taken = wire.cutter.pass(bytes, wire.deaf, &mut wire.out, |passed| orders.note(&passed));
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().pump(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        ready!(wire.pump(context))?;
        if wire.orders.is_over() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut wire.socket).poll_shutdown(context)
    }
}

impl<S: Socket> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        wire.orders.register(context.waker());
        while wire.orders.is_over() {
            // What still comes is not heard, but read, since a socket with unread bytes is reset when it is closed.
            let mut waste = [0; 4096];
            let mut waste = ReadBuf::new(&mut waste);
            ready!(Pin::new(&mut wire.socket).poll_read(context, &mut waste))?;
            if waste.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        Pin::new(&mut wire.socket).poll_read(context, buffer)
    }
}
