use jiff::civil::date;
use rstest::rstest;
use rust_decimal::Decimal;
use store::Balance;

use super::{
    super::view::SeriesStep,
    overview::{add_falls, runway},
    *,
};

fn calendar(now: &str, zone: &str) -> Calendar {
    Calendar::new(now.parse().unwrap(), TimeZone::get(zone).unwrap())
}

#[rstest]
#[case("Europe/Rome", 29, 23)]
#[case("Europe/Rome", 30, 24)]
#[case("UTC", 29, 24)]
fn a_day_has_the_hours_of_its_clocks(#[case] zone: &str, #[case] day: i8, #[case] hours: i64) {
    // In Rome clocks go forward on 29 March 2026.
    let calendar = calendar("2026-04-01T12:00:00Z", zone);
    let day = date(2026, 3, day);
    assert_eq!(calendar.end(day) - calendar.start(day), hours * 3_600_000);
    assert_eq!(calendar.columns(day, day, SeriesStep::Hour).len(), usize::try_from(hours).unwrap());
}

#[test]
fn an_hour_that_comes_twice_is_two_columns() {
    let calendar = calendar("2026-11-01T12:00:00Z", "Europe/Rome");
    let day = date(2026, 10, 25);
    let columns = calendar.columns(day, day, SeriesStep::Hour);
    assert_eq!(columns.len(), 25);
    assert!(columns.iter().all(|(_, of)| *of == day));
}

#[test]
fn a_moment_belongs_to_the_day_of_its_zone() {
    let night = "2026-11-21T23:30:00Z".parse::<Timestamp>().unwrap().as_millisecond();
    assert_eq!(calendar("2026-11-22T12:00:00Z", "UTC").day(night), date(2026, 11, 21));
    assert_eq!(calendar("2026-11-22T12:00:00Z", "Europe/Rome").day(night), date(2026, 11, 22));
    assert_eq!(calendar("2026-11-22T12:00:00Z", "America/New_York").day(night), date(2026, 11, 21));
}

#[test]
fn columns_begin_where_the_calendar_does() {
    let calendar = calendar("2026-11-22T12:00:00Z", "Europe/Rome");
    let days = |step| {
        let columns = calendar.columns(date(2026, 10, 30), date(2026, 11, 22), step);
        columns.into_iter().map(|(_, day)| day.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(days(SeriesStep::Month), ["2026-10-01", "2026-11-01"]);
    assert_eq!(days(SeriesStep::Week), ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]);
    assert_eq!(days(SeriesStep::Day).len(), 24);
    assert!(days(SeriesStep::Hour).len() <= 31 * 25);
}

#[test]
fn a_row_of_columns_that_is_too_long_ends_where_it_should() {
    let calendar = calendar("2026-11-22T12:00:00Z", "Europe/Rome");
    for (step, last) in [(SeriesStep::Day, "2026-11-22"), (SeriesStep::Week, "2026-11-16")] {
        let columns = calendar.columns(date(1900, 1, 1), date(2026, 11, 22), step);
        assert_eq!((columns.len(), columns.last().unwrap().1.to_string().as_str()), (5_000, last));
    }
}

#[test]
fn the_month_before_ends_where_it_is_shorter() {
    // A month before 31 March is the last of February.
    let calendar = calendar("2026-03-31T15:00:00Z", "UTC");
    let earlier = Timestamp::from_millisecond(calendar.earlier(0, 1)).unwrap();
    assert_eq!(earlier.to_string(), "2026-02-28T15:00:00Z");
}

#[test]
fn a_balance_lasts_as_long_as_the_last_days_say() {
    let calendar = calendar("2026-11-22T12:00:00Z", "UTC");
    let fixed = |text: &str| store::to_fixed(text.parse().unwrap()).unwrap();
    let left = |text: &str| text.parse::<Decimal>().unwrap();
    let lasts = runway(&calendar, left("41.87"), fixed("10.78")).unwrap();
    assert_eq!((lasts.per_day.to_string().as_str(), lasts.until.as_deref()), ("1.54", Some("2026-12-19")));
    assert_eq!(runway(&calendar, left("41.87"), 0), None);
    assert_eq!(runway(&calendar, left("41.87"), fixed("-3")), None, "more came back than was spent");
    assert_eq!(runway(&calendar, left("1000"), fixed("0.007")).unwrap().until, None, "far beyond");
    assert_eq!(runway(&calendar, left("-2"), fixed("7")).unwrap().until.as_deref(), Some("2026-11-22"));
}

#[test]
fn a_balance_that_rises_was_paid_in() {
    let noted: Vec<Balance> = ["10", "9.5", "30", "29.25"]
        .iter()
        .zip(0..)
        .map(|(amount, second)| Balance {
            currency: "usd".into(),
            at: Timestamp::from_second(second).unwrap(),
            amount: amount.parse().unwrap(),
            allocation: None,
        })
        .collect();
    let mut sums = Vec::new();
    add_falls(&mut sums, &noted, None);
    assert_eq!(sums[0].amount.to_string(), "1.25");
    add_falls(&mut sums, &noted, Some("diem"));
    assert_eq!(sums.len(), 1);
}
