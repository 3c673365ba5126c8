"""The Jinja environment of templates: sandboxed, recording what is looked up, and compiled for speed.

Jinja compiles a template to a Python function. What it writes for each attribute, call and piece of output goes
through the sandbox and through `Markup`, which took longer than the templates themselves. `_Generator` writes the
cases that are known to be safe directly, and all others as Jinja does: what templates can do is the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring_ascii
from keyword import iskeyword
from pathlib import Path
from typing import Any

import jinja2
import jinja2.filters
import markupsafe
import msgspec
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from newsgen import queries
from newsgen.model import Moment
from newsgen.shorthand import MonthGrid

TemplateTable = dict[str, tuple[str, str, str]]  #: logical name to path for diagnostics, source, hash of the source

#: Stands in the names of compiled templates that are kept: another number wherever `_Generator` writes other code.
_FORM = 2


# ---- what compiled templates call
def _plainly_escaped(text: str) -> str:
    return str(escape(text))


#: Without making `Markup` of it, where markupsafe has that function: its name is private.
escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", _plainly_escaped)


def out(value: Any) -> str:
    """A value as it stands in the output, escaped unless it is HTML; compiled templates escape plain texts."""
    if type(value) is Markup:
        return value
    return escape(value)


def guarded(environment: Environment, context: Context, function: Any) -> Callable[..., Any]:
    """A call of anything but our own functions, as the sandbox has it."""
    return functools.partial(environment.call, context, function)


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
        return _UNSAFE.sub(lambda found: b"%%%02X" % ord(found[0]), value.encode()).decode("ascii")
    return jinja2.filters.do_urlencode(value)


# ---- which attributes are known to be safe
_ANSWERS = {found for found in vars(queries).values() if isinstance(found, type) and issubclass(found, msgspec.Struct)}
_LOOP = ("first", "last", "index", "index0", "length")
_TEXT_METHODS = ("lower", "partition", "startswith", "strip", "upper")


def _attributes(kinds: Iterable[type[msgspec.Struct]]) -> dict[str, frozenset[type]]:
    found: dict[str, set[type]] = {name: {LoopContext} for name in _LOOP}
    for kind in kinds:
        for name in kind.__struct_fields__:
            found.setdefault(name, set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}


#: Attribute to the types of values whose attribute of that name is a plain value, or a method without side effects.
ATTRIBUTES = _attributes(_ANSWERS | {Moment, MonthGrid})
METHODS = {name: frozenset({str, Markup}) for name in _TEXT_METHODS} | {"unescape": frozenset({Markup})}


class _Generator(CodeGenerator):
    """Writes attributes of answers, calls of our own functions and output without a detour; all else as Jinja does."""

    environment: Environment

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline("from newsgen.templating import ATTRIBUTES, METHODS, escaped, guarded, out")
        self.attributes: set[str] = set()
        self.methods: set[str] = set()
        self.own: set[str] = set()
        super().visit_Template(node, frame)
        for name in sorted(self.attributes):
            self.writeline(f"has_{name} = ATTRIBUTES[{name!r}]")
        for name in sorted(self.methods):
            self.writeline(f"can_{name} = METHODS[{name!r}]")
        for name in sorted(self.own):
            self.writeline(f"own_{name} = environment.globals.get({name!r})")

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("found, given = context.vars, context.parent")

    def enter_frame(self, frame: Frame) -> None:
        """Looks up names in the two tables of the context, as `Context.resolve_or_missing` does."""
        loads = frame.symbols.loads
        if self.get_resolve_func() == "resolve":
            for target, (action, name) in loads.items():
                if action == VAR_LOAD_RESOLVE:
                    self.writeline(f"{target} = found[{name!r}] if {name!r} in found else given.get({name!r}, missing)")
            frame.symbols.loads = {target: load for target, load in loads.items() if load[0] != VAR_LOAD_RESOLVE}
        super().enter_frame(frame)
        frame.symbols.loads = loads

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if node.attr not in ATTRIBUTES:
            super().visit_Getattr(node, frame)
            return
        self.attributes.add(node.attr)
        self.write(f"(v.{node.attr} if type(v := ")
        self.visit(node.node, frame)
        self.write(f") in has_{node.attr} else environment.getattr(v, {node.attr!r}))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        called = node.node
        is_plain = not forward_caller and not node.dyn_kwargs and not any(iskeyword(k.key) for k in node.kwargs)
        if is_plain and isinstance(called, nodes.Name) and called.name in self.environment.own_names:
            self.own.add(called.name)
            reference = frame.symbols.ref(called.name)
            self.write(f"({reference} if {reference} is own_{called.name} else guarded(environment, context, ")
            self.visit(called, frame)
            self.write("))")
            self._write_arguments(node, frame)
        elif is_plain and isinstance(called, nodes.Getattr) and called.attr in METHODS:
            self.methods.add(called.attr)
            self.write(f"(v.{called.attr} if type(v := ")
            self.visit(called.node, frame)
            self.write(f") in can_{called.attr} else guarded(environment, context, ")
            self.write(f"environment.getattr(v, {called.attr!r})))")
            self._write_arguments(node, frame)
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)

    def _write_arguments(self, node: nodes.Call, frame: Frame) -> None:
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        if node.dyn_args:
            self.write("*")
            self.visit(node.dyn_args, frame)
        self.write(")")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        if frame.require_output_check or frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().visit_Output(node, frame)
            return
        parts: list[list[str] | nodes.Expr] = []
        for child in node.nodes:
            try:
                text = str(escape(child.as_const(frame.eval_ctx)))
            except Exception:  # not a constant, or one that fails: that is for the rendering to say
                parts.append(child)
                continue
            if parts and isinstance(parts[-1], list):
                parts[-1].append(text)
            else:
                parts.append([text])
        self.writeline(f"{frame.buffer}.extend((")
        self.indent()
        for part in parts:
            if isinstance(part, list):
                self.writeline(repr("".join(part)) + ",")
            else:
                self.newline(part)
                self.write("(escaped(v) if type(v := ")
                self.visit(part, frame)
                self.write(") is str else out(v)),")
        self.outdent()
        self.writeline("))")

    # Each piece of output goes through the generators of all blocks and templates around it: a block gathers its own.
    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        if frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        if (frame.toplevel and (self.has_known_extends or self.extends_so_far)) or node.required:
            super().visit_Block(node, frame)
            return
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        self.writeline(f"{frame.buffer}.extend(context.blocks[{node.name!r}][0]({context}))", node)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        if node.ignore_missing:
            self.writeline("try:")
            self.indent()
        self.writeline("template = environment.get_or_select_template(", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        if node.ignore_missing:
            self.outdent()
            self.writeline("except TemplateNotFound: pass")
            self.writeline("else:")
            self.indent()
        if node.with_context:
            values = f"context.get_all(), True, {self.dump_local_context(frame)}"
            self.writeline(f"{frame.buffer}.extend(template.root_render_func(template.new_context({values})))")
        else:
            self.writeline(f"{frame.buffer}.extend(template._get_default_module()._body_stream)")
        if node.ignore_missing:
            self.outdent()


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
    code_generator_class = _Generator

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
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            keep_trailing_newline=True, auto_reload=False, cache_size=0, loader=jinja2.FunctionLoader(self._load),
            bytecode_cache=cache,
        )  # fmt: skip
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
