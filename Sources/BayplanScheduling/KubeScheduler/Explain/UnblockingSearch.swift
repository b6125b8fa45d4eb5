import BayplanModel

/// The fewest changes after which a pod that fits nowhere fits on some node.
public struct Unblocking: Sendable {
  /// Changes that suffice together, while none of them can be left out.
  public struct ChangeSet: Hashable, Sendable {
    public var remedies: [Remedy]
    /// A node on which the pod fits then.
    public var node: Int
    /// On how many nodes it fits then; if a node is changed, on how many others changes of the same kinds would do too,
    /// this one included.
    public var nodes: Int
  }

  /// How many changes it takes; nil if none are known. The least number, if the search was complete.
  public var size: Int?
  /// The kinds of sets of that size, the mildest of each kind.
  public var sets: [ChangeSet] = []
  /// False if the search was ended early: there may be further sets, or some where none was found.
  public var isComplete = true
}

/// Searches sets of changes by their size, node by node.
///
/// What keeps a pod off a node is found anew after each change, so that a set is proposed only if the pod really fits
/// with it. An obstacle that no other rule has a hand in needs one of its own remedies; for the entangled ones the other
/// rules of the pod are tried as well. Hence no set with fewer changes of the pod and of one node can do.
struct UnblockingSearch {
  private static let mostChanges = 8
  private static let mostStates = 4000

  private let profile: SchedulerProfile
  private var states = 0
  private var isSpent: Bool { states > Self.mostStates }
  /// Rules of the pod that keep it off some node, and can have a hand in entangled obstacles.
  private var entanglers: [Remedy] = []
  private var found: [Set<Remedy>: Set<Int>] = [:]

  private init(_ profile: SchedulerProfile) { self.profile = profile }

  static func run(for pod: Pod, on snapshot: SchedulerSnapshot, _ profile: SchedulerProfile) -> Unblocking {
    var search = UnblockingSearch(profile)
    return search.run(pod, snapshot)
  }

  private mutating func run(_ pod: Pod, _ snapshot: SchedulerSnapshot) -> Unblocking {
    var result = Unblocking()
    let finder = ObstacleFinder(PodContext(pod: pod, snapshot: snapshot, profile: profile))
    let all = snapshot.nodes.indices.map { finder.obstacles(on: $0) }
    let remedies = Set(all.joined().flatMap { $0.alternatives.joined() })
    entanglers = remedies.filter(\.isEntangler).sorted { $0.description < $1.description }
    let groups = Self.groups(all, pod, snapshot)
    for size in 1...Self.mostChanges {
      for group in groups where group.least <= size {
        extend([], size, group.nodes[0], pod, snapshot, all[group.nodes[0]])
        if isSpent { break }
      }
      if !found.isEmpty { result.size = size }
      if !found.isEmpty || isSpent { break }
    }
    result.isComplete = !isSpent
    if found.isEmpty && !groups.isEmpty {
      result.isComplete = false
      for group in groups { descend(group.nodes[0], pod, snapshot) }
      result.size = found.keys.map(\.count).min()
      found = found.filter { $0.key.count == result.size }
    }
    result.sets = Self.mildest(found, Dictionary(uniqueKeysWithValues: groups.map { ($0.nodes[0], $0.nodes) }))
    return result
  }

  private struct Group {
    /// The first speaks for all.
    var nodes: [Int]
    /// Changes that it takes at least.
    var least: Int
  }

  /// What tells nodes apart for a pod.
  private struct GroupKey: Hashable {
    var obstacles: [Obstacle]
    /// Of the labels that rules of the pod speak of, host names apart.
    var labels: [String?]
    var taints: [Taint]
  }

  /// Nodes that are alike to the pod, those that no change can open left out.
  private static func groups(_ all: [[Obstacle]], _ pod: Pod, _ snapshot: SchedulerSnapshot) -> [Group] {
    let keys = pod.spec.mentionedLabels
    var groups: [Group] = []
    var numbers: [GroupKey: Int] = [:]
    for (node, obstacles) in all.enumerated() where obstacles.allSatisfy({ !$0.alternatives.isEmpty }) {
      let state = snapshot.nodes[node].node
      let key = GroupKey(
        obstacles: obstacles.map {
          Obstacle(alternatives: $0.alternatives.map { $0.map(\.nameless) }, isEntangled: $0.isEntangled)
        }, labels: keys.map { state.labels[$0] }, taints: state.hardTaints)
      if let number = numbers[key] {
        groups[number].nodes.append(node)
        continue
      }
      numbers[key] = groups.count
      let least = obstacles.filter { !$0.isEntangled }.reduce(0) { $0 + $1.alternatives.map(\.count).min()! }
      groups.append(Group(nodes: [node], least: least))
    }
    return groups
  }

  /// One set that opens a node, not necessarily a small one: of each obstacle the first remedy.
  private mutating func descend(_ node: Int, _ pod: Pod, _ snapshot: SchedulerSnapshot) {
    var (pod, snapshot) = (pod, snapshot)
    var made = Set<Remedy>()
    while made.count < 20 {
      let finder = ObstacleFinder(PodContext(pod: pod, snapshot: snapshot, profile: profile))
      guard let next = finder.obstacles(on: node).first else {
        if snapshot.rejection(of: pod, on: node, profile) == nil { found[made, default: []].insert(node) }
        return
      }
      guard let alternative = next.alternatives.first(where: { !$0.allSatisfy(made.contains) }) else { return }
      for remedy in alternative { snapshot.apply(remedy, to: &pod) }
      made.formUnion(alternative)
    }
  }

  /// - Parameter size: changes that may still be made.
  private mutating func extend(
    _ made: [Remedy], _ size: Int, _ node: Int, _ pod: Pod, _ snapshot: SchedulerSnapshot, _ obstacles: [Obstacle]
  ) {
    states += 1
    if obstacles.isEmpty {
      // Pods nominated to the node are no obstacle that could be named.
      if snapshot.rejection(of: pod, on: node, profile) == nil { found[Set(made), default: []].insert(node) }
      return
    }
    let least = obstacles.filter { !$0.isEntangled }.reduce(0) { $0 + ($1.alternatives.map(\.count).min() ?? size + 1) }
    if max(least, 1) > size || isSpent { return }
    let next = obstacles.first { !$0.isEntangled } ?? obstacles[0]
    var alternatives = next.alternatives
    if next.isEntangled { alternatives += entanglers.map { [$0] } }
    for alternative in alternatives where alternative.count <= size && alternative.allSatisfy({ !made.contains($0) }) {
      var (pod, snapshot) = (pod, snapshot)
      for remedy in alternative { snapshot.apply(remedy, to: &pod) }
      let finder = ObstacleFinder(PodContext(pod: pod, snapshot: snapshot, profile: profile))
      extend(made + alternative, size - alternative.count, node, pod, snapshot, finder.obstacles(on: node))
    }
  }

  /// - Parameter alike: the nodes that each node speaks for.
  private static func mildest(_ found: [Set<Remedy>: Set<Int>], _ alike: [Int: [Int]]) -> [Unblocking.ChangeSet] {
    var best: [Set<Remedy>: Unblocking.ChangeSet] = [:]
    var nodes: [Set<Remedy>: Set<Int>] = [:]
    for (remedies, speakers) in found {
      let members = Set(speakers.flatMap { alike[$0] ?? [$0] })
      let new = Unblocking.ChangeSet(
        remedies: remedies.sorted { $0.description < $1.description }, node: speakers.min()!, nodes: members.count)
      let shape = Set(remedies.map(\.shape))
      nodes[shape, default: []].formUnion(members)
      if let old = best[shape], (severity(old), old.node) <= (severity(new), new.node) { continue }
      best[shape] = new
    }
    // A change of a node is made on one node or another; a change of the pod as it stands fits some nodes.
    for (shape, set) in best where set.remedies.contains(where: { $0.node != nil }) {
      best[shape]!.nodes = nodes[shape]!.count
    }
    return best.values.sorted { ($0.key, $0.node) < ($1.key, $1.node) }
  }

  private static func severity(_ set: Unblocking.ChangeSet) -> Double {
    set.remedies.reduce(0) { $0 + Double($1.severity) }
  }
}

extension Unblocking.ChangeSet {
  fileprivate var key: String { remedies.map(\.description).joined(separator: "\n") }
}

extension PodSpec {
  fileprivate var mentionedLabels: [String] {
    var keys = Set(nodeSelector.keys)
    for term in nodeAffinity?.terms ?? [] { keys.formUnion(term.matchExpressions.map(\.key)) }
    keys.formUnion(topologySpread.map(\.topologyKey))
    keys.formUnion((podAffinity + podAntiAffinity).map(\.topologyKey))
    keys.remove(NodeType.hostnameLabel)
    return keys.sorted()
  }
}

extension Remedy {
  fileprivate var isEntangler: Bool {
    switch self {
    case .tolerate, .dropNodeSelector, .dropNodeAffinity, .dropSpread, .raiseMaxSkew, .dropPodAffinity: true
    default: false
    }
  }
}
