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
    check(
        "Заместитель министра обороны Анна Цивилёва рассказала о помощи семьям военнослужащих. Глава \
         «Ростеха» Чемезов встретился с Путиным в Кремле. Вице-премьер Новак обсудил с саудовскими \
         партнёрами добычу нефти. Во Вьетнаме, на Филиппинах и в Мьянме объявлена тревога. ЦБ РФ \
         повысил ставку. Данные пользователей утекли в Сеть, их выложили в даркнете. Программисты \
         «Яндекса» устранили уязвимости. Дело Навального. Хакеров задержали.",
        &[
            "министр",
            r#""министр обороны""#,
            "оборона",
            "Цивилева",
            "Ростех",
            "Чемезов",
            "Путин",
            "Кремль",
            r#""вице-премьер""#,
            "вице-премьер",
            "саудовский",
            "партнер",
            "нефть",
            "Филиппины",
            "Мьянма",
            "тревога",
            "{ЦБ}",
            "ставка",
            "пользователь",
            "даркнет",
            "Яндекс",
            "уязвимость",
            "Навальный",
            "хакер",
            "задержать",
            "сеть",
            "помощь",
            "семья",
            "военнослужащий",
            r#""ЦБ РФ""#,
            "добыча NEAR/1 нефть",
            "Путин NEAR/2 Кремль",
        ],
        &["пользоваться NEAR/1 нефть", "сетка", "кремлевский", "НАТО", "тревожный"],
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
    check(
        "Президентка Молдови Мая Санду прибула до Львова. Українських військових навчають у Великій \
         Британії. Росіяни вдарили ракетами по Одесі та Харкову. Служба безпеки затримала зрадника. \
         Постачання зброї збільшать, повідомив речник уряду. Хакерів викрили поліціянти.",
        &[
            "Молдова",
            "Санду",
            "Львів",
            "військовий",
            r#""Велика Британія""#,
            "росіянин",
            "ракета",
            "Одеса",
            "Харків",
            r#""служба безпеки""#,
            "безпека",
            "зрадник",
            "постачання",
            "зброя",
            "речник",
            "уряд",
            "хакер",
            "поліціянт",
            "навчати",
        ],
        &["Київ", "озброєння"],
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
    check(
        "كشفت شركة كاسبرسكي عن برمجية خبيثة تستهدف البنوك. وقد تعرضت المستشفيات لهجوم إلكتروني، وفقا \
         للمتحدث باسم الحكومة السعودية. الرئيس الأمريكي ترامب التقى نظيره الصيني في بكين. وستشارك \
         إندونيسيا وماليزيا والفلبين في القمة. سرقت بيانات المستخدمين وكلماتهم السرية. فيتنام وتايلند.",
        &[
            "كاسبرسكي",
            "برمجية",
            "بنك",
            "مستشفى",
            "هجوم",
            r#""هجوم إلكتروني""#,
            "متحدث",
            "حكومة",
            "سعودي",
            "أمريكي",
            "ترامب",
            "صيني",
            "بكين",
            "إندونيسيا",
            "اندونيسيا",
            "ماليزيا",
            "الفلبين",
            "فلبين",
            "قمة",
            "بيانات",
            "مستخدم",
            "فيتنام",
            "الصين OR صيني",
            "سرقت",
            "تايلند",
        ],
        &["يابان", "كلب", "حكم"],
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
            "日本 AND ベトナム NOT 中国",
            r#""ASEAN首脳会議""#,
            "攻撃 NEAR/3 対策",
            "1日",
            "感染",
            "強化",
        ],
        &["京都", "情報流出", "ノイ", "本政"],
    );
    check(
        "防衛省は10日、中国軍の無人機が沖縄県・与那国島と台湾の間を通過したと発表した。トヨタ自動車は部品メーカーへのサイバー攻撃を受け、国内全工場の稼働を停止。イーロン・マスク氏はツイッター（現Ｘ）で述べた。\
         日経平均株価は３万８０００円台。フィッシング詐欺に注意。ウクライナのゼレンスキー大統領。",
        &[
            "防衛省",
            "中国軍",
            "中国",
            "無人機",
            "沖縄",
            "与那国島",
            "台湾",
            "トヨタ",
            "トヨタ自動車",
            "自動車",
            "部品",
            "メーカー",
            "工場",
            "イーロンマスク",
            r#""イーロン・マスク""#,
            "マスク",
            "ツイッター",
            "日経平均",
            "株価",
            "フィッシング",
            "フィッシング詐欺",
            "ウクライナ",
            "ゼレンスキー",
            "大統領",
            "停止",
            "攻撃 NEAR/3 停止 OR 稼働 NEAR/2 停止",
            "ｻｲﾊﾞｰ攻撃",
        ],
        &["本国", "カー", "ライナ", "スキー"],
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
    check(
        "据路透社报道，越南总理范明政在河内会见了俄罗斯外长拉夫罗夫。腾讯公司称微信用户数据未泄露。中华人民共和国国务院总理李强出席东盟峰会。国家主席习近平将访问柬埔寨。勒索软件攻击了台积电的供应商。\
         人工智能芯片出口管制。",
        &[
            "路透社",
            "越南",
            "范明政",
            "河内",
            "俄罗斯",
            "拉夫罗夫",
            "腾讯",
            "微信",
            "用户数据",
            "泄露",
            "中华人民共和国",
            "国务院",
            "李强",
            "东盟",
            "东盟峰会",
            "习近平",
            "柬埔寨",
            "勒索软件",
            "台积电",
            "供应商",
            "人工智能",
            "芯片",
            "出口管制",
            "越南 NEAR/3 总理",
            "总理",
        ],
        &["日本", "南总"],
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
    check(
        "우크라이나의 젤렌스키 대통령이 서울을 방문했다. 카카오톡 이용자들의 개인정보가 유출됐다. 정부는 북한의 해킹 조직 ‘라자루스’를 제재했다. 인도네시아·말레이시아·필리핀 \
         정상들과 만났다. 랜섬웨어 공격으로 병원 업무가 마비되었다. 한·미·일 3국은 사이버 훈련을 실시한다. 미국에서 열린 행사.",
        &[
            "우크라이나",
            "젤렌스키",
            "서울",
            "카카오톡",
            "이용자",
            "개인정보",
            "유출",
            "정부",
            "북한",
            "해킹",
            "라자루스",
            "제재",
            "인도네시아",
            "말레이시아",
            "필리핀",
            "정상",
            "랜섬웨어",
            "병원",
            "업무",
            "사이버",
            "훈련",
            "미국",
            "행사",
            "방문하다",
            "마비되다",
            "공격 NEAR/3 병원",
            "만나다",
        ],
        &["인도", "우크", "중국"],
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
    check(
        "ตำรวจไซเบอร์จับกุมแก๊งคอลเซ็นเตอร์ในกัมพูชา นายเศรษฐา ทวีสิน นายกรัฐมนตรี กล่าวที่กรุงเทพมหานคร \
         ข้อมูลส่วนบุคคลของประชาชนรั่วไหล มัลแวร์เรียกค่าไถ่โจมตีโรงพยาบาล สหรัฐอเมริกาและจีนเจรจา \
         อินโดนีเซีย",
        &[
            "ตำรวจ",
            "ไซเบอร์",
            "กัมพูชา",
            r#""เศรษฐา ทวีสิน""#,
            "เศรษฐา",
            "นายกรัฐมนตรี",
            "กรุงเทพ",
            "กรุงเทพมหานคร",
            "ข้อมูลส่วนบุคคล",
            "รั่วไหล",
            "มัลแวร์",
            "เรียกค่าไถ่",
            "โรงพยาบาล",
            "สหรัฐ",
            "สหรัฐอเมริกา",
            "จีน",
            "อินโดนีเซีย",
            "คอลเซ็นเตอร์",
            "ข้อมูล",
        ],
        &["ลาว", "ยา", "ไทย"],
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
    check(
        "Công ty an ninh mạng Bkav phát hiện mã độc tống tiền tấn công các bệnh viện. Bộ trưởng Quốc \
         phòng Phan Văn Giang tiếp Đại sứ Nga. Ukraina và Philippines ký thỏa thuận. Giá xăng tăng; \
         thuỷ điện Hoà Bình xả lũ. Ông Tô Lâm phát biểu tại thành phố Hồ Chí Minh (TP.HCM).",
        &[
            "Bkav",
            r#""mã độc""#,
            r#""mã độc tống tiền""#,
            r#""ma doc tong tien""#,
            r#""bệnh viện""#,
            r#""bộ trưởng""#,
            r#""quốc phòng""#,
            r#""Phan Văn Giang""#,
            "Nga",
            "Philippines",
            r#""thoả thuận""#,
            r#""thỏa thuận""#,
            r#""thủy điện""#,
            r#""Hòa Bình""#,
            r#""Tô Lâm""#,
            r#""to lam""#,
            r#""Hồ Chí Minh""#,
            r#""ho chi minh""#,
            "HCM",
            "tấn NEAR/1 công",
            r#""đại sứ""#,
            r#""dai su""#,
        ],
        &[r#""tô lẩm""#, r#""hoá bình""#, "ngà", r#""Tỏ Lâm""#],
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
    check(
        "Cumhurbaşkanı Erdoğan, Endonezya'ya gitti. Fidye yazılımı hastaneleri vurdu; kişisel veriler \
         sızdırıldı. İçişleri Bakanlığı'nın sitesine saldırıldı. Kullanıcıların şifreleri çalındı. \
         IRAK SINIRI. Güvenlik açığı kapatıldı. Rusya'dan Ukrayna'ya.",
        &[
            "Erdoğan",
            "Erdogan",
            "Endonezya",
            r#""fidye yazılımı""#,
            "hastane",
            "veri",
            "bakanlık",
            r#""içişleri bakanlığı""#,
            "kullanıcı",
            "şifre",
            "ırak",
            "Irak",
            "sınır",
            "güvenlik",
            "Rusya",
            "Ukrayna",
            "cumhurbaşkanı",
            "site",
        ],
        &["ırk", "bakla"],
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
    check(
        "Η αστυνομία συνέλαβε χάκερς που επιτέθηκαν σε νοσοκομεία της Θεσσαλονίκης. Ο υπουργός Εξωτερικών \
         της Ουκρανίας επισκέφθηκε την Ιαπωνία. Διέρρευσαν προσωπικά δεδομένα πολιτών. ΣΥΜΦΩΝΙΑ ΕΛΛΑΔΑΣ \
         – ΑΙΓΥΠΤΟΥ. Κακόβουλο λογισμικό.",
        &[
            "αστυνομία",
            "νοσοκομείο",
            "Θεσσαλονίκη",
            r#""υπουργός Εξωτερικών""#,
            "Ουκρανία",
            "Ιαπωνία",
            r#""προσωπικά δεδομένα""#,
            "πολίτης",
            "συμφωνία",
            "Ελλάδα",
            "Αίγυπτος",
            r#""κακόβουλο λογισμικό""#,
            "ελλαδα",
        ],
        &["Κίνα"],
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
    check(
        "Die Außenministerin Annalena Baerbock traf ukrainische Soldaten. Hackerangriffe auf Behörden \
         nahmen zu; Kundendaten wurden gestohlen. Der Flughafen Zürich fiel aus. Ärzte und Häuser, \
         Bücher und Wölfe. In Südkoreas Hauptstadt. Die EU-Kommission verhängte Sanktionen gegen \
         russische Banken. Er gab bekannt, dass Daten abgeflossen sind. Fuß und Mass.",
        &[
            "Außenministerin",
            "Aussenministerin",
            "Baerbock",
            "ukrainisch",
            "Soldat",
            "Hackerangriff",
            "Behörde",
            "Behoerde",
            "Kundendaten",
            "stehlen",
            "Flughafen",
            "Zürich",
            "Zuerich",
            "Zurich",
            "Arzt",
            "Haus",
            "Buch",
            "Wolf",
            "Südkorea",
            "Hauptstadt",
            "EU",
            "Kommission",
            r#""EU-Kommission""#,
            "Sanktion",
            "russisch",
            "Bank",
            "geben",
            "Fuss",
            "Fuß",
        ],
        &["Minister", "Kunde"],
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
    check(
        "Badan Siber dan Sandi Negara (BSSN) menyelidiki kebocoran data nasabah perbankan. Menteri \
         Luar Negeri Retno Marsudi menemui utusan khusus Myanmar. Serangan ransomware melumpuhkan \
         pusat data nasional. Pelaku peretasan ditangkap polisi. Pertemuan para pemimpin ASEAN dibuka. \
         Keberhasilan ekonomi Indonesia diakui.",
        &[
            "BSSN",
            "bocor",
            "kebocoran",
            r#""kebocoran data""#,
            "nasabah",
            r#""menteri luar negeri""#,
            r#""Retno Marsudi""#,
            "utusan",
            "Myanmar",
            "ransomware",
            "lumpuh",
            r#""pusat data""#,
            "retas",
            "peretasan",
            "tangkap",
            "polisi",
            "pertemuan",
            "temu",
            "pimpin",
            "pemimpin",
            "buka",
            "hasil",
            "berhasil",
            "selidik",
            "laku",
        ],
        &["bola", "tanda"],
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
    check(
        "Agensi Keselamatan Siber Negara menyiasat kebocoran data pengguna. Mesyuarat menteri-menteri \
         luar ASEAN diadakan di Putrajaya. Syarikat itu dirugikan berjuta-juta ringgit. Kerjasama \
         serantau dipertingkatkan. Penipuan dalam talian.",
        &[
            "keselamatan",
            "siasat",
            "pengguna",
            "guna",
            "mesyuarat",
            "menteri",
            r#""menteri luar""#,
            "Putrajaya",
            "rugi",
            "juta",
            "ringgit",
            "kerjasama",
            r#""kerja sama""#,
            "penipuan",
            "tipu",
            r#""dalam talian""#,
        ],
        &["negeri"],
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
    check(
        "भारत और इंडोनेशिया के विदेश मंत्रियों की बैठक जकार्ता में हुई। हैकरों ने अस्पतालों की वेबसाइटें \
         हैक कीं। रूसी राष्ट्रपति व्लादिमीर पुतिन ने युद्ध पर बात की। मुंबई पुलिस ने ठगों को गिरफ़्तार \
         किया। सरकारी योजनाओं का लाभ।",
        &[
            "भारत",
            "इंडोनेशिया",
            "मंत्री",
            r#""विदेश मंत्री""#,
            "जकार्ता",
            "हैकर",
            "अस्पताल",
            "वेबसाइट",
            "रूसी",
            "पुतिन",
            "युद्ध",
            "मुंबई",
            "मुम्बई",
            "पुलिस",
            "ठग",
            "गिरफ्तार",
            "योजना",
            "लाभ",
            "सरकारी",
        ],
        &["चीन", "सरक"],
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
    check(
        "ראש הממשלה בנימין נתניהו נפגש בירושלים עם שגריר אוקראינה. צה\"ל תקף מטרות בעזה. מאות אלפי \
         ישראלים נפגעו מדליפת המידע. חברת הסייבר הישראלית חשפה פרצת אבטחה. ארה\"ב והאו״ם.",
        &[
            "נתניהו",
            r#""ראש הממשלה""#,
            "ירושלים",
            "שגריר",
            "אוקראינה",
            "צהל",
            "עזה",
            "ישראלי",
            "דליפה",
            "מידע",
            "סייבר",
            "אבטחה",
            "ארהב",
            "האום",
        ],
        &["ישר"],
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
    check(
        "Tinalakay ng Pangulo ang kasunduan sa pagitan ng Pilipinas at Hapon. Pinigilan ng pulisya \
         ang mga magnanakaw ng datos; hinuli ang tatlo. Pinalakas ang pagtatanggol laban sa pag-atake. \
         Binabantayan ng mga awtoridad ang paglaganap ng malware. Ipinadala ang mga sundalo.",
        &[
            "talakay",
            "kasunduan",
            "Pilipinas",
            "Hapon",
            "pigil",
            "pulisya",
            "nakaw",
            "huli",
            "lakas",
            "atake",
            "bantay",
            "laganap",
            "malware",
            "sundalo",
            "pag-atake",
        ],
        &["mangga"],
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
    check(
        "L'Agence nationale de la sécurité des systèmes d'information (ANSSI) a été victime d'une \
         cyberattaque. Les hôpitaux français sont paralysés ; qu'en est-il des sociétés américaines \
         ? Emmanuel Macron s'est rendu au Viêt Nam. Aujourd'hui c'est l'Indonésie. Des journaux régionaux, \
         des chevaux. Elle a été élue.",
        &[
            "agence",
            r#""sécurité des systèmes d'information""#,
            "ANSSI",
            "cyberattaque",
            "hôpital",
            "hopital",
            "société",
            "américain",
            "Macron",
            r#""Viêt Nam""#,
            r#""viet nam""#,
            "Indonésie",
            "journal",
            "cheval",
            "régional",
            "français",
            "victime",
        ],
        &["hospice"],
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
    check(
        "El grupo ruso de ciberdelincuentes atacó hospitales catalanes. Las autoridades indonesias \
         detuvieron a tres piratas informáticos. La filtración de contraseñas afectó a millones. \
         ¿Qué dijo Sánchez? La cumbre de la ASEAN empezará mañana en Kuala Lumpur. Los jóvenes votaron.",
        &[
            "ruso",
            "ciberdelincuente",
            "hospital",
            "autoridad",
            "indonesio",
            "pirata",
            "filtración",
            "filtracion",
            "contraseña",
            "Sánchez",
            "Sanchez",
            "cumbre",
            "ASEAN",
            "mañana",
            r#""Kuala Lumpur""#,
            "joven",
            "votar",
            "atacar",
        ],
        &["ano", "mana"],
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
    check(
        "Microsoft's Threat Intelligence team says China-linked hackers breached e-mail accounts \
         at 25 organisations, including the State Department. Zero-day flaws (CVE-2023-34362) were \
         exploited. The U.K.'s NCSC and the F.B.I. issued an advisory. Anti-corruption police arrested \
         Mr. O'Neill. Data breaches cost $4.45 million on average, IBM said. It's a women's issue. \
         I'm re-elected; pre-war policies. They were lying, dying, and the mice ran.",
        &[
            "Microsoft",
            r#""threat intelligence""#,
            r#""China-linked""#,
            "China",
            "hacker",
            "breach",
            "email",
            "e-mail",
            r#""e-mail account""#,
            "organisation",
            r#""State Department""#,
            "zero-day",
            "zeroday",
            r#""zero day""#,
            r#""CVE-2023-34362""#,
            "CVE",
            "exploit",
            "NCSC",
            "FBI",
            "{FBI}",
            r#""F.B.I.""#,
            "anticorruption",
            "anti-corruption",
            "O'Neill",
            "ONeill",
            r#""data breach""#,
            "4.45",
            "woman",
            "reelected",
            "re-elect",
            "prewar",
            "policy",
            "lie",
            "die",
            "mouse",
            "run",
            "IBM NEAR/1 said",
            "breach* AND account*",
            r#""Mr. O'Neill""#,
            "NCSC NEAR/3 FBI",
            "ATLEAST/2 breach",
            "(hacker OR spy) ONEAR/3 email",
            r#"/CVE-\d{4}-\d+/"#,
            "{U.K.}",
            "{UK}",
        ],
        &[
            "{nc sc}",
            "neil",
            "flaw NEAR/0 advisory",
            "ATLEAST/3 breach",
            r#""breach data""#,
            "=breach",
            "=hacker",
            "{it}",
        ],
    );
}
