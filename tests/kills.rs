//! Nothing is lost however often the process is killed: a desk is run against feeds that publish and
//! channels that refuse, killed at every failpoint and at moments by chance, and in the end what was
//! published is compared with what arrived.
//!
//! `KILLS` says how often (100 when unset), `SEED` repeats a run's chance.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use feedwatch::failpoint::Failpoint;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::support::{AT_ONCE, Daemon, Farm, Program, Received, Receiver, Story};

/// Name, words, channels.
const WATCHES: [(&str, &[&str], &[&str]); 5] = [
    ("storm", &["storm"], &["sure", "shaky"]),
    ("tokyo-quake", &["tokyo", "quake"], &["sure", "picky"]),
    ("glacier", &["glacier"], &["picky", "shaky"]),
    ("ferry", &["ferry"], &[DYING]),
    // Which its fallback is told of anyway.
    ("budget", &["budget"], &[DYING, FALLBACK]),
];

/// The channel that never takes anything, and the one that gets it instead.
const DYING: &str = "dying";
const FALLBACK: &str = "night";

/// How long a failpoint may take to be reached.
const PATIENCE: Duration = Duration::from_secs(4);

/// Campaigns beside each other: each waits most of its time.
const CAMPAIGNS: u64 = 4;

/// One desk with what befell it.
struct Campaign {
    farm: Farm,
    program: Program,
    channels: HashMap<&'static str, Receiver>,
    chance: StdRng,
    deaths: Deaths,
    /// Arrivals at each channel that the farm knows of.
    seen: HashMap<&'static str, usize>,
}

#[derive(Default)]
struct Deaths {
    /// By failpoint.
    at: BTreeMap<&'static str, u64>,
    /// At moments by chance.
    sometime: u64,
}

impl Deaths {
    fn count(&self) -> u64 {
        self.sometime + self.at.values().sum::<u64>()
    }
}

#[test]
fn nothing_published_is_lost_however_often_the_daemon_is_killed() {
    let kills = setting("KILLS").unwrap_or(100);
    let seed = setting("SEED").unwrap_or_else(|| rand::rng().random_range(0..1_000_000));
    // Shown when the test fails.
    say(&format!("repeat with KILLS={kills} SEED={seed}"));
    let campaigns: Vec<_> = (0..CAMPAIGNS)
        .map(|number| {
            // All together visit every failpoint.
            let must: Vec<_> =
                Failpoint::ALL.iter().copied().skip(number as usize).step_by(CAMPAIGNS as usize).collect();
            let share = kills / CAMPAIGNS + u64::from(number < kills % CAMPAIGNS);
            std::thread::spawn(move || Campaign::start(seed + number).run(share, must))
        })
        .collect();
    let mut total = Deaths::default();
    for campaign in campaigns {
        let deaths = campaign.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        total.sometime += deaths.sometime;
        deaths.at.into_iter().for_each(|(point, times)| *total.at.entry(point).or_default() += times);
    }
    say(&format!("{} kills: {} by chance, and at {:?}", total.count(), total.sometime, total.at));
    for point in Failpoint::ALL {
        assert!(kills < 100 || total.at.contains_key(point.name()), "no death at {}", point.name());
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[expect(clippy::print_stdout, reason = "how to repeat the test")]
fn say(text: &str) {
    println!("{text}");
}

impl Campaign {
    fn start(seed: u64) -> Self {
        let farm = Farm::start(4);
        let mut chance = StdRng::seed_from_u64(seed);
        let moods: [StdRng; 4] = std::array::from_fn(|_| StdRng::seed_from_u64(chance.random()));
        let [shaky, mut picky, mut dying, night] = moods;
        let channels = HashMap::from([
            ("sure", Receiver::start()),
            ("shaky", shaking(shaky)),
            (FALLBACK, shaking(night)),
            (
                DYING,
                Receiver::deciding(move |_, _| {
                    *[Some(500), Some(503), Some(400), Some(410), None].choose(&mut dying).unwrap()
                }),
            ),
            (
                "picky",
                Receiver::deciding(move |comes, before| {
                    Some(if !seen(comes, before) && picky.random_bool(0.2) { 400 } else { 204 })
                }),
            ),
        ]);
        let program = Program::new(&configuration(&farm, &channels));
        Self { farm, program, channels, chance, deaths: Deaths::default(), seen: HashMap::new() }
    }

    /// At least `kills` deaths, then the reckoning. Dies at each of `must` sooner or later.
    fn run(mut self, kills: u64, mut must: Vec<Failpoint>) -> Deaths {
        if must.contains(&Failpoint::Migrating) {
            self.install();
        }
        must.retain(|point| *point != Failpoint::Migrating);
        let kills = kills + self.deaths.count();
        while self.deaths.count() < kills {
            self.publish(2);
            if self.chance.random_bool(0.4) {
                self.die_sometime();
                continue;
            }
            let point = *must.first().unwrap_or_else(|| Failpoint::ALL.choose(&mut self.chance).unwrap());
            self.die_at(point);
            must.retain(|point| !self.deaths.at.contains_key(point.name()));
        }
        self.finish();
        self.compare();
        // Which checks the whole database.
        let file = self.program.data_dir().with_file_name("end.db");
        self.program.run(&["backup", file.to_str().unwrap()]);
        self.deaths
    }

    /// Dies in each migration of a new database, until there is none left to die in.
    fn install(&mut self) {
        assert!(self.command_dies(Failpoint::Migrating, 1, &["poll"]));
        // Each time one commits, and the next one dies.
        while self.command_dies(Failpoint::Migrating, 2, &["poll"]) {}
    }

    fn die_at(&mut self, point: Failpoint) {
        let passage = self.chance.random_range(1..=3);
        match point {
            Failpoint::Pruning => {
                self.command_dies(point, 1, &["poll"]);
            }
            Failpoint::Reindexing => {
                self.program.run(&["poll"]);
                self.program.age_index();
                self.daemon_dies(point, 1, None);
            }
            Failpoint::Replaying => {
                // What is retried on it would be passed on once more, and hide that it was lost before.
                let others: Vec<_> = self.channels.keys().filter(|channel| **channel != DYING).collect();
                let channel = **others.choose(&mut self.chance).unwrap();
                self.command_dies(point, 1, &["alerts", "retry", "--dead", "--channel", channel]);
            }
            Failpoint::BackupCopying | Failpoint::BackupBeforeRename => self.backup_dies(point),
            Failpoint::Reloading => self.daemon_dies(point, 1, Some("HUP")),
            Failpoint::Draining => self.daemon_dies(point, 1, Some("TERM")),
            Failpoint::Checkpointing => self.daemon_dies(point, 1, Some("TERM")),
            // Nothing is left to migrate.
            Failpoint::Migrating => self.die_sometime(),
            point => self.daemon_dies(point, passage, None),
        }
    }

    fn publish(&mut self, most: usize) {
        for (channel, receiver) in &self.channels {
            let seen = self.seen.entry(channel).or_default();
            for received in receiver.received_since(*seen) {
                *seen += 1;
                received.matched().iter().for_each(|(_, url)| self.farm.has_arrived(url));
            }
        }
        self.farm.publish(most, &mut self.chance);
    }

    fn die_sometime(&mut self) {
        let moment = Duration::from_millis(self.chance.random_range(0..900));
        let mut daemon = self.program.start();
        // On a slow machine it would otherwise die before it works, each time.
        if self.chance.random_bool(0.5) {
            daemon.wait_for_log("watching");
        }
        if daemon.ends_within(moment) {
            panic!("the daemon ended by itself:\n{}", daemon.log());
        }
        daemon.kill();
        self.deaths.sometime += 1;
    }

    /// Runs the daemon, with a signal once it works, until it dies at `point`. What comes to pass too
    /// seldom ends in a death by chance.
    fn daemon_dies(&mut self, point: Failpoint, passage: u32, signal: Option<&str>) {
        let spelled = self.spell(point, passage);
        let mut daemon = self.program.start_to_die(&spelled);
        if let Some(signal) = signal {
            daemon.wait_for_log("watching");
            daemon.signal(signal);
        }
        let started = Instant::now();
        while !daemon.ends_within(Duration::from_millis(250)) {
            if started.elapsed() > PATIENCE {
                daemon.kill();
                self.deaths.sometime += 1;
                return;
            }
            // What is waited for may need more news.
            self.publish(1);
        }
        self.died_at(point, daemon.was_killed());
    }

    /// Runs a command; whether it died at `point`.
    fn command_dies(&mut self, point: Failpoint, passage: u32, arguments: &[&str]) -> bool {
        let spelled = self.spell(point, passage);
        let output = self.program.command(arguments).env("FAILPOINT", spelled).output().unwrap();
        let died = output.status.code().is_none();
        self.died_at(point, died);
        died
    }

    /// A backup dies beside the daemon: what has its name is whole.
    fn backup_dies(&mut self, point: Failpoint) {
        let file = self.program.data_dir().with_file_name("backup.db");
        let daemon = self.program.start();
        daemon.wait_for_log("watching");
        self.command_dies(point, 1, &["backup", "--force", file.to_str().unwrap()]);
        daemon.kill();
        self.deaths.sometime += 1;
        let copy = Program::new("");
        if file.exists() {
            copy.restore(&file);
            copy.run(&["stats"]);
        }
    }

    fn died_at(&mut self, point: Failpoint, died: bool) {
        if died {
            *self.deaths.at.entry(point.name()).or_default() += 1;
        }
    }

    fn spell(&mut self, point: Failpoint, passage: u32) -> String {
        format!("{}:{passage}:{}", point.name(), self.chance.random_range(0..3_000))
    }

    /// Lets everything arrive that can, and asks in the end for what was passed on: nobody is told of it again.
    fn finish(&mut self) {
        let daemon = self.program.start();
        // Not to be stopped before it listens to signals, should nothing be missing.
        daemon.wait_for_log("watching");
        self.wait_for_the_end(&daemon);
        self.program.run(&["alerts", "retry", "--dead", "--channel", DYING]);
        self.wait_for_the_end(&daemon);
        daemon.signal("TERM");
        assert!(daemon.wait().success());
    }

    fn wait_for_the_end(&self, daemon: &Daemon) {
        let started = Instant::now();
        loop {
            let (missing, unfinished) = (self.missing(), self.unfinished());
            if missing.is_empty() && unfinished.is_empty() {
                return;
            }
            if started.elapsed() > Duration::from_secs(60) {
                panic!("lost: {missing:#?}\nunfinished: {unfinished:#?}\n{}", daemon.log());
            }
            std::thread::sleep(Duration::from_millis(100));
            // What was held back since it was taken up too often, or refused for good.
            for channel in self.channels.keys().filter(|channel| **channel != DYING) {
                self.program.run(&["alerts", "retry", "--dead", "--channel", channel]);
            }
        }
    }

    /// Deliveries, and what waits for one, that have not ended: with `dying` they end as dead letters, with all
    /// others as delivered.
    fn unfinished(&self) -> Vec<Value> {
        let mut listed = self.program.json(&["alerts", "list", "--limit", "100000"]);
        listed.retain(|delivery| {
            delivery["state"] != if delivery["channel"] == DYING { "dead" } else { "delivered" }
        });
        listed
    }

    /// What each channel is to be told, or its fallback: watch and page.
    fn expected(&self) -> BTreeSet<(&'static str, &'static str, String)> {
        let tells = |story: &Story| {
            let url = story.url.clone();
            WATCHES
                .into_iter()
                .filter(|(_, words, _)| story.tells_of(words))
                .flat_map(|(watch, _, channels)| channels.iter().map(move |channel| (*channel, watch)))
                .flat_map(|(channel, watch)| {
                    let fallback = (channel == DYING).then_some((FALLBACK, watch));
                    [(channel, watch)].into_iter().chain(fallback)
                })
                .map(|(channel, watch)| (channel, watch, url.clone()))
                .collect::<Vec<_>>()
        };
        self.farm.published().flat_map(tells).collect()
    }

    fn missing(&self) -> Vec<(&'static str, &'static str, String)> {
        let mut expected = self.expected();
        expected.retain(|(channel, ..)| *channel != DYING);
        for (channel, receiver) in &self.channels {
            let taken = |received: &Received| received.answered.is_some_and(|status| status < 300);
            for received in receiver.received().iter().filter(|received| taken(received)) {
                for (watch, url) in received.matched() {
                    let watch = WATCHES.iter().find(|(name, ..)| *name == watch).unwrap().0;
                    expected.remove(&(*channel, watch, url));
                }
            }
        }
        expected.into_iter().collect()
    }

    fn compare(&self) {
        let expected = self.expected();
        assert!(
            expected.len() as u64 > self.deaths.count() / 4,
            "the farm published too little to prove anything"
        );
        for (channel, receiver) in &self.channels {
            let mut bodies = HashMap::new();
            let mut carriers = HashMap::new();
            for received in receiver.received() {
                assert!(received.is_signed());
                let body = bodies.entry(received.id()).or_insert_with(|| received.body.clone());
                assert_eq!(*body, received.body, "{channel}: the same id with another body");
                for (watch, url) in received.matched() {
                    let told = WATCHES.iter().find(|(name, ..)| *name == watch).map(|(name, ..)| *name);
                    let told = (*channel, told.unwrap(), url);
                    assert!(expected.contains(&told), "{told:?} was not to be told");
                    let carrier = carriers.entry(told.clone()).or_insert_with(|| received.id());
                    assert_eq!(*carrier, received.id(), "{told:?} came under two ids");
                }
            }
        }
        for channel in ["sure", FALLBACK] {
            let of_dying = |received: &Received| {
                received.notice().is_some_and(|text| text.contains(&format!("channel '{DYING}'")))
            };
            let received = self.channels[channel].received();
            let told: BTreeSet<_> = received.iter().filter(|r| of_dying(r)).map(Received::id).collect();
            assert_eq!(told.len(), 1, "{channel} is told once that '{DYING}' takes nothing: {told:?}");
        }
    }
}

/// Often fails at first. A second failure would be followed by minutes of waiting: whatever comes again is
/// taken.
fn shaking(mut mood: StdRng) -> Receiver {
    Receiver::deciding(move |comes, before| match seen(comes, before) {
        true => Some(200),
        false => *[Some(200), Some(200), Some(500), Some(503), Some(429), None].choose(&mut mood).unwrap(),
    })
}

/// Whether a delivery of this id came before.
fn seen(comes: &Received, before: &[Received]) -> bool {
    before.iter().any(|earlier| earlier.id() == comes.id())
}

fn configuration(farm: &Farm, channels: &HashMap<&str, Receiver>) -> String {
    let mut text = farm.configuration("every = \"1s\"\nalert_on_first_poll = true");
    text += AT_ONCE;
    text += "[notices]\nchannels = [\"sure\"]\n";
    for (name, words, channels) in WATCHES {
        let query = words.join(" AND ");
        text += &format!(
            "[[watch]]\nname = \"{name}\"\nquery = \"{query}\"\nchannels = {channels:?}\nper_story = false\n"
        );
    }
    for (name, receiver) in channels {
        text += &format!(
            "[[channel]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\ntimeout = \"1s\"\n",
            receiver.url,
            Receiver::SECRET
        );
        if *name == DYING {
            text += &format!("fallback = \"{FALLBACK}\"\nfallback_after = \"1s\"\n");
        }
    }
    text
}
