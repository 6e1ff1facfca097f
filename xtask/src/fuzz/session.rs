use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use steer_fuzzed::Target;

use crate::verdict::Obstacle;

/// The most memory that a target may have, in MiB. An input is at most a few KiB long.
const MEMORY: u64 = 1024;

/// The longest that one input may take, in seconds.
const LONGEST: u64 = 10;

/// How much of what a program says at its end is printed, in lines.
const SHOWN: usize = 60;

/// `Session` is one target that runs for a while.
pub(super) struct Session<'a> {
    pub(super) root: &'a Path,
    pub(super) target: &'static Target,
    pub(super) program: &'a Path,
    pub(super) seconds: u64,
}

/// `Ended` is what came of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) target: String,
    pub(super) runs: u64,
    pub(super) seconds: u64,
    /// How many edges of the code were reached.
    pub(super) edges: u64,
    /// What the program said last, where it found something.
    pub(super) finding: Option<String>,
}

impl Session<'_> {
    /// Runs the target with its seeds, the inputs that failed once, and those that earlier sessions kept.
    pub(super) fn run(&self) -> Result<Ended, Obstacle> {
        let folder = |kind: &str| self.root.join("fuzz").join(kind).join(self.target.name);
        // libFuzzer keeps new inputs in the first folder, and begins the names of what it finds with a prefix.
        let (corpus, artifacts) = (folder("corpus"), folder("artifacts"));
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&artifacts)?;
        let others = self.target.fixtures.iter().map(|folder| self.root.join(folder));
        let others = others.chain([folder("seeds"), folder("regressions")]).filter(|folder| folder.is_dir());
        let started = Instant::now();
        let ran = Command::new(self.program)
            .arg(format!("-max_total_time={}", self.seconds))
            .arg(format!("-timeout={LONGEST}"))
            .arg(format!("-rss_limit_mb={MEMORY}"))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .arg("-print_final_stats=1")
            .arg(corpus)
            .args(others.collect::<Vec<PathBuf>>())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let said = String::from_utf8_lossy(&ran.stderr);
        Ok(Ended {
            finding: (!ran.status.success()).then(|| last(&said)),
            seconds: started.elapsed().as_secs(),
            ..Ended::read(self.target.name, &said)
        })
    }
}

impl Ended {
    /// What the program said of its runs and of the edges it reached.
    fn read(target: &str, said: &str) -> Self {
        let runs = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        let edges = said.rsplit(" cov: ").next().filter(|rest| rest.len() < said.len());
        let number = |text: Option<&str>| text.and_then(|text| text.split_whitespace().next()?.parse().ok());
        Self {
            target: target.to_owned(),
            runs: number(runs).unwrap_or_default(),
            edges: number(edges).unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, runs, seconds, edges, finding } = self;
        let word = if finding.is_some() { "FAILED" } else { "ok    " };
        writeln!(f, "{word} {target:<17} {runs:>9} runs {seconds:>4} s {edges:>6} edges")?;
        if let Some(said) = finding {
            writeln!(f, "{said}")?;
            writeln!(
                f,
                "the input lies in fuzz/artifacts/{target}; put it into fuzz/regressions/{target} with the repair"
            )?;
        }
        Ok(())
    }
}

/// The last lines of a text.
fn last(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines.get(lines.len().saturating_sub(SHOWN)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Ended, last};

    const SAID: &str = "INFO: Seed: 1\n#2\tINITED cov: 10 ft: 12 corp: 1/1b exec/s: 0 rss: 40Mb\n\
        #8\tNEW    cov: 1234 ft: 14 corp: 2/2b lim: 4 exec/s: 0 rss: 40Mb L: 1/1 MS: 1 ChangeBit-\n\
        Done 5678 runs in 31 second(s)\nstat::number_of_executed_units: 5678\nstat::peak_rss_mb:  41\n";

    #[test]
    fn runs_and_edges_are_read_from_what_the_program_says() {
        let ended = Ended::read("a", SAID);
        assert_eq!((ended.runs, ended.edges), (5678, 1234));
        assert_eq!(Ended::read("a", "it died"), Ended { target: "a".to_owned(), ..Ended::default() });
    }

    #[test]
    fn a_finding_is_told_with_what_to_do() {
        let ended = Ended { finding: Some("panicked".to_owned()), ..Ended::read("utf8", SAID) };
        let shown = ended.to_string();
        assert!(shown.starts_with("FAILED utf8") && shown.contains("panicked"), "{shown}");
        assert!(shown.contains("fuzz/regressions/utf8"), "{shown}");
        assert_eq!(last(&"x\n".repeat(100)).lines().count(), 60);
    }
}
