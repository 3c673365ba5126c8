"""The hosts and web servers for which newsgen writes redirects in their own form: where, and how much each takes."""

from __future__ import annotations

import msgspec

#: A rule that is longer is left out, counted in bytes. Cloudflare Pages ignores one of over 1,000 characters, and an
#: address of nginx must fit into `map_hash_bucket_size` (docs/publishing.md), or nginx does not start.
LONGEST = 1000


class Host(msgspec.Struct, frozen=True):
    """A host or web server. What it cannot say, the HTML pages do: they are always there."""

    name: str
    address: str  # of its file
    most: int  # rules
    says_gone: bool = False  # whether it can answer 410 with the notice


#: Netlify advises against more than 10,000 rules. Cloudflare Pages follows 2,000. Apache compiles its file for each
#: request anew: 500 rules take 5 ms. nginx and Caddy read theirs when they start; Caddy goes through all rules at each
#: request, 4 ms. S3 takes 50. GitLab Pages is not among them: it follows no rule where a file lies.
_HOSTS = (
    Host("netlify", "/_redirects", 10_000),
    Host("cloudflare", "/_redirects", 2_000),
    Host("apache", "/.htaccess", 500, says_gone=True),
    Host("nginx", "/newsgen-redirects/nginx.conf", 200_000, says_gone=True),
    Host("caddy", "/newsgen-redirects/Caddyfile", 10_000, says_gone=True),
    Host("s3", "/newsgen-redirects/s3.json", 50),
)
HOSTS = {host.name: host for host in _HOSTS}
