//! What pays for attempts after the first one.

use std::time::Duration;

use steer::http::RetryBudget;
use steer::{ErrorKind, NotRetried, RetryPolicy};
use steer_testkit::transport::{Response, ScriptedTransport};
use tokio::task::JoinSet;

use crate::support::{hi, refused, request, with_key};

fn failing() -> ScriptedTransport {
    ScriptedTransport::handler(|_| refused(503, "later"))
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_fails_for_a_minute_gets_hardly_more_requests_than_were_made() {
    let transport = failing();
    let client = with_key(&transport, "key").build().unwrap();
    let mut calls = JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let made = 50 * 60;
    for _ in 0..made {
        ticks.tick().await;
        let client = client.clone();
        calls.spawn(async move { client.complete(request()).await.unwrap_err() });
    }
    let errors = calls.join_all().await;
    let sent = transport.requests().len();
    // 500 tokens pay for 100 attempts at 5 each.
    assert_eq!(sent, made + 100);
    assert!(sent * 10 <= made * 11, "{sent} requests for {made} calls");
    let mut refused = errors.iter().filter(|error| error.not_retried() == Some(NotRetried::Budget));
    assert!(refused.clone().count() > 2_900);
    let error = refused.next_back().unwrap();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Overloaded, 1));
    assert!(error.to_string().contains("the retry budget is used up"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_budget_ends_a_call_at_once_and_successes_fill_it_again() {
    let transport = ScriptedTransport::handler(|sent| match sent.body_text().unwrap().contains("well") {
        true => hi(),
        false => refused(503, "later"),
    });
    let budget = RetryBudget::new(12);
    let client = with_key(&transport, "key").retry_budget(budget.clone()).build().unwrap();
    client.complete(request()).await.unwrap_err();
    assert_eq!(budget.left(), 2, "two further attempts");
    let start = tokio::time::Instant::now();
    let error = client.clone().complete(request()).await.unwrap_err();
    assert_eq!((error.not_retried(), error.attempts()), (Some(NotRetried::Budget), 1));
    assert_eq!(start.elapsed(), Duration::ZERO);
    for _ in 0..3 {
        client.complete(request().user("well")).await.unwrap();
    }
    assert_eq!(budget.left(), 5);
    assert_eq!(client.complete(request()).await.unwrap_err().attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_connection_costs_more_than_a_word_of_the_vendors() {
    let broken = Response::sse(steer::bytes::Bytes::new()).break_off();
    for (first, left) in [(Response::refuse(), 90), (broken, 90), (refused(500, "later"), 95)] {
        let budget = RetryBudget::new(100).costs(5, 10, 0);
        let transport = ScriptedTransport::responses([first, hi()]);
        let client = with_key(&transport, "key").retry_budget(budget.clone()).build().unwrap();
        client.complete(request()).await.unwrap();
        assert_eq!(budget.left(), left);
    }
}

#[tokio::test(start_paused = true)]
async fn a_budget_can_be_taken_away() {
    let transport = failing();
    let client =
        with_key(&transport, "key").retry(RetryPolicy::attempts(400)).no_retry_budget().build().unwrap();
    assert_eq!(client.complete(request()).await.unwrap_err().attempts(), 400);
}
