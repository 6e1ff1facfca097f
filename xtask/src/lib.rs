#![doc = include_str!("../README.md")]

pub mod check;
pub mod providers;
pub mod replay;
pub mod semver;
pub mod verdict;
pub mod workspace;
