(function () {
  "use strict";
  // What a chart is drawn from lies beside it; a dark screen gets the partners of its colours, paper never does.
  var partners = JSON.parse(document.getElementById("partners").textContent);
  var config = JSON.parse(document.getElementById("config").textContent);
  var screenIsDark = window.matchMedia("(prefers-color-scheme: dark)");
  var isPrinting = false;
  var charts = [].map.call(document.querySelectorAll("script[data-chart]"), function (script) {
    return { box: document.getElementById(script.dataset.chart), figure: JSON.parse(script.textContent) };
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
  function draw() {
    var isDark = screenIsDark.matches && !isPrinting;
    charts.forEach(function (chart) {
      // Plotly writes into what it is given.
      var figure = JSON.parse(JSON.stringify(chart.figure));
      if (isDark) { figure = darkened(figure); }
      figure.layout.autosize = true;
      delete figure.layout.width;
      window.Plotly.react(chart.box, figure.data, figure.layout, config);
    });
    document.documentElement.dataset.drawn = isDark ? "dark" : "light";
  }
  if (charts.length && !window.Plotly) { return; }
  if (charts.length) { draw(); }
  screenIsDark.addEventListener("change", draw);
  // A chart that was drawn before its box had its width takes it now, and the paper's width when printed.
  function fit() { charts.forEach(function (chart) { window.Plotly.Plots.resize(chart.box); }); }
  window.addEventListener("load", fit);
  window.addEventListener("beforeprint", function () { isPrinting = true; draw(); fit(); });
  window.addEventListener("afterprint", function () { isPrinting = false; draw(); });
})();
