//! Bytes → text. The encoding is found in this order, the first that holds wins: byte order mark, the
//! pattern of NULs, valid UTF-8 with multibyte characters, the HTTP header's charset, the XML
//! declaration, a guess. Never fails: what cannot be decoded becomes U+FFFD.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::feed::Report;
use super::{Repair, names::attribute};

/// How far into the document the XML declaration is looked for.
const PROLOG_BYTES: usize = 1024;
/// How far into a page its `<meta>` is looked for.
const META_BYTES: usize = 16 << 10;

/// Decodes `body` to text, noting in `report` what had to be guessed or replaced.
pub(super) fn decode<'b>(body: &'b [u8], content_type: Option<&str>, report: &mut Report) -> Cow<'b, str> {
    decode_declared(body, content_type, xml_encoding, report)
}

/// Decodes a page: the same, with what a `<meta>` says in the place of the XML declaration.
pub(super) fn decode_page<'b>(body: &'b [u8], content_type: Option<&str>) -> Cow<'b, str> {
    decode_declared(body, content_type, page_encoding, &mut Report::default())
}

/// Decodes `body`; `inside` finds the encoding that the document itself declares.
fn decode_declared<'b>(
    body: &'b [u8],
    content_type: Option<&str>,
    inside: fn(&[u8]) -> Option<&str>,
    report: &mut Report,
) -> Cow<'b, str> {
    if let Some(text) = by_mark(body, report).or_else(|| by_nuls(body, report)) {
        return text.into();
    }
    // Where there is more than ASCII, a header that says so is a server's default (RFC 3023 has one for text).
    let http = content_type.and_then(http_charset).filter(|label| !is_ascii_label(label)).and_then(encoding);
    let prolog = inside(body).and_then(encoding);
    let escapes = body.contains(&0x1b);
    match std::str::from_utf8(body) {
        // Plain ASCII reads the same in every encoding but those that shift with escapes.
        Ok(text) if !text.is_ascii() || !escapes => return text.into(),
        Ok(_) => {}
        Err(_) if mostly_utf8(body) && !http.or(prolog).is_some_and(|declared| fits(declared, body)) => {
            report.note(Repair::BadBytes);
            return utf8_with_strays(body).into();
        }
        Err(_) => {}
    }
    let guess = guess(body);
    let declared = match (http, prolog) {
        // Servers send a default; where the document disagrees, its content has the casting vote.
        (Some(http), Some(prolog))
            if http != prolog && (guess == prolog || http == WINDOWS_1252 && fits(prolog, body)) =>
        {
            Some(prolog)
        }
        (http, prolog) => http.or(prolog),
    };
    let declared = declared.filter(|declared| *declared != UTF_8);
    let chosen = declared.unwrap_or(guess);
    let (text, had_errors) = chosen.decode_without_bom_handling(body);
    if !had_errors {
        if declared.is_none() {
            report.note(Repair::Encoding(chosen.name()));
        }
        return text;
    }
    let (guessed, guess_had_errors) = guess.decode_without_bom_handling(body);
    report.note(if guess_had_errors { Repair::BadBytes } else { Repair::Encoding(guess.name()) });
    if guess_had_errors { text } else { guessed }
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
    match body.first_chunk()?.map(|byte: u8| byte == 0) {
        [false, true, true, true] => Some(utf32(body, u32::from_le_bytes, report)),
        [true, true, true, false] => Some(utf32(body, u32::from_be_bytes, report)),
        [false, true, false, true] => Some(decode_as(UTF_16LE, body, report)),
        [true, false, true, false] => Some(decode_as(UTF_16BE, body, report)),
        _ => None,
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

fn is_ascii_label(label: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968", "iso-ir-6"].iter().any(|ascii| label.eq_ignore_ascii_case(ascii))
}

/// The encoding that the XML declaration names.
fn xml_encoding(body: &[u8]) -> Option<&str> {
    let prolog = body.get(..PROLOG_BYTES).unwrap_or(body);
    let start = prolog.windows(5).position(|window| window == b"<?xml")?;
    let end = start + prolog.get(start..)?.iter().position(|byte| *byte == b'>')?;
    attribute(std::str::from_utf8(prolog.get(start..end)?).ok()?, "encoding")
}

/// The encoding that a page names.
fn page_encoding(body: &[u8]) -> Option<&str> {
    xml_encoding(body).or_else(|| meta_charset(body))
}

/// The encoding that a `<meta charset>` or a `<meta http-equiv>` names, wherever it stands in the head: pages
/// put scripts before it.
fn meta_charset(body: &[u8]) -> Option<&str> {
    let head = body.get(..META_BYTES).unwrap_or(body);
    let metas = memchr::memchr_iter(b'<', head).filter_map(|at| head.get(at + 1..));
    let metas = metas.filter(|rest| rest.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta")));
    let mut charsets = metas.filter_map(|meta| {
        let tag = meta.split(|byte| *byte == b'>').next()?;
        let at = tag.windows("charset".len()).position(|part| part.eq_ignore_ascii_case(b"charset"))?;
        let value = tag.get(at + "charset".len()..)?.trim_ascii_start().strip_prefix(b"=")?;
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'/');
        std::str::from_utf8(value.split(is_end).next()?).ok().filter(|label| !label.is_empty())
    });
    charsets.next()
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

/// Whether `body` is all right in `encoding`, and would hardly be by chance: encodings of one byte a
/// character take anything.
fn fits(encoding: &'static Encoding, body: &[u8]) -> bool {
    !encoding.is_single_byte() && encoding.decode_without_bom_handling_and_without_replacement(body).is_some()
}

/// Whether the multibyte characters that are right outnumber the bytes that are wrong: a cut or a
/// pasted foreign byte does not make a document another encoding.
fn mostly_utf8(body: &[u8]) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += chunk.invalid().len();
    }
    right > 0 && right >= wrong
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

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Япония и страны АСЕАН усиливают сотрудничество в сфере кибербезопасности";
    const JAPANESE: &str = "日本と東南アジア諸国連合、サイバー防衛で連携を強化する方針を確認した";

    fn document(declared: Option<&str>, text: &str) -> String {
        let declaration =
            declared.map(|name| format!("<?xml version=\"1.0\" encoding=\"{name}\"?>\n")).unwrap_or_default();
        format!("{declaration}<rss><channel><title>{text}</title></channel></rss>")
    }

    #[track_caller]
    fn check(name: &str, body: &[u8], content_type: Option<&str>, expected: &str, repairs: &[Repair]) {
        let mut report = Report::default();
        let text = decode(body, content_type, &mut report);
        assert!(text.contains(expected), "{name}: {text}");
        assert_eq!(report.repairs, repairs, "{name}");
    }

    #[test]
    fn the_declared_encoding_is_used_where_it_holds() {
        for (label, text) in [
            ("windows-1251", RUSSIAN),
            ("koi8-r", RUSSIAN),
            ("shift_jis", JAPANESE),
            ("euc-jp", JAPANESE),
            ("iso-2022-jp", JAPANESE),
            ("utf-8", JAPANESE),
        ] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let declared = document(Some(label), text);
            check(label, &encoding.encode(&declared).0, None, text, &[]);
            let bare = document(None, text);
            let header = format!("text/xml; charset={label}");
            check(label, &encoding.encode(&bare).0, Some(&header), text, &[]);
        }
    }

    #[test]
    fn utf_8_is_recognised_whatever_is_declared() {
        for label in ["windows-1251", "us-ascii", "iso-8859-1", "shift_jis", "no-such-encoding", "utf-16"] {
            let declared = document(Some(label), RUSSIAN);
            check(label, declared.as_bytes(), Some("text/xml; charset=iso-8859-1"), RUSSIAN, &[]);
        }
    }

    #[test]
    fn a_missing_or_false_declaration_is_guessed_around() {
        let bytes = |label: &str, document: String| {
            Encoding::for_label(label.as_bytes()).unwrap().encode(&document).0.into_owned()
        };
        let cyrillic = bytes("windows-1251", document(None, RUSSIAN));
        check("missing", &cyrillic, None, RUSSIAN, &[Repair::Encoding("windows-1251")]);
        let false_utf8 = bytes("windows-1251", document(Some("utf-8"), RUSSIAN));
        check("false", &false_utf8, None, RUSSIAN, &[Repair::Encoding("windows-1251")]);
        let default_header = bytes("windows-1251", document(Some("windows-1251"), RUSSIAN));
        check("server's default", &default_header, Some("text/xml; charset=iso-8859-1"), RUSSIAN, &[]);
        let whole = document(None, RUSSIAN);
        let inside = whole.find("АСЕАН").unwrap() + 1;
        check("cut in a character", &whole.as_bytes()[..inside], None, "Япония", &[Repair::BadBytes]);
    }

    #[test]
    fn wide_encodings_with_and_without_a_mark() {
        type Units = fn(&str) -> Vec<u8>;
        let wide: [(&str, Units, &[u8]); 4] = [
            ("utf-16be", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect(), &[0xfe, 0xff]),
            ("utf-16le", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(), &[0xff, 0xfe]),
            (
                "utf-32be",
                |text| text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
                &[0, 0, 0xfe, 0xff],
            ),
            (
                "utf-32le",
                |text| text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
                &[0xff, 0xfe, 0, 0],
            ),
        ];
        for (label, units, mark) in wide {
            let body = units(&document(Some(label), RUSSIAN));
            check(label, &body, Some("text/xml; charset=utf-8"), RUSSIAN, &[]);
            check(label, &[mark, &body].concat(), None, RUSSIAN, &[]);
        }
        check("utf-8", "\u{feff}<rss>é</rss>".as_bytes(), Some("text/xml; charset=latin1"), "é", &[]);
    }

    #[test]
    fn a_page_names_its_encoding_in_a_meta_tag() {
        for meta in [
            "<meta charset=windows-1251>",
            "<META CharSet = \"windows-1251\" />",
            "<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>",
            "<script>var a = '<meta>'</script><meta charset='windows-1251'>",
        ] {
            let page = format!("<html><head>{meta}<title>АСЕАН</title></head>ок</html>");
            let bytes = Encoding::for_label(b"windows-1251").unwrap().encode(&page).0;
            assert!(decode_page(&bytes, Some("text/html")).contains("АСЕАН</title></head>ок"), "{meta}");
            // Whatever a tag says, valid UTF-8 is UTF-8.
            assert!(decode_page(page.as_bytes(), None).contains("АСЕАН"), "{meta}");
        }
        for nothing in ["<meta charset", "<meta charset=", "<meta charset=\"\">", "<meta>", "<"] {
            assert_eq!(meta_charset(nothing.as_bytes()), None, "{nothing}");
        }
    }

    #[test]
    fn charset_parameters_however_written() {
        for header in [
            "text/xml;charset=\"koi8-r\"",
            "text/xml; Charset = koi8-r",
            "x; q=1; charset:koi8-r",
            "x;charset='koi8-r'",
        ] {
            assert_eq!(http_charset(header), Some("koi8-r"), "{header}");
        }
        assert_eq!(http_charset("text/xml;"), None);
        assert_eq!(http_charset("text/xml; é"), None);
    }
}
