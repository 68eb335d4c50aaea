// The form of one price rule in the browser: fields by their groups, as the kernel names them. It is one module with
// rule_tree.js, which stands before it, and price.js. What is being typed into is never drawn anew.

// One field, by its kind; it keeps its element for as long as it is there.
function makeField(name, act) {
  let kind = "", control = null, timer = 0, sent = null;
  const own = `ck-field-${(serial += 1)}`;
  const label = make("label", { className: "ck-field-label", htmlFor: own }), help = make("small", { className: "ck-why", id: `${own}-help` });
  const el = make("div", { className: "ck-field" }, label, help);
  el.dataset.name = name;
  const send = (value) => { if (value !== sent) act({ do: "field", name, value: (sent = value) }); };
  const flush = () => { clearTimeout(timer); if (control && kind !== "flag" && kind !== "choice") send(control.value); };
  const build = (shown) => {
    kind = shown.kind;
    if (kind === "choice") {
      control = make("select");
      control.addEventListener("change", () => send(control.value));
    } else if (kind === "flag") {
      control = make("input", { type: "checkbox" });
      control.addEventListener("change", () => send(control.checked));
    } else {
      control = make("input", { type: kind === "date" ? "date" : "text", autocomplete: "off", spellcheck: false });
      if (kind === "number") control.inputMode = "decimal";
      control.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(flush, PAUSE); });
      control.addEventListener("change", flush);
    }
    control.id = own;
    control.setAttribute("aria-describedby", help.id);
    el.replaceChildren(...(kind === "flag" ? [control, label, help] : [label, control, help]));
    el.className = `ck-field ck-is-${kind}`;
  };
  return {
    el, flush, focus: () => control?.focus(), isWrong: () => el.isConnected && control?.getAttribute("aria-invalid") === "true",
    update(shown) {
      if (shown.kind !== kind) build(shown);
      label.textContent = shown.label;
      help.textContent = shown.wrong || shown.help;
      help.hidden = !help.textContent;
      help.className = shown.wrong ? "ck-wrong" : "ck-why";
      control.setAttribute("aria-invalid", String(Boolean(shown.wrong)));
      if (kind === "choice") { options(control, shown.options, shown.value); sent = shown.value; }
      else if (kind === "flag") { control.checked = shown.value; sent = shown.value; }
      else if (document.activeElement !== control) { control.value = shown.value; sent = shown.value; }
    },
  };
}

function makeForm(act) {
  const fields = new Map(), groups = new Map();
  const title = make("h4", { tabIndex: -1 }), sentence = make("p", { className: "ck-sentence", attributes: { "aria-live": "polite" } });
  const conditions = make("div", { className: "ck-tree" });
  const tree = makeTree(conditions, act, "No conditions: the rule holds for every product.");
  const when = make("fieldset", { className: "ck-group-of-fields ck-wide" }, make("legend", { textContent: "For which products" }), conditions);
  const before = make("div", { className: "ck-fields" }), after = make("div", { className: "ck-fields" });
  const done = button("Done", "", () => act({ do: "done" }), "ck-yes"), cancel = button("Cancel", "", () => act({ do: "cancel" }));
  const dock = make("div");
  const el = make("div", { className: "ck-form" }, title, sentence, before, when, after, dock, make("div", { className: "ck-actions" }, done, cancel));
  const group = (name) => {
    if (!groups.has(name)) {
      const inner = make("div", { className: "ck-field-list" });
      groups.set(name, { el: make("fieldset", { className: "ck-group-of-fields" }, make("legend", { textContent: name }), inner), inner });
    }
    return groups.get(name);
  };
  let added = 0;
  return {
    el, dock, focus: () => title.focus(),
    focusWrong() { [...fields.values()].find((field) => field.isWrong())?.focus(); },
    flush() { for (const field of fields.values()) field.flush(); tree.flush(); },
    suggest: (found) => tree.suggest(found),
    update(form) {
      title.textContent = `${form.is_new ? "New" : "Edit"} ${form.kind} rule`;
      sentence.textContent = form.refusal ? `Not yet: ${form.refusal}` : form.sentence;
      sentence.classList.toggle("ck-not-yet", Boolean(form.refusal));
      const names = [...new Set(form.fields.map((field) => field.group))];
      for (const name of names) {
        const own = form.fields.filter((field) => field.group === name);
        arrange(group(name).inner, own.map((shown) => {
          const field = fields.get(shown.name) ?? makeField(shown.name, act);
          fields.set(shown.name, field);
          field.update(shown);
          return field.el;
        }));
      }
      arrange(before, names.slice(0, 1).map((name) => group(name).el));
      arrange(after, names.slice(1).map((name) => group(name).el));
      tree.update(form.root, form.attributes);
      if (form.new && form.new !== added) tree.focus(form.new);
      added = form.new;
    },
    close() { fields.clear(); groups.clear(); before.replaceChildren(); after.replaceChildren(); conditions.replaceChildren(); added = 0; },
  };
}
