"""The canonical layout of Datalog: where lines break, how far they are indented, where blanks and empty lines stand.

What an author wrote on one line stays on one line when it fits; everything else has one condition, one value, one
sentence a line. Comments are kept as they are. The layout of a canonical text is that text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .lexer import Source, Token
from .pieces import Comment, Item, Line, Piece, pieces

WIDTH = 120  # characters of a line with its indentation, unless one text is longer
INDENT = "    "


def formatted(text: str, indent: int = 0) -> str:
    """A text that parses, in canonical layout and without indentation; `indent` is how far it will be moved."""
    width = WIDTH - indent
    lines: list[str] = []
    before: Piece | None = None
    tall = False
    for group in _groups(pieces(Source("", text))):
        shown = [line for piece in group for line in _piece(piece, width)]
        taller = isinstance(group[-1], Item) and len(_piece(group[-1], width)) > 1
        if before and (_apart(before, group[0]) or (isinstance(group[-1], Item) and (tall or taller))):
            lines.append("")
        lines += shown
        before, tall = group[-1], taller
    return "\n".join(lines)


def _groups(found: Iterable[Piece]) -> list[list[Piece]]:
    """Each item with the comments that stand directly above it; comments that stand alone, one by one."""
    groups: list[list[Piece]] = []
    for piece in found:
        last = groups[-1][-1] if groups else None
        if isinstance(last, Comment) and not _apart(last, piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _apart(before: Piece, after: Piece) -> bool:
    """Whether an empty line stands between the two."""
    end = before.line if isinstance(before, Comment) else before.last
    start = after.line if isinstance(after, Comment) else after.first
    return start > end + 1


def _piece(piece: Piece, width: int) -> list[str]:
    return [piece.text] if isinstance(piece, Comment) else item_lines(piece, width)


def item_lines(item: Item, width: int = WIDTH) -> list[str]:
    """An item in canonical layout."""
    annotations = [line for line in item.lines if line.part == "annotation"]
    rest = [line for line in item.lines if line.part != "annotation"]
    return [*_annotations(annotations, width), *(_one_line(item, rest, width) or _written_out(item, rest, width))]


def _annotations(given: Sequence[Line], width: int) -> list[str]:
    """In the lines that the author gave them, as far as they fit; those with a comment stand alone."""
    lines: list[str] = []
    above = 0  # the source's line of the annotation before, 0 when nothing can stand beside it
    for line in given:
        text = text_of(line.tokens)
        beside = line.tokens[0].span.line == above and not line.above
        if beside and len(lines[-1]) + 1 + len(text) <= width:
            lines[-1] = _with_comment(f"{lines[-1]} {text}", line)
        else:
            lines += [c.text for c in line.above]
            lines.append(_with_comment(text, line))
        above = 0 if line.after else line.tokens[-1].span.line
    return lines


def _one_line(item: Item, rest: Sequence[Line], width: int) -> list[str]:
    """The whole on one line; [] when it was not so written, does not fit, or has comments inside."""
    first, last = rest[0].tokens[0].span.line, rest[-1].tokens[-1].span.line
    inside = any(line.above for line in rest) or any(line.after for line in rest[:-1])
    whole = text_of([t for line in rest for t in line.tokens])
    always = len(rest) == 1 or (item.word == "type" and len(rest) == 2)
    if inside or not (first == last or always) or len(whole) > width:
        return []
    return [_with_comment(whole, rest[-1])]


def _written_out(item: Item, rest: Sequence[Line], width: int) -> list[str]:
    """The head, then each part on a line of its own."""
    texts = (
        _labels(rest, width) if item.word == "type" else _sentences(rest) if _has_sentences(rest) else _conditions(rest)
    )
    lines: list[str] = []
    for at, (line, text) in enumerate(zip(rest, texts, strict=True)):
        indent = INDENT if at else ""
        lines += [f"{indent}{c.text}" for c in line.above]
        lines.append(_with_comment(text, line))
    return lines


def _conditions(rest: Sequence[Line]) -> list[str]:
    head, *others = rest
    return [text_of(head.tokens), *(INDENT + text_of(line.tokens) for line in others)]


def _has_sentences(rest: Sequence[Line]) -> bool:
    return any(line.part == "sentence" for line in rest)


def _sentences(rest: Sequence[Line]) -> list[str]:
    """The words `yes`, `no`, `unknown` and `ask` in a column, so that the sentences are in one too."""
    head, *others = rest
    wide = max(len(line.tokens[0].text) for line in others)
    padded = (line.tokens[0].text.ljust(wide) + " " + text_of(line.tokens[1:]) for line in others)
    return [text_of(head.tokens), *(INDENT + text for text in padded)]


def _labels(rest: Sequence[Line], width: int) -> list[str]:
    """`type x =` and a value a line; the texts in a column, unless a line would then be too long."""
    head, *others = rest
    cut = [line.tokens[1:] if line.tokens[0].text == "|" else line.tokens for line in others]
    wide = max(len(tokens[0].text) for tokens in cut)
    lines = _labelled(cut, wide)
    return [text_of(head.tokens), *(lines if max(map(len, lines)) <= width else _labelled(cut, 0))]


def _labelled(cut: Sequence[Sequence[Token]], wide: int) -> list[str]:
    lines: list[str] = []
    for at, tokens in enumerate(cut):
        name, *text = tokens
        sign = INDENT if at == 0 else "  | "
        has_text = bool(text) and text[0].kind == "string"
        lines.append(sign + (f"{name.text.ljust(wide)} {text_of(text)}" if has_text else text_of(tokens)))
    return lines


def _with_comment(text: str, line: Line) -> str:
    return f"{text}  {line.after.text}" if line.after else text


def text_of(tokens: Sequence[Token]) -> str:
    """Tokens on one line, with the blanks that the language's own style has."""
    text = ""
    before: Token | None = None
    for token in tokens:
        text += token.text if before is None or _joined(before, token) else f" {token.text}"
        before = token
    return text


def _joined(left: Token, right: Token) -> bool:
    """Whether no blank stands between the two."""
    before = left.text if left.kind == "punct" else ""
    after = right.text if right.kind == "punct" else ""
    return before in ("(", "@", "-", "..") or after in (")", ",", ".", ":", "..", "(")
