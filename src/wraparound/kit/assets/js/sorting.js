// Sorts the rows of a table that stands whole on the page; headings become buttons.
function valueOf(row, column) {
  const cell = row.children[column];
  const raw = cell.dataset.sortValue ?? cell.textContent.trim();
  const number = Number(raw.replaceAll(",", ""));
  return raw !== "" && !Number.isNaN(number) ? number : raw;
}

function compare(first, second) {
  if (typeof first === "number" && typeof second === "number") return first - second;
  return String(first).localeCompare(String(second), "en-GB", { numeric: true });
}

function sortBy(table, heading) {
  const body = table.tBodies[0];
  const column = heading.cellIndex;
  const direction = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  const sign = direction === "ascending" ? 1 : -1;
  const rows = [...body.rows].sort((a, b) => sign * compare(valueOf(a, column), valueOf(b, column)));
  for (const other of table.querySelectorAll("th[data-sort]")) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", direction);
  body.append(...rows);
  return direction;
}

export function startSorting(scope) {
  for (const table of scope.querySelectorAll("table[data-sortable]")) {
    if (table.querySelector(".app-sort")) continue;
    const status = document.createElement("p");
    status.className = "govuk-visually-hidden";
    status.setAttribute("role", "status");
    table.after(status);
    for (const heading of table.querySelectorAll("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "app-sort";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const direction = sortBy(table, heading);
        status.textContent = `Sorted by ${button.textContent.trim()}, ${direction}`;
      });
    }
  }
}
