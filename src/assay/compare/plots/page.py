"""Figures as one HTML file that opens anywhere, without a server and without a network.

All that draws is inside: the libraries of `vendor/`, the data, the images. Nothing in the data can
become markup or script: texts are escaped, JSON is written without `<`, `>` and `&`.
"""

from __future__ import annotations

from html import escape

from assay.compare.plots import vega
from assay.compare.plots.contents import IMAGES, suffix_of
from assay.compare.plots.document import TemplateOf
from assay.compare.plots.embedding import json_in_html, libraries, own_file
from assay.compare.plots.figures import Figure, Picture
from assay.errors import AssayError, UnexpectedError
from assay.regex import regex
from assay.typed import Iterator, Sequence

_OTHER = regex(r"(?a)\W")
_DIVS, _SCRIPTS, _REFRESH = "{plot_divs}", "{scripts}", "{refresh_tag}"
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
    layout = own_file("page.html") if layout is None else layout
    if _DIVS not in layout:
        raise NoPlaceForPlots
    parts = "\n".join(_parts(figures, template_of))
    if _SCRIPTS not in layout:
        parts = f"{libraries(_DRAW)}\n{parts}"
    return layout.replace(_REFRESH, "").replace(_SCRIPTS, libraries(_DRAW)).replace(_DIVS, parts)


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
        yield f'<script type="application/json" id="{name}_spec">{json_in_html(spec)}</script>'
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
    plain = stem = _OTHER.sub("_", name)
    count = 1
    while plain in used:
        count += 1
        plain = f"{stem}_{count}"
    used.add(plain)
    return plain


def read_layout(path: str) -> str:
    """The text of somebody's own layout. Raises AssayError."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise AssayError(f"cannot read the HTML template '{path}': {error}") from None
