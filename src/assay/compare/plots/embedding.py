"""What goes into a page beside its text: the libraries that draw, and data that stay data.

Nothing in the data can become markup or script: JSON is written without `<`, `>` and `&`.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.typed import Any

_LIBRARIES = ("vega", "vega-lite", "vega-embed")
_IN_JSON = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def json_in_html(value: object) -> str:
    """JSON for a `<script type="application/json">`."""
    text = quick_json.dumps(_finite(value), default=str)
    for letter, escaped in _IN_JSON.items():
        text = text.replace(letter, escaped)
    return text


def libraries(script: str) -> str:
    """The elements with the libraries and, after them, `script`."""
    texts = [own_file("vendor", f"{name}.min.js") for name in _LIBRARIES]
    return "\n".join(f"<script>{text}</script>" for text in [*texts, script])


def own_file(*names: str) -> str:
    """A text that lies beside this module."""
    with open(os.path.join(os.path.dirname(__file__), *names), encoding="utf-8") as file:
        return file.read()


def _finite(value: Any) -> Any:
    """Numbers that JSON in a browser does not know are gaps."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value
