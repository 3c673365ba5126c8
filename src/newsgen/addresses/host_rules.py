"""Old and new addresses as hosts and web servers write them in their rules of redirects."""

# A rule is about one address and no other, so nothing of an address may be a wildcard, a placeholder, a variable or an
# end of the rule to who reads it. What an address is compared with differs:
#
#   host                  compares                                      so the old address is written
#   netlify, cloudflare   the address as it was asked for               percent-encoded, `*` and `:` too
#   apache                the path without %, below the folder          as a regular expression, odd signs as \xHH
#   nginx                 the path without %                            in quotes
#   caddy                 the path without %                            in quotes; with odd signs as an expression
#   s3                    the beginning of the key                      as it is, if it is nothing but plain signs
#
# The new address is a header's value, percent-encoded. `$` begins a variable of nginx or a group of Apache's and
# Caddy's expressions, `%` one of Apache's conditions, `:` and `*` stand for parts of an address in `_redirects`.
#
# Proved by test_odd_addresses_are_written_as_each_host_wants_them, and over HTTP by
# test_a_real_server_answers_as_the_file_says.

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from newsgen.addresses.urls import href
from newsgen.nouns.model import UrlPath

#: Signs that mean themselves in a regular expression of PCRE and of Go, and in a file of Apache and Caddy.
_ODD = re.compile(r"[^A-Za-z0-9/_\-\u0080-\U0010ffff]")


def _encoded(base_path: str, url: str) -> str:
    return href(base_path, UrlPath(url)).replace("$", "%24")


def _without_parts(base_path: str, url: str) -> str:
    return _encoded(base_path, url).replace("*", "%2A").replace(":", "%3A")


def _decoded(base_path: str, url: str) -> str:
    return unquote(base_path).removesuffix("/") + url


def _expression(text: str) -> str:
    return "^" + _ODD.sub(lambda sign: r"\." if sign[0] == "." else f"\\x{ord(sign[0]):02x}", text) + "$"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _of_redirects(base_path: str, url: str, to: str) -> tuple[str, str]:
    return _without_parts(base_path, url), _without_parts(base_path, to) if to else ""


def _of_apache(base_path: str, url: str, to: str) -> tuple[str, str]:
    return _expression(url.removeprefix("/")), _encoded(base_path, to).replace("%", r"\%") if to else ""


def _of_nginx(base_path: str, url: str, to: str) -> tuple[str, str]:
    return _quoted(_decoded(base_path, url)), _encoded(base_path, to) if to else ""


def _of_caddy(base_path: str, url: str, to: str) -> tuple[str, str]:
    path = _decoded(base_path, url)
    is_odd = _ODD.search(path.replace(".", "")) is not None
    return f'"~{_expression(path)}"' if is_odd else _quoted(path), _encoded(base_path, to) if to else ""


def _of_s3(base_path: str, url: str, to: str) -> tuple[str, str] | None:
    keys = [_decoded(base_path, path) for path in (url, to)]
    if any(_ODD.search(key.replace(".", "")) or not key.isascii() for key in keys):
        return None
    return keys[0].removeprefix("/"), keys[1].removeprefix("/")


_FORMS: dict[str, Callable[[str, str, str], tuple[str, str] | None]] = {
    "netlify": _of_redirects,
    "cloudflare": _of_redirects,
    "apache": _of_apache,
    "nginx": _of_nginx,
    "caddy": _of_caddy,
    "s3": _of_s3,
}


def written(host: str, base_path: str, url: str, to: str) -> tuple[str, str] | None:
    """An old address and the one that it leads to, "" for one that is gone, in the form of a host's rules; None if the
    host has no form for them. `base_path` is `Config.base_path`."""
    return _FORMS[host](base_path, url, to)
