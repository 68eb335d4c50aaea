// The editor of price rules in the browser: it draws what `shown` holds and sends what a person does, and decides
// nothing. Whatever comes from outside is written as text (textContent), never as markup. What it is made of
// stands before it: rule_tree.js, rule_versions.js, rule_preview.js, rule_talk.js and price_form.js.

const MANY = 6; // findings that are shown without a frame of their own
const NOTHING = [
  "No price rules yet: prices are as their source has them.",
  "A standard rule lowers or raises prices by a share or by an amount.",
  "An intelligent rule follows the featured or the lowest offer, within bounds.",
];

// The grid of rules, in the order in which they are applied.
function makeRules(act) {
  const head = make("thead"), body = make("tbody");
  const table = make("table", { className: "ck-rules" }, head, body);
  const none = make("div", { className: "ck-nothing" }, ...NOTHING.map((textContent) => make("p", { textContent })));
  const scroll = make("div", { className: "ck-scroll", tabIndex: 0, attributes: { role: "region", "aria-label": "Price rules" } }, table);
  const el = make("div", {}, scroll, none);
  const titled = (title, cell) => { cell.dataset.title = title; return cell; };
  const row = (rule, place, count, titles) => {
    const toggle = make("input", { type: "checkbox", checked: rule.active, attributes: { "aria-label": `${rule.name} is active` } });
    toggle.addEventListener("change", () => act({ do: "switch", rule: rule.id, active: toggle.checked }));
    const up = button("↑", `Apply ${rule.name} earlier`, () => act({ do: "shift", rule: rule.id, step: -1 }));
    const down = button("↓", `Apply ${rule.name} later`, () => act({ do: "shift", rule: rule.id, step: 1 }));
    up.disabled = place === 0;
    down.disabled = place === count - 1;
    const tools = make("td", { className: "ck-tools-cell" }, make("span", { className: "ck-tools" },
      button("Edit", `Edit ${rule.name}`, () => act({ do: "edit", rule: rule.id })), button("Copy", `Copy ${rule.name}`, () => act({ do: "copy", rule: rule.id })),
      up, down, button("Delete", `Delete ${rule.name}`, () => act({ do: "delete", rule: rule.id }), "ck-away")));
    const cells = rule.cells.map((cell, at) => at === 0
      ? make("th", { scope: "row" }, make("span", { className: "ck-rule-name", textContent: cell }), make("small", { className: "ck-why", textContent: rule.words }))
      : titled(titles[at], at === 2 ? make("td", {}, make("label", {}, toggle, ` ${cell}`)) : make("td", { textContent: cell })));
    return make("tr", { className: rule.active ? "" : "ck-rests" }, ...cells, tools);
  };
  return {
    el,
    update(shown) {
      none.hidden = shown.rules.length > 0;
      scroll.hidden = shown.rules.length === 0;
      head.replaceChildren(make("tr", {}, ...[...shown.columns, "Edit"].map((title) => make("th", { scope: "col", textContent: title }))));
      // The cursor stays on the same button of the same rule, although the row is drawn anew.
      const held = body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : "";
      body.replaceChildren(...shown.rules.map((rule, place) => row(rule, place, shown.rules.length, shown.columns)));
      if (held) [...body.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === held)?.focus();
    },
  };
}

function makeMoves() {
  const list = make("ul", { className: "ck-moves" });
  const el = make("div", {}, make("h5", { textContent: "How far prices move" }), list);
  return {
    el,
    update(classes) {
      el.hidden = !classes.length;
      list.replaceChildren(...classes.map(([words, count, share]) => make("li", { className: words.startsWith("falls") ? "ck-falls" : words.startsWith("rises") ? "ck-rises" : "" },
        make("span", { textContent: words }), make("b", { textContent: number(count) }),
        make("span", { className: "ck-bar", attributes: { "aria-hidden": "true", style: `width:${Math.max(1, Math.round(share * 100))}%` } }))));
    },
  };
}

const WORDS = {
  title: "What these rules would do. Nothing is done yet.", rows: "Prices of the preview",
  example: "for example: Winter sale, one cent below the featured offer",
  sure: "Yes, all these prices shall move.", keep: "Put these rules in force", back: "Back to the rules",
};

function makeStakes() {
  const stake = make("div", { className: "ck-stake" }), moves = makeMoves();
  return {
    el: make("div", { className: "ck-stakes" }, stake, moves.el),
    update(preview) {
      stake.replaceChildren(...preview.stake.split("\n").filter(Boolean).map((line) => make("p", { textContent: line })));
      moves.update(preview.classes);
    },
  };
}

export default {
  render({ model, el }) {
    let state = "", finishing = false;
    const act = (command) => {
      // What is being typed goes first, so that a rule is put among the others as it stands.
      if (["done", "add", "add_group"].includes(command.do)) form.flush();
      finishing = command.do === "done";
      talk.ask(command);
    };
    const at = {
      sentence: make("p", { className: "ck-sentence" }), said: make("p", { className: "ck-said", attributes: { role: "status" } }),
      trouble: make("p", { className: "ck-trouble", attributes: { role: "alert" } }), findings: make("ul", { className: "ck-findings" }),
      look: button("Preview what they would do", "", () => act({ do: "look" }), "ck-yes"), undo: button("Undo", "Undo the last change", () => act({ do: "undo" })),
      standard: button("Add a standard rule", "", () => act({ do: "new", kind: "standard" })), intelligent: button("Add an intelligent rule", "", () => act({ do: "new", kind: "intelligent" })),
    };
    const rules = makeRules(act), form = makeForm(act), preview = makePreview(act, WORDS, makeStakes());
    const versions = makeVersions(act, (version) => version.words,
      { name: "No rules", means: "prices are as their source has them", label: "Go on without rules" });
    const grid = make("div", { className: "ck-grid" }, rules.el, make("div", { className: "ck-actions" }, at.standard, at.intelligent, at.look, at.undo));
    const dock = make("div"), again = button("Read them again", "", () => act({ do: "load" })), retry = make("div", { className: "ck-actions" }, again);
    const root = makeFrame("ck-rule ck-prices", "Price rules",
      make("header", {}, make("h3", { textContent: "How are prices made?" }), at.sentence), dock, retry, grid, form.el, preview.el, at.said, at.findings, versions.el);
    const talk = makeTalk(model, root, at.said, { look: "Counting …", commit: "Putting them in force …" }, ["suggest", "name", "field"]);
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && state === "preview") act({ do: "back" });
      if (event.key === "Escape" && state === "rule") act({ do: "cancel" });
      if (isUndo(event) && state === "grid") { event.preventDefault(); if (!at.undo.disabled) act({ do: "undo" }); }
      moveByKey(event, act);
    });
    el.append(root);
    const update = () => {
      const shown = model.get("shown"), held = document.activeElement, had = root.contains(held);
      talk.heard();
      const was = state;
      state = shown.state;
      root.setAttribute("aria-busy", String(state === "loading"));
      const active = shown.rules.filter((rule) => rule.active).length;
      at.sentence.textContent = state === "loading" ? "Reading the price rules …" : state === "failed" || !shown.rules.length ? ""
        : `${number(shown.rules.length)} price rule${shown.rules.length === 1 ? "" : "s"}, ${number(active)} active. The first one is applied first.`;
      at.sentence.hidden = state === "rule" || !at.sentence.textContent;
      const standing = !shown.is_kept ? "Changed, and not in force yet." : shown.rules.length ? "These are the rules in force." : "No rules are in force.";
      at.said.textContent = shown.said || (state === "grid" ? standing : "");
      at.trouble.textContent = shown.trouble;
      // What one field is to blame for is said below it.
      at.trouble.hidden = !shown.trouble || Boolean(shown.form?.fields.some((field) => field.wrong));
      dockInto({ rule: form.dock, preview: preview.dock }[state] ?? dock, at.trouble);
      retry.hidden = state !== "failed";
      at.undo.disabled = !shown.can_undo;
      at.findings.replaceChildren(...shown.findings.map((found) => make("li", { className: `ck-${found.kind}`, textContent: found.words })));
      // Many of them have a frame of their own, which keys can scroll.
      at.findings.hidden = state !== "grid";
      at.findings.tabIndex = shown.findings.length > MANY ? 0 : -1;
      grid.hidden = state !== "grid";
      form.el.hidden = state !== "rule";
      rules.update(shown);
      if (shown.form) { if (was !== "rule") form.close(); form.update(shown.form); }
      preview.update(shown);
      versions.update(shown);
      versions.el.hidden = state !== "grid";
      if (state === "rule" && was !== "rule") form.focus();
      else if (state === "rule" && shown.trouble && finishing) form.focusWrong();
      else if (state === "preview" && was !== "preview") preview.focus();
      else if (state === "grid" && was !== "grid" && was !== "loading" && was) at.look.focus();
      else if (had && !held.isConnected && !root.contains(document.activeElement)) (state === "rule" ? form : { focus: () => at.look.focus() }).focus();
    };
    return talk.follow(update, (found) => form.suggest(found));
  },
};
