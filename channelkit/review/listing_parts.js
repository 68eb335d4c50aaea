// Parts of the workbench's page that know nothing of listings: nodes, and HTML from the kernel made harmless.
// This file and listing_grid.js are one module; it stands first.

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function push(words, click, properties = {}) {
  const made = make("button", { type: "button", textContent: words, ...properties });
  made.addEventListener("click", click);
  return made;
}

const labelled = (words, control, className = "") => make("label", { className }, make("span", { textContent: words }), control);

const choice = (choices, value, label) => {
  const made = make("select", { attributes: label ? { "aria-label": label } : {} }, ...choices.map(([is, words]) => make("option", { value: is, textContent: words })));
  made.value = value;
  return made;
};

const TAGS = new Set("a article b br caption code dd details div dl dt em h1 h2 h3 h4 h5 h6 header hr i li mark ol p pre section small span strong style summary table tbody td tfoot th thead time tr ul".split(" "));
const KEPT = new Set(["scope", "colspan", "rowspan", "title", "open", "class", "role", "datetime", "style"]);

// What the kernel has escaped is looked at once more: nothing in it runs, and nothing in it asks another machine.
function harmless(html) {
  // Inside of an element, so that a style that stands first is not taken for the head's.
  const parsed = new DOMParser().parseFromString(`<!doctype html><body><div>${html}</div>`, "text/html").body;
  for (const node of [...parsed.querySelectorAll("*")]) {
    const calls = node.localName === "style" && /url|@import|expression|\\/i.test(node.textContent);
    if (!TAGS.has(node.localName) || calls) { node.remove(); continue; }
    for (const { name, value } of [...node.attributes]) {
      const isLink = node.localName === "a" && name === "href" && /^https:\/\//i.test(value);
      const isLook = name !== "style" || !/url|expression|import|\\/i.test(value);
      if (!isLink && !name.startsWith("aria-") && !(KEPT.has(name) && isLook)) node.removeAttribute(name);
    }
    if (node.localName === "a") { node.rel = "noopener noreferrer"; node.target = "_blank"; }
    if (node.localName === "table") node.tabIndex = -1;
  }
  return [...parsed.childNodes];
}

function download(name, type, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
