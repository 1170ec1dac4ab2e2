// Keys of the moderators' desk. Every one of them only presses what the page shows anyway.
"use strict";

(() => {
  const help = document.getElementById("desk-help");
  const desk = document.querySelector("[data-desk]");
  const rows = Array.from(document.querySelectorAll("[data-desk-row]"));
  let current = -1;

  const find = (selector) => document.querySelector(selector);
  const press = (selector) => {
    const target = find(selector);
    if (target) target.click();
    return Boolean(target);
  };

  function show(place) {
    if (!rows.length) return;
    if (rows[current]) rows[current].classList.remove("current");
    current = Math.max(0, Math.min(rows.length - 1, place));
    rows[current].classList.add("current");
    rows[current].querySelector("[data-desk-open]").focus();
    rows[current].scrollIntoView({ block: "nearest" });
  }

  // A part that is folded away is opened, and what it asks for first is ready to be typed.
  function open(selector) {
    const part = find(selector);
    if (!part) return;
    part.open = true;
    const first = part.querySelector("textarea, input[type=checkbox]");
    if (first) first.focus();
    part.scrollIntoView({ block: "nearest" });
  }

  function openRow(fragment = "") {
    const link = rows[current] && rows[current].querySelector("[data-desk-open]");
    if (link) window.location.assign(link.href + fragment);
  }

  function toggleRow() {
    const box = rows[current] && rows[current].querySelector('input[type="checkbox"]');
    if (box) box.click();
  }

  const inQueue = {
    j: () => show(current + 1),
    k: () => show(current - 1),
    o: () => openRow(),
    x: toggleRow,
    p: () => openRow("#publish"),
    r: () => openRow("#return"),
    e: () => openRow("#escalate"),
  };
  const inReview = {
    j: () => press("[data-desk-next]"),
    k: () => press("[data-desk-previous]"),
    q: () => press("[data-desk-queue]"),
    c: () => press("[data-desk-claim]"),
    p: () => press("[data-desk-publish]"),
    r: () => open("[data-desk-return]"),
    e: () => open("[data-desk-escalate]"),
  };

  function isTyping(target) {
    return target.isContentEditable
      || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
  }

  function setUp() {
    const keys = desk.dataset.desk === "queue" ? inQueue : inReview;
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target) || find("dialog[open]")) return;
      if (event.key === "?") {
        event.preventDefault();
        help.showModal();
        return;
      }
      const act = keys[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    });
    rows.forEach((row, place) => row.addEventListener("focusin", () => {
      if (place !== current) {
        if (rows[current]) rows[current].classList.remove("current");
        current = place;
        row.classList.add("current");
      }
    }));
    const button = find("[data-desk-help]");
    if (button) button.addEventListener("click", () => help.showModal());
    if (desk.dataset.desk === "review") window.addEventListener("load", followHash);
  }

  // After the browser itself has followed the fragment, which takes the focus away.
  function followHash() {
    const follow = {
      "#return": inReview.r,
      "#escalate": inReview.e,
      "#publish": () => {
        const publish = find("[data-desk-publish]");
        if (publish) publish.focus();
      },
    }[window.location.hash];
    if (follow) requestAnimationFrame(() => requestAnimationFrame(follow));
  }

  if (desk && help && help.showModal) setUp();
})();
