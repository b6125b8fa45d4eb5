/// The scrubber of a simulation: values and events of one instant, a line through all charts there.
enum TimelineScript {
  static let script = HTMLScript(
    #"""
    (() => {
      const { data, make, decimal } = bayplan;
      const series = data("timeline");
      const charts = document.querySelector(".charts"), range = document.getElementById("instant");
      const output = document.getElementById("values"), near = document.getElementById("near");
      const end = series.end, times = series.times;
      const fixed = value => value.toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      const texts = {
        share: value => fixed(value / 100) + " %", count: value => decimal(value, 0),
        price: value => "$" + (value / 1e6).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 4 }) + "/h", rate: value => decimal(value / 1000, 1) + "/s"
      };
      const duration = millis => {
        let text = "";
        for (const [unit, size] of [["d", 86400000], ["h", 3600000], ["m", 60000], ["s", 1000]]) {
          if (millis >= size) { text += Math.floor(millis / size) + unit; millis %= size; }
        }
        return text || "0s";
      };
      range.max = times.length - 1;
      const reach = Math.max(end / 60, 1000);
      const show = index => {
        const at = times[index];
        charts.style.setProperty("--now", (at / end * 100).toFixed(3) + "%");
        const first = series.groups[0];
        range.setAttribute("aria-valuetext", [duration(at), ...(first ? first.lines.map(line =>
          line.name + " " + texts[first.unit](line.values[index])) : [])].join(", "));
        output.replaceChildren(make("b", {}, duration(at)), make("div", {}, ...series.groups.flatMap(group => group.lines.map(line =>
          make("span", {}, line.name + " " + texts[group.unit](line.values[index]))))));
        const found = series.events.filter(event => Math.abs(event[0] - at) <= reach);
        found.sort((a, b) => Math.abs(a[0] - at) - Math.abs(b[0] - at) || a[0] - b[0]);
        const shown = found.slice(0, 12).sort((a, b) => a[0] - b[0]);
        near.replaceChildren(...shown.map(event => make("li", {}, duration(event[0]) + "  " + event[1])));
        if (found.length > shown.length) near.append(make("li", {}, `and ${found.length - shown.length} more near`));
        if (!found.length) near.append(make("li", {}, "nothing to note near this instant"));
      };
      const move = share => {
        const time = share * end;
        let low = 0, high = times.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if (times[middle] <= time) low = middle; else high = middle - 1;
        }
        range.value = low;
        show(low);
      };
      range.addEventListener("input", () => show(+range.value));
      for (const plot of charts.querySelectorAll(".plot")) {
        const follow = event => {
          const box = plot.getBoundingClientRect();
          move(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
        };
        plot.addEventListener("pointerdown", follow);
        plot.addEventListener("pointermove", follow);
      }
      range.value = 0;
      show(0);
    })();

    """#, digest: "Nju2v95aF1WOxnY9e24O8BqoBx9DGWNP1eVzf1IZbpw=")
}
