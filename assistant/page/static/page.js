// What a page does by itself: the reader's settings, drafts that outlast a lost connection,
// and copying. Everything else is done by the server.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function setting(name, otherwise) {
    try {
      return localStorage.getItem(`cw-${name}`) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  function apply() {
    const theme = setting("theme", "auto");
    const isDark = theme === "dark" || (theme === "auto" && dark.matches);
    root.dataset.theme = isDark ? "dark" : "light";
    root.dataset.size = setting("size", "normal");
    window.Quasar?.Dark.set(isDark);
    for (const chosen of document.querySelectorAll("[data-setting]")) {
      chosen.value = setting(chosen.dataset.setting, chosen.options[0].value);
    }
    window.dispatchEvent(new CustomEvent("cw-theme"));
  }

  document.addEventListener("change", ({ target }) => {
    if (!target.dataset?.setting) return;
    try {
      localStorage.setItem(`cw-${target.dataset.setting}`, target.value);
    } catch {
      // A browser that keeps nothing still follows for as long as the page is open.
    }
    root.dataset[target.dataset.setting] = target.value;
    apply();
  });
  dark.addEventListener("change", apply);
  apply();

  // A question that is being written stays in the tab until it is asked.
  const DRAFT = "cw-draft";
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.(".cw-ask textarea")) sessionStorage.setItem(DRAFT, target.value);
  });

  function restore(box) {
    const draft = sessionStorage.getItem(DRAFT);
    if (!draft || box.value) return;
    box.value = draft;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The elements come after this script; settings and the draft are put in once they are there.
  const waiting = new MutationObserver(() => {
    const box = document.querySelector(".cw-ask textarea");
    if (!document.querySelector(".cw-bar")) return;
    apply();
    if (box) restore(box);
    waiting.disconnect();
  });
  waiting.observe(root, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = document.querySelector(".cw-ask textarea, [data-slash]");
      if (box) {
        event.preventDefault();
        box.focus();
      }
    }
  });

  // On paper the sources stand below each answer.
  window.addEventListener("beforeprint", () => {
    for (const sources of document.querySelectorAll(".cw-cited")) sources.open = true;
  });

  // A menu closes with a choice, a click elsewhere, or Escape.
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll(".cw-menu[open]")) {
      if (!menu.contains(target) || target.closest("button")) menu.open = false;
    }
  });
  // Escape closes what was opened last: a dialog does so by itself, then a menu, then the source.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector(".q-dialog, dialog[open]")) return;
    const menu = event.target.closest?.(".cw-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    const close = document.querySelector(".cw-source .cw-close");
    if (close && close.offsetParent !== null) close.click();
  });

  window.clausewise = {
    forget: () => sessionStorage.removeItem(DRAFT),
    // Without TLS a browser has no clipboard for pages; selected text can be copied all the same.
    async copy(text) {
      if (navigator.clipboard && window.isSecureContext) {
        await navigator.clipboard.writeText(text);
        return true;
      }
      const box = Object.assign(document.createElement("textarea"), { value: text });
      box.style.position = "fixed";
      box.style.opacity = "0";
      (document.querySelector("dialog[open]") ?? document.body).append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      return done;
    },
  };
})();
