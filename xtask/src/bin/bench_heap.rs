//! One contender of the benchmark, measured in allocations.

use std::alloc::System;
use std::process::ExitCode;

use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use xtask::bench::load::{Heap, HeapUse};

#[global_allocator]
static ALLOCATOR: PeakMemAlloc<&StatsAlloc<System>> = PeakMemAlloc::new(&INSTRUMENTED_SYSTEM);

struct Counted;

impl Heap for Counted {
    fn measure(&self, work: &mut dyn FnMut()) -> HeapUse {
        let count = || {
            let stats = INSTRUMENTED_SYSTEM.stats();
            stats.allocations.saturating_add(stats.reallocations)
        };
        let before = count();
        ALLOCATOR.reset_peak_memory();
        work();
        HeapUse { allocations: count().saturating_sub(before), peak: ALLOCATOR.get_peak_memory() }
    }
}

fn main() -> ExitCode {
    xtask::bench::load::main(Some(&Counted))
}
