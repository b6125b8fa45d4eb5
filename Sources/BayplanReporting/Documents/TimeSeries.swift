import BayplanModel
import BayplanSimulation

/// The columns of samples as series to draw, in groups that share an axis.
struct TimeSeries {
  enum Unit: String {
    /// Hundredths of a percent.
    case share
    case count
    /// Millionths of a currency unit per hour.
    case price
    /// Thousandths of a request per second.
    case rate

    func text(_ value: Int64) -> String {
      switch self {
      case .share: "\(HumanUnits.fixed(Double(value) / 100, digits: 1)) %"
      case .count: HumanUnits.count(Int(value))
      case .price: HumanUnits.price(value)
      case .rate: "\(HumanUnits.decimal(Double(value) / 1000, digits: 1))/s"
      }
    }

    /// Of an axis: without more digits than it needs.
    func tick(_ value: Double) -> String {
      switch self {
      case .share: "\(HumanUnits.decimal(value / 100, digits: 1)) %"
      case .count: HumanUnits.decimal(value, digits: 1)
      case .price: "$\(HumanUnits.decimal(value / 1e6, digits: 3))"
      case .rate: "\(HumanUnits.decimal(value / 1000, digits: 1))/s"
      }
    }
  }

  struct Group {
    var title: String
    var unit: Unit
    var lines: [(name: String, values: [Int64])]
  }

  var times: [Millis]
  /// Without groups in which nothing ever happens.
  var groups: [Group]

  init(_ samples: [Sample]) {
    times = samples.map(\.at)
    let resources = samples.first?.allocated.map(\.resource) ?? []
    func line(_ name: String, _ value: (Sample) -> Int64) -> (name: String, values: [Int64]) {
      (name, samples.map(value))
    }
    let all = [
      Group(
        title: "Allocated, of what nodes have", unit: .share,
        lines: resources.indices.map { index in
          line(HumanUnits.shortName(resources[index])) { $0.allocated[index].share }
        } + [line("fragmentation") { $0.fragmentation }]),
      Group(
        title: "Pods", unit: .count,
        lines: [
          line("pods") { Int64($0.pods) }, line("ready pods") { Int64($0.readyPods) },
          line("pending pods") { Int64($0.pendingPods) },
        ]),
      Group(
        title: "Nodes", unit: .count,
        lines: [line("nodes") { Int64($0.nodes) }, line("ready nodes") { Int64($0.readyNodes) }]),
      Group(title: "Price of nodes", unit: .price, lines: [line("price") { $0.price }]),
      Group(
        title: "Load", unit: .rate, lines: [line("offered") { $0.offered }, line("unserved") { $0.unserved }]),
    ]
    groups = all.filter { $0.lines.contains { $0.values.contains { $0 != 0 } } }
    for index in groups.indices where groups[index].unit == .share {
      groups[index].lines.removeAll { !$0.values.contains { $0 != 0 } }
    }
  }
}
