// `details[data-wide]` stand open where there is room, and are closed on a phone.
(() => {
  const narrow = window.matchMedia("(max-width: 900px)");

  function set(all) {
    for (const one of all) {
      one.dataset.wide = "set";
      one.open = !narrow.matches;
    }
  }

  narrow.addEventListener("change", () => set(document.querySelectorAll("details[data-wide]")));
  new MutationObserver(() => {
    set(document.querySelectorAll('details[data-wide]:not([data-wide="set"])'));
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
