//! What is boilerplate, what is not, and what is remembered for the next poll.

use super::*;
use crate::model::{ArticleId, EntryKey, FeedId};

const TEASER: &str = "Ранее сообщалось, что Индия отказалась от сделки с Китаем.";

fn article(key: usize, title: &str, body: &str) -> Article {
    let feed = FeedId::of("https://example.org/rss");
    let key = EntryKey::of("guid", &[&key.to_string()]);
    let now = "2023-10-05T12:00:00Z".parse().unwrap();
    Article {
        id: ArticleId::of(feed, &key),
        feed,
        key,
        title: title.into(),
        summary: String::new(),
        body: body.into(),
        author: String::new(),
        url: None,
        tags: vec![],
        lang: None,
        published_at: now,
        published_said: None,
        first_seen_at: now,
        content_hash: [0; 32],
        boilerplate: vec![],
        attribution: None,
    }
}

/// What the database does with counts.
fn remember(earlier: &mut HashMap<u64, ParagraphCount>, counts: Vec<ParagraphCount>) {
    for count in counts {
        let known = earlier.entry(count.digest).or_insert(ParagraphCount { articles: 0, ..count });
        known.articles += count.articles;
        known.topic &= count.topic;
    }
}

/// Polls each of `polls`, all of new articles (title, body); returns the boilerplate of each article.
fn boilerplate(polls: &[&[(&str, &str)]]) -> Vec<Vec<String>> {
    let analyzer = Analyzer::new();
    let mut earlier = HashMap::new();
    let mut found = Vec::new();
    for articles in polls {
        let mut ingested: Vec<Ingested> = articles
            .iter()
            .zip(found.len()..)
            .map(|((title, body), key)| Ingested::New { article: article(key, title, body), alternate: None })
            .collect();
        found.extend(marked(&mut ingested, &mut earlier, &analyzer));
    }
    found
}

fn marked(
    ingested: &mut [Ingested],
    earlier: &mut HashMap<u64, ParagraphCount>,
    analyzer: &Analyzer,
) -> Vec<Vec<String>> {
    let census = Census::of(ingested, "Example News", analyzer);
    census.mark(ingested, earlier, analyzer);
    remember(earlier, census.counts());
    ingested
        .iter()
        .map(|entry| match entry {
            Ingested::New { article, .. } | Ingested::Changed(article) => {
                let texts = article.boilerplate.iter();
                texts.map(|(field, range)| article.text(*field)[range.clone()].to_owned()).collect()
            }
            Ingested::Known(_) => vec![],
        })
        .collect()
}

/// Ten articles of different titles; `body` makes the body of each from its number.
fn ten(body: impl Fn(usize) -> String) -> Vec<(&'static str, String)> {
    const TITLES: [&str; 10] = [
        "Пожар на складе в Одессе потушен",
        "Парламент принял бюджет",
        "Курс гривны вырос",
        "Сборная победила в Варшаве",
        "В Киеве открыли мост",
        "Учёные нашли новый вид бабочек",
        "Суд оставил депутата под стражей",
        "Цены на топливо снизились",
        "Метро изменит расписание поездов",
        "Театр покажет премьеру весной",
    ];
    TITLES.into_iter().enumerate().map(|(number, title)| (title, body(number))).collect()
}

/// How many of the articles have boilerplate, when they come at once.
#[track_caller]
fn check(name: &str, articles: &[(&str, String)], expected: usize) {
    let articles: Vec<(&str, &str)> = articles.iter().map(|(title, body)| (*title, body.as_str())).collect();
    let found = boilerplate(&[&articles]);
    assert_eq!(found.iter().filter(|found| !found.is_empty()).count(), expected, "{name}: {found:?}");
}

#[test]
fn what_every_article_ends_with_is_known_at_the_first_poll() {
    check("a teaser", &ten(|n| format!("Новость номер {n} рассказана подробно.\n{TEASER}")), 10);
    check("at the beginning", &ten(|n| format!("{TEASER}\nНовость номер {n} рассказана подробно.")), 10);
    check(
        "twice in one",
        &ten(|n| format!("{TEASER}\nНовость номер {n} рассказана подробно.\n{TEASER}")),
        10,
    );
    let typed =
        |n: usize| TEASER.replace(' ', if n.is_multiple_of(2) { " " } else { "\u{a0}" }).replace("И", "и");
    check("typed otherwise", &ten(|n| format!("Новость номер {n} рассказана подробно.\n{}", typed(n))), 10);
    check(
        "in Japanese",
        &ten(|n| format!("記事{n}の本文はここに全部あります。\n関連記事：インドが中国との合意から離脱")),
        10,
    );
}

#[test]
fn what_only_three_articles_share_is_text_yet() {
    let articles = ten(|n| format!("Новость номер {n} рассказана подробно.\n{TEASER}"));
    check("three", &articles[..3], 0);
    check("four", &articles[..4], 4);
    let articles: Vec<(&str, &str)> = articles.iter().map(|(title, body)| (*title, body.as_str())).collect();
    let found =
        boilerplate(&[&articles[..1], &articles[1..2], &articles[2..3], &articles[3..4], &articles[4..]]);
    let marked: Vec<usize> = found.iter().map(Vec::len).collect();
    assert_eq!(marked, [0, 0, 0, 1, 1, 1, 1, 1, 1, 1], "counted from poll to poll");
    assert_eq!(found[9], [TEASER]);
}

#[test]
fn nothing_that_may_be_news_is_boilerplate() {
    check("the only paragraph", &ten(|_| TEASER.into()), 0);
    check("all paragraphs", &ten(|_| format!("{TEASER}\nПодпишитесь на наш канал в мессенджере.")), 0);
    check("all but a number", &ten(|n| format!("{TEASER}\n{n} марта")), 0);
    check("a dateline", &ten(|n| format!("Нью-Дели, Индия\nНовость номер {n} рассказана подробно.")), 0);
    check(
        "a long text",
        &ten(|n| format!("Новость номер {n} рассказана подробно.\n{}", TEASER.repeat(50))),
        0,
    );
    let lead = "Сильный шторм обрушился на побережье, порты закрыты.";
    let updates: Vec<(&str, String)> =
        ten(|n| format!("{lead}\nОбновление {n}: пострадавших стало больше на {n}."))
            .into_iter()
            .map(|(_, body)| ("Шторм: что известно", body))
            .collect();
    check("the lead of a running story", &updates, 0);
    let turns = [
        "Шторм: порты закрыты",
        "Число жертв шторма растёт",
        "Шторм уходит в море",
        "После шторма: город убирают",
    ];
    let background = "Синоптики предупреждали об ухудшении погоды ещё в понедельник.";
    let story: Vec<(&str, String)> = turns
        .iter()
        .zip(0..)
        .map(|(title, n)| (*title, format!("Новость {n} рассказана подробно.\n{background}")))
        .collect();
    check("the background of one story", &story, 0);
}

#[test]
fn a_teaser_is_text_in_the_article_that_it_advertises() {
    let mut articles = ten(|n| format!("Новость номер {n} рассказана подробно.\n{TEASER}"));
    articles[4].0 = "Индия отказалась от сделки";
    check("the title tells the same", &articles, 9);
}

#[test]
fn the_name_of_the_outlet_in_every_title_is_no_topic() {
    let articles = ten(|n| {
        format!("Новость номер {n} рассказана подробно.\nSubscribe to the newsletter of Example News.")
    });
    let titles: Vec<String> = articles.iter().map(|(title, _)| format!("{title} | Example News")).collect();
    let articles: Vec<(&str, String)> =
        titles.iter().zip(articles).map(|(title, (_, body))| (title.as_str(), body)).collect();
    check("outlet", &articles, 10);
}

#[test]
fn an_edit_is_judged_and_not_counted() {
    let analyzer = Analyzer::new();
    let mut earlier = HashMap::new();
    let articles = ten(|n| format!("Новость номер {n} рассказана подробно.\n{TEASER}"));
    let entry = |n: usize| article(n, articles[n].0, &articles[n].1);
    let mut three: Vec<Ingested> =
        (0..3).map(|n| Ingested::New { article: entry(n), alternate: None }).collect();
    marked(&mut three, &mut earlier, &analyzer);
    for _ in 0..5 {
        let found = marked(&mut [Ingested::Changed(entry(0))], &mut earlier, &analyzer);
        assert_eq!(found, [Vec::<String>::new()], "two others have it, however often it is edited");
    }
    marked(&mut [Ingested::New { article: entry(3), alternate: None }], &mut earlier, &analyzer);
    assert_eq!(marked(&mut [Ingested::Changed(entry(0))], &mut earlier, &analyzer), [[TEASER]]);
}

#[test]
fn what_is_remembered_is_bounded() {
    let paragraphs =
        |n: usize| (0..500).map(|m| format!("Абзац {m} статьи {n}, и он повторяется редко.\n")).collect();
    let census = {
        let ingested: Vec<Ingested> = ten(paragraphs)
            .iter()
            .map(|(title, body)| Ingested::New { article: article(0, title, body), alternate: None })
            .collect();
        Census::of(&ingested, "", &Analyzer::new())
    };
    assert_eq!(census.counts().len(), MOST_REMEMBERED);
    assert_eq!(census.digests().len(), 10 * MOST_PARAGRAPHS);
}
