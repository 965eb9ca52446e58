//! What films say of themselves: coding, size, length, pictures; and what is none.

use std::process::Command;

use audio::{Error, decode::film};

use super::made::{Folder, run};

/// Three seconds of a test card with a tone, as ffmpeg makes it.
fn made(folder: &Folder, name: &str, arguments: &str) -> std::path::PathBuf {
    let path = folder.path(name);
    let card = "-f lavfi -i testsrc=size=160x120:rate=10:duration=3 -f lavfi -i sine=duration=3";
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y"]);
    run(command.args(card.split(' ')).args(arguments.split_whitespace()).arg(&path));
    path
}

#[test]
fn what_a_film_is_is_read_without_decoding_it() {
    let folder = Folder::new();
    for (name, arguments, codec, sound) in [
        ("a.mp4", "-c:v libx264 -c:a aac", "H.264", Some("AAC")),
        ("b.mp4", "-c:v libx264 -an", "H.264", None),
        ("c.mov", "-c:v mpeg4 -c:a pcm_s16le", "MPEG-4", Some("PCM")),
        ("d.webm", "-c:v libvpx -c:a libopus", "VP8", Some("Opus")),
    ] {
        let told = film(&made(&folder, name, arguments)).unwrap();
        assert!(told.is_film && !told.is_cut_off, "{name}: {told:?}");
        assert_eq!((told.codec, told.sound, told.size), (Some(codec), sound, Some((160, 120))), "{name}");
        let length = told.length.unwrap().as_secs_f64();
        assert!((length - 3.0).abs() < 0.1, "{name}: {length}");
        assert_eq!(told.frames, (!name.ends_with("webm")).then_some(30), "{name}");
    }
}

#[test]
fn a_film_that_lies_on_its_side_is_as_large_as_it_is_shown() {
    let folder = Folder::new();
    let lying = made(&folder, "lying.mp4", "-c:v libx264 -an");
    let turned = folder.path("turned.mp4");
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y", "-i"]).arg(&lying);
    run(command.args(["-c", "copy", "-metadata:s:v", "rotate=90"]).arg(&turned));
    assert_eq!(film(&lying).unwrap().size, Some((160, 120)));
    assert_eq!(film(&turned).unwrap().size, Some((120, 160)));
}

#[test]
fn what_is_no_film_or_not_all_of_one_is_told() {
    let folder = Folder::new();
    let whole =
        std::fs::read(made(&folder, "whole.mp4", "-c:v libx264 -c:a aac -movflags +faststart")).unwrap();
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert!(film(&written("cut.mp4", &whole[..whole.len() - 5_000])).unwrap().is_cut_off);
    assert!(matches!(film(&written("text.mp4", b"a gondola, and no film")), Err(Error::NotSound(_))));
    assert!(matches!(film(&written("empty.mp4", b"")), Err(Error::Empty)));
    let noise: Vec<u8> =
        whole[..32].iter().copied().chain((0..9_000_u32).map(|at| ((at * 31) >> 3) as u8)).collect();
    assert!(film(&written("noise.mp4", &noise)).map_or(true, |told| !told.is_film || told.is_cut_off));
    let sound = film(&made(&folder, "sound.m4a", "-vn -c:a aac")).unwrap();
    assert_eq!((sound.is_film, sound.sound), (false, Some("AAC")));
}
