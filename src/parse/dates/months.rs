//! Names of months in the languages of feeds.

/// How names of each month begin, in lower case. The longest that fits wins.
const MONTHS: [&str; 12] = [
    "jan ene gen oca янв сту січ sty tammi led ιαν يناير كانون ינו जन জানু มกราคม มค",
    "feb fév fev fév şub фев лют lut helmi úno unor φεβ فبراير شباط פבר फ़र फर ফেব্রু กุมภาพันธ์ กพ",
    "mar mär mrt maa mac már марта мар бер maalis bře μαρ μάρ مارس آذار מרץ मार्च মার্চ มีนาคม มีค",
    "apr abr avr nis апр кві kwi huhti dub ápr απρ أبريل ابريل نيسان אפר अप्रैल এপ্রিল เมษายน เมย",
    "may mai mei mag máj maj май мая тра touko kvě μαι μάι μαΐ μαϊ مايو أيار מאי मई মে พฤษภาคม พค",
    "jun juin giu haz июн чер cze kesä červen čvn jún ιουν ιούν يونيو حزيران יונ जून জুন มิถุนายน มิย",
    "jul juil lug tem июл лип lip heinä červenec čvc júl ιουλ ιούλ يوليو تموز יול जुलाई জুলাই กรกฎาคม กค",
    "aug ago aoû aou ağu agu ogos авг сер sie elo srp αυγ αύγ أغسطس اغسطس آب אוג अगस्त আগস্ট สิงหาคม สค",
    "sep sept set eyl сен вер wrz syys zář szep σεπ سبتمبر أيلول ספט सित সেপ্টে กันยายน กย",
    "oct okt ott out eki окт жов paź loka říj οκτ أكتوبر اكتوبر אוק अक्टू অক্টো ตุลาคม ตค",
    "nov kas ноя лис lis marras νοε نوفمبر נוב नव নভে พฤศจิกายน พย",
    "dec dez dic déc des dis ara дек гру gru joulu pro δεκ ديسمبر דצמ दिस ডিসে ธันวาคม ธค",
];

/// Days of the week that begin like a month.
const WEEKDAYS: [&str; 8] = ["mardi", "martes", "martedì", "martedi", "marți", "marti", "середа", "четверг"];

/// The number of the month that `word`, in lower case, names, from 1.
pub(super) fn number(word: &str) -> Option<u32> {
    if WEEKDAYS.contains(&word) || word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let fitting = |names: &str| names.split(' ').filter(|name| word.starts_with(name)).map(str::len).max();
    let lengths = MONTHS.iter().zip(1..).filter_map(|(names, month)| Some((fitting(names)?, month)));
    lengths.max_by_key(|(length, _)| *length).map(|(_, month)| month)
}
