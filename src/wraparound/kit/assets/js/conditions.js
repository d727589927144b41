// A question that hangs on an answer elsewhere on the page (data-given="name=value|value") is shown when it
// is given. The server decides again: an answer that was hidden is blanked there. (The Design System's own
// way sets aria-expanded on radio buttons, which the standard does not allow.)
export function startConditions(scope) {
  for (const group of scope.querySelectorAll("[data-given]")) {
    const form = group.closest("form");
    const [name, values] = group.dataset.given.split("=");
    const wanted = values.split("|");
    if (!form || group.dataset.givenReady) continue;
    group.dataset.givenReady = "yes";

    // A single box that is not ticked sends nothing, which is its "no".
    const isTick = form.querySelector(`input[type=checkbox][value=on][name="${CSS.escape(name)}"]`) !== null;
    const update = () => {
      const sent = new FormData(form).getAll(name);
      const answers = isTick ? [sent.length ? "yes" : "no"] : sent;
      const met = wanted.some((value) => answers.includes(value));
      group.classList.toggle("app-given--closed", !met);
      group.classList.remove("govuk-radios__conditional--hidden", "govuk-checkboxes__conditional--hidden");
    };
    form.addEventListener("change", update);
    update();
  }
}
