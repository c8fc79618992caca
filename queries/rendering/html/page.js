"use strict";
// Search, filter and folds. The page is whole without it.
(() => {
  const byId = (id) => document.getElementById(id);
  const tools = byId("tools");
  if (!tools) return;  // a page of counts has nothing to search in
  const parts = [...document.querySelectorAll(".find")];
  const texts = parts.map((part) => part.textContent.toLowerCase());
  const folds = [...document.querySelectorAll("details")];

  const narrow = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const status = byId("status").value;
    let shown = 0;
    parts.forEach((part, n) => {
      const wanted = words.every((word) => texts[n].includes(word)) && (!status || part.dataset.status === status);
      part.hidden = !wanted;
      shown += wanted;
    });
    document.querySelectorAll("section").forEach((section) => {
      section.hidden = !section.querySelector(".find:not([hidden])");
    });
    const all = words.length === 0 && !status;
    byId("shown").textContent = all ? "" : byId("shown").dataset.text
      .replace("{shown}", shown).replace("{all}", parts.length);
  };
  const every = (open) => folds.forEach((fold) => { fold.open = open; });

  // A link into something hidden shows it: what was searched for gives way, and folds open.
  const reveal = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) {
      byId("search").value = byId("status").value = "";
      narrow();
    }
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView();
  };

  // Browsers that cannot open folds in print by style alone.
  let closed = [];
  addEventListener("beforeprint", () => { closed = folds.filter((fold) => !fold.open); every(true); });
  addEventListener("afterprint", () => { closed.forEach((fold) => { fold.open = false; }); closed = []; });

  byId("search").addEventListener("input", narrow);
  byId("status").addEventListener("change", narrow);
  byId("open-all").addEventListener("click", () => every(true));
  byId("close-all").addEventListener("click", () => every(false));
  tools.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  tools.hidden = false;
  if (location.hash) reveal();
})();
