//! What belongs together and what does not.

mod translations;

use std::sync::Arc;

use chrono::DateTime;

use super::*;
use crate::analysis::{Analyzer, Text as Parts};
use crate::model::{EntryKey, FeedId, Match};
use crate::model::{MatchId, Occasion, StoryPolicy};
use crate::story::{Vocabulary, telling};

const SUMMIT: &str = "Япония и Ассоциация государств Юго-Восточной Азии планируют усилить сотрудничество в сфере \
кибербезопасности на фоне роста регионального влияния Китая. Заинтересованные стороны подпишут соглашение в Токио на этой \
неделе в преддверии саммита в японской столице в декабре, посвященного пятидесятилетию дружбы и сотрудничества между Японией и \
АСЕАН. Правительство Японии оказывает поддержку в подготовке специалистов правительств стран-членов АСЕАН через учебные программы \
в Азиатско-Японском центре развития потенциала кибербезопасности в Бангкоке, который работает под руководством Министерства \
внутренних дел и коммуникаций Японии.";

const SUMMIT_JA: &str = "日本政府と東南アジア諸国連合は、サイバーセキュリティー分野での協力を強化する方針を固めた。複数の政府関係者が明らかにした。\
今週東京で開かれる会合で、民間団体を含む関係者が覚書に署名する見通しだ。日本はバンコクの能力構築センターを通じて、加盟国の政府職員の研修を支援してきた。\
近年、企業や団体を狙ったサイバー攻撃が世界的に注目されており、両者は官民の対応能力の向上を目指す。";

struct Desk {
    analyzer: Arc<Analyzer>,
    vocabulary: Vocabulary,
    index: StoryIndex,
    next: u32,
}

impl Desk {
    fn new() -> Self {
        let analyzer = Arc::new(Analyzer::new());
        let vocabulary = Vocabulary::new(Arc::clone(&analyzer));
        Self { analyzer, vocabulary, index: StoryIndex::default(), next: 0 }
    }

    fn newcomer(&mut self, source: &str, hours: i64, title: &str, body: &str) -> Newcomer {
        self.next += 1;
        let parts = Parts { title, body, ..Parts::default() };
        let analysis = self.analyzer.analyze(&parts, None);
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::hours(hours);
        let key = EntryKey::of("guid", &[&self.next.to_string()]);
        Newcomer {
            article: ArticleId::of(FeedId::of(source), &key),
            at,
            seen_at: at,
            lang: analysis.lang(),
            source: source.to_owned(),
            country: Some(source.chars().take(2).collect::<String>().to_lowercase()),
            sketch: Sketch::of(&parts, &analysis, &[], &self.vocabulary),
        }
    }

    fn place(&mut self, source: &str, hours: i64, title: &str, body: &str) -> Placement {
        let newcomer = self.newcomer(source, hours, title, body);
        self.index.place(&newcomer)
    }
}

/// How the second of two articles is placed, an hour after the first.
#[track_caller]
fn check(first: (&str, &str), second: (&str, &str), expected: Joined) {
    let mut desk = Desk::new();
    let one = desk.place("Alpha", 0, first.0, first.1);
    let other = desk.place("Beta", 1, second.0, second.1);
    assert_eq!(other.joined, expected, "{first:?} and {second:?}");
    assert_eq!(one.story == other.story, expected != Joined::First);
    assert_eq!(other.sources, if expected == Joined::First { 1 } else { 2 });
}

fn sentences(text: &str, range: std::ops::Range<usize>) -> String {
    let marks = ['.', '。'];
    text.split_inclusive(marks).skip(range.start).take(range.len()).collect()
}

#[test]
fn copies_stay_copies_when_they_are_cut_led_otherwise_or_added_to() {
    for text in [SUMMIT, SUMMIT_JA] {
        check(("Заголовок один", text), ("Совсем другой", text), Joined::SameText);
        check(("A", text), ("B", &sentences(text, 1..9)), Joined::SameText);
        check(("A", text), ("B", &sentences(text, 0..2)), Joined::SameText);
        let other_lead = format!("Новости дня коротко о главном. {}", sentences(text, 1..9));
        check(("A", text), ("B", &other_lead), Joined::SameText);
        let advertised =
            format!("{text}\\nПодпишитесь на наш канал и читайте самые важные новости первыми каждый день.");
        check(("A", text), ("B", &advertised), Joined::SameText);
    }
}

#[test]
fn other_news_of_the_same_beat_is_another_story() {
    check(
        ("ASEAN cybersecurity centre opens in Singapore", ""),
        ("ASEAN ministers adopt cybersecurity pact in Jakarta", ""),
        Joined::First,
    );
    check(("Storm number 5 reaches the coast", ""), ("Storm number 6 reaches the coast", ""), Joined::First);
    check(
        ("M4.5 earthquake strikes off Fukushima, no tsunami warning issued", ""),
        ("M5.1 earthquake strikes off Fukushima, no tsunami warning issued", ""),
        Joined::First,
    );
    check(
        ("Morning briefing", "All that matters today."),
        ("Evening briefing", "All that matters tonight."),
        Joined::First,
    );
    check(("", ""), ("", ""), Joined::First);
}

#[test]
fn the_same_headline_is_the_same_story_for_half_a_day() {
    let title = "Japan and ASEAN agree to deepen cooperation on cybersecurity";
    let mut desk = Desk::new();
    let first = desk.place("Alpha", 0, title, "");
    assert_eq!(desk.place("Beta", 11, title, "").story, first.story);
    assert_ne!(desk.place("Beta", 40, title, "").story, first.story);
}

/// A desk that has read for some days, so that it knows which words are rare.
fn experienced() -> Desk {
    let mut desk = Desk::new();
    let common =
        "president minister government people parliament election month week country police court city state";
    for n in 0..600 {
        let own: Vec<String> = (0..12).map(|word| format!("matter{n}x{word}")).collect();
        let of_all: Vec<&str> = common.split(' ').cycle().skip(n % 13).take(6).collect();
        let (title, body) = (own[..4].join(" "), format!("{} {}", of_all.join(" "), own.join(" ")));
        let newcomer = desk.newcomer(&format!("Outlet {n}"), 0, &title, &body);
        desk.index.place(&Newcomer { lang: Lang::parse("en"), ..newcomer });
    }
    desk
}

#[test]
fn headlines_that_share_much_of_what_they_say_are_one_story() {
    for (second, expected) in [
        (
            (
                "Peru's Congress ousts interim president over corruption charges",
                "José Jerí goes after four months in office: lawmakers voted to remove him because of meetings with a \
                 Chinese businessman. A new head of state is to be chosen on Wednesday, as the country wants it.",
            ),
            Joined::News,
        ),
        (
            (
                "Peru picks a new interim leader",
                "Congress in Lima chose the lawyer José Balcázar on Wednesday to govern until elections in April, the ninth \
                 holder of the office in a decade. He promised calm and an orderly vote.",
            ),
            Joined::First,
        ),
    ] {
        let mut desk = experienced();
        desk.place(
            "Alpha",
            1,
            "Peru president impeached amid corruption charges",
            "José Jerí has to go after only four months: Congress in Lima voted to oust the interim president over \
             undisclosed meetings with a Chinese businessman whose contracts are under investigation.",
        );
        assert_eq!(desk.place("Beta", 5, second.0, second.1).joined, expected, "{}", second.0);
    }
}

#[test]
fn a_story_is_over_when_nobody_told_it_for_three_days() {
    let mut desk = Desk::new();
    let first = desk.place("Alpha", 0, "A", SUMMIT);
    assert_eq!(desk.place("Beta", 70, "B", SUMMIT).story, first.story);
    assert_eq!(desk.place("Gamma", 140, "C", SUMMIT).story, first.story, "it was told in between");
    assert_ne!(desk.place("Delta", 213, "D", SUMMIT).story, first.story);
    assert_eq!((desk.index.stories(), desk.index.articles()), (1, 1), "and forgotten");
    assert!(
        desk.index
            .by_shingle
            .sharing(desk.index.stories[0].as_ref().unwrap().texts[0].leading()[..1].iter().copied())
            .len()
            == 1
    );
}

#[test]
fn an_old_article_found_late_joins_no_story_of_today() {
    let mut desk = Desk::new();
    let today = desk.place("Alpha", 1_000, "A", SUMMIT);
    let mut old = desk.newcomer("Beta", 0, "B", SUMMIT);
    old.seen_at = old.at + TimeDelta::hours(1_001);
    assert_ne!(desk.index.place(&old).story, today.story);
}

#[test]
fn an_article_that_is_known_stays_in_its_story_when_it_is_edited() {
    let mut desk = Desk::new();
    let newcomer = desk.newcomer("Alpha", 0, "A", SUMMIT);
    let first = desk.index.place(&newcomer);
    let edited = Newcomer { article: newcomer.article, ..desk.newcomer("Alpha", 1, "B", SUMMIT_JA) };
    assert_eq!(desk.index.place(&edited).story, first.story);
    assert_eq!(desk.place("Beta", 2, "C", SUMMIT_JA).story, first.story, "copies of both texts join");
    assert_eq!(desk.index.articles(), 2);
}

#[test]
fn a_headline_alone_in_its_story_joins_another_once_its_text_is_there() {
    let mut desk = Desk::new();
    let story = desk.place("Alpha", 0, "A", SUMMIT);
    let headline = desk.newcomer("Beta", 1, "Саммит в Токио", "");
    assert_ne!(desk.index.place(&headline).story, story.story);
    let full = Newcomer {
        article: headline.article, ..desk.newcomer("Beta", 2, "Саммит в Токио", SUMMIT)
    };
    assert_eq!(desk.index.place(&full).story, story.story);
    assert_eq!((desk.index.stories(), desk.index.articles()), (1, 2));
}

#[test]
fn an_outlet_that_writes_again_has_news() {
    let mut desk = Desk::new();
    let filler = sentences(SUMMIT, 2..3);
    let first = desk.place("Alpha", 0, "Саммит Японии и АСЕАН", SUMMIT);
    // One form with two fillings, in the same outlet; in another one it is a copy.
    let form = format!("Новая игра доступна. {filler} {SUMMIT}");
    assert_ne!(desk.place("Alpha", 1, "Прогноз погоды на выходные", &form).story, first.story);
    assert_eq!(desk.place("Beta", 1, "Токио принимает гостей", &form).joined, Joined::SameText);
    assert_eq!(desk.place("Alpha", 2, "Саммит Японии и стран АСЕАН", SUMMIT).story, first.story, "an update");
}

#[test]
fn what_is_restored_places_as_before() {
    let mut desk = Desk::new();
    let mut restored = StoryIndex::default();
    for (hours, title, body) in [(0, "A", SUMMIT), (1, "B", SUMMIT_JA), (2, "A", SUMMIT)] {
        let newcomer = desk.newcomer("Alpha", hours, title, body);
        let placement = desk.index.place(&newcomer);
        let bytes = newcomer.sketch.to_bytes();
        let sketch = Sketch::from_bytes(&bytes).expect("what was written");
        assert_eq!(sketch, newcomer.sketch);
        restored.restore(placement.story, &Newcomer { sketch, ..newcomer });
    }
    assert_eq!((restored.stories(), restored.articles()), (2, 3));
    let next = desk.newcomer("Beta", 3, "D", SUMMIT);
    assert_eq!(restored.place(&next), desk.index.place(&next));
}

#[test]
fn boilerplate_makes_no_copies() {
    let desk = Desk::new();
    let teaser = sentences(SUMMIT, 0..3);
    let sketch = |lead: &str, marked: bool| {
        let body = format!("{lead}\n{teaser}");
        let boilerplate = [(crate::model::Field::Body, lead.len() + 1..body.len())];
        let parts = Parts { body: &body, ..Parts::default() };
        let analysis = desk.analyzer.analyze(&parts, None);
        Sketch::of(&parts, &analysis, if marked { &boilerplate } else { &[] }, &desk.vocabulary)
    };
    let leads = ["Курс гривны вырос на два процента к доллару.", "Сборная победила в матче с поляками."];
    assert!(super::super::copies(&sketch(leads[0], false), &sketch(leads[1], false)).is_some());
    assert!(super::super::copies(&sketch(leads[0], true), &sketch(leads[1], true)).is_none());
}

#[test]
fn a_story_is_told_again_as_the_watch_wants_it() {
    let mut desk = Desk::new();
    let article = desk.newcomer("Alpha", 0, "", "").article;
    let matched_at = DateTime::UNIX_EPOCH;
    let found =
        Match { id: MatchId::of("w", article), watch: "w".to_owned(), article, matched_at, spans: vec![] };
    let again = StoryPolicy {
        again_at_sources: vec![2, 5],
        again_on_lang: true,
        again_on_country: true,
        ..StoryPolicy::default()
    };
    let news = |policy: &StoryPolicy, placement: &Placement| {
        let telling = telling(&found, policy, placement).expect("a story is told");
        telling.news.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let first = desk.place("Alpha", 0, "A", SUMMIT);
    assert_eq!(news(&StoryPolicy::default(), &first), "first");
    assert_eq!(news(&again, &first), "first lang:ru country:al");
    let second = desk.place("Beta", 1, "B", SUMMIT);
    assert_eq!(news(&again, &second), "first sources:2 lang:ru country:be");
    let known = telling(&found, &again, &second).unwrap().known;
    assert!(known.contains(&Occasion::Country("al".into())));
    let every = StoryPolicy { per_story: false, ..again };
    assert_eq!(telling(&found, &every, &second), None);
}

#[test]
fn memory_is_bounded() {
    let mut desk = Desk::new();
    let template = desk.newcomer("Alpha", 0, "Storm closes ports", SUMMIT);
    for n in 0..MOST_ARTICLES as u32 + 10 {
        let key = EntryKey::of("guid", &[&n.to_string()]);
        let seen_at = template.at + TimeDelta::milliseconds(i64::from(n));
        let article = ArticleId::of(FeedId::of("x"), &key);
        let sketch = Sketch::default();
        desk.index.place(&Newcomer { article, seen_at, at: seen_at, sketch, ..template.clone() });
    }
    assert!(desk.index.articles() <= MOST_ARTICLES);
    assert!(desk.index.articles() > MOST_ARTICLES / 2);
}

/// What the last of many articles costs that are made of 75 words.
#[test]
fn articles_of_the_same_few_words_are_compared_with_a_bounded_number_of_stories() {
    let mut chance = 1_u64;
    let mut next = |below: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    let mut text =
        |words: usize| (0..words).map(|_| format!("word{}", next(75))).collect::<Vec<_>>().join(" ");
    let mut desk = Desk::new();
    let mut most = 0;
    for n in 0..3_000 {
        let before = desk.index.compared();
        // Numbers in the titles keep them apart.
        desk.place(&format!("Outlet {n}"), 0, &format!("{} {n}", text(8)), &text(60));
        most = most.max(desk.index.compared() - before);
    }
    assert!(
        desk.index.stories() > 1_000,
        "most of them tell nothing of each other: {}",
        desk.index.stories()
    );
    assert!(most <= (MOST_CANDIDATES + MOST_ORIGINALS) as u64, "{most}");
}
