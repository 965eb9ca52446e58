//! Titles and chapters as FLAC and Opus hold them: Vorbis comments.

use std::time::Duration;

use super::Tags;

/// The block of comments, without what frames it in either format.
pub(super) fn block(vendor: &str, tags: &Tags) -> Vec<u8> {
    let mut lines = Vec::new();
    if let Some(title) = &tags.title {
        lines.push(format!("TITLE={title}"));
    }
    for (index, chapter) in tags.chapters.iter().enumerate() {
        let number = index + 1;
        lines.push(format!("CHAPTER{number:03}={}", clock(chapter.start)));
        lines.push(format!("CHAPTER{number:03}NAME={}", chapter.title));
    }
    let mut block = Vec::new();
    add(vendor, &mut block);
    block.extend((lines.len() as u32).to_le_bytes());
    for line in &lines {
        add(line, &mut block);
    }
    block
}

fn add(text: &str, block: &mut Vec<u8>) {
    block.extend((text.len() as u32).to_le_bytes());
    block.extend_from_slice(text.as_bytes());
}

/// `HH:MM:SS.mmm`.
fn clock(time: Duration) -> String {
    let millis = (time.as_micros() + 500) / 1000;
    let seconds = millis / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    #[test]
    fn times_are_read_by_people() {
        assert_eq!(super::clock(Duration::from_millis(3_725_042)), "01:02:05.042");
        assert_eq!(super::clock(Duration::from_micros(59_999_600)), "00:01:00.000");
    }
}
