#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| venice::fuzzing::billing_csv(bytes));
