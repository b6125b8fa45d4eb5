/// What every page's script does: the theme, and details of what is pointed at.
enum PageScript {
  static let script = HTMLScript(
    #"""
    "use strict";
    const bayplan = (() => {
      const root = document.documentElement;
      root.classList.add("js");
      const button = document.getElementById("theme");
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
      const name = () => {
        button.textContent = isDark() ? "Light" : "Dark";
        button.setAttribute("aria-label", button.textContent + " theme");
      };
      button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });
      dark.addEventListener("change", name);
      name();

      const data = id => {
        const element = document.getElementById(id);
        return element ? JSON.parse(element.textContent) : null;
      };
      const make = (name, attributes = {}, ...children) => {
        const element = document.createElement(name);
        for (const key in attributes) element.setAttribute(key, attributes[key]);
        element.append(...children);
        return element;
      };
      const draw = (name, attributes = {}) => {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const key in attributes) element.setAttribute(key, attributes[key]);
        return element;
      };

      // Lines of text beside an element; the first is the title.
      const tip = document.getElementById("tip");
      let owner = null;
      const place = () => {
        const box = owner.getBoundingClientRect(), size = tip.getBoundingClientRect();
        const right = box.right + 12 + size.width < innerWidth, left = box.left - 12 - size.width > 0;
        const x = right ? box.right + 12 : left ? box.left - 12 - size.width : box.left;
        const y = right || left ? box.top : box.bottom + 6;
        tip.style.left = Math.max(4, Math.min(x, innerWidth - size.width - 4)) + "px";
        tip.style.top = Math.max(4, Math.min(y, innerHeight - size.height - 4)) + "px";
      };
      const showTip = (lines, element) => {
        clearTimeout(leaving);
        owner = element;
        tip.replaceChildren(...lines.filter(line => line).map(line => make("p", {}, line)));
        tip.hidden = false;
        place();
      };
      let leaving = 0, after = null;
      const hideTip = () => { clearTimeout(leaving); tip.hidden = true; owner = null; };
      // What the pointer left stays for a moment, so that one can go and read it.
      const leaveTip = then => {
        clearTimeout(leaving);
        after = then;
        leaving = setTimeout(() => { if (!tip.matches(":hover")) { hideTip(); if (after) after(); } }, 150);
      };
      tip.addEventListener("pointerleave", () => leaveTip(after));
      // For screen readers, where the tip says what nothing else does.
      const said = document.getElementById("said");
      const say = text => { said.textContent = text; };
      addEventListener("keydown", event => { if (event.key === "Escape") hideTip(); });
      // What has the focus keeps its tip: taking the focus may scroll.
      addEventListener("scroll", () => {
        if (owner && owner === document.activeElement) place(); else hideTip();
      }, { passive: true });

      // Anything with data-tip tells more when it is pointed at.
      for (const type of ["pointerover", "focusin"]) {
        document.addEventListener(type, event => {
          const target = event.target.closest ? event.target.closest("[data-tip]") : null;
          if (target) showTip(target.dataset.tip.split("\n"), target);
        });
      }
      for (const type of ["pointerout", "focusout"]) {
        document.addEventListener(type, event => {
          if (event.target.closest && event.target.closest("[data-tip]")) leaveTip();
        });
      }

      const decimal = (value, digits) => value.toLocaleString("en-US",
        { maximumFractionDigits: digits, useGrouping: true });
      const percent = share => {
        if (share > 0 && share < 0.01) return "<1 %";
        if (share > 0.99 && share < 1) return "99 %";
        return Math.round(share * 100) + " %";
      };
      // What is folded away is printed as well.
      let folded = [];
      addEventListener("beforeprint", () => {
        folded = [...document.querySelectorAll("details:not([open])")];
        for (const element of folded) element.open = true;
      });
      addEventListener("afterprint", () => { for (const element of folded) element.open = false; });

      return { data, make, draw, showTip, hideTip, leaveTip, say, decimal, percent };
    })();

    """#, digest: "YXdKuspQF3T36SfFzhXA84x3TFPnnOHs+8i+1ZBbUJU=")
}
