"""Who owns which address: pure functions of claims (CONTENT.md §5 "One owner per address")."""

# Many things want a place in the output: lists, feeds and machine files, articles and pages, pictures with their
# variants, documents, static files, aliases. Two may want the same one, or one may need a folder where another has its
# file, and some file systems tell neither case nor Unicode form. Every place has one owner; who does not get it is told
# where an editor can change that. Which came first never matters: a build after any edits decides as a clean build
# does.
#
# It is decided in two rounds, because the first decides which pages there are, and files have what no page wants:
#
#   round  table      who wants a place                   who decides                  who loses it
#   1      claim      fixed lists and machine files,      `index.versions`:            a version gets the state `clash`:
#                     every version of a story            `find_owners`, with `losers`   no page; told at its slug
#   2      candidate  pictures, documents, variants,      `index.outputs`:             has no page; told at the file
#                     static files, aliases               `_decide`, with `_order`       or the alias
#
# Round 1 compares addresses (`urls.address_key`), round 2 output paths with the folders above and the files below them
# (`urls.keys_above`, `urls.keys_below`). In both the order is total, so that no order of rows or sets shows: the kind,
# then what is public, then the older date, then the story id. What is not public claims as well, behind everything: it
# owns nothing that somebody else wants, but its clash is told today and not on the day when it is published. Calendar
# pages and `page/N` claim nothing, for nobody knows beforehand which of them there will be: a slug that could be one of
# theirs, or a file of newsgen's own, is an error whether or not it clashes today.
#
# Proved by test_every_address_has_one_owner_and_every_published_article_one_address (any site, any edits),
# test_the_order_of_owners, test_of_two_articles_the_older_has_the_address,
# test_of_two_articles_of_one_day_the_story_id_decides, test_addresses_compare_without_case_and_unicode_form,
# test_what_is_not_published_owns_nothing_but_its_clash_is_said,
# test_slugs_that_calendar_and_numbered_pages_could_claim,
# test_a_slug_that_is_a_file_of_newsgen_is_an_error_at_its_place.
#
# A known weakness: rows of `page` are put in with OR IGNORE, so that two pages of one output path, which round 1 and
# the refused slugs are to exclude, would be one page less without a word. One table of claims for all kinds would
# settle it.

from __future__ import annotations

from newsgen.nouns.diagnostics import Diagnostic, diagnose
from newsgen.nouns.model import Claim


def losers(claims: list[Claim]) -> tuple[list[Claim], list[Diagnostic]]:
    """The claims that do not get their address, of all claims to one address, the owner first; and what to say.

    The message stands where the editor may change the address, and names the other place.
    """
    owner, *others = claims
    diagnostics: list[Diagnostic] = []
    for loser in others:
        if loser.location is None:
            continue
        key = "alias-taken" if loser.what.startswith("the alias") else "address-taken"
        if owner.location:
            place = str(owner.location)
            diagnostics.append(diagnose(loser.location, f"{key}/placed", url=loser.url, owner=owner.what, place=place))
        else:
            diagnostics.append(diagnose(loser.location, key, url=loser.url, owner=owner.what))
    return others, diagnostics
