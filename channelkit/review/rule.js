// The rule editor in the browser: it draws what `shown` holds and sends what a person does, and decides nothing.
// Whatever comes from outside is written as text (textContent), never as markup. rule_tree.js stands before it.

const REST = 600; // milliseconds without an edit after which the figures are asked for
const PATIENCE = 20000; // milliseconds until a silent kernel is spoken of

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
    let counting = 0, silence = 0, added = 0, state = "";
    const EDITS = new Set(["add", "add_group", "remove", "move", "group", "op", "value", "start", "undo"]);
    const act = (command) => {
      // What is being typed goes first: neither a preview nor a commit may miss it.
      if (["look", "commit", "undo", "add", "start"].includes(command.do)) tree.flush();
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
      moveByKey(event, act);
    });
    el.append(root);

    const tree = makeTree(at.tree, act, "No conditions: every product may be sold.");
    const update = () => {
      const shown = model.get("shown"), held = document.activeElement, had = root.contains(held);
      clearTimeout(silence);
      tree.update(shown.root, shown.attributes);
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
      if (shown.new && shown.new !== added) tree.focus(shown.new);
      else if (shown.state === "preview" && state === "editing") preview.focus();
      else if (shown.state === "editing" && state === "preview") at.look.focus();
      else if (had && !held.isConnected) tree.focus(shown.root.id);
      else if (had && document.activeElement !== held) held.focus();
      added = shown.new;
      state = shown.state;
    };
    const hear = (found) => tree.suggest(found);
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
