//! Teasers: lines of an article's text that advertise other articles. Pages set them as paragraphs like any
//! other, so that only their words tell.
//!
//! Careful, for what is dropped is not searched: a short line that begins with "read also" in one of its
//! languages, and at the very end a line that bids to read a title in quotation marks.

/// How short lines begin that lead to other articles, in lower case.
const LEADS: &[&str] = &[
    "read also",
    "also read",
    "read more",
    "read next",
    "see also",
    "more on this",
    "related:",
    "related story",
    "related article",
    "recommended:",
    "don't miss:",
    "you may also like",
    "must read:",
    "watch also",
    "читайте также",
    "читайте ещё",
    "читайте еще",
    "читать также",
    "смотрите также",
    "материалы по теме",
    "материал по теме",
    "по теме:",
    "читайте нас",
    "подписывайтесь на",
    "подпишитесь на",
    "читайте також",
    "читайте ще",
    "дивіться також",
    "підписуйтесь на",
    "lesen sie auch",
    "lesen sie mehr",
    "mehr zum thema",
    "auch interessant",
    "à lire aussi",
    "a lire aussi",
    "lire aussi",
    "lire également",
    "à lire également",
    "lea también",
    "lee también",
    "lea además",
    "te puede interesar",
    "le puede interesar",
    "leggi anche",
    "leia também",
    "leia mais",
    "veja também",
    "czytaj także",
    "czytaj też",
    "czytaj więcej",
    "zobacz też",
    "čtěte také",
    "přečtěte si",
    "lees ook",
    "läs också",
    "läs mer",
    "les også",
    "læs også",
    "lue myös",
    "citește și",
    "citește mai mult",
    "прочетете още",
    "ayrıca okuyun",
    "bunu da okuyun",
    "اقرأ أيضا",
    "اقرأ أيضًا",
    "إقرأ أيضا",
    "إقرأ أيضًا",
    "اقرأ المزيد",
    "بیشتر بخوانید",
    "همچنین بخوانید",
    "यह भी पढ़ें",
    "ये भी पढ़ें",
    "baca juga",
    "baca selengkapnya",
    "simak juga",
    "đọc thêm",
    "xem thêm",
    "basahin din",
    "อ่านเพิ่มเติม",
];

/// The same in scripts without spaces, where nothing must follow.
const DENSE_LEADS: &[&str] = &[
    "関連記事",
    "関連ニュース",
    "あわせて読みたい",
    "合わせて読みたい",
    "【関連",
    "延伸閱讀",
    "延伸阅读",
    "相关阅读",
    "相關閱讀",
    "相關新聞",
    "更多新聞",
    "관련기사",
    "관련 기사",
    "อ่านข่าวที่เกี่ยวข้อง",
];

/// How sentences begin that bid to read, in lower case.
const BIDS: &[&str] = &[
    "читайте",
    "прочитайте",
    "смотрите",
    "дивіться",
    "read",
    "lesen sie",
    "lisez",
    "lea",
    "leggete",
    "leia",
    "czytaj",
    "přečtěte",
    "lees",
    "läs",
    "okuyun",
    "اقرأ",
    "بخوانید",
    "baca",
    "đọc",
];

const OPENING_QUOTES: [char; 7] = ['«', '“', '„', '"', '「', '『', '‹'];

/// A longer line is an article's own; in characters.
const LONGEST_LEAD: usize = 250;
/// A longer paragraph at the end is an article's own; in characters.
const LONGEST_BID: usize = 900;

/// `text`, one paragraph a line, without teasers. Where nothing but teasers is found, all of it is text.
pub(super) fn without(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().filter(|line| !leads_away(line)).collect();
    while lines.len() > 1 && lines.last().is_some_and(|last| bids(last)) {
        lines.pop();
    }
    if lines.is_empty() { text.to_owned() } else { lines.join("\n") }
}

fn leads_away(line: &str) -> bool {
    if line.chars().nth(LONGEST_LEAD).is_some() {
        return false;
    }
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '【');
    let start: String = line.chars().take(40).flat_map(char::to_lowercase).collect();
    let leads = |lead: &str| {
        let mut rest = line.chars().skip(lead.chars().count()).peekable();
        let is_whole = lead.ends_with(':') || rest.peek().is_none_or(|c| !c.is_alphanumeric());
        // "Read more than once" is a sentence; a title follows in a capital or after a mark.
        is_whole && rest.find(|c| !c.is_whitespace()).is_none_or(|c| !c.is_lowercase())
    };
    DENSE_LEADS.iter().any(|lead| start.starts_with(lead))
        || LEADS.iter().any(|lead| start.starts_with(lead) && leads(lead))
}

/// Whether the last sentence of `line` bids to read something whose title it quotes.
fn bids(line: &str) -> bool {
    if line.chars().nth(LONGEST_BID).is_some() {
        return false;
    }
    let lower = line.to_lowercase();
    let ends = lower.match_indices(['.', '!', '?', '…']).map(|(at, end)| at + end.len());
    let starts = std::iter::once(0).chain(ends);
    let mut sentences = starts.filter_map(|at| lower.get(at..)).map(|sentence| {
        sentence.trim_start_matches(|c: char| c.is_whitespace() || OPENING_QUOTES.contains(&c))
    });
    let bidding = sentences.rfind(|sentence| is_bid(sentence));
    bidding.is_some_and(|sentence| {
        let mut quoted = sentence.match_indices(OPENING_QUOTES);
        // What follows the title is no more than its end.
        quoted.next().is_some_and(|(at, _)| tail_is_short(sentence.get(at..).unwrap_or_default()))
    })
}

fn is_bid(sentence: &str) -> bool {
    let rests = BIDS.iter().filter_map(|bid| sentence.strip_prefix(bid));
    rests.map(|rest| rest.chars().next()).any(|next| next.is_none_or(|c| !c.is_alphanumeric()))
}

/// Whether next to nothing follows the quotation that `quotation` begins with.
fn tail_is_short(quotation: &str) -> bool {
    let end = quotation.rfind(['»', '”', '“', '"', '」', '』', '›', '\'']).unwrap_or_default();
    quotation.get(end..).is_some_and(|tail| tail.chars().filter(|c| c.is_alphanumeric()).count() <= 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_lead_to_other_articles_are_left_out() {
        for (text, expected) in [
            ("News.\nRead also: Rice price falls\nMore news.", "News.\nMore news."),
            ("News.\nЧитайте также: Курс вырос", "News."),
            ("News.\nЧитайте также\nОн сказал.", "News.\nОн сказал."),
            ("News.\n► Baca juga: Harga beras", "News."),
            ("記事。\n【関連記事】円安が進む", "記事。"),
            ("News.\nLea también: El precio", "News."),
            ("خبر.\nاقرأ أيضا: سعر الأرز", "خبر."),
            ("News.\nRead more", "News."),
            (
                "News.\nRead more than once, the text convinced him.",
                "News.\nRead more than once, the text convinced him.",
            ),
            ("Related: nothing but this", "Related: nothing but this"),
        ] {
            assert_eq!(without(text), expected, "{text}");
        }
    }

    #[test]
    fn a_bid_to_read_a_title_ends_an_article() {
        let news = "Новость.";
        for last in [
            "Китай стал другим. Как на это смотрит Индия? Читайте статью посла «Удастся ли Китаю?».",
            "Читайте: «Курс вырос»",
            "Read our analysis “Will it hold?”",
            "Lesen Sie hier: „Der Kurs steigt“.",
        ] {
            assert_eq!(without(&format!("{news}\n{last}")), news, "{last}");
        }
        for last in [
            "«Читайте законы», – сказал министр и вышел из зала под аплодисменты собравшихся.",
            "Read it and weep, he said.",
            "Читайте законы, сказал он.",
        ] {
            let text = format!("{news}\n{last}");
            assert_eq!(without(&text), text);
        }
        assert_eq!(without("Читайте: «Курс вырос»"), "Читайте: «Курс вырос»", "all of it is text");
    }
}
