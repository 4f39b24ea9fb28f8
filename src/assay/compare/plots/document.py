"""Figures as `--json` gives them (spec/clients.md §1.3), and the images beside it."""

from __future__ import annotations

import os

from assay.compare.failures import failure_of
from assay.compare.plots import vega
from assay.compare.plots.collect import Collected
from assay.compare.plots.figures import Figure, Picture, Problem
from assay.compare.plots.templates import Template
from assay.errors import AssayError
from assay.fs.reading import read_file
from assay.typed import Any, Callable, Iterator, Mapping

TemplateOf = Callable[[str | None], Template]


def document(
    collected: Collected, template_of: TemplateOf, *, folder: str, split: bool
) -> dict[str, Any]:
    """The document for clients; images are written into `folder` (absolute).

    A template that cannot be had is an error of its figure. Raises OSError.
    """
    data: dict[str, list[dict[str, Any]]] = {}
    problems: list[Problem] = []
    for figure in collected.figures:
        problems += figure.problems
        data[figure.name] = [_image(picture, folder) for picture in figure.pictures]
        if figure.points:
            try:
                template = template_of(figure.properties.get("template"))
            except AssayError as error:
                problems += _about_template(figure, error)
                continue
            data[figure.name].append(_drawing(figure, template, split=split))
    problems += collected.problems
    found: dict[str, Any] = {"errors": list(map(_error, problems))} if problems else {}
    return {**found, "data": data} if data else found


def _drawing(figure: Figure, template: Template, *, split: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "vega", "revisions": list(figure.points)}
    if not split:
        return {**found, "content": vega.finished(figure, template)}
    content, definitions = vega.split(figure, template)
    return {**found, "content": content, "anchor_definitions": definitions}


def _image(picture: Picture, folder: str) -> dict[str, Any]:
    path = os.path.join(folder, _file_name(picture))
    if _bytes_of(path) != picture.image.data:
        from assay.fs.atomic import write_bytes

        os.makedirs(folder, exist_ok=True)
        write_bytes(path, picture.image.data)
    return {"type": "image", "revisions": [picture.rev], "url": path}


def _file_name(picture: Picture) -> str:
    return f"{picture.rev}_{picture.path}".replace("/", "_").replace(os.sep, "_")


def _bytes_of(path: str) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None


def _about_template(figure: Figure, error: AssayError) -> Iterator[Problem]:
    for rev in figure.points:
        yield Problem(rev, failure_of(error), figure.name)


def _error(problem: Problem) -> Mapping[str, str]:
    found = {"name": problem.name, "rev": problem.rev, "source": problem.source}
    about = {key: value for key, value in found.items() if value}
    return {**about, "type": problem.failure.type, "msg": problem.failure.msg}
