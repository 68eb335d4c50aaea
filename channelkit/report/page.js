(function () {
  "use strict";
  // What a chart is drawn from lies beside it; a dark screen gets the partners of its colours, paper never does.
  var partners = JSON.parse(document.getElementById("partners").textContent);
  var config = JSON.parse(document.getElementById("config").textContent);
  var screenIsDark = window.matchMedia("(prefers-color-scheme: dark)");
  // Pixels that a chart has on paper, inside its card: what A4 and Letter leave.
  var PAPER = 640;
  var isPrinting = false;
  var charts = [].map.call(document.querySelectorAll("script[data-chart]"), function (script) {
    var box = document.getElementById(script.dataset.chart);
    return { box: box, figure: JSON.parse(script.textContent), height: box.clientHeight };
  });
  function partnerOf(code) { return partners[code.toUpperCase()] || code; }
  function mixed(whole, red, green, blue) {
    var code = "#" + [red, green, blue].map(function (part) { return (+part).toString(16).padStart(2, "0"); }).join("");
    var other = partnerOf(code);
    if (other === code) { return whole; }
    var parts = [1, 3, 5].map(function (at) { return parseInt(other.slice(at, at + 2), 16); });
    return whole.replace(/\d+\s*,\s*\d+\s*,\s*\d+/, parts.join(","));
  }
  function darkened(value) {
    if (typeof value === "string") {
      return value.replace(/#[0-9a-f]{6}\b/gi, partnerOf).replace(/rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)[^)]*\)/g, mixed);
    }
    if (Array.isArray(value)) { return value.map(darkened); }
    if (value && typeof value === "object") {
      return Object.keys(value).reduce(function (found, key) { found[key] = darkened(value[key]); return found; }, {});
    }
    return value;
  }
  function isDark() { return screenIsDark.matches && !isPrinting; }
  function drawOne(chart) {
    // Plotly writes into what it is given.
    var figure = JSON.parse(JSON.stringify(chart.figure));
    if (isDark()) { figure = darkened(figure); }
    chart.width = isPrinting ? PAPER : chart.box.clientWidth;
    var wasNarrow = chart.isNarrow;
    chart.isNarrow = chart.width < narrowCharts.WIDE;
    // Of another layout plotly would keep the margins of its legend.
    if (wasNarrow !== undefined && wasNarrow !== chart.isNarrow) { window.Plotly.purge(chart.box); }
    if (chart.isNarrow) { figure = narrowCharts.lay(figure, chart.width); }
    delete figure.layout.width;
    figure.layout.autosize = !isPrinting;
    if (isPrinting) { figure.layout.width = PAPER; }
    chart.box.style.height = (figure.layout.height || chart.height) + "px";
    window.Plotly.react(chart.box, figure.data, figure.layout, config);
  }
  function draw() {
    charts.forEach(drawOne);
    document.documentElement.dataset.drawn = isDark() ? "dark" : "light";
  }
  // A chart that was drawn before its box had its width, or whose box has another one now, takes that.
  function fit() {
    if (isPrinting) { return; }
    charts.forEach(function (chart) {
      var width = chart.box.clientWidth;
      if (!width || width === chart.width) { return; }
      if (chart.isNarrow || width < narrowCharts.WIDE) { drawOne(chart); return; }
      chart.width = width;
      window.Plotly.Plots.resize(chart.box);
    });
  }
  if (!charts.length || !window.Plotly) { return; }
  draw();
  screenIsDark.addEventListener("change", draw);
  window.addEventListener("load", fit);
  window.addEventListener("beforeprint", function () { isPrinting = true; draw(); });
  window.addEventListener("afterprint", function () { isPrinting = false; draw(); });
  if (window.ResizeObserver) {
    var boxes = new ResizeObserver(function () { window.requestAnimationFrame(fit); });
    charts.forEach(function (chart) { boxes.observe(chart.box); });
  } else {
    window.addEventListener("resize", fit);
  }
})();
