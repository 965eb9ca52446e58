#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| venice::fuzzing::chat_streams(bytes));
