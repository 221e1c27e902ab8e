//! Dictionary forms against inflected texts, script by script.

use super::*;

/// Rows of query, text and whether they match.
fn check(rows: &[(&str, &str, bool)]) {
    let analyzer = Analyzer::new();
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(query, text, expected)| {
            let title = Text { title: text, ..Text::default() };
            matches(query, title, &[], &analyzer) != *expected
        })
        .map(|(query, text, expected)| format!("{query} in '{text}' should be {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn english() {
    check(&[
        ("attack", "Hackers attacked the ministry", true),
        ("attack", "The attacks on companies continue", true),
        ("minister", "Ministers' meeting opens", true),
        ("ASEAN", "ASEAN's chair visits Tokyo", true),
        ("ASEAN", "ASEAN’s chair visits Tokyo", true),
        ("country", "Two countries sign", true),
        ("woman", "Women lead the talks", true),
        ("child", "Aid for children", true),
        ("steal", "Data stolen from the bank", true),
        ("company", "The companies said", true),
        ("crisis", "After two crises", true),
        ("say", "He said so", true),
        ("agree", "An agreement was reached and both agreed", true),
        ("cyber-attack", "A cyber attack on Japan", true),
        ("\"cyber attack\"", "Cyber-attacks on Japan", true),
        ("cyberattack", "Cyberattacks on Japan", true),
        ("cat", "The category of concatenation", false),
        ("port", "A report on exports", false),
        ("war", "A warning on software", false),
        ("iran", "Kirania Iranian", false),
        ("C++", "Written in C++ and Rust", true),
        ("C", "Written in C++ and Rust", false),
        ("U.S.", "The U.S. Navy", true),
        ("USA", "Made in the U.S.A. today", true),
        ("COVID-19", "Cases of Covid-19 rise", true),
        ("5G", "A 5G network", true),
        ("café", "The cafe closed", false),
        ("cafe", "The café closed", true),
        ("naive", "A naïve plan", true),
        ("Sao Paulo", "Floods in São Paulo", true),
        ("cooperation", "co\u{AD}operation grows", true),
        ("asean.org", "See www.asean.org for more", true),
        ("growth", "Strong growth.The bank said", true),
        ("cybersecurity", "#Cybersecurity summit", true),
    ]);
}

#[test]
fn russian() {
    check(&[
        ("АСЕАН", "Страны АСЕАНа встретились", true),
        ("АСЕАН", "Помощь АСЕАНу обещана", true),
        ("АСЕАН", "Встреча с АСЕАНом", true),
        ("Иран", "Переговоры с Ираном о газе", true),
        ("Иран", "Санкции против Ирана", true),
        ("Вьетнам", "Во Вьетнаме прошли выборы", true),
        ("Россия", "Отношения с Россией", true),
        ("Россия", "В России рассказали", true),
        ("Япония", "Премьер Японии прибыл", true),
        ("Китай", "Торговля с Китаем выросла", true),
        ("Москва", "Под Москвой выпал снег", true),
        ("Токио", "В Токио подписали", true),
        ("договор", "Два договора подписаны", true),
        ("страна", "Лидеры стран собрались", true),
        ("рынок", "Падение рынка ускорилось", true),
        ("рынок", "На рынках паника", true),
        ("украинец", "Пятеро украинцев вернулись", true),
        ("день", "Через три дня", true),
        ("хакер", "Атаки хакеров", true),
        ("атака", "Серия кибератак и атак", true),
        ("ребёнок", "Ребенок найден", true),
        ("еще", "Ещё один", true),
        ("российский", "с российскими властями", true),
        ("безопасность", "о кибербезопасности", false),
        ("=Япония", "Премьер Японии", false),
        ("Иван", "Ивановский район", false),
        ("кот", "Который час", false),
        ("президент", "Президентом избран", true),
        ("Путин", "Встреча с Путиным", true),
        ("Зеленский", "Встреча с Зеленским", true),
        ("взломать", "Хакеры взломали сайт", true),
        ("утечка", "Сообщения об утечках данных", true),
        ("министерство", "В министерстве заявили", true),
        ("правительство", "Правительства стран", true),
        ("учение", "На учениях присутствовал", true),
        ("соглашение", "Подписание соглашений", true),
        ("Ким", "Визит Кима в Пекин", true),
        ("Лаос", "Посол в Лаосе", true),
        ("Камбоджа", "С Камбоджей", true),
        ("Малайзия", "Король Малайзии", true),
        ("Сингапур", "из Сингапура", true),
        ("Мьянма", "в Мьянме", true),
        ("Бруней", "султан Брунея", true),
        ("Таиланд", "Таиландом", true),
        ("Филиппины", "на Филиппинах", true),
        ("Индонезия", "с Индонезией", true),
    ]);
}

#[test]
fn ukrainian() {
    check(&[
        ("Україна", "Президент України заявив", true),
        ("Україна", "В Україні оголосили", true),
        ("Київ", "Обстріл Києва тривав", true),
        ("Київ", "У Києві пролунали вибухи", true),
        ("Харків", "Удар по Харкову", true),
        ("Львів", "мер Львова", true),
        ("безпека", "у сфері безпеки", true),
        ("безпека", "питання у безпеці", true),
        ("кібербезпека", "у сфері кібербезпеки", true),
        ("Японія", "Прем'єр Японії", true),
        ("п'ять", "П’ять країн", true),
        ("країна", "Лідери країн", true),
        ("угода", "Угоду підпишуть", true),
        ("АСЕАН", "з АСЕАНом", true),
        ("хакер", "російські хакери", true),
        ("уряд", "заявили в уряді", true),
        ("атака", "після атаки", true),
        ("місто", "у містах", true),
        ("зустріч", "під час зустрічі", true),
        ("=Україна", "Президент України", false),
    ]);
}

#[test]
fn german() {
    check(&[
        ("land", "Die Länder der Region", true),
        ("größer", "Größere Übungen folgen", true),
        ("groesser", "Größere Übungen folgen", true),
        ("grosser", "Größere Übungen folgen", true),
        ("Straße", "STRASSE gesperrt", true),
        ("strasse", "Die Straße ist gesperrt", true),
        ("Minister", "Die Treffen des Ministers", true),
        ("Angriff", "Zwei Angriffe auf Firmen", true),
        ("Haus", "Zwei Häuser brannten", true),
        ("Müller", "Herr Mueller sagte", true),
        ("Regierung", "Die Regierungen der Staaten", true),
        ("Sicherheit", "Die Cybersicherheit wächst", false),
        ("Vertrag", "Die Verträge sind unterzeichnet", true),
        ("Abkommen", "des Abkommens", true),
        ("schon", "schön ist es", true),
        ("Stadt", "In den Städten wird gewählt", true),
        ("Wahl", "Die Wahlen in Berlin", true),
    ]);
}

#[test]
fn romance_languages() {
    check(&[
        ("accord", "Signature de l’accord à Tokyo", true),
        ("attaque", "Des attaques contre les hôpitaux", true),
        ("sécurité", "La SÉCURITÉ des réseaux", true),
        ("securite", "La sécurité des réseaux", true),
        ("pays", "Les pays de la région", true),
        ("ministre", "Les ministres se réunissent", true),
        ("Asean", "Les pays de l'Asean", true),
        ("État", "Les États membres", true),
        ("national", "Les intérêts nationaux du pays", true),
        ("élection", "Après les élections en France", true),
        ("ataque", "Los ataques contra las empresas", true),
        ("nación", "Las naciones de la región", true),
        ("nacion", "La nación espera", true),
        ("elección", "Las elecciones en el país", true),
        ("año", "Hace dos años en España", true),
        ("ciudad", "Las ciudades de la costa", true),
        ("governo", "I governi della regione", true),
        ("attacco", "Gli attacchi contro le aziende", true),
        ("ataque", "Os ataques às empresas do país", true),
        ("nação", "As nações da região", true),
        ("eleição", "As eleições no país", true),
        ("nacional", "Os interesses nacionais do país", true),
        ("gobierno", "Los gobiernos de la región", true),
        ("hacker", "Los hackers atacaron la empresa", true),
        ("hôpital", "Les hôpitaux de la ville", true),
        ("journal", "Les journaux du pays", true),
    ]);
}

#[test]
fn other_latin_languages() {
    check(&[
        ("kerjasama", "Jepang dan ASEAN perkuat kerja sama", true),
        ("\"kerja sama\"", "Kerjasama ASEAN diperkuat", true),
        ("serang", "Peretas menyerang situs pemerintah di Jakarta", true),
        ("serang", "Situs itu diserang peretas pada hari Senin", true),
        ("negara", "Pemimpin negara-negara ASEAN", true),
        ("bantu", "Pemerintah akan membantu warga", true),
        ("bantu", "Bantuan untuk para korban", true),
        ("perintah", "Pemerintah dan rakyat", true),
        ("ekonomi", "Pertumbuhan ekonominya melambat pada tahun ini", true),
        ("kerajaan", "Kerajaan Malaysia akan membantu", true),
        ("Türkiye", "Türkiye'nin başkenti Ankara", true),
        ("Ankara", "Ankara’da toplantı yapıldı", true),
        ("istanbul", "İSTANBUL'da deprem oldu", true),
        ("saldırı", "Siber saldırıların ardından açıklama yapıldı", true),
        ("ülke", "Bölge ülkeleri ile görüşme", true),
        ("güvenlik", "Siber güvenliği artırmak için bir anlaşma", true),
        ("bakan", "Bakanlar toplantıya katıldı ve bir açıklama yaptı", true),
        ("atak", "Po atakach na szpitale w Polsce", true),
        ("rząd", "Przedstawiciele rządu oraz Sejmu", true),
        ("Polska", "W Polsce trwa kampania", true),
        ("minister", "Spotkanie ministrów oraz premiera", true),
        ("szpital", "Ataki na szpitale w kraju", true),
        ("kraj", "W krajach Unii nie ma zgody", true),
        ("Warszawa", "Konferencja w Warszawie", true),
        ("Praha", "Jednání v Praze se konalo", true),
        ("vláda", "Podle vlády je to možné", true),
        ("tulis", "Ia menulis surat kepada pemerintah", true),
        ("kirim", "Jepang akan mengirim bantuan", true),
        ("tingkat", "Kerja sama akan ditingkatkan dan meningkat", true),
        ("ordu", "Ordunun açıklaması bir gün sonra geldi", true),
        ("seçim", "Seçimlerin ardından bir açıklama yapıldı", true),
        ("başkan", "Başkanlar toplantıya katıldı ve bir açıklama yaptı", true),
        ("Rosja", "Sankcje wobec Rosji nie są skuteczne", true),
        ("umowa", "Podpisanie umowy w Warszawie", true),
        ("lodz", "Mieszkańcy: Łódź się zmienia", true),
        ("mạng", "Tăng cường an ninh mạng", true),
        ("mang", "Tăng cường an ninh mạng", true),
        ("mâng", "Tăng cường an ninh mạng", false),
        ("\"an ninh mạng\"", "an ninh mảng", false),
        ("\"ăn ninh mạng\"", "an ninh mạng", false),
        ("Việt Nam", "VIỆT NAM ký kết", true),
        ("Viet Nam", "Việt Nam ký kết", true),
        ("đường", "duong", false),
        ("duong", "đường sắt", true),
        ("bansa", "Mga bansa sa Asya", true),
        ("ASEAN", "Pinuno ng mga bansang ASEAN", true),
        ("Αθήνα", "ΑΘΗΝΑ: σύνοδος", true),
        ("Αθηνα", "στην Αθήνα σήμερα", true),
        ("κυβέρνηση", "Ανακοίνωση της κυβέρνησης", true),
    ]);
}

#[test]
fn arabic_hindi_and_hebrew() {
    check(&[
        ("آسيان", "اليابان وآسيان تعززان التعاون", true),
        ("آسيان", "قمة لآسيان في طوكيو", true),
        ("الأمن", "تعزيز أمن الشبكات", true),
        ("أمن", "في مجال الأمن السيبراني", true),
        ("امن", "في مجال الأَمْنِ", true),
        ("اليابان", "زيارة لليابان", true),
        ("يابان", "قالت اليابان", true),
        ("مصر", "السودان ومصر يوقعان", true),
        ("حكومة", "الحكومات العربية", true),
        ("حكومة", "قالت الحكومة", true),
        ("وزير", "اجتماع الوزراء في القاهرة", false),
        ("هجوم", "بعد الهجوم على المدينة", true),
        ("إيران", "مع ايران", true),
        ("دولة", "بين الدول والدولة", true),
        ("الأمـن", "الأمن القومي", true),
        ("सुरक्षा", "साइबर सुरक्षा में सहयोग", true),
        ("देश", "आसियान देशों के नेता", true),
        ("आसियान", "जापान और आसियान के बीच", true),
        ("हमला", "साइबर हमले बढ़े", true),
        ("हमला", "हमलों के बाद", true),
        ("सरकार", "सरकारों ने कहा", true),
        ("कंपनी", "कंपनियों पर हमला", true),
        ("मंत्री", "मंत्रियों की बैठक", true),
        ("شركة", "الشركات اليابانية", true),
        ("سيبراني", "الهجمات السيبرانية", true),
        ("دولة", "والدولة", true),
        ("اتفاقية", "اتفاقيات التعاون", true),
        ("सुर", "सुरक्षा में सहयोग", false),
        ("ישראל", "יִשְׂרָאֵל", true),
    ]);
}

#[test]
fn chinese_and_japanese() {
    check(&[
        ("东盟", "日本与东盟国家加强网络安全合作", true),
        ("东盟国家", "日本与东盟国家加强合作", true),
        ("网络安全", "加强网络安全合作", true),
        ("網路安全", "加强网络安全合作", false),
        ("日本", "日本政府将培训官员", true),
        ("中国", "中国与日本签署协议", true),
        ("政府", "各国政府官员", true),
        ("国家", "东盟国家领导人", true),
        ("東協", "日本與東協強化資安合作", true),
        ("資安", "日本與東協強化資安合作", true),
        ("\"网络安全\"", "加强网络安全合作", true),
        ("=东盟", "日本与东盟国家", true),
        ("ASEAN", "日本とＡＳＥＡＮの協力", true),
        ("サイバーセキュリティ", "サイバーセキュリティー協力", true),
        ("サイバーセキュリティー", "サイバーセキュリティ協力", true),
        ("サイバー", "サイバーセキュリティ協力", true),
        ("コンピューター", "コンピュータの普及", true),
        ("コンピュータ", "コンピューターの普及", true),
        ("サイバー", "ｻｲﾊﾞｰ攻撃", true),
        ("タイ", "映画のタイトルが決定", false),
        ("タイ", "タイの首都バンコク", true),
        ("インド", "インドネシアの首都", false),
        ("インド", "インド政府は発表した", true),
        ("河野太郎", "河野太郎デジタル相も出席", true),
        ("政府", "政府は支援する", true),
        ("協力", "協力を強化へ", true),
        ("京都", "東京都の人口", false),
        ("攻撃", "サイバー攻撃を受けた", true),
        ("トニーブレア", "トニー・ブレア元首相", true),
        ("首相", "岸田首相が会談", true),
        ("米国", "米国の大統領", true),
        ("会談", "首脳会談を行った", true),
        ("\"日本 东盟\"", "日本东盟", true),
        ("日本 NEAR/1 东盟", "日本与东盟国家", true),
        ("日本 ONEAR/1 东盟", "东盟与日本", false),
        ("国立大学", "東京国立大学病院", true),
        ("国家", "美国国家安全局", true),
        ("安全", "美国国家安全局", true),
        ("国会", "发展中国会更好", false),
    ]);
}

#[test]
fn korean() {
    check(&[
        ("아세안", "일본·아세안, 사이버보안 협력 강화", true),
        ("아세안", "아세안과 협력을 강화한다", true),
        ("아세안", "아세안정상회의 개최", true),
        ("일본", "일본은 발표했다", true),
        ("일본", "일본정부는", true),
        ("정부", "정부는 지원한다", true),
        ("인도", "인도네시아 대통령", false),
        ("강화", "협력을 강화했다", true),
        ("사이버", "사이버보안 협력", true),
        ("ASEAN", "ASEAN과의 협력", true),
        ("본", "일본 정부", false),
        ("공격", "해킹 공격을 받았다", true),
        ("한국", "한국에서 열린", true),
        ("\"사이버 보안\"", "사이버 보안을 강화", true),
        ("미국", "미국과 중국이", true),
    ]);
}

#[test]
fn south_east_asian_scripts() {
    check(&[
        ("อาเซียน", "อาเซียนและญี่ปุ่นกระชับความร่วมมือ", true),
        ("ไซเบอร์", "ความมั่นคงปลอดภัยไซเบอร์", true),
        ("ญี่ปุ่น", "อาเซียนและญี่ปุ่นกระชับ", true),
        ("รัฐบาล", "เจ้าหน้าที่ของรัฐบาลประเทศสมาชิก", true),
        ("ความร่วมมือ", "กระชับความร่วมมือด้าน", true),
        ("น้ำ", "แม่น้ำโขง", true),
        ("อินเดีย", "อินโดนีเซีย", false),
        ("អាស៊ាន", "ជប៉ុន និងអាស៊ាន ពង្រឹង", true),
        ("សន្តិសុខ", "កិច្ចសហប្រតិបត្តិការសន្តិសុខតាមអ៊ីនធឺណិត", true),
        ("ອາຊຽນ", "ຍີ່ປຸ່ນ ແລະ ອາຊຽນ ເພີ່ມ", true),
        ("ຄວາມປອດໄພ", "ດ້ານຄວາມປອດໄພທາງໄຊເບີ", true),
        ("အာဆီယံ", "ဂျပန်နှင့် အာဆီယံတို့", true),
        ("လုံခြုံရေး", "ဆိုက်ဘာလုံခြုံရေး ပူးပေါင်း", true),
        ("ဂျပန်", "ဂျပန်နှင့် အာဆီယံတို့", true),
    ]);
}

#[test]
fn names_in_another_script_than_the_text() {
    check(&[
        ("Kyodo", "Об этом сообщает Kyodo", true),
        ("Kyodo", "共同通信(Kyodo)が報じた", true),
        ("Toyota", "Toyotaは発表した", true),
        ("NATO", "عن NATO في", true),
    ]);
}
