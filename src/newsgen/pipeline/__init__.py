"""One build of a site, from its folder to its output: the stages in their order, with clock, workers and lock."""

from newsgen.nouns.results import BuildResult, Due
from newsgen.pipeline.explain import Why, last_catalog, why
from newsgen.pipeline.request import (
    CACHE_NAME,
    CONFIG_NAME,
    REDIRECTS_NAME,
    Progress,
    Request,
    load_config,
    parse_now,
    theme_folder,
)
from newsgen.pipeline.run import build, check, due

__all__ = [
    "CACHE_NAME",
    "CONFIG_NAME",
    "REDIRECTS_NAME",
    "BuildResult",
    "Due",
    "Progress",
    "Request",
    "Why",
    "build",
    "check",
    "due",
    "last_catalog",
    "load_config",
    "parse_now",
    "theme_folder",
    "why",
]
