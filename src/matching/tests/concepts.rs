//! The shipped concepts against sentences that mean something else, and against those that mean them.

use super::corpus::shipped;
use super::*;

fn check(rows: &[(&str, &str, bool)]) {
    let (analyzer, concepts) = (Analyzer::new(), shipped());
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(query, body, expected)| {
            let text = Text { body, ..Text::default() };
            matches(query, text, &concepts, &analyzer) != *expected
        })
        .map(|(query, body, expected)| format!("{query} in '{body}' should be {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn words_of_security_are_told_from_their_other_meanings() {
    check(&[
        ("@data-breach", "Hackers leak passport data of 2 million travellers.", true),
        ("@data-breach", "Personal details of 3m customers were stolen from the airline.", true),
        ("@data-breach", "Gas leak forces evacuation of school.", false),
        ("@vulnerability", "Attackers exploit CVE-2024-3400 in firewalls.", true),
        ("@vulnerability", "The vulnerability is actively exploited, the agency said.", true),
        ("@vulnerability", "Scammers exploit the developmental vulnerabilities of children.", false),
        ("@vulnerability", "Vulnerable families will get cash aid.", false),
        ("@malware", "Spyware was found on phones of journalists.", true),
        ("@malware", "The ransomware encrypted the files.", true),
        ("@malware", "The Trojans won in overtime.", false),
        ("@cyber-espionage", "Researchers named the firm behind the Pegasus spyware.", true),
        ("@cyberattack", "예스24 랜섬웨어 공격에 나흘째 먹통", true),
        ("@phishing", "Phish announce a summer tour.", false),
        ("@phishing", "Bank staff were phished by criminals who sent phishing messages.", true),
        ("@cyberattack", "북한 해킹조직, 방산업체 노렸다", true),
    ]);
}

#[test]
fn names_of_states_are_told_from_words_like_them() {
    check(&[
        ("@ukraine", "Kyiv asks for more air defence.", true),
        ("@japan", "Tokyo and Washington agreed on tariffs.", true),
        ("@japan", "Runners from forty countries came to the Tokyo marathon.", false),
        ("@cambodia", "Phnom Penh and Bangkok trade blame over a mine blast.", true),
        ("@cambodia", "Bunga kamboja mekar di halaman pura.", false),
        ("@laos", "Laos na ba ang mga artistang ito?", false),
        ("@laos", "Dumating sa Laos ang mga kalihim ng ASEAN.", true),
        ("@russia", "출근길 러시아워 교통체증 심각", false),
        ("@russia", "Vở ballet Hồ Thiên Nga trở lại Nhà hát Lớn.", false),
        ("@russia", "Роси на травах віщують спеку, кажуть синоптики.", false),
        ("@russia", "Росіяни обстріляли місто.", true),
        ("@thailand", "Thai nhi 20 tuần được cứu sống tại bệnh viện.", false),
        ("@usa", "Les pays sud-américains rationnent l'eau.", false),
        ("@usa", "Un touriste américain a été secouru.", true),
        ("@china", "Возле станции «Китай-города» сломался эскалатор.", false),
    ]);
}
