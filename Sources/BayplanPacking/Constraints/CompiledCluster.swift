import BayplanModel

/// A cluster as an instance, with the way back: which pods an item copy stands for, which node a bin is.
public struct CompiledCluster: Sendable {
  public var instance: Instance
  public var view: ClusterView
  /// Per item type: the pods of each copy (indices into `Cluster.pods`; several where pods must share a node).
  public var copies: [[[Int]]]
  /// Per bin type: its sites; one with several copies for an elastic type.
  public var sites: [[Int]]
  /// Resource of the `allocated` criterion, and how much of it pending pods ask for.
  public var allocatable: (resource: Resource, asked: Int64)?
  /// Where the instance allows less than the cluster does; empty if they are the same.
  public var narrowings: [String]
  /// Topology key per scope; scope 0 is the node itself.
  public var scopeKeys: [String]
  /// Value of each domain per scope.
  public var scopeDomains: [[String]]

  /// - Parameters:
  ///   - allocate: resource whose placed amount comes before everything else.
  public init(_ cluster: Cluster, constraints: Constraints = .standard, allocate: Resource? = nil) {
    let view = ClusterView(cluster)
    var builder = InstanceBuilder(view)
    for constraint in constraints.all { constraint.lower(view, into: &builder) }
    self.init(Compression(builder, allocate: allocate))
  }

  fileprivate init(_ compression: Compression) {
    var compression = compression
    view = compression.view
    instance = compression.instance()
    copies = compression.copies
    sites = compression.sites
    allocatable = compression.allocate.map { ($0, compression.asked) }
    narrowings = compression.builder.narrowings
    if view.cluster.nodeTypes.contains(where: { $0.maxCount != nil && $0.zones.count > 1 }) {
      narrowings.append("the limit of a node pool is shared out evenly over its zones")
    }
    scopeKeys = compression.builder.scopeKeys
    scopeDomains = compression.builder.domainIDs.map { ids in ids.sorted { $0.value < $1.value }.map(\.key) }
  }

  /// Where an assignment puts the pods; copies and nodes are taken in input order.
  public func decode(_ assignment: Assignment) -> (placements: [Placement], openedNodes: [Node], unplaced: [Int]) {
    var next = Array(repeating: 0, count: copies.count)
    var placements: [(index: Int, placement: Placement)] = []
    var opened: [Node] = []
    var ordinals: [Int: Int] = [:]
    for load in assignment.loads where !load.pattern.isEmpty {
      let members = sites[load.binType]
      // Nodes to add go round the zones in turn.
      let member = members[load.copy % members.count]
      let site = view.sites[member]
      var node = site.node
      if let type = site.nodeType {
        let key = member
        ordinals[key, default: 0] += 1
        node = view.cluster.nodeTypes[type].makeNode(zone: site.zone, ordinal: ordinals[key]!)
        opened.append(node)
      }
      var devices = (DevicePacking.pack(load.pattern, bin: load.binType, instance: instance) ?? [])[...]
      for entry in load.pattern.items {
        let item = Int(entry.item)
        for _ in 0..<entry.count {
          let places = instance.itemTypes[item].device == nil ? [] : devices.removeFirst().devices
          for pod in copies[item][next[item]] {
            let kind = view.cluster.pods[pod].spec.devices?.kind
            placements.append(
              (
                pod,
                Placement(
                  pod: view.cluster.pods[pod].id, node: node.name,
                  devices: kind.map { deviceIndices(places, kind: $0, site: site) } ?? [])
              ))
          }
          next[item] += 1
        }
      }
    }
    let placed = Set(placements.map(\.index))
    return (
      placements.sorted { $0.index < $1.index }.map(\.placement), opened,
      view.pending.filter { !placed.contains($0) }
    )
  }

  /// Slots run over all device groups of a bin; indices count per kind.
  private func deviceIndices(_ slots: [Int], kind: Resource, site: ClusterView.Site) -> [Int32] {
    var offset = 0
    var index: Int32 = 0
    var result: [Int32] = []
    for group in site.node.devices {
      for _ in 0..<max(0, group.count) {
        if slots.contains(offset) { result.append(index) }
        if group.kind == kind { index += 1 }
        offset += 1
      }
    }
    return result
  }
}

/// Turns classes and sites into item types and bin types by merging equal rows.
private struct Compression {
  let builder: InstanceBuilder
  let view: ClusterView
  let allocate: Resource?
  var asked: Int64 = 0
  var copies: [[[Int]]] = []
  var sites: [[Int]] = []
  private var dimensions: [Resource] = []
  private var deviceKinds: [Resource] = []
  private var deviceClasses: [DeviceClass] = []
  private var criteria: [Criterion] = []

  private struct DeviceClass: Hashable {
    var kind: Resource
    var model: String
  }

  /// Pods that go together: one class, or several that must share a node.
  private struct Unit: Hashable {
    var classes: [Int]
    /// Where a partner already runs.
    var onlySite: Int?
  }

  private struct ItemRow: Hashable {
    var weights: [Int64]
    var priority: Int32
    var device: Instance.DeviceDemand?
    var omission: Score
    var eligibility: [Bool]
    var memberships: [Bool]
    var gang: String?
  }

  private struct BinRow: Hashable {
    var capacity: [Int64]
    var opening: Score
    var isElastic: Bool
    var domains: [Int32]
    var devices: [Instance.DeviceSlot]
    var eligibility: [Bool]
    var fixed: [Int32]
    var flags: [Bool]
  }

  init(_ builder: InstanceBuilder, allocate: Resource?) {
    self.builder = builder
    view = builder.view
    self.allocate = allocate
    var resources = Set<Resource>()
    var kinds = Set<Resource>()
    for podClass in view.classes where !podClass.pending.isEmpty {
      resources.formUnion(podClass.spec.requests.amounts.filter { $0.value > 0 }.keys)
      if let device = podClass.spec.devices { kinds.insert(device.kind) }
    }
    deviceKinds = kinds.sorted()
    dimensions = resources.subtracting([.pods]).sorted() + [.pods] + deviceKinds.map(Self.deviceDimension)
    var classes: [DeviceClass] = []
    for site in view.sites {
      for group in site.node.devices {
        let entry = DeviceClass(kind: group.kind, model: group.model)
        if !classes.contains(entry) && classes.count < 64 { classes.append(entry) }
      }
    }
    deviceClasses = classes
    let priorities = Set(view.classes.filter { !$0.pending.isEmpty }.map(\.spec.priority)).sorted(by: >)
    if let allocate { criteria.append(.allocated(allocate)) }
    criteria += (priorities.isEmpty ? [0] : priorities).map { .unplaced(priority: $0) }
    if view.sites.contains(where: { $0.node.price > 0 }) { criteria.append(.cost) }
    criteria.append(.nodes)
  }

  /// Thousandths of all devices of a kind: implied by the devices themselves, but it lets linear bounds see them.
  static func deviceDimension(_ kind: Resource) -> Resource { Resource("\(kind.rawValue) devices") }

  mutating func instance() -> Instance {
    let units = units()
    let (items, itemRows, gangs) = itemTypes(units)
    let (bins, binRows) = binTypes(itemRows)
    let counters = builder.counters.enumerated().map { index, counter -> Instance.Counter in
      Instance.Counter(
        scope: counter.scope, members: itemRows.map { $0.memberships[index] },
        fixed: counter.scope == 0 ? sites.map { counter.fixed[$0[0]] } : counter.fixed,
        countedBinTypes: counter.countedSites.isEmpty ? [] : sites.map { counter.countedSites[$0[0]] })
    }
    var base = Score.zero(criteria.count)
    for site in view.sites where site.isInUse { base += opening(site) }
    var instance = Instance(
      dimensions: dimensions, itemTypes: items, binTypes: bins, weights: itemRows.flatMap(\.weights),
      capacities: binRows.flatMap(\.capacity),
      eligibility: itemRows.flatMap { row in sites.map { row.eligibility[$0[0]] } },
      domainCounts: builder.domainIDs.map(\.count), counters: counters, conflicts: builder.conflicts,
      maxima: builder.maxima, spreads: builder.spreads.map(spread), requirements: builder.requirements, gangs: gangs,
      criteria: criteria, baseScore: base)
    if units.contains(where: { $0.unit.classes.count > 1 }) {
      // Certificates take pods one by one, where a plan takes them together.
      for criterion in criteria.indices where items.contains(where: { $0.omissionScore[criterion] != 0 }) {
        instance.steps[criterion] = 1
      }
    }
    return instance
  }

  private func spread(_ spread: InstanceBuilder.SiteSpread) -> Instance.Spread {
    let scope = builder.counters[spread.counter].scope
    var eligible: [Bool]
    if scope == 0 {
      eligible = sites.map { spread.eligibleSites[$0[0]] }
    } else {
      eligible = Array(repeating: false, count: builder.domainIDs[scope].count)
      for site in view.sites.indices where spread.eligibleSites[site] {
        if let domain = builder.domain(of: site, scope: scope) { eligible[domain] = true }
      }
    }
    return Instance.Spread(
      counter: spread.counter, owners: spread.owners, maxSkew: spread.maxSkew, minimumIsZero: spread.minimumIsZero,
      eligibleDomains: eligible)
  }

  // MARK: Items

  /// Units in the order of their first pod, each with the pods of its copies.
  private func units() -> [(unit: Unit, copies: [[Int]])] {
    var classOf: [Int: Int] = [:]
    var together: [String: [Int]] = [:]
    var partners: [String: Int] = [:]
    func key(_ podClass: ClusterView.PodClass) -> String? {
      podClass.spec.colocation.map { "\(podClass.namespace)/\($0)" }
    }
    for (index, podClass) in view.classes.enumerated() {
      for pod in podClass.pending { classOf[pod] = index }
      if let key = key(podClass), let site = podClass.bound.first, site >= 0 { partners[key] = site }
    }
    for pod in view.pending {
      if let key = key(view.classes[classOf[pod]!]) { together[key, default: []].append(pod) }
    }
    var order: [Unit] = []
    var members: [Unit: [[Int]]] = [:]
    var done = Set<String>()
    for pod in view.pending {
      let podClass = classOf[pod]!
      var unit = Unit(classes: [podClass], onlySite: nil)
      var pods = [pod]
      if let key = key(view.classes[podClass]) {
        guard done.insert(key).inserted else { continue }
        pods = together[key]!
        unit = Unit(classes: pods.map { classOf[$0]! }, onlySite: partners[key])
      }
      if members[unit] == nil { order.append(unit) }
      members[unit, default: []].append(pods)
    }
    return order.map { ($0, members[$0]!) }
  }

  private mutating func itemTypes(
    _ units: [(unit: Unit, copies: [[Int]])]
  ) -> (items: [Instance.ItemType], rows: [ItemRow], gangs: [Instance.Gang]) {
    let memberships = builder.counters.map { Set($0.classes) }
    var index: [ItemRow: Int] = [:]
    var rows: [ItemRow] = []
    for (unit, pods) in units {
      let row = row(unit, memberships)
      if let amount = allocate.map({ amountOf($0, unit) }) { asked += amount * Int64(pods.count) }
      if let known = index[row] {
        copies[known] += pods
      } else {
        index[row] = rows.count
        rows.append(row)
        copies.append(pods)
      }
    }
    let items = rows.indices.map { position in
      Instance.ItemType(
        demand: copies[position].count, priority: rows[position].priority, device: rows[position].device,
        omissionScore: rows[position].omission)
    }
    return (items, rows, gangs(rows))
  }

  private func row(_ unit: Unit, _ memberships: [Set<Int>]) -> ItemRow {
    let siteCount = view.sites.count
    var requests = Resources()
    var omission = Score.zero(criteria.count)
    var eligibility = Array(repeating: true, count: siteCount)
    var device: DeviceRequest?
    for number in unit.classes {
      let spec = view.classes[number].spec
      requests += spec.requests
      requests += [.pods: 1]
      device = device ?? spec.devices
      if let position = criteria.firstIndex(of: .unplaced(priority: spec.priority)) { omission[position] += 1 }
      for site in 0..<siteCount where !builder.eligibility[number * siteCount + site] { eligibility[site] = false }
    }
    if let only = unit.onlySite {
      for site in eligibility.indices where site != only { eligibility[site] = false }
    }
    if let allocate { omission[0] = amountOf(allocate, unit) }
    if let device { requests[Self.deviceDimension(device.kind)] = device.totalMilli }
    let spec = view.classes[unit.classes[0]].spec
    let group = spec.podGroup.map { "\(view.classes[unit.classes[0]].namespace)/\($0)" }
    return ItemRow(
      weights: dimensions.map { max(0, requests[$0]) },
      priority: unit.classes.map { view.classes[$0].spec.priority }.max() ?? 0,
      device: device.map(demand), omission: omission, eligibility: eligibility,
      memberships: memberships.map { set in unit.classes.contains(where: set.contains) },
      gang: group.flatMap { name in isGang(name) ? name : nil })
  }

  private func amountOf(_ resource: Resource, _ unit: Unit) -> Int64 {
    unit.classes.reduce(0) { sum, number in
      let spec = view.classes[number].spec
      let devices = spec.devices.map { $0.kind == resource ? $0.totalMilli : 0 } ?? 0
      return sum + devices + spec.requests[resource]
    }
  }

  private func demand(_ request: DeviceRequest) -> Instance.DeviceDemand {
    var accepted: UInt64 = 0
    for (index, deviceClass) in deviceClasses.enumerated()
    where deviceClass.kind == request.kind && (request.models.isEmpty || request.models.contains(deviceClass.model)) {
      accepted |= 1 << UInt64(index)
    }
    return Instance.DeviceDemand(
      count: Int(request.count), milli: request.milliPerDevice, acceptedClasses: accepted)
  }

  // MARK: Gangs

  private func isGang(_ name: String) -> Bool {
    view.cluster.podGroups.contains { "\($0.namespace)/\($0.name)" == name && $0.minMember > 1 }
  }

  private func gangs(_ rows: [ItemRow]) -> [Instance.Gang] {
    view.cluster.podGroups.compactMap { group in
      let name = "\(group.namespace)/\(group.name)"
      let members = rows.map { $0.gang == name }
      guard members.contains(true) else { return nil }
      let running = view.classes.reduce(0) {
        $0 + ($1.namespace == group.namespace && $1.spec.podGroup == group.name ? $1.bound.count : 0)
      }
      let minimum = Int(group.minMember) - running
      return minimum > 1 ? Instance.Gang(members: members, minimum: minimum) : nil
    }
  }

  // MARK: Bins

  private func opening(_ site: ClusterView.Site) -> Score {
    var score = Score.zero(criteria.count)
    if let position = criteria.firstIndex(of: .cost) { score[position] = site.node.price }
    if let position = criteria.firstIndex(of: .nodes) { score[position] = 1 }
    return score
  }

  private mutating func binTypes(_ items: [ItemRow]) -> (bins: [Instance.BinType], rows: [BinRow]) {
    var index: [BinRow: Int] = [:]
    var rows: [BinRow] = []
    for (number, site) in view.sites.enumerated() {
      let row = row(site, number, items)
      if !row.eligibility.contains(true) && site.isElastic { continue }
      // Zones of one type are one bin type where no rule tells them apart.
      if let known = index[row], !site.isElastic || view.sites[sites[known][0]].nodeType == site.nodeType {
        sites[known].append(number)
      } else {
        index[row] = rows.count
        rows.append(row)
        sites.append([number])
      }
    }
    let bins = rows.indices.map { position in
      let site = view.sites[sites[position][0]]
      return Instance.BinType(
        copies: site.isElastic
          ? min(view.pending.count, sites[position].reduce(0) { $0 + view.sites[$1].copies }) : sites[position].count,
        openingScore: rows[position].opening,
        isElastic: site.isElastic, domains: rows[position].domains, devices: rows[position].devices)
    }
    return (bins, rows)
  }

  private func row(_ site: ClusterView.Site, _ number: Int, _ items: [ItemRow]) -> BinRow {
    var free = site.free
    var slots: [Instance.DeviceSlot] = []
    for (group, devices) in zip(site.node.devices, site.deviceFree) {
      let entry = DeviceClass(kind: group.kind, model: group.model)
      let deviceClass = deviceClasses.firstIndex(of: entry) ?? 0
      slots += devices.map { Instance.DeviceSlot(deviceClass: deviceClass, free: $0) }
      let dimension = Self.deviceDimension(group.kind)
      free[dimension] += devices.reduce(0) { $0 + Int64($1) }
    }
    return BinRow(
      capacity: dimensions.map { max(0, free[$0]) },
      opening: site.isInUse ? .zero(criteria.count) : opening(site), isElastic: site.isElastic,
      domains: builder.domainIDs.indices.map { scope in
        scope == 0 ? 0 : Int32(builder.domain(of: number, scope: scope) ?? -1)
      },
      devices: slots, eligibility: items.map { $0.eligibility[number] },
      fixed: builder.counters.map { $0.scope == 0 ? $0.fixed[number] : 0 },
      flags: builder.counters.map { $0.countedSites.isEmpty || $0.countedSites[number] }
        + builder.spreads.map { $0.eligibleSites[number] })
  }
}
