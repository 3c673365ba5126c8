"""The keys of front matter by the kind of file, and what editors who come from other systems write for them."""

from __future__ import annotations

STORY_LEVEL = ("date", "categories", "topics", "image", "publish", "expires", "draft")
TERM_KEYS = ("title", "names", "slug", "description", "lead")
ARTICLE_KEYS = (
    "title", "date", "categories", "lead", "kicker", "slug", "updated", "authors", "tags",
    "topics", "story", "source", "image", "related", "aliases", "corrections", "publish",
    "expires", "draft", "translation_of", "gone", "description", "location", "noindex", "template",
    "extra",
)  # fmt: skip
NOT_OF_PAGES = ("date", "categories", "topics", "tags")
#: The keys of each kind of file; `date` and `categories` mean nothing where nothing is news.
KEYS: dict[str, tuple[str, ...]] = {
    "article": ARTICLE_KEYS,
    "page": tuple(key for key in ARTICLE_KEYS if key not in NOT_OF_PAGES),
    "category": ("title", "description", "lead"),
    "tag": TERM_KEYS,
    "author": TERM_KEYS,
    "topic": TERM_KEYS,
    "source": TERM_KEYS,
}
#: What editors coming from other systems write, folded, by the key that is meant.
_WORDS_FOR = {
    "title": "titre headline titel titulo",
    "authors": "author auteur auteurs autrice byline signature journaliste journalistes writer writers redacteur",
    "tags": "tag keywords keyword motscles motcle motsclefs motclef etiquettes etiquette hashtags",
    "categories": "category categorie rubrique rubriques section sections kategorie",
    "lead": "subtitle lede chapo chapeau summary excerpt standfirst intro introduction soustitre accroche dek deck"
    " sommaire resume teaser subhead subheading subheadline",
    "kicker": "surtitre overline eyebrow suptitle surtitle",
    "updated": "lastmod modified lastmodified lastmodifiedat datemodified modifieddate modifiedat dateupdated updatedat"
    " updateddate lastupdated lastupdate miseajour dernieremodification datedemodification datemodification modifiele",
    "date": "created createdat createdon datecreated createddate datecreation datedecreation creele",
    "expires": "expirydate",
    "publish": "publishdate",
    "draft": "published",
    "aliases": "redirectfrom permalink url alias oldurl oldurls redirect redirects",
    "image": "images cover thumbnail coverimage featuredimage featureimage heroimage hero photo picture vignette"
    " illustration imagealaune",
    "topics": "topic series serie dossier dossiers collection collections",
    "location": "lieu dateline place ville ort",
    "names": "name",
    "extra": "params custom",
    "description": "metadescription seodescription",
    "corrections": "correction erratum errata",
    "related": "relatedposts relatedarticles seealso voiraussi",
    "slug": "basename",
    "source": "agence agency",
}
OTHER_WORDS = {word: key for key, words in _WORDS_FOR.items() for word in words.split()}
#: What they write for the words about a term.
ABOUT_TERM = frozenset(("bio", "biography", "biographie", "about", "apropos", "presentation"))
#: What other systems write for parts of the lead picture, by the part that is meant.
PICTURE_PARTS = {
    "alt": "alt", "alttext": "alt", "imagealt": "alt", "textealternatif": "alt",
    "caption": "caption", "legende": "caption", "imagecaption": "caption",
    "credit": "credit", "imagecredit": "credit", "photocredit": "credit", "copyright": "credit", "src": "src",
}  # fmt: skip
#: Keys that say the language of a file, which its name says here.
LANGUAGE_KEYS = frozenset(("lang", "language", "langue", "locale", "sprache", "idioma"))
#: Keys that steer what newsgen has not, or decides by itself.
_NEEDLESS = """
featured comments comment toc layout weight math mathjax markup pinned sticky id guid uuid type posttype authorid
showtoc sidebar searchhidden disableshare showreadingtime readingtime wordcount commentstatus pingstatus menuorder
format parent classes nav navorder sitemap ispage isindex cascade outputs commentaires alaune
"""
NEEDLESS_KEYS = frozenset(_NEEDLESS.split())
#: Words with which a sentence may begin as well: a line that does is more likely one of the text.
_EVERYDAY = """
created collection collections deck dossier dossiers hero illustration intro introduction lieu photo picture place
redirect redirects resume section sections serie series signature sommaire ville vignette voiraussi writer writers
"""
#: Words that somebody writes for a key, in any kind of file.
KNOWN = frozenset((*ARTICLE_KEYS, *TERM_KEYS, *(word for word in OTHER_WORDS if word not in _EVERYDAY.split())))
