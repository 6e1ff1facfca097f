#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| steer_fuzzed::oauth_callback(input));
