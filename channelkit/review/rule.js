// The rule editor in the browser: it draws what `shown` holds and sends what a person does, and decides nothing.
// Whatever comes from outside is written as text (textContent), never as markup. What it is made of stands
// before it: rule_tree.js, rule_versions.js, rule_preview.js and rule_talk.js.

const REST = 600; // milliseconds without an edit after which the figures are asked for

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

const WORDS = {
  title: "What this rule would do. Nothing is done yet.", rows: "Rows of the preview", example: "for example: No clearance before Christmas",
  sure: "Yes, all these listings shall be taken off sale.", keep: "Put this rule in force", back: "Back to the rule",
};

function makeStake() {
  const el = make("p", { className: "ck-stake" });
  return { el, update: (preview) => { el.textContent = preview.stake; } };
}

export default {
  render({ model, el }) {
    let counting = 0, added = 0, state = "";
    const EDITS = new Set(["add", "add_group", "remove", "move", "group", "op", "value", "start", "undo"]);
    const act = (command) => {
      // What is being typed goes first: neither a preview nor a commit may miss it.
      if (["look", "commit", "undo", "add", "start"].includes(command.do)) tree.flush();
      talk.ask(command);
      if (!EDITS.has(command.do)) return;
      clearTimeout(counting);
      counting = setTimeout(() => { if (model.get("shown").counts_at_once) model.send({ do: "count" }); }, REST);
    };
    const at = {
      sentence: make("p", { className: "ck-sentence", attributes: { "aria-live": "polite" } }),
      said: make("p", { className: "ck-said", attributes: { role: "status" } }),
      trouble: make("p", { className: "ck-trouble", attributes: { role: "alert" } }),
      tree: make("div", { className: "ck-tree" }),
      look: button("Preview what it would do", "", () => act({ do: "look" }), "ck-yes"), undo: button("Undo", "Undo the last edit", () => act({ do: "undo" })),
    };
    const figures = makeFigures(), preview = makePreview(act, WORDS, makeStake());
    const versions = makeVersions(act, (version) => [version.words, version.moved].filter(Boolean),
      { name: "No conditions", means: "every product may be sold", label: "Go on from a rule without conditions" });
    figures.now.addEventListener("click", () => act({ do: "count" }));
    const editing = make("div", { className: "ck-editing" }, make("div", {}, at.tree,
      make("div", { className: "ck-actions" }, at.look, at.undo)), figures.el);
    const dock = make("div"), again = button("Read it again", "", () => act({ do: "load" })), retry = make("div", { className: "ck-actions" }, again);
    const root = makeFrame("ck-rule", "Listing rule",
      make("header", {}, make("h3", { textContent: "Which products may be sold?" }), at.sentence), dock, retry, editing, preview.el, at.said, versions.el);
    const talk = makeTalk(model, root, at.said, { look: "Counting …", commit: "Putting it in force …", count: "Counting …" }, ["suggest", "name"]);
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && model.get("shown").state === "preview") act({ do: "back" });
      if (isUndo(event)) { event.preventDefault(); if (!at.undo.disabled) act({ do: "undo" }); }
      moveByKey(event, act);
    });
    el.append(root);

    const tree = makeTree(at.tree, act, "No conditions: every product may be sold.");
    const update = () => {
      const shown = model.get("shown"), held = document.activeElement, had = root.contains(held);
      talk.heard();
      tree.update(shown.root, shown.attributes);
      root.setAttribute("aria-busy", String(shown.state === "loading"));
      at.sentence.textContent = shown.sentence;
      at.said.textContent = shown.said || (shown.is_kept && shown.state === "editing" ? "This is the rule in force." : "");
      at.trouble.textContent = shown.trouble;
      at.trouble.hidden = !shown.trouble;
      dockInto(shown.state === "preview" ? preview.dock : dock, at.trouble);
      retry.hidden = shown.state !== "failed";
      at.undo.disabled = !shown.can_undo;
      editing.hidden = shown.state !== "editing";
      figures.update(shown);
      preview.update(shown);
      versions.update(shown);
      versions.el.hidden = shown.state !== "editing";
      // What had the focus may be gone; keys must go on working.
      if (shown.new && shown.new !== added) tree.focus(shown.new);
      else if (shown.state === "preview" && state === "editing") preview.focus();
      else if (shown.state === "editing" && state === "preview") at.look.focus();
      else if (had && !held.isConnected) tree.focus(shown.root.id);
      else if (had && document.activeElement !== held) held.focus();
      added = shown.new;
      state = shown.state;
    };
    const stop = talk.follow(update, (found) => tree.suggest(found));
    return () => {
      clearTimeout(counting);
      stop();
    };
  },
};
