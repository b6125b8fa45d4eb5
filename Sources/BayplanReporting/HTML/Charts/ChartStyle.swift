/// The look of charts. Lines differ in dashes as well as in colour.
enum ChartStyle {
  /// Looks of lines, boxes and marks.
  static let lines = 6

  static let rules: StaticString = """
    .chart { margin: 20px 0; }
    .chart > figcaption { font-weight: 600; margin-bottom: 4px; }
    .chart .key { margin-bottom: 6px; }
    .plot { position: relative; margin: 8px 10px 0 58px; }
    .plot svg { display: block; width: 100%; height: 100%; overflow: visible; }
    .plot .y { position: absolute; right: 100%; margin-right: 8px; transform: translateY(50%); font-size: 12px;
      line-height: 1; color: var(--muted); white-space: nowrap; font-variant-numeric: tabular-nums; }
    .xs { position: relative; height: 20px; margin: 4px 10px 0 58px; font-size: 12px; color: var(--muted); }
    .xs span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
    .xs span:first-child { transform: none; }
    .xs.rows { margin-left: 172px; }
    .x-title { margin: 0 0 0 58px; font-size: 12px; color: var(--muted); text-align: center; }
    .chart path { vector-effect: non-scaling-stroke; fill: none; }
    .grid { stroke: var(--line); stroke-width: 1; }
    .line { stroke-width: 2; stroke-linejoin: round; }
    .s0 { stroke: var(--l0); } .s1 { stroke: var(--l1); stroke-dasharray: 7 3; }
    .s2 { stroke: var(--l2); stroke-dasharray: 2 3; } .s3 { stroke: var(--l3); stroke-dasharray: 9 3 2 3; }
    .s4 { stroke: var(--l4); } .s5 { stroke: var(--l5); stroke-dasharray: 4 4; }
    .mark { stroke-width: 8; stroke-linecap: round; stroke: var(--muted); }
    .mark.soft { stroke-width: 4; }
    .mark.good { stroke: var(--good); stroke-width: 6; } .mark.warn { stroke: var(--warn); }
    .mark.bad { stroke: var(--bad); stroke-linecap: square; stroke-width: 10; }
    .m0 { stroke: var(--l0); stroke-width: 18; } .m1 { stroke: var(--l1); stroke-width: 14; stroke-linecap: square; }
    .m2 { stroke: var(--l2); stroke-width: 12; } .m3 { stroke: var(--l3); stroke-width: 9; stroke-linecap: square; }
    .m4 { stroke: var(--l4); stroke-width: 8; } .m5 { stroke: var(--l5); stroke-width: 6; stroke-linecap: square; }
    .diagonal { stroke: var(--strong); stroke-dasharray: 4 4; }
    .chart .box { stroke: var(--ink); stroke-width: 1; fill-opacity: .45; }
    .chart .f0 { fill: var(--l0); } .chart .f1 { fill: var(--l1); } .chart .f2 { fill: var(--l2); }
    .chart .f3 { fill: var(--l3); } .chart .f4 { fill: var(--l4); } .chart .f5 { fill: var(--l5); }
    .whisker { stroke: var(--ink); stroke-width: 1.5; }
    .median { stroke: var(--ink); stroke-width: 3; }
    .chart-row { display: grid; grid-template-columns: 160px 1fr; gap: 12px; align-items: center; font-size: 13px; }
    .chart-row > svg { width: calc(100% - 10px); height: 30px; display: block; overflow: visible; }
    .chart-row > :first-child { overflow-wrap: anywhere; }
    .bars { margin: 0; }
    .bars dd { margin: 0; display: flex; align-items: center; gap: 8px; white-space: nowrap; }
    .bars .meter { width: 70%; height: 14px; margin: 0; }
    .timeline .plot::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--now, 0); width: 0;
      border-left: 2px solid var(--accent); display: none; pointer-events: none; }
    html.js .timeline .plot::after { display: block; }
    .charts .plot, .charts .xs { margin-left: 92px; }
    .scrubber { position: sticky; bottom: 0; background: var(--card); border-top: 1px solid var(--line);
      padding: 8px 0 10px; z-index: 2; }
    .scrubber input { width: calc(100% - 86px); margin: 0 2px 4px 84px; padding: 0; min-height: 24px; display: block;
      accent-color: var(--accent); }
    .scrubber label { position: absolute; font-size: 13px; color: var(--muted); }
    .scrubber output { display: grid; grid-template-columns: 82px 1fr; gap: 0 10px; font-size: 13px; }
    .scrubber output b { font-size: 15px; line-height: 1.3; }
    .scrubber output span { display: inline-block; margin-right: 14px; white-space: nowrap; }
    .near { list-style: none; padding: 0; margin: 4px 0 0 92px; font-size: 13px; height: 62px; overflow: auto; }
    .near li { overflow-wrap: anywhere; }
    @media (max-width: 640px) {
      .chart-row { grid-template-columns: 92px 1fr; }
      .xs.rows { margin-left: 104px; }
      .scrubber label { position: static; }
      .scrubber input { width: calc(100% - 70px); margin-left: 66px; }
      .scrubber output { grid-template-columns: 1fr; }
      .near { margin-left: 0; height: 22px; }
      .charts .plot, .charts .xs { margin-left: 74px; }
    }
    .timeline .plot { touch-action: pan-y; }
    @media (max-height: 500px) { .scrubber { position: static; } }

    """
}
