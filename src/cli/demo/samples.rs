//! The feeds of the tour, written for it: eight outlets, eight languages, four formats.
//!
//! Each has older news, and one entry that appears after the first poll. Some of those tell the
//! story the demo's watch asks for; the others only look like it.

/// A feed of the tour.
pub(super) struct Sample {
    /// Its path on the demo's server.
    pub(super) path: &'static str,
    pub(super) source: &'static str,
    pub(super) lang: &'static str,
    pub(super) country: &'static str,
    pub(super) format: Format,
    /// Appears after the first poll.
    pub(super) fresh: Story,
    pub(super) older: [Story; 2],
}

/// How a feed is written.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Rss,
    /// In windows-1251, which only the HTTP header tells.
    RssWindows1251,
    Rdf,
    Atom,
    Json,
}

/// One entry.
#[derive(Clone, Copy)]
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

const fn story(title: &'static str, text: &'static str) -> Story {
    Story { title, text }
}

pub(super) const SAMPLES: [Sample; 8] = [
    Sample {
        path: "/ru/lenta.xml",
        source: "Вестник региона",
        lang: "ru",
        country: "ua",
        format: Format::RssWindows1251,
        fresh: story(
            "Токио и страны АСЕАН договорились о совместной киберзащите",
            "Япония вместе со странами АСЕАН создаст центр обмена данными об угрозах. По словам дипломатов, речь идёт \
             о подготовке специалистов в сфере кибербезопасности и об учениях уже следующей весной.",
        ),
        older: [
            story("В Одессе открыли обновлённый порт", "Первый контейнеровоз встретили на новом причале."),
            story(
                "Синоптики обещают ранние заморозки",
                "Ночью на севере страны температура опустится ниже нуля.",
            ),
        ],
    },
    Sample {
        path: "/ja/index.rdf",
        source: "みなと通信",
        lang: "ja",
        country: "jp",
        format: Format::Rdf,
        fresh: story(
            "政府、ＡＳＥＡＮとサイバーセキュリティー共同訓練へ",
            "政府は来春、東南アジア諸国連合の各国とサイバー攻撃を想定した共同訓練を実施する方針を固めた。",
        ),
        older: [
            story("北海道で初雪、平年より五日早く", "気象台は早めの冬支度を呼びかけている。"),
            story("新幹線の新型車両を公開", "車内の静かさと省エネ性能を高めた。"),
        ],
    },
    Sample {
        path: "/en/atom.xml",
        source: "Harbour Dispatch",
        lang: "en",
        country: "sg",
        format: Format::Atom,
        fresh: story(
            "ASEAN football championship draw puts hosts in group of death",
            "Coaches played down the odds. Ticket sales open on Cyber Monday, the organisers said.",
        ),
        older: [
            story("Ferry operators add night sailings", "Demand rose after the bridge closed for repairs."),
            story(
                "Museum reopens after two-year renovation",
                "The maritime gallery is twice its former size.",
            ),
        ],
    },
    Sample {
        path: "/th/rss.xml",
        source: "ข่าวท่าเรือ",
        lang: "th",
        country: "th",
        format: Format::Rss,
        fresh: story(
            "อาเซียนจับมือญี่ปุ่นตั้งศูนย์ความมั่นคงปลอดภัยไซเบอร์",
            "ศูนย์แห่งใหม่จะฝึกอบรมเจ้าหน้าที่จากทุกประเทศสมาชิกและแลกเปลี่ยนข้อมูลภัยคุกคาม",
        ),
        older: [
            story("ฝนตกหนักหลายพื้นที่ภาคใต้", "กรมอุตุนิยมวิทยาเตือนประชาชนระวังน้ำท่วมฉับพลัน"),
            story("ราคาข้าวปรับตัวสูงขึ้น", "ชาวนาในภาคกลางเริ่มเก็บเกี่ยวผลผลิต"),
        ],
    },
    Sample {
        path: "/vi/feed.json",
        source: "Bản tin Cảng",
        lang: "vi",
        country: "vn",
        format: Format::Json,
        fresh: story(
            "ASEAN và Nhật Bản diễn tập an ninh mạng quy mô lớn",
            "Cuộc diễn tập sẽ mô phỏng các vụ tấn công vào hạ tầng năng lượng và tài chính trong khu vực.",
        ),
        older: [
            story("Giá cà phê tăng tuần thứ ba", "Nông dân Tây Nguyên bước vào vụ thu hoạch mới."),
            story("Khai mạc lễ hội ánh sáng", "Hàng nghìn người đổ về phố đi bộ."),
        ],
    },
    Sample {
        path: "/id/rss.xml",
        source: "Warta Pelabuhan",
        lang: "id",
        country: "id",
        format: Format::Rss,
        fresh: story(
            "Menteri luar negeri ASEAN bahas harga beras di Jakarta",
            "Pertemuan dua hari itu menyepakati cadangan pangan bersama. Isu lain dibahas bulan depan.",
        ),
        older: [
            story("Gunung Merapi kembali tenang", "Warga lereng gunung diizinkan pulang ke rumah."),
            story("Kereta cepat tambah jadwal", "Penumpang akhir pekan naik tajam."),
        ],
    },
    Sample {
        path: "/zh/rss.xml",
        source: "海港日報",
        lang: "zh",
        country: "tw",
        format: Format::Rss,
        fresh: story(
            "東協與日本簽署資安合作備忘錄",
            "雙方將共享威脅情報，並於明年春季舉行聯合演練，培訓各國政府人員。",
        ),
        older: [
            story("颱風接近 東部海域浪高", "氣象單位提醒船隻提前返港。"),
            story("夜市攤商推出環保餐具", "業者盼減少一次性塑膠。"),
        ],
    },
    Sample {
        path: "/uk/atom.xml",
        source: "Портовий вісник",
        lang: "uk",
        country: "ua",
        format: Format::Atom,
        fresh: story(
            "Хакери атакували мережу обласних лікарень",
            "Лікарі тимчасово перейшли на паперові картки. Фахівці з кібербезпеки відновлюють системи.",
        ),
        older: [
            story("На Закарпатті зібрали рекордний врожай винограду", "Виноробні працюють без вихідних."),
            story("Школи переходять на зимовий розклад", "Уроки починатимуться на пів години пізніше."),
        ],
    },
];
