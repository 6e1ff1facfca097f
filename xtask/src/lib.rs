#![doc = include_str!("../README.md")]

mod artifacts;
pub mod bench;
pub mod catalogs;
pub mod check;
pub mod faults;
pub mod fuzz;
pub mod load;
pub mod new_provider;
pub mod providers;
pub mod real_servers;
pub mod replay;
pub mod requests;
pub mod requests_sdk;
pub mod semver;
pub mod verdict;
pub mod workspace;
