"""Redirects and withdrawals in the form of hosts: the text of each file, what real servers answer by it, its limits.

What the rows are, tests/test_promises.py has; here each is held against the page of HTML that stands at its address.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from newsgen.addresses import host_rules
from newsgen.nouns.hosts import HOSTS, LONGEST, Host
from newsgen.nouns.kinds import KINDS
from support.harness import Built, Site, article, audit, differences, page_file
from support.tools import not_checked

X, Y, GONE = "2023/04/x.fr", "2022/05/y.fr", "2023/04/gone.fr"
ALL = ["cloudflare", "apache", "nginx", "caddy", "s3"]
REDIRECTS, HTACCESS = "/_redirects", "/.htaccess"
NGINX, CADDY, S3 = (f"/newsgen-redirects/{name}" for name in ("nginx.conf", "Caddyfile", "s3.json"))
FILES = (REDIRECTS, HTACCESS, NGINX, CADDY, S3)


def again(site: Site) -> Built:
    """Builds, and holds it against a clean build of the same sources."""
    built = site.build()
    clean, wanted = site.clean()
    assert built.lines == clean.lines
    assert differences(site.tree(), wanted) == []
    assert audit(site) == []
    assert not site.build().result.written
    return built


def one_of_each(site: Site) -> None:
    """A story with an alias that moved, another that was withdrawn, a tag without articles, a line for each verb."""
    site.configure(redirect_files=ALL)
    site.story(Y, article("Reste", date="2022-05-01"))
    site.story(X, article("Sommet", tags=["Chine"]))
    site.story(GONE, article("Parti", date="2023-04-16"))
    site.build()
    site.publish()
    site.story(X, article("Sommet", slug="autre", aliases=["/vieux.html"]))
    site.story(GONE, article("Parti", date="2023-04-16", gone="Retiré à la demande du tribunal."))
    site.write("redirects.yaml", "/fr/ancien/: /fr/europe/\n/fr/retire/: gone\n")
    again(site)


def without_comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


# ---- the files
def test_a_site_that_asks_for_none_has_none(site: Site) -> None:
    one_of_each(site)
    with_files = site.tree()
    site.configure(redirect_files=None)
    built = again(site)
    gone = {url.removeprefix("/") for url in FILES}
    assert with_files.keys() - site.tree().keys() == gone
    assert set(built.result.removed) == gone
    assert "_redirects" not in site.read("/newsgen-ledger/next.txt")


def test_redirects_for_cloudflare(site: Site) -> None:
    one_of_each(site)
    assert without_comments(site.read(REDIRECTS)) == [
        "/fr/ancien/ /fr/europe/ 301",
        "/vieux.html /fr/2023/04/autre/ 301",
        "/fr/2023/04/sommet/ /fr/2023/04/autre/ 301",
        "/fr/tags/chine/ /fr/tags/ 302",
    ]


def test_netlify_is_told_to_follow_a_rule_where_a_file_lies(site: Site) -> None:
    one_of_each(site)
    site.configure(redirect_files=["netlify"])
    again(site)
    assert "/fr/tags/chine/ /fr/tags/ 302!" in without_comments(site.read(REDIRECTS))
    assert not site.exists(NGINX)


def test_redirects_for_apache(site: Site) -> None:
    one_of_each(site)
    rules = [line for line in without_comments(site.read(HTACCESS)) if line.startswith("RewriteRule")]
    moved = "NE,L,E=newsgen_moved:1]"
    assert rules == [
        "RewriteRule ^ - [END]",
        f"RewriteRule ^fr/ancien/$ /fr/europe/ [R=301,{moved}",
        "RewriteRule ^fr/retire/$ - [R=410]",
        f"RewriteRule ^vieux\\.html$ /fr/2023/04/autre/ [R=301,{moved}",
        "RewriteRule ^fr/2023/04/parti/$ - [R=410]",
        f"RewriteRule ^fr/2023/04/sommet/$ /fr/2023/04/autre/ [R=301,{moved}",
        f"RewriteRule ^fr/tags/chine/$ /fr/tags/ [R=302,{moved}",
    ]


def test_redirects_for_nginx(site: Site) -> None:
    one_of_each(site)
    assert without_comments(site.read(NGINX)) == [
        '"/fr/ancien/" "301 /fr/europe/";',
        '"/fr/retire/" "410";',
        '"/vieux.html" "301 /fr/2023/04/autre/";',
        '"/fr/2023/04/parti/" "410";',
        '"/fr/2023/04/sommet/" "301 /fr/2023/04/autre/";',
        '"/fr/tags/chine/" "302 /fr/tags/";',
    ]


def test_redirects_for_caddy(site: Site) -> None:
    one_of_each(site)
    lines = without_comments(site.read(CADDY))
    assert lines[: lines.index("}") + 1] == [
        "map {http.request.uri.path} {newsgen_status} {newsgen_to} {",
        '\t"/fr/ancien/" 301 "/fr/europe/"',
        '\t"/fr/retire/" 410 ""',
        '\t"/vieux.html" 301 "/fr/2023/04/autre/"',
        '\t"/fr/2023/04/parti/" 410 ""',
        '\t"/fr/2023/04/sommet/" 301 "/fr/2023/04/autre/"',
        '\t"/fr/tags/chine/" 302 "/fr/tags/"',
        '\tdefault "" ""',
        "}",
    ]


def test_redirects_for_s3(site: Site) -> None:
    one_of_each(site)
    rules = site.json(S3)["RoutingRules"]
    assert rules[0] == {
        "Condition": {"KeyPrefixEquals": "fr/ancien/"},
        "Redirect": {
            "HostName": "news.example",
            "HttpRedirectCode": "301",
            "Protocol": "https",
            "ReplaceKeyWith": "fr/europe/",
        },
    }
    prefixes = [rule["Condition"]["KeyPrefixEquals"] for rule in rules]
    # A rule is about all keys that begin so, and the feeds of the tag go on at their addresses.
    assert site.exists("/fr/tags/chine/feed.atom")
    assert prefixes == ["fr/ancien/", "vieux.html", "fr/2023/04/sommet/"]
    for prefix in prefixes:
        assert len([name for name in site.tree() if name.startswith(prefix)]) == 1, prefix


def test_a_site_below_a_path_has_its_addresses_with_it(site: Site) -> None:
    one_of_each(site)
    site.configure(url="https://news.example/archiv%C3%A9/")
    again(site)
    assert "/archiv%C3%A9/fr/ancien/ /archiv%C3%A9/fr/europe/ 301" in site.read(REDIRECTS)
    assert "RewriteRule ^fr/ancien/$ /archiv\\%C3\\%A9/fr/europe/ [" in site.read(HTACCESS)
    assert '"/archivé/fr/ancien/" "301 /archiv%C3%A9/fr/europe/";' in site.read(NGINX)
    assert '"/archivé/fr/ancien/" 301 "/archiv%C3%A9/fr/europe/"' in site.read(CADDY)
    assert site.json(S3)["RoutingRules"] == []  # the keys are not plain


# ---- what follows an edit
def test_the_files_follow_every_edit(site: Site) -> None:
    """Each edit is built on the build before and held against a clean one, with the answers of all questions."""
    one_of_each(site)
    edits: list[Callable[[], object]] = [
        lambda: site.story(X, article("Sommet", slug="encore", aliases=["/vieux.html"])),
        lambda: site.story(X, article("Sommet", slug="encore", aliases=["/plus-vieux.html"])),
        lambda: site.story(X, article("Sommet")),
        lambda: site.story(X, article("Sommet", slug="autre", tags=["Chine"])),
        lambda: site.story(Y, article("Reste", date="2022-05-01", aliases=["/vieux.html"])),
        lambda: site.story(GONE, article("Parti", date="2023-04-16")),
        lambda: site.write("redirects.yaml", "/fr/ancien/: gone\n/fr/retire/: /fr/ancien/\n"),
        lambda: site.write("redirects.yaml", "/fr/ancien/: /vieux.html\n/fr/tags/chine/: /fr/tags/\n"),
        lambda: site.story(X, article("Sommet", slug="autre")),
        lambda: site.rename(f"content/{Y}.md", "content/2022/05/ailleurs.fr.md"),
        lambda: site.story("2023/04/z.fr", article("Zone", date="2023-04-18", slug="sommet-bis")),
        lambda: site.write("static/fr/ancien/plan.txt", "x"),
        lambda: site.remove("static/fr/ancien/plan.txt"),
        lambda: site.publish("2024-01-16T11:00:00Z"),
        lambda: site.configure(permalink="/{lang}/{slug}/"),
        lambda: site.remove("redirects.yaml"),
        lambda: site.configure(redirect_files=["netlify", "s3"]),
        lambda: site.configure(redirect_files=ALL),
        lambda: site.remove(f"content/{X}.md"),
    ]
    texts = set()
    for edit in edits:
        edit()
        again(site)
        texts.add(site.read(REDIRECTS))
        for line in without_comments(site.read(NGINX)) if site.exists(NGINX) else ():
            address, what = re.fullmatch(r'"(.*)" "(.*)";', line).groups()  # type: ignore[union-attr]
            refresh = site.page(address).css_first('meta[http-equiv="refresh"]')
            to = str(refresh.attributes["content"]).partition("url=")[2] if refresh else ""
            assert what.partition(" ")[2] == to, address  # the pages of HTML lead to the same
    assert len(texts) > 10


def test_each_change_of_a_redirect_alone_is_noticed(site: Site) -> None:
    """One row each that is another one now, while all other rows and pages are what they were."""
    site.configure(redirect_files=["nginx"])
    site.write("content/pages/nous.fr.md", page_file("Nous", slug="nous"))
    site.story(X, article("Sommet", slug="un"))
    site.story(Y, article("Reste", date="2022-05-01", slug="reste", aliases=["/alias.html"]))
    lines = "/fr/a/\tstory\tfr\tpages/nous\t\t{}\t1a2b3c4d\n/fr/b/\tstory\tfr\t2023/04/x\t\t{}\t1a2b3c4e\n"
    site.write("ledger/2021.txt", lines.format("2021-01-01T00:00:00Z", "2021-01-02T00:00:00Z"))
    site.write("redirects.yaml", "/ligne.html: /fr/europe/\n")
    again(site)
    assert without_comments(site.read(NGINX)) == [
        '"/alias.html" "301 /fr/2022/05/reste/";',
        '"/ligne.html" "301 /fr/europe/";',
        '"/fr/b/" "301 /fr/2023/04/un/";',
        '"/fr/a/" "301 /fr/nous/";',
    ]
    site.write("content/pages/nous.fr.md", page_file("Nous", slug="qui"))  # where a redirect leads has another address
    again(site)
    assert '"/fr/a/" "301 /fr/qui/";' in site.read(NGINX)
    site.story(Y, article("Reste", date="2022-05-01", slug="reste-2", aliases=["/alias.html"]))  # where an alias leads
    again(site)
    assert '"/alias.html" "301 /fr/2022/05/reste-2/";' in site.read(NGINX)
    site.write("redirects.yaml", "/ligne.html: /fr/monde/\n")  # it leads to another page
    again(site)
    assert '"/ligne.html" "301 /fr/monde/";' in site.read(NGINX)
    site.write("ledger/2021.txt", lines.format("2021-01-02T00:00:00Z", "2021-01-01T00:00:00Z"))  # another is the newest
    again(site)
    assert [line[:8] for line in without_comments(site.read(NGINX))][-2:] == ['"/fr/a/"', '"/fr/b/"']
    site.story(X, article("Sommet", slug="un", aliases=["/autre.html"]))  # one comes
    again(site)
    assert '"/autre.html" "301 /fr/2023/04/un/";' in site.read(NGINX)


def test_a_body_edit_writes_none_of_the_files(site: Site) -> None:
    one_of_each(site)
    site.story(X, article("Sommet", slug="autre", aliases=["/vieux.html"], body="Un autre texte."))
    assert not {url.removeprefix("/") for url in FILES} & site.build().result.rendered.keys()


def test_a_new_story_without_an_old_address_asks_for_s3_only(site: Site) -> None:
    one_of_each(site)
    site.story("2023/04/z.fr", article("Zone", date="2023-04-18"))
    assert not {url.removeprefix("/") for url in FILES} & site.build().result.rendered.keys()
    site.write("static/fr/ancien/plan.txt", "x")
    rendered = site.build().result.rendered
    assert {url for url in FILES if url.removeprefix("/") in rendered} == {S3}
    assert "fr/ancien/" not in site.read(S3)


# ---- limits
def test_a_host_has_the_newest_and_the_rest_is_told(site: Site) -> None:
    published_at = {
        "/fr/a/": "2021-01-01T00:00:00Z",
        "/fr/b/": "2023-01-01T00:00:00Z",
        "/fr/c/": "2022-01-01T00:00:00Z",
    }
    site.configure(redirect_files=["s3", "nginx"])
    site.story(Y, article("Reste", date="2022-05-01"))
    for url, moment in published_at.items():
        line = f"{url}\tstory\tfr\t2022/05/y\t\t{moment}\t1a2b3c4d\n"
        site.write(f"ledger/{moment[:4]}.txt", line)
    lines = [f"/alt/{number}/: /fr/europe/\n" for number in range(48)]
    site.write("redirects.yaml", "".join(lines))
    told = again(site).one("redirects-too-many")
    keys = [rule["Condition"]["KeyPrefixEquals"] for rule in site.json(S3)["RoutingRules"]]
    assert keys == [*sorted(f"alt/{number}/" for number in range(48)), "fr/b/", "fr/c/"]
    assert without_comments(site.read(NGINX))[-1] == '"/fr/a/" "301 /fr/2022/05/reste/";'
    assert (told.severity, told.location.path) == ("note", "newsgen.yaml")
    assert (site.root / "newsgen.yaml").read_text().splitlines()[told.location.line - 1].startswith("redirect_files")
    assert told.message == (
        "/newsgen-redirects/s3.json has 50 redirects, the newest that s3 takes; 1 other is a page of HTML only"
    )
    site.write("newsgen.yaml", "# a line more\n" + (site.root / "newsgen.yaml").read_text())
    assert again(site).one("redirects-too-many").location.line == told.location.line + 1
    site.write("redirects.yaml", "".join(lines[:-1]))
    assert "redirects-too-many" not in again(site).ids
    assert site.exists("/fr/a/")


def test_a_rule_that_is_too_long_is_left_out(site: Site) -> None:
    site.configure(redirect_files=["nginx", "cloudflare"])
    long = "/" + "/".join([letter * 200 for letter in "abcd"])
    site.story(Y, article("Reste", date="2022-05-01", aliases=[f"{long}.html", f"{long}/{'e' * 180}.html"]))
    assert [d.message.partition(";")[0] for d in again(site).find("redirects-too-many")] == [
        "/_redirects has 1 redirect, the newest that cloudflare takes",
        "/newsgen-redirects/nginx.conf has 1 redirect, the newest that nginx takes",
    ]
    assert all(len(line.encode()) <= LONGEST + 10 for line in site.read(REDIRECTS).splitlines())


@pytest.mark.pure
def test_limits_are_those_of_the_hosts() -> None:
    assert HOSTS["cloudflare"] == Host("cloudflare", "/_redirects", 2_000)
    assert HOSTS["s3"].most == 50
    assert LONGEST == 1000
    files = {kind.address for kind in KINDS.values() if kind.name.startswith("host-")}
    assert files == {host.address for host in HOSTS.values()}


# ---- the key
@pytest.mark.parametrize(
    ("written", "says"),
    [
        (["netlify", "cloudflare"], "`cloudflare` and `netlify` both read /_redirects"),
        (["gitlab"], "GitLab Pages"),
        (["iis"], "must be a list of hosts, and `iis` is none"),
        ([["nginx"]], "must be a list of hosts"),
        ({"nginx": True}, "must be a list of hosts"),
    ],
)
def test_faults_of_the_key(site: Site, written: object, says: str) -> None:
    from newsgen.nouns.diagnostics import NewsgenError

    site.configure(redirect_files=written)
    with pytest.raises(NewsgenError) as raised:
        site.build()
    (fault,) = raised.value.diagnostics
    assert fault.id == "config-invalid" and says in fault.message and fault.hint


def test_one_host_needs_no_list(site: Site) -> None:
    site.configure(redirect_files="nginx")
    assert site.build().ids == []
    assert without_comments(site.read(NGINX)) == []


# ---- odd addresses
ODD = "/fr/é b/100%/a*b:c$1&{x}\"q'(1)[2]^~|;,+=!#d.e/"
ODD_HREF = "/fr/%C3%A9%20b/100%25/a*b:c%241&%7Bx%7D%22q'(1)%5B2%5D%5E~%7C;,+=!%23d.e/"
PATTERN = (
    r"^/fr/é\x20b/100\x25/a\x2ab\x3ac\x241\x26\x7bx\x7d\x22q\x27\x281\x29\x5b2\x5d\x5e\x7e\x7c\x3b\x2c\x2b\x3d\x21"
    r"\x23d\.e/$"
)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("host", "address", "target"),
    [
        ("netlify", ODD_HREF.replace("*", "%2A").replace(":", "%3A"), None),
        ("cloudflare", ODD_HREF.replace("*", "%2A").replace(":", "%3A"), None),
        ("apache", PATTERN.replace("^/", "^"), ODD_HREF.replace("%", r"\%")),
        ("nginx", '"' + ODD.replace('"', r"\"") + '"', ODD_HREF),
        ("caddy", f'"~{PATTERN}"', ODD_HREF),
    ],
)
def test_odd_addresses_are_written_as_each_host_wants_them(host: str, address: str, target: str | None) -> None:
    assert host_rules.written(host, "/", ODD, ODD) == (address, target or address)
    assert host_rules.written(host, "/", ODD, "") == (address, "")


@pytest.mark.pure
def test_s3_gets_plain_addresses_only() -> None:
    assert host_rules.written("s3", "/a/", "/fr/x.y_z-1/", "/fr/") == ("a/fr/x.y_z-1/", "a/fr/")
    assert host_rules.written("s3", "/", ODD, "/fr/") is None
    assert host_rules.written("s3", "/", "/fr/", "/fr/é/") is None


# ---- real servers
class Answer(NamedTuple):
    status: int
    to: str
    age: str
    body: str


Ask = Callable[[str], Answer]


def ask(port: int, address: str) -> Answer:
    """What a server answers at an address that is percent-encoded already."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read().decode()
        path = urlsplit(answer.getheader("Location", "")).path
        return Answer(answer.status, path, answer.getheader("Cache-Control", ""), body)
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[Ask]:
    """A server that stays in the foreground, for as long as the context lasts."""
    environment = os.environ | {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise AssertionError((folder / "said").read_text())
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield lambda address: ask(port, address)
    finally:
        process.terminate()
        process.wait(10)


def installed(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    return found or not_checked(f"there is no `{name}`", "docs/checks.md says how to install it")


def documented(name: str) -> str:
    """A block of docs/publishing.md that holds the name, which is all that an operator writes."""
    text = (Path(__file__).parent.parent / "docs/publishing.md").read_text("utf-8")
    (block,) = [block for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) if name in block]
    return block


def nginx(folder: Path, output: Path, port: int) -> list[str]:
    program = installed("nginx")
    of_http, _, of_server = documented("map_hash").partition("server {\n")
    places = "\n".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = f"""daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}}
http {{ access_log off; {places}
types {{ text/html html; }} {of_http}
server {{ listen 127.0.0.1:{port};
{of_server} }}"""
    (folder / "nginx.conf").write_text(text.replace("/srv/news/current", str(output)))
    return [program, "-e", "stderr", "-c", str(folder / "nginx.conf")]


def apache(folder: Path, output: Path, port: int) -> list[str]:
    program = installed("apache2")
    modules = Path("/usr/lib/apache2/modules")
    names = ("mpm_event", "authz_core", "dir", "mime", "rewrite", "headers")
    load = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names)
    (folder / "types").write_text("text/html html\n")
    text = f"""ServerRoot {folder}
PidFile {folder}/pid
ErrorLog {folder}/errors
DefaultRuntimeDir {folder}
ServerName localhost
Listen 127.0.0.1:{port}
{load}
TypesConfig {folder}/types
StartServers 1
{"User daemon" if os.getuid() == 0 else ""}
{documented("AllowOverride")}"""
    (folder / "apache.conf").write_text(text.replace("/srv/news/current", str(output)))
    return [program, "-f", str(folder / "apache.conf"), "-DFOREGROUND"]


def caddy(folder: Path, output: Path, port: int) -> list[str]:
    program = installed("caddy")
    site = documented("import /srv").replace("news.example.org", f"http://127.0.0.1:{port}")
    text = "{\n\tadmin off\n\tauto_https off\n}\n" + site.replace("/srv/news/current", str(output))
    (folder / "Caddyfile").write_text(text)
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


ALIASES = ("/vieux.html", "/fr/é b/", "/a*b/", "/fr/100 %.html", "/x{y}$1/(q)+[z];'&~.html", '/fr/"q"/', "/a:b.c/")


@pytest.fixture
def published_site(site: Site) -> Site:
    os.chmod(site.root, 0o755)
    one_of_each(site)
    site.story(X, article("Sommet", slug="autre", aliases=list(ALIASES)))
    site.write("redirects.yaml", "/fr/ancien/: /fr/europe/\n/fr/retire/: gone\n/fr/parti.html: gone\n/fr/50%/: gone\n")
    site.story("2022/05/dessous.fr", article("Dessous", date="2022-05-02", slug="sommet"))
    assert again(site).errors == []
    for folder in (site.output, *site.output.parents):
        if folder.stat().st_uid == os.getuid() and str(folder) not in ("/", "/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return site


@pytest.mark.parametrize("server", [nginx, apache, caddy])
def test_a_real_server_answers_as_the_file_says(
    published_site: Site, tmp_path_factory: pytest.TempPathFactory, server: Callable[[Path, Path, int], list[str]]
) -> None:
    site, port, folder = published_site, free_port(), tmp_path_factory.mktemp("server")
    folder.chmod(0o777)
    with running(server(folder, site.output, port), port, folder) as get:
        for address in ("/fr/ancien/", *ALIASES):
            answer = get(quote(address))
            to = "/fr/europe/" if address == "/fr/ancien/" else "/fr/2023/04/autre/"
            assert answer[:3] == (301, to, "max-age=3600"), address
        assert get("/fr/tags/chine/")[:3] == (302, "/fr/tags/", "max-age=3600")
        for address in ("/fr/2023/04/parti/", "/fr/retire/", "/fr/parti.html", "/fr/50%/"):
            answer = get(quote(address))
            assert (answer.status, answer.to) == (410, ""), address
            assert answer.body == site.read(address), address
        assert "Retiré à la demande du tribunal." in get("/fr/2023/04/parti/").body
        for address in ("/fr/", "/fr/2023/04/autre/", "/fr/tags/", "/fr/tags/chine/feed.atom", "/fr/2023/04/"):
            answer = get(address)
            assert answer.status == 200, address
            assert answer.body == site.path(address).read_text("utf-8")
        assert get("/fr/rien/").status == 404
        assert get("/fr/ancien/plus-bas/").status == 404
