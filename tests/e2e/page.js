// find(role, name): the visible elements that assistive technology would know by this role and name.
// A name between slashes is a regular expression.
const SELECTORS = {
  alert: "[role=alert]",
  alertdialog: "[role=alertdialog]",
  button: "button:not([role]), [role=button], input[type=submit], summary",
  checkbox: "input[type=checkbox]:not([role]), [role=checkbox]",
  combobox: "select, [role=combobox]",
  dialog: "dialog[open], [role=dialog], [role=alertdialog]",
  grid: "[role=grid]",
  gridcell: "[role=gridcell]",
  group: "fieldset, [role=group]",
  heading: "h1, h2, h3, h4, [role=heading]",
  img: "img, [role=img]",
  link: "a[href]:not([role]), [role=link]",
  main: "main",
  listitem: "li, [role=listitem]",
  menu: "[role=menu]",
  menuitem: "[role=menuitem], [role=menuitemcheckbox], [role=menuitemradio]",
  navigation: "nav, [role=navigation]",
  option: "option, [role=option]",
  progressbar: "progress, [role=progressbar]",
  radio: "input[type=radio], [role=radio]",
  row: "[role=row]",
  slider: "input[type=range], [role=slider]",
  spinbutton: "input[type=number], [role=spinbutton]",
  status: "output, [role=status]",
  switch: "[role=switch]",
  tab: "[role=tab]",
  timer: "[role=timer]",
  textbox:
    "textarea, input:not([type]), input[type=text], input[type=password], input[type=search], input[type=url], [role=textbox], [role=searchbox]",
};

const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();

function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  if (node.hasAttribute("aria-label")) return node.getAttribute("aria-label");
  if (node.tagName === "IMG") return node.alt;
  const inner = [...node.childNodes].map(textOf).join("");
  return getComputedStyle(node).display.startsWith("inline") ? inner : ` ${inner} `;
}

function nameOf(element) {
  const by = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  if (by.length > 0) return tidy(by.map((id) => textOf(document.getElementById(id) ?? document.createTextNode(""))).join(" "));
  if (element.getAttribute("aria-label")) return tidy(element.getAttribute("aria-label"));
  if (element.labels?.length > 0) return tidy([...element.labels].map(textOf).join(" "));
  if (element.alt) return tidy(element.alt);
  return tidy(textOf(element)) || tidy(element.title) || tidy(element.placeholder);
}

function isVisible(element) {
  if (element.tagName === "OPTION") return true;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true }) && element.closest("[inert], [aria-hidden=true]") === null;
}

function matcher(name) {
  if (name.length > 1 && name.startsWith("/") && name.endsWith("/")) {
    const pattern = new RegExp(name.slice(1, -1), "u");
    return (text) => pattern.test(text);
  }
  return (text) => text === name;
}

function all(role) {
  if (SELECTORS[role] === undefined) throw new Error(`page.js knows no role ${role}`);
  return [...document.querySelectorAll(SELECTORS[role])].filter(isVisible);
}

function find(role, name) {
  const matches = matcher(name);
  return all(role).filter((element) => matches(nameOf(element)));
}
