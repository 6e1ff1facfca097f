use std::io::{self, Write};

use super::figures::Figures;
use super::parsed::Times;
use super::report::{Judged, Report};
use super::sample::median;
use super::subject::{Contender, Workload};

const HEAD: &str =
    "work    who           CPU ns       events/s  x floor  x floor-plus  allocations  peak KiB";

/// Prints a report for people.
pub(super) fn print(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (api, figures) in &report.apis {
        writeln!(out, "\n{}\n{HEAD}", api.name())?;
        for workload in Workload::ALL {
            for contender in Contender::ALL {
                writeln!(out, "{}", line(figures, workload, contender))?;
            }
        }
    }
    parser(report, out)?;
    writeln!(out, "\n{:<20}{:<40}{:>9}{:>9}{:>9}", "targets", "", "measured", "ahead", "limit")?;
    for judged in report.judged() {
        let api = judged.api.map_or("any", |api| api.name());
        let (measure, figure) = (judged.target.measure.name(), judged.figure);
        let (ahead, limit) = (judged.target.ahead, judged.target.limit);
        writeln!(out, "{api:<20}{measure:<40}{figure:>9.2}{ahead:>9.2}{limit:>9.2}  {}", mark(&judged))?;
    }
    Ok(())
}

fn line(figures: &Figures, workload: Workload, contender: Contender) -> String {
    let cpu = figures.cpu(workload, contender);
    let speed = workload.events().map_or_else(String::new, |_| format!("{:.0}", 1e9 / cpu.max(1.0)));
    format!(
        "{:<8}{:<11}{cpu:>9.0}{speed:>15}{:>9.2}{:>14.2}{:>13.2}{:>10.0}",
        workload.name(),
        contender.name(),
        figures.times_of(workload, contender, Contender::Floor),
        figures.times_of(workload, contender, Contender::FloorPlus),
        figures.allocations(workload, contender),
        figures.peak(workload, contender) / 1024.0,
    )
}

fn parser(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = report.parsed.first() else { return Ok(()) };
    writeln!(out, "\n{:<22}{:>12}{:>12}{:>12}", "parser, MB/s", "counting", "lines", "steer")?;
    for (place, parsed) in first.iter().enumerate() {
        let speed = |time: fn(&Times) -> f64| {
            let rounds = report.parsed.iter().filter_map(|round| round.get(place));
            parsed.speed(median(&rounds.map(|round| time(&round.times)).collect::<Vec<_>>()))
        };
        let [counting, lines, steer] =
            [|t: &Times| t.counting, |t: &Times| t.lines, |t: &Times| t.steer].map(speed);
        writeln!(out, "{:<22}{counting:>12.0}{lines:>12.0}{steer:>12.0}", parsed.cut.name())?;
    }
    Ok(())
}

fn mark(judged: &Judged) -> &'static str {
    match (judged.is_at_limit(), judged.is_ahead()) {
        (true, _) => "at the limit",
        (false, true) => "ahead",
        (false, false) => "MISSED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::tests::made_up;
    use crate::bench::subject::Api;

    #[test]
    fn each_target_stands_in_a_line_with_its_mark() {
        let report = Report { apis: vec![(Api::AnthropicMessages, made_up())], parsed: Vec::new() };
        let mut text = Vec::new();
        print(&report, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap().trim_end();
        assert_eq!(
            line("anthropic-messages  batch").split_whitespace().collect::<Vec<_>>(),
            ["anthropic-messages", "batch,", "CPU", "x", "floor-plus", "1.50", "1.20", "1.00", "MISSED"]
        );
        assert!(line("batch   steer").contains("16666667"), "events a second");
    }
}
