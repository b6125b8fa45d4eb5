/// Sorting and filtering of tables: those of the page, and long ones that exist as data only.
enum TableScript {
  static let script = HTMLScript(
    #"""
    bayplan.table = (() => {
      const { make } = bayplan;
      const collator = new Intl.Collator("en", { numeric: true });
      const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b
        : typeof a === "number" ? -1 : typeof b === "number" ? 1 : collator.compare(a, b);

      // `rows`: {keys, text, element()}; at most `limit` are in the page until more are asked for.
      const control = (table, rows, step) => {
        const body = table.tBodies[0];
        const heads = [...table.tHead.rows[0].cells];
        let order = rows, column = -1, isDown = false, needle = "", limit = step;
        const count = make("span", { role: "status" });
        const more = make("button", { type: "button", class: "more" }, "Show more");
        const rest = make("p", { class: "rest" });
        const show = () => {
          const words = needle.toLowerCase().split(/\s+/).filter(word => word);
          const found = words.length ? order.filter(row => words.every(word => row.text.includes(word))) : order;
          body.replaceChildren(...found.slice(0, limit).map(row => row.element()));
          count.textContent = found.length < rows.length
            ? `${found.length.toLocaleString("en-US")} of ${rows.length.toLocaleString("en-US")} rows` : "";
          more.hidden = found.length <= limit;
          rest.textContent = more.hidden ? "" : `${(found.length - limit).toLocaleString("en-US")} more rows are not shown.`;
          more.textContent = `Show more (${(found.length - limit).toLocaleString("en-US")} left)`;
        };
        more.addEventListener("click", () => { limit += 5 * step; show(); });
        heads.forEach((head, index) => {
          const button = make("button", { type: "button" }, ...head.childNodes);
          head.replaceChildren(button);
          button.addEventListener("click", () => {
            isDown = column === index ? !isDown : head.classList.contains("n");
            column = index;
            heads.forEach(other => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
            order = rows.slice().sort((a, b) =>
              (isDown ? -1 : 1) * compare(a.keys[index], b.keys[index]) || a.index - b.index);
            show();
          });
        });
        if (rows.length >= 8) {
          const input = make("input", { type: "search", "aria-label": "Filter rows", placeholder: "Filter rows" });
          input.addEventListener("input", () => { needle = input.value; limit = step; show(); });
          table.parentNode.before(make("div", { class: "tools" }, input, count));
          table.parentNode.after(more, rest);
        }
        show();
      };

      // Only what scrolls is a stop of the Tab key.
      const stops = new ResizeObserver(entries => {
        for (const { target } of entries) {
          const isLarger = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
          if (isLarger) target.setAttribute("tabindex", "0"); else target.removeAttribute("tabindex");
        }
      });
      for (const box of document.querySelectorAll(".scroll")) stops.observe(box);

      for (const table of document.querySelectorAll("table.sort")) {
        const rows = [...table.tBodies[0].rows].map((row, index) => ({
          index,
          keys: [...row.cells].map(cell => cell.dataset.key === undefined ? cell.textContent : +cell.dataset.key),
          text: row.textContent.toLowerCase(),
          element: () => row
        }));
        control(table, rows, Infinity);
      }

      // Fills an empty table: `cells(i)` gives [text, key] or text per column of row i.
      return (table, count, cells) => {
        const heads = [...table.tHead.rows[0].cells].map(head => head.classList.contains("n"));
        const rows = Array.from({ length: count }, (_, index) => {
          const parts = cells(index).map(cell => Array.isArray(cell) ? cell : [cell, cell]);
          let element = null;
          return {
            index, keys: parts.map(part => part[1]), text: parts.map(part => part[0]).join(" ").toLowerCase(),
            element: () => element ||= make("tr", {}, ...parts.map((part, column) => column === 0
              ? make("th", { scope: "row" }, part[0])
              : make("td", { class: heads[column] ? "n" : "t" }, part[0])))
          };
        });
        control(table, rows, 200);
      };
    })();

    """#, digest: "+4AaEWPvSfpmfy8XsErKZ8sBwefRGYdu2N+fxkV+VWA=")
}
