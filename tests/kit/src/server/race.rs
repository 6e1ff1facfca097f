use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// What [`race`] was won by.
pub(super) enum Won<A, B> {
    First(A),
    Second(B),
}

/// Polls both futures, the first one first, until one is ready, and drops the other.
pub(super) async fn race<A: Future, B: Future>(first: A, second: B) -> Won<A::Output, B::Output> {
    let mut first = pin!(first);
    let mut second = pin!(second);
    poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Won::First(output)),
        Poll::Pending => second.as_mut().poll(context).map(Won::Second),
    })
    .await
}
