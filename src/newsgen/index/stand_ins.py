"""Which public files index refuses for an error against the others, so that their last good versions stand in."""

# A file may be whole by itself and still be refused: its category is not declared, a key is nowhere any more, another
# has its address. If it was published, its last good version stands in (CONTENT.md §7), as for a file that cannot be
# parsed. Two sets of files are merged then: what is published comes from the files with their stand-ins, what is said
# from the files as they stand.
#
#   judged                     by                                    when
#   no version for its errors  `stories.Merged.refused`, of the      its story is merged: a file of it, the
#                                files as they stand (`judge`)         configuration, or the clock is another
#   another has its address    the claims (`look`)                   it loses it; where one stands in, in each run
#   a term's file              `spellings.BookReader.refused`        a term's file, or the configuration is another
#
# Index replaces no file midway, as much was said of it by then: it says `Refused`, everything is rolled back, pipeline
# puts the last good versions (or the files as they stand) into `parsed`, and index runs again. That is one run more in
# the build in which an error comes or goes, and none in those between. Of several files of a story as few as possible
# are taken back (`stories.as_few_as_possible`). A version that does not help is given back at once and not tried again
# in this build, so a build runs index no more than two times for each such file.
#
# What a file's own text does on purpose is done: one that is a draft, held back, past its end or withdrawn is not
# stood in for (`stories._Merger.would_be_public`).
#
# Proved by test_whatever_error_a_published_file_gets_it_stays_as_it_was,
# test_as_few_files_as_possible_are_taken_back, test_an_act_of_the_editor_stays_an_act_beside_an_error.

from __future__ import annotations

from typing import Any

from newsgen.addresses import owners
from newsgen.catalog.store import decode_parsed
from newsgen.index import claims, stories
from newsgen.index.spellings import BookReader
from newsgen.index.work import Refused, Work
from newsgen.nouns.diagnostics import Diagnostic
from newsgen.nouns.model import PageKey, Parsed


def forget_mended(work: Work) -> None:
    """Files that were refused, and are others now: their stories are merged without them."""
    for path, (story, _) in list(work.refused.items()):
        row = work.catalog.one("SELECT head, kind FROM parsed WHERE path = ?", path)
        if row is None or decode_parsed(row[0]).refused is None:
            del work.refused[path]
            work.catalog.run("DELETE FROM refused WHERE path = ?", path)
        elif not work.is_first and not work.catalog.one("SELECT 1 FROM dirty WHERE path = ?", path):
            continue
        if story:
            work.stories[story] = None


# ---- what is merged
def as_they_stand(work: Work, story: str, files: list[Parsed]) -> list[Parsed]:
    """The files of a story without the last good versions of those that index refuses."""
    if not work.refused:
        return files
    ours = [file.refused or file for file in files]
    ours = [file for file in ours if file.story == story]
    there = {file.path for file in files}
    for path in sorted(path for path, (name, _) in work.refused.items() if name == story and path not in there):
        file = decode_parsed(work.catalog.one("SELECT head FROM parsed WHERE path = ?", path)[0])
        ours += [file.refused] if file.refused else []
    return sorted(ours, key=lambda file: file.path)


def judge(
    work: Work, story: str, files: list[Parsed], around: stories.Circumstances, merged: stories.Merged
) -> stories.Merged:
    """What is to be said of a story, whose `files` with their stand-ins gave `merged`; notes for which of them a last
    good version is to stand in."""
    stand = as_they_stand(work, story, files)
    told = merged if stand == files else stories.merge(story, stand, around)
    have = {path for path, (name, clash) in work.refused.items() if name == story and not clash}
    if not told.refused and not have:
        return told
    good = {}
    elsewhere = set()
    for file in stand:
        if file.path in told.refused and (last := work.inputs.stand_in(file.path)):
            good[file.path] = last
            elsewhere |= {file.path} if last.story != story else set()
    here = {path: last for path, last in good.items() if path not in elsewhere}
    needed = elsewhere | (stories.as_few_as_possible(story, stand, here, around).keys() if here else set())
    work.taken_back |= dict.fromkeys(sorted(needed - have), False)
    work.given_back |= dict.fromkeys(sorted(have - needed), False)
    return told


def claims_of_refused(work: Work, story: str, told: stories.Merged) -> list[tuple[Any, ...]]:
    """What those files want that a last good version stands in for because another has it: so it is told."""
    rows = []
    for version in told.versions:
        if version.path in work.refused:
            page = PageKey(version.kind, version.lang, version.path)
            epoch = version.date.epoch if version.date else 0
            place = told.slug_places[version.lang]
            rows.append(claims.row(owners.Claim(page, story, version.url, owners.Rank.UNPUBLISHED, epoch, place)))
    return rows


def judge_terms(work: Work, files: list[Parsed], reader: BookReader) -> list[Diagnostic]:
    """What is to be said of the files of terms, which `reader` has read with their stand-ins; likewise."""
    told, standing = reader, {file.path for file in files if file.refused}
    if standing:
        told = BookReader()
        for file in files:
            told.take(file.refused or file)
    needed = {path for path in told.refused if work.inputs.stand_in(path)}
    work.taken_back |= dict.fromkeys(sorted(needed - standing), False)
    work.given_back |= dict.fromkeys(sorted(standing - needed), False)
    return told.diagnostics


# ---- when all addresses have their owners
def look(work: Work) -> None:
    """Raises: Refused, where last good versions are to stand in for other files than they do now."""
    catalog = work.catalog
    for path, (story, is_clash) in work.refused.items():
        sql = "SELECT p.kind, v.state FROM parsed p LEFT JOIN version v ON v.path = p.path WHERE p.path = ?"
        row = catalog.one(sql, path)
        if row and row[0] in ("article", "page") and row[1] not in stories.PUBLIC:
            work.given_back[path] = True
        elif is_clash and _is_free(work, story, path):
            work.given_back[path] = False
    for path in work.lost:
        if not work.inputs.is_unchanged(path) and work.inputs.stand_in(path):
            work.taken_back[path] = True
    taken_back = {path: clash for path, clash in work.taken_back.items() if path not in work.given_back}
    if taken_back or work.given_back:
        raise Refused(taken_back, work.given_back)


def _is_free(work: Work, story: str, path: str) -> bool:
    """Whether a file would have the address now that another had."""
    row = work.catalog.one("SELECT kind, lang FROM claim WHERE story = ? AND key = ?", story, path)
    if row is None:
        return True
    own = claims.of_name(work, (row[0], path, story, row[1]))
    if own is None:
        return True
    rank = owners.rank(own.page.kind)
    rivals = [claim for claim in claims.at_place_of(work, own) if claim.page != own.page]
    mine = owners.Claim(PageKey(own.page.kind, own.page.lang, story), story, own.url, rank, own.sort, own.location)
    rivals = [claim for claim in rivals if (claim.story, claim.page.lang) != (story, own.page.lang)]
    return all(owners.order(mine) < owners.order(rival) for rival in rivals)
