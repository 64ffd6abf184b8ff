// The reader of a document: finding words in it, coming to a clause, sharing its address.
(() => {
  const NARROW = window.matchMedia("(max-width: 900px)");
  const MOST = 2000; // places found
  const BELOW = 24; // pixels from the search field to the line that is being read
  const STILL = 400; // milliseconds in which a page scrolls by itself

  const reader = () => document.querySelector(".cw-reader");
  const parts = () => document.querySelectorAll(".cw-fulltext .cw-part");
  const part = (id) => document.getElementById(`c-${id}`);

  // --- coming to a clause ---

  function wanted() {
    const hash = decodeURIComponent(location.hash);
    if (hash.startsWith("#c-")) return hash.slice(3);
    return new URLSearchParams(location.search).get("clause");
  }

  function come(id) {
    const found = id && part(id);
    for (const other of document.querySelectorAll(".cw-here")) other.classList.remove("cw-here");
    if (!found) return;
    found.classList.add("cw-here");
    const proof = found.querySelector(".cw-proof");
    if (proof) proof.scrollIntoView({ block: "center" });
    else found.scrollIntoView({ block: "start" });
    current(found);
    still = performance.now() + STILL;
  }

  let still = 0;

  function current(found) {
    const link = document.querySelector(`.cw-outline a[href="#${found.id}"]`);
    const before = document.querySelector(".cw-outline a[aria-current]");
    if (!link || link === before) return;
    before?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "location");
    const box = link.closest(".cw-outline");
    if (NARROW.matches || box.matches(":hover, :focus-within")) return;
    const [inner, outer] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top < outer.top + 40 || inner.bottom > outer.bottom - 20) {
      box.scrollTop += inner.top - outer.top - outer.height / 3;
    }
  }

  function follow() {
    const all = parts();
    const top = document.querySelector(".cw-find").getBoundingClientRect().bottom + BELOW;
    let [low, high] = [0, all.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (all[middle].getBoundingClientRect().top <= top) low = middle;
      else high = middle - 1;
    }
    if (all.length) current(all[low]);
  }

  let following = 0;
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target !== reader() || following || performance.now() < still) return;
      following = requestAnimationFrame(() => {
        following = 0;
        follow();
      });
    },
    true,
  );

  window.addEventListener("popstate", () => reader() && come(wanted()));
  window.addEventListener("hashchange", () => reader() && come(wanted()));

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.(".cw-outline a");
    const toggle = event.target.closest?.(".cw-outline button[aria-expanded]");
    const copy = event.target.closest?.(".cw-copy");
    const step = event.target.closest?.(".cw-find [data-step]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const id = link.hash.slice(3);
      history.pushState({}, "", `${location.pathname}#c-${id}`);
      if (NARROW.matches) link.closest(".cw-outline").open = false;
      come(id);
      part(id)?.focus({ preventScroll: true });
    }
    if (toggle) {
      const opens = toggle.getAttribute("aria-expanded") === "false";
      toggle.setAttribute("aria-expanded", String(opens));
      document.getElementById(toggle.getAttribute("aria-controls")).hidden = !opens;
    }
    if (copy) await share(copy);
    if (step) go(Number(step.dataset.step));
  });

  async function share(button) {
    const address = `${location.origin}${location.pathname}?clause=${button.dataset.clause}`;
    const done = await window.clausewise.copy(address).catch(() => false);
    const said = done ? "已复制链接" : "没有复制成，请从地址栏复制";
    button.textContent = said;
    document.getElementById("cw-said").textContent = said;
    setTimeout(() => (button.textContent = "复制链接"), 2000);
  }

  // --- finding words: line ends, spaces, letter case and full width make no difference ---

  let sought = "";
  let places = []; // of each place found, its marks
  let at = -1;

  const folded = (character) => {
    const one = character.normalize("NFKC").toLowerCase();
    return one.length === 1 ? one : character;
  };

  const plainly = (words) => [...words].filter((one) => !/\s/.test(one)).map(folded).join("");

  function clear() {
    for (const mark of document.querySelectorAll(".cw-fulltext mark.cw-match")) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
    [places, at] = [[], -1];
  }

  // The characters that count, and for each the text node it is in and where.
  function characters() {
    const accepts = (node) =>
      node.parentElement.closest("button, .cw-pages") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    const walker = document.createTreeWalker(
      document.querySelector(".cw-fulltext"),
      NodeFilter.SHOW_TEXT,
      accepts,
    );
    const [plain, from] = [[], []];
    while (walker.nextNode()) {
      const text = walker.currentNode.data;
      for (let place = 0; place < text.length; place += 1) {
        if (/\s/.test(text[place])) continue;
        plain.push(folded(text[place]));
        from.push([walker.currentNode, place]);
      }
    }
    return [plain.join(""), from];
  }

  function find(words) {
    clear();
    sought = plainly(words);
    if (sought) {
      const [plain, from] = characters();
      const found = [];
      for (let start = plain.indexOf(sought); start >= 0 && found.length < MOST; ) {
        found.push(from.slice(start, start + sought.length));
        start = plain.indexOf(sought, start + sought.length);
      }
      // From the last on, so that what is before keeps its place.
      places = found.reverse().map(marked).reverse();
    }
    tell();
    if (places.length) go(1);
  }

  function marked(characters) {
    const runs = [];
    for (const [node, place] of characters) {
      const last = runs.at(-1);
      if (last && last.node === node) last.end = place + 1;
      else runs.push({ node, start: place, end: place + 1 });
    }
    return runs.reverse().map(({ node, start, end }) => {
      const rest = node.splitText(start);
      rest.splitText(end - start);
      const mark = document.createElement("mark");
      mark.className = "cw-match";
      rest.replaceWith(mark);
      mark.append(rest);
      return mark;
    });
  }

  function go(step) {
    if (!places.length) return;
    for (const mark of places[at] ?? []) mark.classList.remove("cw-current");
    at = (at + step + places.length) % places.length;
    for (const mark of places[at]) mark.classList.add("cw-current");
    places[at][0].scrollIntoView({ block: "center" });
    tell();
  }

  function tell() {
    const count = places.length === MOST ? `${MOST}+` : places.length;
    const said = places.length ? `${Math.max(at, 0) + 1}/${count}` : "没有找到";
    document.getElementById("cw-found").textContent = sought ? said : "";
    for (const button of document.querySelectorAll(".cw-find [data-step]")) {
      button.disabled = !places.length;
    }
  }

  let typing = 0;
  function typed(event) {
    if (event.target.id !== "cw-find" || event.isComposing) return;
    clearTimeout(typing);
    typing = setTimeout(() => find(event.target.value), 150);
  }
  document.addEventListener("input", typed);
  document.addEventListener("compositionend", typed);
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target.id !== "cw-find" || event.isComposing || event.keyCode === 229) return;
    if (key === "Enter") {
      event.preventDefault();
      clearTimeout(typing);
      if (plainly(target.value) === sought) go(event.shiftKey ? -1 : 1);
      else find(target.value);
    }
    if (key === "Escape" && target.value) {
      event.preventDefault();
      target.value = "";
      find("");
    }
  });

  // The text comes after this script.
  if (!location.pathname.includes("/documents/")) return;
  const waiting = new MutationObserver(() => {
    if (!document.querySelector(".cw-fulltext .cw-part")) return;
    waiting.disconnect();
    if (wanted()) come(wanted());
    else follow();
  });
  waiting.observe(document.documentElement, { childList: true, subtree: true });
})();
