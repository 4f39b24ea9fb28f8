// Sorts and filters the table of experiments and draws it. The data is written by show_page.py:
// {rows: [{label, isExperiment}], columns: [{name, kind, isLargerBetter, values}]}.
"use strict";
(() => {
  const MOST_AXES = 10, MOST_WORDS = 12, HEIGHT = 320;
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const body = document.querySelector("#table tbody");
  const rows = [...body.rows];
  const picked = new Set();

  // the table

  const isNumber = (value) => typeof value === "number";

  function compare(one, other) {
    const gone = (value) => value === null || value === undefined;
    if (gone(one) || gone(other)) return gone(one) - gone(other);
    if (isNumber(one) && isNumber(other)) return one - other;
    return isNumber(one) ? -1 : isNumber(other) ? 1 : one < other ? -1 : one > other ? 1 : 0;
  }

  // Experiments move below their baselines; a third click brings the first order back.
  function sort(head, index) {
    const next = {none: "ascending", ascending: "descending", descending: "none"};
    const way = next[head.getAttribute("aria-sort") || "none"];
    document.querySelectorAll("#table thead th").forEach((th) => th.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", way);
    const value = (row) => index ? data.columns[index - 1].points[row.dataset.row] : data.rows[row.dataset.row].label;
    const groups = [];
    for (const row of rows) {
      if (row.className.includes("baseline") || !groups.length) groups.push([]);
      groups[groups.length - 1].push(row);
    }
    for (const group of groups) {
      const first = group[0].className.includes("baseline") ? group.shift() : null;
      const missing = (row) => value(row) === null;
      if (way !== "none") {
        group.sort((a, b) => missing(a) || missing(b) ? missing(a) - missing(b)
          : compare(value(a), value(b)) * (way === "descending" ? -1 : 1));
      }
      body.append(...(first ? [first] : []), ...group);
    }
  }

  document.querySelectorAll("#table thead th").forEach((head, index) => {
    head.tabIndex = 0;
    head.addEventListener("click", () => sort(head, index));
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(head, index); });
  });
  document.getElementById("filter").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    drawAll();
  });
  for (const row of rows) {
    row.addEventListener("click", () => {
      if (String(window.getSelection())) return;
      pick(Number(row.dataset.row));
    });
  }
  function pick(place) {
    if (!picked.delete(place)) picked.add(place);
    for (const row of rows) row.classList.toggle("picked", picked.has(Number(row.dataset.row)));
    drawAll();
  }

  // the charts

  // DVCLive writes "nan" as text, a parameter may be "auto" once: a few words do not make a column
  // of words, they are gaps.
  for (const column of data.columns) {
    const numbers = column.values.filter(isNumber).length;
    const words = column.values.filter((value) => typeof value === "string").length;
    column.points = numbers > words ? column.values.map((value) => isNumber(value) ? value : null) : column.values;
  }
  const visible = () => rows.filter((row) => !row.hidden).map((row) => Number(row.dataset.row));
  const varies = (column) => new Set(column.points.filter((value) => value !== null)).size > 1;
  const isNumeric = (column) => column.points.every((value) => value === null || isNumber(value));
  const usable = data.columns.filter((column) =>
    (column.kind === "metrics" || column.kind === "params") && varies(column) &&
    (isNumeric(column) || new Set(column.points).size <= MOST_WORDS));
  const metrics = usable.filter((column) => column.kind === "metrics");
  const params = usable.filter((column) => column.kind === "params");
  const aims = metrics.filter((column) => column.isLargerBetter !== null);
  const tone = [...aims, ...metrics, ...params].find(isNumeric);
  // In turns, so that both kinds are there however many one of them has.
  const half = Math.max(MOST_AXES - metrics.length, Math.ceil(MOST_AXES / 2));
  const axes = new Set([...params.slice(0, half), ...metrics.slice(0, MOST_AXES - Math.min(params.length, half))]);
  // What spans orders of magnitude, as learning rates do, is drawn on a logarithmic axis.
  const isWide = (column) => {
    const there = column.points.filter((value) => value !== null);
    return isNumeric(column) && Math.min(...there) > 0 && Math.max(...there) / Math.min(...there) > 100;
  };
  const config = () => ({
    background: "transparent", view: {stroke: null},
    axis: {grid: false, labelLimit: 160, titleFontWeight: 600},
  });

  function embed(id, spec) {
    const options = {
      mode: "vega-lite", theme: dark.matches && !printing ? "dark" : undefined, config: config(),
      actions: {export: true, source: false, compiled: false, editor: false},
    };
    const place = document.getElementById(id);
    return vegaEmbed(place, spec, options).catch((error) => {
      place.textContent = "This cannot be drawn: " + error.message;
    });
  }

  function colour(where) {
    if (!tone) return {value: "#945dd6"};
    const onDark = dark.matches && !printing;  // its darkest colours cannot be seen there
    const scale = {
      scheme: {name: "viridis", extent: onDark ? [0.25, 1] : [0, 0.95]},
      reverse: tone.isLargerBetter === false, type: isWide(tone) ? "log" : "linear",
    };
    return {field: "tone", type: "quantitative", title: tone.name, scale, legend: where && {orient: where, type: "gradient"}};
  }

  function shown(value) {
    return isNumber(value) ? String(Number(value.toPrecision(5))) : String(value);
  }

  function drawCoordinates() {
    const chosen = usable.filter((column) => axes.has(column));
    const lines = [], ticks = [];
    chosen.forEach((column, axis) => {
      const there = column.points.filter((value) => value !== null);
      const words = isNumeric(column) ? null : [...new Set(there)].sort(compare);
      const on = words ? (value) => words.indexOf(value) : isWide(column) ? Math.log10 : (value) => value;
      const ends = words || [Math.min(...there), Math.max(...there)];
      const low = on(ends[0]), high = on(ends[ends.length - 1]);
      const place = (value) => (on(value) - low) / ((high - low) || 1);
      for (const value of ends) {
        ticks.push({axis, position: place(value), label: shown(value), side: words ? "beside" : value === ends[0] ? "below" : "above"});
      }
      for (const row of visible()) {
        const value = column.points[row];
        if (value === null) continue;
        lines.push({
          row, axis, position: place(value), value: shown(value), column: column.name,
          name: data.rows[row].label, tone: tone ? tone.points[row] : null,
          isPicked: picked.has(row), isDim: picked.size > 0 && !picked.has(row),
        });
      }
    });
    const names = chosen.map((column) => column.name);
    const x = {
      field: "axis", type: "ordinal", scale: {padding: 0.2},
      axis: {labelExpr: `${JSON.stringify(names)}[datum.value]`, labelAngle: 0, labelPadding: 22, title: null,
        domain: false, ticks: false, labelFontWeight: 600},
    };
    const y = {field: "position", type: "quantitative", scale: {domain: [0, 1]}, axis: null};
    const marks = {beside: {align: "left", dx: 6}, below: {dy: 12}, above: {dy: -12}};
    const labels = Object.entries(marks).map(([side, mark]) => ({
      data: {values: ticks.filter((tick) => tick.side === side)}, mark: {type: "text", fontSize: 10, limit: 100, ...mark},
      encoding: {x, y, text: {field: "label"}, color: {value: dark.matches && !printing ? "#98a2b3" : "#667085"}},
    }));
    return embed("coordinates", {
      width: Math.max(500, names.length * 110), height: HEIGHT,
      layer: [
        {data: {values: names.map((_, axis) => ({axis}))}, mark: {type: "rule", color: "#98a2b3"}, encoding: {x}},
        {
          data: {values: lines},
          params: [{name: "hover", select: {type: "point", fields: ["row"], on: "mouseover", clear: "mouseout"}}],
          mark: {type: "line", interpolate: "monotone"},
          encoding: {
            x, y, detail: {field: "row"}, color: colour("right"),
            strokeWidth: {condition: [{param: "hover", empty: false, value: 4}, {test: "datum.isPicked", value: 3}], value: 1.5},
            opacity: {condition: [{param: "hover", empty: false, value: 1}, {test: "datum.isDim", value: 0.12}], value: 0.75},
          },
        },
        {
          data: {values: lines}, mark: {type: "point", filled: true, size: 40, opacity: 0.8},
          encoding: {x, y, color: colour(null), opacity: {condition: {test: "datum.isDim", value: 0.12}, value: 0.8},
            tooltip: [{field: "name", title: "experiment"}, {field: "column", title: "column"}, {field: "value", title: "value"}]},
        },
        ...labels,
      ],
    }).then(pickOnClick);
  }

  function drawScatter() {
    const [x, y] = ["scatter_x", "scatter_y"].map((id) => usable[document.getElementById(id).value]);
    const values = visible().filter((row) => x.points[row] !== null && y.points[row] !== null).map((row) => ({
      row, x: x.points[row], y: y.points[row], name: data.rows[row].label, tone: tone ? tone.points[row] : null,
      isBaseline: !data.rows[row].isExperiment, isDim: picked.size > 0 && !picked.has(row),
    }));
    const channel = (column, field) => ({
      field, title: column.name, type: isNumeric(column) ? "quantitative" : "nominal", scale: !isNumeric(column) ? {} : isWide(column) ? {type: "log"} : {zero: false},
    });
    return embed("scatter", {
      width: 560, height: HEIGHT, data: {values}, mark: {type: "point", filled: true, size: 90},
      encoding: {
        x: channel(x, "x"), y: channel(y, "y"), color: colour("right"),
        shape: {field: "isBaseline", type: "nominal", scale: {domain: [false, true], range: ["circle", "diamond"]}, legend: null},
        opacity: {condition: {test: "datum.isDim", value: 0.15}, value: 0.9},
        tooltip: [{field: "name", title: "experiment"}, {field: "x", title: x.name}, {field: "y", title: y.name}],
      },
    }).then(pickOnClick);
  }

  function pickOnClick(result) {
    if (!result) return;
    result.view.addEventListener("click", (event, item) => {
      const datum = item && item.datum && (item.datum.datum || item.datum);
      if (datum && datum.row !== undefined) pick(datum.row);
    });
  }

  function chooseAxes() {
    const choice = document.getElementById("coordinates_choice");
    for (const column of usable) {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.checked = axes.has(column);
      box.addEventListener("change", () => {
        if (box.checked) axes.add(column); else axes.delete(column);
        drawCoordinates();
      });
      label.append(box, " " + column.name);
      choice.append(label);
    }
  }

  function chooseFields() {
    const choice = document.getElementById("scatter_choice");
    const first = {scatter_x: params[0] || usable[0], scatter_y: aims[0] || metrics[0] || usable[1]};
    for (const [id, text] of [["scatter_x", "x "], ["scatter_y", "y "]]) {
      const label = document.createElement("label"), select = document.createElement("select");
      select.id = id;
      usable.forEach((column, index) => {
        const option = document.createElement("option");
        option.value = index;
        option.textContent = column.name;
        option.selected = column === first[id];
        select.append(option);
      });
      select.addEventListener("change", drawScatter);
      label.append(text, select);
      choice.append(label);
    }
  }

  let printing = false;
  function drawAll() {
    if (usable.length >= 2) { drawCoordinates(); drawScatter(); }
  }
  if (usable.length >= 2) {
    chooseAxes();
    chooseFields();
  } else {
    for (const id of ["coordinates", "scatter"]) {
      document.getElementById(id).textContent = "There is too little that differs between these rows to draw it.";
    }
  }
  drawAll();
  dark.addEventListener("change", drawAll);
  window.addEventListener("beforeprint", () => { printing = true; drawAll(); });
  window.addEventListener("afterprint", () => { printing = false; drawAll(); });
})();
