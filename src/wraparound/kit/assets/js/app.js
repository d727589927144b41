// One bundle for every page. Each part improves a page that works without it.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";

import { startAutosave } from "./autosave.js";
import { startConditions } from "./conditions.js";
import { startFilters } from "./filters.js";
import { startMenus } from "./menus.js";
import { startShortcuts } from "./shortcuts.js";
import { startSorting } from "./sorting.js";

const COMPONENTS = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
];

function start(scope) {
  for (const component of COMPONENTS) {
    createAll(component, undefined, scope);
  }
  startConditions(scope);
  startFilters(scope);
  startSorting(scope);
  startShortcuts(scope);
}

start(document);
startMenus();
startAutosave();

// What htmx brings into the page gets the same treatment.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) {
    start(event.detail.elt);
  }
});
