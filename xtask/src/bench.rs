//! `cargo xtask bench`: what the client costs beside the least that reading the same bytes can cost.
//!
//! A server in a process of its own answers over loopback HTTP/1.1 with bodies that lie ready. Each contender runs
//! in a process of its own, the rounds interleaved. Machines and their moods differ, so nothing but the ratios
//! within one run means anything.

pub mod figures;
#[cfg(feature = "bench")]
pub mod load;
pub mod parsed;
mod programs;
pub mod report;
pub mod sample;
pub mod subject;
mod table;
pub mod target;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use steer::ProviderRegistry;

use crate::verdict::{Obstacle, Verdict};
use figures::Figures;
use programs::{Job, Programs};
use report::{Judged, Report};
use subject::{Api, Contender, Workload};

/// `Options` say what to measure.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Measures less: three rounds, and fewer requests in each
    #[arg(long)]
    pub quick: bool,
    /// A wire format to measure; all by default
    #[arg(long = "api")]
    pub apis: Vec<Api>,
    /// Where to write every figure as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// How many rounds
    #[arg(long)]
    pub rounds: Option<u32>,
    /// Fails where another client would be ahead
    #[arg(long)]
    pub check: bool,
}

/// Builds, measures, and prints what was measured beside what is aimed at.
///
/// # Errors
/// The measured programs cannot be built, or one of them fails.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let asked = if options.apis.is_empty() { &Api::ALL[..] } else { &options.apis };
    let (registry, _) = ProviderRegistry::new(ProviderRegistry::linked())?;
    let mut spoken = Vec::new();
    for api in asked {
        match speaker(&registry, *api) {
            Some(provider) => spoken.push((*api, provider)),
            None => writeln!(out, "SKIPPED: no linked provider speaks {}", api.name())?,
        }
    }
    if spoken.is_empty() {
        return Ok(Verdict::Unavailable);
    }
    let programs = Programs::build()?;
    let mut report = Report::default();
    let server = programs.serve()?;
    for (api, provider) in &spoken {
        report.apis.push((*api, measure(options, &programs, *api, provider, &server.url)?));
    }
    drop(server);
    for _ in 0..options.rounds().min(3) {
        report.parsed.push(programs.parse()?);
    }
    table::print(&report, out)?;
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_string_pretty(&report.to_value())?)?;
    }
    Ok(Verdict::of(!options.check || report.judged().iter().all(Judged::is_ahead)))
}

impl Options {
    fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { 3 } else { 7 }).max(1)
    }

    fn requests(&self, workload: Workload) -> u32 {
        if self.quick { workload.requests().div_ceil(4) } else { workload.requests() }
    }
}

fn measure(
    options: &Options,
    programs: &Programs,
    api: Api,
    provider: &str,
    url: &str,
) -> Result<Figures, Obstacle> {
    let mut figures = Figures::default();
    for workload in Workload::ALL {
        let job = Job { api, workload, provider, url };
        for contender in Contender::ALL {
            figures.set_heap(workload, contender, programs.heap(contender, job)?);
        }
        let mut order = Contender::ALL;
        for _ in 0..options.rounds() {
            for contender in order {
                let sample = programs.time(contender, job, options.requests(workload))?;
                figures.add(workload, contender, sample);
            }
            // Whoever always came first would find the processor in another mood than the rest.
            order.rotate_left(1);
        }
    }
    Ok(figures)
}

/// The provider to ask: the one whose crate speaks the format itself, else any that does.
fn speaker(registry: &ProviderRegistry, api: Api) -> Option<String> {
    let speaking = || registry.all().filter(|config| config.api_format == api.name());
    let native = speaking().find(|config| {
        registry.registration_for(config).is_ok_and(|registration| registration.id == config.id.as_str())
    });
    native.or_else(|| speaking().next()).map(|config| config.id.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wire_format_is_spoken_by_a_linked_provider_unless_none_is_linked() {
        let (registry, _) = ProviderRegistry::new(ProviderRegistry::linked()).unwrap();
        assert_eq!(speaker(&registry, Api::AnthropicMessages).as_deref(), Some("anthropic"));
        assert!(speaker(&registry, Api::OpenaiChat).is_some());
        assert_eq!(speaker(&ProviderRegistry::default(), Api::OpenaiChat), None);
    }

    #[test]
    fn a_quick_run_measures_less_and_always_something() {
        let (full, quick) = (Options::default(), Options { quick: true, ..Options::default() });
        assert!(quick.rounds() < full.rounds());
        for workload in Workload::ALL {
            assert!(quick.requests(workload) < full.requests(workload));
            assert!(quick.requests(workload) >= 1);
        }
        assert_eq!(Options { rounds: Some(0), ..Options::default() }.rounds(), 1);
    }
}
