"""The code that Jinja makes of a template, with what is known to be safe written directly.

Jinja compiles a template to a Python function. What it writes for each attribute, call and piece of output goes
through the sandbox and through `Markup`, which took longer than the templates themselves. `Generator` writes the
cases that are known to be safe directly, and all others as Jinja does: what templates can do is the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import markupsafe
import msgspec
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.runtime import Context, LoopContext
from markupsafe import Markup, escape

from newsgen import queries
from newsgen.languages.cldr_snapshot import MonthGrid
from newsgen.nouns.model import Moment

if TYPE_CHECKING:
    from newsgen.rendering.environment import Environment


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


# ---- which attributes are known to be safe
_ANSWERS = {value for value in vars(queries).values() if isinstance(value, type) and issubclass(value, msgspec.Struct)}
_LOOP = ("first", "last", "index", "index0", "length")
_TEXT_METHODS = ("lower", "partition", "startswith", "strip", "upper")


def _attributes(kinds: Iterable[type[msgspec.Struct]]) -> dict[str, frozenset[type]]:
    by_name: dict[str, set[type]] = {name: {LoopContext} for name in _LOOP}
    for kind in kinds:
        for name in kind.__struct_fields__:
            by_name.setdefault(name, set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in by_name.items()}


#: Attribute to the types of values whose attribute of that name is a plain value, or a method without side effects.
ATTRIBUTES = _attributes(_ANSWERS | {Moment, MonthGrid})
METHODS = {name: frozenset({str, Markup}) for name in _TEXT_METHODS} | {"unescape": frozenset({Markup})}


class Generator(CodeGenerator):
    """Writes attributes of answers, calls of our own functions and output without a detour; all else as Jinja does."""

    environment: Environment

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline("from newsgen.rendering.codegen import ATTRIBUTES, METHODS, escaped, guarded, out")
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
