/// The bay plan in the page: other resources and colours, filter, details of boxes; and drawing bays as they come into view
/// where there are many. Lays out as `BayLayout` does.
enum BayScript {
  static let script = HTMLScript(
    #"""
    (() => {
      const { data, make, draw, showTip, hideTip, leaveTip, say, decimal, percent, table } = bayplan;
      const plan = data("bay-plan");
      const [fullWidth, fullHeight, smallestSide, layerHeight, fills] = plan.layout;
      const words = ["newly placed", "running already", "of a DaemonSet"];
      const bays = plan.bays.map(([name, group, zone, opened, capacity, used, stranded, short, flat]) => {
        const pods = [];
        for (let at = 0; at < flat.length; at += 5) pods.push(flat.slice(at, at + 5));
        return { name, group, zone, opened, capacity, used, stranded, short, pods };
      });
      const state = { measure: 0, by: "workload", needle: "", key: null };

      const amount = (value, measure) => {
        const { unit, divisor } = plan.measures[measure];
        return decimal(value / divisor, divisor === 1000 ? 3 : 2) + (unit ? " " + unit : "");
      };
      // An amount on its own, in the unit that suits it.
      const alone = (value, measure) => {
        const { unit, divisor, inBytes } = plan.measures[measure];
        if (!inBytes) return decimal(value / divisor, divisor === 1000 ? 3 : 2)
          + (unit === "cores" && value === divisor ? " core" : unit ? " " + unit : "");
        const [name, size] = [["TiB", 2 ** 40, 10], ["GiB", 2 ** 30, 1], ["MiB", 2 ** 20, 1], ["KiB", 1024, 1]]
          .find(([, size, least]) => value >= size * least) || ["B", 1];
        return decimal(value / size, 2) + " " + name;
      };
      const several = (count, noun) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
      const podName = pod => plan.names.namespace[pod[1]] + "/" + pod[0];
      const workload = pod => plan.names.workload[pod[2]];
      const asks = shape => plan.measures.map((measure, index) => plan.shapes[shape][index]
        ? `${measure.title} ${alone(plan.shapes[shape][index], index)}` : "").filter(text => text).join(", ");
      const keyOf = (bay, pod) => state.by === "zone" ? bay.zone : state.by === "namespace" ? pod[1] : pod[2];
      const load = (bay, measure) => bay.capacity[measure] ? bay.used[measure] / bay.capacity[measure] : 0;

      const size = (capacity, measure) => {
        const largest = plan.measures[measure].largest;
        const scale = Math.max(smallestSide, largest > 0 ? Math.sqrt(capacity / largest) : 0);
        return [Math.round(fullWidth * scale), Math.round(fullHeight * scale)];
      };
      const rectangles = (amounts, capacity, width, height) => {
        const total = amounts.reduce((sum, value) => sum + value, 0), full = Math.max(capacity, total);
        const result = amounts.map(() => null);
        if (full <= 0) return result;
        let bottom = height, layer = [], sum = 0;
        const close = () => {
          const high = sum / full * height;
          let x = 0;
          for (const index of layer) {
            const wide = amounts[index] / sum * width;
            result[index] = [x, bottom - high, wide, high];
            x += wide;
          }
          bottom -= high;
          layer = [];
          sum = 0;
        };
        amounts.forEach((value, index) => {
          if (value <= 0) return;
          layer.push(index);
          sum += value;
          if (sum / full * height >= layerHeight) close();
        });
        if (layer.length) close();
        return result;
      };

      const isLit = (bay, pod) => (state.key === null || keyOf(bay, pod) === state.key)
        && (!state.needle || bay.name.toLowerCase().includes(state.needle)
          || podName(pod).toLowerCase().includes(state.needle)
          || workload(pod).toLowerCase().includes(state.needle));
      const isFiltered = () => state.key !== null || state.needle !== "";

      const summary = (bay, measure) => `${plan.measures[measure].title} ${amount(bay.used[measure], measure)} of `
        + `${amount(bay.capacity[measure], measure)}, ${percent(load(bay, measure))}`;
      const render = figure => {
        const bay = bays[figure.dataset.b], measure = state.measure, capacity = bay.capacity[measure];
        const [width, height] = size(capacity, measure);
        const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, tabindex: 0, role: "application",
          "aria-roledescription": "bay", "aria-describedby": "bay-keys",
          "aria-label": `${bay.name}: ${summary(bay, measure)}, ${several(bay.pods.length, "pod")}` });
        const kind = (capacity ? "" : " none") + (bay.opened ? " opened" : "");
        svg.append(draw("rect", { class: "hull" + kind, width, height }));
        const amounts = bay.pods.map(pod => plan.shapes[pod[3]][measure]);
        const filtered = isFiltered();
        rectangles(amounts, capacity, width, height).forEach((box, index) => {
          if (!box) return;
          const pod = bay.pods[index], [x, y, wide, high] = box.map(value => +value.toFixed(2));
          const dim = filtered && !isLit(bay, pod) ? " dim" : "";
          svg.append(draw("rect", { class: `b c${keyOf(bay, pod) % fills} o${pod[4]}${dim}`,
            "data-i": index, x, y, width: wide, height: high }));
          if (wide >= 40 && high >= 12 && !dim) {
            const label = draw("text", { "aria-hidden": "true", x: x + 3, y: +(y + high / 2 + 3.5).toFixed(2) });
            const fill = keyOf(bay, pod) % fills;
            label.setAttribute("class", pod[4] ? "soft" : fill === 4 ? "pale" : fill > 6 ? "halo" : "dark");
            const short = workload(pod).split("/").pop();
            const name = short === "*" ? pod[0] : short, room = Math.floor((wide - 5) / 6.3);
            label.textContent = name.length > room ? name.slice(0, room - 1) + "…" : name;
            svg.append(label);
          }
        });
        if (bay.stranded[measure]) {
          svg.append(draw("rect", { class: "lost", width,
            height: +(bay.stranded[measure] / capacity * height).toFixed(2) }));
        }
        figure.replaceChildren(svg, make("figcaption", {}, make("b", { title: bay.name }, bay.name),
          make("span", {}, capacity ? percent(load(bay, measure)) : "none")));
        figure.dataset.drawn = "";
      };

      const figures = [...document.querySelectorAll(".bay")];
      const inView = new Set();
      const show = figure => {
        if (figure.dataset.drawn === undefined) render(figure);
      };
      const observer = new IntersectionObserver(entries => {
        for (const entry of entries) {
          if (entry.isIntersecting) { inView.add(entry.target); show(entry.target); } else inView.delete(entry.target);
        }
      }, { rootMargin: "300px" });
      figures.forEach(figure => observer.observe(figure));
      const reserve = figure => {
        figure.style.minHeight = size(bays[figure.dataset.b].capacity[state.measure], state.measure)[1] + 40 + "px";
      };
      figures.forEach(reserve);
      const refresh = () => {
        const filtered = isFiltered();
        let pods = 0, nodes = 0;
        for (const figure of figures) {
          const bay = bays[figure.dataset.b];
          delete figure.dataset.drawn;
          reserve(figure);
          const found = !filtered || bay.pods.some(pod => isLit(bay, pod))
            || (state.key === null && bay.name.toLowerCase().includes(state.needle));
          figure.classList.toggle("dim", !found);
          if (filtered && found) {
            pods += bay.pods.filter(pod => isLit(bay, pod)).length;
            nodes += 1;
          }
          if (inView.has(figure)) render(figure);
        }
        document.getElementById("found").textContent = !filtered ? ""
          : nodes ? `${several(pods, "pod")} on ${several(nodes, "node")}` : "nothing found";
        for (const crate of document.querySelectorAll(".crate")) {
          const value = plan.shapes[crate.dataset.s][state.measure];
          const side = Math.max(5, Math.min(fullWidth * 1.5,
            Math.sqrt(value / plan.measures[state.measure].largest * fullWidth * fullHeight) || 0)).toFixed(1);
          crate.setAttribute("width", side);
          crate.setAttribute("height", side);
        }
      };
      addEventListener("beforeprint", () => figures.forEach(show));

      // Details of a box or a bay.
      const bayLines = bay => [bay.name, bay.group, ...plan.measures.map((_, index) => summary(bay, index)),
        `${several(bay.pods.length, "pod")}${bay.opened ? ", added by the plan" : ""}`,
        bay.stranded.some(value => value) ? "stranded: " + plan.measures.map((measure, index) => bay.stranded[index]
          ? `${measure.title} ${amount(bay.stranded[index], index)}` : "").filter(text => text).join(", ")
          + ` (short of ${bay.short.join(", ")})` : ""];
      const podLines = (bay, pod) => [podName(pod), workload(pod), asks(pod[3]) || "asks for nothing",
        `${words[pod[4]]} on ${bay.name}`];
      let marked = null;
      const mark = box => {
        if (marked) marked.classList.remove("at");
        marked = box;
        if (box) box.classList.add("at");
      };
      const tell = (svg, box) => {
        const bay = bays[svg.parentNode.dataset.b];
        mark(box);
        showTip(box ? podLines(bay, bay.pods[box.dataset.i]) : bayLines(bay), svg);
      };
      for (const area of document.querySelectorAll(".bays")) {
        area.addEventListener("pointerover", event => {
          const svg = event.target.closest(".bay svg");
          if (svg) tell(svg, event.target.closest("rect.b"));
        });
        // A bay that has the focus has its tip back when the pointer goes.
        const back = () => {
          mark(null);
          const svg = document.activeElement?.closest(".bay svg");
          if (svg) tell(svg, null);
        };
        area.addEventListener("pointerleave", () => leaveTip(back));
        area.addEventListener("focusin", event => {
          if (event.target.closest(".bay svg")) tell(event.target, null);
        });
        area.addEventListener("focusout", () => { mark(null); hideTip(); });
        area.addEventListener("keydown", event => {
          const step = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
          const svg = event.target.closest(".bay svg");
          if (event.key === "Escape") mark(null);
          if (!step || !svg) return;
          const boxes = [...svg.querySelectorAll("rect.b")];
          if (!boxes.length) return;
          event.preventDefault();
          const next = boxes[(boxes.indexOf(marked) + step + boxes.length + (marked || step > 0 ? 0 : 1)) % boxes.length];
          const bay = bays[svg.parentNode.dataset.b];
          tell(svg, next);
          say(podLines(bay, bay.pods[next.dataset.i]).join(", "));
        });
      }

      // Controls.
      const key = document.getElementById("key");
      const legend = () => {
        const names = plan.names[state.by], counts = plan.counts[state.by];
        key.replaceChildren(...names.slice(0, fills).map((name, index) => {
          const swatch = draw("svg", { width: 14, height: 14, "aria-hidden": "true" });
          swatch.append(draw("rect", { class: `b c${index}`, width: 14, height: 14 }));
          const button = make("button", { type: "button", "aria-pressed": state.key === index }, swatch,
            `${name} (${counts[index].toLocaleString("en-US")})`);
          button.addEventListener("click", () => {
            state.key = state.key === index ? null : index;
            [...key.querySelectorAll("button")].forEach((other, at) =>
              other.setAttribute("aria-pressed", state.key === at));
            refresh();
          });
          return make("li", {}, button);
        }));
        if (names.length > fills) key.append(make("li", {}, `the same fills again for ${names.length - fills} more`));
      };
      legend();
      for (const radio of document.querySelectorAll("input[name=measure]")) {
        radio.addEventListener("change", () => { state.measure = +radio.value; refresh(); });
        if (radio.checked && +radio.value !== state.measure) { state.measure = +radio.value; refresh(); }
      }
      document.getElementById("by").addEventListener("change", event => {
        state.by = event.target.value;
        state.key = null;
        legend();
        refresh();
      });
      document.getElementById("find").addEventListener("input", event => {
        state.needle = event.target.value.trim().toLowerCase();
        refresh();
      });
      document.getElementById("order").addEventListener("change", event => {
        const rank = { name: bay => 0, full: bay => -load(bay, state.measure), empty: bay => load(bay, state.measure),
          stranded: bay => -bay.stranded[state.measure] }[event.target.value];
        for (const area of document.querySelectorAll(".bays")) {
          const inside = [...area.children];
          inside.sort((a, b) => rank(bays[a.dataset.b]) - rank(bays[b.dataset.b]) || a.dataset.b - b.dataset.b);
          area.append(...inside);
        }
      });

      // Pods of large plans exist as data only.
      const pods = document.getElementById("pod-table");
      if (pods) {
        const all = bays.flatMap(bay => bay.pods.map(pod => [pod, bay.name, words[pod[4]]]))
          .concat(plan.waiting.map(pod => [pod, "–", plan.reasons[pod[4]]]));
        table(pods, all.length, index => {
          const [pod, node, how] = all[index];
          return [podName(pod), workload(pod), node, ...plan.measures.map((_, at) =>
            plan.shapes[pod[3]][at] ? [alone(plan.shapes[pod[3]][at], at), plan.shapes[pod[3]][at]] : ["–", 0]), how];
        });
      }
    })();

    """#, digest: "tXj/R1Or8/BfNHMuqZj+A9F6lPGrPejWN4O3iss4CDs=")
}
