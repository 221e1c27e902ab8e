//! The most frequent words of languages in Latin and Cyrillic script: they tell them apart.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The languages of each word, by its lower-case form.
pub(super) static FUNCTION_WORDS: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> =
    LazyLock::new(|| {
        let mut words: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (code, list) in LISTS {
            for word in list.split_whitespace() {
                words.entry(word).or_default().push(code);
            }
        }
        words
    });

const LISTS: [(&str, &str); 23] = [
    (
        "en",
        "the of and to in for is on that with as was by at from are be has have it its an this will not after said new over his he they who their which but were been would more about",
    ),
    (
        "de",
        "der die das und den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen zum war haben nur oder aber vor zur bis mehr durch wurde gegen",
    ),
    (
        "fr",
        "le la les de des et en du un une est que pour dans qui par sur au avec ce il se pas plus son ne aux sa ses été ont mais cette à leur après entre contre sont d l elle comme",
    ),
    (
        "es",
        "el la los las de del y en que un una por con para se su al lo como más o pero sus le ya este sí porque esta entre cuando muy hasta hay según había años ser está durante uno todo ni donde quien han había hacia fueron sin sobre también ha fue es son contra tras desde",
    ),
    (
        "pt",
        "o a os as de do da dos das e em no na nos nas que um uma para com por se ao à não mais foi como sua seu são é ou mas tem entre após pelo pela sobre contra também",
    ),
    (
        "it",
        "il lo la i gli le di del della dei delle e in un una che per con si è da dal al alla non sono ha come più anche nel nella su sul ma dopo contro tra fra degli alle",
    ),
    (
        "nl",
        "de het een en van in is dat op te zijn met voor niet aan er om ook als bij uit door over naar wordt maar hij heeft worden tegen nog na tot meer werd",
    ),
    (
        "sv",
        "och i att det som en på är av för med den till inte har de om ett var från men vid efter under kan ska sig mot",
    ),
    (
        "da",
        "og i at det som en på er af for med den til ikke har de om et var fra men ved efter under kan skal sig mod blev",
    ),
    (
        "no",
        "og i at det som en på er av for med den til ikke har de om et var fra men ved etter under kan skal seg mot ble",
    ),
    (
        "fi",
        "ja on ei oli että se hän joka mutta myös kun ovat olla mukaan voi olisi sen tämä ole sekä nyt kuin jo vuoden vuonna jälkeen jossa he niin kanssa asti vain vielä pois joiden jotka tai eikä hänen olleet kaikki",
    ),
    (
        "pl",
        "i w na z do się nie że to jest o po od za przez dla jak oraz ze przy są był była ale będzie co tym który która które ich jego też już między przeciw",
    ),
    (
        "cs",
        "a v na se je že s z do o k za po pro ve jako podle byl byla jsou není ale také při které který by od ze mezi proti",
    ),
    (
        "ro",
        "și în de la a cu pe un o din pentru că care este sunt nu mai al ale după fost să au prin între sau",
    ),
    (
        "hu",
        "a az és hogy nem is egy van ez meg volt csak már de ki még el mint szerint után lesz magyar ellen",
    ),
    (
        "tr",
        "ve bir bu için ile de da olarak olan en daha çok gibi kadar sonra ancak göre olduğu ise ne karşı arasında yeni eden",
    ),
    (
        "id",
        "dan yang di dengan untuk dari pada dalam ini itu akan tidak oleh ke sebagai adalah telah juga karena bahwa para bisa kepada atau serta saat antara tersebut ia bekerja negara pemerintah sudah usai sejumlah perusahaan polisi uang kantor soal terkait warga jadi hingga sementara bahwa lebih merupakan secara",
    ),
    (
        "ms",
        "dan yang di dengan untuk daripada pada dalam ini itu akan tidak oleh ke sebagai adalah telah juga kerana bahawa para boleh kepada atau serta antara tersebut ialah beliau negara kerajaan iaitu manakala turut mengikut pihak wang syarikat polis semalam jabatan mesyuarat sudah hingga lebih merupakan secara bagi isu cuma kita",
    ),
    ("vi", "và của là các trong cho với được có không những một này người để khi đã về từ trên tại cũng"),
    (
        "tl",
        "ang ng mga sa na at ay ni si para ito kay may hindi nang ng ayon nasa kung rin din upang ngunit niya siya mula",
    ),
    (
        "ru",
        "и в на с по не что из к за о от для как его это он был также после до при со их у но а или все который которые году",
    ),
    (
        "uk",
        "і в на з по не що із до за про від для як його це він був також після при та у й але або які який року щодо під",
    ),
    ("bg", "и в на с по не че от за да е се са със това ще като при след до което които бе към или но има"),
];
