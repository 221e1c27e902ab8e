//! Codes of languages (ISO 639) and of countries (ISO 3166-1) as queries and the configuration write them:
//! which there are, and which are meant by those that there are not.

use crate::diagnostic::Diagnostic;

/// Two letters: ISO 639-1, to which nothing is added any more.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
     dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id \
     ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu \
     lv mg mh mi mk ml mn mr ms mt my na nd ne ng nl no nr nv ny oc oj om or os pa pi pl ps pt qu \
     rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr \
     ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Three letters, of languages that have no two: ISO 639-2, and those of ISO 639-3 that feeds declare.
const RARER_LANGUAGES: &str = "ace ach ada ady afa afh ain akk ale alg alt ang anp apa arc arn arp art arw ast ath aus awa azj bad \
     bai bal ban bas bat bej bem ber bho bik bin bla bnt bra btk bua bug byn cad cai car cau ceb cel chb \
     chg chk chm chn cho chp chr chy ckb cmc cnr cop cpe cpf cpp crh crp csb cus dak dar day del den dgr \
     din doi dra dsb dua dum dyu efi egy eka elx enm ewo fan fat fiu fon frm fro frr frs fur gaa gay gba \
     gem gez gil gmh goh gon gor got grb grc gsw gwi hai hak haw hil him hit hmn hsb hup iba ijo ilo inc \
     ine inh ira iro jbo jpr jrb kaa kab kac kam kar kaw kbd kha khi kho kmb kmr kok kos kpe krc krl kro \
     kru kum kut lad lah lam lez lol loz lua lui lun luo lus lvs mad mag mai mak man map mas mdf mdr men \
     mga mic min mkh mnc mni mno moh mos mul mun mus mwl mwr myn myv nah nai nan nap nds new nia nic niu \
     nog non npi nqo nso nub nwc nym nyn nyo nzi osa ota oto paa pag pal pam pap pau peo pes phi phn pnb \
     pon pra pro prs raj rap rar roa rom rup sad sah sai sal sam sas sat scn sco sel sem sga sgn shn sid \
     sio sit sla sma smi smj smn sms snk sog son srn srr ssa suk sus sux swh syc syr tai tem ter tet tig \
     tiv tkl tlh tli tmh tog tpi tsi tum tup tut tvl tyv udm uga umb und vai vot wak wal war was wen wuu \
     xal yao yap ypk yue zap zbl zen zgh znd zun zza";

/// Other codes of languages of which two letters are usual: ISO 639-2, codes that were withdrawn, and what is
/// often written by mistake.
const OTHER_CODES: &str = "aar=aa abk=ab afr=af aka=ak alb=sq amh=am ara=ar arg=an arm=hy asm=as ava=av ave=ae aym=ay aze=az \
     bak=ba bam=bm baq=eu bel=be ben=bn bih=bh bis=bi bod=bo bos=bs bre=br bul=bg bur=my cat=ca ces=cs \
     cha=ch che=ce chi=zh chu=cu chv=cv cmn=zh cor=kw cos=co cre=cr cym=cy cze=cs dan=da deu=de div=dv \
     dut=nl dzo=dz ell=el eng=en epo=eo est=et eus=eu ewe=ee fao=fo fas=fa fij=fj fil=tl fin=fi fra=fr \
     fre=fr fry=fy ful=ff geo=ka ger=de gla=gd gle=ga glg=gl glv=gv gre=el grn=gn guj=gu hat=ht hau=ha \
     heb=he her=hz hin=hi hmo=ho hrv=hr hun=hu hye=hy ibo=ig ice=is ido=io iii=ii iku=iu ile=ie in=id \
     ina=ia ind=id ipk=ik isl=is ita=it iw=he jav=jv jp=ja jpn=ja kal=kl kan=kn kas=ks kat=ka kau=kr \
     kaz=kk khm=km kik=ki kin=rw kir=ky kom=kv kon=kg kor=ko kua=kj kur=ku lao=lo lat=la lav=lv lim=li \
     lin=ln lit=lt ltz=lb lub=lu lug=lg mac=mk mah=mh mal=ml mao=mi mar=mr may=ms mkd=mk mlg=mg mlt=mt \
     mon=mn mri=mi msa=ms mya=my nau=na nav=nv nbl=nr nde=nd ndo=ng nep=ne nld=nl nb=no nn=no nno=no \
     nob=no nor=no \
     nya=ny oci=oc oji=oj ori=or orm=om oss=os pan=pa per=fa pli=pi pol=pl por=pt pus=ps que=qu roh=rm \
     ron=ro rum=ro run=rn rus=ru sag=sg san=sa sin=si slk=sk slo=sk slv=sl sme=se smo=sm sna=sn snd=sd \
     som=so sot=st spa=es sqi=sq srd=sc srp=sr ssw=ss sun=su swa=sw swe=sv tah=ty tam=ta tat=tt tel=te \
     tgk=tg tgl=tl tha=th tib=bo tir=ti ton=to tsn=tn tso=ts tuk=tk tur=tr twi=tw ua=uk uig=ug ukr=uk \
     urd=ur uzb=uz ven=ve vie=vi vol=vo wel=cy wln=wa wol=wo xho=xh yid=yi yor=yo zha=za zho=zh zsm=ms \
     zul=zu";

/// Of countries whose code is taken for that of their language: the language.
const SPOKEN: &str = "al=sq at=de by=be cn=zh cz=cs dk=da gb=en ge=ka gr=el il=he ir=fa kh=km kr=ko kz=kk \
     lk=si me=sr mm=my mx=es np=ne ph=tl pk=ur rs=sr us=en vn=vi";

/// ISO 3166-1, and what stands for the European Union, the United Nations and Kosovo.
const COUNTRIES: &str = "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt \
     bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh \
     er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr \
     ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr \
     ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng \
     ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se \
     sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua \
     ug um un us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw";

/// Of languages and of other lists: the country that is meant.
const MEANT_COUNTRIES: &str = "cs=cz da=dk el=gr en=gb ja=jp ko=kr uk=gb zh=cn hi=in he=il fa=ir ur=pk ka=ge";

/// What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// There is such a one.
    Known,
    /// There may be such a one, the lists here being not complete, or it is hardly what is meant; what
    /// probably is.
    Doubtful(Option<&'static str>),
    /// There is none; the one that is probably meant.
    Unknown(Option<&'static str>),
}

impl Code {
    /// What is to be said of the code in `text`, which should be that of a `noun`, as `example` is; `write` shows
    /// how a code is written.
    pub fn complaint(
        self,
        text: &str,
        noun: &str,
        example: &str,
        write: impl Fn(&str) -> String,
    ) -> Option<Diagnostic> {
        let (diagnostic, meant) = match self {
            Self::Known => return None,
            Self::Doubtful(meant) => {
                (Diagnostic::warning(format!("`{text}` is the code of no common {noun}")), meant)
            }
            Self::Unknown(meant) => (Diagnostic::error(format!("`{text}` is the code of no {noun}")), meant),
        };
        Some(diagnostic.help(match (self, meant) {
            (_, Some(meant)) => format!("did you mean {}?", write(meant)),
            (Self::Doubtful(_), None) => {
                format!("articles have it only where their feed declares it; usual is {}", write(example))
            }
            _ => format!("write it as in {}", write(example)),
        }))
    }
}

/// What is known of the primary subtag of a language tag, in any case.
pub fn language(code: &str) -> Code {
    let code = code.to_ascii_lowercase();
    let meant = value(SPOKEN, &code);
    if is_among(LANGUAGES, &code) && meant.is_none()
        || is_among(RARER_LANGUAGES, &code)
        || usual_language(&code).is_some()
    {
        return Code::Known;
    }
    // Kanuri has the code of Korea.
    if is_among(LANGUAGES, &code) || code.len() == 3 { Code::Doubtful(meant) } else { Code::Unknown(meant) }
}

/// The two letters that are usual for a language that has them; `None` where `code`, in lower case, is usual.
pub fn usual_language(code: &str) -> Option<&'static str> {
    value(OTHER_CODES, code)
}

/// What is known of a code of two letters, in any case.
pub fn country(code: &str) -> Code {
    let code = code.to_ascii_lowercase();
    if is_among(COUNTRIES, &code) { Code::Known } else { Code::Unknown(value(MEANT_COUNTRIES, &code)) }
}

fn is_among(list: &str, code: &str) -> bool {
    list.split(' ').any(|known| known == code)
}

fn value(list: &'static str, code: &str) -> Option<&'static str> {
    list.split(' ')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == code)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_what_only_looks_like_them() {
        for (code, known) in [
            ("ru", Code::Known),
            ("RU", Code::Known),
            ("rus", Code::Known),
            ("jp", Code::Known),
            ("fil", Code::Known),
            ("yue", Code::Known),
            ("xyz", Code::Doubtful(None)),
            ("kr", Code::Doubtful(Some("ko"))),
            ("cn", Code::Unknown(Some("zh"))),
            ("xx", Code::Unknown(None)),
        ] {
            assert_eq!(language(code), known, "{code}");
        }
        for (code, known) in [
            ("jp", Code::Known),
            ("GB", Code::Known),
            ("eu", Code::Known),
            ("uk", Code::Unknown(Some("gb"))),
            ("zz", Code::Unknown(None)),
        ] {
            assert_eq!(country(code), known, "{code}");
        }
        assert_eq!(usual_language("ger"), Some("de"));
        assert_eq!(usual_language("de"), None);
    }

    #[test]
    fn what_is_meant_is_known() {
        let meant = |list: &'static str| list.split(' ').filter_map(|pair| pair.split_once('='));
        for (code, language) in meant(OTHER_CODES).chain(meant(SPOKEN)) {
            assert!(is_among(LANGUAGES, language), "{code}={language}");
        }
        for (code, language) in meant(OTHER_CODES) {
            assert!(!is_among(LANGUAGES, code) && !is_among(RARER_LANGUAGES, code), "{code}={language}");
        }
        for (code, country) in meant(MEANT_COUNTRIES) {
            assert!(is_among(COUNTRIES, country) && !is_among(COUNTRIES, code), "{code}={country}");
        }
    }
}
