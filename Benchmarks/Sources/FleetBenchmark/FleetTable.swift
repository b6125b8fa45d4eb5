import Bayplan
import Foundation

struct FleetOptions {
  var paths: [String] = []
  var only: [String]?
  var hasLimits = false
  var isAudited = false

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let next = rest.popFirst() {
      switch next {
      case "--only": only = rest.popFirst()?.split(separator: ",").map(String.init)
      case "--limits": hasLimits = true
      case "--audit": isAudited = true
      default: paths.append(next)
      }
    }
  }

  func includes(_ name: String) -> Bool { only?.contains(name) ?? true }
}

/// Lines as they come, and their means at the end.
struct FleetTable {
  static let limit = "undeclined limit"

  private struct Row {
    var order: String
    /// Percent of all devices at 100, 110, 120 and 130 % asked for.
    var values: [Double]
    var dropped: Int
    var seconds: Double
  }

  private var names: [String] = []
  private var rows: [String: [Row]] = [:]
  var audited = 0

  func printHead() {
    print("order                policy                 100      110      120      130   dropped  CPU s")
  }

  mutating func add(_ name: String, order: String, _ outcome: ArrivalExperiment.Outcome, seconds: Double) {
    let values = [100, 110, 120, 130].map { outcome.allocation(at: $0) ?? 0 }
    add(name, Row(order: order, values: values, dropped: outcome.dropped, seconds: seconds))
  }

  /// What holds at the end alone.
  mutating func add(
    _ name: String, order: String, _ milli: Int64, of experiment: ArrivalExperiment, seconds: Double
  ) {
    let percent = 100 * Double(milli) / Double(experiment.fleet.capacityMilli)
    add(name, Row(order: order, values: [.nan, .nan, .nan, percent], dropped: 0, seconds: seconds))
  }

  private mutating func add(_ name: String, _ row: Row) {
    if rows[name] == nil { names.append(name) }
    rows[name, default: []].append(row)
    print(line(URL(fileURLWithPath: row.order).lastPathComponent, name, row.values, Double(row.dropped), row.seconds))
  }

  private func line(_ order: String, _ name: String, _ values: [Double], _ dropped: Double, _ seconds: Double) -> String
  {
    let columns = values.map { $0.isNaN ? "     -" : String(format: "%6.2f", $0) }.joined(separator: "   ")
    return order.padding(toLength: 20, withPad: " ", startingAt: 0) + " "
      + name.padding(toLength: 16, withPad: " ", startingAt: 0) + "  " + columns
      + String(format: "%9.0f  %.3f", dropped, seconds)
  }

  /// Also how much of the way from FGD to the limit of policies that decline nothing each one goes, at 130 %.
  func printMeans() {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
    func last(_ name: String) -> [Double] { rows[name]?.map { $0.values[3] } ?? [] }
    for name in names {
      let all = rows[name]!
      print(
        line(
          "mean", name, (0..<4).map { index in mean(all.map { $0.values[index] }) },
          mean(all.map { Double($0.dropped) }), mean(all.map(\.seconds))))
    }
    if audited > 0 { print("\(audited) decisions audited") }
    let (base, limits) = (last("FGD"), last(Self.limit))
    guard !base.isEmpty, base.count == limits.count else { return }
    for name in names where name != "FGD" && name != Self.limit && !name.hasPrefix("offline") {
      let parts = last(name).indices.map { 100 * (last(name)[$0] - base[$0]) / (limits[$0] - base[$0]) }
      let whole = 100 * (mean(last(name)) - mean(base)) / (mean(limits) - mean(base))
      if whole < 0 { continue }
      print(
        "of the way from FGD to the limit, \(name): "
          + parts.map { String(format: "%.0f", $0) }.joined(separator: " ") + String(format: " %%, mean %.1f %%", whole)
      )
    }
  }
}
