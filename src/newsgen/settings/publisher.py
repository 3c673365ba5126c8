"""The keys of `newsgen.yaml` about who publishes the site, what its pages may load and whom to write to."""

from __future__ import annotations

import datetime
import re
from urllib.parse import urlsplit

from newsgen.settings.config import Organization, Security
from newsgen.settings.content_policy import DIRECTIVES
from newsgen.settings.key_reader import LANGUAGE, KeyReader
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

_ORGANIZATION = ("name", "url", "logo", "email", "same_as", "corrections_policy", "publishing_principles")
_SECURITY = ("csp", "contact", "expires", "encryption", "policy", "languages")
_EMAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")
#: Rule: W3C, Content Security Policy Level 3, section 2.3.1: a keyword, nonce or hash, a scheme, or a host.
_SOURCE = re.compile(
    r"'(?:self|none|unsafe-inline|unsafe-eval|unsafe-hashes|wasm-unsafe-eval|strict-dynamic|inline-speculation-rules"
    r"|sha(?:256|384|512)-[A-Za-z0-9+/_=-]+)'|[a-z][a-z0-9+.-]*:"
    r"|(?:[a-z][a-z0-9+.-]*://)?(?:\*|(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?::(?:[0-9]+|\*))?(?:/[^\s;,'\"]*)?"
)


def read_organization(reader: KeyReader, node: Node) -> Organization | None:
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/organization")
        return None
    nodes = reader.entries(node, "organization", _ORGANIZATION)
    names: dict[str, str] = {}
    if "name" in nodes:
        written = {lang: text for lang, (_, text) in reader.by_language(nodes["name"], "organization.name").items()}
        fallback = next((written[lang] for lang in reader.languages if lang in written), "")
        names = {lang: written.get(lang, fallback) for lang in reader.languages} if fallback else {}
    email = _text(reader, nodes, "email")
    if email and not _EMAIL.fullmatch(email):
        reader.fault(nodes["email"], "config-invalid/organization-email", email=email)
    logo = _text(reader, nodes, "logo")
    if logo and not logo.startswith("/") and not _is_web(logo):
        reader.fault(nodes["logo"], "config-invalid/organization-logo", url=logo)
    return Organization(
        name=names,
        url=_web(reader, nodes, "url"),
        logo=logo,
        email=email,
        same_as=tuple(_all_web(reader, nodes, "same_as")),
        corrections_policy=_story_or_web(reader, nodes, "corrections_policy"),
        publishing_principles=_story_or_web(reader, nodes, "publishing_principles"),
    )


def read_security(reader: KeyReader, node: Node) -> Security | None:
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/security")
        return None
    nodes = reader.entries(node, "security", _SECURITY)
    contact = tuple(_contact(reader, item, text) for item, text in _texts(reader, nodes, "contact"))
    expires, at = "", 0
    if "expires" in nodes:
        expires, at = _moment(reader, nodes["expires"])
    if bool(contact) != ("expires" in nodes):
        # Rule: RFC 9116, 2.5: Contact and Expires must both be there.
        if contact:
            reader.fault(nodes.get("contact", node), "config-invalid/security-no-expires")
        else:
            reader.fault(nodes.get("expires", node), "config-invalid/security-no-contact")
    return Security(
        csp=_csp(reader, nodes["csp"]) if "csp" in nodes else {},
        contact=contact,
        expires=expires,
        expires_at=at,
        encryption=tuple(_secure(reader, *one, "encryption") for one in _texts(reader, nodes, "encryption")),
        policy=_secure(reader, nodes["policy"], _text(reader, nodes, "policy"), "policy") if "policy" in nodes else "",
        languages=tuple(_language(reader, *one) for one in _texts(reader, nodes, "languages")),
    )


def read_humans(reader: KeyReader, node: Node) -> str | None:
    """The text of `humans.txt`: a text, or a list of lines."""
    if isinstance(node, Sequence):
        return "\n".join(text for _, text in _items(reader, node, "humans")) or None
    return reader.text(node, "humans")


def _csp(reader: KeyReader, node: Node) -> dict[str, tuple[str, ...]]:
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/csp")
        return {}
    directives = {}
    nodes = reader.entries(node, "security.csp", DIRECTIVES)
    for name in nodes:
        sources = []
        for item, text in _texts(reader, nodes, name):
            source = f"'{text}'" if _SOURCE.fullmatch(f"'{text}'") else text
            if _SOURCE.fullmatch(source):
                sources.append(source)
            else:
                reader.fault(item, "config-invalid/csp-source", source=text, directive=name)
        directives[name] = tuple(sources)
    return directives


def _contact(reader: KeyReader, node: Node, text: str) -> str:
    """An address of `Contact`: an e-mail address becomes a mailto: address. Rule: RFC 9116, 2.5.3."""
    if _EMAIL.fullmatch(text):
        return f"mailto:{text}"
    if not text.startswith(("mailto:", "tel:", "https://")):
        reader.fault(node, "config-invalid/security-contact", contact=text)
    return text


def _secure(reader: KeyReader, node: Node, text: str, name: str) -> str:
    """An address of `Encryption` or `Policy`. Rule: RFC 9116, 2.5.4 and 2.5.7: a web address MUST be https."""
    if name == "encryption" and re.match(r"(?:dns|openpgp4fpr):[^\s<>\"]+\Z", text):
        return text
    if text.startswith("http://") and _is_web(text):
        secure = f"https://{text.removeprefix('http://')}"
        reader.fault(node, "config-invalid/security-http", url=text, secure=secure)
        return text
    return _checked(reader, node, text) if text else ""


def _language(reader: KeyReader, node: Node, text: str) -> str:
    """A language of `Preferred-Languages`. Rule: RFC 9116, 2.5.8: a tag of RFC 5646."""
    if not LANGUAGE.fullmatch(text):
        reader.fault(node, "config-invalid/security-language", tag=text)
    return text


def _moment(reader: KeyReader, node: Node) -> tuple[str, int]:
    """A date (00:00 UTC) or a date-time with offset, as RFC 3339 in UTC and in seconds since 1970."""
    text = reader.text(node, "expires") or ""
    try:
        moment = datetime.datetime.fromisoformat(text)
        if "T" not in text and " " not in text:
            moment = moment.replace(tzinfo=datetime.UTC)
        if moment.tzinfo is None:
            raise ValueError(text)
        moment = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        reader.fault(node, "config-invalid/security-moment", written=text)
        return "", 0
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"), int(moment.timestamp())


# ---- parts of sections
def _text(reader: KeyReader, nodes: dict[str, Node], name: str) -> str:
    return (reader.text(nodes[name], name) or "") if name in nodes else ""


def _texts(reader: KeyReader, nodes: dict[str, Node], name: str) -> list[tuple[Node, str]]:
    """The items of a list of texts; a single text is a list of one."""
    if name not in nodes:
        return []
    return _items(reader, nodes[name], name)


def _items(reader: KeyReader, node: Node, name: str) -> list[tuple[Node, str]]:
    texts: list[tuple[Node, str]] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        text = item.value.strip() if isinstance(item, Scalar) else ""
        if not isinstance(item, Scalar):
            reader.fault(item, "config-invalid/item-no-text", name=name)
        else:
            texts.append((item, text))
    return texts


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)
    except ValueError:
        return False


def _checked(reader: KeyReader, node: Node, text: str) -> str:
    if not _is_web(text):
        reader.fault(node, "config-invalid/page-address", url=text)
    return text


def _web(reader: KeyReader, nodes: dict[str, Node], name: str) -> str:
    text = _text(reader, nodes, name)
    return _checked(reader, nodes[name], text) if text else ""


def _all_web(reader: KeyReader, nodes: dict[str, Node], name: str) -> list[str]:
    return [_checked(reader, item, text) for item, text in _texts(reader, nodes, name)]


def _story_or_web(reader: KeyReader, nodes: dict[str, Node], name: str) -> str:
    """A story id, or the address of a page of another site."""
    text = _text(reader, nodes, name)
    return _checked(reader, nodes[name], text) if "://" in text else text
