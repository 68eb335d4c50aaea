"""What is wrong with the letters of a page's charts in a browser: some are cut off, some lie upon others."""

from __future__ import annotations

LETTERS = """() => {
  const found = [];
  for (const chart of document.querySelectorAll('.chart')) {
    const name = chart.getAttribute('aria-label').slice(0, 30), edge = chart.getBoundingClientRect();
    const words = [...chart.querySelectorAll('svg.main-svg text')].map(text => {
      const box = text.getBoundingClientRect(), matrix = text.getScreenCTM();
      return {says: text.textContent.trim(), box, isTurned: Math.abs(matrix.b) > 0.01};
    }).filter(each => each.says && each.box.width > 0);
    for (const {says, box} of words) {
      const isBeside = box.left < edge.left - 1 || box.right > edge.right + 1;
      if (isBeside || box.top < edge.top - 3 || box.bottom > edge.bottom + 2) found.push([name, 'cut off', says]);
    }
    words.forEach((one, at) => words.slice(at + 1).forEach(other => {
      // Letterings that are turned stand side by side though their boxes meet.
      if (one.isTurned && other.isTurned) return;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      // A line's box is higher than its letters.
      if (across > 1 && down > 5) found.push([name, 'lies upon', one.says, other.says]);
    }));
  }
  return found;
}"""
"""Returns the charts whose letters cannot be read, with the words."""
