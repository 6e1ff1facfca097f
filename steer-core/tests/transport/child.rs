//! A test that needs an environment of its own runs in a process of its own.

use std::process::{Command, Output};

use steer_core::http::{ReqwestTransport, Timeouts};

/// Where the child asks.
const ADDRESS: &str = "STEER_TEST_ADDRESS";

/// Asks an address from a process with these environment variables; what it answered, or why not.
pub(crate) async fn asks(address: &str, variables: &[(&str, String)]) -> Result<String, String> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child::the_child", "--ignored", "--nocapture", "--test-threads=1"]);
    for name in
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy"]
    {
        child.env_remove(name);
    }
    child.env(ADDRESS, address).env_remove("SSL_CERT_FILE").env_remove("no_proxy");
    child.envs(variables.iter().map(|(name, value)| (*name, value)));
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let said = |mark: &str| between(&output, mark);
    said("answer")
        .ok_or_else(|| said("error").unwrap_or_else(|| panic!("the child said nothing: {output:?}")))
}

fn between(output: &Output, mark: &str) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = text.split_once(&format!("<{mark}>"))?;
    Some(rest.split_once(&format!("</{mark}>"))?.0.to_owned())
}

#[tokio::test]
#[ignore = "runs as the child of other tests"]
async fn the_child() {
    // Whoever asks for the ignored tests gets nothing of it.
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let transport = ReqwestTransport::new(Timeouts::default()).unwrap();
    match super::ask(&transport, &address).await {
        Ok(answer) => println!("<answer>{answer}</answer>"),
        Err(error) => println!("<error>{error}</error>"),
    }
}
