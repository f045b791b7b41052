// Narrows the findings to a severity and a track; without a script all of them stand there.
const makeFilter = (say) => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filter");
  if (!form) return { start: () => {}, reveal: () => {} };
  const groups = [...document.querySelectorAll("article.finding")];
  const rowsOf = (group) => [...group.querySelectorAll("li")];

  const apply = () => {
    const [status, track] = [byId("f-status").value, byId("f-track").value];
    let shown = 0;
    groups.forEach((group) => {
      const isOfStatus = !status || group.dataset.status === status;
      const left = rowsOf(group).filter((row) => {
        const isIn = isOfStatus && (!track || row.dataset.of === track);
        row.classList.toggle("out", !isIn);
        return isIn;
      });
      group.classList.toggle("out", !left.length);
      shown += left.length;
    });
    document.querySelectorAll("details.notes").forEach((fold) => {
      const isEmpty = !fold.querySelector("article:not(.out)");
      fold.classList.toggle("out", isEmpty);
      if (!isEmpty && (status || track)) fold.open = true;
    });
    byId("f-count").textContent = status || track ? `${shown} of ${groups.flatMap(rowsOf).length} shown` : "";
  };
  const showAll = () => {
    byId("f-status").value = "";
    byId("f-track").value = "";
    apply();
  };

  // What is played must be seen: a filter that hides its row gives way, and a fold opens.
  const reveal = (row) => {
    if (row.classList.contains("out")) showAll();
    const fold = row.closest("details");
    if (fold) fold.open = true;
  };

  const start = () => {
    form.hidden = false;
    ["f-status", "f-track"].forEach((id) => byId(id).addEventListener("change", apply));
    byId("f-all").addEventListener("click", () => {
      showAll();
      say("All findings");
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    document.querySelectorAll("a[href^='#findings-']").forEach((link) => {
      link.addEventListener("click", () => {
        byId("f-track").value = "";
        byId("f-status").value = link.getAttribute("href").slice("#findings-".length);
        apply();
      });
    });
    window.addEventListener("beforeprint", () => {
      document.querySelectorAll("details").forEach((fold) => {
        if (!fold.open) fold.dataset.closed = "";
        fold.open = true;
      });
    });
    window.addEventListener("afterprint", () => {
      document.querySelectorAll("details[data-closed]").forEach((fold) => {
        fold.open = false;
        delete fold.dataset.closed;
      });
    });
    apply();
  };
  return { start, reveal };
};
