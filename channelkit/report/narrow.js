// How a chart is laid out where its box is narrow: names stand above their bars and beneath their lines instead of
// beside them, axes have as many letterings as there is room for, and long words are broken. A figure goes in, as
// plotly's script reads it, and comes out changed; what it says stays the same.
var narrowCharts = (function () {
  "use strict";
  // A box as wide as that, in pixels, has room for the layout that a figure comes with.
  var WIDE = 560;
  var SIZE = 13, SMALL = 12, LINE = 18, EDGE = 8, TURN = -40;
  // Pixels that the letterings of an axis take below it, and beside it.
  var LETTERED = 34, ASIDE = 44;
  var ROW = 52, BAR = 22, LIFT = 23;
  var DATE = /^\d{4}-\d{2}-\d{2}/;
  var pen = document.createElement("canvas").getContext("2d");

  // Return the pixels that words take, with the tags that plotly knows taken out.
  function widthOf(words, size, family) {
    pen.font = size + "px " + family;
    return Math.max.apply(null, String(words).split("<br>").map(function (line) {
      return pen.measureText(line.replace(/<[^>]*>/g, "").replace(/&\w+;/g, "x")).width;
    }));
  }
  function axesOf(layout, letter) {
    return Object.keys(layout).filter(function (key) { return new RegExp("^" + letter + "axis\\d*$").test(key); });
  }
  function tracesOn(figure, axis) {
    var short = axis.replace("axis", "");
    return figure.data.filter(function (trace) { return (trace[short.charAt(0) + "axis"] || short.charAt(0)) === short; });
  }
  // Arrays of numbers may come packed; what is listed by hand comes as it is.
  function listed(values) { return Array.isArray(values) ? values : []; }
  function distinct(values) { return values.filter(function (value, at) { return values.indexOf(value) === at; }); }
  function valuesOn(traces, letter) {
    return distinct([].concat.apply([], traces.map(function (trace) { return listed(trace[letter]); })));
  }
  function wordsOf(traces) {
    return [].concat.apply([], traces.map(function (trace) {
      return trace.textposition === "none" ? [] : listed(trace.text);
    })).filter(Boolean);
  }
  function isDated(axis, values) { return axis.type === "date" || DATE.test(String(values[0])); }
  function millis(text) { return Date.parse(String(text).replace(" ", "T") + (/:/.test(text) ? "Z" : "")); }
  function grow(layout, pixels) { layout.height += pixels; }

  function broken(words, room, measure) {
    var lines = [""];
    String(words).split(" ").forEach(function (word) {
      var longer = (lines[lines.length - 1] + " " + word).trim();
      if (lines[lines.length - 1] && measure(longer) > room) { lines.push(word); } else { lines[lines.length - 1] = longer; }
    });
    return lines;
  }

  function shortened(words, room, measure) {
    var kept = String(words);
    while (kept.length > 1 && measure(kept + "…") > room) { kept = kept.slice(0, -1).replace(/&\w*$/, ""); }
    return kept === String(words) ? kept : kept + "…";
  }

  // Names of lines stand beneath the chart, not at the lines' ends, where they would take a third of it.
  function nameLinesBelow(figure, room, measure) {
    var layout = figure.layout, shown = [];
    var hasEnds = (layout.annotations || []).some(function (note) { return note.name === "end"; });
    if (hasEnds) {
      layout.annotations = layout.annotations.filter(function (note) { return note.name !== "end"; });
      figure.data.forEach(function (trace) {
        trace.showlegend = Boolean(trace.meta);
        if (trace.meta) { trace.name = String(trace.meta).replace(/&/g, "&amp;").replace(/</g, "&lt;"); }
      });
      shown = figure.data.filter(function (trace) { return trace.showlegend; });
    } else if (layout.legend && layout.showlegend !== false) {
      shown = figure.data;
    }
    if (!shown.length) { return 0; }
    // Plotly sets them in one line within the axes, or in columns as wide as the widest.
    var widths = shown.map(function (trace) { return measure(trace.name) + 46; });
    var isOneRow = widths.reduce(function (sum, width) { return sum + width; }, 0) <= room;
    var columns = Math.max(1, Math.floor(room / Math.max.apply(null, widths)));
    var below = (isOneRow ? 1 : Math.ceil(shown.length / columns)) * 20 + 10;
    layout.showlegend = true;
    layout.legend = {
      orientation: "h", traceorder: "normal", font: { size: SIZE }, itemclick: false, itemdoubleclick: false,
      x: 0, xref: "container", xanchor: "left", y: 0, yref: "container", yanchor: "bottom"
    };
    grow(layout, below - Math.max(0, (layout.margin.t || EDGE) - EDGE));
    layout.margin.t = EDGE;
    return below;
  }

  // An axis says what it counts above itself, in a line, instead of beside itself from below to above.
  function raiseTitles(figure) {
    var layout = figure.layout;
    axesOf(layout, "y").forEach(function (key) {
      var axis = layout[key], words = axis.title && axis.title.text;
      if (!words) { return; }
      var top = (axis.domain || [0, 1])[1];
      layout.annotations = (layout.annotations || []).concat({
        text: words, x: 0, xref: "paper", xanchor: "left", y: top, yref: "paper", yanchor: "bottom", yshift: 5,
        showarrow: false, font: { size: SIZE }
      });
      axis.title.text = "";
      if (top === 1) { layout.margin.t += 20; }
      grow(layout, 20);
    });
  }

  // Bars that lie have their names above them where name and number would leave too little for the bar itself.
  function liftNames(figure, key, room, measure) {
    var layout = figure.layout, axis = layout[key];
    var bars = tracesOn(figure, key).filter(function (trace) { return trace.type === "bar" && trace.orientation === "h"; });
    if (!bars.length) { return; }
    var rows = valuesOn(bars, "y"), names = listed(axis.ticktext).length ? axis.ticktext : rows;
    var widest = function (words) { return Math.max.apply(null, [0].concat(words.map(measure))); };
    var isTwoSided = bars.some(function (trace) { return listed(trace.x).some(function (value) { return +value < 0; }); });
    var beside = widest(names) + widest(wordsOf(bars)) * (isTwoSided ? 2 : 1);
    if (beside > room * 0.45) {
      var before = layout.height;
      axis.ticklabelposition = "inside";
      axis.ticklabelshift = LIFT;
      axis.ticklabeloverflow = "allow";
      axis.ticklabelstandoff = 0;
      // Within its axes plotly would letter in a grey of its own.
      axis.tickfont = { color: layout.font.color || layout.template.layout.font.color };
      axis.ticksuffix = "";
      axis.automargin = false;
      if (names.some(function (name) { return measure(name) > room; })) {
        axis.tickmode = "array";
        axis.tickvals = rows;
        axis.ticktext = names.map(function (name) { return shortened(name, room, measure); });
      }
      layout.bargap = 1 - BAR / ROW;
      grow(layout, rows.length * (ROW - 34));
      // What stands below keeps its height.
      axesOf(layout, "y").forEach(function (other) {
        var domain = layout[other].domain;
        if (!domain) { return; }
        layout[other].domain = domain.map(function (edge) { return edge === 1 ? 1 : edge * before / layout.height; });
      });
    } else {
      room -= widest(names) + 16;
    }
    makeRoom(layout, bars, room, isTwoSided, measure);
  }

  // An axis of bars goes as far as the words at their ends need.
  function makeRoom(layout, bars, room, isTwoSided, measure) {
    var across = layout["xaxis" + (bars[0].xaxis || "x").slice(1)] || {}, half = isTwoSided ? room / 2 : room, most = 0;
    // The sign says what a word would say again.
    if (isTwoSided && bars.some(function (trace) { return wordsOf([trace]).some(function (words) { return measure(words) > half * 0.65; }); })) {
      bars.forEach(function (trace) { trace.text = trace.text.map(function (words) { return words.split(" ")[0]; }); });
    }
    if (!across.range || bars.some(function (trace) { return trace.base !== undefined; })) { return; }
    bars.forEach(function (trace) {
      listed(trace.x).forEach(function (value, at) {
        var words = trace.text && trace.text[at] ? measure(trace.text[at]) + 10 : 0;
        most = Math.max(most, Math.abs(+value) * half / Math.max(half * 0.2, half - words));
      });
    });
    if (most) { across.range = isTwoSided ? [-most, most] : [0, most]; }
  }

  // Names under standing bars are turned where they would touch, and so are dates thinned out.
  function fitLetterings(figure, key, room, family, isLettered) {
    room -= isLettered ? ASIDE : 0;
    var layout = figure.layout, axis = layout[key], traces = tracesOn(figure, key);
    var values = listed(axis.tickvals).length ? axis.tickvals : valuesOn(traces, "x");
    if (axis.visible === false || !values.length) { return; }
    if (traces.some(function (trace) { return trace.base !== undefined; }) || isDated(axis, values)) {
      axis.tickangle = 0;
      if (axis.nticks) { axis.nticks = Math.min(axis.nticks, Math.max(2, Math.floor(room / 80))); }
      if (axis.range && typeof axis.dtick === "number") {
        var steps = (millis(axis.range[1]) - millis(axis.range[0])) / axis.dtick;
        axis.dtick *= Math.max(1, Math.ceil(steps / Math.max(2, Math.floor(room / 66))));
      }
      return;
    }
    if (traces.some(function (trace) { return trace.orientation === "h"; })) { return; }
    var slot = room / values.length, names = listed(axis.ticktext).length ? axis.ticktext : values;
    if (!axis.tickangle && names.some(function (name) { return widthOf(name, SIZE, family) + 6 > slot; })) {
      axis.tickangle = TURN;
      axis.tickfont = { size: SMALL };
      if (axis.ticktext) { axis.ticktext = axis.ticktext.map(function (name) { return name.replace(/<br>/g, " "); }); }
      grow(layout, 30);
    }
    var widest = Math.max.apply(null, [0].concat(wordsOf(traces).map(function (words) { return widthOf(words, SMALL, family); })));
    if (axis.tickangle && !isLettered) { slot = (room - ASIDE) / values.length; }
    if (widest + 4 > slot) { turnNumbers(layout, traces, widest); }
  }

  // Numbers above standing bars are turned where they would touch; their axis leaves room for that.
  function turnNumbers(layout, traces, widest) {
    traces.forEach(function (trace) { trace.textangle = -90; trace.textfont = { size: SMALL }; });
    distinct(traces.map(function (trace) { return "yaxis" + (trace.yaxis || "y").slice(1); })).forEach(function (key) {
      var axis = layout[key], share = axis.domain ? axis.domain[1] - axis.domain[0] : 1;
      var most = Math.max.apply(null, traces.map(function (trace) { return Math.max.apply(null, [0].concat(listed(trace.y))); }));
      if (axis.range) { axis.range = [0, most * (1 + (widest + 12) / Math.max(20, (layout.height - 90) * share - widest - 12))]; }
    });
  }

  // Words that begin at the left edge are broken where the chart ends; those behind a bar's end get room.
  function fitNotes(figure, room, measure) {
    var layout = figure.layout, extra = 0;
    (layout.annotations || []).forEach(function (note) {
      if (note.xref === "paper" && note.x === 0) {
        var lines = broken(note.text, room, measure);
        note.text = lines.join("<br>");
        note.align = "left";
        extra += lines.length - 1;
      } else if (note.xanchor === "left" && note.xshift > 0) {
        layout.margin.r = Math.max(layout.margin.r, EDGE + measure(note.text) * 1.15 - room * 0.07);
      }
    });
    grow(layout, extra * (LINE + 4));
  }

  return {
    WIDE: WIDE,
    lay: function (figure, width) {
      var layout = figure.layout, room = width - 2 * EDGE, family = (layout.font || {}).family;
      family = family || layout.template.layout.font.family;
      var measure = function (words) { return widthOf(words, SIZE, family); };
      layout.height = layout.height || 320;
      layout.font = Object.assign({}, layout.font, { size: SIZE });
      layout.margin = Object.assign({ t: EDGE }, layout.margin, { l: EDGE, r: EDGE });
      var below = nameLinesBelow(figure, room - ASIDE, measure);
      axesOf(layout, "y").forEach(function (key) { liftNames(figure, key, room, measure); });
      raiseTitles(figure);
      var isLettered = axesOf(layout, "y").some(function (key) { return layout[key].visible !== false && layout[key].automargin !== false; });
      axesOf(layout, "x").forEach(function (key) { fitLetterings(figure, key, room, family, isLettered); });
      // Turned letterings move the left edge.
      fitNotes(figure, room - ASIDE, measure);
      if (below) { layout.margin.b = below + LETTERED; }
      return figure;
    }
  };
})();
