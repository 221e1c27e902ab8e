//! Pages as sites make them, and as nobody should. A size is chosen so that quadratic work would not end.

use chrono::DateTime;
use encoding_rs::Encoding;

use super::*;
use crate::model::{ArticleId, EntryKey, FeedId};

fn read(html: &str) -> Result<Page, PageError> {
    read_page(html.as_bytes(), Some("text/html; charset=utf-8"))
}

fn article(title: &str, body: &str) -> Article {
    let (feed, key) = (FeedId::of("https://example.org/rss"), EntryKey::of("guid", &["1"]));
    Article {
        id: ArticleId::of(feed, &key),
        feed,
        key,
        title: title.to_owned(),
        summary: String::new(),
        body: body.to_owned(),
        author: String::new(),
        url: None,
        tags: Vec::new(),
        lang: None,
        published_at: DateTime::UNIX_EPOCH,
        published_said: None,
        first_seen_at: DateTime::UNIX_EPOCH,
        content_hash: [0; 32],
        boilerplate: Vec::new(),
        attribution: None,
    }
}

/// What stands around an article, in the mark-up of a blogging system.
fn blog(lang: &str, title: &str, content: &str, around: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title} – Site</title>\
         <script>var x = '<p>{around}</p>';</script><style>p {{ color: red }}</style></head>\
         <body class=\"post-template single\"><div id=\"page\" class=\"site\"><header class=\"site-header\"><nav>\
         <ul class=\"menu\"><li><a href=\"/\">{around}</a></li><li><a href=\"/b\">{around}</a></li></ul></nav></header>\
         <div id=\"content\" class=\"site-content\"><main><article class=\"post hentry\"><header class=\"entry-header\">\
         <h1 class=\"entry-title\">{title}</h1></header><div class=\"entry-content\">{content}</div>\
         <footer class=\"entry-footer\"><div class=\"share\"><a href=\"#\">{around}</a></div></footer></article>\
         <div class=\"related-posts\"><h3>{around}</h3><ul><li><a href=\"/1\">{around}</a></li></ul></div></main>\
         <aside class=\"widget-area sidebar\"><ul><li><a href=\"/2\">{around}</a></li></ul></aside></div>\
         <div id=\"comments\" class=\"comments-area\"><p>{around}, {around}, {around}</p></div>\
         <footer class=\"site-footer\"><p>{around}</p></footer></div></body></html>"
    )
}

/// The same of a portal that never heard of elements for meaning.
fn portal(title: &str, content: &str, around: &str) -> String {
    format!(
        "<html><head><title>{title} | Portal</title></head><body><form action=\"/\"><table width=100%><tr><td class=menu>\
         <a href=/1>{around}</a><br><a href=/2>{around}</a></td><td><div class=\"b-article\"><h1>{title}</h1>{content}</div>\
         <div class=\"b-related\"><a href=/3>{around}</a> <a href=/4>{around}</a></div></td></tr></table>\
         <div class=footer>{around}</div></form></body></html>"
    )
}

const STORIES: [(&str, &str, &[&str], &str); 6] = [
    (
        "en",
        "Japan and ASEAN deepen cybersecurity cooperation",
        &[
            "Japan and the Association of Southeast Asian Nations plan to deepen their cooperation on cybersecurity, \
             people close to the government said on Monday, as attacks on companies are on the rise.",
            "An agreement will be signed in Tokyo this week, ahead of a summit in December that marks fifty years of \
             friendship, according to the sources, who asked not to be named.",
            "Officials will hold talks on the sidelines of the meeting, while firms present their business.",
        ],
        "Football cup",
    ),
    (
        "ru",
        "Япония и АСЕАН усилят сотрудничество в сфере кибербезопасности",
        &[
            "Япония и Ассоциация государств Юго-Восточной Азии планируют усилить сотрудничество в сфере \
             кибербезопасности на фоне роста числа атак, сообщили источники в японском правительстве.",
            "Стороны, в том числе неправительственные организации, подпишут соглашение в Токио на этой неделе, \
             в преддверии саммита, который посвящён пятидесятилетию дружбы и сотрудничества.",
            "По их словам, соглашение будет включено в совместное заявление, а фирмы расскажут о своём бизнесе.",
        ],
        "Кубок по футболу",
    ),
    (
        "ja",
        "日本とASEAN、サイバー防衛で連携強化",
        &[
            "日本政府と東南アジア諸国連合は、サイバー攻撃の増加を受け、サイバー防衛の分野で協力を強化する方針を固めた。複数の政府関係者が明らかにした。",
            "両者は今週、東京で合意文書に署名する見通しで、十二月に開かれる友好協力五十周年の特別首脳会議を前に、民間団体も参加する。",
            "関係者によると、合意は首脳会議の共同声明に盛り込まれ、加盟国の企業が日本の企業に事業を説明する場も設けられるという。",
        ],
        "サッカー大会",
    ),
    (
        "th",
        "ญี่ปุ่นและอาเซียนกระชับความร่วมมือด้านความมั่นคงไซเบอร์",
        &[
            "ญี่ปุ่นและสมาคมประชาชาติแห่งเอเชียตะวันออกเฉียงใต้วางแผนกระชับความร่วมมือด้านความมั่นคงไซเบอร์ ท่ามกลางการโจมตีทางไซเบอร์ที่เพิ่มขึ้น แหล่งข่าวในรัฐบาลญี่ปุ่นเปิดเผย",
            "ทั้งสองฝ่ายจะลงนามในข้อตกลงที่กรุงโตเกียวในสัปดาห์นี้ ก่อนการประชุมสุดยอดในเดือนธันวาคมซึ่งครบรอบห้าสิบปีของมิตรภาพและความร่วมมือระหว่างกัน",
            "ข้อตกลงดังกล่าวจะรวมอยู่ในแถลงการณ์ร่วม และบริษัทจากประเทศสมาชิกจะนำเสนอธุรกิจของตนต่อบริษัทญี่ปุ่น",
        ],
        "ฟุตบอลถ้วย",
    ),
    (
        "ar",
        "اليابان وآسيان تعززان التعاون في مجال الأمن السيبراني",
        &[
            "تعتزم اليابان ورابطة دول جنوب شرق آسيا تعزيز التعاون في مجال الأمن السيبراني، على خلفية تزايد الهجمات على الشركات، بحسب مصادر في الحكومة اليابانية.",
            "وسيوقع الجانبان اتفاقا في طوكيو هذا الأسبوع، قبيل القمة المقررة في ديسمبر بمناسبة مرور خمسين عاما على الصداقة والتعاون بينهما، وفق المصادر ذاتها.",
            "وسيدرج الاتفاق في البيان المشترك، كما ستعرض شركات الدول الأعضاء أعمالها على الشركات اليابانية.",
        ],
        "كأس كرة القدم",
    ),
    (
        "de",
        "Japan und ASEAN vertiefen Zusammenarbeit bei Cybersicherheit",
        &[
            "Japan und die Staaten Südostasiens wollen bei der Cybersicherheit enger zusammenarbeiten, wie es in Kreisen \
             der Regierung heißt, denn Angriffe auf Unternehmen nehmen zu.",
            "Ein Abkommen soll diese Woche in Tokio unterzeichnet werden, vor dem Gipfel im Dezember, der an fünfzig Jahre \
             Freundschaft erinnert, so die Quellen, die nicht genannt werden wollen.",
            "Am Rande sind politische Gespräche geplant, während Firmen ihr Geschäft vorstellen.",
        ],
        "Fußballpokal",
    ),
];

#[track_caller]
fn check(name: &str, html: &str, paragraphs: &[&str], around: &str) {
    let page = read(html).unwrap_or_else(|error| panic!("{name}: {error}"));
    for paragraph in paragraphs {
        let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.text.lines().any(|line| line == paragraph), "{name}: {paragraph:?} in\n{}", page.text);
    }
    assert!(!page.text.contains(around), "{name}: {around:?} in\n{}", page.text);
}

#[test]
fn the_title_has_the_heading_that_the_page_shows() {
    let story =
        "<p>The storm has flooded the port, officials said on Monday, and the road is closed.</p>".repeat(6);
    for (html, title) in [
        (
            format!("<title>Paper</title><h1>Storm <b>floods</b>\n the port</h1>{story}"),
            "Storm floods the port – Paper",
        ),
        (format!("<title>Storm | Paper</title><h1>Storm</h1>{story}"), "Storm | Paper"),
        (format!("<h1>Storm</h1>{story}"), "Storm"),
        (format!("<title>Paper</title><h1> </h1><h1>Storm</h1>{story}<h1>More</h1>"), "Storm – Paper"),
        (format!("<title>Paper</title>{story}"), "Paper"),
    ] {
        assert_eq!(read(&html).unwrap().title, title, "{html}");
    }
}

#[test]
fn the_story_is_read_and_what_stands_around_it_is_not() {
    for (lang, title, paragraphs, around) in STORIES {
        let marked: String = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
        let spans: String =
            paragraphs.iter().map(|text| format!("<p><span style=\"x\"><b>{text}</b></span>")).collect();
        let divs: String = paragraphs.iter().map(|text| format!("<div class=text>{text}</div>")).collect();
        let breaks = paragraphs.join("<br><br>");
        let ads = marked.replace("</p><p>", &format!("</p><aside><a href=/x>{around}</a></aside><p>"));
        for (name, content) in
            [("p", &marked), ("span", &spans), ("div", &divs), ("br", &breaks), ("ads", &ads)]
        {
            check(&format!("{lang} blog {name}"), &blog(lang, title, content, around), paragraphs, around);
            check(&format!("{lang} portal {name}"), &portal(title, content, around), paragraphs, around);
        }
        let page = read(&blog(lang, title, &marked, around)).unwrap();
        assert!(page.title.starts_with(title), "{}", page.title);
        assert!(page.is_of(&article(title, ""), &Analyzer::new()), "{lang}");
    }
}

#[test]
fn pages_are_read_in_their_encodings() {
    for (label, at) in [
        ("windows-1251", 1),
        ("koi8-r", 1),
        ("shift_jis", 2),
        ("euc-jp", 2),
        ("iso-8859-1", 5),
        ("windows-1256", 4),
    ] {
        let (lang, title, paragraphs, around) = STORIES[at];
        let content: String = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
        let page = blog(lang, title, &content, around);
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let header = format!("text/html; charset={label}");
        for (declared, content_type) in [
            (page.replace("charset=\"utf-8\"", &format!("charset=\"{label}\"")), "text/html"),
            (page.replace("<meta charset=\"utf-8\">", ""), header.as_str()),
            // The server's default says one thing, the page another.
            (page.replace("charset=\"utf-8\"", &format!("charset=\"{label}\"")), "text/html; charset=utf-8"),
            (page.replace("<meta charset=\"utf-8\">", ""), "text/html"),
        ] {
            let read = read_page(&encoding.encode(&declared).0, Some(content_type)).unwrap();
            assert!(read.text.contains(paragraphs[1]), "{label} {content_type}: {}", read.text);
        }
    }
}

#[test]
fn what_is_no_article_is_named() {
    let shell = "<html><head><title>News</title></head><body><div id=root></div><script src=x></script></body></html>";
    for (body, content_type, expected) in [
        (b"%PDF-1.7 x".as_slice(), "application/pdf", "this is no page but application/pdf"),
        (b"%PDF-1.7 x", "text/html", "this is no page but application/pdf"),
        (b"\x89PNG", "image/png", "this is no page but image/png"),
        (b"{}", "application/json\x1b[2J", "this is no page but application/json[2j"),
        (b"", "text/html", "the page holds no article"),
        (b" \n ", "", "the page holds no article"),
        (shell.as_bytes(), "text/html", "the page holds no article"),
        (
            b"<html><body><nav><a href=/>Home</a></nav></body></html>",
            "text/html",
            "the page holds no article",
        ),
        (&[0; 4096], "text/html", "the page holds no article"),
    ] {
        let error = read_page(body, Some(content_type)).unwrap_err().to_string();
        assert_eq!(error, expected, "{:?}", String::from_utf8_lossy(body));
    }
    let text = "A plain text of an agency, long enough to be taken for an article.\n\nSecond paragraph.";
    assert_eq!(read_page(text.as_bytes(), Some("text/plain")).unwrap().text, text.replace("\n\n", "\n"));
}

#[test]
fn a_log_in_or_a_consent_page_is_not_the_article() {
    let analyzer = Analyzer::new();
    let title = "Storm floods the harbour of Jakarta";
    let wall = "<p>To read on, log in or subscribe. With a subscription you have access to all of our content, on all of \
        your devices, at any time, and you support independent journalism.</p>";
    let consent = "<p>We and our 842 partners store and access information on your device, such as cookies, and process \
        personal data, such as unique identifiers, to personalise advertising and content.</p>";
    for (name, page, expected) in [
        ("log-in", format!("<title>Log in - The Paper</title>{wall}"), false),
        ("consent", format!("<title>Before you continue</title>{consent}"), false),
        (
            "front page",
            format!("<title>The Paper</title><p>{}</p>", "All the news of today in one place. ".repeat(9)),
            false,
        ),
        (
            "the article, told in other words",
            format!("<title>The Paper</title><p>Jakarta: {}</p>", "a storm has flooded the port. ".repeat(9)),
            true,
        ),
        (
            "under its title",
            format!(
                "<title>{title} - The Paper</title>{}",
                "<p>Rain fell for three days in a row.</p>".repeat(3)
            ),
            true,
        ),
    ] {
        let page = read(&page).unwrap();
        assert_eq!(page.is_of(&article(title, ""), &analyzer), expected, "{name}: {page:?}");
    }
}

#[test]
fn a_page_completes_an_article_unless_the_feed_said_more() {
    let page = Page { title: String::new(), text: "The lead.\nThe rest of the story.".to_owned() };
    for (body, summary, expected) in [
        ("", "", (true, "The lead.\nThe rest of the story.", "")),
        ("", "The lead.", (true, "The lead.\nThe rest of the story.", "")),
        ("", "Another lead", (true, "The lead.\nThe rest of the story.", "Another lead")),
        ("The whole story, as the feed gives it.", "", (false, "The whole story, as the feed gives it.", "")),
    ] {
        let mut article = article("T", body);
        article.summary = summary.to_owned();
        let completed = page.complete(&mut article);
        assert_eq!((completed, article.body.as_str(), article.summary.as_str()), expected);
    }
}

#[test]
fn bombs_are_read_in_linear_time() {
    let story: String = STORIES[0].2.iter().map(|text| format!("<p>{text}</p>")).collect();
    let many = |count: usize, make: &dyn Fn(usize) -> String| (0..count).map(make).collect::<String>();
    for (name, before, after) in [
        ("nested", "<div>".repeat(20_000), "</div>".repeat(20_000)),
        ("nested and never closed", "<div><section>".repeat(10_000), String::new()),
        (
            "formatting left open",
            many(2_000, &|number| format!("<p><b id={number}><i id={number}>x")),
            many(2_000, &|_| "<p>y".to_owned()),
        ),
        ("links left open", many(20_000, &|number| format!("<a href={number}>x")), String::new()),
        ("tables in tables", "<table><tr><td>".repeat(20_000), String::new()),
        ("text in tables", "<table>x<div>y".repeat(20_000), String::new()),
        ("lists", "<ul><li>".repeat(10_000), String::new()),
        (
            "attributes",
            format!("<p{}>x</p>", many(20_000, &|number| format!(" a{number}=\"{number}\""))),
            String::new(),
        ),
        ("one attribute", format!("<p class=\"{}\">x</p>", "a ".repeat(1 << 17)), String::new()),
        ("end tags", "</p></div></table>".repeat(20_000), String::new()),
        ("breaks", "<br>".repeat(50_000), String::new()),
        ("paragraphs", String::new(), "<p>x, y, z".repeat(20_000)),
        ("comments", "<!--".repeat(20_000) + "-->", String::new()),
        ("templates", "<template><svg><math>".repeat(5_000), "</template>".to_owned()),
        ("custom elements", "<x-y>".repeat(10_000), String::new()),
        ("selects", "<select><option>".repeat(10_000), "</select>".repeat(10_000)),
    ] {
        // Whatever is made of it, it ends, and on an ordinary stack.
        let _ = read(&format!("<html><body>{before}<article>{story}</article>{after}</body></html>"));
        let text = "plain text without any tag, ".repeat(10);
        let tamed = tame(&format!("{before}{text}{after}"), Parts::All);
        assert!(tamed.html.len() < 4 << 20, "{name}");
    }
    let deep = format!("{}<p>{}</p>", "<div>".repeat(5_000), STORIES[0].2[0]);
    assert!(read(&deep).unwrap().text.contains(STORIES[0].2[0]), "its text is not lost");
    let open_menu = format!("<title>T</title><nav><a href=/>Home</a>{story}");
    assert!(read(&open_menu).unwrap().text.contains(STORIES[0].2[1]), "a menu without an end");
}

/// The case that feedwatch was made for: its page's last paragraph advertises another article.
#[test]
fn the_page_of_the_story_is_read_without_its_teaser() {
    let Some(corpus) = std::env::var_os("FEEDWATCH_CORPUS").map(std::path::PathBuf::from) else {
        println!("skipped: FEEDWATCH_CORPUS does not name the corpus");
        return;
    };
    let html = std::fs::read_to_string(corpus.join("story/page.html")).unwrap();
    for label in ["utf-8", "windows-1251", "koi8-r", "utf-16le"] {
        for declared in [true, false] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let named = html.replace("charset=\"utf-8\"", &format!("charset=\"{label}\""));
            let named = if declared { named } else { html.replace("<meta charset=\"utf-8\">", "") };
            let bytes = match label {
                "utf-16le" => named.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                _ => encoding.encode(&named).0.into_owned(),
            };
            let text = read_page(&bytes, Some("text/html")).unwrap().text;
            let lines: Vec<&str> = text.lines().collect();
            assert!(
                lines.iter().any(|line| line.starts_with("Япония и Ассоциация государств")),
                "{label}: {text}"
            );
            assert_eq!(
                lines.last().map(|line| line.starts_with("В состав АСЕАН входят Бруней")),
                Some(true),
                "{text}"
            );
            for unwanted in ["Индия", "Си-вилизаци", "Футбол", "криптовалют", "Главная", "Агентство"]
            {
                assert!(!text.contains(unwanted), "{label}: {unwanted} in {text}");
            }
        }
    }
}
