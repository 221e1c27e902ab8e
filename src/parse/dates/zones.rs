//! Zones behind a time of day.

/// Named zones and their offsets from UTC in minutes. Where a name has several meanings, the one that
/// RFC 822 gives, else the one that more feeds mean.
const ZONES: [(&str, i32); 66] = [
    ("acdt", 630),
    ("acst", 570),
    ("adt", -180),
    ("aedt", 660),
    ("aest", 600),
    ("akdt", -480),
    ("akst", -540),
    ("almt", 300),
    ("art", -180),
    ("ast", -240),
    ("awst", 480),
    ("bnt", 480),
    ("brt", -180),
    ("bst", 60),
    ("cat", 120),
    ("cdt", -300),
    ("cest", 120),
    ("cet", 60),
    ("clt", -240),
    ("cot", -300),
    ("cst", -360),
    ("eat", 180),
    ("edt", -240),
    ("eest", 180),
    ("eet", 120),
    ("est", -300),
    ("gmt", 0),
    ("gst", 240),
    ("hdt", -540),
    ("hkt", 480),
    ("hst", -600),
    ("ict", 420),
    ("idt", 180),
    ("irst", 210),
    ("ist", 330),
    ("jst", 540),
    ("kst", 540),
    ("mdt", -360),
    ("mest", 120),
    ("met", 60),
    ("mmt", 390),
    ("msd", 240),
    ("msk", 180),
    ("mst", -420),
    ("myt", 480),
    ("ndt", -150),
    ("npt", 345),
    ("nst", -210),
    ("nzdt", 780),
    ("nzst", 720),
    ("pdt", -420),
    ("pet", -300),
    ("pht", 480),
    ("pkt", 300),
    ("pst", -480),
    ("sast", 120),
    ("sgt", 480),
    ("trt", 180),
    ("ut", 0),
    ("utc", 0),
    ("uzt", 300),
    ("wat", 60),
    ("west", 60),
    ("wib", 420),
    ("wit", 540),
    ("wita", 480),
];

/// Takes the zone that `text` (what follows the time, in lower case) begins with: its offset in minutes,
/// 0 where there is none, and what follows it.
pub(super) fn take(text: &str, has_time: bool) -> (i32, &str) {
    let text = text.trim_start();
    if !has_time {
        return (0, text);
    }
    let (name, after) = text.split_at(text.bytes().take_while(u8::is_ascii_alphabetic).count());
    let named = ZONES.iter().find(|(known, _)| *known == name).map(|(_, offset)| *offset);
    match (named, numeric(after.trim_start())) {
        // "GMT+0300" and "UTC +3" add up; "+0300 (MSK)" is met with the number first.
        (Some(0), Some((offset, rest))) => (offset, rest),
        (Some(offset), _) => (offset, after),
        (None, Some((offset, rest))) if name.is_empty() => (offset, rest),
        // Letters were defined the wrong way round; RFC 5322, section 4.3, makes all of them UTC.
        (None, _) if name.len() == 1 => (0, after),
        (None, _) => (0, text),
    }
}

/// `+0300`, `+03:00`, `+3`, `-0330`.
fn numeric(text: &str) -> Option<(i32, &str)> {
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits_at = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(1..)?;
    let (hours, rest) = rest.split_at(digits_at(rest));
    let (hours, minutes, rest) = match (hours.len(), rest.strip_prefix(':')) {
        (1..=2, Some(after)) => {
            let (minutes, rest) = after.split_at(digits_at(after));
            (hours.parse::<i32>().ok()?, minutes.parse().unwrap_or(0), rest)
        }
        (1..=2, None) => (hours.parse().ok()?, 0, rest),
        (3..=4, _) => {
            let number: i32 = hours.parse().ok()?;
            (number / 100, number % 100, rest)
        }
        _ => return None,
    };
    (hours <= 15 && minutes < 60).then_some((sign * (hours * 60 + minutes), rest))
}
