/// The look of all pages. Colours are variables, so that light, dark and print differ in one place; categories have the
/// colours of Okabe and Ito (2008), which people tell apart whatever their colour vision, and patterns beyond seven.
enum Stylesheet {
  static func write(into page: inout HTMLWriter) {
    page.markup(":root {\n")
    page.markup(light)
    page.markup("}\n@media (prefers-color-scheme: dark) {\n:root:not([data-theme=light]) {\n")
    page.markup(dark)
    page.markup("}\n}\n:root[data-theme=dark] {\n")
    page.markup(dark)
    page.markup("}\n")
    page.markup(general)
    page.markup(parts)
    page.markup(tables)
    page.markup(ChartStyle.rules)
    page.markup(BayStyle.rules)
    page.markup(narrow)
    page.markup("@media print {\n:root, :root[data-theme=dark], :root:not([data-theme=light]) {\n")
    page.markup(light)
    page.markup("}\n")
    page.markup(print)
    page.markup("}\n")
  }

  private static let light: StaticString = """
    color-scheme: light;
    --page: #f3f6f8; --card: #ffffff; --ink: #15212c; --muted: #506070; --line: #d5dde4; --strong: #7a8c9c;
    --accent: #075a8c; --good: #0a6b4c; --warn: #8a5000; --bad: #b02a1c; --hull: #eef3f6;
    --good-soft: #e3f4ee; --warn-soft: #fdf1dd; --bad-soft: #fce8e5; --edge: #15212c;
    --c0: #56b4e9; --c1: #e69f00; --c2: #009e73; --c3: #cc79a7; --c4: #0072b2; --c5: #d55e00; --c6: #f0e442;
    --l0: #0072b2; --l1: #b84f00; --l2: #007a58; --l3: #a2568a; --l4: #5a4fcf; --l5: #5f6b76;

    """

  private static let dark: StaticString = """
    color-scheme: dark;
    --page: #0d141b; --card: #16202a; --ink: #e8eef3; --muted: #a3b3c2; --line: #2b3947; --strong: #66798b;
    --accent: #7cc0f2; --good: #5fd3a7; --warn: #f0b357; --bad: #ff8f80; --hull: #1d2934;
    --good-soft: #12332a; --warn-soft: #3a2b12; --bad-soft: #411d19; --edge: #0a1016;
    --c0: #56b4e9; --c1: #e69f00; --c2: #1fb389; --c3: #d88ab6; --c4: #0a7abc; --c5: #e8792a; --c6: #f0e442;
    --l0: #56b4e9; --l1: #f0a13a; --l2: #3fd0a0; --l3: #e39ac6; --l4: #a79cf5; --l5: #b3c0cc;

    """

  private static let general: StaticString = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } * { transition: none !important; } }
    body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.5;
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    header.top, main, footer { max-width: 1280px; margin: 0 auto; padding: 0 24px; }
    header.top { position: relative; padding-top: 28px; }
    .kind { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
    h1 { margin: 2px 90px 4px 0; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; }
    h2 { margin: 0 0 8px; font-size: 19px; }
    h3 { margin: 20px 0 8px; font-size: 15px; overflow-wrap: anywhere; }
    h3 span { color: var(--muted); font-weight: 400; margin-left: 8px; }
    .details { margin: 0; color: var(--muted); overflow-wrap: anywhere; }
    nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 14px 0 0; padding-top: 10px;
      border-top: 1px solid var(--line); }
    a { color: var(--accent); }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px;
      margin: 18px 0; scroll-margin-top: 8px; }
    footer { color: var(--muted); font-size: 13px; padding-bottom: 28px; }
    .skip { position: absolute; left: -9999px; }
    .skip:focus { left: 8px; top: 8px; background: var(--card); padding: 6px 10px; z-index: 9; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    button, select, input { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--strong);
      border-radius: 6px; padding: 4px 10px; min-height: 32px; }
    button { cursor: pointer; }
    #theme { position: absolute; right: 24px; top: 28px; }
    .script { display: none; }
    html.js .script { display: revert; }
    html.js .script.flex { display: flex; }
    html.js .noscript { display: none; }
    #tip { position: fixed; z-index: 8; max-width: min(340px, 92vw); background: var(--ink); color: var(--card);
      border-radius: 8px; padding: 8px 12px; font-size: 13px; overflow-wrap: anywhere;
      box-shadow: 0 4px 18px rgba(0, 0, 0, .25); }
    #tip[hidden] { display: none; }
    #said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    ::placeholder { color: var(--muted); opacity: 1; }
    #tip p { margin: 0; }
    #tip p:first-child { font-weight: 600; }

    """

  private static let parts: StaticString = """
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 18px 0; }
    .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
    .tile.good { border-left: 5px solid var(--good); }
    .tile.warn { border-left: 5px solid var(--warn); }
    .tile.bad { border-left: 5px solid var(--bad); }
    .tile dt { color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
    .tile dd { margin: 0; }
    .tile strong { font-size: 22px; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .note { display: block; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
    .caption { color: var(--muted); font-size: 13px; margin: 6px 0 12px; max-width: 90ch; }
    .meter { display: inline-block; width: 64px; height: 9px; border-radius: 3px; background: var(--line);
      margin-right: 8px; overflow: hidden; vertical-align: baseline; }
    .tile .meter { display: block; width: 100%; margin: 4px 0; }
    .meter i { display: block; height: 100%; background: var(--accent); }
    .meter.over i { background: var(--bad); }
    .gauge { display: grid; grid-template-columns: minmax(110px, 180px) minmax(80px, 130px) 1fr auto; gap: 2px 14px;
      align-items: center; padding: 7px 0; border-top: 1px solid var(--line); }
    .gauge:first-of-type { border-top: 0; }
    .gauge-title { color: var(--muted); overflow-wrap: anywhere; }
    .gauge .note { grid-column: 3; }
    .gauge .verdict { grid-column: 4; grid-row: 1; font-weight: 600; text-align: right; }
    .gauge.good .verdict { color: var(--good); }
    .gauge.warn .verdict { color: var(--warn); }
    .track { display: flex; height: 12px; background: var(--line); border-radius: 4px; overflow: hidden; }
    .track i { background: var(--good); }
    .track b { background: repeating-linear-gradient(135deg, var(--warn) 0 3px, transparent 3px 6px); }
    @media (forced-colors: active) {
      .meter, .track { forced-color-adjust: none; border: 1px solid CanvasText; background: Canvas; }
      .meter i, .track i { background: CanvasText; }
      .track b { background: repeating-linear-gradient(135deg, CanvasText 0 2px, Canvas 2px 6px); }
    }
    .notices { margin: 0; padding-left: 20px; }
    .notices li { margin: 4px 0; overflow-wrap: anywhere; }
    .controls { flex-wrap: wrap; gap: 10px 18px; align-items: end; margin: 0 0 12px; }
    .controls fieldset { border: 0; padding: 0; margin: 0; }
    .controls legend, .controls label > span { font-size: 13px; color: var(--muted); padding: 0; display: block; }
    .controls fieldset label { display: inline-flex; align-items: center; gap: 5px; margin-right: 12px;
      min-height: 32px; }
    .controls input[type=radio] { min-height: 0; width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
    .controls input[type=search] { width: 210px; }

    """

  private static let tables: StaticString = """
    .scroll { overflow-x: auto; max-height: 560px; overflow-y: auto; position: relative; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--muted); font-size: 13px; padding: 0 0 8px; }
    caption span { position: sticky; left: 0; display: inline-block; max-width: min(100%, calc(100vw - 50px)); }
    th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top;
      max-width: 420px; overflow-wrap: break-word; }
    td { min-width: 72px; }
    td.t { min-width: 130px; }
    tbody th { min-width: 150px; }
    tbody th.n { min-width: 0; }
    tbody th { font-weight: 500; }
    th.n, td.n { text-align: right; white-space: nowrap; }
    thead th { position: sticky; top: 0; background: var(--card); color: var(--muted); font-weight: 600; z-index: 1;
      white-space: nowrap; }
    thead button { border: 0; background: none; padding: 0; min-height: 24px; font-weight: 600; color: inherit;
      white-space: nowrap; }
    thead button::after { content: " ↕" / ""; color: var(--strong); }
    thead [aria-sort=ascending] button::after { content: " ↑" / ""; color: var(--accent); }
    thead [aria-sort=descending] button::after { content: " ↓" / ""; color: var(--accent); }
    tbody tr:hover { background: var(--hull); }
    .tools { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin-bottom: 8px; font-size: 13px;
      color: var(--muted); }
    .rest { display: none; }

    """

  private static let narrow: StaticString = """
    @media (max-width: 640px) {
      header.top, main, footer { padding-left: 12px; padding-right: 12px; }
      header.top { padding-top: 18px; }
      #theme { right: 12px; top: 16px; }
      h1 { font-size: 22px; }
      section { padding: 14px 12px; }
      .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; }
      .tile { padding: 9px 11px; }
      .tile strong { font-size: 18px; }
      .gauge { grid-template-columns: 1fr auto; }
      .gauge .track { grid-column: 1 / -1; }
      .gauge .note { grid-column: 1; }
      .gauge .verdict { grid-row: auto; grid-column: 2; }
      .controls input[type=search] { width: 100%; }
    }

    """

  private static let print: StaticString = """
    body { font-size: 11px; background: #fff; }
    header.top, main, footer { max-width: none; padding: 0; }
    section { border: 0; padding: 0; margin: 14px 0; break-inside: auto; }
    h2, h3 { break-after: avoid; break-inside: avoid; }
    .tile, tr, figure, .gauge, .party { break-inside: avoid; }
    .tiles { grid-template-columns: repeat(auto-fit, minmax(110px, 1fr)); }
    .tile strong { font-size: 15px; overflow-wrap: normal; }
    .note, .caption, .key, .tile dt, table, caption, .details, .chart-row, .party ul { font-size: 10px; }
    thead { display: table-header-group; break-inside: avoid; }
    .bay svg { overflow: hidden; }
    html.js .timeline .plot::after { display: none; }
    .groups { display: block; }
    .scroll { max-height: none; overflow: visible; }
    thead th { position: static; }
    html.js .script:not(.scroll), html.js .script.flex, nav, .tools, #tip, .skip, .more { display: none; }
    .rest { display: block; }
    thead button::after { content: "" !important; }
    svg, .meter, .meter i, .track, .track i, .track b { print-color-adjust: exact;
      -webkit-print-color-adjust: exact; }

    """
}
