// The workbench in the browser: it draws what `shown` holds and sends what a person does, and decides nothing.
// Whatever comes from outside is written as text (textContent); HTML that the kernel made is made harmless first.

const LOOK = 20_000; // milliseconds between two looks whether something changed meanwhile
const SLOW = 1_500, LOST = 20_000; // milliseconds until the kernel is said to be busy, and not to answer

const KEYS = [
  ["↑ ↓", "row before, row after; on to the next page"], ["Space", "select the row, or no longer"], ["Shift + ↑ ↓", "select on and on"],
  ["Shift + Space", "select all rows from the last selected one"], ["Ctrl + A", "select the page"], ["Enter", "open the row: why it is here"],
  ["Esc", "close what is open"], ["/", "filter"], ["f", "filters by column"], ["r", "read again"], ["Page ↑ ↓", "page before, page after"], ["?", "these keys"],
];

function fieldOf(field, filter = {}) {
  const input = (type, value, words) => make("input", { type, value: value ?? "", autocomplete: "off", attributes: { "aria-label": words, ...(type === "number" ? { step: "any" } : {}) } });
  const set = make("fieldset", {}, make("legend", { textContent: field.label }));
  set.dataset.name = field.name;
  if (field.kind === "range" || field.kind === "days") {
    const type = field.kind === "days" ? "date" : "number";
    const ends = [input(type, filter.low, `${field.label} from`), input(type, filter.high, `${field.label} to`)];
    set.append(make("div", { className: "ck-ends" }, ends[0], make("span", { textContent: "to" }), ends[1]));
    set.read = () => ({ low: ends[0].value, high: ends[1].value });
  } else if (field.kind === "choice") {
    const now = filter.values ?? [];
    const one = choice([["*", "Any"], ...field.choices.map((each) => [`=${each.value}`, `${each.words} (${each.count.toLocaleString("en")})`])], now.length ? `=${now[0]}` : "*", field.label);
    set.append(one);
    set.read = () => ({ values: one.value === "*" ? [] : [one.value.slice(1)] });
  } else {
    const words = input("text", filter.words, `${field.label} holds`);
    set.append(words);
    set.read = () => ({ words: words.value });
  }
  return set;
}

// One thing that an action asks for; an override is kept, set or removed.
function termOf(field) {
  const kinds = { amount: "number", whole: "number", text: "text" };
  const control = field.kind === "choice" ? choice(field.choices, "", field.label)
    : field.kind === "flag" ? make("input", { type: "checkbox", attributes: { "aria-label": field.label } })
    : make("input", { type: kinds[field.kind], required: field.is_needed, autocomplete: "off", spellcheck: false, attributes: { "aria-label": field.label, ...(field.kind === "amount" ? { step: "0.01", min: "0" } : field.kind === "whole" ? { step: "1", min: "0" } : {}) } });
  const set = make("fieldset", {}, make("legend", { textContent: field.label }));
  set.dataset.name = field.name;
  if (!field.can_remove) {
    set.append(control);
    set.read = () => (field.kind === "flag" ? control.checked : control.value);
    return set;
  }
  const what = choice([["keep", "Keep as it is"], ["set", "Set"], ["remove", "Remove override"]], "keep", `${field.label}: what to do`);
  const follow = () => { control.hidden = what.value !== "set"; };
  what.addEventListener("change", () => { follow(); if (what.value === "set") control.focus(); });
  follow();
  set.append(what, control);
  set.read = () => ({ do: what.value, value: control.value });
  return set;
}

const read = (form) => Object.fromEntries([...form.querySelectorAll("fieldset")].map((set) => [set.dataset.name, set.read()]));

export default {
  render({ model, el }) {
    let panel = "", sent = 0, since = 0, anchor = "", back = null, step = 0;
    const drawn = {};
    const shown = () => model.get("shown");
    const act = (command) => {
      sent += 1;
      since = since || Date.now();
      root.setAttribute("aria-busy", "true");
      model.send(command);
    };
    const status = (name) => make("p", { className: name, attributes: { role: "status" } });
    const panelOf = (name, label) => make("div", { className: `ck-panel ck-${name}`, hidden: true, attributes: { role: "group", "aria-label": label } });
    const at = {
      title: make("h3"), banner: status("ck-banner"), tabs: make("div", { className: "ck-tabs", attributes: { role: "tablist", "aria-label": "Tabs of listings" } }),
      form: make("form", { className: "ck-filter", attributes: { role: "search" } }),
      filter: make("input", { type: "search", placeholder: "For instance: kettle, or: price >= 20 and status contains condition", autocomplete: "off", spellcheck: false, attributes: { "aria-label": "Filter", "aria-keyshortcuts": "/" } }),
      views: make("span", { className: "ck-views" }), chips: make("div", { className: "ck-chips", attributes: { role: "list", "aria-label": "Filters in force" } }),
      filters: panelOf("filters", "Filters by column"), columns: panelOf("columns", "Choose columns"), saving: panelOf("saving", "Saved views"), terms: panelOf("terms", "What the action asks for"), keys: panelOf("keys", "Keys"),
      trouble: make("div", { className: "ck-trouble", attributes: { role: "alert" } }), said: status("ck-said"), slow: status("ck-slow"),
      selection: status("ck-selection"), actions: make("div", { className: "ck-row", attributes: { role: "toolbar", "aria-label": "Actions on the selected rows" } }),
      plan: make("section", { className: "ck-plan", hidden: true, tabIndex: -1, attributes: { "aria-label": "Plan to confirm" } }),
      table: make("table", { attributes: { role: "grid", "aria-multiselectable": "true" } }), empty: make("p", { className: "ck-empty" }),
      side: make("aside", { className: "ck-side", hidden: true, tabIndex: -1, attributes: { "aria-label": "Details" } }), words: status("ck-words"),
    };
    const opener = (name, words, key = "") => push(words, () => toggle(name), { attributes: { "aria-expanded": "false", "data-opens": name, "aria-keyshortcuts": key || null } });
    const size = make("select", { attributes: { "aria-label": "Rows of a page" } });
    size.addEventListener("change", () => act({ do: "resize", size: Number(size.value) }));
    const turn = (words, label, to) => push(words, () => act({ do: "turn", first: to(shown()) }), { attributes: { "aria-label": label } });
    const pages = [
      turn("«", "First page", () => 0), turn("‹ Earlier", "Earlier page", (is) => is.first - is.size),
      turn("Later ›", "Later page", (is) => is.first + is.size), turn("»", "Last page", (is) => is.matching),
    ];
    const exported = choice([["", "Export …"], ["csv", "CSV"], ["xlsx", "Excel"]], "", "Export what is displayed");
    exported.addEventListener("change", () => { if (exported.value) act({ do: "export", kind: exported.value }); exported.value = ""; });
    at.form.append(at.filter, make("button", { type: "submit", textContent: "Filter" }));
    at.form.addEventListener("submit", (event) => { event.preventDefault(); act({ do: "filter", condition: at.filter.value }); });
    const selecting = {
      page: push("Select page", () => act({ do: "select_page" })), all: push("", () => act({ do: "select_matching" })), none: push("Select none", () => act({ do: "clear" })),
    };
    const undo = push("Undo …", () => act({ do: "undo" })), again = push("Read again", () => act({ do: "load" }), { attributes: { "aria-keyshortcuts": "r" } });
    at.keys.append(make("dl", {}, ...KEYS.flatMap(([key, words]) => [make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: words })])));
    const root = make("section", { className: "ck-desk" },
      make("header", {}, at.title, at.banner), at.tabs,
      make("div", { className: "ck-row ck-tools" }, at.form, opener("filters", "More filters", "f"), at.views, opener("saving", "Views …"), opener("columns", "Columns"), exported, again, opener("keys", "Keys", "?")),
      at.chips, at.filters, at.saving, at.columns, at.keys, at.trouble,
      make("div", { className: "ck-row ck-select" }, at.selection, selecting.page, selecting.all, selecting.none, undo), at.actions, at.terms, at.plan, at.said, at.slow,
      make("div", { className: "ck-main" }, make("div", { className: "ck-scroll", tabIndex: -1 }, at.table, at.empty), at.side),
      make("footer", { className: "ck-row" }, at.words, labelled("Rows of a page", size), ...pages));
    root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own shortcuts stay out
    el.append(root);

    // --- panels: one is open at a time, and what is typed in it is drawn anew only when it is opened anew
    const toggle = (name) => {
      const from = document.activeElement;
      panel = panel === name ? "" : name;
      for (const each of ["filters", "columns", "saving", "terms", "keys"]) at[each].hidden = each !== panel;
      for (const each of root.querySelectorAll("[data-opens]")) each.setAttribute("aria-expanded", each.dataset.opens === panel);
      if (panel) { back = from; fill[panel]?.(); at[panel].querySelector("input, select, button")?.focus(); }
      else if (back?.isConnected) back.focus();
    };
    const shut = () => { if (panel) toggle(panel); };
    const fill = {
      filters() {
        const is = shown(), form = make("form", { className: "ck-fields" }, ...is.fields.map((field) => fieldOf(field, is.filters[field.name])));
        form.append(make("div", { className: "ck-row" }, make("button", { type: "submit", textContent: "Apply filters", className: "ck-main-button" }), push("Clear all", () => { act({ do: "narrow", filters: {} }); shut(); }), push("Close", shut)));
        form.addEventListener("submit", (event) => { event.preventDefault(); act({ do: "narrow", filters: { ...shown().filters, ...read(form) } }); shut(); });
        at.filters.replaceChildren(form);
      },
      columns() {
        const boxes = shown().choosable.map((column) => {
          const box = make("input", { type: "checkbox", checked: column.shown, value: column.name });
          box.addEventListener("change", () => act({ do: "columns", names: [...at.columns.querySelectorAll("input:checked")].map((each) => each.value) }));
          return make("label", {}, box, make("span", { textContent: column.label }));
        });
        at.columns.replaceChildren(make("div", { className: "ck-boxes" }, ...boxes), make("div", { className: "ck-row" }, push("Reset to this tab's own columns", () => { act({ do: "columns", names: [] }); shut(); }), push("Close", shut)));
      },
      saving() {
        const is = shown(), name = make("input", { type: "text", value: is.view === "Default" ? "" : is.view, maxLength: 60, required: true, autocomplete: "off" }), over = make("input", { type: "checkbox" });
        const form = make("form", { className: "ck-row" }, labelled("Save as", name), make("label", {}, over, make("span", { textContent: "Replace another person's view of that name" })), make("button", { type: "submit", textContent: "Save view", className: "ck-main-button" }), push("Close", shut));
        form.addEventListener("submit", (event) => { event.preventDefault(); act({ do: "save_view", name: name.value, replace: over.checked }); shut(); });
        const saved = is.views.map((view) => make("li", {}, make("span", { textContent: view.by ? `${view.name} (${view.by})` : view.name }), push("Show", () => { act({ do: "use_view", name: view.name }); shut(); }, { attributes: { "aria-label": `Show view ${view.name}` } }),
          ...(view.deletable ? [push("Delete", () => { act({ do: "delete_view", name: view.name }); shut(); }, { attributes: { "aria-label": `Delete view ${view.name}` } })] : [])));
        at.saving.replaceChildren(make("ul", {}, ...saved), form);
      },
    };
    // What an action asks for stays as typed until its plan is there, also where the kernel refuses it.
    const ask = (action, of, key) => {
      const say = (terms) => act({ do: "propose", action: action.name, of, terms, key });
      if (!action.fields.length) { say({}); return; }
      const form = make("form", { className: "ck-fields" }, make("h4", { textContent: `${action.label}: ${key ? "this row" : of === 1 ? "1 row" : `${of.toLocaleString("en")} rows`}` }), ...action.fields.map(termOf),
        make("div", { className: "ck-row" }, make("button", { type: "submit", textContent: "Show the plan", className: "ck-main-button" }), push("Cancel", shut)));
      form.addEventListener("submit", (event) => { event.preventDefault(); say(read(form)); });
      at.terms.replaceChildren(form);
      if (panel === "terms") panel = "";
      toggle("terms");
    };
    const actionsOf = (actions, of, key = "") => actions.map((action) => {
      const off = Boolean(action.reason);
      const words = off && action.allowed < of ? `${action.label} (${action.allowed.toLocaleString("en")} of ${of.toLocaleString("en")})` : action.label;
      return push(words, () => { if (off) say(`${action.label}: ${action.reason}.`); else ask(action, of, key); }, { className: action.name === "end" ? "ck-ends-it" : "", title: action.reason, attributes: { "aria-disabled": off ? "true" : null, "data-action": action.name } });
    });
    const say = (words) => { at.said.textContent = words; };

    // --- the grid
    const rows = () => [...at.table.querySelectorAll("tbody tr")];
    const rowOf = (key) => rows().find((row) => row.dataset.key === key);
    const go = (row) => { if (row) { rows().forEach((each) => { each.tabIndex = -1; }); row.tabIndex = 0; row.focus({ preventScroll: false }); row.scrollIntoView({ block: "nearest" }); } };
    const select = (row, isRange) => {
      const { key } = row.dataset;
      if (isRange && anchor && rowOf(anchor)) act({ do: "range", start: anchor, end: key });
      else { mark(row, row.getAttribute("aria-selected") !== "true"); act({ do: "toggle", key }); }
      anchor = key;
    };
    const mark = (row, is) => { row.setAttribute("aria-selected", is); row.querySelector("input").checked = is; };
    const line = (row, place, is) => {
      const box = make("input", { type: "checkbox", checked: row.selected, tabIndex: -1, attributes: { "aria-label": `Select ${row.sku}` } });
      const made = make("tr", { tabIndex: place === 0 ? 0 : -1, className: row.opened ? "ck-opened" : "", attributes: { role: "row", "aria-rowindex": is.first + place + 2, "aria-selected": row.selected } },
        make("td", { className: "ck-box", attributes: { role: "gridcell", "aria-colindex": 1 } }, box));
      made.dataset.key = row.key;
      box.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); go(made); setTimeout(() => select(made, event.shiftKey)); });
      row.cells.forEach((words, index) => {
        const { name, kind } = is.columns[index];
        made.append(make("td", { className: `ck-${kind} ck-at-${name}${row.below.includes(name) ? " ck-below" : ""}`, title: words, attributes: { role: "gridcell", "aria-colindex": index + 2 } }, make("span", { textContent: words })));
      });
      made.append(make("td", { attributes: { role: "gridcell", "aria-colindex": row.cells.length + 2 } }, push("Details", () => { go(made); act({ do: "open", key: row.key }); }, { tabIndex: -1, className: "ck-small", attributes: { "aria-label": `Details of ${row.sku}` } })));
      made.addEventListener("click", (event) => {
        if (event.target.closest("button, input") || String(document.getSelection())) return;
        go(made);
        if (event.shiftKey || event.ctrlKey || event.metaKey) select(made, event.shiftKey);
      });
      made.addEventListener("dblclick", (event) => { if (!event.target.closest("button, input")) act({ do: "open", key: row.key }); });
      return made;
    };
    const heading = (column, index, is) => {
      const here = is.order === column.name, turned = is.descending ? "descending" : "ascending";
      const sort = push(column.label + (here ? (is.descending ? " ↓" : " ↑") : ""), () => act({ do: "sort", name: column.name }), { className: "ck-sort" });
      const isOn = Boolean(is.filters[column.name]);
      const funnel = push(isOn ? "▼" : "▽", () => { if (panel !== "filters") toggle("filters"); at.filters.querySelector(`[data-name="${column.name}"] :is(input, select)`)?.focus(); }, { className: "ck-funnel", title: `Filter by ${column.label}`, attributes: { "aria-label": `Filter by ${column.label}${isOn ? ", in force" : ""}` } });
      return make("th", { className: `ck-${column.kind}`, attributes: { scope: "col", role: "columnheader", "aria-colindex": index + 2, "aria-sort": here ? turned : "none" } }, make("div", {}, sort, funnel));
    };

    // --- drawing: each part only when it is another one than was drawn last
    const once = (name, value, draw) => {
      const text = JSON.stringify(value);
      if (drawn[name] === text) return;
      drawn[name] = text;
      draw(value);
    };
    const drawRows = (is) => {
      const held = document.activeElement, kept = root.contains(held) ? held.closest("tr[data-key]")?.dataset.key : "";
      const inHead = root.contains(held) && held.closest("th") ? [...at.table.querySelectorAll("thead button")].indexOf(held) : -1;
      const head = make("tr", { attributes: { role: "row", "aria-rowindex": 1 } }, make("th", { className: "ck-box", attributes: { scope: "col", role: "columnheader" } }, make("span", { className: "ck-unseen", textContent: "Selected" })),
        ...is.columns.map((column, index) => heading(column, index, is)), make("th", { textContent: "Action", attributes: { scope: "col", role: "columnheader" } }));
      at.table.setAttribute("aria-rowcount", is.matching + 1);
      at.table.setAttribute("aria-colcount", is.columns.length + 2);
      at.table.replaceChildren(make("thead", { attributes: { role: "rowgroup" } }, head), make("tbody", { attributes: { role: "rowgroup" } }, ...is.rows.map((row, place) => line(row, place, is))));
      if (kept || step) go((step ? rows().at(step < 0 ? -1 : 0) : rowOf(kept)) ?? rows()[0]);
      if (inHead >= 0) at.table.querySelectorAll("thead button")[inHead]?.focus();
      step = 0;
    };
    const drawPlan = (plan) => {
      const wasHere = !at.plan.hidden;
      at.plan.hidden = !plan;
      if (!plan) { at.plan.replaceChildren(); if (wasHere) go(rows()[0]); return; }
      const although = make("input", { type: "checkbox" }), release = make("input", { type: "checkbox" });
      const confirm = push(plan.is_undo ? "Confirm, take it back" : "Confirm", () => { confirm.disabled = true; act({ do: "confirm", serial: plan.serial, stopped: although.checked, held: release.checked }); }, { className: "ck-main-button" });
      confirm.disabled = Boolean(plan.stopped);
      although.addEventListener("change", () => { confirm.disabled = !although.checked; });
      const check = push("Check with Amazon first", () => act({ do: "check", serial: plan.serial }));
      at.plan.replaceChildren(make("h4", { textContent: `Plan: ${plan.words}` }), make("div", { className: "ck-html" }, ...harmless(plan.html)),
        ...(plan.checked ? [make("h4", { textContent: "What Amazon says" }), make("div", { className: "ck-html" }, ...harmless(plan.checked))] : []),
        ...(plan.stopped ? [make("p", { className: "ck-trouble", textContent: plan.stopped }), make("label", {}, although, make("span", { textContent: "I have looked at it: do it although it was stopped." }))] : []),
        ...(plan.held ? [make("label", {}, release, make("span", { textContent: `I have looked at what is held (${plan.held.toLocaleString("en")}): send that, too.` }))] : []),
        make("div", { className: "ck-row" }, confirm, check, push("Cancel", () => act({ do: "cancel" }))));
      if (panel === "terms") { at.terms.replaceChildren(); shut(); }
      at.plan.focus();
    };
    const drawSide = (row) => {
      const wasHere = !at.side.hidden;
      at.side.hidden = !row;
      if (!row) { at.side.replaceChildren(); if (wasHere) go(rowOf(anchorOf) ?? rows()[0]); return; }
      anchorOf = row.key;
      const picture = row.picture ? make("img", { src: row.picture, alt: `Picture of ${row.title}`, loading: "lazy", referrerPolicy: "no-referrer", decoding: "async" }) : null;
      picture?.addEventListener("error", () => picture.replaceWith(make("div", { className: "ck-no-picture", textContent: "No picture" })));
      const events = row.timeline.map((event) => make("li", {}, make("span", { className: "ck-when", textContent: event.at }), make("b", { textContent: [event.side, event.what].filter(Boolean).join(": ") }),
        make("span", { textContent: event.before || event.after ? `${event.before || "nothing"} → ${event.after || "nothing"}` : "" }), make("small", { textContent: [event.because, event.by && `by ${event.by}`].filter(Boolean).join(" · ") })));
      at.side.replaceChildren(
        make("div", { className: "ck-head" }, picture ?? make("div", { className: "ck-no-picture", textContent: "No picture" }), make("div", {}, make("h4", { textContent: row.title }), make("code", { textContent: row.sku }), ...(row.explanation ? [] : [make("p", { className: "ck-state", textContent: [row.tab, row.status !== row.tab ? row.status : ""].filter(Boolean).join(": ") })])), push("×", () => act({ do: "close" }), { className: "ck-close", attributes: { "aria-label": "Close details" } })),
        make("div", { className: "ck-row" }, ...actionsOf(row.actions, 1, row.key)),
        ...(row.trouble ? [make("p", { className: "ck-trouble", textContent: row.trouble })] : []),
        // The explanation says all of it; without one, what the grid knows.
        ...(row.explanation ? [make("div", { className: "ck-why" }, ...harmless(row.explanation))] : [
          ...(row.reason ? [make("p", { className: "ck-reason", textContent: row.reason })] : []), ...(row.next_step ? [make("p", {}, make("b", { textContent: "What to do: " }), row.next_step)] : []),
          make("dl", { className: "ck-facts" }, ...row.facts.flatMap(([label, words]) => [make("dt", { textContent: label }), make("dd", { textContent: words })])),
        ]),
        make("details", { open: !row.explanation && events.length > 0 }, make("summary", { textContent: `What happened (${events.length})` }), events.length ? make("ol", { className: "ck-timeline" }, ...events) : make("p", { textContent: "Nothing is known yet." })));
      at.side.scrollTop = 0;
      at.side.focus();
    };
    let anchorOf = "";
    const update = () => {
      const is = shown();
      since = 0;
      at.slow.textContent = "";
      root.setAttribute("aria-busy", is.state === "opening");
      root.dataset.turn = is.turn ?? 0; // how many answers were drawn
      root.setAttribute("aria-label", `Listings of ${is.store}`);
      once("title", is.store, (store) => { at.title.textContent = `Listings of ${store}`; at.table.setAttribute("aria-label", `Listings of ${store}`); });
      if (at.banner.textContent !== is.banner) at.banner.textContent = is.banner;
      once("tabs", [is.tabs, is.tab], () => {
        const held = at.tabs.contains(document.activeElement);
        at.tabs.replaceChildren(...is.tabs.map((tab) => {
          const isIt = tab.name === is.tab;
          const made = push("", () => { anchor = ""; act({ do: "tab", tab: tab.name }); }, { tabIndex: isIt ? 0 : -1, attributes: { role: "tab", "aria-selected": isIt, "data-tab": tab.name } });
          made.append(tab.name, make("span", { className: "ck-count", textContent: tab.count.toLocaleString("en") }));
          return made;
        }));
        if (held) at.tabs.querySelector('[aria-selected="true"]')?.focus();
      });
      once("views", [is.views, is.view], () => {
        const views = choice(is.views.map((view) => [view.name, view.name]), is.view, "View");
        views.addEventListener("change", () => act({ do: "use_view", name: views.value }));
        at.views.replaceChildren(labelled("View", views));
      });
      once("chips", is.chips, (chips) => at.chips.replaceChildren(...chips.map((chip) => make("span", { className: "ck-chip", attributes: { role: "listitem" } }, make("span", { textContent: chip.words }), push("×", () => act({ do: "widen", name: chip.name }), { attributes: { "aria-label": `Remove filter ${chip.words}` } })))));
      at.chips.hidden = !is.chips.length;
      once("rows", [is.columns, is.rows, is.order, is.descending, is.filters, is.matching, is.first], () => drawRows(is));
      if (step && is.rows.length) { go(rows().at(step < 0 ? -1 : 0)); step = 0; }
      at.empty.hidden = is.rows.length > 0;
      at.empty.textContent = is.state === "failed" ? "The listings could not be read." : is.state === "opening" ? "Reading …" : is.chips.length ? "No row matches. Remove a filter above to see more." : `Nothing is in ${is.tab}.`;
      once("actions", [is.actions, is.selected], () => at.actions.replaceChildren(...actionsOf(is.actions, is.selected)));
      at.actions.hidden = !is.actions.length;
      if (at.selection.textContent !== is.selection) at.selection.textContent = is.selection;
      selecting.all.textContent = `Select all ${is.matching.toLocaleString("en")}${is.chips.length ? " that match" : ""}`;
      selecting.page.disabled = selecting.all.disabled = !is.rows.length || is.state !== "ready";
      selecting.none.disabled = !is.selected;
      undo.hidden = !is.can_undo;
      once("plan", is.pending, drawPlan);
      once("side", is.opened, drawSide);
      if (document.activeElement !== at.filter) at.filter.value = is.condition;
      once("sizes", [is.sizes, is.size], () => { size.replaceChildren(...is.sizes.map((each) => make("option", { value: each, textContent: each }))); size.value = is.size; });
      pages.forEach((page, index) => { page.disabled = index < 2 ? is.first === 0 : is.first + is.size >= is.matching; });
      if (at.words.textContent !== is.words) at.words.textContent = is.words;
      at.said.textContent = is.said;
      at.trouble.textContent = is.trouble;
      at.trouble.hidden = !is.trouble;
      // A plan that was refused may be confirmed again.
      const confirm = at.plan.querySelector(".ck-main-button");
      if (confirm && is.pending && !is.pending.stopped) confirm.disabled = false;
    };

    // --- keys
    const page = (by) => { const is = shown(), first = is.first + by * is.size; if (first >= 0 && first < is.matching) { step = by; act({ do: "turn", first }); } };
    const escape = () => { const is = shown(); if (panel) shut(); else if (is.pending) act({ do: "cancel" }); else if (is.opened) act({ do: "close" }); else rows()[0] && go(document.activeElement.closest?.("tr") ?? rows()[0]); };
    const keys = { "/": () => { at.filter.focus(); at.filter.select(); }, f: () => toggle("filters"), r: () => again.click(), "?": () => toggle("keys"), PageDown: () => page(1), PageUp: () => page(-1) };
    root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const { key, target } = event;
      if (key === "Escape") { event.preventDefault(); escape(); return; }
      if (target.matches("input:not([type=checkbox]), select, textarea")) return;
      const row = target.closest("tr[data-key]"), all = rows(), place = all.indexOf(row);
      if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "a" && row) act({ do: "select_page" });
      else if (event.ctrlKey || event.metaKey || event.altKey) return;
      else if (target.role === "tab" && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) {
        const tabs = [...at.tabs.children], now = tabs.indexOf(target);
        (key === "Home" ? tabs[0] : key === "End" ? tabs.at(-1) : tabs[(now + (key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length]).click();
      } else if (row && (key === "ArrowDown" || key === "ArrowUp")) {
        const next = all[place + (key === "ArrowDown" ? 1 : -1)];
        if (!next) page(key === "ArrowDown" ? 1 : -1);
        else {
          if (event.shiftKey) { const from = anchor && rowOf(anchor) ? anchor : row.dataset.key; act({ do: "range", start: from, end: next.dataset.key }); anchor = from; }
          go(next);
        }
      } else if (row && key === "Home") go(all[0]);
      else if (row && key === "End") go(all.at(-1));
      else if (target === row && key === " ") select(row, event.shiftKey);
      else if (target === row && key === "Enter") act({ do: "open", key: row.dataset.key });
      else if (keys[key] && !event.repeat) keys[key]();
      else return;
      event.preventDefault();
    });
    const file = (message, buffers) => { if (message.do === "file") download(message.name, message.type, buffers[0]); };
    const waiting = setInterval(() => {
      const for_ = since ? Date.now() - since : 0;
      if (for_ > LOST) at.slow.textContent = "The kernel does not answer. If it was restarted, run this cell again.";
      else if (for_ > SLOW) at.slow.textContent = "Working …";
    }, 500);
    const looking = setInterval(() => { if (document.visibilityState === "visible" && root.isConnected && !since && !panel && !shown().pending) model.send({ do: "look" }); }, LOOK);
    model.on("change:shown", update);
    model.on("msg:custom", file);
    update();
    // The first rows are painted before all of them are read.
    if (shown().state === "opening") requestAnimationFrame(() => setTimeout(() => act({ do: "load" })));
    return () => { clearInterval(waiting); clearInterval(looking); model.off("change:shown", update); model.off("msg:custom", file); };
  },
};
