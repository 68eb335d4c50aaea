// The review in the browser: it draws what `shown` holds and sends what a person does, and decides nothing.
// Whatever comes from outside is written as text (textContent), never as markup.

const PATIENCE = 8000; // milliseconds until a silent kernel is spoken of

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function write(node, ...children) {
  node.replaceChildren(...children);
  node.hidden = children.length === 0;
}

function pieces(parts) {
  if (!parts.length) return [make("span", { className: "ck-none", textContent: "not known" })];
  return parts.map(([text, kind]) => (kind === "same" ? text : make("mark", { className: `ck-${kind}`, textContent: text })));
}

function picture({ source, link, alt }) {
  if (source) return make("img", { src: source, alt });
  if (!link) return make("span", { className: "ck-none", textContent: "no image" });
  const words = make("span", { className: "ck-unseen", textContent: ` (${alt}; opens in a new tab)` });
  return make("a", { href: link, target: "_blank", rel: "noopener noreferrer", textContent: "Image" }, words);
}

function row(label, left, right, verdict = "") {
  const mark = make("span", { className: "ck-verdict", textContent: verdict });
  return make("tr", { className: verdict === "differs" ? "ck-differs" : "" },
    make("th", { scope: "row" }, label, mark), make("td", {}, ...left), make("td", {}, ...right));
}

function list(title, lines, className) {
  if (!lines.length) return [];
  return [make("div", { className }, make("h4", { textContent: title }),
    make("ul", {}, ...lines.map((line) => make("li", { textContent: line }))))];
}

function skeleton(el, act) {
  const button = (words, key, command, className = "") => {
    const inner = [words, make("kbd", { textContent: key, attributes: { "aria-hidden": "true" } })];
    const made = make("button", { type: "button", className, attributes: { "aria-keyshortcuts": key } }, ...inner);
    made.addEventListener("click", () => act(command));
    return made;
  };
  const at = {
    title: make("h3"), why: make("p", { className: "ck-why" }), chance: make("p", { className: "ck-chance" }),
    bar: make("progress", { max: 1, attributes: { "aria-label": "Questions answered" } }),
    progress: make("span"), table: make("table"), evidence: make("div", { className: "ck-evidence" }),
    others: make("div", { className: "ck-others" }), standing: make("div", { className: "ck-standing" }),
    said: make("p", { className: "ck-said", attributes: { role: "status" } }),
    trouble: make("p", { className: "ck-trouble", attributes: { role: "alert" } }),
    keys: make("dl", { className: "ck-keys", hidden: true }),
    yes: button("Yes, the same", "y", { do: "answer", answer: "yes" }, "ck-yes"),
    no: button("No", "n", { do: "answer", answer: "no" }, "ck-no"),
    skip: button("Skip", "s", { do: "answer", answer: "skip" }), undo: button("Undo", "u", { do: "undo" }),
    help: button("Keys", "?", { do: "help" }), again: button("Look again", "r", { do: "again" }),
    sku: make("input", { type: "text", placeholder: "SKU in Commerce", autocomplete: "off", spellcheck: false }),
    assign: make("form", { className: "ck-assign" }),
  };
  at.sku.setAttribute("aria-label", "SKU of another product to assign");
  at.assign.append(make("label", {}, "Another product: ", at.sku), make("button", { type: "submit", textContent: "Assign" }));
  at.assign.addEventListener("submit", (event) => {
    event.preventDefault();
    if (at.sku.value.trim()) act({ do: "assign", product_sku: at.sku.value });
  });
  const root = make("section", { className: "ck-review", tabIndex: 0 },
    make("header", {}, make("div", {}, at.title, at.why), at.chance),
    at.trouble, at.table, at.evidence,
    make("div", { className: "ck-actions", attributes: { role: "group", "aria-label": "Answer" } },
      at.yes, at.no, at.skip, at.undo, at.again, at.help),
    at.said, at.keys, at.others, at.assign,
    make("footer", {}, make("p", { className: "ck-progress" }, at.bar, at.progress), at.standing));
  root.setAttribute("aria-label", "Review of matches");
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own shortcuts stay out
  el.append(root);
  return { root, at };
}

function draw(root, at, shown, act) {
  const asked = shown.question;
  const titles = { loading: "Looking for questions …", empty: "Nothing left to ask", failed: "The questions could not be read" };
  at.title.textContent = asked ? "Is this the same product?" : (titles[shown.state] ?? titles.loading);
  at.why.textContent = asked ? asked.why : (shown.state !== "empty" ? "" : shown.skipped
    ? `Only what you skipped is left (${shown.skipped}); look again to answer it.` : "Every candidate has an answer. New ones come with the next matching.");
  write(at.chance, ...(asked ? [make("b", { textContent: asked.probability }), make("span", { textContent: " likely the same" })] : []));
  const links = asked && asked.pictures.some((each) => each.source || each.link);
  write(at.table, ...(asked ? [
    make("caption", { className: "ck-unseen", textContent: "Both sides next to each other; differences are marked." }),
    make("thead", {}, make("tr", {}, make("td"), ...[["Amazon listing", asked.seller_sku], ["Commerce product", asked.product_sku]].map(
      ([side, sku]) => make("th", { scope: "col" }, make("span", { textContent: side }), make("code", { textContent: sku }))))),
    make("tbody", {}, ...asked.rows.map((each) => row(each.label, pieces(each.left), pieces(each.right), each.verdict)),
      ...(links ? [row("Image", [picture(asked.pictures[0])], [picture(asked.pictures[1])])] : [])),
  ] : []));
  write(at.evidence, ...(asked ? [...list("Against it", asked.veto, "ck-veto"), ...list("What was found", asked.evidence, "ck-for")] : []));
  write(at.others, ...(shown.others.length ? [
    make("h4", { textContent: "Other candidates for this listing" }),
    make("div", { attributes: { role: "group", "aria-label": "Other candidates" } }, ...shown.others.map((other) => {
      const choice = make("button", { type: "button", className: "ck-choice" }, make("b", { textContent: other.probability }),
        make("span", {}, make("code", { textContent: other.product_sku }), ` ${other.words}`),
        ...(other.veto ? [make("i", { textContent: other.veto })] : []));
      choice.addEventListener("click", () => act({ do: "choose", product_sku: other.product_sku }));
      return choice;
    })), ...(shown.more_others ? [make("p", { textContent: `and ${shown.more_others} more in the grid` })] : []),
  ] : []));
  at.assign.hidden = !asked;
  for (const name of ["yes", "no", "skip"]) at[name].hidden = !asked;
  at.again.hidden = Boolean(asked) && !shown.trouble;
  at.undo.disabled = !shown.can_undo;
  at.bar.value = shown.share;
  at.progress.textContent = shown.progress;
  const standing = shown.standing;
  write(at.standing, ...(standing ? [
    make("p", {}, make("b", { textContent: standing.accepts ? "Matching accepts by itself. " : "Matching accepts nothing by itself yet. " }), standing.words),
    make("p", { className: "ck-figures", textContent: standing.measured
      ? `Precision measured so far: ${standing.precision}, at least ${standing.lower_bound}; wanted: ${standing.target}.`
      : `Precision so far: not measured; wanted: ${standing.target}.` })] : []));
  at.said.textContent = shown.said;
  at.trouble.textContent = shown.trouble;
  at.trouble.hidden = !shown.trouble;
  write(at.keys, ...shown.keys.flatMap(([key, words]) => [make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: words })]));
  at.keys.hidden = root.dataset.help !== "true";
}

export default {
  render({ model, el }) {
    let waiting = false, timer = 0, serial = -1;
    const act = (command) => {
      if (command.do === "help") {
        root.dataset.help = String(root.dataset.help !== "true");
        at.keys.hidden = root.dataset.help !== "true";
        return;
      }
      // One at a time: nobody answers a question that was not shown yet.
      if (waiting) return;
      waiting = true;
      root.setAttribute("aria-busy", "true");
      timer = setTimeout(() => { at.said.textContent = "Still waiting for the kernel. Only what it says is kept, is kept."; }, PATIENCE);
      model.send({ ...command, serial: model.get("shown").serial });
    };
    const { root, at } = skeleton(el, act);
    const move = (step) => {
      const choices = [...at.others.querySelectorAll("button")];
      const place = choices.indexOf(document.activeElement) + step;
      if (place < 0) root.focus();
      else choices[Math.min(place, choices.length - 1)]?.focus();
    };
    const keys = { y: () => at.yes, n: () => at.no, s: () => at.skip, u: () => at.undo, r: () => at.again, "?": () => at.help };
    root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") root.focus();
      const typing = event.target === at.sku;
      if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const button = keys[event.key.toLowerCase()]?.();
      if (button && !button.hidden && !button.disabled) button.click();
      else if (event.key === "a" && !at.assign.hidden) at.sku.focus();
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
      else return;
      event.preventDefault();
    });
    const update = () => {
      const shown = model.get("shown"), held = at.others.contains(document.activeElement) || at.assign.contains(document.activeElement);
      clearTimeout(timer);
      waiting = shown.state === "loading";
      root.setAttribute("aria-busy", String(waiting));
      draw(root, at, shown, act);
      if (shown.serial !== serial) at.sku.value = "";
      // What had the focus may be gone with its question; keys must go on working.
      if (held && shown.serial !== serial || (root.contains(document.activeElement) && document.activeElement.hidden)) root.focus();
      serial = shown.serial;
    };
    model.on("change:shown", update);
    update();
    return () => { clearTimeout(timer); model.off("change:shown", update); };
  },
};
