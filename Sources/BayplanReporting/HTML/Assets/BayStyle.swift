/// The look of bays, boxes and the quay, and the patterns that their fills refer to.
enum BayStyle {
  static let colors = 7
  /// Seven plain, seven slanted stripes, seven level ones; names beyond that share them in turn.
  static let fills = 21

  /// How a label is written so that it can be read on a fill.
  static func label(on fill: Int) -> String { fill == 4 ? "pale" : fill >= colors ? "halo" : "dark" }

  static let rules: StaticString = """
    .defs { position: absolute; width: 0; height: 0; }
    .groups { display: flex; flex-wrap: wrap; gap: 6px 36px; align-items: flex-end; }
    .group { max-width: 100%; }
    .group h3 span { display: block; margin: 0; font-size: 13px; }
    .bays { display: flex; flex-wrap: wrap; gap: 14px 12px; align-items: flex-end; }
    .bay { margin: 0; min-width: 76px; max-width: 124px; text-align: center; }
    .bay svg { display: block; margin: 0 auto; overflow: visible; border-radius: 3px; }
    .bay figcaption { font-size: 12px; line-height: 1.35; margin-top: 5px; }
    .bay figcaption b { display: block; font-weight: 600; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; }
    .bay figcaption span { color: var(--muted); }
    .bay.new figcaption b::after { content: " +"; color: var(--accent); }
    .bay.dim svg, .bays rect.dim { opacity: .22; }
    .bay.dim figcaption { color: var(--muted); font-weight: 400; }
    .hull { fill: var(--hull); stroke: var(--strong); stroke-width: 1.5; }
    .hull.none { stroke-dasharray: 3 3; }
    .hull.opened { stroke: var(--accent); stroke-width: 2.5; }
    .lost { fill: url(#hatch); }
    .b { stroke: var(--edge); stroke-width: .8; }
    .o1 { fill-opacity: .42; stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 4 1; }
    :root[data-theme=dark] .o1 { fill-opacity: .34; }
    @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) .o1 { fill-opacity: .34; } }
    .o2 { fill-opacity: .2; stroke: var(--muted); stroke-dasharray: 2 2; }
    .b.at { stroke: var(--ink); stroke-width: 3; }
    .c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }
    .c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); }
    .c7 { fill: url(#p7); } .c8 { fill: url(#p8); } .c9 { fill: url(#p9); } .c10 { fill: url(#p10); }
    .c11 { fill: url(#p11); } .c12 { fill: url(#p12); } .c13 { fill: url(#p13); } .c14 { fill: url(#p14); }
    .c15 { fill: url(#p15); } .c16 { fill: url(#p16); } .c17 { fill: url(#p17); } .c18 { fill: url(#p18); }
    .c19 { fill: url(#p19); } .c20 { fill: url(#p20); }
    .bay text { font-size: 9.5px; fill: #0d141b; pointer-events: none; }
    .bay text.soft { fill: var(--ink); }
    .bay text.pale { fill: #fff; }
    .bay text.halo { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round; }
    .key { display: flex; flex-wrap: wrap; gap: 4px 14px; list-style: none; padding: 0; margin: 0 0 10px;
      font-size: 13px; }
    .key li { display: flex; align-items: center; gap: 6px; max-width: 100%; overflow-wrap: anywhere; }
    .key svg { flex: none; }
    .key button { border: 0; background: none; padding: 0 2px; min-height: 24px; text-align: left; display: flex;
      align-items: center; gap: 6px; font-size: 13px; overflow-wrap: anywhere; }
    .key button[aria-pressed=true] { background: var(--hull); outline: 2px solid var(--accent); }
    .quay { border-left: 6px solid var(--bad); padding-left: 14px; display: grid; gap: 10px 28px;
      grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)); }
    .party { padding: 4px 0; min-width: 0; }
    .party h3 { margin: 0 0 4px; }
    .crates { display: flex; flex-wrap: wrap; gap: 3px; align-items: flex-end; margin: 6px 0; }
    .crates svg { display: block; overflow: visible; }
    .crates span { font-size: 13px; color: var(--muted); }
    .party ul { margin: 4px 0 0; padding-left: 18px; font-size: 14px; }
    .party li { overflow-wrap: anywhere; }

    """

  /// What fills beyond the seven colours refer to. Gradients with hard edges: patterns are printed as pictures, a page of
  /// them as hundreds of megabytes.
  static func writePatterns(into page: inout HTMLWriter) {
    page.element("svg", .class("defs"), .hidden, .init("focusable", "false")) { svg in
      svg.element("defs") { defs in
        stripes("hatch", x: "-4.24", y: "4.24", "var(--muted)", opacity: "0", "var(--muted)", into: &defs)
        for index in colors..<fills {
          let isSlanted = index < 2 * colors
          stripes(
            "p\(index)", x: isSlanted ? "4.24" : "0", y: isSlanted ? "4.24" : "6", "var(--edge)", opacity: "1",
            "var(--c\(index % colors))", into: &defs)
        }
      }
    }
    page.markup("\n")
  }

  /// A third of the one colour and two thirds of the other, six pixels wide.
  private static func stripes(
    _ id: String, x: String, y: String, _ first: String, opacity: String, _ second: String, into defs: inout HTMLWriter
  ) {
    defs.element(
      "linearGradient", .id(id), .init("gradientUnits", "userSpaceOnUse"), .init("spreadMethod", "repeat"),
      .init("x1", "0"), .init("y1", "0"), .init("x2", x), .init("y2", y)
    ) { gradient in
      for (offset, color, opacity) in [
        ("0", first, "1"), (".33", first, "1"), (".33", second, opacity), ("1", second, opacity),
      ] {
        gradient.empty(
          "stop", .init("offset", offset), .init("stop-color", color), .init("stop-opacity", opacity))
      }
    }
  }
}
