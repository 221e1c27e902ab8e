//! Bytes → text. The encoding is found in this order, the first that holds wins: byte order mark, the
//! pattern of NULs, valid UTF-8 with multibyte characters, the HTTP header's charset, the XML
//! declaration, a guess. Never fails: what cannot be decoded becomes U+FFFD.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::feed::Report;
use super::{Repair, names::attribute};

/// How far into the document the XML declaration is looked for.
const PROLOG_BYTES: usize = 1024;

/// Decodes `body` to text, noting in `report` what had to be guessed or replaced.
pub(super) fn decode(body: &[u8], content_type: Option<&str>, report: &mut Report) -> String {
    if let Some(text) = by_mark(body, report).or_else(|| by_nuls(body, report)) {
        return text;
    }
    let http = content_type.and_then(http_charset).and_then(encoding);
    let prolog = xml_encoding(body).and_then(encoding);
    let escapes = body.contains(&0x1b);
    match std::str::from_utf8(body) {
        // Plain ASCII reads the same in every encoding but those that shift with escapes.
        Ok(text) if !text.is_ascii() || !escapes => return text.to_owned(),
        Ok(_) => {}
        Err(_) if mostly_utf8(body) => {
            report.note(Repair::BadBytes);
            return utf8_with_strays(body);
        }
        Err(_) => {}
    }
    let guess = guess(body);
    let declared = match (http, prolog) {
        // Servers send a default; where the document disagrees, its content has the casting vote.
        (Some(http), Some(prolog)) if http != prolog && guess == prolog => Some(prolog),
        (http, prolog) => http.or(prolog),
    };
    let declared = declared.filter(|declared| *declared != UTF_8);
    let chosen = declared.unwrap_or(guess);
    let (text, had_errors) = chosen.decode_without_bom_handling(body);
    if !had_errors {
        if declared.is_none() {
            report.note(Repair::Encoding(chosen.name()));
        }
        return text.into_owned();
    }
    let (guessed, guess_had_errors) = guess.decode_without_bom_handling(body);
    report.note(if guess_had_errors { Repair::BadBytes } else { Repair::Encoding(guess.name()) });
    if guess_had_errors { text.into_owned() } else { guessed.into_owned() }
}

fn by_mark(body: &[u8], report: &mut Report) -> Option<String> {
    // The mark of UTF-32LE begins with that of UTF-16LE.
    if let Some(rest) = body.strip_prefix(&[0xff, 0xfe, 0, 0]) {
        return Some(utf32(rest, u32::from_le_bytes, report));
    }
    if let Some(rest) = body.strip_prefix(&[0, 0, 0xfe, 0xff]) {
        return Some(utf32(rest, u32::from_be_bytes, report));
    }
    let (encoding, length) = Encoding::for_bom(body)?;
    let rest = body.get(length..)?;
    if encoding == UTF_8 {
        return Some(match std::str::from_utf8(rest) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                report.note(Repair::BadBytes);
                utf8_with_strays(rest)
            }
        });
    }
    Some(decode_as(encoding, rest, report))
}

/// Wide encodings without a mark show in the NULs around the first `<`.
fn by_nuls(body: &[u8], report: &mut Report) -> Option<String> {
    let start = body.get(..4)?;
    match start.map_zero() {
        [false, true, true, true] => Some(utf32(body, u32::from_le_bytes, report)),
        [true, true, true, false] => Some(utf32(body, u32::from_be_bytes, report)),
        [false, true, false, true] => Some(decode_as(UTF_16LE, body, report)),
        [true, false, true, false] => Some(decode_as(UTF_16BE, body, report)),
        _ => None,
    }
}

trait MapZero {
    fn map_zero(&self) -> [bool; 4];
}

impl MapZero for [u8] {
    fn map_zero(&self) -> [bool; 4] {
        std::array::from_fn(|index| self.get(index) == Some(&0))
    }
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8], report: &mut Report) -> String {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        report.note(Repair::BadBytes);
    }
    text.into_owned()
}

/// `encoding_rs` follows the web, which has no UTF-32.
fn utf32(bytes: &[u8], read: fn([u8; 4]) -> u32, report: &mut Report) -> String {
    let (words, rest) = bytes.as_chunks::<4>();
    let mut bad = !rest.is_empty();
    let text = words
        .iter()
        .map(|word| {
            char::from_u32(read(*word)).unwrap_or_else(|| {
                bad = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if bad {
        report.note(Repair::BadBytes);
    }
    text
}

/// The charset of a `Content-Type`, however it is written: `charset = "x"`, `charset:x`.
fn http_charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let parameter = parameter.trim();
        let name = parameter.get(.."charset".len())?;
        let value = parameter.get("charset".len()..)?.trim_start();
        let value = value.strip_prefix(['=', ':'])?;
        name.eq_ignore_ascii_case("charset")
            .then(|| value.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\''))
    })
}

/// The encoding that the XML declaration names.
fn xml_encoding(body: &[u8]) -> Option<&str> {
    let prolog = body.get(..PROLOG_BYTES).unwrap_or(body);
    let start = prolog.windows(5).position(|window| window == b"<?xml")?;
    let end = start + prolog.get(start..)?.iter().position(|byte| *byte == b'>')?;
    attribute(std::str::from_utf8(prolog.get(start..end)?).ok()?, "encoding")
}

/// The encoding of a label; `None` for unknown ones, for those that are unsafe to decode, and for wide
/// ones, whose bytes would have shown it.
fn encoding(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| ![REPLACEMENT, UTF_16LE, UTF_16BE].contains(encoding))
}

fn guess(body: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(body, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether the multibyte characters that are right outnumber the bytes that are wrong: a cut or a
/// pasted foreign byte does not make a document another encoding.
fn mostly_utf8(body: &[u8]) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += chunk.invalid().len();
    }
    right > 2 * wrong
}

/// Reads UTF-8; stray bytes are taken for Windows-1252, from which they usually were pasted, unless
/// they are the remains of a UTF-8 character.
fn utf8_with_strays(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            [single] if *single >= 0xa0 => {
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(&[*single]).0);
            }
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text
}
