"""What stops a publication: a place that is another's, and what looks like somebody's mistake."""

from __future__ import annotations

from pathlib import Path

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.pipeline import Request, load_config
from newsgen.publish.books import History, Record
from newsgen.publish.commit import is_before
from newsgen.publish.place import Live, Place
from newsgen.publish.wishes import Publication, Wishes


def site_of(request: Request) -> tuple[str, str]:
    """The address of the site that is published, and its id."""
    config = load_config(request.root)[0]
    return str(request.config_changes.get("url", config.url)), config.id


def config_is_preview(request: Request) -> bool:
    """Whether what is published is kept out of search engines."""
    return bool(request.config_changes.get("noindex", load_config(request.root)[0].noindex))


def refuse_what_is_none(request: Request, place: Place, wishes: Wishes) -> None:
    """Raises: NewsgenError where something else lies there: sources, another site, what newsgen does not know."""
    url, id_ = site_of(request)
    record = place.live_record()
    if record and record.site and (record.site, record.site_id) != (url, id_) and wishes.replaces != record.site:
        what = f"the site {record.site}" if record.site != url else f"a site with the id `{record.site_id}`"
        raise NewsgenError(
            f"{place.name} shows {what}, and this one is {url} with the id `{id_}`:"
            f" if it is to take its place, `--replaces {record.site}`"
        )
    if record and config_is_preview(request) and not record.noindex and wishes.replaces != record.site:
        raise NewsgenError(
            f"{place.name} shows the site to search engines, and with `noindex` all of it would leave them: give the"
            f" preview a place of its own; or, if it is meant, `--replaces {record.site}`"
        )
    if record:
        return
    for name in ("newsgen.yaml", ".git/HEAD", "pyvenv.cfg"):
        if place.file(name) is not None:
            raise NewsgenError(f"{place.name} is no place to publish to: `{name}` lies there")
    if not wishes.is_first and (strange := place.strange()):
        raise NewsgenError(
            f"{place.name} holds what newsgen did not publish ({strange}): is it the right place?"
            " If so, `--first` takes over the addresses of its sitemap, and publishes beside it"
        )


# ---- what stops it
def reason_to_stop(publication: Publication, live: Live, history: History, wishes: Wishes, *, root: Path) -> str:
    """In words, with the one that lets it pass; "" if nothing does."""
    result, plan = publication.result, publication.plan
    if result.is_stopped:
        return "nothing was built: templates or string tables cannot be used"
    if result.lost:
        return (
            "to publish it would lose addresses: mend what is named above, or write in redirects.yaml where they lead"
        )
    if result.held_open:
        return f"{result.held_open[0]} may be meant to be held back, and is shown as it was"
    if live.unknown and not wishes.is_first:
        return live.unknown
    if live.record is None and result.has_errors and not wishes.is_first:
        return (
            "this is the first publication, and what has errors is not in it: mend them;"
            " or, with `--first`, publish without"
        )
    if wishes.keeps_promises and not wishes.is_older and (older := _is_older(publication, live, history, root=root)):
        return older
    if len(plan.removed) > plan.most_removals() and len(plan.removed) != wishes.removals:
        return f"{len(plan.removed):,} files would go: if that is meant, `--removals {len(plan.removed)}`"
    return ""


def _is_older(publication: Publication, live: Live, history: History, *, root: Path) -> str:
    commit = publication.record.commit if publication.record else ""
    if publication.plan.is_empty:
        return ""
    if live.record and (words := _lacks_what_is_live(root, commit, live.record)):
        return words
    if not commit:
        return ""
    for left in history.rolled_back:
        if left.commit and is_before(root, commit, left.commit) and not _has_been_mended(live, left):
            what = "was rolled back"
            if left.commit != commit:
                what = f"comes before {left.commit[:12]}, which {what}"
            return f"this commit ({commit[:12]}) {what}: commit a correction first; or, if it is meant, `--older`"
    return ""


def _lacks_what_is_live(root: Path, commit: str, live: Record) -> str:
    """Why a copy of the content may lack what is live, in words; "" where it has the commit that is live."""
    if live.commit in ("", commit):
        return ""
    what = f"what is live ({live.commit[:12]}, by {live.by}, {live.moment})"
    if not commit:
        return f"this copy is in no git repository, and may lack {what}: clone it; or, if it lacks nothing, `--older`"
    if (is_behind := is_before(root, live.commit, commit)) is None:
        return (
            f"this copy does not know {what}, so it may be older: `git pull` (`git fetch --unshallow` where the history"
            " is cut off, in CI `fetch-depth: 0`); or, to publish without, `--older`"
        )
    if is_behind:
        return ""
    if is_before(root, commit, live.commit):
        return f"this commit ({commit[:12]}) is older than {what}: if that is meant, `--older`"
    return f"this commit ({commit[:12]}) does not contain {what}: merge it; or, to publish without, `--older`"


def _has_been_mended(live: Live, left: Record) -> bool:
    """Whether something was published since that one was rolled back."""
    return live.record is not None and live.record.number > left.number
