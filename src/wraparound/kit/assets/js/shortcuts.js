// Single keys for pages that are worked by keyboard: data-shortcut="n" on a link, a button or a box.
// They never act while someone types, can be switched off (kept on this machine), and are listed in sight.
const SWITCH = "wraparound-shortcuts";

function areOn() {
  try {
    return window.localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function remember(on) {
  try {
    window.localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing: the switch holds until the page is left.
  }
}

let on = areOn();

function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function act(event) {
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) return;
  const found = [...document.querySelectorAll("[data-shortcut]")].find(
    (element) => element.dataset.shortcut === event.key.toLowerCase() && element.offsetParent !== null,
  );
  if (!found) return;
  event.preventDefault();
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(found.tagName)) found.focus();
  else found.click();
}

function list(help) {
  const seen = new Map();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const words = element.dataset.shortcutLabel || element.textContent.trim();
    if (!seen.has(element.dataset.shortcut)) seen.set(element.dataset.shortcut, words);
  }
  const title = document.createElement("strong");
  title.textContent = "Keyboard";
  const items = [...seen].map(([key, words]) => {
    const item = document.createElement("span");
    const sign = document.createElement("kbd");
    sign.textContent = key;
    item.append(sign, ` ${words}`);
    return item;
  });
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "app-link-button";
  const say = () => {
    toggle.textContent = on ? "Switch shortcuts off" : "Switch shortcuts on";
  };
  toggle.addEventListener("click", () => {
    on = !on;
    remember(on);
    say();
  });
  say();
  help.replaceChildren(title, ...items, toggle);
  help.hidden = seen.size === 0;
}

let listening = false;

export function startShortcuts(scope) {
  if (!listening) {
    listening = true;
    document.addEventListener("keydown", act);
  }
  const helps = scope.querySelectorAll("[data-shortcut-help]");
  for (const help of helps.length ? helps : document.querySelectorAll("[data-shortcut-help]")) list(help);
}
