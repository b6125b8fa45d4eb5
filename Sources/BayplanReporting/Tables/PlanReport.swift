import BayplanModel

/// A plan at a glance: what was decided, how good it is proven to be, how full the nodes are, what stayed out and why.
public struct PlanReport: Sendable {
  public let plan: Plan
  public let cluster: Cluster
  public let style: TextStyle

  let usages: [NodeUsage]
  /// The resources worth a column, the scarcest kinds of the cluster first after cpu and memory.
  let resources: [Resource]
  let deviceKinds: Set<Resource>

  public init(_ plan: Plan, cluster: Cluster, style: TextStyle) {
    self.plan = plan
    self.cluster = cluster
    self.style = style
    usages = NodeUsage.all(of: plan, cluster: cluster)
    let nodes = usages.map(\.node)
    deviceKinds = Set(nodes.flatMap { $0.devices.map(\.kind) })
    var asked: Set<Resource> = deviceKinds
    for usage in usages { asked.formUnion(usage.used.names) }
    for unplaced in plan.unplaced.prefix(100) {
      guard let pod = cluster.pods.first(where: { $0.id == unplaced.pod }) else { continue }
      asked.formUnion(pod.spec.requests.names)
      if let device = pod.spec.devices { asked.insert(device.kind) }
    }
    asked.remove(.pods)
    let first: [Resource] = [.cpu, .memory]
    resources = first.filter(asked.contains) + asked.subtracting(first).sorted()
  }

  /// The whole report, as printed by `bayplan plan`.
  public func text() -> String {
    sectioned([headline(), nodeSection(), openedSection(), unplacedSection(), noticeSection()])
  }

  func heading(_ title: String, _ details: [String]) -> String {
    let details = details.filter { !$0.isEmpty }.joined(separator: " \(style.dot) ")
    return style.paint(title, .bold) + (details.isEmpty ? "" : "  \(details)")
  }
}

// MARK: - Headline

extension PlanReport {
  /// Status, what is proven, every criterion with its bound, and how the answer came about.
  func headline() -> [String] {
    var lines = ["\(style.paint(plan.status.rawValue.uppercased(), statusColor))  \(proofSentence)"]
    let rows = plan.criteria.map { value -> [String] in
      let verdict: String
      if value.gap == 0 {
        verdict = style.paint("\(style.check) proven", .green)
      } else if let gap = value.gap {
        verdict = style.paint("gap \(Self.gapText(gap))", .yellow)
      } else {
        verdict = style.paint("no bound", .yellow)
      }
      return [
        Self.title(value.criterion, among: plan.criteria), phrase(value),
        value.bound.map { "\(value.criterion.isMaximized ? "at most" : "at least") \(figure(value.criterion, $0))" }
          ?? "", verdict,
      ]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = (0..<3).map { row[$0].padded(to: widths[$0]) } + [row[3]]
      lines.append("  " + cells.joined(separator: "   "))
    }
    let how = ["engine \(plan.engine)", "strategy \(plan.strategy)", HumanUnits.seconds(plan.solveSeconds)]
    lines.append("  " + style.paint(how.map(TextStyle.neutralized).joined(separator: " \(style.dot) "), .dim))
    return lines
  }

  private var statusColor: TextStyle.Color {
    switch plan.status {
    case .optimal: .green
    case .feasible: .yellow
    case .infeasible, .unknown: .red
    }
  }

  /// What the status means, in a sentence.
  var proofSentence: String {
    switch plan.status {
    case .optimal:
      var claims = ["places more"]
      if plan.criteria.contains(where: { if case .allocated = $0.criterion { true } else { false } }) {
        claims = ["allocates more"]
      }
      if plan.criteria.contains(where: { $0.criterion == .cost && $0.value > 0 }) { claims.append("costs less") }
      if plan.criteria.contains(where: { $0.criterion == .nodes }) { claims.append("uses fewer nodes") }
      let list = claims.count == 1 ? claims[0] : claims.dropLast().joined(separator: ", ") + " or " + claims.last!
      return "proven: no plan \(list)"
    case .feasible:
      // A gap of all there is says nothing.
      let gap = plan.decisiveCriterion?.gap.flatMap { $0 < 1 ? $0 : nil }
      let distance = gap.map { "within \(Self.gapText($0)) of the best possible" }
      return [distance ?? "how far from the best possible is not known", stopPhrase].compactMap { $0 }
        .joined(separator: "; ")
    case .infeasible: return "proven: not everything can be placed"
    case .unknown: return ["no plan found", stopPhrase].compactMap { $0 }.joined(separator: "; ")
    }
  }

  private var stopPhrase: String? {
    switch plan.termination {
    case .proof, .exhausted: nil
    case .workLimit: "stopped by --work-limit"
    case .timeLimit: "stopped by --time-limit"
    case .cancelled: "cancelled"
    }
  }

  static func gapText(_ gap: Double) -> String {
    gap > 0 && gap < 0.0001 ? "<0.01 %" : "\(HumanUnits.decimal(gap * 100, digits: 2)) %"
  }

  static func title(_ criterion: Criterion, among criteria: [CriterionValue]) -> String {
    switch criterion {
    case .unplaced(let priority):
      let several = criteria.count { if case .unplaced = $0.criterion { true } else { false } } > 1
      return several || priority != 0 ? "unplaced (priority \(priority))" : "unplaced"
    case .allocated(let resource): return "allocated \(HumanUnits.shortName(resource))"
    case .cost: return "cost"
    case .nodes: return "nodes in use"
    }
  }

  func figure(_ criterion: Criterion, _ value: Int64) -> String {
    switch criterion {
    case .unplaced, .nodes: HumanUnits.count(Int(value))
    case .allocated(let resource):
      HumanUnits.amount(value, of: resource, isDevice: deviceKinds.contains(resource))
    case .cost: HumanUnits.price(value)
    }
  }

  /// A criterion's value in words: `3 pods`, `$1.23/h`.
  func phrase(_ value: CriterionValue) -> String {
    switch value.criterion {
    case .unplaced: HumanUnits.count(Int(value.value), "pod")
    case .nodes: HumanUnits.count(Int(value.value), "node")
    case .cost, .allocated: figure(value.criterion, value.value)
    }
  }
}
