// The grid in the browser: it draws the one page that `shown` holds and sends what a person does, and decides nothing.
// Whatever comes from outside is written as text (textContent), never as markup.

const CONFIRM = 2; // answers to so many rows are asked for twice

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const name = (key) => JSON.stringify(key);

function heading(column, shown, act) {
  const is = shown.order === column.name;
  const button = make("button", { type: "button", textContent: column.label + (is ? (shown.descending ? " ↓" : " ↑") : "") });
  button.addEventListener("click", () => act({ do: "sort", name: column.name }));
  return make("th", { scope: "col", className: `ck-at-${column.name}`, attributes: { role: "columnheader", "aria-sort": is ? (shown.descending ? "descending" : "ascending") : "none" } }, button);
}

function edit(cell, row, act) {
  if (cell.querySelector("input")) return;
  const before = cell.textContent;
  const input = make("input", { type: "text", value: before, spellcheck: false, attributes: { "aria-label": `Product for ${row.key[0]}` } });
  cell.replaceChildren(input);
  input.focus();
  input.select();
  const close = () => { cell.replaceChildren(before); cell.closest("tr").focus(); };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    const typed = input.value.trim();
    // Shown as before until the kernel says that it is kept.
    close();
    if (typed && typed !== before) act({ do: "assign", key: row.key, product_sku: typed });
  });
}

function line(row, place, shown, act) {
  const box = make("input", { type: "checkbox", checked: row.selected, tabIndex: -1, attributes: { "aria-label": `Select ${row.key.join(" and ")}` } });
  box.addEventListener("change", () => act({ do: "toggle", key: row.key }));
  const made = make("tr", { tabIndex: place === 0 ? 0 : -1, attributes: { role: "row", "aria-rowindex": shown.first + place + 2, "aria-selected": row.selected } },
    make("td", { attributes: { role: "gridcell" } }, box));
  made.dataset.key = name(row.key);
  row.cells.forEach((words, at) => {
    const column = shown.columns[at];
    const cell = make("td", { className: `ck-at-${column.name}`, title: words, textContent: words, attributes: { role: "gridcell" } });
    if (column.editable) {
      cell.classList.add("ck-editable");
      cell.title = "Double-click, or Enter on the row: assign another product";
      cell.addEventListener("dblclick", () => edit(cell, row, act));
    }
    made.append(cell);
  });
  return made;
}

export default {
  render({ model, el }) {
    let waiting = false, sure = "";
    const act = (command) => {
      if (waiting) return;
      waiting = true;
      root.setAttribute("aria-busy", "true");
      model.send(command);
    };
    const button = (words, key, click, className = "") => {
      const made = make("button", { type: "button", className, attributes: key ? { "aria-keyshortcuts": key } : {} }, words, ...(key ? [make("kbd", { textContent: key, attributes: { "aria-hidden": "true" } })] : []));
      made.addEventListener("click", click);
      return made;
    };
    const answer = (word) => () => {
      const { selected } = model.get("shown");
      if (!selected) return;
      if (selected >= CONFIRM && sure !== word) {
        sure = word;
        at.said.textContent = `Press ${word} again to say ${word} to ${selected.toLocaleString("en")} rows.`;
        return;
      }
      sure = "";
      act({ do: "answer", answer: word, of: selected });
    };
    const page = (step) => () => act({ do: "turn", first: model.get("shown").first + step * model.get("shown").size });
    const at = {
      form: make("form", { className: "ck-filter" }), table: make("table", { attributes: { role: "grid", "aria-label": "Candidates", "aria-multiselectable": "true" } }),
      filter: make("input", { type: "search", placeholder: "probability >= 0.9 and veto is empty", autocomplete: "off", spellcheck: false, attributes: { "aria-label": "Filter" } }),
      words: make("p", { className: "ck-words", attributes: { role: "status" } }), said: make("p", { className: "ck-said", attributes: { role: "status" } }),
      trouble: make("p", { className: "ck-trouble", attributes: { role: "alert" } }),
      all: button("Select all that match", "", () => act({ do: "select_matching" })), none: button("Select none", "", () => act({ do: "clear" })),
      yes: button("Yes", "y", answer("yes"), "ck-yes"), no: button("No", "n", answer("no"), "ck-no"),
      undo: button("Undo", "u", () => act({ do: "undo" })), again: button("Read again", "r", () => act({ do: "load" })),
      back: button("‹ Earlier", "", page(-1)), on: button("Later ›", "", page(1)),
    };
    at.form.append(at.filter, make("button", { type: "submit", textContent: "Filter" }));
    at.form.addEventListener("submit", (event) => { event.preventDefault(); act({ do: "filter", condition: at.filter.value }); });
    const root = make("section", { className: "ck-grid", attributes: { "aria-label": "Grid of candidates" } },
      at.form, at.trouble, make("div", { className: "ck-actions" }, at.yes, at.no, at.undo, at.again, at.all, at.none), at.said,
      make("div", { className: "ck-scroll", tabIndex: -1 }, at.table), make("div", { className: "ck-actions" }, at.words, at.back, at.on));
    root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own shortcuts stay out
    el.append(root);

    const rows = () => [...at.table.querySelectorAll("tbody tr")];
    const go = (row) => { if (row) { rows().forEach((each) => { each.tabIndex = -1; }); row.tabIndex = 0; row.focus(); } };
    const keys = { y: () => at.yes.click(), n: () => at.no.click(), u: () => at.undo.click(), r: () => at.again.click(), "/": () => at.filter.focus(), PageDown: () => at.on.click(), PageUp: () => at.back.click() };
    root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.target.matches("input:not([type=checkbox])") || event.ctrlKey || event.metaKey || event.altKey || event.repeat && !event.key.startsWith("Arrow")) return;
      const row = event.target.closest("tr[data-key]"), all = rows();
      if (row && event.key === "ArrowDown") go(all[all.indexOf(row) + 1]);
      else if (row && event.key === "ArrowUp") go(all[all.indexOf(row) - 1]);
      else if (row && event.key === " ") row.querySelector("input").click();
      else if (event.target === row && event.key === "Enter") row.querySelector(".ck-editable")?.dispatchEvent(new MouseEvent("dblclick"));
      else if (keys[event.key]) keys[event.key]();
      else return;
      event.preventDefault();
    });

    const update = () => {
      const shown = model.get("shown");
      waiting = false;
      root.setAttribute("aria-busy", "false");
      const kept = document.activeElement?.closest?.("tr[data-key]");
      const editing = at.table.querySelector("tbody td input[type=text]")?.closest("tr");
      const focused = root.contains(kept) ? kept.dataset.key : "";
      at.table.setAttribute("aria-rowcount", shown.matching + 1);
      const head = make("tr", { attributes: { role: "row" } }, make("th", { scope: "col" }, make("span", { className: "ck-unseen", textContent: "Selected" })), ...shown.columns.map((column) => heading(column, shown, act)));
      // A row that is being edited is never drawn anew: what is typed would be lost.
      const drawn = shown.rows.map((row, place) => (editing?.dataset.key === name(row.key) ? editing : line(row, place, shown, act)));
      const body = at.table.tBodies[0] ?? make("tbody");
      if (editing && drawn.includes(editing)) {
        for (const each of rows()) if (each !== editing) each.remove();
        const place = drawn.indexOf(editing);
        editing.before(...drawn.slice(0, place));
        editing.after(...drawn.slice(place + 1));
      } else if (editing) {
        for (const each of rows()) if (each !== editing) each.remove();
        editing.after(...drawn);
      } else body.replaceChildren(...drawn);
      at.table.tHead?.remove();
      at.table.prepend(make("thead", {}, head));
      if (!body.isConnected) at.table.append(body);
      if (focused && !editing) go(rows().find((each) => each.dataset.key === focused) ?? rows()[0]);
      if (document.activeElement !== at.filter) at.filter.value = shown.condition;
      for (const [which, isOff] of [["yes", !shown.selected], ["no", !shown.selected], ["none", !shown.selected], ["all", !shown.matching], ["undo", !shown.can_undo], ["back", shown.first === 0], ["on", shown.first + shown.size >= shown.matching]]) at[which].disabled = isOff;
      sure = "";
      at.words.textContent = shown.words;
      at.said.textContent = shown.said;
      at.trouble.textContent = shown.trouble;
      at.trouble.hidden = !shown.trouble;
    };
    model.on("change:shown", update);
    update();
    return () => model.off("change:shown", update);
  },
};
