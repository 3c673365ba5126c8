"""The messages in English: a case of a diagnostic, how bad it is, what is wrong, what to write instead.

A message is one line that makes sense alone, lower case, without full stop; values are in backticks.
"""

from __future__ import annotations

from newsgen.nouns.messages import Language, Message, cut, error, note, warning

_READABLE = "give the user that builds the right to read it (`chmod a+rX`)"
_BUILD_AGAIN = "build again"
_FETCH = f"run `git lfs pull`, then {_BUILD_AGAIN}"
_LEFT_AS_READ = "build again: until then, what was read of it before is shown, if anything was"
_DELETE_ALIAS = "delete this alias"
_LAST_CHANGE = "write the day of the last change"
_NEAR = "did you mean `{near}`?"
_AS_MEANT = "nothing to do if that is meant"
_BELONGS = "the address {url} belongs to {owner}"
_FREE_SLUG = "write another `slug`, such as `slug: {free}`"
_FORGOTTEN = "the address {url} was forgotten, and nothing has it any more"
_TOO_LONG = "the output path is too long for file systems: `{name}…`"
_ELSEWHERE = "save it as PDF or as plain text; what the site itself runs belongs into static/"
_RENDERED = "content/{path} is not published: browsers would run or render it ({type}) in the site's name"
_PICTURE_LEFT_OUT = "the picture content/{path} is left out: {reason}"
_FILE_LEFT_OUT = "the file content/{path} is left out: {reason}"
_SHOWN_BEFORE = "the picture content/{path} is shown as it was published before: {reason}"
_SMALLER = "make it smaller, or raise `max_megapixels` of `pictures` in newsgen.yaml"
_IN_CONTENT = "a path is relative to the file, or from content/ with `/`"
_NEAR_FILE = "did you mean `/{near}`?"
_NO_ADDRESS = "the name `{name}` holds {character}, which no address can hold"
_RENAME = "rename it with letters, digits, `-` and `.`"
_UNPACK = "; where it was unpacked from an archive, unpack it again with another program, which makes folders"
_HIDDEN_HINT = "delete the link, or copy what is meant into the site"
_TO_NOWHERE = "the symbolic link leads nowhere: `{target}`"
_DELETE_LINK = "delete the link"
_CONFLICT_HINT = "keep one of the two versions, or make one of both, and delete the lines with the marks"
_REDIRECT = "`/fr/old/: /fr/new/`"
_LOST = "the address {url} was published and is gone"
_LOST_NOW = "the address {url} was published and is gone ({path} is {state} now)"
_LOST_HINT = "add `aliases: [{url}]` to the article that takes its place, or `gone: why` to keep a notice there"
_BESIDE = "save it beside the story, or allow that site in `security.csp` of newsgen.yaml"
_HTML = "the docs list the HTML that texts may hold; `trusted_html: true` in newsgen.yaml turns it off for bodies"
_LOOKS = "the site's style sheet decides that; a class and rules in templates/custom.css can say more"
_NO_BLOCK = "`{parent}` has no block `{name}`, so this one is shown nowhere"
_NOT_CLOSED = "is not closed: no rule behind it counts"
_ALLOW = "allow `{origin}` as `{directive}` in `security.csp` of newsgen.yaml"
_WORDS = "write them into {file}: the ids are those of the theme's en.yaml"
_STAYS = "what was published there stays as it was"
_REPORT = "please report this line, with the file; until it is mended, take back what was written in the file last"

_INDENT = "indent the keys of one mapping alike; keys and list items do not mix"
_BEHIND_QUOTE = "`{rest}` stands after the closing quote"
_DELETE_LINE = "delete the line"
_INVISIBLE = "delete it, or write a space in its place"
_ANOTHER_NAME = "give it another name, or delete it"
_AT_THE_MARGIN = "begin the line at its margin; code that is to be read stands between two lines of ` ``` `"
_ORDINARY_SPACE = "type an ordinary space; a sign that is to be read is written with a `\\` before it"
_OTHER_SYSTEM = "write what it stood for, or put it into backticks if readers are to see it"
_OPEN_QUOTE = "the quote `{quote}` that opens here is never closed"

#: YAML itself, in newsgen.yaml, front matter and string tables: what these hold can be of any length.
_OF_YAML: dict[str, Message] = {
    "comment-truncates": warning(
        "`{cut}` is a comment, not part of the value: a `#` after a space begins one", "quotes keep it: write `{whole}`"
    ),
    "comment-truncates/hashtags": warning(
        "`{cut}` is a comment, not part of the value: a `#` after a space begins one",
        "write `{items}` for a list of them, or `{whole}` for one text",
    ),
    "value-type/merge-key": error("the merge key `<<` wants a mapping or a list of mappings", "write `<<: *anchor`"),
    "yaml-tag": error(
        "the YAML tag `{tag}` is not allowed",
        "newsgen knows the type of each key: leave the tag out, or put the text in quotes",
    ),
    "yaml-alias-limit": error(
        "aliases up to `*{alias}` stand for more than {most} values",
        "write the values out, or use fewer anchors and aliases",
    ),
    "yaml-invalid/alias-in-itself": error("the alias `*{alias}` contains itself", "write the value out"),
    "yaml-invalid/alias-unknown": error(
        "the alias `*{alias}` has no anchor `&{alias}` before it",
        "if `*` is part of the text, write it in quotes: `{whole}`",
    ),
    "yaml-invalid/behind-apostrophe": error(_BEHIND_QUOTE, "an apostrophe ends single quotes: write `{whole}`"),
    "yaml-invalid/behind-bracket": error(
        "`{rest}` stands behind the closing bracket",
        "a text that begins with `{bracket}` needs quotes: write `{whole}`",
    ),
    "yaml-invalid/behind-quote": error(
        _BEHIND_QUOTE, 'inside double quotes write `\\"` for a quote, or put single ones around all: `{whole}`'
    ),
    "yaml-invalid/breaks-off": error("the value breaks off here", _INDENT),
    "yaml-invalid/closing-bracket": error(
        "`{bracket}` without the bracket that opens it", "delete it, or put the text in quotes"
    ),
    "yaml-invalid/colon-in-brackets": error(
        "a `:` inside a list or a mapping in brackets needs quotes around its text",
        "put the text that holds the `:` in quotes",
    ),
    "yaml-invalid/colon-in-text": error(
        "a `:` in the text of `{key}`, which goes over several lines: it needs quotes", "write `{key}: {value}`"
    ),
    "yaml-invalid/colon-without-key": error("a `:` without a key before it", "write `key: value`"),
    "yaml-invalid/colon-without-space": error("no space after the `:` of `{key}`", "write `{key}: {value}`"),
    "yaml-invalid/curly-quote": error(
        _OPEN_QUOTE.replace("`{quote}`", '`"`') + ": `{quote}` is another character", "write `{whole}`"
    ),
    "yaml-invalid/dash": error(
        "a list item cannot stand in the line of its key",
        "write `{item}` into a line of its own, or `{whole}` if it is a text that begins with `-`",
    ),
    "yaml-invalid/dash-without-space": error("no space after the `-` of a list item", "write `- {text}`"),
    "yaml-invalid/equals": error("`=` after `{key}`, where YAML wants `:`", "write `{key}: {value}`"),
    "yaml-invalid/hash-in-list": error(
        "a `#` after a space, a comma or a bracket begins a comment, which takes away the end of the list",
        "put the item in quotes: `{whole}`",
    ),
    "yaml-invalid/several-quotes": error(
        "several texts in quotes stand behind each other", "write a list: `{items}`, or one text in one pair of quotes"
    ),
    "yaml-invalid/two-commas": error("an item of the list is missing before this `,`", "delete one `,`"),
    "yaml-invalid/deep": error("more than {most} lists and mappings inside each other", "write it flatter"),
    "yaml-invalid/directive": error("YAML directives (lines that begin with `%`) are not allowed", _DELETE_LINE),
    "yaml-invalid/document-end": error("the line `...` ends the YAML document", _DELETE_LINE),
    "escape-unseen": warning("in double quotes `{escape}` is an escape: readers see no backslash", "write `{whole}`"),
    "character-forbidden/escape": error(
        "in double quotes `{escape}` is an escape for a character that cannot stand here", "write `{whole}`"
    ),
    "yaml-invalid/escape-in": error("`{escape}` is no escape that double quotes know", "write `{whole}`"),
    "yaml-invalid/escape": error(
        "`{escape}` is no escape that double quotes know", "write `\\{escape}`, or put the text in single quotes"
    ),
    "yaml-invalid/first-character": error(
        "a value cannot begin with `{sign}` unless it is in quotes", "write `{whole}`"
    ),
    "yaml-invalid/key-in-value": error(
        "`{word}:` stands where no key can stand, inside the value above",
        "indent the keys of one mapping alike, or put the value above in quotes",
    ),
    "yaml-invalid/key-no-text": error("a key must be a text"),
    "yaml-invalid/list-item": error("a list item stands where it fits no list", "indent the items of one list alike"),
    "yaml-invalid/misfit": error(
        "`{rest}` does not fit what stands above",
        _INDENT,
    ),
    "yaml-invalid/no-colon": error("no `:` after `{word}`", "write `{word}: …`, or indent the line"),
    "yaml-invalid/no-colon-in-line": error("no `:` after `{word}` in the line", "write `{word}: {rest}`"),
    "yaml-invalid/no-comma": error(
        "`,` or `{closing}` is missing before `{rest}`", "put a text that holds commas, quotes or brackets in quotes"
    ),
    "yaml-invalid/no-key": error("a `:` without a key before it"),
    "yaml-invalid/no-value": error("a value is missing here", 'write the value, or an empty one: `""`'),
    "yaml-invalid/no-dash": error(
        "`{words}` stands below `{key}:`, and is neither indented nor an item of a list",
        "write `- {words}` if it is an item, or indent it if it is the text",
    ),
    "yaml-invalid/indented": error(
        "`{words}` is indented, and the keys below it are not", "write it at the beginning of the line"
    ),
    "yaml-invalid/picture": error("a value is not Markdown", "write `{whole}`"),
    "yaml-invalid/star": error("`*` begins no item of a list here", "write `- {item}`"),
    "yaml-invalid/behind-value": error("`{sign}` stands after the value", "delete it: write `{value}`"),
    "yaml-invalid/odd-colon": error(
        "the `{colon}` behind `{key}` is the character U+{code:04X}, and no colon to YAML", "write `{key}: {value}`"
    ),
    "yaml-invalid/odd-space": error(
        "the character U+{code:04X} stands behind the `:` of `{key}`, where YAML wants a space",
        "write `{key}: {value}`, with a plain space",
    ),
    "yaml-invalid/open-apostrophe": error(
        _OPEN_QUOTE,
        "close the text with `{quote}`; an apostrophe inside single quotes is written twice (`''`)",
    ),
    "yaml-invalid/open-bracket": error("the `{opening}` that opens here is never closed", "close it with `{closing}`"),
    "yaml-invalid/open-quote": error(_OPEN_QUOTE, "close the text with `{quote}`"),
    "yaml-invalid/prose": error(
        "`{words}` is no key with a value",
        "write it below the second `---` if it is part of the story, and indent it if it goes on with the value above",
    ),
    "yaml-invalid/quote-closes-later": error(
        "the quote that opens here closes only in a later line",
        "close it in its line; quotes inside quotes need single ones around them",
    ),
    "yaml-invalid/second-colon": error(
        "a second `:` in the value of `{key}`: the value needs quotes", "write `{key}: {value}`"
    ),
    "yaml-invalid/second-document": error(
        "a second YAML document begins here", "write one document; a text that begins with `---` goes in quotes"
    ),
    "yaml-invalid/sign": error("a value that begins with `{sign}` needs quotes", "write `{whole}`"),
    "yaml-invalid/tab": error("a tab where YAML wants spaces", "indent with spaces"),
}

_WHOLE_URL = "write scheme and host, such as `https://example.org/`"
_SUCH_AS = "write such as `{example}`"
_TAG = "`{tag}` is no BCP 47 language tag"
_ACCEPTED = "`- {{id: link-broken, path: content/2019/x.fr.md, why: …, until: 2027-01-01}}`"
_TAGS = "write tags such as `fr`, `pt-BR`, `zh-Hant`"
_ZONE = "no time zone `{name}`"
_NO_FIELD = "`permalink` has no field `{{{name}}}`"
_KNOWN_TYPES = "write `documents: [html]`; types are: {known:code}"
_PICTURES = "`pictures` must hold keys and values"
_SEARCH = "`search` must be `false`, or say its period"
_ANOTHER = "write another one"
_OWN_SLUG = "write a `slug` of its own"
_WORD_FORM = "write lower-case letters, digits and hyphens"
_LOGO_FORM = "write `logo: {{src: /assets/logo.svg, width: 220, height: 40}}`; the file lies in static/assets/"
_MENU_FORM = "write `menu: [europe, latest, {{title: {{fr: …, en: …}}, url: /fr/about/}}]`"
_NO_LISTED = "no category and no list is called `{name}`"

#: newsgen.yaml, by its keys: their values can be of any length.
_OF_SETTINGS: dict[str, Message] = {
    "config-invalid/no-mapping": error(
        "newsgen.yaml must hold keys and values", "write `title: …`, `url: …`, `languages: …`"
    ),
    "config-invalid/accepted": error("`accepted` must be a list of what is accepted", f"write {_ACCEPTED}"),
    "config-invalid/accepted-lacks": error("what is accepted lacks `{name}`", f"write {_ACCEPTED}"),
    "config-invalid/accepted-id": error("there is no fault `{id}`", "write an id as reports have it in brackets"),
    "config-invalid/accepted-id-near": error("there is no fault `{id}`", "did you mean `{near}`?"),
    "config-invalid/accepted-until": error("`{until}` is no day", "write `until: 2027-01-01`, the last day of it"),
    "config-invalid/accepted-never": error(
        "`{id}` cannot be accepted here",
        "an address is let go in `redirects.yaml`, or by `newsgen build --accept-loss N`",
    ),
    "accepted-over": warning(
        "`{id}` at {path} was accepted until {until}", "look again: mend it, or write a later day, and why"
    ),
    "accepted-refused": error(
        "`{id}` at {path} cannot be accepted: it takes the file off the site", "mend the file, and delete this entry"
    ),
    "accepted-unused": warning("there is no `{id}` at {path} any more", "delete this entry"),
    "config-invalid/publish": error(
        "`publish` must hold places by name", "write `publish: {{live: /srv/news}}`, a folder or an address"
    ),
    "config-invalid/publish-name": error(
        "`{name}` cannot be the name of a target", "write letters without accents, digits, `-` and `_`"
    ),
    "config-invalid/publish-target": error(
        "`publish.{name}` does not say where to", "write `{name}: /srv/news`, or `{name}: {{target: /srv/news}}`"
    ),
    "config-invalid/publish-secret": error(
        "an address under `publish` holds a password", "take it out: it is read from the environment or an agent"
    ),
    "config-invalid/publish-endpoint": error(
        "`{url}` is no address of a server", "write one that begins with https://"
    ),
    "config-invalid/publish-indexnow": error(
        "`{key}` is no key of IndexNow", "write 8 to 128 letters, digits and `-`, as the file in static/ is called"
    ),
    "config-invalid/publish-boolean": error("`{name}` must be true or false", "write `{name}: true`"),
    "config-invalid/missing": error("`{name}` is missing", "write `{name}: {example}`"),
    "config-invalid/no-text": error("`{name}` must be a text", "write `{name}: text`"),
    "config-invalid/no-text-example": error("`{name}` must be a text", "write `{name}: {example}`"),
    "config-invalid/item-no-text": error("an item of `{name}` must be a text", "write a text"),
    "config-invalid/by-language": error(
        "`{name}` must be a text, or one text for each language", "write `{{fr: …, en: …}}`"
    ),
    "config-invalid/language-undeclared": error("the language `{lang}` is not declared", "declared: {declared:code}"),
    "config-invalid/number": error("`{name}` must be a number from 1 to 99999", "write `{name}: 20`"),
    "config-invalid/name-too-long": error(
        "`{begin}…` is part of addresses, and of {length} bytes",
        "write at most {most}: file systems hold no longer name",
    ),
    "config-invalid/page-address": error("`{url}` is no address of a page", "write such as `https://example.org/page`"),
    # title, url, languages, timezone, id
    "config-invalid/title": error("`title` must be a text, or one text for each language", "write `title: …`"),
    "config-invalid/url": error("`{url}` is no address of a site", _WHOLE_URL),
    "config-invalid/url-with-more": error("`{url}` has more than scheme, host and path", _WHOLE_URL),
    "config-invalid/url-path": error("the path of `{url}` cannot be used", _WHOLE_URL),
    "config-invalid/languages-tag": error(_TAG, _TAGS),
    "config-invalid/languages-list": error(_TAG, "write a list: `languages: {items}`"),
    "config-invalid/languages-tag-near": error(_TAG, "write `{near}`"),
    "config-invalid/languages-item": error("an item of `languages` is no BCP 47 language tag", _TAGS),
    "config-invalid/languages-twice": error("the language `{tag}` stands twice", "keep one of the two"),
    "config-invalid/timezone": error(_ZONE, "write a name such as `Europe/Paris`"),
    "config-invalid/timezone-near": error(_ZONE, _NEAR),
    "config-invalid/id": error("`{id}` is no authority and date of tag: URIs", "write such as `example.org,2010`"),
    "config-invalid/id-of-host": error("no tag: id can be made of the host `{host}`", "write `id: example.org,2010`"),
    # permalink
    "config-invalid/permalink-field": error(_NO_FIELD, "known: {known:code}"),
    "config-invalid/permalink-field-near": error(_NO_FIELD, "did you mean `{{{near}}}`?"),
    "config-invalid/permalink-lacks": error("`permalink` lacks `{{{name}}}`", _SUCH_AS),
    "config-invalid/permalink-ends": error("`permalink` must begin and end with `/`", _SUCH_AS),
    "config-invalid/permalink-part": error("`permalink` has a part that no address can have", _SUCH_AS),
    "config-invalid/permalink-deep": error(
        "`permalink` has {count} parts, and folders lie {most} deep at most", _SUCH_AS
    ),
    # untranslated, trusted_html, documents, pictures, search, extra
    "config-invalid/untranslated": error(
        "`untranslated` must be `link`, `show` or `hide`", "write `untranslated: link`"
    ),
    "config-invalid/trusted-html": error("`trusted_html` must be `true` or `false`", "write `trusted_html: false`"),
    "config-invalid/documents": error("`documents` must be a list of types", _KNOWN_TYPES),
    "config-invalid/documents-type": error("`documents` must be a list of types, and `{text}` is none", _KNOWN_TYPES),
    "config-invalid/redirect-files": error(
        "`redirect_files` must be a list of hosts, and `{text}` is none",
        "write `redirect_files: [nginx]`; hosts are: {known:code}",
    ),
    "config-invalid/redirect-files-both": error(
        "`{name}` and `{other}` both read {address}, each in a form of its own", "leave one of them out"
    ),
    "config-invalid/redirect-files-gitlab": error(
        "no redirects in a form of its own help GitLab Pages, which follows none where a file lies",
        "leave `gitlab` out; the pages of HTML lead on there",
    ),
    "config-invalid/pictures": error(_PICTURES, "write `pictures: {{widths: [360, 720]}}`"),
    "config-invalid/pictures-off": error(_PICTURES, "write `pictures: {{widths: []}}` for no resized ones"),
    "config-invalid/pictures-width": error(
        "a width of `pictures.widths` must be a number of pixels from 16 to 8000",
        "write `widths: [360, 720, 1080]`, or `widths: []` for no variants",
    ),
    "config-invalid/pictures-format": error(
        "a format of `pictures.formats` must be `avif` or `webp`", "write `formats: [avif, webp]`"
    ),
    "config-invalid/pictures-megapixels": error(
        "`pictures.max_megapixels` must be a number from 1 to 150", "write `max_megapixels: 64`"
    ),
    "config-invalid/search": error(_SEARCH, "write `search: {{period: year}}`"),
    "config-invalid/search-off": error(_SEARCH, "write `search: false`"),
    "config-invalid/search-period": error(
        "`search.period` must be `year` or `month`", "write `search: {{period: year}}`"
    ),
    "config-invalid/extra": error("`extra` must hold keys and values", "write `extra: {{key: value}}`"),
    # paths
    "config-invalid/paths": error(
        "`paths` must hold words by language", "write `paths: {{de: {{tags: schlagwoerter}}}}`"
    ),
    "config-invalid/paths-words": error("`paths.{lang}` must hold words", "write `{lang}: {{tags: schlagwoerter}}`"),
    "config-invalid/paths-word": error("`{word}` cannot be a path word", _WORD_FORM),
    "config-invalid/paths-word-twice": error("`{word}` is the path word of `{kind}` already", "write another word"),
    # categories
    "config-invalid/categories": error(
        "`categories` must hold names by id", "write `categories: {{europe: {{fr: Europe}}}}`"
    ),
    "config-invalid/category": error(
        "the category `{id}` must have a text, or one for each language", "write `{id}: {{fr: …, en: …}}`"
    ),
    "config-invalid/category-id": error(
        "`{id}` cannot be a category id", "write letters, digits, `-` and `.` between them"
    ),
    "config-invalid/slug": error("`{slug}` cannot be a slug", _WORD_FORM),
    "config-invalid/category-id-of-category": error(
        "the category id `{slug}` is the address of the category `{other}` too", _OWN_SLUG
    ),
    "config-invalid/category-id-of-year": error("the category id `{slug}` is the address of a year", _ANOTHER),
    "config-invalid/category-id-of-file": error("the category id `{slug}` is the address of another file", _ANOTHER),
    "config-invalid/category-id-of-path-word": error(
        "the category id `{slug}` is the path word of `{word}` in `{lang}`", _ANOTHER
    ),
    "config-invalid/slug-of-category": error(
        "the slug `{slug}` is the address of the category `{other}` too", _OWN_SLUG
    ),
    "config-invalid/slug-of-year": error("the slug `{slug}` is the address of a year", _ANOTHER),
    "config-invalid/slug-of-file": error("the slug `{slug}` is the address of another file", _ANOTHER),
    "config-invalid/slug-of-path-word": error("the slug `{slug}` is the path word of `{word}` in `{lang}`", _ANOTHER),
    # logo, menu, home
    "config-invalid/logo": error("`logo` must hold `src`, `width` and `height`", _LOGO_FORM),
    "config-invalid/logo-lacks": error("`logo` lacks `{name}`", _LOGO_FORM),
    "config-invalid/logo-src": error("`logo.src` must be the path of a file of this site", _LOGO_FORM),
    "config-invalid/logo-pixels": error(
        "`logo.{name}` must be a number of CSS pixels from 1 to 9999", "write `{name}: 40`"
    ),
    "config-invalid/menu": error("`menu` must be a list", _MENU_FORM),
    "config-invalid/menu-entry": error("an entry of the menu is an id, or a title with an address", _MENU_FORM),
    "config-invalid/menu-lacks": error("this entry of the menu lacks `{name}`", _MENU_FORM),
    "config-invalid/menu-id": error(_NO_LISTED, "known here: {known:code}"),
    "config-invalid/menu-id-near": error(_NO_LISTED, _NEAR),
    "config-invalid/menu-url": error("`{url}` is no address", "write `/fr/about/` or `https://example.org/`"),
    "menu-duplicate": warning("the menu has `{name}` twice", "delete one of the two"),
    "menu-partial/url": warning(
        "this entry of the menu has no `url` in `{lang}`, and is not shown there", "write an address for `{lang}`"
    ),
    "menu-partial/title": warning(
        "this entry of the menu has no `title` in `{lang}`, and is not shown there", "write a title for `{lang}`"
    ),
    "config-invalid/home": error("`home` must hold `lead`, a category", "write `home: {{lead: a-la-une}}`"),
    "config-invalid/home-lead": error("no category `{name}`", "name a category that `categories` declares"),
    "config-invalid/home-lead-near": error("no category `{name}`", _NEAR),
    # organization, security
    "config-invalid/organization": error(
        "`organization` must hold keys and values", "write `organization: {{name: …, url: …}}`"
    ),
    "config-invalid/organization-email": error("`{email}` is no e-mail address", "write such as `desk@example.org`"),
    "config-invalid/organization-logo": error(
        "`{url}` is no address", "write a path on the site, such as `/assets/logo.png`"
    ),
    "config-invalid/security": error(
        "`security` must hold keys and values", "write `security: {{contact: …, expires: …}}`"
    ),
    "config-invalid/security-no-expires": error(
        "`security` has `contact` but no `expires`", "write `expires: 2027-06-30`"
    ),
    "config-invalid/security-no-contact": error(
        "`security` has `expires` but no `contact`", "write `contact: security@example.org`"
    ),
    "config-invalid/security-contact": error(
        "`{contact}` is no contact",
        "write an e-mail address, `tel:+1-201-555-0123`, or an address that begins with https://",
    ),
    "config-invalid/security-http": error(
        "`{url}` does not begin with https://", "write `{secure}`, if it answers there"
    ),
    "config-invalid/security-language": error("`{tag}` is no language tag", "write such as `languages: [fr, en]`"),
    "config-invalid/security-moment": error(
        "`{written}` is no date, or no time with an offset", "write such as `2027-06-30` or `2027-06-30T12:00:00Z`"
    ),
    "config-invalid/csp": error(
        "`security.csp` must hold sources by directive",
        "write `csp: {{img-src: [https://pictures.example.org]}}`",
    ),
    "config-invalid/csp-source": error(
        "`{source}` is no source of `{directive}`",
        "write a host such as `https://pictures.example.org`, a scheme such as `data:`, or a keyword",
    ),
}

_UTF_8 = "save it as UTF-8"
_WRITE_EXAMPLE = "write `{name}: {example}`"
_CORRECTIONS = "write `corrections: [{{date: 2023-04-17, text: …}}]`"
_NO_DATE = "`{text}` is not a date"
_DELETE_KEY = "delete the key"
_FROM_CONTENT = "write a path below content/, from this file or, with a `/` before it, from content/"

#: Values of front matter, which can be of any length.
_OF_FRONT_MATTER: dict[str, Message] = {
    "yaml-invalid/front-text": error("no `:` after `{word}`", "write `{word}: …`"),
    "yaml-invalid/front-prose": error(
        "front matter is keys with values, and this is a text",
        "write `title: …` and the other keys between the two `---`, and the text of the story below them",
    ),
    "yaml-invalid/front-list": error("front matter is keys with values, not a list", "write `title: …`"),
    "key-holds-back": error(
        "`{written}` may hold the story back, and newsgen does not know the key `{name}`", "{advice}"
    ),
    "key-missing/name-of-source": error(
        "`source` lacks `name`", "write `source: {{name: AFP, url: https://www.afp.com/}}`"
    ),
    "key-missing/of-correction": error("a correction lacks `{key}`", _CORRECTIONS),
    "key-missing/lang-of-translation": error(
        "`translation_of` lacks `lang`", "write `translation_of: {{lang: fr, date: 2023-04-16}}`"
    ),
    "value-type/text-not-list": error("`{name}` must be text, not a list", _WRITE_EXAMPLE),
    "value-type/text-not-mapping": error("`{name}` must be text, not a mapping", _WRITE_EXAMPLE),
    "value-type/boolean-not-list": error("`{name}` must be `true` or `false`, not a list", _WRITE_EXAMPLE),
    "value-type/boolean-not-mapping": error("`{name}` must be `true` or `false`, not a mapping", _WRITE_EXAMPLE),
    "value-type/date-not-list": error("`{name}` must be a date, not a list", _WRITE_EXAMPLE),
    "value-type/date-not-mapping": error("`{name}` must be a date, not a mapping", _WRITE_EXAMPLE),
    "value-type/source-not-list": error("`{name}` must be text or `{{name, url}}`, not a list", _WRITE_EXAMPLE),
    "value-type/image-not-list": error(
        "`{name}` must be a path or `{{src, alt, caption, credit}}`, not a list", _WRITE_EXAMPLE
    ),
    "value-type/language-not-list": error(
        "`{name}` must be a language or `{{lang, date}}`, not a list", _WRITE_EXAMPLE
    ),
    "value-type/language-not-mapping": error(
        "`{name}` must be a language or `{{lang, date}}`, not a mapping", _WRITE_EXAMPLE
    ),
    "value-type/mapping": error("`{name}` must be a list of texts, not a mapping", "write `{name}: [a, b]`"),
    "value-type/list-in-list": error("an item of `{name}` is a list in double brackets", "write `{name}: {items}`"),
    "value-type/item": error("an item of `{name}` must be text", "write `{name}: [a, b]`"),
    "value-type/colon": error("an item of `{name}` with a `:` needs quotes", "write `{whole}`"),
    "value-type/correction": error("a correction must be `{{date, text}}`", _CORRECTIONS),
    "value-type/correction-by-day": error(
        "a correction must be `{{date, text}}`, not a day with a text", "write `{whole}`"
    ),
    "value-type/extra": error("`extra` must hold keys with values", "write `extra: {{key: value}}`"),
    "value-invalid/boolean": error(
        "`{value}` is neither `true` nor `false`", "write `{name}: true` or `{name}: false`"
    ),
    "value-invalid/boolean-near": error("`{value}` is neither `true` nor `false`", "write `{name}: {meant}`"),
    "value-invalid/story": error("`{text}` is not a story id", "write `story: 2023/04/name`"),
    "value-invalid/story-near": error("`{text}` is not a story id", "write `story: {near}`"),
    "value-invalid/template": error("`{text}` is no path under templates/", "write `template: name.html`"),
    "value-invalid/gone": error(
        "`gone` is the reason that readers see, not `true` or `false`",
        "write `gone: why the story was withdrawn`, or delete the key",
    ),
    "value-invalid/url-near": error("`{text}` is no web address: {sign:code} is no part of one", "write `url: {near}`"),
    "value-invalid/url": error("`{text}` is no web address", "write `url: https://…`"),
    "value-invalid/picture": error("`image` is the path of a picture, not Markdown", "write `image: {whole}`"),
    "value-invalid/source": warning(
        "readers see the address `{text}` as the name of the source",
        "write `source: {{name: …, url: {url}}}` with its name",
    ),
    "value-invalid/focus": error(
        "`image.focus` must be two whole percentages, from the left and from the top", "write `focus: 60% 30%`"
    ),
    "value-invalid/language": error("the language `{text}` is not declared", "declared: {declared:code}"),
    "markup-as-typed": warning(
        "`{mark}` is shown as it was typed: `{name}` is plain text", f"write `{{whole}}`; {_AS_MEANT}"
    ),
    "list-comma": error("`{name}` is a list, but this is one text with a comma: `{text}`", "write `{name}: {items}`"),
    "list-comma/semicolon": error(
        "`{name}` is a list, but this is one text with a semicolon: `{text}`",
        "write `{name}: {items}`, or the text in quotes if it is one: `{name}: [{whole}]`",
    ),
    "list-comma/lines": error(
        "`{name}` is a list, but its lines are one text without a `-` before each: `{text}`",
        "write `{name}: {items}`, or `{name}: [{whole}]` if it is one",
    ),
    "list-comma/hashtags": error(
        "`{name}` is a list, but this is one text of several hashtags: `{text}`", "write `{name}: {items}`"
    ),
    "list-comma/end": error("the item `{text}` of `{name}` ends with a comma", "write `{near}`"),
    "list-comma/quoted": error(
        "`{name}` is a list, but this is one text with a comma: `{text}`",
        "write `{name}: {items}`, or `{name}: [{whole}]` if it is one",
    ),
    "list-item-empty": error(
        "the list `{name}` has an empty item", "delete it; a text that begins with `#` needs quotes"
    ),
    "date-invalid": error(_NO_DATE, "write year, month and day such as `2023-04-16` or `2023-04-16 18:05`"),
    "date-invalid/near": error(_NO_DATE, "write {dates:code-or}"),
    "date-invalid/character": error("the date `{text}` holds the character U+{code:04X} ({name})", "write `{date}`"),
    "date-invalid/no-day": error(_NO_DATE + ": it has no day", "write the day too, such as `{near}`"),
    "date-invalid/publish-no": error(_NO_DATE, "write `draft: true`"),
    "date-invalid/publish-yes": error(_NO_DATE, "delete the key: a story is public unless something holds it back"),
    "date-invalid/expires-no": error(
        _NO_DATE, "delete the key, or write `expires: none` if another language version expires"
    ),
    "date-invalid/expires-yes": error(_NO_DATE, "write the time at which it is taken down, such as `2035-12-31 23:59`"),
    "date-invalid/year": error(_NO_DATE + ": years go from 0001 to 9999"),
    "date-invalid/month": error(_NO_DATE + ": there is no such month"),
    "date-invalid/day": error(_NO_DATE + ": there is no such day", "the last day of that month is `{last}`"),
    "date-early": warning(
        "`{name}` lies in the year {year}, before the first newspaper ({first})",
        "correct the year: once published, an address that holds it is kept for ever",
    ),
    "date-invalid/time": error(
        _NO_DATE + ": there is no such time", "write hours from 00 to 23, minutes and seconds from 00 to 59"
    ),
    "slug-invalid": error("`{text}` is not a slug", "write letters, digits and hyphens"),
    "slug-invalid/near": error("`{text}` is not a slug", "write `slug: {near}`"),
    "slug-invalid/long": error("the slug is longer than {most} bytes", "write `slug: {near}`"),
}

MESSAGES: dict[str, Message] = {
    # ---- newsgen.yaml, and YAML anywhere
    **cut(_OF_YAML | _OF_SETTINGS),
    "config-unknown-key": warning("unknown key `{name}`", "known here: {known:code}"),
    "config-unknown-key/near": warning("unknown key `{name}`", _NEAR),
    "encoding-invalid/config": error("the file is not UTF-8: byte 0x{byte:02X}", "save it as UTF-8"),
    "character-forbidden": error("the invisible character U+{code:04X} ({name}) cannot stand here", _INVISIBLE),
    "character-forbidden/control": error(
        "the invisible character U+{code:04X} (control character) cannot stand here", _INVISIBLE
    ),
    "character-forbidden/text": warning("the invisible character U+{code:04X} ({name}) is left out", _INVISIBLE),
    "character-forbidden/texts": warning(
        "the invisible character U+{code:04X} ({name}) is left out, here and wherever it stands: {count} times",
        _INVISIBLE,
    ),
    "key-duplicate": error("the key `{name}` stands twice", "it stands in line {line} already: keep one of the two"),
    # ---- files
    "file-changed": error(
        "the file changed while the build ran",
        _LEFT_AS_READ,
    ),
    "file-changed/more": error("the file changed while the build ran and {more:more page|more pages}", _LEFT_AS_READ),
    "file-pointer": error(
        "the file is not here: git has only the pointer that Git LFS keeps in its place",
        _FETCH,
    ),
    "file-special": error("this is a pipe, a socket or a device, not a file", "delete it: only plain files are read"),
    "file-unreadable": error("the file cannot be read: {reason}", _READABLE),
    "file-unreadable/now": error("the file cannot be read: {reason}", _BUILD_AGAIN),
    "file-unreadable/now/more": error(
        "the file cannot be read: {reason} and {more:more page|more pages}", _BUILD_AGAIN
    ),
    "file-unreadable/folder": error("the folder cannot be read: {reason}", _READABLE),
    "file-unreadable/no-folder": error(
        "{path} is a file, and a folder must be there",
        "put the folder back; git leaves such a file in the place of a link on systems without symbolic links",
    ),
    "file-unreadable/picture-left-out": error(_PICTURE_LEFT_OUT, _BUILD_AGAIN),
    "file-unreadable/file-left-out": error(_FILE_LEFT_OUT, _BUILD_AGAIN),
    "file-unreadable/shown-before": error(_SHOWN_BEFORE, _BUILD_AGAIN),
    "encoding-invalid/name": error("the file's name is not UTF-8", "rename it"),
    "name-hidden": note(
        "`{name}` is not published: names that begin with `.` or `_` are left out",
        "give it another name, or copy it into the output after each build",
    ),
    "name-forbidden": error(_NO_ADDRESS, _RENAME),
    "name-forbidden/backslash": error(_NO_ADDRESS, _RENAME + _UNPACK),
    "story-name": warning(
        "the name `{name}` names no language as newsgen reads it: the file is taken for a story in `{lang}`",
        "name it `{near}`, or without what looks like a language",
    ),
    "story-name/end": note(
        "the name `{name}` ends as if it named a language: the file is taken for a story in `{lang}`",
        "name it `{near}` if it is one in `{other}`; " + _AS_MEANT,
    ),
    "story-name/folder": warning(
        "a folder `{folder}/` names no language: what stands in it is taken for stories in `{lang}`",
        "name each with its language, as in `{near}`, and put it beside the other versions of its story",
    ),
    "story-name/drafts": note(
        "a folder `{folder}/` holds nothing back: its stories are published unless they say `draft: true`",
        "name it `_{folder}/` if none is to be published; " + _AS_MEANT,
    ),
    "story-name/terms": note(
        "a folder content/{folder}/ is one of stories: what stands in it is read as news",
        "did you mean content/{near}/? else there is nothing to do",
    ),
    "story-name/pair": note(
        "this looks like the {lang} version of {other}, and is a story of its own: the names of the files differ",
        "name it `{name}`, or write `story: {story}` into it; " + _AS_MEANT,
    ),
    "story-name/alone": note("no other file belongs to the story `{story}`", _NEAR),
    "story-name/unread": warning(
        "`{name}` looks like a story, and is not read as one: stories end in `.md` or `.markdown`", "name it `{near}`"
    ),
    "name-unportable/blank": warning(
        "the name `{name}` has a space before a dot, which not every system can hold", "name it `{near}`"
    ),
    "name-unportable": warning("the name `{name}` cannot be held by every system", "use letters, digits, `-` and `.`"),
    "language-undeclared": error(
        "the language `{suffix}` is not declared; declared are: {languages}",
        "name the file with one of them, or add `{suffix}` to `languages` in newsgen.yaml",
    ),
    "path-case-clash": error("this path and {other} differ only in case or Unicode form", "rename one of the two"),
    "path-too-long": error(_TOO_LONG, "rename the file"),
    "path-too-long/alias": error(_TOO_LONG, _DELETE_ALIAS),
    "symlink-outside": error(
        "the symbolic link leads out of the site folder: `{target}`", "copy the file into the site"
    ),
    "symlink-hidden": error(
        "a symbolic link leads to what is not to be published: `{target}` lies in or is `{hidden}`", _HIDDEN_HINT
    ),
    "symlink-hidden/output": error(
        "a symbolic link leads to what is not to be published: `{target}` lies in the output or the cache", _HIDDEN_HINT
    ),
    "symlink-hidden/own": error(
        "a symbolic link leads to what is not to be published: it is one of newsgen's own folders", _HIDDEN_HINT
    ),
    "symlink-loop": error("the symbolic link leads back to itself", "delete it"),
    "symlink-loop/folder": error("the symbolic link leads back to a folder that it lies in", _DELETE_LINK),
    "symlink-loop/top": error("the symbolic link leads back to the folder that it lies in", _DELETE_LINK),
    "symlink-dangling": error(_TO_NOWHERE, "delete it or mend its target"),
    "symlink-dangling/top": error(_TO_NOWHERE, "mend its target"),
    "conflict-mark": error(
        "a merge was committed with its conflict: git's marks stand in the lines {lines} and {last}", _CONFLICT_HINT
    ),
    "conflict-mark/one": error(
        "a merge was committed with its conflict: git's marks stand in line {last}", _CONFLICT_HINT
    ),
    "conflict-mark/many": error(
        "a merge was committed with its conflict: git's marks stand in {count} lines, from {first} to {last}",
        _CONFLICT_HINT,
    ),
    # ---- stories
    "story-duplicate": error(
        "{other} is already the {lang} version of story `{story}`",
        "delete one of the two, or give this one a name of its own",
    ),
    "story-duplicate/term": error("{other} is already the {lang} file of {kind} `{name}`", "delete one of the two"),
    "time-nonexistent": warning("`{written}` does not exist in {zone} (summer time)", "it is read as `{read}`"),
    "key-missing/absent": error("no `{key}`", "{example}"),
    "key-missing/empty": error("no `{key}` with a value", "{example}"),
    "key-missing/declined": error("`{key}: none`, but a story needs {key}", "{example}"),
    "key-missing/unread": error(
        "no `{key}`: {other}, which may say it for the whole story, has errors of its own", "mend {other} first"
    ),
    "key-missing/left": error(
        "no `{key}`: the {lang} version of the story was published, may have said it, and has no file any more",
        "put that file back; where it has another name now, write `story: {story}` into it; else {example}",
    ),
    "key-missing/term-title": error("each {kind} needs a `title`", "write `title: …`"),
    "category-unknown": error("no category `{name}`", "declared are: {known}"),
    "category-unknown/none": error(
        "no category `{name}`: newsgen.yaml declares none", "declare it there, below `categories`"
    ),
    "category-unknown/near": error("no category `{name}`", _NEAR),
    "category-unknown/file": error("no category `{name}`", "declare it in newsgen.yaml"),
    "topic-unknown": error("no topic `{name}`", "write content/topics/{id}.{lang}.md first"),
    "topic-unknown/near": error("no topic `{name}`", _NEAR),
    "term-empty": error(
        "no address can be made of the {kind} `{name}`: it has no letter or digit",
        "write it with letters or digits, or declare it in content/{kind}s/ with a `slug`",
    ),
    "term-file-invalid": error("`{name}` is already a name of {kind} `{other}`", "let one file have each name"),
    "term-spelling": warning("one {kind} is spelled in {number} ways: {spellings:code}", "write `{best}` everywhere"),
    "term-spelling/places": warning(
        "one {kind} is spelled in {number} ways: {spellings:code}",
        "write `{best}` everywhere: another spelling stands in {places:code 8} too",
    ),
    "term-clash": error(
        "the {kind}s `{first}` and `{second}` would have one address (`{slug}`)",
        "write content/{kind}s/{slug}-2.{lang}.md with `title: {second}` and a `slug`",
    ),
    "slug-missing": error("no slug can be made: neither title nor file name has a letter or digit", "write `slug: …`"),
    "slug-reserved/pages": error("the slug `{slug}` is reserved for numbered pages", "write `slug: {free}`"),
    "slug-reserved/lists": error("the slug `{slug}` is reserved for lists", "write `slug: {free}`"),
    "slug-reserved/calendar": error("the slug `{slug}` is reserved for calendar pages", "write `slug: {free}`"),
    "slug-reserved/files": error("the slug `{slug}` is reserved for newsgen's own files", "write `slug: {free}`"),
    "slug-reserved/term": error("the slug `{slug}` is reserved for newsgen's own files", "write another `slug`"),
    "alias-invalid": error(
        "the alias `{alias}` is no path on this site", "write a path below {site}, as in `/old/address/`"
    ),
    "alias-invalid/elsewhere": error(
        "the alias `{alias}` is no path on this site", "write only the path of it: `{path}`"
    ),
    "date-order": error("`updated` ({updated}) lies before `date` ({date})", _LAST_CHANGE),
    "date-future": warning("`updated` ({updated}) lies in the future", _LAST_CHANGE),
    "date-future/correction": warning(
        "the correction is dated in the future ({day})", "write the day on which it was made"
    ),
    "alt-missing": warning(
        "the picture `{src}` has no `alt` in this language",
        'write `image: {{src: …, alt: "what is seen"}}`, or `alt: ""` for a decorative one',
    ),
    "gone-partial": warning(
        "the story is withdrawn here, but not in {other}", "write `gone` there too, if it is meant"
    ),
    "template-unknown": error("no template `{name}`", "write a path under templates/"),
    "template-unknown/near": error("no template `{name}`", _NEAR),
    "template-unknown/of-page": error(
        "`{name}` is no template of a page",
        "name one of your own under templates/, or leave `template` out: it is `{own}`",
    ),
    "template-unknown/of-article": error(
        "`{name}` is no template of an article",
        "name one of your own under templates/, or leave `template` out: it is `{own}`",
    ),
    "version-held": note("held back by {holders:and}", "{free} in this file lets that version go alone"),
    "version-held/holder": note("`{written}` holds {others:and} back, too", "{free} there lets that version go alone"),
    "version-alone/public": note(
        "public, while {held:and}", "nothing to do if that is meant; else write `{same}` here, too"
    ),
    "version-alone": note(
        "held back by `{written}`, while {others:and} are public",
        "nothing to do if that is meant; else write `{same}` there, too",
    ),
    "version-alone/one": note(
        "held back by `{written}`, while {others:and} is public",
        "nothing to do if that is meant; else write `{same}` there, too",
    ),
    "version-unread": warning(
        "nothing of this file can be read, so nobody can tell whether it holds {others:and} back",
        "mend the file; until then the others are public",
    ),
    # ---- front matter
    **cut(_OF_FRONT_MATTER),
    "encoding-invalid": error("the file is not UTF-8: the byte 0x{byte:02X} stands here", _UTF_8),
    "encoding-invalid/windows": error(
        "the file is not UTF-8: the byte 0x{byte:02X} stands here",
        _UTF_8 + "; in Windows-1252 or Latin-1 this byte is `{character}`",
    ),
    "encoding-invalid/utf-16": error("the file is not UTF-8 but seems to be UTF-16", _UTF_8),
    "front-matter-missing": error(
        "the file does not begin with front matter",
        "write `---` in the first line, the keys below it, and another `---`",
    ),
    "front-matter-missing/later": error(
        "the file does not begin with front matter",
        "nothing may stand before the first `---`, no space and no empty line either",
    ),
    "front-matter-missing/comment": error(
        "the file does not begin with front matter: other lines stand before the first `---`",
        "put them below it, where lines that begin with `#` are comments, or delete them",
    ),
    "front-matter-missing/invisible": error(
        "the invisible character U+{code:04X} ({name}) stands before the first `---`", "delete it"
    ),
    "front-matter-missing/fence": error(
        "the file begins with `{line}`, and front matter with `---`", "write `---`, with nothing behind it in its line"
    ),
    "front-matter-missing/form": error(
        "the file does not begin with front matter in YAML",
        "write `title: …` and the other keys between two lines `---`",
    ),
    "front-matter-unclosed/near": error(
        "the front matter ends with `---`, and this line is `{line}`", "write `---`, with nothing behind it in its line"
    ),
    "front-matter-unclosed": error(
        "the front matter that begins here has no end", "write a line `---` between the front matter and the text"
    ),
    "key-unknown": warning("unknown key `{name}`", "fields of your own go below `extra`"),
    "key-unknown/near": warning("unknown key `{name}`", _NEAR),
    "key-unknown/language": warning(
        "unknown key `{name}`", "delete it: the name of the file says the language, as in `name.en.md`"
    ),
    "key-unknown/of-image": warning(
        "unknown key `{name}`", "it belongs to the picture: write `image: {{src: photo.jpg, {part}: …}}`"
    ),
    "key-unknown/address": warning(
        "unknown key `{name}`",
        "write `aliases: [{path}]` if the page was there before; `slug` is the last part of its address here",
    ),
    "key-unknown/nothing": warning(
        "unknown key `{name}`", "delete it, or put it below `extra` if a template of your own reads it"
    ),
    "key-unknown/known": warning("unknown key `{name}`", "delete it; known here: {known:code}"),
    "key-unknown/comma": warning(
        "unknown key `{name}` in `{inside}`", "if it is part of the text before it, the comma needs quotes around all"
    ),
    "key-unknown/public": warning("unknown key `{name}`", "{advice}"),
    "key-unknown/odd-space": warning(
        "the key `{name}` has the character U+{code:04X} beside it, so it is another one", "write `{name}:`"
    ),
    "key-unknown/inside": warning("unknown key `{name}` in `{inside}`", "known: {known:code}"),
    "key-unknown/near-inside": warning("unknown key `{name}` in `{inside}`", _NEAR),
    "key-unknown/picture": warning(
        "`{name}` is not shown on the pages of categories and terms",
        "write `![what is seen](photo.jpg)` into the text below, which stands above the list",
    ),
    "key-unknown/in-article": warning("`{name}` has no meaning in an article", _DELETE_KEY),
    "key-unknown/in-page": warning("`{name}` has no meaning in a page", _DELETE_KEY),
    "key-unknown/in-category": warning("`{name}` has no meaning in a category", _DELETE_KEY),
    "key-unknown/in-tag": warning("`{name}` has no meaning in a tag", _DELETE_KEY),
    "key-unknown/in-author": warning("`{name}` has no meaning in an author", _DELETE_KEY),
    "key-unknown/in-topic": warning("`{name}` has no meaning in a topic", _DELETE_KEY),
    "key-unknown/in-source": warning("`{name}` has no meaning in a source", _DELETE_KEY),
    "date-order/in-file": error(
        "`{name}` (`{when}`) lies before `date` (`{date}`)", "correct one of the two; `date` stands in line {line}"
    ),
    # ---- texts
    "link-broken/encoding": error("`{address}` is no address: what it means with `%` is not UTF-8", _FROM_CONTENT),
    "link-broken/character": error(
        "`{address}` names no file: it holds {character}, which no path can hold", _FROM_CONTENT
    ),
    "link-broken/outside": error("`{address}` leads out of content/", _FROM_CONTENT),
    "link-broken/attribute": warning(
        "words of a picture that are not shown as a caption hold no links: of the one to `{address}` its words stay",
        "put the link into the text",
    ),
    "link-broken/lead": warning(
        "a lead, or caption in front matter, links no file or heading: of `{address}` only the words are shown",
        "put the link into the text, or write the address of the page (`/fr/2024/02/title/`)",
    ),
    "alt-missing/text": warning(
        "the picture `{src}` has no alternative text",
        'say in the brackets what is seen, or `{{alt=""}}` behind it if nothing is',
    ),
    "picture-missing/address": warning(
        "a picture without an address is not shown", "write `![what is seen](photo.jpg)`"
    ),
    "picture-missing/no-src": warning(
        "`image` names no picture, here and in the other languages", "write `image: {{src: photo.jpg, …}}`"
    ),
    "picture-missing/outside": error("`{address}` is no picture in content/", _IN_CONTENT),
    "picture-elsewhere": warning(
        "the picture `{address}` lies on another site, and readers' browsers will not load it from there", _BESIDE
    ),
    "picture-elsewhere/file": warning(
        "the file `{address}` lies on another site, and readers' browsers will not load it from there", _BESIDE
    ),
    "heading-level": warning(
        "a heading of the first level in a text: the headline is the only one of its page",
        "write `##`; a `#` that belongs to the text is written `\\#`",
    ),
    "footnote-undefined": warning(
        "the footnote `[^{label}]` has no note", "write the note in a paragraph of its own: `[^{label}]: …`"
    ),
    "footnote-undefined/space": warning(
        "the footnote `[^{label}]` has no note", "write its note without a space before the colon: `[^{label}]: …`"
    ),
    "footnote-uncalled": warning("nothing in the text calls the footnote `[^{label}]`"),
    "comment-unclosed": error(
        "the comment `<!--` is not closed: nothing behind it would be published", "end it with `-->`"
    ),
    "comment-unclosed/lead": error(
        "a comment `<!--` in the lead is not closed: nothing behind it would be published", "end it with `-->`"
    ),
    "paragraph-too-long": warning(
        "a paragraph of more than {most} characters is shown as typed, without its Markdown",
        "divide it with blank lines",
    ),
    "definition-uncalled/reference": warning(
        "nothing in the text calls the reference `[{words}]`: readers see nothing of this line",
        "write `[words][{words}]` where it belongs; words that are to be read begin with `\\[`",
    ),
    "definition-uncalled/abbreviation": warning(
        "`{words}` does not stand in the text: readers see nothing of this line",
        "delete it, or write `\\*[` if these are words to be read",
    ),
    "code-unclosed": warning(
        "the `{mark}` that opens code here is not closed: what stands behind it is shown as code",
        "end the code with a line `{mark}`",
    ),
    "code-unclosed/space": warning(
        "the `{mark}` that opens code here is not closed: what stands behind it is shown as code",
        "the line `{mark}` that should close it has a space that is no ordinary one: type it again",
    ),
    "code-words": warning(
        "`{words}` beside the language of this code is shown to no reader",
        "write it above the code if it is to be read, else delete it",
    ),
    "markup-empty/address": warning(
        "a link without an address leads nowhere", "write where it leads, or its words alone"
    ),
    "markup-empty/emphasis": warning(
        "`{words}` holds no words: readers see a line across the page", "delete it; a line is written `---`"
    ),
    "markup-empty/heading": warning("a heading without words", "write its words behind `{words}`, or delete it"),
    "markup-empty/item": warning("an item of a list without words", "write its words behind `{words}`, or delete it"),
    "markup-empty/note": warning("the note of `[^{label}]` has no words", "write them behind `[^{label}]:`"),
    "markup-empty/link": warning(
        "the link to `{address}` has no words, so no reader sees it", "write `[words]({address})`, or delete it"
    ),
    "markup-empty/top": warning(
        "the link leads to `#`, which is the top of this page",
        "write where it leads, or `#top` if it is to lead there",
    ),
    "markup-shown/attributes": warning(
        "`{words}` is no attribute list here: readers see it as it was typed",
        "one stands in the line below a paragraph, or right behind a link, a picture, emphasis or code, and its names"
        " hold no spaces; braces that are to be read begin with `\\{{`",
    ),
    "markup-shown/bullet": warning(
        "lines that begin with `{sign}` are one paragraph: readers see no list", "write `- ` for each `{sign}`"
    ),
    "markup-shown/heading": warning(
        "a space is missing behind `{sign}`: readers see the signs, and no heading",
        "write `{sign} ` before the words; a sign that is to be read is written with a `\\` before it",
    ),
    "markup-shown/link": warning(
        "`{words}` is shown as it was typed: it is no link",
        "write `[words](address)` without a space between the brackets, and close both of them",
    ),
    "markup-shown/emphasis": warning(
        "`{words}` is shown with its signs: a space stands on their inner side",
        "write the signs right beside the words; those that are to be read begin with `\\`",
    ),
    "markup-shown/html": warning(
        "`<{tag}>` stands four columns in, below a blank line, which makes it code: readers see the tag", _AT_THE_MARGIN
    ),
    "markup-shown/htmls": warning(
        "`<{tag}>` stands four columns in, below a blank line, which makes it code: readers see the tags of {count}"
        " such lines in this file",
        _AT_THE_MARGIN,
    ),
    "markup-shown/space": warning(
        "the space beside `{sign}` is no ordinary one (U+{code:04X}, {name}): readers see the sign as it was typed",
        _ORDINARY_SPACE,
    ),
    "markup-shown/spaces": warning(
        "the space beside `{sign}` is no ordinary one (U+{code:04X}, {name}): readers see the sign as it was typed, and"
        " so {count} of its kind in this file",
        _ORDINARY_SPACE,
    ),
    "table-row-long": warning(
        "the row has {cells} cells, and the table {columns} columns: what stands beyond them is not shown",
        "write `\\|` for a bar that parts no cells, or give the first two lines of the table as many cells",
    ),
    "definition-duplicate/note": warning(
        "the footnote `[^{words}]` is defined a second time in other words: the first one counts", _ANOTHER_NAME
    ),
    "definition-duplicate/reference": warning(
        "the reference `[{words}]` is defined a second time: the first one counts", _ANOTHER_NAME
    ),
    "definition-duplicate/abbreviation": warning(
        "the abbreviation `*[{words}]` is defined a second time in other words: the first one counts", _ANOTHER_NAME
    ),
    "definition-duplicate/id": warning(
        "the id `{words}` is given a second time: links lead to the first one", _ANOTHER_NAME
    ),
    "template-syntax": warning("`{words}` is no Markdown: readers see it as it was typed", _OTHER_SYSTEM),
    "template-syntax/many": warning(
        "`{words}` is no Markdown: readers see it as it was typed, and so {count} of its kind in this file",
        _OTHER_SYSTEM,
    ),
    "html-dropped/closing": warning("`<{tag}>` closes nothing", _HTML),
    "html-dropped/no-table": warning("`<{tag}>` stands outside a table", _HTML),
    "html-dropped/tag": warning("`<{tag}>` is HTML that is not allowed", _HTML),
    "html-dropped/whole": warning("`<{tag}>` is HTML that is not allowed, and goes with all that is in it", _HTML),
    "html-dropped/unknown": warning(
        "`<{tag}>` is no HTML, and is shown as it was typed", "write `\\<{tag}>` if it is meant, else delete it"
    ),
    "html-dropped/unknown-quoted": warning(
        "`<{tag}>` is no HTML, and is shown as it was typed",
        "write `\\\\<{tag}>` if it is meant, with two backslashes in these double quotes, else delete it",
    ),
    "html-unclosed": error(
        "`<{tag}>` is not closed: it would take away all that stands behind it", "end it with `</{tag}>`, or delete it"
    ),
    "html-unclosed/block": warning(
        "`<{tag}>` is not closed: all that stands behind it would belong to it",
        "end it with `</{tag}>`, or delete it",
    ),
    "html-dropped/embed": warning(
        "`<{tag}>` is HTML that is not allowed",
        "write a picture that links to it: `[![what is seen](picture.jpg)](https://video.example/watch)`",
    ),
    "html-dropped/markup": warning(
        "`{words}` is no HTML of a text: what it holds may not be shown",
        "delete it, and what ends it, or put it into code",
    ),
    "html-dropped/block": warning(
        "`<{tag}>` does not stand in a line of text: only its words are shown",
        "write it into the body, below the front matter",
    ),
    "html-dropped/address": warning(
        "`{address}` is an address that is not allowed",
        "it begins with `https://`, `mailto:` or the like, or is the path of a file: save a picture beside the text",
    ),
    "html-dropped/name": warning("`name` on `<a>` is no place to link to any more", "write `id` instead of `name`"),
    "html-dropped/look": note("{attributes:code} on `<{tag}>` is left out: it only says how something looks", _LOOKS),
    "html-dropped/looks": note(
        "{attributes:code}: left out, {count} times from here on; this only says how something looks", _LOOKS
    ),
    "html-dropped/attribute": warning("`{attribute}` on `<{tag}>` is an attribute that is not allowed", _HTML),
    # ---- the theme
    "template-invalid": error("the template does not compile: {reason}", "{advice}"),
    "template-invalid/itself": error(
        "`{name}` extends itself", "name the template that it is made from, such as `base.html`"
    ),
    "template-invalid/itself-bundled": error(
        "`{name}` extends itself",
        'write `{{% extends "theme/{name}" %}}`: that is the bundled template of this name',
    ),
    "template-invalid/round": error("`{name}` extends {steps:code-which}", "one of them must extend another template"),
    "template-unused": warning(
        "nothing uses `{name}`",
        "an article's `template` names it, or another template includes or extends it; else delete it",
    ),
    "template-unused/near": warning("nothing uses `{name}`", "did you mean `{near}`, which the theme has?"),
    "template-unused/words": warning(
        "nothing uses the words of `{lang}`: it is no language of the site",
        "name the file as one of `languages` in newsgen.yaml: {languages}",
    ),
    "block-unknown": warning(_NO_BLOCK, "its blocks are: {known}"),
    "block-unknown/near": warning(_NO_BLOCK, _NEAR),
    "style-invalid/import": warning(
        "browsers pass over `@import` here: it counts only at the very beginning of a stylesheet",
        "write its rules in its place; files of other sites are not loaded anyway",
    ),
    "style-invalid/jinja": warning(
        "`{sign}` is no CSS: parts of the stylesheet are taken as they are, without Jinja",
        "what needs Jinja belongs into templates/style.css",
    ),
    "style-invalid/comment": warning(f"the comment `/*` {_NOT_CLOSED}", "end it with `*/`"),
    "style-invalid/text": warning("the text that begins with `{quote}` is not closed in its line", "close it"),
    "style-invalid/address": warning(f"`url(` {_NOT_CLOSED}", "close it with `)`"),
    "style-invalid/unclosed": warning("`{sign}` " + _NOT_CLOSED, "close it with `{close}`"),
    "style-invalid/closes-nothing": warning(
        "`{sign}` closes nothing, and browsers pass over the rule that follows", "delete it"
    ),
    "policy-blocked/script": warning(
        "the policy of the pages does not run a script that stands in the page itself",
        "put it into a file such as static/assets/own.js, and load that with `src`",
    ),
    "policy-blocked/rules": warning(
        "the policy of the pages passes over rules that stand in the page itself",
        "write them into templates/custom.css",
    ),
    "policy-blocked/style": warning(
        "the policy of the pages passes over `style`",
        "give the element a class, and write its rule into templates/custom.css",
    ),
    "policy-blocked/handler": warning(
        "the policy of the pages does not run `{attribute}`",
        "let a script in a file below static/ listen for it (`addEventListener`)",
    ),
    "policy-blocked/in-itself": warning(
        "the policy of the pages does not load the {what} that stands in its own address (`data:`)",
        "put it into a file below static/, or allow `data:` as `{directive}` in `security.csp` of newsgen.yaml",
    ),
    "policy-blocked/own": warning(
        "the policy of the pages does not load the {what} `{address}`",
        "allow `self` as `{directive}` in `security.csp` of newsgen.yaml",
    ),
    "policy-blocked/elsewhere": warning(
        "the {what} `{address}` lies on another site, and the policy of the pages does not let it load",
        f"put it below static/, or {_ALLOW}",
    ),
    "policy-blocked/frame": warning(
        "the frame `{address}` lies on another site, and the policy of the pages does not let it load", _ALLOW
    ),
    "policy-blocked/form": warning("the policy of the pages does not let the form be sent to `{address}`", _ALLOW),
    "strings-unknown": warning("no template asks for the words `{id}`", "delete it, or show it with `word()`"),
    "strings-unknown/near": warning("no template asks for the words `{id}`", _NEAR),
    "strings-invalid/encoding": error("the table is not UTF-8", "save it as UTF-8"),
    "strings-invalid/yaml": error("{reason}", "{advice}"),
    "strings-invalid/no-mapping": error("the table is no mapping of ids to words", "write `id: words`"),
    "strings-invalid/id": error("`{id}` is no id of words", "an id has small letters, digits and dashes: `read-more`"),
    "strings-invalid/no-text": error("the words of `{id}` must be a text", "write `{id}: words`"),
    "strings-invalid/empty": error("`{id}` has no words", 'delete the line for the bundled words; write `""` for none'),
    "strings-invalid/placeholder": warning(
        "nothing takes the place of `{{{name}}}` in `{id}`", "it may hold {there:code}"
    ),
    "strings-invalid/no-placeholder": warning("nothing takes the place of `{{{name}}}` in `{id}`", "delete it"),
    "strings-missing/one": warning("one interface word is English in `{lang}`: {some:code}", _WORDS),
    "strings-missing/few": warning("{number} interface words are English in `{lang}`: {some:code}", _WORDS),
    "strings-missing/many": warning("{number} interface words are English in `{lang}`: {some:code} and so on", _WORDS),
    # ---- addresses
    "address-taken": error(_BELONGS, _FREE_SLUG),
    "address-taken/placed": error(_BELONGS + " ({place})", _FREE_SLUG),
    "address-taken/file": error("the address /{output} belongs to {owner}", "rename the file"),
    "address-taken/style": error(
        "the address /{output} belongs to {owner}",
        "write rules of your own into templates/custom.css, or the whole stylesheet as templates/style.css",
    ),
    "address-taken/published": error(
        "the address {url} was published as that of the story `{story}` ({lang}), and stays its", _FREE_SLUG
    ),
    "address-taken/forgotten": error(_FORGOTTEN, _FREE_SLUG),
    "address-taken/forgotten-list": error(
        _FORGOTTEN, "give the section another `slug` in newsgen.yaml, the term one in its file in content/"
    ),
    "address-taken/yields": warning(
        "the list at {url} is left out: the address was published as that of the story `{story}`, and stays its",
        "give the section another `slug` in newsgen.yaml, the term one in its file, or another word in `paths`",
    ),
    "address-taken/forgotten-file": error(_FORGOTTEN, "rename the file"),
    "address-taken/promised": error("the address {url} was published, and stays what it was", _FREE_SLUG),
    "story-moved": warning(
        "this story has the addresses of `{story}`, of which no file is left",
        "write `story: {story}`, so that it keeps its feed entries and the links to it, too",
    ),
    "ledger-missing": note(
        "there is no ledger, so this build does not know which addresses were published",
        "where a site is live, run `newsgen ledger fetch` before each build that is to take its place",
    ),
    "ledger-invalid": warning(
        "this is no line of a ledger: `{line}`",
        "delete the line, and run `newsgen ledger fetch`, which joins what the live site knows",
    ),
    "redirect-invalid/no-mapping": error("redirects.yaml is no list of addresses", f"write a line each: {_REDIRECT}"),
    "redirect-invalid/address": error(
        "`{address}` is no path on this site", f"begin it with `/`, without `?`, `#` and blanks: {_REDIRECT}"
    ),
    "redirect-invalid/target": error(
        "the line does not say where the address leads", f"write an address of this site, or `gone`: {_REDIRECT}"
    ),
    "redirect-invalid/number": error("`addresses` is no number", "write how many addresses the pattern matches"),
    "redirect-invalid/count": error(
        "the pattern `{address}` does not say how many addresses it matches",
        "write `{address}: {{to: {to}, addresses: 12}}`; with another number, the next build says the right one",
    ),
    "redirect-broken": error("nothing answers at {to}, where this line leads", "write an address of this site"),
    "redirect-broken/loop": error(
        "this line leads to {to}, from where line {other} leads back here", "let one of them lead to a page"
    ),
    "redirect-broken/near": error("nothing answers at {to}, where this line leads", "did you mean {near}?"),
    "redirect-taken/forgotten": error(
        "the address {address} was forgotten, so this line leads nobody on", "delete the line"
    ),
    "redirect-taken": error(
        "something is published at {address}, so this line leads nobody on", "delete the line, or move what is there"
    ),
    "redirect-count": error(
        "the pattern `{address}` matches {number:address|addresses} of the ledger, not {said}, so it is no rule",
        "look whether it matches what is meant, and write `addresses: {number}`",
    ),
    "redirect-unused": warning("the pattern `{address}` matches no address of the ledger", "delete the line"),
    "redirects-too-many": note(
        "{address} has {shown:redirect|redirects}, the newest that {host} takes;"
        " {number:other is a page|others are pages} of HTML only",
        "nobody is lost by that; `redirect_files` without `{host}` makes no such file",
    ),
    "alias-taken/own": note("the alias {url} is the address of this story itself", _DELETE_ALIAS),
    "alias-taken/forgotten": error(_FORGOTTEN, _DELETE_ALIAS),
    "alias-taken": error("the alias {url} belongs to {owner}", _DELETE_ALIAS),
    "output-foreign": error(
        "{url} is not written: something that newsgen did not write stands there",
        "move it to static/ or delete it; if newsgen wrote it and its manifest was lost, delete the output folder",
    ),
    "address-lost/expired": note(
        "the address {url} is gone: {path} has expired",
        "nothing to do if that is meant; with `gone: why` in place of `expires`, a notice stays there",
    ),
    "address-lost/scheduled": warning(
        _LOST_NOW, "it comes back at its date; to publish it now, write an earlier `date` or `publish`"
    ),
    "address-lost/moved": warning(_LOST, "add `aliases: [{url}]` to this file"),
    "address-lost/unpublished": warning(_LOST_NOW, _LOST_HINT),
    "address-lost": warning(_LOST, _LOST_HINT),
    "address-lost/deleted": error(
        "nothing answers at {urls:and 3} any more, which was published: {path} is gone",
        "put the file back, with `gone: why` if it is withdrawn; or add the address to `aliases` of what replaces it",
    ),
    "address-lost/left-out": error(
        "nothing answers at {urls:and 3} any more, which was published: its errors leave this file out",
        "mend the errors of this file",
    ),
    "address-lost/waits": error(
        "nothing answers at {urls:and 3} any more, which was published: this story waits for its date",
        "write the `date` or `publish` that it had; to take it off for a while, write `draft: true`",
    ),
    "address-lost/clash": error(
        "nothing answers at {urls:and 3} any more, which was published: the story's address is another's now",
        "give it a `slug` that is free, and its old addresses lead there",
    ),
    "address-lost/alias": error(
        "nothing answers at {urls:and 3} any more, which was published as an address of this story",
        "add it to `aliases`",
    ),
    "address-lost/unknown": error(
        "nothing answers at {urls:and 3}, which an older site had",
        "add it to `aliases` of the story or page that was there",
    ),
    "address-lost/list": error(
        "nothing answers at {urls:and 3} any more, which was published as `{name}`",
        "put back what newsgen.yaml said of it; or write where it leads now, or `gone`, into redirects.yaml",
    ),
    "address-lost/section": error(
        "nothing answers at {urls:and 3} any more, which was published: newsgen.yaml declares no category `{id}`",
        "declare it again; if it is another one now, give that its `slug`, {slugs:code-or 3}, and its addresses stay;"
        " or write where each leads into redirects.yaml, such as `{url}: /…/`",
    ),
    "address-lost/language": error(
        "nothing answers at {urls:and 3} any more, which was published: newsgen.yaml has no language `{lang}`",
        "put `{lang}` back into `languages`; to give it up for good, write into redirects.yaml"
        " `/{lang}/**: {{to: /{to}/, addresses: {number}}}`",
    ),
    "media-gone": warning(
        "nothing answers at {urls:and 3} any more, which was published: {path} is gone, and nothing refers to it",
        "write into redirects.yaml what takes its place, `{url}: /media/…`; or, if that is meant, `{url}: gone`",
    ),
    "media-gone/there": warning(
        "nothing answers at {urls:and 3} any more, which was published: nothing refers to {path}",
        "refer to it again; or write into redirects.yaml what takes its place, `{url}: /media/…`, or `{url}: gone`",
    ),
    # ---- references
    "reference-broken": error("no story `{target}`", "write the id of a story"),
    "reference-broken/near": error("no story `{target}`", "did you mean {near:code-or}?"),
    "reference-broken/configured": error(
        "no story `{target}`, which `organization.{name}` names",
        "write the id of a page, such as `pages/about`, or the address of a page of another site",
    ),
    "reference-ambiguous": warning(
        "`{target}` fits {number} stories: {some:code}; the first is meant", "write `{first}`"
    ),
    "reference-self": warning("the story links to itself (`{story}`)", "link another"),
    "reference-unpublished": note(
        "story `{story}` is not published now ({states}): its words stay without a link", _AS_MEANT
    ),
    "heading-unknown": warning("`{target}` has no heading with the id `{fragment}`", "it has: {ids:code}"),
    "heading-unknown/none": warning("`{target}` has no heading with the id `{fragment}`", "drop it"),
    "heading-unknown/own": warning("this text has no heading with the id `{fragment}`", "it has: {ids:code}"),
    "heading-unknown/own-none": warning("this text has no heading with the id `{fragment}`", "drop the link"),
    "link-broken/address": warning(
        "no page of the site has the address `{address}`",
        "link to the file of the page (`[text](../03/other.fr.md)`), or write `[[story-id]]`: such links never die",
    ),
    "link-broken/slashes": warning("`{address}` is no address of a site", "write `{near}`"),
    "link-broken/bare": error("`{address}` is no address of a site", "write `{near}`"),
    "link-broken/no-page": error(
        "content/{path} has no page: no published article has this term", "link to something else, or use the term"
    ),
    "link-broken/quotes": error(
        "no file content/{path}", 'the title of a link stands in straight quotes: write `({file} "{title}")`'
    ),
    "link-broken/address-near": warning("no page of the site has the address `{address}`", _NEAR),
    "link-broken": error("no file content/{path}", _IN_CONTENT),
    "link-broken/near": error("no file content/{path}", _NEAR_FILE),
    "link-broken/logo": error("no file static{path}, which `{key}` names", "put the picture at static{path}"),
    "link-broken/menu": error(
        "no page of the site has the address `{url}`, to which the menu leads",
        "write the path of a page, such as `/fr/about/`",
    ),
    "link-broken/menu-near": error("no page of the site has the address `{url}`, to which the menu leads", _NEAR),
    "document-active/program": error("content/{path} is not published: hosts run such files, or obey them", _ELSEWHERE),
    "document-active/disguised": error(_RENDERED, f"its first bytes tell; {_ELSEWHERE}"),
    "document-active": error(
        _RENDERED, _ELSEWHERE + "; `documents: [{type}]` in newsgen.yaml lets it through, in a sandbox"
    ),
    "picture-missing": error("no picture content/{path}", _IN_CONTENT),
    "picture-missing/near": error("no picture content/{path}", _NEAR_FILE),
    "picture-missing/quotes": error(
        "no picture content/{path}", 'a caption stands in straight quotes: write `({file} "{title}")`'
    ),
    "picture-broken/no-picture": error(
        "content/{path} is left out: its name says that it is no picture that browsers show",
        "save it as JPEG, PNG, WebP, AVIF, GIF or SVG",
    ),
    "picture-broken/picture-left-out": error(_PICTURE_LEFT_OUT, "{advice}"),
    "picture-broken/file-left-out": error(_FILE_LEFT_OUT, "{advice}"),
    "picture-broken/shown-before": error(_SHOWN_BEFORE, "{advice}"),
    "picture-broken/variants": error(
        "the picture is published without {variants:code 2}, which cannot be made of it: {reason}", "{advice}"
    ),
    "picture-too-large/picture-left-out": error(_PICTURE_LEFT_OUT, _SMALLER),
    "picture-too-large/file-left-out": error(_FILE_LEFT_OUT, _SMALLER),
    "picture-too-large/shown-before": error(_SHOWN_BEFORE, _SMALLER),
    "picture-svg-cleaned": warning(
        "the picture is published without what acts or loads: {cuts:plain 5}",
        "save it as plain SVG, with all it shows inside it",
    ),
    # ---- the site
    "security-expires": warning(
        "security.txt ends on {day}",
        "see that its addresses still hold, then write a later `expires`, less than a year away",
    ),
    "security-expires/past": warning(
        "security.txt ended on {day}",
        "see that its addresses still hold, then write a later `expires`, less than a year away",
    ),
    # ---- the build itself
    "config-missing": error(
        "no {name} in {folder}", "run newsgen in the folder of the site, or `newsgen init FOLDER` to make one"
    ),
    "content-missing": warning("{reason}", "write the first story: `newsgen new TITLE`"),
    "content-missing/promised": error(
        "{reason}, and stories were published from it",
        "fetch it (`git submodule update --init`, the right branch, a folder that is not mounted);"
        " where the last story was deleted on purpose, put it back with `gone: why`: the ledger promises its address",
    ),
    "content-missing/published": error(
        "{reason}, and stories were published from it",
        "fetch it (`git submodule update --init`, the right branch, a folder that is not mounted);"
        " where the last story was deleted on purpose, delete the output folder and .newsgen/ too",
    ),
    "newsgen-fault": error("{fault}", _REPORT),
    "newsgen-fault/more": error("{fault} and {more:more page|more pages}", _REPORT),
    "template-failed": error("{reason} while rendering {url}", "{advice}"),
    "template-failed/more": error("{reason} while rendering {url} and {more:more page|more pages}", "{advice}"),
    "pages-wait": note(
        "{count:page waits|pages wait} for {first}",
        "mend what failed there: what leads to it is published with it",
    ),
    "cache-renewed": note("the cache is made anew: {reason}"),
    "manifest-renewed": note("the manifest was damaged and is made anew: every file of the output is compared"),
    "output-unclaimed": warning(
        "no page is for these files, which may be newsgen's from before its manifest was lost: {names:code}",
        "delete those that nobody put there; `newsgen verify --json` lists them again",
    ),
    "output-unclaimed/more": warning(
        "no page is for these files, which may be newsgen's from before its manifest was lost:"
        " {names:code} and {more:,} more",
        "delete those that nobody put there; `newsgen verify --json` lists them again",
    ),
}

PHRASES: dict[str, str] = {
    "owner/own": "newsgen's own {url}",
    "owner/list": "the list {url}",
    "owner/category": "the category {id}",
    "owner/term": "the {kind} {key} ({url})",
    "owner/alias": "an alias of {path}",
    "content/dangling": "content/ is a link that leads nowhere",
    "content/none": "there is no folder content/",
    "content/empty": "no file in content/ is read as a story (`.md`)",
    "held/by": "`{written}` in {path}:{line}",
    "held/version": "{path} is held back by `{written}`",
    "free/draft": "`draft: false`",
    "free/publish": "`publish: none`",
    "free/date": "a `date` of its own",
    "fault": "newsgen itself failed at this file: {words}",
    "fault/at-line": "newsgen itself failed at this file ({file}, line {line}): {words}",
    "example/text": "words",
    "example/boolean": "true",
    "example/date": "2023-04-16",
    "example/source": "{{name: AFP, url: https://www.afp.com/}}",
    "example/image": "photo.jpg",
    "example/language": "{{lang: fr, date: 2023-04-16}}",
    "hold/draft": "write `draft: true`, or delete the key if the story is public",
    "hold/password": "newsgen has no passwords: write `draft: true`, or delete the key if the story is public",
    "hold/from": "write `publish: {date}`, or delete the key if the story is public",
    "hold/from-some-day": (
        "write `publish: 2035-12-31 06:00` or `draft: true`, or delete the key if the story is public"
    ),
    "hold/until": "write `expires: {date}`, or delete the key if the story stays",
    "hold/start": "write `publish: {date}`, or put the key below `extra` if it is the date of something else",
    "hold/end": "write `expires: {date}`, or put the key below `extra` if it is the date of something else",
    "hold/date": "write `date: {date}`",
    "hold/gone": "write `gone: why the story was withdrawn`, or delete the key if the story is public",
    "hold/gone-for": "write `gone: {reason}`, or delete the key if the story is public",
    "hold/public": "delete it: a story is public unless `draft: true`, `publish` or `expires` says otherwise",
    "write/title": "write `title: …`",
    "write/date": "write `date: 2023-04-16 18:05` (here or in another language version)",
    "write/categories": "write `categories: [{id}]`",
    "near": "did you mean `{name}`?",
    # Why a template failed, and what its author may write.
    "template/stays": _STAYS,
    "template/report": f"please report this line; {_STAYS}",
    "template/docs": "docs/templates.md says what a template can use",
    "template/mend": "mend the template",
    "template/comment": ("`{{#` begins a comment of Jinja: end it with `#}}`, or write a space between `{{` and `#`"),
    "template/no-filter": "no filter is called `{name}`",
    "template/filters": "Jinja's documentation lists its filters",
    "template/no-test": "no test is called `{name}`",
    "template/tests": "Jinja's documentation lists its tests",
    "template/no-tag": "no tag is called `{name}`",
    "template/none": "no template `{name}`",
    "template/none-of": "no template of {names}",
    "template/not-of-theme": "write `{name}`: below theme/ lie only the templates that yours take the place of",
    "template/name-file": "write the name of a file below templates/",
    "template/cannot-answer": "`{function}()` cannot answer: {reason}",
    "template/no-story": "there is no story `{story}` in the language `{lang}`",
    "template/name-story": "write the id of a story, such as `2023/04/summit`, and a language in which it is there",
    "template/no-words": "no words with the id `{id}`",
    "template/write-words": "write them into templates/i18n/LANG.yaml",
    "template/no-words-in-language": "no words with the id `{id}` in this language",
    "template/name-language": "name one of `languages` in newsgen.yaml",
    "template/no-language": "no language `{lang}`",
    "template/no-list": "no list is called `{name}`",
    "template/lists": "there are: {names}",
    "template/calls-itself": "`{name}` calls itself without end",
    "template/includes-itself": "`{name}` includes itself without end",
    "template/end": "write a condition under which it ends",
    "template/bundled": "the bundled template of this name is called `theme/{name}` here",
    "template/call-lacks": "`{call}` lacks {names:code}",
    "template/call-takes-no": "`{call}` takes no `{name}`",
    "template/call-twice": "`{call}` is given `{name}` twice",
    "template/call-values": "`{call}` is given {number} values",
    "template/call-more": "`{call}` is given more values",
    "template/example": "docs/templates.md has an example of `{function}()`",
    "template/none-has-no": "`none` has no `{attribute}`",
    "template/is-none": "`{value}` is none and has no `{attribute}`",
    "template/ask": "ask first whether it is there: `{{% if {value} %}}`",
    "template/list-has-no": "a list has no `{attribute}`",
    "template/each-item": "ask each of its items: `{{% for item in … %}}`",
    "template/value-has-no": "`{value}` has no `{attribute}`",
    "template/ask-defined": "where it may be missing: `{{% if {value}.{attribute} is defined %}}`",
    "template/type-has-no": "a value of the type {type} has no `{attribute}`",
    "template/has-no": "{type} has no `{attribute}`",
    "template/attributes": "it has: {names:code}",
    "template/undefined": "`{name}` is undefined",
    "template/undefined-page": "`page` is undefined here",
    "template/hand-over": (
        'what `cached()` renders sees no page: hand it over, as in `cached("_footer.html", lang=page.lang)`'
    ),
    # What a page would load.
    "load/script": "script",
    "load/picture": "picture",
    "load/film": "film",
    "load/sound": "sound",
    "load/film-or-sound": "film or sound",
    "load/text-track": "text track",
    "load/frame": "frame",
    "load/object": "object",
    "load/form-target": "target of the form",
    "load/stylesheet": "stylesheet",
    "load/icon": "icon",
    "load/manifest": "manifest",
    "load/font": "font",
    # What no name can hold.
    "character/backslash": "the character `\\`",
    "character/unseen": "the invisible character U+{code}",
    # Why the cache is made anew, or a file cannot be read.
    "cache/damaged": "it was damaged",
    "cache/other-version": "it was made by another version of newsgen",
    "cache/other-tools": "it was made with other versions of newsgen, Python or the libraries that shape pages",
    "cache/unusable": "the kept one could not be used ({reason})",
    "no-memory": "there was not memory enough",
    # Why a picture cannot be used, what is cut out of an SVG, and what to do about it.
    "picture/pointer": "it is a Git LFS pointer, not the picture itself: run `git lfs pull`",
    "picture/of-no-kind": "it is no JPEG, PNG, WebP, AVIF, GIF or SVG",
    "picture/named-svg": "its name says SVG, and it is {kind}, which browsers do not show under that name",
    "picture/none": "it is no picture",
    "picture/not-decoded": "it cannot be decoded",
    "picture/parts": "its parts cannot be told from each other",
    "picture/segments": "it has more than {most} segments of EXIF",
    "picture/pixels": "it has {count} megapixels, more than {most}",
    "picture/pixels-of-frames": ("it lies on its side, and all its frames have {count} megapixels, more than {most}"),
    "picture/pixels-within": "the pictures in it have {count} megapixels, more than {most}",
    "picture/changed": "it changed while the build ran",
    "picture/not-published": "what was published of it is no longer in the output",
    "svg/bytes": "it has more than {most} MB",
    "svg/encoding": "its text is not {encoding}",
    "svg/entities": "its entities expand to too much",
    "svg/entities-endless": "its entities name each other without end",
    "svg/outermost": "its outermost element is `{name}`, not `svg`",
    "svg/attributes": "the attributes of `{name}` cannot be read",
    "cut/part": "`{name}`",
    "cut/address": "`{name}` to {address}",
    "cut/loads": "`{name}` that loads or acts",
    "cut/picture": "a picture in it that cannot be read",
    "picture/fetch": _FETCH,
    "picture/rename": "let its name end in what it is, such as `.png`, and name it so where it is shown",
    "picture/save-again": "open it and save it again, or take another one",
    "picture/report": (
        "please report this line, with the picture; until it is mended, save it otherwise, or take another one"
    ),
}

LANGUAGE = Language(
    MESSAGES, PHRASES, conjunctions={"and": " and ", "or": " or ", "which": ", which extends "}, more="and {} more"
)
