// A form that saves itself through htmx (data-autosave) says when it is saving, when it could not, and asks
// before one leaves with something unsaved.
const dirty = new WeakSet();
let unsaved = 0;

function mark(form, isDirty) {
  if (isDirty === dirty.has(form)) return;
  if (isDirty) dirty.add(form);
  else dirty.delete(form);
  unsaved += isDirty ? 1 : -1;
}

function say(text, failed) {
  const line = document.getElementById("saved");
  if (!line) return;
  line.textContent = text;
  line.classList.toggle("app-saved--failed", failed);
}

export function startAutosave() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-autosave]");
    if (form) mark(form, true);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-autosave]")) mark(event.target, false);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches?.("form[data-autosave]")) say("Saving…", false);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-autosave]")) return;
    if (event.detail.successful) mark(form, false);
    else if (event.detail.xhr?.status !== 409) say("Not saved. Check your connection; your words are still here.", true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved > 0) event.preventDefault();
  });
}
