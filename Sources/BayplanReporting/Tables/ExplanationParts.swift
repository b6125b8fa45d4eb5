import BayplanModel

// What explanations against a plan and against the scheduler print alike.

/// What a pod asks for.
/// - Parameter devices: named devices beside what is requested as an amount.
func asks(_ spec: PodSpec, devices: DeviceRequest? = nil) -> String {
  var parts = spec.requests.names.map {
    "\(TextStyle.neutralized($0.rawValue)) \(HumanUnits.amount(spec.requests[$0], of: $0))"
  }
  if let devices {
    let amount = HumanUnits.amount(devices.totalMilli, of: devices.kind, isDevice: true)
    parts.append("\(TextStyle.neutralized(devices.kind.rawValue)) \(amount)")
  }
  return "asks for " + (parts.isEmpty ? "nothing" : parts.joined(separator: ", "))
    + (spec.priority != 0 ? ", priority \(spec.priority)" : "")
}

extension TextStyle {
  /// How wide the largest of some numbers is.
  func digits(of counts: [Int]) -> Int { counts.map { HumanUnits.count($0).count }.max() ?? 1 }

  /// A bar per reason, and the number of nodes, which they sum to.
  /// - Parameter width: of the reasons.
  func histogram(_ counts: [(nodes: Int, text: String)], total: Int, width: Int) -> [String] {
    let digits = digits(of: counts.map(\.nodes))
    let bars = counts.map { nodes, text in
      let bar = paint(bar(Double(nodes) / Double(max(1, total)), width: 12), .cyan)
      return "  \(HumanUnits.count(nodes).aligned(to: digits))  \(bar)  \(name(text, width: width))"
    }
    return bars + ["  \(HumanUnits.count(total).aligned(to: digits))  node\(total == 1 ? "" : "s")"]
  }
}
