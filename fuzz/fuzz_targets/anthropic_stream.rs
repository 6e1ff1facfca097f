#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| steer_fuzzed::anthropic_stream(input));
