// What an editor of rules and the kernel say to each other. It is one module with rule_tree.js, which stands before it.

const PATIENCE = 20000; // milliseconds until a silent kernel is spoken of

// `waiting` holds what is said while the kernel works on a command; nobody waits for an answer to one of `quiet`.
function makeTalk(model, root, said, waiting, quiet) {
  let silence = 0;
  return {
    ask(command) {
      if (waiting[command.do] && root.getAttribute("aria-busy") === "true") return; // it is at it already
      model.send(command);
      if (quiet.includes(command.do)) return;
      if (waiting[command.do]) {
        root.setAttribute("aria-busy", "true");
        said.textContent = waiting[command.do];
      }
      clearTimeout(silence);
      silence = setTimeout(() => { said.textContent = "Still waiting for the kernel. Nothing that you typed is lost."; }, PATIENCE);
    },
    heard: () => clearTimeout(silence),
    // Draws what is there, and whatever follows; returns how to stop that.
    follow(update, suggest) {
      model.on("change:shown", update);
      model.on("msg:custom", suggest);
      update();
      return () => {
        clearTimeout(silence);
        model.off("change:shown", update);
        model.off("msg:custom", suggest);
      };
    },
  };
}

// The frame of an editor; JupyterLab's own shortcuts stay out of it.
function makeFrame(className, label, ...children) {
  const root = make("section", { className, attributes: { "aria-label": label } }, ...children);
  root.dataset.lmSuppressShortcuts = "true";
  root.addEventListener("keydown", (event) => event.stopPropagation());
  return root;
}

// What failed is said where one looks just then: above what is open, or beside the button that was pressed.
function dockInto(place, note) {
  if (note.parentNode !== place) place.append(note);
}

const isUndo = (event) => (event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input:not([type=checkbox])");
