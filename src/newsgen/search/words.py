"""The words of an article as search knows them, each with how much it counts there: a pure function of texts.

`static/assets/search.js` folds and parts a query by the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newsgen.nouns.model import Searchable

#: Letters that are no letter with a mark, as they are searched for.
_LETTERS = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ",
    "\u0640": "",  # Arabic tatweel only stretches a word
}  # fmt: skip
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
#: Accents and points that readers leave out: Latin, Greek and Cyrillic, Hebrew, Arabic. Vowel signs of other scripts
#: make another word.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")
#: Scripts that write no spaces between words: Thai and Lao, Burmese, Khmer, kana, Chinese characters.
_UNSPACED = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+"
#: `O.N.U.`, `U.S.`, `R&D`: letters that are one word.
_INITIALS = re.compile(r"(?<![^\W_])[^\W\d_](?:[.&][^\W\d_])+(?![^\W_])")
#: Arabic "al-", written as one with its noun, and what may stand before it: "wa-", "fa-", "bi-", "ka-", "li-" (with
#: which it is one sign less). At least three letters are left. Of the particles alone nobody can tell whether they are
#: part of the word. Rule: Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information Retrieval", light8.
_ARTICLE = re.compile("(?:[\u0648\u0641]?[\u0628\u0643]?\u0627\u0644|[\u0648\u0641]?\u0644\u0644)(?=.{3})")

#: What a word counts that stands there once.
TITLE, KICKER, TERM, LEAD, BODY = 8, 3, 3, 2, 1
#: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): how soon a repeated word counts no
#: more, how much a long article counts less, and the length in words of one that counts in full. That length is the
#: same for all archives, so that no article changes what another one counts.
_K, _B, _LENGTH = 1.2, 0.5, 400
LEVELS = 8


def fold(text: str) -> str:
    """`text` in lower case and without accents: `Élection` becomes `election`, `Œuvre` `oeuvre`."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text).lower())
    return unicodedata.normalize("NFC", _LETTER.sub(lambda match: _LETTERS[match[0]], bare))


def words(text: str) -> Counter[str]:
    """The words of a text, folded, and how often each stands there; pairs of characters where a script writes no
    spaces, and the last one by itself. One letter alone is no word, letters with points between them are one."""
    folded = fold(text)
    if "." in folded or "&" in folded:
        folded = _INITIALS.sub(lambda match: match[0].replace(".", "").replace("&", ""), folded)
    runs = _runs() if _MAY_HAVE_MARKS.search(folded) else _PLAIN_RUNS
    found = Counter(runs.findall(folded))
    if not "".join(found).isascii():
        for run in [run for run in found if not run.isascii()]:
            n = found.pop(run)
            for word in _parts(run):
                found[word] += n
    for word in [word for word in found if len(word) == 1 and word.isascii() and not word.isdigit()]:
        del found[word]
    return found


def _parts(run: str) -> Iterator[str]:
    end = 0
    for unspaced in re.finditer(_UNSPACED, run):
        yield from filter(None, (_without_article(run[end : unspaced.start()]),))
        part, end = unspaced[0], unspaced.end()
        yield from (part[n : n + 2] for n in range(len(part)))
    yield from filter(None, (_without_article(run[end:]),))


def _without_article(run: str) -> str:
    article = _ARTICLE.match(run)
    return run[article.end() :] if article else run


_PLAIN_RUNS = re.compile(r"[^\W_]+")
# What it is not, since that takes a tenth of the time to compile.
_MAY_HAVE_MARKS = re.compile("[^\x00-\u02ff\u2000-\u20cf\u2100-\u2bff]")


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    """Letters and digits of any script, and the marks behind them: `[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}]*`."""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    ranges: list[list[int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    signs = "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)
    return re.compile(rf"[^\W_]+(?:[{signs}]+[^\W_]*)*")


def searchable(*, title: str, kicker: str, lead: str, terms: Iterable[str], text: str) -> Searchable:
    """What search holds of an article with these texts; `terms` are the names of its tags, authors and source."""
    counts = words(text)  # which count BODY, 1
    length = counts.total()
    for part, weight in ((title, TITLE), (kicker, KICKER), ("\n".join(terms), TERM), (lead, LEAD)):
        of_part = words(part)
        length += of_part.total()
        for word, n in of_part.items():
            counts[word] += weight * n
    norm = _K * (1 - _B + _B * length / _LENGTH)
    vocabulary = sorted(counts)
    table = [min(LEVELS - 1, int(LEVELS * n / (n + norm))) for n in range(max(counts.values(), default=0) + 1)]
    levels = bytes(map(table.__getitem__, map(counts.__getitem__, vocabulary)))
    return Searchable(" ".join(vocabulary), levels)
