// A form that saves itself through htmx (data-autosave) says when it is saving, when it could not, and asks
// before one leaves with something unsaved.
const dirty = new WeakSet();
const saving = new WeakSet(); // forms whose own save is under way
let sent = new WeakMap(); // forms that are being sent, and by which button
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
  // Pressing a button while a save is under way waits for it, so that nobody's form clashes with their own save;
  // and what is sent is not saved once more behind it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-autosave]")) return;
    if (saving.has(form)) event.preventDefault();
    else mark(form, false);
    sent.set(form, event.submitter);
  });
  window.addEventListener("pageshow", () => {
    sent = new WeakMap();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-autosave]")) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    saving.add(form);
    say("Saving…", false);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-autosave]")) return;
    saving.delete(form);
    if (sent.has(form)) setTimeout(() => form.requestSubmit(sent.get(form)));
    if (event.detail.successful) mark(form, false);
    else if (event.detail.xhr?.status !== 409) say("Not saved. Check your connection; your words are still here.", true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved > 0) event.preventDefault();
  });
}
