// The versions of rules in the browser, for every editor that has some. It is one module with rule_tree.js, which stands
// before it.

// `nothing` is what one begins with where no version is wanted: its name, what it means, and how its button is called.
function makeVersions(act, lines, nothing) {
  const list = make("ol", { className: "ck-versions" }), title = make("summary", { textContent: "Versions" });
  const el = make("details", {}, title, list);
  return {
    el,
    update(shown) {
      title.textContent = shown.versions.length ? `Versions (${number(shown.versions.length)})` : "Versions: none yet";
      list.replaceChildren(...shown.versions.map((version) => make("li", {},
        make("p", {}, make("b", { textContent: version.name }), ` version ${version.id}, ${version.holds ? "in force since " : ""}${version.made}${version.by ? `, by ${version.by}` : ""}`),
        ...lines(version).map((words) => make("p", { className: "ck-why", textContent: words })),
        button("Go on from this one", `Go on from version ${version.id}, ${version.name}`, () => act({ do: "start", version: version.id })))),
        make("li", {}, make("p", {}, make("b", { textContent: nothing.name }), `: ${nothing.means}`),
          button("Go on from this one", nothing.label, () => act({ do: "start", version: 0 }))));
    },
  };
}
