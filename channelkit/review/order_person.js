// Who bought an order: asked of the kernel when it is shown, and kept nowhere, neither in the page nor in the notebook.
function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "ck-person";
  const list = document.createElement("dl");
  const hide = document.createElement("button");
  hide.textContent = "Hide";
  hide.hidden = true;
  const words = document.createElement("p");
  words.textContent = "Asking …";
  box.append(words, list, hide);
  el.append(box);
  const clear = (said) => {
    list.replaceChildren();
    hide.hidden = true;
    words.textContent = said;
  };
  const hear = (message) => {
    if (!message || message.kind !== "person") return;
    clear(message.words);
    for (const [label, value] of message.lines) {
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      term.textContent = label;
      told.textContent = value;
      list.append(term, told);
    }
    hide.hidden = message.lines.length === 0;
  };
  hide.addEventListener("click", () => clear("Hidden. Ask again to see it; each look is kept."));
  model.on("msg:custom", hear);
  model.send({ do: "show" });
  return () => {
    model.off("msg:custom", hear);
    list.replaceChildren();
  };
}
export default { render };
