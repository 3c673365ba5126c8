"""The Jinja environment of templates: sandboxed, recording what is looked up, and compiled for speed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any

import jinja2
import jinja2.filters
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from newsgen.rendering.codegen import ATTRIBUTES, Generator

TemplateTable = dict[str, tuple[str, str, str]]  #: logical name to path for diagnostics, source, hash of the source

#: Stands in the names of compiled templates that are kept: another number wherever `Generator` writes other code.
_FORM = 3


def tojson(value: Any, indent: int | None = None) -> Markup:
    """Jinja's filter of that name; texts, which are nearly all that is written so, take the short way."""
    if isinstance(value, str):
        text = encode_basestring_ascii(value)
    elif type(value) is list and indent is None and all(type(item) is str for item in value):
        text = f"[{', '.join(map(encode_basestring_ascii, value))}]"
    else:
        options: dict[str, Any] = {"sort_keys": True} if indent is None else {"sort_keys": True, "indent": indent}
        return jinja2.utils.htmlsafe_json_dumps(value, **options)
    if "<" in text or ">" in text or "&" in text or "'" in text:
        text = text.replace("<", "\\u003c").replace(">", "\\u003e")
        text = text.replace("&", "\\u0026").replace("'", "\\u0027")
    return str.__new__(Markup, text)


_UNSAFE = re.compile(rb"[^A-Za-z0-9_.~/-]")


def urlencode(value: Any) -> str:
    """Jinja's filter of that name, with a short way for texts."""
    if isinstance(value, str):
        return _UNSAFE.sub(lambda match: b"%%%02X" % ord(match[0]), value.encode()).decode("ascii")
    return jinja2.filters.do_urlencode(value)


# ---- parts of the stylesheet
#: A brace with which Jinja would begin something.
_JINJA = re.compile(r"\{(?=[{%#])")


def is_style_part(name: str) -> bool:
    """Whether a template is rules that are taken as they are: only `style.css`, which puts them together, is Jinja.

    `@media print{#Main{…}}` would begin a comment.
    """
    return name.endswith(".css") and name not in ("style.css", "theme/style.css")


# ---- the environment
class _Template(jinja2.Template):
    """A template whose imported module is made for each page anew.

    Jinja keeps the module of an imported template, so that its queries would be asked once and stand in the trace of
    the first page only. The name is private to Jinja: test_traces.test_imported_templates_are_traced_on_every_page
    fails when it moves.
    """

    def _get_default_module(self, ctx: Any = None) -> Any:
        return self.make_module()

    def new_context(self, vars: Any = None, shared: bool = False, locals: Any = None) -> Context:
        if shared or locals:
            return super().new_context(vars, shared, locals)
        # Jinja looks up each name of all globals one by one; no template has globals of its own.
        environment = self.environment
        parent = environment.globals | (vars or {})
        return environment.context_class(environment, parent, self.name, self.blocks)


class Environment(ImmutableSandboxedEnvironment):
    """Records each template that is looked up, those that are missing too."""

    template_class = _Template
    code_generator_class = Generator

    def __init__(
        self, table: TemplateTable, bytecode: Path | None, functions: Mapping[str, Callable[..., Any]]
    ) -> None:
        """`functions`: what templates may call, by name."""
        self.table = table
        self.looked_up: set[str] = set()
        self.own = frozenset(functions.values())
        self.own_names = frozenset(functions)
        self._loaded: dict[str, jinja2.Template] = {}
        cache = jinja2.FileSystemBytecodeCache(str(bytecode), f"newsgen_{_FORM}_%s.cache") if bytecode else None
        super().__init__(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=0,
            loader=jinja2.FunctionLoader(self._load),
            bytecode_cache=cache,
        )
        self.globals.pop("lipsum")
        self.filters.pop("random")
        self.filters |= {"tojson": tojson, "urlencode": urlencode}
        self.globals |= functions

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) in ATTRIBUTES.get(attribute, ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Any, obj: Any, *args: Any, **values: Any) -> Any:
        # Our own functions need no look by the sandbox, nor Jinja's search for decorators.
        if obj in self.own:
            values.pop("_loop_vars", None)  # compiled templates hand these to every call, for Jinja's own functions
            values.pop("_block_vars", None)
            return obj(*args, **values)
        return super().call(context, obj, *args, **values)

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if name not in self.table:
            return None
        place, source, _ = self.table[name]
        return _JINJA.sub("{{ '{' }}", source) if is_style_part(name) else source, place, lambda: True

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:
        if not isinstance(name, str):
            return super().get_template(name, parent, globals)
        self.looked_up.add(name)
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name, parent, globals)
        return template

    def select_template(self, names: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:
        tried = list(names)
        for name in tried:
            try:
                return self.get_template(name, parent, globals)
            except jinja2.TemplateNotFound:
                continue
        raise jinja2.TemplatesNotFound(tried)

    def text(self, name: str, values: dict[str, Any]) -> str:
        """What the template of this name makes of the values."""
        template = self.get_template(name)
        try:
            return "".join(template.root_render_func(template.new_context(values)))
        except Exception:
            self.handle_exception()


def compile_all(
    table: TemplateTable, bytecode: Path | None, names: Iterable[str]
) -> dict[str, jinja2.TemplateSyntaxError]:
    """Compiles each template; why not, by logical name. `names`: what they may call."""
    environment = Environment(table, bytecode, dict.fromkeys(names, str))
    faults = {}
    for name in sorted(table):
        try:
            environment.get_template(name)
        except jinja2.TemplateSyntaxError as fault:
            faults[name] = fault
        except (SyntaxError, RecursionError, MemoryError):  # of Python, which has its limits (20 loops, say)
            words = "blocks, loops or brackets are nested too deeply for Python: take parts out into macros"
            faults[name] = jinja2.TemplateSyntaxError(words, 1, name)
    return faults
