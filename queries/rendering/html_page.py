"""One HTML file that needs nothing else: style and script inside, and a policy that allows no request to anywhere."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

from ..wording.words import Words
from .markup import Markup, joined, tag

FOLDER = Path(__file__).with_name("html")


def page(said: Words, title: str, header: Markup, main: Markup, footer: Markup, style: str = "") -> str:
    """The whole document; `style` is a file of `html/` that comes after the common style."""
    body = joined(
        [
            tag("a", said.say("html.skip"), class_="skip", href="#answer"),
            tag("header", header),
            tag("main", main, id="answer", tabindex="-1"),
            tag("footer", footer),
            _inline("script"),
        ],
        "\n",
    )
    document = joined([_head(title, style), tag("body", body)], "\n")
    return f"<!doctype html>\n{tag('html', document, lang=said.language.replace('_', '-'))}\n"


def _head(title: str, style: str) -> Markup:
    styles = " ".join(f"'{_digest(one)}'" for one in ("style", style) if one)
    policy = (
        f"default-src 'none'; style-src {styles}; script-src '{_digest('script')}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        joined(
            [
                tag("meta", charset="utf-8"),
                # After escaping, a second lock: nothing runs or is asked for that this file did not bring.
                tag("meta", http_equiv="Content-Security-Policy", content=policy),
                tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
                tag("meta", name="color-scheme", content="light dark"),
                tag("meta", name="referrer", content="no-referrer"),
                tag("title", title),
                tag("link", rel="icon", href="data:,"),
                _inline("style"),
                *([Markup(f"<style>{_ours(style)}</style>")] if style else []),
            ],
            "\n",
        ),
    )


def _inline(element: str) -> Markup:
    return Markup(f"<{element}>{_ours(element)}</{element}>")


@cache
def _ours(element: str) -> str:
    """Our style, our script, or a file by its name, as it stands there.

    INVARIANT (raw): no data is ever put into any of them.
    """
    return (FOLDER / {"style": "page.css", "script": "page.js"}.get(element, element)).read_text(encoding="utf-8")


@cache
def _digest(element: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(_ours(element).encode()).digest()).decode()}"
