"""Figures as one HTML file that opens anywhere, without a server and without a network.

All that draws is inside: the libraries of `vendor/`, the data, the images. Nothing in the data can
become markup or script: texts are escaped, JSON is written without `<`, `>` and `&`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from assay.compare.plots import vega
from assay.compare.plots.contents import IMAGES, suffix_of
from assay.compare.plots.document import TemplateOf
from assay.compare.plots.figures import Figure, Picture
from assay.errors import AssayError, UnexpectedError
from assay.typed import Any

_DIVS, _SCRIPTS, _REFRESH = "{plot_divs}", "{scripts}", "{refresh_tag}"
_LIBRARIES = ("vega", "vega-lite", "vega-embed")
_IN_JSON = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}

_DRAW = """
function drawPlot(id) {
  const spec = JSON.parse(document.getElementById(id + "_spec").textContent);
  const dark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)");
  const isVega = String(spec.$schema || "").includes("/schema/vega/");
  const draw = (inDark) => {
    const options = {
      mode: isVega ? "vega" : "vega-lite",
      theme: inDark ? "dark" : undefined,
      config: {background: "transparent"},
      actions: {export: true, source: false, compiled: false, editor: false},
    };
    vegaEmbed(document.getElementById(id), spec, options).catch((error) => {
      document.getElementById(id).textContent = "This plot cannot be drawn: " + error.message;
    });
  };
  draw(dark && dark.matches);
  if (dark && dark.addEventListener) {
    dark.addEventListener("change", (event) => draw(event.matches));
    window.addEventListener("beforeprint", () => draw(false));
    window.addEventListener("afterprint", () => draw(dark.matches));
  }
}
"""


class NoPlaceForPlots(UnexpectedError):
    """An HTML template does not say where the plots go."""

    def __init__(self) -> None:
        super().__init__(f"HTML template has to contain '{_DIVS}'.")


def page(figures: Sequence[Figure], template_of: TemplateOf, *, layout: str | None = None) -> str:
    """The page. `layout` is the text of another page with `{plot_divs}` and maybe `{scripts}`.

    Raises NoPlaceForPlots; TemplateNotFound, BadTemplate for what a figure asks for.
    """
    layout = _read("page.html") if layout is None else layout
    if _DIVS not in layout:
        raise NoPlaceForPlots
    parts = "\n".join(_parts(figures, template_of))
    if _SCRIPTS not in layout:
        parts = f"{_scripts()}\n{parts}"
    return layout.replace(_REFRESH, "").replace(_SCRIPTS, _scripts()).replace(_DIVS, parts)


def has_anything(figures: Sequence[Figure]) -> bool:
    """Whether a page would show a plot or an image."""
    return any(figure.points or figure.pictures for figure in figures)


def _parts(figures: Sequence[Figure], template_of: TemplateOf) -> Iterator[str]:
    used: set[str] = set()
    for figure in figures:
        if not (figure.points or figure.pictures or figure.problems):
            continue
        name = _element_id(figure.name, used)
        inside = _inside(figure, name, template_of)
        yield f'<section class="plot">{"".join(inside)}</section>'


def _inside(figure: Figure, name: str, template_of: TemplateOf) -> Iterator[str]:
    if figure.points:
        spec = vega.finished(figure, template_of(figure.properties.get("template")))
        yield f'<div id="{name}"></div>'
        yield f'<script type="application/json" id="{name}_spec">{_json(spec)}</script>'
        yield f'<script>drawPlot("{name}")</script>'
    else:
        yield f"<h2>{escape(figure.name)}</h2>"
    if figure.pictures:
        yield f'<div class="images">{"".join(map(_picture, figure.pictures))}</div>'
    if figure.problems:
        yield f'<ul class="problems">{"".join(_problems(figure))}</ul>'


def _problems(figure: Figure) -> Iterator[str]:
    for problem in figure.problems:
        yield f"<li>{escape(problem.rev)}: {escape(problem.failure.msg)}</li>"


def _picture(picture: Picture) -> str:
    from base64 import b64encode  # images are rare

    data = b64encode(picture.image.data).decode("ascii")
    source = f"data:{IMAGES[suffix_of(picture.path)]};base64,{data}"
    rev = escape(picture.rev)
    return f'<figure><img src="{source}" alt="{rev}"><figcaption>{rev}</figcaption></figure>'


def _element_id(name: str, used: set[str]) -> str:
    """An id made of letters, digits and `_`; two names never get the same."""
    plain = stem = re.sub(r"\W", "_", name, flags=re.ASCII)
    count = 1
    while plain in used:
        count += 1
        plain = f"{stem}_{count}"
    used.add(plain)
    return plain


def _json(value: Mapping[str, Any]) -> str:
    text = json.dumps(_finite(value), default=str)
    for letter, escaped in _IN_JSON.items():
        text = text.replace(letter, escaped)
    return text


def _finite(value: Any) -> Any:
    """Numbers that JSON in a browser does not know are gaps."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


def _scripts() -> str:
    texts = [_read("vendor", f"{name}.min.js") for name in _LIBRARIES]
    return "\n".join(f"<script>{text}</script>" for text in [*texts, _DRAW])


def _read(*names: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), *names), encoding="utf-8") as file:
        return file.read()


def read_layout(path: str) -> str:
    """The text of somebody's own layout. Raises AssayError."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise AssayError(f"cannot read the HTML template '{path}': {error}") from None
