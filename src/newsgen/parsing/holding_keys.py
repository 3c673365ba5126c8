"""Keys with which other systems hold a story back: what a value of theirs means, and which key of newsgen says it."""

# Who comes from another system writes `status: draft` or `published: false`, and takes it that the story is held back.
# newsgen does not know these keys; an unknown key is a warning elsewhere, and would let the story out here. So this
# module fails closed: where a value may mean "not now", the file is left out with an error that says what to write.
#
#   verdict of `judge`    where                                                         then
#   None                  the name means nothing like it, or there is no value          the usual warning for a key
#   Verdict(False, …)     the value says public (`published: true`)                     a warning that names our key
#   Verdict(True, …)      the value holds, or nobody can tell                           an error; the file is left out
#
# Names are compared without case, accents and signs (`folded`), with or without `is` and `est` before them. Those in
# KEYS are used for nothing else: any value that does not plainly say public holds. Those in WEAK_KEYS name other things
# as well (`type`, `active`, `archive`): they hold only by a value that says so. No list has every name, so any other is
# taken apart: where each of its words is one of WORDS (`embargoed_until`, `dateParution`, `not ready`), the words and
# the value decide together. A misspelt name is judged by its value, for a near name alone would make an error of many
# a harmless key. `parsing.salvage` asks the same of files that cannot
# be read as YAML, and `index.holding` says what is held by it: never what readers have already.
#
# Proved by test_each_key_of_another_system_is_an_error_that_names_ours_however_it_is_written,
# test_a_value_that_may_hold_back_is_an_error_that_says_what_to_write,
# test_a_value_that_says_public_is_a_warning_that_names_our_key, test_what_holds_nothing_back_is_the_usual_warning,
# test_a_name_made_of_words_for_holding_back_holds_by_its_value,
# test_keys_of_other_systems_are_told_of_pages_too_and_stay_the_sites_own_below_extra,
# test_the_docs_name_every_key_of_other_systems.

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Literal

import msgspec

from newsgen.nouns.diagnostics import Part, part
from newsgen.nouns.messages import MOST_SHOWN
from newsgen.settings.yaml_nodes import Mapping, Node, Sequence, is_absent


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words that say yes and no, as `folded` gives them.
YES = _words("true yes y on 1 oui vrai ja wahr si")
NO = _words("false no n off 0 non faux nein falsch none never jamais nie")
_PUBLIC = YES | _words(
    "publish published public publie publiee live online enligne released open visible listed active featured"
    " everyone everybody all anyone world free publicado publicada veroffentlicht offentlich"
)
_DRAFT = _words(
    "draft drafts autodraft wip private hidden unlisted unpublished brouillon prive privee entwurf borrador"
)
_HELD = NO | _DRAFT | _words(
    "todo pending pendingreview review inreview needsreview reviewing future scheduled planned trash trashed deleted"
    " removed archived notpublished embargo embargoed inactive disabled offline closed restricted protected password"
    " members membersonly paid subscribers internal secret confidential rejected withdrawn masque masquee cache cachee"
    " nonpublie relecture enrelecture arelire enattente attente planifie programme corbeille supprime archive horsligne"
    " depublie retire privat versteckt geplant privado oculto pendiente interne internes restreint restreinte reserve"
    " reservee abonnes membres confidentiel confidentielle bloque bloquee gele gelee onhold hold held waiting blocked"
    " notready pasvalide nonvalide avalider acorriger arevoir suspendu suspendue"
)  # fmt: skip
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

#: What a key says. `true`: held where its value is not no. `false`: held where it is not yes. `state`: held where it
#: is not a word for public. `kind`: held where it is a word such as draft. `from`, `until`: a date, which only the
#: clock can judge. `embargo`: a date, or no. `password`, `withdrawn`: anything but no. `start`, `end`: a date that may
#: be an event's; a start that is not after the story's own `date` holds nothing.
_Meaning = Literal[
    "true", "false", "state", "kind", "from", "until", "embargo", "password", "withdrawn", "start", "end"
]
KEYS: dict[_Meaning, str] = {
    "true": "draft drafts hidden hide private unlisted unpublished embargoed wip brouillon trash trashed"
    " relecture noPublish doNotPublish notPublished membersOnly subscribersOnly nonPublié nePasPublier"
    " masqué masquer caché privé nonRépertorié àParaître àRelire pasPrêt bloqué corbeille entwurf"
    " versteckt borrador oculto eleventyExcludeFromCollections",
    "false": "published publié veröffentlicht publicado discoverable listed",
    "state": "status visibility postStatus publicationStatus publishStatus publishState publicationState"
    " moderationState workflowState reviewState statut visibilité",
    "from": "publish publishDate pubDate publishOn publishAt publishTime publishFrom publishAfter publishUp"
    " publishedOn publishedAt publishedDate datePublished publicationDate dateDePublication"
    " datePublication publierLe aPublierLe publieLe heureDePublication parution dateDeParution miseEnLigne"
    " enLigneLe postDate releaseDate releasedAt releaseOn goLive goLiveAt availableFrom visibleFrom"
    " validFrom activeFrom notBefore date",
    "until": "expires expire expired expiry expiryDate expiresOn expiresAt expiration expirationDate"
    " dateExpiration dateD'expiration unpublish unpublishDate unpublishOn unpublishAt publishDown"
    " publishUntil finLe dateDeFin dépublierLe dépublication finDePublication availableUntil visibleUntil"
    " validUntil activeUntil notAfter",
    "embargo": "embargo embargoUntil embargoDate embargoJusquAu underEmbargo sousEmbargo sperrfrist scheduled"
    " scheduledAt scheduledFor scheduledDate scheduleDate",
    "password": "password postPassword passphrase motDePasse passwort contraseña",
    "withdrawn": "gone withdrawn retracted",
}
#: Keys that other things are called by, too: only a value that says so holds the story back.
WEAK_KEYS: dict[_Meaning, str] = {
    "true": "ignore ignored exclude excluded skip archived archivé deleted disabled secret secrète confidential"
    " confidentiel restricted protected internal interne offline horsLigne headless removed supprimé"
    " retiré",
    "false": "public visible enabled active actif live online enLigne released approved validated validé routable"
    " render output build permalink",
    "state": "state état access accès workflow stage phase",
    "embargo": "schedule",
    "kind": "type layout postType",
}


def folded(name: str) -> str:
    """A key or a value without case, accents and whatever is no letter or digit: `Publish-Date` is `publishdate`."""
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _accented(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFC", name.casefold()) if letter.isalnum())


# A French participle is another word without its accent (`caché` is hidden, `cache` is not): those keep it.
_ONLY_ACCENTED = frozenset(map(_accented, ("caché", "archivé")))


def _by_form(table: dict[_Meaning, str]) -> dict[str, _Meaning]:
    """The keys as they are compared, with and without accents."""
    meanings: dict[str, _Meaning] = {}
    for meaning, names in table.items():
        for name in map(_accented, names.split()):
            meanings[name] = meaning
            if name not in _ONLY_ACCENTED:
                meanings[folded(name)] = meaning
    return meanings


_STRONG_FORMS, _WEAK_FORMS = _by_form(KEYS), _by_form(WEAK_KEYS)
_Kind = Literal["hold", "public", "publish", "unpublish", "start", "end", "state"]
#: Words of which other names are made, as `folded` gives them. `hold` and `public` say yes or no, or until when;
#: `publish` and `unpublish` want a date; `start` and `end` alone may be an event's.
WORDS: dict[_Kind, str] = {
    "hold": "hold held draft brouillon embargo embargoed hidden hide private prive blocked block bloque pending attente"
    " waiting wait suspended suspendu review relecture relire valider corriger wip unpublished unlisted masque locked",
    "public": "ready pret prete valid valide validee approved final finished termine termine visible public published"
    " publie publiee online ligne live available disponible active listed shown affiche",
    "publish": "schedule scheduled scheduling planned planifie programme programmee publish publishing publication"
    " publications publier parution paraitre paru parue release diffuser diffusion go",
    "unpublish": "expire expires expired expiring expiry expiration unpublish unpublishing depublier depublie"
    " depublication retrait retirer remove removal takedown peremption",
    "start": "start starts starting begin begins beginning debut commence commencement launch",
    "end": "end ends ending fin finit until till jusqu jusque jusquau stop stops",
    "state": "state status statut etat stage phase step etape workflow progress avancement visibility visibilite"
    " audience acces access diffusion distribution confidentialite",
}
#: Words between them that change nothing, and those that turn yes into no.
_FILLERS = _words(
    "date dates datetime day time jour heure at on by le la les l du de des d au aux a en in for from to after as the"
    " is est be will been has partir mise lift lifted lifts leve levee article articles story post page content item"
    " editorial editorialement web site"
)
_NEGATIONS = _words("not no non pas ne never jamais")
#: Words to hold back that say from when on where they have a date, unless they say until when: `hide_on`.
_HIDING = _words("hidden hide private prive unlisted masque blocked block bloque")
_WORD = r"[^\W\d_]+"
_HUMP = r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])"
_KIND_WORDS: dict[_Kind, frozenset[str]] = {kind: _words(words) for kind, words in WORDS.items()}
_ALL_WORDS = frozenset().union(*_KIND_WORDS.values(), _FILLERS, _NEGATIONS)
#: Keys whose misspelling is told by the value: `darft: true`, `publsih: 2024-05-01`.
_NEAR: dict[str, _Meaning] = {
    "draft": "true", "brouillon": "true", "published": "false", "publish": "from", "expires": "until",
    "embargo": "embargo",
}  # fmt: skip
_NEAR_MEANINGS = tuple(dict.fromkeys(_NEAR.values()))


class Verdict(msgspec.Struct, frozen=True):
    """What a key of another system says: whether it may hold the story back, and what to write."""

    holds: bool
    advice: Part


def judge(name: str, node: Node, *, day: str = "") -> Verdict | None:
    """What a key that newsgen does not know may do to a story; None where it has nothing to do with holding back, or
    no value. `day`: that of the story's `date`, `2023-04-16`; "" if nobody knows it. Rule: CONTENT.md §2, "Fail
    closed"."""
    values = _values(node)
    if not values:
        return None
    meaning, is_weak = _meaning(name)
    if (meaning is None or (is_weak and not _says(meaning, values))) and (
        by_words := _meaning_of_words(name, values, day)
    ):
        meaning, is_weak = by_words, True
    if meaning is None:
        if len(name) > 40 or not any(_says(of_near, values) for of_near in _NEAR_MEANINGS):
            return None
        near = difflib.get_close_matches(folded(name), _NEAR, 1, 0.75)
        if not near or not _says(_NEAR[near[0]], values):
            return None
        meaning, is_weak = _NEAR[near[0]], False
    holds = _says(meaning, values) if is_weak else not _is_public(meaning, values)
    if is_weak and not holds and (meaning in ("state", "kind") or not _is_public(meaning, values)):
        return None
    return Verdict(holds, _advice(name, meaning, values) if holds else part("hold/public"))


def _meaning(name: str) -> tuple[_Meaning | None, bool]:
    for key in dict.fromkeys((_accented(name), folded(name))):
        for form in (key, key.removeprefix("is"), key.removeprefix("est")):
            if form in _STRONG_FORMS:
                return _STRONG_FORMS[form], False
            if form in _WEAK_FORMS:
                return _WEAK_FORMS[form], True
    return None, False


def _meaning_of_words(name: str, values: tuple[str, ...], day: str) -> _Meaning | None:
    """What a name says that is in no list, by its words and its value; None if one of the words is of something else,
    or the value says nothing of holding back."""
    words = [folded(word) for word in re.findall(_WORD, re.sub(_HUMP, " ", unicodedata.normalize("NFC", name[:60])))]
    if not words or not _ALL_WORDS.issuperset(words):
        return None
    kinds = {kind for kind, known in _KIND_WORDS.items() if not known.isdisjoint(words)}
    days = [value[:10] for value in values if re.match(_DAY, value)]
    if days:
        if "hold" in kinds:
            return "until" if not kinds & {"unpublish", "end"} and not _HIDING.isdisjoint(words) else "from"
        if "unpublish" in kinds or ("end" in kinds and kinds & {"public", "publish"}):
            return "until"
        if "end" in kinds:
            return "end"
        if kinds & {"public", "publish"}:
            return "from"
        return "start" if "start" in kinds and max(days) > day else None
    is_negated = not _NEGATIONS.isdisjoint(words)
    if "state" in kinds and not kinds & {"hold", "public"}:
        return "state"
    if "hold" in kinds:
        return "false" if is_negated else "true"
    return None if "public" not in kinds else "true" if is_negated else "false"


def _values(node: Node) -> tuple[str, ...]:
    """The texts of a value, those in lists and mappings too, without empty ones."""
    if isinstance(node, Mapping):
        return tuple(value for entry in node.entries for value in _values(entry.value))
    if isinstance(node, Sequence):
        return tuple(value for item in node.items for value in _values(item))
    return () if is_absent(node) else (node.value.strip(),)


def _is_public(meaning: _Meaning, values: tuple[str, ...]) -> bool:
    words = {folded(value) for value in values}
    if meaning == "false":
        return words <= YES
    if meaning == "state":
        return words <= _PUBLIC
    if meaning == "from":
        return False
    return words <= NO


def _says(meaning: _Meaning, values: tuple[str, ...]) -> bool:
    """Whether a value says by itself that the story is held back."""
    words = {folded(value) for value in values}
    if meaning == "true":
        return bool(words & (YES | _HELD) - NO)
    if meaning in ("false", "state"):
        return bool(words & _HELD)
    if meaning == "kind":
        return bool(words & _DRAFT)
    is_switch = meaning == "embargo" and bool(words & (YES | _HELD) - NO)
    return is_switch or any(re.match(_DAY, value) for value in values)


def _advice(name: str, meaning: _Meaning, values: tuple[str, ...]) -> Part:
    """What to write in place of a key that holds a story back, with its own date or reason where it has one."""
    value = values[0][: MOST_SHOWN + 1] if len(values) == 1 else ""
    has_day = bool(re.match(_DAY, value))
    if meaning == "withdrawn":
        return part("hold/gone") if folded(value) in YES | {""} else part("hold/gone-for", reason=value)
    if folded(name) == "date":
        return part("hold/date", date=value if has_day else "2023-04-16 18:05")
    if meaning == "until":
        return part("hold/until", date=value if has_day else "2035-12-31 23:59")
    if meaning == "start":
        return part("hold/start", date=value if has_day else "2035-12-31")
    if meaning == "end":
        return part("hold/end", date=value if has_day else "2035-12-31")
    if meaning in ("from", "embargo", "false") and has_day:
        return part("hold/from", date=value)
    if meaning in ("from", "embargo"):
        return part("hold/from-some-day")
    return part("hold/password") if meaning == "password" else part("hold/draft")
