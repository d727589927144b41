// On a phone the filters of a list are folded under a button; elsewhere they always show.
export function startFilters(scope) {
  for (const panel of scope.querySelectorAll("[data-filter]")) {
    if (panel.querySelector(".app-filter__toggle")) continue;
    const form = panel.querySelector("form");
    const toggle = document.createElement("button");
    toggle.type = "button";
    toggle.className = "govuk-button govuk-button--secondary app-filter__toggle";
    toggle.setAttribute("aria-controls", form.id);

    const show = (open) => {
      panel.toggleAttribute("data-closed", !open);
      toggle.setAttribute("aria-expanded", String(open));
      toggle.textContent = open ? "Hide filters" : "Show filters";
    };
    toggle.addEventListener("click", () => show(panel.hasAttribute("data-closed")));
    panel.prepend(toggle);
    show(Boolean(panel.querySelector(".govuk-form-group--error")));
  }
}
