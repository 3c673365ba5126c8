"""The keys `publish` and `redirect_files` of `newsgen.yaml`: where the site is published, and what hosts read there."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsgen.nouns.hosts import HOSTS
from newsgen.settings.config import Target
from newsgen.settings.key_reader import KeyReader
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

_KEYS = ("target", "url", "noindex", "keep", "indexnow", "purge", "compress", "endpoint", "region")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_INDEXNOW = re.compile(r"[A-Za-z0-9-]{8,128}")
#: What stands between a user and a password in an address: nobody wants to read that in a repository.
_SECRET = re.compile(r"//[^/@:]*:[^/@]+@")


def read_publish(reader: KeyReader, node: Node) -> tuple[Target, ...]:
    """`publish: {live: /srv/news, staging: {target: …, url: …, noindex: true, keep: 3}}`."""
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/publish")
        return ()
    targets = []
    for entry in node.entries:
        name = entry.key.value
        if not _NAME.fullmatch(name):
            reader.fault(entry.key, "config-invalid/publish-name", name=name)
            continue
        reader.keep(f"publish.{name}", entry.key)
        target = _target(reader, name, entry.value)
        if target:
            targets.append(target)
    return tuple(targets)


def _target(reader: KeyReader, name: str, node: Node) -> Target | None:
    if not isinstance(node, Mapping):
        address = _address(reader, node)
        return Target(name, address) if address else None
    nodes = reader.entries(node, f"publish.{name}", _KEYS)
    if "target" not in nodes:
        reader.fault(node, "config-invalid/publish-target", name=name)
        return None
    address = _address(reader, nodes["target"])
    url = _url(reader, nodes["url"]) if "url" in nodes else ""
    noindex, compress = (
        _boolean(reader, nodes[key], key) if key in nodes else False for key in ("noindex", "compress")
    )
    keep = reader.number(nodes["keep"], "keep") if "keep" in nodes else 0
    endpoint = _endpoint(reader, nodes["endpoint"]) if "endpoint" in nodes else ""
    region = (reader.text(nodes["region"], "region") or "") if "region" in nodes else ""
    if not address:
        return None
    return Target(
        name,
        address,
        url=url,
        noindex=noindex,
        keep=keep or 0,
        indexnow=_key(reader, nodes["indexnow"]) if "indexnow" in nodes else "",
        purge=(reader.text(nodes["purge"], "purge") or "") if "purge" in nodes else "",
        compress=compress,
        endpoint=endpoint,
        region=region,
    )


def read_redirect_files(reader: KeyReader, node: Node) -> tuple[str, ...]:
    """`redirect_files: [cloudflare, nginx]`: names of hosts, of which no two read the same file."""
    names: dict[str, str] = {}
    for item in node.items if isinstance(node, Sequence) else (node,):
        name = item.value if isinstance(item, Scalar) else ""
        if name == "gitlab":
            reader.fault(item, "config-invalid/redirect-files-gitlab")
        elif name not in HOSTS:
            reader.fault(item, "config-invalid/redirect-files", text=name, known=tuple(HOSTS))
        elif names.setdefault(HOSTS[name].address, name) != name:
            other, address = names[HOSTS[name].address], HOSTS[name].address
            reader.fault(item, "config-invalid/redirect-files-both", name=name, other=other, address=address)
    return tuple(names.values())


def _boolean(reader: KeyReader, node: Node, name: str) -> bool:
    text = node.value if isinstance(node, Scalar) else ""
    if text not in ("true", "false"):
        reader.fault(node, "config-invalid/publish-boolean", name=name)
    return text == "true"


def _address(reader: KeyReader, node: Node) -> str:
    address = reader.text(node, "target") or ""
    if _SECRET.search(address):
        reader.fault(node, "config-invalid/publish-secret")
        return ""
    return address


def read_hub(reader: KeyReader, node: Node) -> str:
    """The hub of WebSub that tells the readers of the site's feeds."""
    return _endpoint(reader, node)


def _key(reader: KeyReader, node: Node) -> str:
    """A key of IndexNow. Rule: its documentation: 8 to 128 letters, digits and `-`."""
    text = reader.text(node, "indexnow") or ""
    if text and not _INDEXNOW.fullmatch(text):
        reader.fault(node, "config-invalid/publish-indexnow", key=text)
    return text


def _endpoint(reader: KeyReader, node: Node) -> str:
    text = _address(reader, node)
    if text and not text.startswith(("http://", "https://")):
        reader.fault(node, "config-invalid/publish-endpoint", url=text)
    return text


def _url(reader: KeyReader, node: Node) -> str:
    text = reader.text(node, "url") or ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        reader.fault(node, "config-invalid/url", url=text)
        return ""
    return text if text.endswith("/") else f"{text}/"
