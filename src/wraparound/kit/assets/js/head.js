// First in the body and blocking, so that the page is drawn once as it will be used. Stands in for the
// Design System's inline line, which our policy (no inline scripts) forbids.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
