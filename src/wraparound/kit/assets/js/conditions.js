// A question that hangs on an answer elsewhere on the page (data-given="name=value|value") is shown when it
// is given. The server decides again: an answer that was hidden is blanked there.
export function startConditions(scope) {
  for (const group of scope.querySelectorAll("[data-given]")) {
    const form = group.closest("form");
    const [name, values] = group.dataset.given.split("=");
    const wanted = values.split("|");
    if (!form || group.dataset.givenReady) continue;
    group.dataset.givenReady = "yes";

    const update = () => {
      const answers = new FormData(form).getAll(name).map((value) => (value === "on" ? "yes" : value));
      const met = wanted.some((value) => answers.includes(value) || (value === "no" && answers.length === 0));
      group.classList.toggle("app-given--closed", !met);
    };
    form.addEventListener("change", update);
    update();
  }
}
