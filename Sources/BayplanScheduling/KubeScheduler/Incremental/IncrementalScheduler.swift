import BayplanModel

/// Makes the decisions of `SchedulerSnapshot.evaluate`, hundreds of times faster, by keeping what does not change.
///
/// Pods that differ in name only are a class. Per class what nodes' labels, taints and volumes decide is asked once; what
/// resources decide is kept per node and redone for nodes that changed; what pods on nodes decide is kept in counters
/// per domain. Where the pods of a class mind no domain, the best node is found without looking at all of them;
/// otherwise in a few passes over numbers.
public struct IncrementalScheduler: Sendable {
  struct PodClass: Sendable {
    /// One of them.
    let pod: Pod
    let use: PodUse
    let claims: [PodID]
    let attachments: [String: String]
    var bumps: [(counter: Int, amount: Int64)] = []
    /// Pods on nodes.
    var population = 0
    /// By profile; -1 before the first pod is to be placed.
    var rules: [Int]
  }

  private struct ClassKey: Hashable {
    var namespace: String
    var spec: PodSpec
    var isTerminating: Bool
    var claims: [String]
    var isDaemonPod: Bool
  }

  /// The nodes, without pods.
  let bare: SchedulerSnapshot
  public let profiles: [SchedulerProfile]
  private(set) var rows: NodeRows
  var labels: LabelColumns
  private(set) var classes: [PodClass] = []
  private var classNumbers: [ClassKey: Int] = [:]
  /// Classes of the pods on each node.
  private var members: [[Int32]]
  private(set) var claimUses: [PodID: Int] = [:]
  private(set) var attached: AttachedVolumes

  private(set) var counters: [PodCounter] = []
  private var counterNumbers: [PodCounter.Key: Int] = [:]
  private var nodeSets: [PodCounter.NodeSet: [Bool]] = [:]
  /// Counters of pods by terms of their own.
  private(set) var terms: [Int] = []

  private(set) var fits: [StaticFit] = []
  private var fitNumbers: [StaticFit.Key: Int] = [:]
  private(set) var demands: [ResourceDemand] = []
  private var demandNumbers: [ResourceDemand.Key: Int] = [:]
  private(set) var bases: [BaseScores] = []
  private var baseNumbers: [SIMD2<Int32>: Int] = [:]
  var rules: [ClassRules] = []
  var scratch: RatingScratch

  public init(_ snapshot: SchedulerSnapshot, profiles: [SchedulerProfile]) {
    bare = snapshot.withoutPods()
    self.profiles = profiles
    let nodes = snapshot.nodes.map(\.node)
    rows = NodeRows(nodes)
    labels = LabelColumns(nodes)
    members = nodes.map { _ in [] }
    scratch = RatingScratch(nodes: nodes.count)
    attached = AttachedVolumes(nodes.count)
    for (node, state) in snapshot.nodes.enumerated() {
      for pod in state.pods { add(classify(pod), to: node) }
    }
  }

  /// Of a cluster without nodes.
  static let empty = IncrementalScheduler(SchedulerSnapshot(Cluster()), profiles: [])

  // MARK: Pods

  /// The class of a pod: a number that stays.
  public mutating func classify(_ pod: Pod) -> Int {
    let key = ClassKey(
      namespace: pod.id.namespace, spec: pod.spec, isTerminating: pod.isTerminating, claims: pod.volumeClaims,
      isDaemonPod: pod.isDaemonPod)
    if let number = classNumbers[key] { return number }
    let number = classes.count
    classNumbers[key] = number
    var representative = pod
    representative.nodeName = nil
    representative.nominatedNodeName = nil
    var podClass = PodClass(
      pod: representative, use: PodUse(pod.spec, &rows),
      claims: pod.claimIDs,
      attachments: NodeVolumeLimits.attachments(of: pod, bare.storage), rules: profiles.map { _ in -1 })
    for (index, counter) in counters.enumerated() {
      let amount = counter.pods.amount(of: pod, bare.namespaceLabels)
      if amount != 0 { podClass.bumps.append((index, amount)) }
    }
    classes.append(podClass)
    for term in pod.spec.podAntiAffinity { note(.repelling(term), term) }
    for term in pod.spec.podAffinity { note(.attracted(term), term) }
    for preference in pod.spec.preferredPodAffinity { note(.preferring(preference.term), preference.term) }
    return number
  }

  private mutating func note(_ pods: CountedPods, _ term: PodAffinityTerm) {
    let known = counters.count
    let number = counter(pods, labels.number(of: term.topologyKey))
    if number == known { terms.append(number) }
  }

  public mutating func add(_ number: Int, to node: Int) {
    members[node].append(Int32(number))
    change(number, node, times: 1)
  }

  /// The node must have a pod of the class.
  public mutating func remove(_ number: Int, from node: Int) {
    guard let index = members[node].lastIndex(of: Int32(number)) else {
      preconditionFailure("no pod of the class is on the node")
    }
    members[node].remove(at: index)
    change(number, node, times: -1)
  }

  private mutating func change(_ number: Int, _ node: Int, times: Int64) {
    rows.change(node, by: classes[number].use, isAdded: times > 0)
    classes[number].population += Int(times)
    for bump in classes[number].bumps {
      counters[bump.counter].add(bump.amount, times: times, node: node, labels.columns[counters[bump.counter].column])
    }
    for claim in classes[number].claims { claimUses[claim, default: 0] += Int(times) }
    if !classes[number].attachments.isEmpty { attached.change(node, classes[number].attachments, times: Int(times)) }
  }

  /// Whether any pod on a node has less than a priority.
  func hasPods(below priority: Int32) -> Bool {
    for podClass in classes where podClass.population > 0 && podClass.pod.spec.priority < priority { return true }
    return false
  }

  /// Nodes with a pod that no DaemonSet made.
  var nodesInUse: Int { members.count { $0.contains { !classes[Int($0)].pod.isDaemonPod } } }

  /// Grows with every pod that comes or goes.
  var version: Int { rows.version }

  // MARK: What is kept

  mutating func counter(_ pods: CountedPods, _ column: Int, _ nodes: PodCounter.NodeSet? = nil) -> Int {
    let key = PodCounter.Key(pods: pods, column: column, nodes: nodes)
    if let number = counterNumbers[key] { return number }
    let number = counters.count
    counterNumbers[key] = number
    let values = labels[column]
    var counter = PodCounter(pods, column: column, values, isIncluded: nodes.map { isIncluded($0) })
    var amounts = [Int64](repeating: 0, count: classes.count)
    var isPopulated = false
    for index in classes.indices {
      amounts[index] = pods.amount(of: classes[index].pod, bare.namespaceLabels)
      if amounts[index] == 0 { continue }
      classes[index].bumps.append((number, amounts[index]))
      if classes[index].population > 0 { isPopulated = true }
    }
    if isPopulated {
      for (node, members) in members.enumerated() {
        for member in members where amounts[Int(member)] != 0 {
          counter.add(amounts[Int(member)], times: 1, node: node, values)
        }
      }
    }
    counters.append(counter)
    return number
  }

  private mutating func isIncluded(_ set: PodCounter.NodeSet) -> [Bool] {
    if let known = nodeSets[set] { return known }
    var spec = PodSpec()
    spec.nodeSelector = set.nodeSelector
    spec.nodeAffinity = set.nodeAffinity
    spec.tolerations = set.tolerations ?? []
    let result = bare.nodes.map { state in
      set.keys.allSatisfy { state.node.labels[$0] != nil } && spec.selects(state.node)
        && (set.tolerations == nil || state.node.taints.allSatisfy { !$0.isHard || spec.tolerates($0) })
    }
    nodeSets[set] = result
    return result
  }

  mutating func fit(for context: PodContext, _ profile: Int) -> Int {
    let (pod, spec) = (context.pod, context.pod.spec)
    let key = StaticFit.Key(
      profile: profile, nodeSelector: spec.nodeSelector, nodeAffinity: spec.nodeAffinity,
      preferences: spec.preferredNodeAffinity, tolerations: spec.tolerations,
      images: bare.images.isEmpty ? [] : spec.images,
      claims: pod.claimIDs)
    if let number = fitNumbers[key] { return number }
    fitNumbers[key] = fits.count
    fits.append(StaticFit(context))
    return fits.count - 1
  }

  mutating func demand(for spec: PodSpec, _ profile: Int) -> Int {
    let key = ResourceDemand.Key(profile: profile, requests: spec.requests, scored: spec.scoredRequests)
    if let number = demandNumbers[key] { return number }
    demandNumbers[key] = demands.count
    demands.append(ResourceDemand(spec, profiles[profile], &rows))
    return demands.count - 1
  }

  mutating func base(_ fit: Int, _ demand: Int) -> Int {
    let key = SIMD2(Int32(fit), Int32(demand))
    if let number = baseNumbers[key] { return number }
    baseNumbers[key] = bases.count
    bases.append(BaseScores(fit: fit, demand: demand))
    return bases.count - 1
  }

  mutating func setRules(_ index: Int, of number: Int, _ profile: Int) { classes[number].rules[profile] = index }

  mutating func refresh(_ base: Int) {
    bases[base].refresh(rows, fits[bases[base].fit], demands[bases[base].demand])
  }
}

/// Volumes attached to nodes, by driver.
struct AttachedVolumes: Sendable {
  private var volumes: [[String: (driver: String, pods: Int)]]

  init(_ nodeCount: Int) { volumes = [[String: (driver: String, pods: Int)]](repeating: [:], count: nodeCount) }

  mutating func change(_ node: Int, _ attachments: [String: String], times: Int) {
    for (volume, driver) in attachments {
      let pods = (volumes[node][volume]?.pods ?? 0) + times
      volumes[node][volume] = pods == 0 ? nil : (driver, pods)
    }
  }

  /// Whether a node with these limits can take these volumes as well.
  func allow(_ wanted: [String: String], on node: Int, _ limits: [String: Int32]) -> Bool {
    let held = volumes[node]
    var new: [String: Int] = [:]
    for (volume, driver) in wanted where held[volume] == nil { new[driver, default: 0] += 1 }
    return new.allSatisfy { driver, count in
      guard let limit = limits[driver] else { return true }
      return held.values.count { $0.driver == driver } + count <= Int(limit)
    }
  }
}
