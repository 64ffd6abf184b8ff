// Sending files with their progress: fetch has none. The zone takes files that are dropped on it.
(() => {
  let request = null;

  window.addEventListener("dragover", (event) => {
    const zone = event.target.closest?.(".cw-drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("cw-over");
  });
  window.addEventListener("dragleave", ({ target }) => {
    target.closest?.(".cw-drop")?.classList.remove("cw-over");
  });
  window.addEventListener("drop", (event) => {
    const zone = event.target.closest?.(".cw-drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("cw-over");
    const box = zone.querySelector("input");
    if (box.disabled || !event.dataTransfer.files.length) return;
    box.files = event.dataTransfer.files;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });

  function failed() {
    return { detail: "没有传成，请检查网络后再试。" };
  }

  // Sends what is chosen to where a program would; gives what the server answers.
  window.clausewiseUpload = {
    send(collection) {
      const form = new FormData();
      for (const file of document.getElementById("cw-files").files) form.append("files", file, file.name);
      form.append("collection", collection);
      const bar = document.getElementById("cw-sent");
      request = new XMLHttpRequest();
      return new Promise((answer) => {
        request.upload.onprogress = ({ loaded, total }) => {
          if (bar) [bar.max, bar.value] = [total, loaded];
        };
        request.onload = () => {
          try {
            answer(JSON.parse(request.responseText));
          } catch {
            answer(failed());
          }
        };
        request.onerror = () => answer(failed());
        request.onabort = () => answer({ detail: "已取消上传。" });
        request.open("POST", "/v1/ingest");
        request.send(form);
      });
    },
    stop: () => request?.abort(),
    forget: () => (document.getElementById("cw-files").value = ""),
  };
})();
