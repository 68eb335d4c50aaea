// A preview of rules in the browser, page by page, and putting in force what was looked at. It is one module with
// rule_tree.js, which stands before it. Whatever comes from outside is written as text (textContent), never as markup.

// `words` are those of the editor; `told` shows what is at stake, between the summary and the tabs.
function makePreview(act, words, told) {
  const tabs = make("div", { className: "ck-tabs", attributes: { role: "tablist", "aria-label": "Preview" } });
  const summary = make("p");
  const meaning = make("p", { className: "ck-why" }), reasons = make("ul", { className: "ck-reasons" });
  const table = make("table"), scroll = make("div", { className: "ck-scroll", tabIndex: 0, attributes: { role: "region", "aria-label": words.rows } }, table);
  const range = make("span", { className: "ck-words" });
  const earlier = button("‹ Earlier", "", () => turn(-1)), later = button("Later ›", "", () => turn(1));
  const name = make("input", { type: "text", autocomplete: "off", placeholder: words.example });
  const sure = make("input", { type: "checkbox" }), sureLabel = make("label", { className: "ck-sure" }, sure, ` ${words.sure}`);
  const keep = make("button", { type: "submit", className: "ck-yes", textContent: words.keep });
  const back = button(words.back, "", () => act({ do: "back" }));
  const dock = make("div"), form = make("form", { className: "ck-keeping" }, make("label", { className: "ck-naming" }, "Name of this version ", name), sureLabel, dock, make("span", { className: "ck-actions" }, keep, back));
  const panel = make("div", { attributes: { role: "tabpanel" } }, meaning, reasons, scroll, make("p", { className: "ck-turning" }, earlier, range, later));
  const el = make("div", { className: "ck-preview" }, make("h4", { textContent: words.title, tabIndex: -1 }),
    summary, told.el, tabs, panel, form);
  let now = null;
  const figure = (at) => now.numbers[at] ? "ck-number" : "";
  const turn = (step) => act({ do: "show", part: now.part, first: now.first + step * now.size });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act({ do: "commit", name: name.value, sure: sure.checked });
    // Whatever is missing gets the cursor; the kernel says why.
    if (!name.value.trim()) name.focus();
    else if (!sureLabel.hidden && !sure.checked) sure.focus();
  });
  name.addEventListener("change", () => act({ do: "name", name: name.value }));
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], all = [...tabs.children];
    if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  return {
    el, dock, focus: () => el.querySelector("h4").focus(),
    update(shown) {
      el.hidden = !shown.preview;
      if (document.activeElement !== name) name.value = shown.name;
      if (!shown.preview) { sure.checked = false; return; }
      now = shown.preview;
      summary.textContent = now.words;
      told.update(now);
      if (!tabs.children.length) tabs.append(...now.parts.map((part) => {
        const tab = button("", "", () => act({ do: "show", part: part.part, first: 0 }));
        tab.setAttribute("role", "tab");
        tab.dataset.part = part.part;
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
        make("thead", {}, make("tr", {}, ...now.columns.map((title, at) => make("th", { scope: "col", className: figure(at), textContent: title })))),
        make("tbody", {}, ...now.rows.map((cells) => make("tr", {}, ...cells.map((cell, at) => make("td", { className: figure(at), textContent: cell, title: cell }))))));
      range.textContent = now.range;
      earlier.disabled = now.first === 0;
      later.disabled = now.first + now.size >= now.total;
      earlier.hidden = later.hidden = now.total <= now.size;
      sureLabel.hidden = !shown.is_large;
    },
  };
}
