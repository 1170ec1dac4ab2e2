// Comfort on top of pages that work without it. No framework, no inline code, no eval.
"use strict";

const find = (root, selector) => root.querySelector(selector);
const each = (root, selector, action) => root.querySelectorAll(selector).forEach(action);

// Theme: system → the other one → back; remembered in a cookie the server writes into <html>.
function setUpTheme() {
  const root = document.documentElement;
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
  each(document, "[data-theme-toggle]", (button) => {
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    show();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      document.querySelector("[data-dark]").media = isDark() ? "screen" : "not all";
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
      show();
    });
  });
}

// Menus made of <details> close on Escape and on a click elsewhere.
function setUpMenus() {
  const close = (menu) => menu.removeAttribute("open");
  document.addEventListener("click", (event) => {
    each(document, "details[data-menu][open]", (menu) => {
      if (!menu.contains(event.target)) close(menu);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each(document, "details[data-menu][open]", (menu) => {
      close(menu);
      find(menu, "summary").focus();
    });
  });
}

// <form data-confirm="…"> or a submit button with data-confirm asks first.
function setUpConfirm() {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog || !dialog.showModal) return;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (!question || form.dataset.confirmed === "yes") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.getElementById("confirm-text").textContent = question;
    dialog.returnValue = "no";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(button || undefined);
      delete form.dataset.confirmed;
    }, { once: true });
  }, true);
}

// <a href="#id" data-dialog-open="id"> opens a <dialog>; data-dialog-close closes it.
function setUpDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    const dialog = opener && document.getElementById(opener.dataset.dialogOpen);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest("[data-dialog-close]");
    const open = closer && closer.closest("dialog[open]");
    if (open) {
      event.preventDefault();
      open.close();
    }
  });
}

// Formset rows: clone the <template>, or tick DELETE and hide the row.
function setUpFormset(formset) {
  const total = find(formset, `[name="${formset.dataset.formset}-TOTAL_FORMS"]`);
  const most = find(formset, `[name="${formset.dataset.formset}-MAX_NUM_FORMS"]`);
  const rows = find(formset, "[data-formset-rows]");
  const template = find(formset, "template[data-formset-template]");
  const add = find(formset, "[data-formset-add]");
  if (!total || !rows || !template || !add) return;

  const setUpRow = (row) => {
    const mark = find(row, 'input[type="checkbox"][name$="-DELETE"]');
    const remove = find(row, "[data-formset-remove]");
    if (!mark || !remove) return;
    const label = mark.closest("[data-formset-delete]");
    if (label) label.hidden = true;
    remove.hidden = false;
    row.hidden = mark.checked;
    remove.addEventListener("click", () => {
      mark.checked = true;
      row.hidden = true;
      each(row, "[required]", (input) => { input.required = false; });
      add.focus();
    });
  };

  each(rows, "[data-formset-row]", setUpRow);
  add.hidden = false;
  add.addEventListener("click", () => {
    if (most && Number(total.value) >= Number(most.value)) return;
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const row = find(holder.content, "[data-formset-row]");
    rows.append(holder.content);
    total.value = String(Number(total.value) + 1);
    setUpRow(row);
    const first = find(row, "input:not([type=hidden]), select, textarea");
    if (first) first.focus();
    if (window.htmx) window.htmx.process(row);
  });
}

// File inputs list what was chosen and refuse what is too big before it is sent.
function showFiles(input) {
  const limit = Number(input.dataset.maxMegabytes || 0) * 1024 * 1024;
  const list = input.parentElement && find(input.parentElement, ".file-chosen");
  const tooBig = Array.from(input.files).filter((file) => limit && file.size > limit);
  input.setCustomValidity(
    tooBig.length ? `${input.dataset.tooBig}: ${tooBig.map((file) => file.name).join(", ")}` : "",
  );
  if (tooBig.length) input.reportValidity();
  if (!list) return;
  list.replaceChildren(...Array.from(input.files, (file) => {
    const item = document.createElement("li");
    item.textContent = `${file.name} (${(file.size / 1048576).toFixed(2)} MB)`;
    return item;
  }));
}

function setUpForms() {
  each(document, "[data-formset]", setUpFormset);
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[type="file"]')) showFiles(event.target);
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  // A second click must not post twice; coming back by history must find the button usable.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.method !== "post" || !button || event.defaultPrevented) return;
    button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    each(document, '[aria-busy="true"]', (button) => button.removeAttribute("aria-busy"));
  });
}

// <form data-guard> warns before typed text is lost; what saved by itself ([data-autosave]) is not.
function setUpGuards() {
  each(document, "form[data-guard]", (form) => {
    let changed = false;
    const isAutosave = (event) => event.target.matches && event.target.matches("[data-autosave]");
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    // What is typed while the answer is on its way is not in it.
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (isAutosave(event)) changed = false;
    });
    ["draft-unsaved", "htmx:sendError", "htmx:responseError"].forEach((name) => {
      document.addEventListener(name, (event) => { if (isAutosave(event)) changed = true; });
    });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  });
}

// What is wrong comes first for whoever listens to the page, too.
function goToErrors() {
  const wrong = find(document, "[data-error-summary]")
    || find(document, 'form[method="post"] [aria-invalid="true"]');
  if (wrong) wrong.focus();
}

goToErrors();
setUpTheme();
setUpMenus();
setUpConfirm();
setUpDialogs();
setUpForms();
setUpGuards();
