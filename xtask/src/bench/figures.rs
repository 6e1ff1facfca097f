//! The measurements of one wire format.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::sample::{Sample, median, ratio};
use super::subject::{Contender, Workload};
use super::target::Measure;

/// `Figures` are the samples of one wire format, in the order of the rounds.
#[derive(Debug, Default)]
pub struct Figures {
    samples: BTreeMap<(Workload, Contender), Vec<Sample>>,
    heap: BTreeMap<(Workload, Contender), Sample>,
}

impl Figures {
    /// Adds a sample of time.
    pub fn add(&mut self, workload: Workload, contender: Contender, sample: Sample) {
        self.samples.entry((workload, contender)).or_default().push(sample);
    }

    /// Sets what was allocated.
    pub fn set_heap(&mut self, workload: Workload, contender: Contender, sample: Sample) {
        self.heap.insert((workload, contender), sample);
    }

    /// The median of nanoseconds for a request or, where events are what is counted, for one of them.
    #[must_use]
    pub fn cpu(&self, workload: Workload, contender: Contender) -> f64 {
        median(&self.times(workload, contender)) / units(workload)
    }

    /// How many times the processor time of another contender one needs.
    #[must_use]
    pub fn times_of(&self, workload: Workload, contender: Contender, of: Contender) -> f64 {
        ratio(&self.times(workload, contender), &self.times(workload, of))
    }

    /// Allocations for a request or, where events are what is counted, for one of them.
    #[must_use]
    pub fn allocations(&self, workload: Workload, contender: Contender) -> f64 {
        self.heap_of(workload, contender).allocations / units(workload)
    }

    /// The most bytes held at once.
    #[must_use]
    pub fn peak(&self, workload: Workload, contender: Contender) -> f64 {
        self.heap_of(workload, contender).peak
    }

    /// What has a target; 0 for what is the parser's.
    #[must_use]
    pub fn figure(&self, measure: Measure) -> f64 {
        use Contender::{Floor, FloorPlus, Steer};
        match measure {
            Measure::Batch => self.times_of(Workload::Batch, Steer, FloorPlus),
            Measure::Chunks => self.times_of(Workload::Chunks, Steer, Floor),
            Measure::EventAllocations => {
                self.for_each_delta(Workload::Chunks).max(self.for_each_delta(Workload::Batch))
            }
            Measure::Small => self.times_of(Workload::Small, Steer, Floor),
            Measure::WholeAllocations => self.allocations(Workload::Whole, Steer),
            Measure::SendPeak => {
                let sample = self.heap_of(Workload::Send, Steer);
                sample.peak / sample.body.max(1.0)
            }
            Measure::ParseBlocks | Measure::ParseEvents | Measure::ParseFragments | Measure::ParseLarge => {
                0.0
            }
        }
    }

    /// All figures and samples.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut workloads = Map::new();
        for workload in Workload::ALL {
            let mut contenders = Map::new();
            for contender in Contender::ALL {
                let figures = json!({
                    "cpu_ns": self.cpu(workload, contender),
                    "times_floor": self.times_of(workload, contender, Contender::Floor),
                    "times_floor_plus": self.times_of(workload, contender, Contender::FloorPlus),
                    "allocations": self.allocations(workload, contender),
                    "peak_bytes": self.peak(workload, contender),
                    "samples_ns": self.times(workload, contender),
                });
                contenders.insert(contender.name().to_owned(), figures);
            }
            workloads.insert(workload.name().to_owned(), contenders.into());
        }
        workloads.into()
    }

    /// What a text delta allocates: the request itself costs the short stream as much, and what the HTTP client
    /// allocates for a chunk is not ours.
    fn for_each_delta(&self, workload: Workload) -> f64 {
        let more = |contender| {
            let small = self.heap_of(Workload::Small, contender).allocations;
            self.heap_of(workload, contender).allocations - small
        };
        (more(Contender::Steer) - more(Contender::Floor)) / units(workload)
    }

    fn times(&self, workload: Workload, contender: Contender) -> Vec<f64> {
        let samples = self.samples.get(&(workload, contender));
        samples.into_iter().flatten().map(|sample| sample.cpu_ns).collect()
    }

    fn heap_of(&self, workload: Workload, contender: Contender) -> Sample {
        self.heap.get(&(workload, contender)).copied().unwrap_or_default()
    }
}

fn units(workload: Workload) -> f64 {
    workload.events().map_or(1.0, |events| events as f64)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bench::subject::EVENTS;

    /// For an event, in the second of three rounds: 20, 40 and 60 nanoseconds.
    pub(in crate::bench) fn made_up() -> Figures {
        let mut figures = Figures::default();
        let times = [(Contender::Floor, 10.0), (Contender::FloorPlus, 20.0), (Contender::Steer, 30.0)];
        for workload in Workload::ALL {
            for (contender, time) in times {
                for round in [1.0, 2.0, 3.0] {
                    let cpu_ns = time * round * EVENTS as f64;
                    figures.add(workload, contender, Sample { cpu_ns, ..Sample::default() });
                }
                let units = if workload == Workload::Small { 500.0 } else { EVENTS as f64 };
                let allocations = time * units;
                let heap = Sample { allocations, peak: time, body: 20.0, ..Sample::default() };
                figures.set_heap(workload, contender, heap);
            }
        }
        figures
    }

    #[test]
    fn a_stream_is_counted_by_the_event_and_a_body_by_the_request() {
        let figures = made_up();
        assert_eq!(figures.cpu(Workload::Batch, Contender::Steer), 60.0);
        assert_eq!(figures.cpu(Workload::Whole, Contender::Steer), 60.0 * EVENTS as f64);
        assert_eq!(figures.allocations(Workload::Chunks, Contender::Floor), 10.0);
    }

    #[test]
    fn each_measure_compares_with_its_own_floor() {
        let figures = made_up();
        assert_eq!(figures.figure(Measure::Batch), 1.5);
        assert_eq!(figures.figure(Measure::Chunks), 3.0);
        assert_eq!(figures.figure(Measure::Small), 3.0);
        assert_eq!(figures.figure(Measure::EventAllocations), 19.5);
        assert_eq!(figures.figure(Measure::SendPeak), 1.5);
        assert_eq!(figures.figure(Measure::WholeAllocations), 30.0 * EVENTS as f64);
    }
}
