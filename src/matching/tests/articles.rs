//! Whole articles, and what queries find in them, language by language.

use super::*;

/// Queries that match `body`, and queries that do not.
fn check(body: &str, matching: &[&str], others: &[&str]) {
    let analyzer = Analyzer::new();
    let text = Text { body, ..Text::default() };
    let wrong = |queries: &[&str], expected: bool| {
        let wrong = queries.iter().filter(|query| matches(query, text, &[], &analyzer) != expected);
        wrong.map(|query| (*query).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((wrong(matching, true), wrong(others, false)), (Vec::new(), Vec::new()), "in {body}");
}

#[test]
fn russian() {
    check(
        "Глава МИД России Сергей Лавров встретился с президентом Вьетнама в Ханое. Российские компании \
         заключили новые соглашения с банками Юго-Восточной Азии. Хакерская группировка атаковала \
         серверы Минобороны Японии, похитив данные тысяч сотрудников. Ущерб от кибератак оценили \
         в миллионы долларов.",
        &[
            "Лавров",
            r#""Сергей Лавров""#,
            "Вьетнам",
            "Ханой",
            "Россия",
            "российский",
            "компания",
            "новый",
            "соглашение NEAR/1 банк",
            "банк",
            r#""Юго-Восточная Азия""#,
            "хакерский",
            "кибератака",
            "данные",
            "сотрудник",
            "Япония",
            "похитить",
            "доллар",
            "=долларов",
            "Лаврова",
            "ханоя",
            "миллион",
            "президент ONEAR/2 Вьетнам",
            "МИД",
            "{МИД}",
            "минобороны",
            "кибер*",
            "/кибератак[аи]?/i",
            "встретиться",
            "2 OF (Ханой, Япония, Москва)",
        ],
        &[
            "хакер",
            "=доллар",
            "Вьетнам ONEAR/2 президент",
            "ATLEAST/2 японский",
            "{мид}",
            "встреча",
            "2 OF (Ханой, Токио, Москва)",
        ],
    );
    check(
        "В Индонезии и Малайзии прошли учения. Премьер Анвар Ибрагим поблагодарил коллег из Таиланда, \
         Лаоса и Камбоджи. Сингапуром и Брунеем предложено создать центр. О Мьянме не говорили. Владимир \
         Зеленский и Ольга Петрова обсудили новый закон о защите персональных данных; Зеленскому \
         вручили доклад. Ёлка стоит.",
        &[
            "Индонезия",
            "Малайзия",
            "Таиланд",
            "Лаос",
            "Камбоджа",
            "Сингапур",
            "Бруней",
            "Мьянма",
            "ATLEAST/2 Зеленский",
            "Ибрагим",
            "елка",
            r#""персональные данные""#,
            "закон",
            "учение",
            "доклад",
        ],
        &["ученик"],
    );
}

#[test]
fn ukrainian() {
    check(
        "Міністр закордонних справ Дмитро Кулеба відвідав Індонезію. Україна та країни АСЕАН домовилися \
         про співпрацю. Хакери атакували українські банки, повідомили у Держспецзв'язку. Про це сказав \
         Володимир Зеленський у Києві. Кібератаку здійснили з території Росії. Розмова зі Зеленським \
         тривала годину.",
        &[
            "Кулеба",
            "Індонезія",
            "країна",
            "співпраця",
            "хакер",
            "український",
            "Україна",
            "Київ",
            "кібератака",
            "Росія",
            "територія",
            r#""закордонні справи""#,
            "Держспецзв'язок",
            "Держспецзв’язку",
            "Зеленський",
            "ATLEAST/2 Зеленський",
            "розмова",
        ],
        &["росіянин"],
    );
}

#[test]
fn arabic() {
    check(
        "أعلنت وزارة الخارجية اليابانية عن اتفاقية جديدة مع رابطة آسيان. وقال الوزير إن الهجمات الإلكترونية \
         استهدفت البنوك والشركات في المنطقة. والتقى الرئيس بالمسؤولين في العاصمة بانكوك، ولليابان \
         دور كبير في التدريب. مُحَمَّد وصل إلى القاهرة للمشاركة.",
        &[
            "وزارة",
            "وزير",
            "الوزير",
            "اتفاقية",
            "هجوم",
            "هجمات",
            "إلكتروني",
            "بنك",
            "بنوك",
            "شركة",
            "شركات",
            "رئيس",
            "مسؤول",
            "اليابان",
            "يابان",
            "محمد",
            "آسيان",
            "اسيان",
            "عاصمة",
            "تدريب",
            r#""الهجمات الإلكترونية""#,
            "مشاركة",
            "قال",
            "القاهره",
            "{آسيان}",
        ],
        &["صم"],
    );
}

#[test]
fn japanese() {
    check(
        "日本政府は１日、ベトナムの首都ハノイで開かれたＡＳＥＡＮ首脳会議に出席した。岸田文雄首相は記者団に対し、サイバー攻撃への対策を強化すると述べた。東京都内の企業のサーバーがランサムウェアに感染し、\
         個人情報が流出した。ｺﾝﾋﾟｭｰﾀｰ専門家の田中氏は警戒を呼びかけた。",
        &[
            "首相",
            "岸田",
            r#""岸田文雄""#,
            "サイバー攻撃",
            "サイバー",
            "ASEAN",
            "コンピューター",
            "コンピュータ",
            "ランサムウェア",
            "ランサムウエア",
            "東京",
            "個人情報",
            "情報 NEAR/2 流出",
            "ハノイ",
            "ベトナム",
            "田中",
            "企業",
            "サーバ",
            "日本 AND ベトナム NOT 中国",
            r#""ASEAN首脳会議""#,
            "攻撃 NEAR/3 対策",
            "1日",
            "感染",
            "強化",
        ],
        &["京都", "情報流出", "ノイ", "本政"],
    );
}

#[test]
fn chinese() {
    check(
        "中国外交部发言人毛宁星期三表示，中方反对美国对华为公司的制裁。北京大学的研究人员发现，黑客组织攻击了马来西亚和新加坡的银行系统。网络安全法将于明年生效。印度尼西亚总统访问了上海。",
        &[
            "中国",
            "外交部",
            "华为",
            "毛宁",
            "黑客",
            "马来西亚",
            "新加坡",
            "网络安全",
            "网络",
            "安全法",
            "印度尼西亚",
            "大学",
            "北京",
            "制裁 NEAR/5 华为",
            "上海",
            "总统",
            "美国 AND 制裁",
            r#""黑客组织""#,
        ],
        &["印度", "京大", "海上"],
    );
}

#[test]
fn korean() {
    check(
        "윤석열 대통령은 베트남에서 열린 아세안 정상회의에 참석했다. 북한 해커들이 은행을 공격해 개인정보를 빼냈다고 국정원이 밝혔다. 한국과 일본은 사이버안보 협력을 \
         강화하기로 합의했다. 삼성전자의 주가가 올랐다. 서울에서는 회의가 열렸다.",
        &[
            "대통령",
            "베트남",
            "아세안",
            "정상회의",
            "해커",
            "은행",
            "개인정보",
            "국정원",
            "한국",
            "일본",
            "사이버안보",
            "삼성전자",
            "주가",
            "서울",
            "북한",
            "협력",
            "공격",
            "공격하다",
            "참석하다",
            "열리다",
            r#""사이버안보 협력""#,
            "회의",
            "윤석열",
            "강화 NEAR/2 합의",
        ],
        &["=협력", "은"],
    );
}

#[test]
fn thai() {
    check(
        "นายกรัฐมนตรีไทยเดินทางเยือนประเทศญี่ปุ่นเพื่อหารือเรื่องความมั่นคงปลอดภัยไซเบอร์ ธนาคารแห่งประเทศไทยเตือนภัยมิจฉาชีพออนไลน์ \
         แฮกเกอร์โจมตีเว็บไซต์ของกระทรวงกลาโหม",
        &[
            "นายกรัฐมนตรี",
            "ญี่ปุ่น",
            "ไซเบอร์",
            "ธนาคาร",
            "แฮกเกอร์",
            "กระทรวงกลาโหม",
            "เว็บไซต์",
            "มิจฉาชีพ",
            "ประเทศไทย",
            "แฮกเกอร์ NEAR/3 เว็บไซต์",
            "รัฐมนตรี",
            "โจมตี ONEAR/3 กระทรวงกลาโหม",
        ],
        &["ตร", "เวียดนาม"],
    );
}

#[test]
fn lao() {
    check(
        "ທ່ານນາຍົກລັດຖະມົນຕີ ສອນໄຊ ສີພັນດອນ ເຂົ້າຮ່ວມກອງປະຊຸມສຸດຍອດອາຊຽນ ທີ່ນະຄອນຫຼວງວຽງຈັນ ປະເທດຍີ່ປຸ່ນຊ່ວຍເຫຼືອລາວ",
        &["ອາຊຽນ", "ວຽງຈັນ", "ຍີ່ປຸ່ນ", "ກອງປະຊຸມ", "ນາຍົກລັດຖະມົນຕີ", "ສອນໄຊ"],
        &["ຫວຽດນາມ"],
    );
}

#[test]
fn khmer() {
    check(
        "នាយករដ្ឋមន្ត្រីកម្ពុជា ហ៊ុន ម៉ាណែត បានចូលរួមកិច្ចប្រជុំកំពូលអាស៊ាននៅរាជធានីភ្នំពេញ។ ជប៉ុននឹងជួយពង្រឹងសន្តិសុខ។",
        &["កម្ពុជា", "អាស៊ាន", "ភ្នំពេញ", "ជប៉ុន", "សន្តិសុខ", "នាយករដ្ឋមន្ត្រី", r#""ហ៊ុន ម៉ាណែត""#],
        &["វៀតណាម"],
    );
}

#[test]
fn burmese() {
    check(
        "မြန်မာနိုင်ငံ ရန်ကုန်မြို့တွင် အာဆီယံ အစည်းအဝေး ကျင်းပသည်။ ဂျပန်ဝန်ကြီးချုပ်က ဆိုက်ဘာလုံခြုံရေးအကြောင်း \
         ပြောကြားခဲ့သည်။",
        &["မြန်မာ", "ရန်ကုန်", "အာဆီယံ", "ဂျပန်", "ဆိုက်ဘာ", "လုံခြုံရေး", "ဝန်ကြီးချုပ်"],
        &["ထိုင်း"],
    );
}

#[test]
fn vietnamese() {
    check(
        "Thủ tướng Phạm Minh Chính đã gặp Tổng thống Indonesia tại Hà Nội. Tin tặc tấn công hệ thống \
         ngân hàng, đánh cắp dữ liệu cá nhân. Bộ Công an cảnh báo lừa đảo trên mạng xã hội. Hòa bình \
         và hoà giải.",
        &[
            r#""thủ tướng""#,
            r#""thu tuong""#,
            r#""Pham Minh Chinh""#,
            r#""Hà Nội""#,
            r#""ha noi""#,
            r#""tin tặc""#,
            r#""tấn công" NEAR/3 "ngân hàng""#,
            r#""mạng xã hội""#,
            r#""bộ công an""#,
            r#""hoà bình""#,
            r#""hòa giải""#,
            r#""dữ liệu""#,
            "Indonesia",
            r#""danh cap""#,
        ],
        &[r#""thủ tương""#, "tân", r#""đanh cap""#],
    );
}

#[test]
fn turkish() {
    check(
        "İstanbul'da düzenlenen zirvede Türkiye ile ASEAN arasında anlaşma imzalandı. Siber saldırılar \
         bankaları hedef aldı. Dışişleri Bakanı Hakan Fidan açıklama yaptı. IŞIK şirketinin verileri \
         çalındı. Türkiye'nin Ankara'daki büyükelçiliği.",
        &[
            "istanbul",
            "İstanbul",
            "ISTANBUL",
            "Türkiye",
            "türkiye",
            "Turkiye",
            "saldırı",
            "banka",
            r#""siber saldırı""#,
            "ışık",
            "Ankara",
            "bakan",
            "zirve",
            "anlaşma",
            r#""Hakan Fidan""#,
            "şirket",
            "veri",
        ],
        &[],
    );
}

#[test]
fn greek() {
    check(
        "Ο πρωθυπουργός Κυριάκος Μητσοτάκης συναντήθηκε με τον πρόεδρο της Ινδονησίας στην Αθήνα. \
         Οι κυβερνοεπιθέσεις εναντίον τραπεζών αυξήθηκαν. ΤΟ ΥΠΟΥΡΓΕΙΟ ΑΜΥΝΑΣ ανακοίνωσε μέτρα.",
        &[
            "πρωθυπουργός",
            "ΠΡΩΘΥΠΟΥΡΓΟΣ",
            "πρωθυπουργος",
            "Μητσοτάκης",
            "Μητσοτακης",
            "Ινδονησία",
            "Αθήνα",
            "κυβερνοεπίθεση",
            "τράπεζα",
            "υπουργείο",
            "άμυνα",
            r#""υπουργείο άμυνας""#,
            "πρόεδρος",
            "μέτρο",
        ],
        &[],
    );
}

#[test]
fn german() {
    check(
        "Die Bundesregierung warnt vor Cyberangriffen auf Krankenhäuser. Bundeskanzler Olaf Scholz \
         sprach in München mit Vertretern der ASEAN-Staaten. Größte Gefahr seien Erpressungstrojaner, \
         sagte die Präsidentin des Bundesamtes für Sicherheit in der Informationstechnik. Die Straße \
         ist gesperrt. Verträge wurden geschlossen; die Ministerinnen reisten ab.",
        &[
            "Cyberangriff",
            "Krankenhaus",
            "ASEAN",
            r#""Olaf Scholz""#,
            "München",
            "Muenchen",
            "Munchen",
            "groß",
            "gross",
            "Straße",
            "Strasse",
            "Vertrag",
            "Vertreter",
            "Ministerin",
            "Bundesamt",
            "sprechen",
            "warnen",
            "Präsidentin",
            "Staat",
            "schließen",
            r#""ASEAN Staaten""#,
        ],
        &["Angriff", "Regierung"],
    );
}

#[test]
fn indonesian() {
    check(
        "Presiden Joko Widodo bertemu dengan Perdana Menteri Malaysia di Jakarta. Peretas menyerang \
         situs pemerintah dan mencuri data pribadi jutaan warga. Kementerian Pertahanan memperkuat \
         keamanan siber. Kerja sama kedua negara ditingkatkan, katanya. Anak-anak belajar tentang \
         serangan-serangan itu. Perjanjian ditandatangani.",
        &[
            "presiden",
            "temu",
            "menteri",
            "serang",
            "serangan",
            "curi",
            "mencuri",
            "kuat",
            "kerjasama",
            r#""kerja sama""#,
            "tingkat",
            "kata",
            "anak",
            "belajar",
            "ajar",
            "aman",
            "janji",
            r#""Joko Widodo""#,
            "retas",
            r#""keamanan siber""#,
            "tahan",
            r#"negara NEAR/2 "kerja sama""#,
        ],
        &["tanda"],
    );
}

#[test]
fn malay() {
    check(
        "Perdana Menteri Anwar Ibrahim berkata kerajaan akan memperkukuh keselamatan siber. Penggodam \
         menyerang bank-bank di Kuala Lumpur. Pelabur asing menarik balik pelaburan mereka.",
        &[
            "kerajaan",
            "keselamatan",
            "selamat",
            "bank",
            "godam",
            "serang",
            "pelaburan",
            r#""Kuala Lumpur""#,
            "berkata",
            "kukuh",
        ],
        &[],
    );
}

#[test]
fn hindi() {
    check(
        "प्रधानमंत्री नरेन्द्र मोदी ने जापान के साथ समझौते पर हस्ताक्षर किए। साइबर हमलों में बैंकों \
         का डेटा चोरी हुआ। भारतीय कंपनियों ने चेतावनी दी। लड़कियाँ स्कूल गईं। दिल्ली में बैठकें हुईं।",
        &[
            "प्रधानमंत्री",
            "मोदी",
            "जापान",
            "समझौता",
            "हमला",
            "बैंक",
            "कंपनी",
            r#""साइबर हमला""#,
            "लड़की",
            "लड़की",
            "दिल्ली",
            "बैठक",
            "नरेंद्र",
        ],
        &["भारत"],
    );
}

#[test]
fn hebrew() {
    check(
        "שר החוץ של ישראל נפגש עם נשיא יפן בטוקיו. ההאקרים תקפו את הבנקים והחברות הגדולות במשק. מתקפות \
         סייבר נגד בתי החולים. לממשלה אין תגובה.",
        &[
            "ישראל",
            "טוקיו",
            "האקרים",
            "בנקים",
            "חברות",
            "ממשלה",
            "סייבר",
            r#""שר החוץ""#,
            "יפן",
            "מתקפה",
            "בנק",
        ],
        &[],
    );
}

#[test]
fn filipino() {
    check(
        "Nagpulong ang mga opisyal ng pamahalaan sa Maynila. Inatake ng mga hacker ang website ng \
         Kagawaran ng Tanggulang Pambansa at ninakaw ang datos. Sinabi ni Pangulong Marcos na palalakasin \
         ang seguridad. Magkakaroon ng pagsasanay; kumain ang mga bata.",
        &[
            "pulong",
            "atake",
            "nakaw",
            "sabi",
            "lakas",
            "sanay",
            "pangulo",
            "hacker",
            "seguridad",
            "kain",
            "opisyal",
            "Maynila",
            "bata",
        ],
        &[],
    );
}

#[test]
fn french() {
    check(
        "Le président de la République a rencontré les dirigeants de l'ASEAN à Paris. Les pirates \
         informatiques ont volé des données bancaires. Aujourd'hui, l’État français renforce ses \
         défenses. Les élèves d'œuvres.",
        &[
            "ASEAN",
            "état",
            "Etat",
            "pirate",
            "donnée",
            "voler",
            "bancaire",
            "rencontrer",
            r#""président de la République""#,
            "oeuvre",
            "œuvre",
            "français",
            "francais",
            "renforcer",
            "dirigeant",
        ],
        &[],
    );
}

#[test]
fn spanish() {
    check(
        "El presidente Gabriel Boric se reunió con los ministros de Japón. Los ciberataques afectaron \
         a varios bancos españoles; los ladrones robaron los datos. El año próximo habrá elecciones.",
        &[
            "ministro",
            "Japon",
            "ciberataque",
            "banco",
            "español",
            "robar",
            "año",
            "ano",
            "elección",
            "ladrón",
            "ladron",
            "reunir",
        ],
        &[],
    );
}

#[test]
fn english() {
    check(
        "The Prime Minister, Fumio Kishida, met ASEAN leaders in Jakarta. \"We'll co-operate on cyber-security,\" \
         he said. U.S. officials warned that North Korean hackers stole $1.5 billion from crypto-exchanges. \
         The ministry's website was down. Read AT&T's statement; Apple apples. Covid-19 vaccines.",
        &[
            r#""Prime Minister Fumio Kishida""#,
            r#""minister fumio""#,
            r#""Jakarta we""#,
            "Kishida NEAR/3 ASEAN",
            "Kishida ONEAR/0 met",
            r#""kishida asean"~1"#,
            "cooperate",
            "co-operate",
            "cybersecurity",
            r#""cyber security""#,
            "hacker",
            "steal",
            "ministry",
            "AT&T",
            r#""AT&T""#,
            "{Apple}",
            "{apples}",
            "ATLEAST/2 apple",
            r#""U.S.""#,
            "{US}",
            r#"/\$[0-9.]+ billion/"#,
            "/crypto-?exchange/i",
            "NOT NOT kishida",
            "kishida -football",
            "(kishida OR abe) AND (jakarta OR manila)",
            "3 OF (kishida, jakarta, asean, manila)",
            "vaccin*",
            "covid",
            "COVID-19",
            r#""covid 19""#,
            "crypto",
            "exchange",
            "billion NEAR/5 hackers",
            "warn",
            r#"("prime minister" OR president) NEAR/2 (Kishida OR Abe)"#,
        ],
        &[
            "met ONEAR/0 Kishida",
            r#""kishida asean""#,
            "hack",
            "{apple}",
            "ATLEAST/3 apple",
            "us",
            "kishida AND NOT jakarta",
            "author:kishida",
        ],
    );
}
