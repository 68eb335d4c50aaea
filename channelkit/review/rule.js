// The rule editor in the browser: it draws what `shown` holds and sends what a person does, and decides nothing.
// Whatever comes from outside is written as text (textContent), never as markup.
// What somebody is typing into is never drawn anew: groups and lines keep their elements as long as they are there.

const PAUSE = 250; // milliseconds without a key after which what is typed is sent
const REST = 600; // milliseconds without an edit after which the figures are asked for
const PATIENCE = 20000; // milliseconds until a silent kernel is spoken of

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function arrange(node, children) {
  const now = [...node.children];
  // Moving an element takes the cursor out of it, so nothing is moved that is in its place.
  if (now.length !== children.length || now.some((child, place) => child !== children[place])) node.replaceChildren(...children);
}

function options(select, pairs, value) {
  const wanted = JSON.stringify(pairs);
  if (select.dataset.pairs !== wanted) {
    select.dataset.pairs = wanted;
    select.replaceChildren(...pairs.map(([each, words]) => make("option", { value: each, textContent: words })));
  }
  if (document.activeElement !== select) select.value = value;
}

const button = (words, label, act, className = "") => {
  const made = make("button", { type: "button", className, textContent: words });
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
};
const number = (count) => count.toLocaleString("en-US");
let serial = 0;

// One condition: the attribute as words, the operator, the value, and what to do with the line.
function makeLine(id, act) {
  const at = {
    label: make("span", { className: "ck-label" }), op: make("select", { className: "ck-op" }),
    value: make("span", { className: "ck-value" }), trouble: make("span", { className: "ck-line-trouble" }),
  };
  const tools = make("span", { className: "ck-tools" });
  const el = make("li", { className: "ck-line", attributes: { role: "group" } }, at.label, at.op, at.value, tools, at.trouble);
  el.dataset.node = id;
  const up = button("↑", "", () => act({ do: "move", node: id, step: -1 })), down = button("↓", "", () => act({ do: "move", node: id, step: 1 }));
  const away = button("×", "", () => act({ do: "remove", node: id }), "ck-away");
  tools.append(up, down, away);
  at.op.addEventListener("change", () => act({ do: "op", node: id, op: at.op.value }));
  let kind = "", entry = null;
  const update = (shown) => {
    at.label.textContent = shown.label;
    at.label.title = shown.code;
    el.setAttribute("aria-label", `Condition: ${shown.label}`);
    at.op.setAttribute("aria-label", `How ${shown.label} compares`);
    up.setAttribute("aria-label", `Move ${shown.label} up`);
    down.setAttribute("aria-label", `Move ${shown.label} down`);
    away.setAttribute("aria-label", `Remove ${shown.label}`);
    options(at.op, shown.operators, shown.op);
    at.trouble.textContent = shown.trouble;
    el.classList.toggle("ck-open", !shown.is_complete);
    const few = shown.entry === "choice" && !shown.many && shown.options.length > 1;
    const wanted = shown.entry === "none" ? "none" : shown.many ? "many" : few ? "pick" : shown.entry;
    if (wanted !== kind) {
      kind = wanted;
      entry = { none: makeNone, many: makeMany, pick: makePick }[wanted]?.(id, act) ?? makeText(id, act);
      at.value.replaceChildren(entry.el);
    }
    entry.update(shown);
  };
  return { el, update, focus: () => (entry?.focus ?? (() => at.op.focus()))(), suggest: (found) => entry?.suggest?.(found), flush: () => entry?.flush?.() };
}

const makeNone = () => ({ el: make("span"), update() {} });

function makePick(id, act) {
  const el = make("select");
  el.addEventListener("change", () => act({ do: "value", node: id, value: el.value }));
  return {
    el, focus: () => el.focus(),
    update(shown) {
      el.setAttribute("aria-label", `Value of ${shown.label}`);
      const known = shown.options.some(([value]) => value === shown.value);
      options(el, [["", "choose …"], ...(known || !shown.value ? [] : [[shown.value, shown.words[0]]]), ...shown.options], shown.value);
    },
  };
}

// A list of suggestions that the kernel fills while one types.
function suggestions(id, input, act) {
  const list = make("datalist", { id: `ck-list-${(serial += 1)}` });
  input.setAttribute("list", list.id);
  let timer = 0;
  const ask = () => { clearTimeout(timer); timer = setTimeout(() => act({ do: "suggest", node: id, typed: input.value }), PAUSE / 2); };
  input.addEventListener("focus", ask);
  input.addEventListener("input", ask);
  return {
    list, pairs: new Map(),
    fill(values) {
      for (const [value, words] of values) this.pairs.set(words, value);
      list.replaceChildren(...values.map(([, words]) => make("option", { value: words })));
    },
  };
}

function makeText(id, act) {
  const input = make("input", { type: "text", autocomplete: "off", spellcheck: false });
  const found = suggestions(id, input, act), el = make("span", {}, input, found.list);
  let timer = 0, sent = null;
  const flush = () => {
    clearTimeout(timer);
    const value = found.pairs.get(input.value) ?? input.value;
    if (value !== sent) act({ do: "value", node: id, value: (sent = value) });
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(flush, PAUSE); });
  input.addEventListener("change", flush);
  return {
    el, flush, focus: () => input.focus(), suggest: (values) => found.fill(values),
    update(shown) {
      input.setAttribute("aria-label", `Value of ${shown.label}`);
      const isDate = shown.entry === "date" && (!shown.value || /^\d{4}-\d\d-\d\d$/.test(shown.value));
      if (document.activeElement !== input) input.type = isDate ? "date" : "text";
      input.inputMode = shown.entry === "number" ? "decimal" : "text";
      input.placeholder = { number: "amount", date: "2026-12-31" }[shown.entry] ?? "value";
      if (document.activeElement === input) return;
      input.value = shown.words[0];
      if (shown.words[0] !== shown.value) found.pairs.set(shown.words[0], shown.value);
      sent = shown.value;
    },
  };
}

// Several values: each a chip that can be taken away, and a field for the next.
function makeMany(id, act) {
  const chips = make("span", { className: "ck-chips", attributes: { role: "list" } });
  const input = make("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: "add, then Enter" });
  const found = suggestions(id, input, act), el = make("span", { className: "ck-many" }, chips, input, found.list);
  let now = { value: [], words: [] };
  const send = (value) => { now = { ...now, value }; act({ do: "value", node: id, value }); };
  const add = () => {
    const typed = input.value.trim();
    if (!typed) return;
    const parts = now.entry === "choice" || found.pairs.has(typed) ? [typed] : typed.split(/[,;\n]/);
    input.value = "";
    const added = parts.map((part) => found.pairs.get(part.trim()) ?? part.trim()).filter(Boolean);
    send([...new Set([...now.value, ...added])]);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") add();
    if (event.key === "Backspace" && !input.value && now.value.length) send(now.value.slice(0, -1));
  });
  input.addEventListener("change", add);
  return {
    el, flush: add, focus: () => input.focus(),
    suggest: (values) => found.fill(values.filter(([value]) => !now.value.includes(value))),
    update(shown) {
      now = shown;
      input.setAttribute("aria-label", `Add a value of ${shown.label}`);
      if (shown.options.length) for (const [value, words] of shown.options) found.pairs.set(words, value);
      chips.setAttribute("aria-label", `Values of ${shown.label}`);
      chips.replaceChildren(...shown.value.map((value, place) => make("span", { className: "ck-chip", attributes: { role: "listitem" } },
        shown.words[place], button("×", `Remove ${shown.words[place]}`, () => { send(now.value.filter((each) => each !== value)); input.focus(); }))));
    },
  };
}

// A group: all or any of its children, true or false.
function makeGroup(id, act, outermost) {
  const many = make("select", { attributes: { "aria-label": "All or any of the conditions" } });
  const truth = make("select", { attributes: { "aria-label": "True or false" } });
  const list = make("ul", { className: "ck-children" }), none = make("p", { className: "ck-none" });
  const add = make("select", { className: "ck-add", attributes: { "aria-label": "Attribute of a new condition" } });
  const plus = button("Add", "Add the condition", () => addLine()), group = button("Add a group", "", () => act({ do: "add_group", group: id }));
  const tools = make("span", { className: "ck-tools" });
  if (!outermost) tools.append(
    button("↑", "Move this group up", () => act({ do: "move", node: id, step: -1 })), button("↓", "Move this group down", () => act({ do: "move", node: id, step: 1 })),
    button("×", "Remove this group", () => act({ do: "remove", node: id }), "ck-away"));
  const head = make("div", { className: "ck-group-head" }, many, make("span", { textContent: "of these conditions are" }), truth, tools);
  const el = make(outermost ? "div" : "li", { className: "ck-group", attributes: { role: "group" } }, head, list, none,
    make("div", { className: "ck-adding" }, add, plus, group));
  el.dataset.node = id;
  options(many, [["all", "All"], ["any", "Any"]], "all");
  options(truth, [["true", "true"], ["false", "false"]], "true");
  const change = () => act({ do: "group", node: id, all: many.value === "all", match: truth.value === "true" });
  many.addEventListener("change", change);
  truth.addEventListener("change", change);
  const addLine = () => { if (add.value) { act({ do: "add", group: id, attribute: add.value }); add.value = ""; } };
  // With keys a list changes at every step, so that only Enter means it; a click means it at once.
  let byKey = false;
  add.addEventListener("pointerdown", () => { byKey = false; });
  add.addEventListener("keydown", (event) => { byKey = true; if (event.key === "Enter" && add.value) { event.preventDefault(); addLine(); } });
  add.addEventListener("change", () => { if (!byKey) addLine(); });
  return {
    el, list, focus: () => add.focus(),
    update(shown, attributes) {
      el.setAttribute("aria-label", `${shown.all ? "All" : "Any"} of these conditions are ${shown.match ? "true" : "false"}`);
      if (document.activeElement !== many) many.value = shown.all ? "all" : "any";
      if (document.activeElement !== truth) truth.value = String(shown.match);
      options(add, [["", "Add a condition …"], ...attributes], add.value);
      none.textContent = shown.children.length ? "" : outermost ? "No conditions: every product may be sold." : "No conditions in this group, so it holds for every product.";
      none.hidden = shown.children.length > 0;
    },
  };
}

function makeFigures() {
  const cards = make("div", { className: "ck-cards" }), words = make("p"), stake = make("p", { className: "ck-stake" });
  const findings = make("ul", { className: "ck-findings" }), now = make("button", { type: "button", textContent: "Count" });
  const el = make("aside", { className: "ck-figures", attributes: { "aria-label": "What the rule would do" } }, cards, now, words, stake, findings);
  return {
    el, now,
    update(shown) {
      const { counts } = shown, fresh = counts && counts.is_fresh;
      cards.replaceChildren(...(counts ? counts.parts : []).map((part) => make("p", { className: `ck-card ${part.count ? `ck-${part.part}` : ""}` },
        make("b", { textContent: number(part.count) }), " ", make("span", { textContent: part.title }))));
      el.dataset.fresh = String(Boolean(fresh));
      now.hidden = shown.counts_at_once || Boolean(fresh) || shown.incomplete > 0;
      words.textContent = shown.incomplete ? "The figures follow once every condition has a value." : !counts ? "" : fresh ? counts.words
        : shown.counts_at_once ? "Counting …" : "These figures are of the rule before the last edit.";
      stake.textContent = fresh ? counts.stake : "";
      findings.replaceChildren(...shown.findings.map((found) => make("li", { className: `ck-${found.kind}`, textContent: found.words })));
    },
  };
}

function makePreview(act) {
  const tabs = make("div", { className: "ck-tabs", attributes: { role: "tablist", "aria-label": "Preview" } });
  const summary = make("p"), stake = make("p", { className: "ck-stake" });
  const meaning = make("p", { className: "ck-why" }), reasons = make("ul", { className: "ck-reasons" });
  const table = make("table"), scroll = make("div", { className: "ck-scroll", tabIndex: 0, attributes: { role: "region", "aria-label": "Rows of the preview" } }, table);
  const words = make("span", { className: "ck-words" });
  const earlier = button("‹ Earlier", "", () => turn(-1)), later = button("Later ›", "", () => turn(1));
  const name = make("input", { type: "text", autocomplete: "off", placeholder: "for example: No clearance before Christmas" });
  const sure = make("input", { type: "checkbox" }), sureWords = make("span"), sureLabel = make("label", { className: "ck-sure" }, sure, sureWords);
  const keep = make("button", { type: "submit", className: "ck-yes", textContent: "Put this rule in force" });
  const back = button("Back to the rule", "", () => act({ do: "back" }));
  const form = make("form", { className: "ck-keeping" }, make("label", {}, "Name of this version ", name), sureLabel, make("span", { className: "ck-actions" }, keep, back));
  const panel = make("div", { attributes: { role: "tabpanel" } }, meaning, reasons, scroll, make("p", { className: "ck-turning" }, earlier, words, later));
  const el = make("div", { className: "ck-preview" }, make("h4", { textContent: "What this rule would do. Nothing is done yet.", tabIndex: -1 }), summary, stake, tabs, panel, form);
  let now = null;
  const turn = (step) => act({ do: "show", part: now.part, first: now.first + step * now.size });
  form.addEventListener("submit", (event) => { event.preventDefault(); act({ do: "commit", name: name.value, sure: sure.checked }); });
  name.addEventListener("change", () => act({ do: "name", name: name.value }));
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], all = [...tabs.children];
    if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  return {
    el, name, focus: () => el.querySelector("h4").focus(),
    update(shown) {
      el.hidden = !shown.preview;
      if (!shown.preview) { sure.checked = false; if (document.activeElement !== name) name.value = shown.name; return; }
      now = shown.preview;
      const parts = shown.counts.parts;
      summary.textContent = shown.counts.words;
      stake.textContent = shown.counts.stake;
      if (!tabs.children.length) tabs.append(...parts.map((part) => {
        const tab = button("", "", () => act({ do: "show", part: part.part, first: 0 }));
        tab.setAttribute("role", "tab");
        tab.dataset.part = part.part;
        return tab;
      }));
      parts.forEach((part, place) => {
        const tab = tabs.children[place];
        tab.textContent = `${part.title} (${number(part.count)})`;
        tab.setAttribute("aria-selected", String(part.part === now.part));
        tab.tabIndex = part.part === now.part ? 0 : -1;
      });
      meaning.textContent = now.meaning;
      reasons.replaceChildren(...now.reasons.map(([why, count]) => make("li", {}, make("b", { textContent: number(count) }), make("span", { textContent: why }))));
      scroll.hidden = now.rows.length === 0;
      table.replaceChildren(
        make("caption", { className: "ck-unseen", textContent: `${now.title}: ${now.words}` }),
        make("thead", {}, make("tr", {}, ...now.columns.map((title) => make("th", { scope: "col", textContent: title })))),
        make("tbody", {}, ...now.rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", { textContent: cell, title: cell }))))));
      words.textContent = now.words;
      earlier.disabled = now.first === 0;
      later.disabled = now.first + now.size >= now.total;
      earlier.hidden = later.hidden = now.total <= now.size;
      if (document.activeElement !== name) name.value = shown.name;
      sureLabel.hidden = !shown.is_large;
      sureWords.textContent = " Yes, all these listings shall be taken off sale.";
    },
  };
}

function makeVersions(act) {
  const list = make("ol", { className: "ck-versions" }), title = make("summary", { textContent: "Versions" });
  const el = make("details", {}, title, list);
  return {
    el,
    update(shown) {
      title.textContent = shown.versions.length ? `Versions (${number(shown.versions.length)})` : "Versions: none yet";
      list.replaceChildren(...shown.versions.map((version) => make("li", {},
        make("p", {}, make("b", { textContent: version.name }), ` ${version.holds ? "(in force) " : ""}${version.made}${version.by ? `, by ${version.by}` : ""}`),
        make("p", { className: "ck-why", textContent: version.words }),
        ...(version.moved ? [make("p", { className: "ck-why", textContent: version.moved })] : []),
        button("Go on from this one", `Go on from ${version.name}`, () => act({ do: "start", version: version.id })))),
        make("li", {}, make("p", {}, make("b", { textContent: "No conditions" }), ": every product may be sold"),
          button("Go on from this one", "Go on from a rule without conditions", () => act({ do: "start", version: 0 }))));
    },
  };
}

export default {
  render({ model, el }) {
    const parts = new Map();
    let counting = 0, silence = 0, added = 0, state = "";
    const EDITS = new Set(["add", "add_group", "remove", "move", "group", "op", "value", "start", "undo"]);
    const act = (command) => {
      // What is being typed goes first: neither a preview nor a commit may miss it.
      if (["look", "commit", "undo", "add", "start"].includes(command.do)) for (const part of parts.values()) part.flush?.();
      model.send(command);
      if (command.do === "suggest" || command.do === "name") return;
      if (EDITS.has(command.do)) {
        clearTimeout(counting);
        counting = setTimeout(() => { if (model.get("shown").counts_at_once) model.send({ do: "count" }); }, REST);
      }
      if (command.do === "look" || command.do === "commit" || command.do === "count") {
        root.setAttribute("aria-busy", "true");
        at.said.textContent = command.do === "commit" ? "Putting it in force …" : "Counting …";
      }
      clearTimeout(silence);
      silence = setTimeout(() => { at.said.textContent = "Still waiting for the kernel. Nothing that you typed is lost."; }, PATIENCE);
    };
    const at = {
      sentence: make("p", { className: "ck-sentence", attributes: { "aria-live": "polite" } }),
      said: make("p", { className: "ck-said", attributes: { role: "status" } }),
      trouble: make("p", { className: "ck-trouble", attributes: { role: "alert" } }),
      tree: make("div", { className: "ck-tree" }),
      look: button("Preview what it would do", "", () => act({ do: "look" }), "ck-yes"), undo: button("Undo", "Undo the last edit", () => act({ do: "undo" })),
    };
    const figures = makeFigures(), preview = makePreview(act), versions = makeVersions(act);
    figures.now.addEventListener("click", () => act({ do: "count" }));
    const editing = make("div", { className: "ck-editing" }, make("div", {}, at.tree,
      make("div", { className: "ck-actions" }, at.look, at.undo)), figures.el);
    const root = make("section", { className: "ck-rule", attributes: { "aria-label": "Listing rule" } },
      make("header", {}, make("h3", { textContent: "Which products may be sold?" }), at.sentence), at.trouble, editing, preview.el, at.said, versions.el);
    root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own shortcuts stay out
    root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const typing = event.target.matches("input:not([type=checkbox])");
      if (event.key === "Escape" && model.get("shown").state === "preview") act({ do: "back" });
      if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing) { event.preventDefault(); if (!at.undo.disabled) act({ do: "undo" }); }
      const own = event.target.closest(".ck-line");
      if (own && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        event.preventDefault();
        act({ do: "move", node: Number(own.dataset.node), step: event.key === "ArrowUp" ? -1 : 1 });
      }
    });
    el.append(root);

    const draw = (shown, attributes, outermost) => {
      const part = parts.get(shown.id) ?? (shown.kind === "group" ? makeGroup(shown.id, act, outermost) : makeLine(shown.id, act));
      parts.set(shown.id, part);
      part.seen = true;
      part.update(shown, attributes);
      if (shown.kind === "group") arrange(part.list, shown.children.map((child) => draw(child, attributes, false)));
      return part.el;
    };
    const update = () => {
      const shown = model.get("shown"), held = document.activeElement, had = root.contains(held);
      clearTimeout(silence);
      for (const part of parts.values()) part.seen = false;
      arrange(at.tree, [draw(shown.root, shown.attributes, true)]);
      for (const [id, part] of parts) if (!part.seen) parts.delete(id);
      root.setAttribute("aria-busy", String(shown.state === "loading"));
      at.sentence.textContent = shown.sentence;
      at.said.textContent = shown.said || (shown.is_kept && shown.state === "editing" ? "This is the rule in force." : "");
      at.trouble.textContent = shown.trouble;
      at.trouble.hidden = !shown.trouble;
      at.undo.disabled = !shown.can_undo;
      editing.hidden = shown.state === "preview";
      figures.update(shown);
      preview.update(shown);
      versions.update(shown);
      versions.el.hidden = shown.state === "preview";
      // What had the focus may be gone; keys must go on working.
      if (shown.new && shown.new !== added) parts.get(shown.new)?.focus();
      else if (shown.state === "preview" && state === "editing") preview.focus();
      else if (shown.state === "editing" && state === "preview") at.look.focus();
      else if (had && !held.isConnected) parts.get(shown.root.id)?.focus();
      else if (had && document.activeElement !== held) held.focus();
      added = shown.new;
      state = shown.state;
    };
    const hear = (found) => parts.get(found.node)?.suggest?.(found.values);
    model.on("change:shown", update);
    model.on("msg:custom", hear);
    update();
    return () => {
      clearTimeout(counting);
      clearTimeout(silence);
      model.off("change:shown", update);
      model.off("msg:custom", hear);
    };
  },
};
