"""What is wrong with the templates, parts of the stylesheet and interface words of a site, told without rendering a
page: once for each state of the theme, not in each build."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, partial
from pathlib import Path

import jinja2
import msgspec
from jinja2 import nodes

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, own_fault
from newsgen.rendering import css_scan, environment, explain
from newsgen.rendering.csp_scan import Rules, blocked, blocked_in_style
from newsgen.rendering.environment import Environment, TemplateTable
from newsgen.rendering.explain import near, place
from newsgen.settings import conflict_marks


class Theme(msgspec.Struct, frozen=True):
    """The templates of a site over the bundled ones."""

    table: TemplateTable
    own: frozenset[str]  # logical names of those that the site has written
    functions: tuple[str, ...]  # what templates may call


class Found(msgspec.Struct, frozen=True):
    """What is wrong: faults that stop the build, warnings, and templates that nothing uses unless an article's front
    matter names them."""

    errors: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    unused: tuple[tuple[str, Diagnostic], ...] = ()


def look(
    theme: Theme,
    bytecode: Path | None,
    *,
    csp: Mapping[str, Sequence[str]],
    host: str,
    word_places: Sequence[tuple[str, Location]] = (),
    known_words: Sequence[str] = (),
) -> Found:
    """Compiles all templates, and looks at the site's own.

    `word_places`: the ids of interface words that the site wrote; `known_words`: those that the bundled theme has.
    """
    checks = _Checks(theme)
    errors = list(checks.conflicts()) or [*checks.uncompiled(bytecode), *checks.endless()]
    if errors:
        return Found(tuple(errors))
    rules = Rules(csp, host) if not checks.has_policy() else None
    warnings = [
        *checks.each(checks.blocks),
        *checks.each(checks.styles),
        *(checks.each(lambda name: checks.policy(name, rules)) if rules else ()),
        *checks.words(word_places, known_words),
    ]
    return Found((), tuple(warnings), tuple(checks.unused()))


def with_whole_styles(
    table: TemplateTable, own: Iterable[str], before: TemplateTable
) -> tuple[TemplateTable, tuple[Diagnostic, ...]]:
    """The templates with the last good version of each part of the stylesheet that a merge left with its conflict, or
    the bundled one, or none; and what is wrong with these. `before`: the templates of the last build."""
    templates, faults = dict(table), []
    for name in filter(environment.is_style_part, own):
        path, source, _ = table[name]
        if not (fault := conflict_marks.told(source, path)):
            continue
        faults.append(fault)
        bundled = templates.pop(f"theme/{name}", None)
        good = before.get(name) or bundled
        if good:
            templates[name] = good
        else:
            del templates[name]
        if good and good is not bundled and bundled:
            templates[f"theme/{name}"] = bundled
    return templates, tuple(faults)


class _Checks:
    def __init__(self, theme: Theme) -> None:
        self.theme, self.table = theme, theme.table
        self.environment = Environment(theme.table, None, dict.fromkeys(theme.functions, str))
        self.own = sorted(theme.own)
        self._trees: dict[str, nodes.Template] = {}

    def tree(self, name: str) -> nodes.Template:
        if name not in self._trees:
            source = "" if environment.is_style_part(name) else self.table[name][1]
            self._trees[name] = self.environment.parse(source, name)
        return self._trees[name]

    def at(self, name: str, offset: int) -> Location:
        path, source, _ = self.table[name]
        starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", source))]
        line = bisect_right(starts, offset)
        return Location(path, line, offset - starts[line - 1] + 1)

    # ---- what stops the build
    def conflicts(self) -> Iterator[Diagnostic]:
        for path, source, _ in (self.table[name] for name in self.own):
            if fault := conflict_marks.told(source, path):
                yield fault

    def uncompiled(self, bytecode: Path | None) -> Iterator[Diagnostic]:
        faults = environment.compile_all(self.table, bytecode, self.theme.functions)
        for name, fault in sorted(faults.items()):
            where = fault.name if fault.name in self.table else name
            explanation = explain.of_syntax(fault, self.environment)
            yield diagnose(
                place(self.table, where, fault.lineno, explanation.at),
                "template-invalid",
                reason=explanation.reason,
                advice=explanation.advice,
            )

    def parent(self, name: str) -> nodes.Extends | None:
        """The one tag that says what a template extends, if it names it."""
        tags = list(self._trees[name].find_all(nodes.Extends)) if name in self._trees else self._extends(name)
        is_plain = len(tags) == 1 and tags[0] in self.tree(name).body and _text(tags[0].template) is not None
        return tags[0] if is_plain else None

    def _extends(self, name: str) -> list[nodes.Extends]:
        try:
            return list(self.tree(name).find_all(nodes.Extends))
        except (jinja2.TemplateSyntaxError, RecursionError):
            return []  # told where it does not compile

    def chain(self, name: str) -> list[str] | None:
        """What the template extends, the nearest first; None if that is not known, or ends in a template that there
        is not. A template that comes again is the last."""
        parents: list[str] = []
        while tag := self.parent(name):
            name = _text(tag.template) or ""
            parents.append(name)
            if name not in self.table:
                return None
            if parents.count(name) > 1:
                return parents
        return None if self._extends(name) else parents

    def endless(self) -> Iterator[Diagnostic]:
        """Templates that extend themselves: the natural slip is the name of the bundled one without `theme/`."""
        for name in self.own:
            chain = self.chain(name) or []
            tag = self.parent(name)
            if name not in chain or tag is None:
                continue
            extended = chain[0]
            at = place(self.table, name, tag.lineno, extended)
            if extended == name:
                is_bundled = f"theme/{name}" in self.table
                case = "template-invalid/itself-bundled" if is_bundled else "template-invalid/itself"
                yield diagnose(at, case, name=name)
            else:
                steps = tuple(chain[: chain.index(name) + 1])
                yield diagnose(at, "template-invalid/round", name=name, steps=steps)

    def each(self, look: Callable[[str], Iterable[Diagnostic]]) -> Iterator[Diagnostic]:
        """What a look at each file of the site's own finds; one at which newsgen itself fails is told, and the others
        are looked at."""
        for name in self.own:
            try:
                yield from list(look(name))
            except Exception as fault:
                yield own_fault(self.table[name][0], fault)

    # ---- blocks
    def blocks(self, name: str) -> Iterator[Diagnostic]:
        """Blocks that change nothing, because no template that is extended has one of that name."""
        chain = self.chain(name)
        if not chain:
            return
        tree = self.tree(name)
        known = {block.name for parent in chain for block in self.tree(parent).find_all(nodes.Block)}
        asked = {node.attr for node in tree.find_all(nodes.Getattr) if _is_name(node.node, "self")}
        for block in _outer_blocks(tree):
            if block.name in known or block.name in asked:
                continue
            at, nearest = place(self.table, name, block.lineno, block.name), near(block.name, known)
            if nearest:
                yield diagnose(at, "block-unknown/near", parent=chain[0], name=block.name, near=nearest)
            else:
                yield diagnose(at, "block-unknown", parent=chain[0], name=block.name, known=tuple(sorted(known)))

    # ---- templates that nothing uses
    @cached_property
    def texts(self) -> set[str]:
        """Every text that stands as such in a template of the site: it may be the name of something."""
        trees = [self.tree(name) for name in self.own]
        return {node.value for tree in trees for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}

    def unused(self) -> Iterator[tuple[str, Diagnostic]]:
        bundled = [name.removeprefix("theme/") for name in self.table if name not in self.theme.own]
        sources = [self.table[name][1] for name in self.table if name not in self.theme.own]
        patterns = [pattern for name in self.own for pattern in self._named_by_parts(name, ("cached",), True)]
        for name in self.own:
            if name in bundled or name in self.texts or f"theme/{name}" in self.texts or _is_note(name):
                continue
            if any(f'"{name}"' in source for source in sources):
                continue  # one that the theme includes if it is there
            if any(re.fullmatch(pattern, name) for pattern in patterns):
                continue
            alike = get_close_matches(name, bundled, 1, 0.8)
            case = "template-unused/near" if alike else "template-unused"
            yield name, diagnose(Location(self.table[name][0]), case, name=name, near=alike[0] if alike else "")

    def _named_by_parts(self, name: str, functions: tuple[str, ...], with_includes: bool) -> Iterator[str]:
        """Patterns of the names that a template puts together of parts (`"_" ~ page.kind ~ ".html"`)."""
        tree = self.tree(name)
        named: list[nodes.Expr] = [
            call.args[0]
            for call in tree.find_all(nodes.Call)
            if call.args and any(_is_name(call.node, function) for function in functions)
        ]
        if with_includes:
            named += [node.template for node in tree.find_all(nodes.Include)]
            named += [node.template for node in tree.find_all(nodes.Import)]
            named += [node.template for node in tree.find_all(nodes.FromImport)]
            named += [node.template for node in tree.find_all(nodes.Extends)]
        return (pattern for node in named if (pattern := _pattern(node)) is not None)

    # ---- words
    def words(self, places: Sequence[tuple[str, Location]], known: Sequence[str]) -> Iterator[Diagnostic]:
        """Ids of interface words that no template asks for."""
        strange = [(id_, where) for id_, where in places if id_ not in known and id_ not in self.texts]
        if not strange:
            return
        patterns = [pattern for name in self.own for pattern in self._named_by_parts(name, ("word",), False)]
        for id_, where in strange:
            if not any(re.fullmatch(pattern, id_) for pattern in patterns):
                nearest = near(id_, known)
                case = "strings-unknown/near" if nearest else "strings-unknown"
                yield diagnose(where, case, id=id_, near=nearest)

    # ---- what browsers pass over
    def styles(self, name: str) -> Iterator[Diagnostic]:
        if environment.is_style_part(name):
            yield from css_scan.faults(self.table[name][1], partial(self.at, name))

    def has_policy(self) -> bool:
        """Whether the site says the policy in a template: what that forbids is not known."""
        return any(self._has_policy(name) for name in self.own)

    def policy(self, name: str, rules: Rules) -> Iterator[Diagnostic]:
        """What the policy forbids."""
        source, at = self.table[name][1], partial(self.at, name)
        if environment.is_style_part(name):
            yield from blocked_in_style(css_scan.addresses(source), rules, at)
        elif name.endswith(".html"):
            yield from blocked(source, rules, at)

    def _has_policy(self, name: str) -> bool:
        tree = self.tree(name)
        return (
            name == "_security.html"
            or any(block.name == "security" for block in tree.find_all(nodes.Block))
            or any(node.name in ("csp", "more_sources") for node in tree.find_all(nodes.Name))
        )


_NOTE = re.compile(r"(?:readme|licen[cs]e|changelog|notice)\b.*|.*\.md", re.IGNORECASE)


def _is_note(name: str) -> bool:
    return bool(_NOTE.fullmatch(name.rpartition("/")[2]))


def _text(node: nodes.Node) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _outer_blocks(node: nodes.Node) -> Iterator[nodes.Block]:
    """The blocks that lie in no other one: those within are made by the template itself."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Block):
            yield child
        else:
            yield from _outer_blocks(child)


def _pattern(node: nodes.Node) -> str | None:
    """A pattern of the texts that an expression may give; None if they stand there as such."""
    if _text(node) is not None:
        return None
    if isinstance(node, (nodes.List, nodes.Tuple)):
        patterns = [pattern for item in node.items if (pattern := _pattern(item)) is not None]
        return "|".join(patterns) if patterns else None
    if isinstance(node, nodes.CondExpr):
        sides = [_pattern(side) for side in (node.expr1, node.expr2) if side is not None]
        known = [pattern for pattern in sides if pattern is not None]
        return "|".join(known) if known else None
    parts = node.nodes if isinstance(node, nodes.Concat) else ()
    if isinstance(node, nodes.Add):
        parts = [node.left, node.right]
    whole = "".join(re.escape(text) if (text := _text(part)) is not None else ".*" for part in parts)
    return whole or ".*"
