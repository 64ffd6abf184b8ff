// Pages of an original, shown as pictures over the page: `button[data-page]` within (or with)
// `data-document`, `data-first` and `data-last`.
(() => {
  const said = (tag, text, classes) =>
    Object.assign(document.createElement(tag), { textContent: text, className: classes ?? "" });

  function shown(id, page, first, last) {
    const dialog = said("dialog", "", "cw-original");
    const head = said("div", "", "cw-row");
    const title = said("h2", "");
    const before = said("button", "上一页", "cw-button");
    const after = said("button", "下一页", "cw-button");
    const close = said("button", "关闭", "cw-button");
    const news = said("p", "", "cw-quiet");
    const frame = said("div", "", "cw-original-page");
    frame.tabIndex = 0;
    news.setAttribute("role", "status");
    dialog.setAttribute("aria-label", "原件");
    for (const button of [before, after, close]) button.type = "button";
    head.append(title, before, after, close);
    dialog.append(head, news, frame);

    function turn(to) {
      page = to;
      title.textContent = `原件第${page}页`;
      before.disabled = page <= first;
      after.disabled = page >= last;
      news.textContent = "正在取这一页……";
      const image = new Image();
      image.alt = `原件第${page}页的图像`;
      image.onload = () => {
        if (image === frame.firstChild) news.textContent = "";
      };
      image.onerror = () => {
        if (image !== frame.firstChild) return;
        image.remove();
        news.textContent = "这一页的图像没有取到，原件可能已移除。";
      };
      image.src = `/v1/documents/${encodeURIComponent(id)}/pages/${page}`;
      frame.replaceChildren(image);
      frame.scrollTop = 0;
    }

    before.onclick = () => turn(page - 1);
    after.onclick = () => turn(page + 1);
    close.onclick = () => dialog.close();
    dialog.onclick = (event) => {
      if (event.target === dialog) dialog.close();
    };
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    turn(page);
    dialog.showModal();
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button[data-page]");
    const from = button?.closest("[data-document][data-first]");
    if (!from) return;
    const { document: id, first, last } = from.dataset;
    shown(id, Number(button.dataset.page), Number(first), Number(last));
  });
})();
