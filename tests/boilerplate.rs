//! What every article of a feed ends with is no news: no noise from teasers, and nothing missed for it.

use crate::support::{Desk, Page, Receiver, item};

const TEASER: &str = "Ранее сообщалось: Индия, Китай и США провели переговоры о торговле.";

const NEWS: [&str; 6] = [
    "Пожар на складе потушен",
    "Парламент принял бюджет",
    "Курс гривны вырос",
    "Сборная победила в Варшаве",
    "В Киеве открыли мост",
    "Япония и АСЕАН усилят сотрудничество",
];

/// A feed of articles (guid, title, text), newest first, all of which end with the teaser.
fn publish(desk: &Desk, articles: &[(&str, &str, &str)]) {
    let items: String = articles
        .iter()
        .map(|(guid, title, text)| item(guid, title, &format!("&lt;p>{text}&lt;/p>&lt;p>{TEASER}&lt;/p>")))
        .collect();
    desk.server.put("/wire", Page::rss(&items));
}

/// A desk that watches `query` and has seen the six articles above, and then one on India.
fn told(query: &str) -> Desk {
    let desk = Desk::watching(query, Receiver::start(), "");
    let texts: Vec<String> = NEWS.iter().map(|title| format!("{title}, сообщает агентство.")).collect();
    let mut articles: Vec<(&str, &str, &str)> = ["1", "2", "3", "4", "5", "6"]
        .into_iter()
        .zip(NEWS.into_iter().zip(&texts))
        .map(|(guid, (title, text))| (guid, title, text.as_str()))
        .collect();
    publish(&desk, &articles);
    desk.program.run(&["poll"]);
    articles.insert(0, ("7", "Новый корабль спущен на воду", "Его построила Индия за пять лет."));
    publish(&desk, &articles);
    desk.program.run(&["poll"]);
    desk
}

#[test]
fn a_teaser_matches_only_where_all_is_asked_for() {
    for (query, expected) in [("Индия", 1), ("all:Индия", 7), ("Китай", 0), ("@china", 0)] {
        let desk = told(query);
        let found = desk.program.json(&["matches"]);
        assert_eq!(found.len(), expected, "{query}: {found:?}");
        let searched = desk.program.json(&["search", query]);
        assert_eq!(searched.len(), expected, "a search agrees: {query}");
        if query == "Индия" {
            assert_eq!(found[0]["article"]["title"], "Новый корабль спущен на воду");
            assert_eq!(found[0]["spans"].as_array().map(Vec::len), Some(1), "and the proof is the news");
            assert_eq!(searched[0]["spans"], found[0]["spans"]);
        }
    }
}

#[test]
fn an_explanation_tells_that_the_words_stand_in_a_teaser() {
    let desk = told("Китай");
    let found = desk.program.json(&["search", "Китай OR all:Китай"]);
    let id = found[0]["article"]["id"].as_str().unwrap();
    let explained = desk.program.run(&["watch", "explain", "test-watch", id]);
    assert!(explained.contains("only in a paragraph that recurs in its feed"), "{explained}");
    assert!(explained.contains("*Китай*"), "{explained}");
}

#[test]
fn an_article_of_one_paragraph_always_matches() {
    let desk = Desk::watching("Индия", Receiver::start(), "");
    let items: String = NEWS.iter().map(|title| item(title, title, TEASER)).collect();
    desk.server.put("/wire", Page::rss(&items));
    assert_eq!(desk.program.json(&["poll"])[0]["matches"], NEWS.len());
}
