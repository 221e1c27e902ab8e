//! What is told in several languages.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Told {
    story: String,
    source: String,
    minutes: i64,
    title: String,
    body: String,
}

/// The news of a file of the tests, in the order in which it came.
fn read(file: &str) -> Vec<Told> {
    let path = format!("{}/tests/fixtures/translations/{file}", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).unwrap();
    let mut told: Vec<Told> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    told.sort_by_key(|told| told.minutes);
    told
}

#[test]
fn news_in_other_languages_comes_to_its_story_and_other_news_of_the_same_people_does_not() {
    for file in ["one.jsonl", "two.jsonl"] {
        let mut desk = Desk::new();
        let mut stories: HashMap<StoryId, HashSet<String>> = HashMap::new();
        let mut heard: HashSet<String> = HashSet::new();
        let (mut later, mut joined, mut wrong) = (0, 0, 0);
        for told in read(file) {
            later += u32::from(heard.contains(&told.story));
            let newcomer = desk.newcomer(&told.source, 0, &told.title, &told.body);
            let at = newcomer.at + TimeDelta::minutes(told.minutes);
            let placement = desk.index.place(&Newcomer { at, seen_at: at, ..newcomer });
            let of = stories.entry(placement.story).or_default();
            match placement.joined {
                Joined::First => {
                    heard.insert(told.story.clone());
                }
                _ if of.contains(&told.story) => joined += 1,
                _ => {
                    assert!(heard.contains(&told.story), "nobody heard of {}: {}", told.story, told.title);
                    wrong += 1;
                }
            }
            of.insert(told.story);
        }
        assert!(joined * 100 >= later * 62, "{file}: {joined} of {later}");
        assert!(wrong <= 1, "{file}: {wrong} of {later} came to another story, which was heard of as well");
    }
}

#[test]
fn an_outlet_may_translate_itself_and_another_language_is_told_apart() {
    let told = read("two.jsonl");
    let crash: Vec<&Told> = told.iter().filter(|told| told.story == "b30").collect();
    let mut desk = Desk::new();
    let first = desk.place("Agencia", 0, &crash[0].title, &crash[0].body);
    let second = desk.place("Agencia", 1, &crash[1].title, &crash[1].body);
    assert_eq!((second.story, second.joined), (first.story, Joined::Translation));
    assert_eq!(second.langs.len(), 2);
    // The same words a week later are no news of that story.
    let late = desk.newcomer("Jornal", 24 * 7, &crash[1].title, "Outra coisa.");
    assert_ne!(desk.index.place(&late).story, first.story);
}

#[test]
fn stories_in_several_languages_are_forgotten_whole() {
    let mut desk = Desk::new();
    for told in read("one.jsonl").iter().filter(|told| told.story.as_str() < "a10") {
        desk.place(&told.source, 0, &told.title, &told.body);
    }
    let later = desk.newcomer("Outlet", 24 * 5, "", "").seen_at;
    desk.index.sweep(later);
    assert_eq!((desk.index.stories(), desk.index.articles()), (0, 0));
    assert!(
        desk.index.by_mark.is_empty() && desk.index.by_term.is_empty() && desk.index.by_shingle.is_empty()
    );
}

#[test]
fn a_translation_is_placed_after_a_restart_as_before() {
    let told = read("two.jsonl");
    let crash: Vec<&Told> = told.iter().filter(|told| told.story == "b30").collect();
    let mut desk = Desk::new();
    let mut restored = StoryIndex::default();
    let (last, first) = crash.split_last().unwrap();
    for told in first {
        let newcomer = desk.newcomer(&told.source, 0, &told.title, &told.body);
        let story = desk.index.place(&newcomer).story;
        let sketch = Sketch::from_bytes(&newcomer.sketch.to_bytes()).unwrap();
        restored.restore(story, &Newcomer { sketch, ..newcomer });
    }
    let newcomer = desk.newcomer(&last.source, 1, &last.title, &last.body);
    let placement = restored.place(&newcomer);
    assert_eq!(placement, desk.index.place(&newcomer));
    assert_eq!(placement.joined, Joined::Translation);
}

#[test]
fn articles_without_marks_make_no_mark_look_rare() {
    let mut desk = Desk::new();
    for n in 0..200 {
        let newcomer = desk.newcomer(&format!("Outlet {n}"), 0, "", "");
        assert!(newcomer.sketch.marks.is_empty());
        desk.index.place(&newcomer);
    }
    assert_eq!(desk.index.rarity_of_marks.articles(None), 0);
    desk.place(
        "Outlet",
        0,
        "NATO summit in Moscow",
        "The leaders met in London and in Tokyo on the war in Ukraine.",
    );
    assert_eq!(desk.index.rarity_of_marks.articles(None), 1);
}
