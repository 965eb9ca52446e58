//! When a photograph was taken, as its camera wrote it down.

use std::io::Cursor;

use exif::{DateTime, In, Tag, Value};
use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};

/// Cameras whose clock was never set begin to count here.
const NEVER_SET: u16 = 1970;

/// The moment a picture was taken. Where its camera didn't write down how far from UTC it was, its clock is taken for one of `zone`.
/// None where nothing is written, and where it can't be: in the future, or by a clock that was never set.
pub(super) fn taken_at(bytes: &[u8], zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let exif = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok()?;
    let text = |tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first(),
        _ => None,
    };
    let mut written = DateTime::from_ascii(text(Tag::DateTimeOriginal)?).ok()?;
    if written.year <= NEVER_SET {
        return None;
    }
    // What can't be read of these leaves the moment as it is.
    if let Some(text) = text(Tag::SubSecTimeOriginal) {
        let _ = written.parse_subsec(text);
    }
    if let Some(text) = text(Tag::OffsetTimeOriginal) {
        let _ = written.parse_offset(text);
    }
    let day =
        Date::new(i16::try_from(written.year).ok()?, signed(written.month)?, signed(written.day)?).ok()?;
    let nanosecond = i32::try_from(written.nanosecond.unwrap_or(0)).ok()?;
    // A leap second is the last one of its minute.
    let second = signed(written.second.min(59))?;
    let time =
        jiff::civil::Time::new(signed(written.hour)?, signed(written.minute)?, second, nanosecond).ok()?;
    let offset = written.offset.and_then(|minutes| Offset::from_seconds(i32::from(minutes) * 60).ok());
    let zone = offset.map_or_else(|| zone.clone(), Offset::to_time_zone);
    let at = day.to_datetime(time).to_zoned(zone).ok()?.timestamp();
    (at <= now).then_some(at)
}

fn signed(number: u8) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use exif::{Field, experimental::Writer};
    use image::{DynamicImage, ImageFormat};
    use img_parts::{Bytes, DynImage, ImageEXIF};
    use rstest::rstest;

    use super::*;

    fn photograph(fields: &[(Tag, &str)]) -> Vec<u8> {
        let fields: Vec<Field> = fields
            .iter()
            .map(|(tag, text)| Field {
                tag: *tag,
                ifd_num: In::PRIMARY,
                value: Value::Ascii(vec![text.as_bytes().to_vec()]),
            })
            .collect();
        let mut writer = Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut exif = Cursor::new(Vec::new());
        writer.write(&mut exif, false).unwrap();
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(9, 5).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        let mut image = DynImage::from_bytes(Bytes::from(bytes.into_inner())).unwrap().unwrap();
        image.set_exif(Some(exif.into_inner().into()));
        image.encoder().bytes().to_vec()
    }

    #[rstest]
    #[case("2009:07:14 21:08:05", None, None, Some("2009-07-14T19:08:05Z"))]
    #[case("2009:01:14 21:08:05", Some("+09:00"), Some("25"), Some("2009-01-14T12:08:05.25Z"))]
    #[case("2009:01:14 21:08:05", Some("   :  "), Some("soon"), Some("2009-01-14T20:08:05Z"))]
    #[case("2009:01:14 21:08:05", Some("+99:99"), None, Some("2009-01-14T20:08:05Z"))]
    #[case("    :  :     :  :  ", None, None, None)]
    #[case("0000:00:00 00:00:00", None, None, None)]
    #[case("2009:02:30 10:00:00", None, None, None)]
    #[case("1970:01:01 00:00:00", None, None, None)]
    #[case("2031:01:01 00:00:00", None, None, None)]
    #[case("yesterday", None, None, None)]
    fn what_the_camera_wrote_is_read(
        #[case] written: &str,
        #[case] offset: Option<&str>,
        #[case] subsecond: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let mut fields = vec![(Tag::DateTimeOriginal, written)];
        fields.extend(offset.map(|text| (Tag::OffsetTimeOriginal, text)));
        fields.extend(subsecond.map(|text| (Tag::SubSecTimeOriginal, text)));
        let expected = expected.map(|text| text.parse().unwrap());
        assert_eq!(taken_at(&photograph(&fields), &zone, now), expected);
    }

    #[test]
    fn what_was_written_later_is_not_when_it_was_taken() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let edited = photograph(&[(Tag::DateTime, "2015:01:01 00:00:00")]);
        assert_eq!(taken_at(&edited, &TimeZone::UTC, now), None);
        assert_eq!(taken_at(b"not a picture", &TimeZone::UTC, now), None);
    }
}
