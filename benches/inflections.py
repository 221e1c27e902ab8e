"""Writes the yardstick of `benches/quality.rs`: frequent words of a language, with their dictionary forms.

    pip install wordfreq simplemma pymorphy3 pymorphy3-dicts-ru pymorphy3-dicts-uk
    python3 benches/inflections.py FOLDER [LANG…]

writes FOLDER/LANG.tsv: a sentence that tells the language, then a line `form, frequency per million,
dictionary forms separated by |` for each word, most frequent first. Nothing of it belongs in the repository.
"""

import sys
from pathlib import Path

import wordfreq

WORDS = 30_000

# Function words only: no query asks for them.
SENTENCES = {
    "ru": "и в на с по не что из к за о от для как его это он был также после до при со их у но а или все который",
    "uk": "і в на з по не що із до за про від для як його це він був також після при та у й але або які який щодо",
    "en": "the of and to in for is on that with as was by at from are be has have it its an this will not",
    "de": "der die das und den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus",
    "id": "dan yang di dengan untuk dari pada dalam ini itu akan tidak oleh ke sebagai adalah telah juga karena bahwa",
    "ms": "dan yang di dengan untuk daripada pada dalam ini itu akan tidak oleh ke sebagai adalah telah juga kerana bahawa",
    "ar": "في من على إلى عن مع هذا هذه التي الذي أن كان قد ما لا بعد قبل بين كما حتى",
    "tl": "ang ng mga sa na at ay ni si para ito kay may hindi nang ayon nasa kung rin din upang ngunit",
    "fr": "le la les de des et en du un une est que pour dans qui par sur au avec ce il se pas plus",
    "es": "el la los las de del y en que un una por con para se su al lo como más pero sus le ya",
    "pl": "i w na z do się nie że to jest o po od za przez dla jak oraz ze przy są był była ale",
    "tr": "ve bir bu için ile de da olarak olan en daha çok gibi kadar sonra ancak göre olduğu ise ne",
    "hi": "के में की है और से का को पर ने यह नहीं हैं कि भी एक हो इस तो लिए",
}

WORDFREQ = {"tl": "fil"}


def dictionary_forms(lang):
    """A function from a form to its dictionary forms; none for a word that is not known."""
    if lang in ("ru", "uk"):
        import pymorphy3

        morph = pymorphy3.MorphAnalyzer(lang=lang)
        return lambda form: {
            parse.normal_form.replace("ё", "е") for parse in morph.parse(form) if parse.is_known
        }
    import simplemma

    def known(form):
        found = set()
        for spelling in {form, form.capitalize()}:
            if simplemma.is_known(spelling, lang):
                found.add(simplemma.lemmatize(spelling, lang=lang).lower())
        return found

    return known


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for lang in sys.argv[2:] or SENTENCES:
        known = dictionary_forms(lang)
        code = WORDFREQ.get(lang, lang)
        rows = []
        for form in wordfreq.top_n_list(code, WORDS):
            if len(form) < 3 or not form.replace("'", "").isalpha():
                continue
            lemmas = sorted(lemma for lemma in known(form) if len(lemma) >= 3 and lemma.isalpha())
            if lemmas:
                rows.append(f"{form}\t{wordfreq.word_frequency(form, code) * 1e6:.3f}\t{'|'.join(lemmas)}")
        (folder / f"{lang}.tsv").write_text(SENTENCES[lang] + "\n" + "\n".join(rows) + "\n")
        print(lang, len(rows))


main()
