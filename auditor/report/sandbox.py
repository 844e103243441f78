"""What a Word template may do: read the values it is given, loop, choose, and nothing else.

A template is a program of somebody else. Jinja's sandbox keeps it from the inside of Python; what is left out here besides
keeps it from filling the memory with a line of a few letters, and from putting a value into the file as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import BuiltinMethodType
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.filters import FILTERS
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from auditor.report.wordxml import plain

TAGS = frozenset({"for", "endfor", "if", "elif", "else", "endif", "set", "endset"})
"""The statements of Jinja that a template may use; docxtpl's own letters (``{%tr for … %}``) are gone by then."""
USABLE = (
    "abs", "capitalize", "count", "d", "default", "first", "float", "int", "join", "last", "length", "list", "lower", "max",
    "min", "reverse", "round", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
"""The filters of Jinja that a template may use: none that grows a text, or takes it for markup."""
_OF_MAPPINGS = frozenset({"items", "keys", "values"})
_MOST_VALUES = 1_000_000


class OnlyAllowed(Extension):
    """Refuses every tag but :data:`TAGS`, and the operators ``~`` and ``**``, when a template is read."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's words, as they are."""
        begins = False
        for token in stream:
            if begins and token.value not in TAGS:
                raise TemplateSyntaxError(f"the tag {token.value!r} is not for templates", token.lineno, stream.name)
            if token.type in ("tilde", "pow"):
                raise TemplateSyntaxError(f"the operator {token.value!r} is not for templates", token.lineno, stream.name)
            begins = token.type == "block_begin"
            yield token


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of a template; of functions it has ``callable_`` only."""

    intercepted_binops = frozenset({"+", "*", "%"})

    def __init__(self, callable_: Callable[..., Any]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, extensions=[OnlyAllowed], finalize=self._written)
        self._callable, self._values = callable_, 0
        self.globals.clear()
        self.filters = {name: FILTERS[name] for name in USABLE}

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether ``obj`` is the function, or tells what is in a mapping."""
        if isinstance(obj, BuiltinMethodType):
            return isinstance(obj.__self__, dict) and obj.__name__ in _OF_MAPPINGS
        return obj is self._callable

    def unsafe_undefined(self, obj: Any, attribute: str) -> NoReturn:
        """Refuse at once: to ask for it is no accident, whether or not it would be used."""
        raise SecurityError(f"{attribute!r} of {type(obj).__name__!r} is not for templates")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic of numbers; of texts the same signs would make them as long as one likes."""
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator!r} is for numbers only")
        return super().call_binop(context, operator, left, right)

    def _written(self, value: Any) -> Any:
        """``value`` as it goes into the file: a picture as it is, else text, with no brace that docxtpl acts on."""
        self._values += 1
        if self._values > _MOST_VALUES:
            raise SecurityError(f"more than {_MOST_VALUES:,} values are written")
        if hasattr(type(value), "__html__"):
            return value
        if not isinstance(value, str | int | float | Undefined | None):
            raise SecurityError(f"a {type(value).__name__} cannot be written, only what is in it")
        text = escape(plain("" if value is None else value))
        return Markup(str(text).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704  it was escaped a line above
