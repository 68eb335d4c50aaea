// The editor of price rules in the browser: it draws what `shown` holds and sends what a person does, and decides
// nothing. Whatever comes from outside is written as text (textContent), never as markup. rule_tree.js and price_form.js
// stand before it.

const PATIENCE = 20000; // milliseconds until a silent kernel is spoken of

// The grid of rules, in the order in which they are applied.
function makeRules(act) {
  const head = make("thead"), body = make("tbody");
  const table = make("table", { className: "ck-rules" }, head, body);
  const none = make("p", { className: "ck-none", textContent: "No price rules yet: prices are as their source has them." });
  const el = make("div", {}, make("div", { className: "ck-scroll", tabIndex: 0, attributes: { role: "region", "aria-label": "Price rules" } }, table), none);
  const row = (rule, place, count) => {
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
      : at === 2 ? make("td", {}, make("label", {}, toggle, ` ${cell}`)) : make("td", { textContent: cell }));
    return make("tr", { className: rule.active ? "" : "ck-rests" }, ...cells, tools);
  };
  return {
    el,
    update(shown) {
      none.hidden = shown.rules.length > 0;
      table.hidden = shown.rules.length === 0;
      head.replaceChildren(make("tr", {}, ...[...shown.columns, "Edit"].map((title) => make("th", { scope: "col", textContent: title }))));
      // The cursor stays on the same button of the same rule, although the row is drawn anew.
      const held = body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : "";
      body.replaceChildren(...shown.rules.map((rule, place) => row(rule, place, shown.rules.length)));
      if (held) [...body.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === held)?.focus();
    },
  };
}

function makeMoves() {
  const list = make("ul", { className: "ck-moves" });
  return {
    el: make("div", {}, make("h5", { textContent: "How far prices move" }), list),
    update(classes) {
      list.replaceChildren(...classes.map(([words, count, share]) => make("li", { className: words.startsWith("falls") ? "ck-falls" : words.startsWith("rises") ? "ck-rises" : "" },
        make("span", { textContent: words }), make("b", { textContent: number(count) }),
        make("span", { className: "ck-bar", attributes: { "aria-hidden": "true", style: `width:${Math.max(1, Math.round(share * 100))}%` } }))));
    },
  };
}

function makePreview(act) {
  const tabs = make("div", { className: "ck-tabs", attributes: { role: "tablist", "aria-label": "Preview" } });
  const summary = make("p"), stake = make("div", { className: "ck-stake" }), moves = makeMoves();
  const meaning = make("p", { className: "ck-why" }), reasons = make("ul", { className: "ck-reasons" });
  const table = make("table"), scroll = make("div", { className: "ck-scroll", tabIndex: 0, attributes: { role: "region", "aria-label": "Prices of the preview" } }, table);
  const words = make("span", { className: "ck-words" });
  const earlier = button("‹ Earlier", "", () => turn(-1)), later = button("Later ›", "", () => turn(1));
  const name = make("input", { type: "text", autocomplete: "off", placeholder: "for example: Winter sale, one cent below the featured offer" });
  const sure = make("input", { type: "checkbox" }), sureLabel = make("label", { className: "ck-sure" }, sure, " Yes, all these prices shall move.");
  const keep = make("button", { type: "submit", className: "ck-yes", textContent: "Put these rules in force" });
  const back = button("Back to the rules", "", () => act({ do: "back" }));
  const form = make("form", { className: "ck-keeping" }, make("label", {}, "Name of this version ", name), sureLabel, make("span", { className: "ck-actions" }, keep, back));
  const panel = make("div", { attributes: { role: "tabpanel" } }, meaning, reasons, scroll, make("p", { className: "ck-turning" }, earlier, words, later));
  const el = make("div", { className: "ck-preview" }, make("h4", { textContent: "What these rules would do. Nothing is done yet.", tabIndex: -1 }),
    summary, make("div", { className: "ck-stakes" }, stake, moves.el), tabs, panel, form);
  let now = null;
  const turn = (step) => act({ do: "show", part: now.part, first: now.first + step * now.size });
  form.addEventListener("submit", (event) => { event.preventDefault(); act({ do: "commit", name: name.value, sure: sure.checked }); });
  name.addEventListener("change", () => act({ do: "name", name: name.value }));
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], all = [...tabs.children];
    if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  return {
    el, focus: () => el.querySelector("h4").focus(),
    update(shown) {
      el.hidden = !shown.preview;
      if (document.activeElement !== name) name.value = shown.name;
      if (!shown.preview) { sure.checked = false; return; }
      now = shown.preview;
      summary.textContent = now.words;
      stake.replaceChildren(...now.stake.split("\n").filter(Boolean).map((line) => make("p", { textContent: line })));
      moves.update(now.classes);
      if (!tabs.children.length) tabs.append(...now.parts.map((part) => {
        const tab = button("", "", () => act({ do: "show", part: part.part, first: 0 }));
        tab.setAttribute("role", "tab");
        return tab;
      }));
      now.parts.forEach((part, place) => {
        const tab = tabs.children[place];
        tab.textContent = `${part.title} (${number(part.count)})`;
        tab.setAttribute("aria-selected", String(part.part === now.part));
        tab.tabIndex = part.part === now.part ? 0 : -1;
      });
      meaning.textContent = now.meaning;
      reasons.replaceChildren(...now.reasons.map(([why, count]) => make("li", {}, make("b", { textContent: number(count) }), make("span", { textContent: why }))));
      scroll.hidden = now.rows.length === 0;
      table.replaceChildren(
        make("caption", { className: "ck-unseen", textContent: `${now.title}: ${now.range}` }),
        make("thead", {}, make("tr", {}, ...now.columns.map((title) => make("th", { scope: "col", textContent: title })))),
        make("tbody", {}, ...now.rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", { textContent: cell, title: cell }))))));
      words.textContent = now.range;
      earlier.disabled = now.first === 0;
      later.disabled = now.first + now.size >= now.total;
      earlier.hidden = later.hidden = now.total <= now.size;
      sureLabel.hidden = !shown.is_large;
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
        ...version.words.map((words) => make("p", { className: "ck-why", textContent: words })),
        button("Go on from this one", `Go on from ${version.name}`, () => act({ do: "start", version: version.id })))),
        make("li", {}, make("p", {}, make("b", { textContent: "No rules" }), ": prices are as their source has them"),
          button("Go on from this one", "Go on without rules", () => act({ do: "start", version: 0 }))));
    },
  };
}

export default {
  render({ model, el }) {
    let silence = 0, state = "";
    const act = (command) => {
      // What is being typed goes first, so that a rule is put among the others as it stands.
      if (["done", "add", "add_group"].includes(command.do)) form.flush();
      model.send(command);
      if (["suggest", "name", "field"].includes(command.do)) return;
      if (command.do === "look" || command.do === "commit") {
        root.setAttribute("aria-busy", "true");
        at.said.textContent = command.do === "commit" ? "Putting them in force …" : "Counting …";
      }
      clearTimeout(silence);
      silence = setTimeout(() => { at.said.textContent = "Still waiting for the kernel. Nothing that you typed is lost."; }, PATIENCE);
    };
    const at = {
      sentence: make("p", { className: "ck-sentence" }), said: make("p", { className: "ck-said", attributes: { role: "status" } }),
      trouble: make("p", { className: "ck-trouble", attributes: { role: "alert" } }), findings: make("ul", { className: "ck-findings" }),
      look: button("Preview what they would do", "", () => act({ do: "look" }), "ck-yes"), undo: button("Undo", "Undo the last change", () => act({ do: "undo" })),
      standard: button("Add a standard rule", "", () => act({ do: "new", kind: "standard" })), intelligent: button("Add an intelligent rule", "", () => act({ do: "new", kind: "intelligent" })),
    };
    const rules = makeRules(act), form = makeForm(act), preview = makePreview(act), versions = makeVersions(act);
    const grid = make("div", { className: "ck-grid" }, rules.el, make("div", { className: "ck-actions" }, at.standard, at.intelligent, at.look, at.undo), at.findings);
    const root = make("section", { className: "ck-rule ck-prices", attributes: { "aria-label": "Price rules" } },
      make("header", {}, make("h3", { textContent: "How are prices made?" }), at.sentence), at.trouble, grid, form.el, preview.el, at.said, versions.el);
    root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own shortcuts stay out
    root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const typing = event.target.matches("input:not([type=checkbox])");
      if (event.key === "Escape" && state === "preview") act({ do: "back" });
      if (event.key === "Escape" && state === "rule") act({ do: "cancel" });
      if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing && state === "grid") { event.preventDefault(); if (!at.undo.disabled) act({ do: "undo" }); }
      moveByKey(event, act);
    });
    el.append(root);
    const update = () => {
      const shown = model.get("shown"), held = document.activeElement, had = root.contains(held);
      clearTimeout(silence);
      const was = state;
      state = shown.state;
      root.setAttribute("aria-busy", String(state === "loading"));
      const active = shown.rules.filter((rule) => rule.active).length;
      at.sentence.textContent = state === "loading" ? "Reading the price rules …" : `${number(shown.rules.length)} price rule${shown.rules.length === 1 ? "" : "s"}, ${number(active)} active. The first one is applied first.`;
      at.said.textContent = shown.said || (shown.is_kept && state === "grid" ? "These are the rules in force." : state === "grid" ? "Changed, and not in force yet." : "");
      at.trouble.textContent = shown.trouble;
      at.trouble.hidden = !shown.trouble;
      at.undo.disabled = !shown.can_undo;
      at.findings.replaceChildren(...shown.findings.map((found) => make("li", { className: `ck-${found.kind}`, textContent: found.words })));
      grid.hidden = state === "rule" || state === "preview";
      form.el.hidden = state !== "rule";
      rules.update(shown);
      if (shown.form) { if (was !== "rule") form.close(); form.update(shown.form); }
      preview.update(shown);
      versions.update(shown);
      versions.el.hidden = state === "preview" || state === "rule";
      if (state === "rule" && was !== "rule") form.focus();
      else if (state === "preview" && was !== "preview") preview.focus();
      else if (state === "grid" && was !== "grid" && was !== "loading" && was) at.look.focus();
      else if (had && !held.isConnected && !root.contains(document.activeElement)) (state === "rule" ? form : { focus: () => at.look.focus() }).focus();
    };
    const hear = (found) => form.suggest(found);
    model.on("change:shown", update);
    model.on("msg:custom", hear);
    update();
    return () => {
      clearTimeout(silence);
      model.off("change:shown", update);
      model.off("msg:custom", hear);
    };
  },
};
