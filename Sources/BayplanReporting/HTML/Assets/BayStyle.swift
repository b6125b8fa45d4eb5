/// The look of bays, boxes and the quay, and the patterns that their fills refer to.
enum BayStyle {
  static let colors = 7
  /// Seven plain, seven striped, seven dotted; names beyond that share them in turn.
  static let fills = 21

  /// How a label is written so that it can be read on a fill.
  static func label(on fill: Int) -> String { fill == 4 ? "pale" : fill >= colors ? "halo" : "dark" }

  static let rules: StaticString = """
    .defs { position: absolute; width: 0; height: 0; }
    .groups { display: flex; flex-wrap: wrap; gap: 6px 36px; align-items: flex-end; }
    .group { max-width: 100%; }
    .group h3 span { display: block; margin: 0; font-size: 13px; }
    .bays { display: flex; flex-wrap: wrap; gap: 14px 12px; align-items: flex-end; }
    .bay { margin: 0; min-width: 76px; max-width: 124px; text-align: center; transition: opacity .15s; }
    .bay svg { display: block; margin: 0 auto; overflow: visible; border-radius: 3px; }
    .bay figcaption { font-size: 12px; line-height: 1.35; margin-top: 5px; }
    .bay figcaption b { display: block; font-weight: 600; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; }
    .bay figcaption span { color: var(--muted); }
    .bay.new figcaption b::after { content: " +"; color: var(--accent); }
    .bay.dim, .bays .dim { opacity: .22; }
    .hull { fill: var(--hull); stroke: var(--strong); stroke-width: 1.5; }
    .hull.none { stroke-dasharray: 3 3; }
    .hull.opened { stroke: var(--accent); stroke-width: 2.5; }
    .lost { fill: url(#hatch); }
    .b { stroke: var(--edge); stroke-width: .8; }
    .o1 { fill-opacity: .42; }
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

  /// What fills beyond the seven colours refer to.
  static func writePatterns(into page: inout HTMLWriter) {
    page.element("svg", .class("defs"), .hidden, .init("focusable", "false")) { svg in
      svg.element("defs") { defs in
        defs.markup("<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" ")
        defs.markup(
          "patternTransform=\"rotate(45)\"><rect width=\"2\" height=\"6\" fill=\"var(--strong)\" /></pattern>")
        for index in colors..<fills {
          defs.element(
            "pattern", .id("p\(index)"), .init("width", "6"), .init("height", "6"),
            .init("patternUnits", "userSpaceOnUse"), .init("patternTransform", "rotate(-45)")
          ) { pattern in
            let color = "var(--c\(index % colors))"
            pattern.empty("rect", .init("width", "6"), .init("height", "6"), .init("fill", color))
            if index < 2 * colors {
              pattern.markup("<rect width=\"2\" height=\"6\" fill=\"var(--edge)\" />")
            } else {
              pattern.markup("<circle cx=\"3\" cy=\"3\" r=\"1.5\" fill=\"var(--edge)\" />")
            }
          }
        }
      }
    }
    page.markup("\n")
  }
}
