"use strict";

// A search box with suggestions, after the ARIA combobox pattern: the options come by htmx, the
// arrow keys walk them, Enter follows the one chosen, Escape closes. Everything is listened for
// on the document, so a box that htmx put into the page later works too.

const boxOf = (target) => (target.closest ? target.closest("[data-suggest]") : null);
const inputOf = (box) => box.querySelector('[role="combobox"]');
const listOf = (box) => box.querySelector('[role="listbox"]');
const optionsOf = (box) => Array.from(listOf(box).querySelectorAll('[role="option"]'));

function choose(box, option) {
  for (const each of optionsOf(box)) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    inputOf(box).setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    inputOf(box).removeAttribute("aria-activedescendant");
  }
}

function show(box, open) {
  listOf(box).hidden = !open;
  inputOf(box).setAttribute("aria-expanded", String(open));
  if (!open) choose(box, null);
}

function step(box, by) {
  const options = optionsOf(box);
  if (!options.length) return;
  if (listOf(box).hidden) show(box, true);
  const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const next = at < 0 && by < 0 ? options.length - 1 : at + by;
  // One step beyond either end the typed text itself is chosen again.
  choose(box, options[next === -2 ? options.length - 1 : next] || null);
}

document.addEventListener("keydown", (event) => {
  const box = boxOf(event.target);
  if (!box || event.target !== inputOf(box) || event.isComposing) return;
  const chosen = listOf(box).querySelector('[aria-selected="true"]');
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen && !listOf(box).hidden) {
    event.preventDefault();
    window.location.assign(chosen.dataset.href);
  } else if (event.key === "Escape" && !listOf(box).hidden) {
    event.preventDefault();
    show(box, false);
  }
});

// Pressing an option must not take the focus from the box before the click counts.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest('[data-suggest] [role="listbox"]')) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest('[data-suggest] [role="option"]');
  if (option) window.location.assign(option.dataset.href);
});

document.addEventListener("focusout", (event) => {
  const box = boxOf(event.target);
  if (box && !box.contains(event.relatedTarget)) show(box, false);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = boxOf(event.target);
  if (box && event.target === listOf(box)) {
    const wanted = document.activeElement === inputOf(box);
    show(box, wanted && optionsOf(box).length > 0);
  }
});

// What the history keeps of a page has no open list.
document.addEventListener("htmx:beforeHistorySave", () => {
  for (const box of document.querySelectorAll("[data-suggest]")) show(box, false);
});
