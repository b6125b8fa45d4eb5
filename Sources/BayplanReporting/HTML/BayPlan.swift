import BayplanModel

/// What the picture of a plan shows: nodes as bays, pods as boxes in them, and those that wait on the quay.
struct BayPlan {
  /// A resource that boxes can be drawn in, and how its amounts are written.
  struct Measure {
    var resource: Resource
    var title: String
    var unit: String
    var divisor: Double
    var isDevice: Bool
    /// Most that any bay has of it; its area is the largest drawn.
    var largest: Int64
  }

  enum Origin: Int, CaseIterable {
    case placed, running, daemon

    var words: String {
      switch self {
      case .placed: "newly placed"
      case .running: "running already"
      case .daemon: "of a DaemonSet"
      }
    }
  }

  struct Box {
    var pod: PodID
    var workload: Int
    var namespace: Int
    /// What it asks for, into `shapes`.
    var shape: Int
    var origin: Origin
  }

  struct Bay {
    var usage: NodeUsage
    var group: Int
    var zone: Int
    /// Amounts per measure.
    var capacity: [Int64]
    var used: [Int64]
    var stranded: [Int64]
    /// Titles of what is short where something is stranded.
    var shortOf: [String]
    var boxes: [Box] = []

    func free(_ measure: Int) -> Int64 { max(0, capacity[measure].subtractingSaturated(used[measure])) }
  }

  /// Unplaced pods that are alike and wait for the same reasons.
  struct Party {
    var workload: Int
    var priority: Int32
    var reasons: [Unplaced.Reason]
    var boxes: [Box]
  }

  /// Names by rank: what has most pods comes first and has the first colour.
  struct Names {
    private(set) var names: [String] = []
    private var indices: [String: Int] = [:]
    private(set) var counts: [Int] = []

    mutating func count(_ name: String) -> Int {
      if let index = indices[name] {
        counts[index] += 1
        return index
      }
      indices[name] = names.count
      names.append(name)
      counts.append(1)
      return names.count - 1
    }

    /// Rank of every name, most pods first, equal ones by name.
    var ranks: [Int] {
      var ranks = [Int](repeating: 0, count: names.count)
      for (rank, index) in byRank.enumerated() { ranks[index] = rank }
      return ranks
    }

    var byRank: [Int] { names.indices.sorted { (-counts[$0], names[$0]) < (-counts[$1], names[$1]) } }
  }

  var measures: [Measure]
  /// Distinct requests, per measure.
  private(set) var shapes: [[Int64]] = []
  private var shapeIndices: [[Int64]: Int] = [:]
  var workloads = Names()
  var namespaces = Names()
  var zones = Names()
  /// Nodes of one type in one zone.
  var groups: [String] = []
  var bays: [Bay] = []
  var quay: [Party] = []

  init(_ plan: Plan, cluster: Cluster, resources: [Resource], deviceKinds: Set<Resource>) {
    let usages = NodeUsage.all(of: plan, cluster: cluster)
    // Where nobody asks for anything, pods are what can be counted.
    let resources = resources.isEmpty ? [.pods] : resources
    measures = resources.map { resource in
      let largest = usages.map { $0.amounts(resource).available }.max() ?? 0
      let unit = HumanUnits.unit(of: resource, isDevice: deviceKinds.contains(resource), largest: largest)
      return Measure(
        resource: resource, title: HumanUnits.shortName(resource), unit: unit.name, divisor: unit.divisor,
        isDevice: deviceKinds.contains(resource), largest: largest)
    }
    var groupIndices: [String: Int] = [:]
    for usage in usages {
      let zone = usage.node.labels[NodeType.zoneLabel]
      let type = usage.node.type ?? usage.node.labels[NodeType.instanceTypeLabel]
      let group = [type, zone.map { "zone \($0)" }].compactMap { $0 }.joined(separator: " · ")
      let amounts = resources.map { usage.amounts($0) }
      if groupIndices[group] == nil {
        groupIndices[group] = groups.count
        groups.append(group)
      }
      bays.append(
        Bay(
          usage: usage, group: groupIndices[group]!, zone: zones.count(zone ?? "no zone"),
          capacity: amounts.map(\.available), used: amounts.map(\.used), stranded: [], shortOf: []))
    }
    addPlaced(plan, cluster)
    addQuay(plan, cluster)
    for index in bays.indices {
      // Daemons at the bottom, then what ran before; workloads together, large boxes below small ones.
      let boxes = bays[index].boxes
      let keys = boxes.indices.map { at in
        (-boxes[at].origin.rawValue, boxes[at].workload, -(shapes[boxes[at].shape].first ?? 0), at)
      }
      bays[index].boxes = keys.sorted { $0 < $1 }.map { boxes[$0.3] }
    }
    addStranded()
  }

  private mutating func addPlaced(_ plan: Plan, _ cluster: Cluster) {
    NodeUsage.visit(plan, cluster: cluster) { node, placement, source in
      let box: Box
      switch source {
      case .daemon(let daemon): box = self.box(placement.pod, daemon.spec, daemon.workload, .daemon)
      case .pod(let pod):
        let origin: Origin = pod.isDaemonPod ? .daemon : pod.nodeName != nil ? .running : .placed
        box = self.box(placement.pod, pod.spec, pod.workload, origin)
      }
      bays[node].boxes.append(box)
    }
  }

  private mutating func box(_ id: PodID, _ spec: PodSpec, _ workload: String?, _ origin: Origin) -> Box {
    let amounts = measures.map { spec.amount($0.resource) }
    let shape = shapeIndices[amounts] ?? shapes.count
    if shape == shapes.count {
      shapeIndices[amounts] = shape
      shapes.append(amounts)
    }
    return Box(
      pod: id, workload: workloads.count(workload ?? "Pod/\(id.namespace)/*"),
      namespace: namespaces.count(id.namespace), shape: shape, origin: origin)
  }

  private mutating func addQuay(_ plan: Plan, _ cluster: Cluster) {
    struct Kind: Hashable {
      var workload: String?
      var namespace: String
      var priority: Int32
      var reasons: [Unplaced.Reason]
    }
    let wanted = Set(plan.unplaced.map(\.pod))
    let pods = Dictionary(
      cluster.pods.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var indices: [Kind: Int] = [:]
    for unplaced in plan.unplaced {
      let pod = pods[unplaced.pod]
      let box = self.box(unplaced.pod, pod?.spec ?? PodSpec(), pod?.workload, .placed)
      let kind = Kind(
        workload: pod?.workload, namespace: unplaced.pod.namespace, priority: pod?.spec.priority ?? 0,
        reasons: unplaced.reasons)
      if let index = indices[kind] {
        quay[index].boxes.append(box)
      } else {
        indices[kind] = quay.count
        quay.append(Party(workload: box.workload, priority: kind.priority, reasons: kind.reasons, boxes: [box]))
      }
    }
  }
}

extension PodSpec {
  /// What it asks for of a resource; devices in thousandths.
  fileprivate func amount(_ resource: Resource) -> Int64 {
    if resource == .pods { return 1 }
    return devices.flatMap { $0.kind == resource ? $0.totalMilli : nil } ?? requests[resource]
  }
}
