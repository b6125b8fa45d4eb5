import BayplanAudit
import BayplanModel

/// What happened at one instant, for the checks alone.
struct AuditTrail: Sendable {
  /// Pods that were bound.
  var bound: Set<PodID> = []
  /// By budget: ready pods that it allowed to go.
  var asked: [Int: Int] = [:]
  /// By budget: ready pods that went otherwise.
  var lost: [Int: Int] = [:]
}

/// The rules that hold at every instant, checked on the user-facing types by code that shares nothing with the engine.
extension ClusterSimulation {
  private static let mostViolations = 100

  mutating func audit() {
    defer { trail = AuditTrail() }
    if violations.count >= Self.mostViolations { return }
    auditPlacements()
    auditBooks()
    auditRollouts()
    auditBudgets()
  }

  /// A ready pod is about to go.
  mutating func noteLoss(_ number: Int32) {
    for (index, budget) in scenario.cluster.disruptionBudgets.enumerated() where isCovered(number, by: budget) {
      trail.lost[index, default: 0] += 1
    }
  }

  /// A ready pod is about to go because its budgets allow it.
  mutating func noteEviction(_ number: Int32) {
    for (index, budget) in scenario.cluster.disruptionBudgets.enumerated() where isCovered(number, by: budget) {
      trail.asked[index, default: 0] += 1
      trail.lost[index, default: 0] -= 1
    }
  }

  private mutating func note(_ text: String) { violations.append("\(state.now.durationText): \(text)") }

  /// No node holds more than it has, and every pod bound at this instant is where the rules allow it.
  private mutating func auditPlacements() {
    var cluster = Cluster()
    cluster.nodes = state.nodes.filter(\.isRegistered).map(\.node)
    cluster.namespaces = scenario.cluster.namespaces
    cluster.storage = scenario.cluster.storage
    var placements: [Placement] = []
    for node in state.nodes where node.isRegistered {
      for number in node.pods {
        var pod = modelPod(number)
        let devices = (0..<64 as Range<Int32>).filter { state.pods[number].devices >> UInt64($0) & 1 != 0 }
        placements.append(Placement(pod: pod.id, node: node.node.name, devices: devices))
        if !trail.bound.contains(pod.id) { pod.nodeName = node.node.name }
        // The scheduler counts devices: what the specification names is in its requests already.
        if policy == nil { pod.spec.devices = nil }
        cluster.pods.append(pod)
      }
    }
    if policy == nil { for index in cluster.nodes.indices { cluster.nodes[index].devices = [] } }
    let found = Auditor(cluster: cluster).audit(placements, openedNodes: [], unplaced: [])
    for violation in found.violations { note("\(violation)") }
    for violation in found.baseline where violation.constraint == "resources" { note("\(violation)") }
  }

  /// The sums that are kept equal sums over all pods.
  private mutating func auditBooks() {
    var requested = state.metrics.resources.map { _ in Int64(0) }
    var pending: Int64 = 0
    var ready = 0
    for (number, pod) in state.pods.slots.enumerated() where pod.isThere {
      if pod.phase == .pending {
        pending += 1
      } else {
        let spec = template(of: Int32(number)).pod.spec
        for index in requested.indices { requested[index] += state.metrics.amount(of: spec, index) }
      }
      let node = pod.node
      if pod.isReady && node >= 0 && state.nodes[Int(node)].condition == .ready { ready += 1 }
      let isListed = node < 0 || state.nodes[Int(node)].pods.contains(Int32(number))
      if !isListed { note("\(pod.name) is on a node that does not list it") }
    }
    for (index, resource) in state.metrics.resources.enumerated()
    where state.metrics.allocated[index] != requested[index] {
      note("\(resource.rawValue) in the books: \(state.metrics.allocated[index]), on nodes: \(requested[index])")
    }
    if pending != state.metrics.pending { note("pending in the books: \(state.metrics.pending), counted: \(pending)") }
    if ready != state.metrics.ready { note("ready in the books: \(state.metrics.ready), counted: \(ready)") }
    for entry in state.workloads where entry.isThere {
      let ready = entry.pods.count { number in
        let pod = state.pods[number]
        return pod.isReady && pod.node >= 0 && state.nodes[Int(pod.node)].condition == .ready
      }
      if ready != entry.ready {
        note("\(entry.workload.reference): ready in the books \(entry.ready), counted \(ready)")
      }
    }
  }

  /// A Deployment never has more pods than its surge allows.
  private mutating func auditRollouts() {
    for entry in state.workloads where entry.isThere && entry.workload.kind == .deployment {
      let active = entry.pods.count { state.pods[$0].phase != .stopping }
      let surge: Int
      switch entry.workload.rollout.maxSurge {
      case .count(let count): surge = Int(count)
      case .percent(let percent): surge = (entry.replicas * Int(percent) + 99) / 100
      }
      if active > entry.replicas + surge {
        note("\(entry.workload.reference) has \(active) pods, more than \(entry.replicas) and a surge of \(surge)")
      }
    }
  }

  /// Evictions that budgets allowed left enough pods ready.
  private mutating func auditBudgets() {
    for (index, count) in trail.asked.sorted(by: { $0.key < $1.key }) {
      let budget = scenario.cluster.disruptionBudgets[index]
      var expected = 0
      var healthy = 0
      var owners = Set<Int32>()
      for (number, pod) in state.pods.slots.enumerated() where pod.isThere {
        let model = modelPod(Int32(number))
        guard model.id.namespace == budget.namespace, budget.selector?.matches(model.spec.labels) == true else {
          continue
        }
        let hasScale = pod.workload >= 0 && state.workloads[Int(pod.workload)].isLasting
        if !hasScale { expected += 1 }
        if hasScale, owners.insert(pod.workload).inserted {
          expected += state.workloads[Int(pod.workload)].replicas
        }
        if pod.isReady { healthy += 1 }
      }
      let desired: Int
      switch (budget.minAvailable, budget.maxUnavailable) {
      case (.count(let count)?, _): desired = Int(count)
      case (.percent(let percent)?, _): desired = (expected * Int(percent) + 99) / 100
      case (_, .count(let count)?): desired = expected - Int(count)
      case (_, .percent(let percent)?): desired = expected - (expected * Int(percent) + 99) / 100
      default: desired = 0
      }
      if healthy + (trail.lost[index] ?? 0) < desired {
        note("budget \(budget.name): \(healthy) of \(desired) pods ready after \(count) evictions")
      }
    }
  }
}
