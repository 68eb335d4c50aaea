// The tree of a rule's conditions in the browser, for every editor that has one; it stands first, and is one module with
// the editor's own file. Whatever comes from outside is written as text (textContent), never as markup.
// What somebody is typing into is never drawn anew: groups and lines keep their elements as long as they are there.

const PAUSE = 250; // milliseconds without a key after which what is typed is sent

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
function makeGroup(id, act, outermost, nothing) {
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
      none.textContent = shown.children.length ? "" : outermost ? nothing : "No conditions in this group, so it holds for every product.";
      none.hidden = shown.children.length > 0;
    },
  };
}

// Draws a tree into an element and keeps each group and line for as long as it is there.
function makeTree(el, act, nothing) {
  const parts = new Map();
  const draw = (shown, attributes, outermost) => {
    const part = parts.get(shown.id) ?? (shown.kind === "group" ? makeGroup(shown.id, act, outermost, nothing) : makeLine(shown.id, act));
    parts.set(shown.id, part);
    part.seen = true;
    part.update(shown, attributes);
    if (shown.kind === "group") arrange(part.list, shown.children.map((child) => draw(child, attributes, false)));
    return part.el;
  };
  return {
    update(root, attributes) {
      for (const part of parts.values()) part.seen = false;
      arrange(el, [draw(root, attributes, true)]);
      for (const [id, part] of parts) if (!part.seen) parts.delete(id);
    },
    flush: () => { for (const part of parts.values()) part.flush?.(); },
    focus: (id) => parts.get(id)?.focus(),
    suggest: (found) => parts.get(found.node)?.suggest?.(found.values),
  };
}

// Alt and an arrow move the condition that has the cursor.
function moveByKey(event, act) {
  const own = event.target.closest(".ck-line");
  if (!own || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  act({ do: "move", node: Number(own.dataset.node), step: event.key === "ArrowUp" ? -1 : 1 });
}
