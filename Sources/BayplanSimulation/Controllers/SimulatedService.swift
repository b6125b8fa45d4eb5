import BayplanModel

/// A Service and what its users ask of it.
struct SimulatedService: Sendable, Codable {
  var load: ServiceLoad
  /// Pods that it sends requests to, ready as far as the control plane knows.
  var endpoints: [Int32] = []
  /// What each gets, in thousandths of a request per second.
  var shares: [Int64] = []
  /// What comes, and what is not answered.
  var offered: Int64 = 0
  var unserved: Int64 = 0
  /// Sums over time, up to a moment.
  private(set) var offeredSum = Integral()
  private(set) var unservedSum = Integral()
  private var summedAt: Millis = 0
  /// The highest use of an endpoint, in percent of its CPU request.
  var peakPercent: Int64 = 0
  private(set) var downMillis: Millis = 0

  init(_ load: ServiceLoad) { self.load = load }

  /// Before something changes, or is to be read.
  mutating func sumUp(to now: Millis) {
    offeredSum.add(offered, for: now - summedAt)
    unservedSum.add(unserved, for: now - summedAt)
    if offered > 0 && unserved == offered { downMillis += now - summedAt }
    summedAt = now
  }

  /// The most that an endpoint can answer.
  var most: Int64 { load.perPod * load.burstPercent / 100 }

  /// Percent of its CPU request that an endpoint uses; it cannot use more than it can.
  func percent(of share: Int64) -> Int64 { min(share * 100 / max(1, load.perPod), load.burstPercent) }
}

extension ClusterSimulation {
  /// Curves are followed in steps of this.
  private static let step: Millis = 15_000

  func nextLoadChange() -> Millis? {
    state.services.isEmpty ? nil : state.now - state.now % Self.step + Self.step
  }

  /// Spreads the load of services over their endpoints, where either has changed.
  mutating func balanceServices() {
    if state.dirtyServices.isEmpty { return }
    for index in state.dirtyServices.sorted() { balance(index) }
    state.dirtyServices = []
  }

  /// Services that select the pods of a template.
  func services(of template: Int32) -> [Int] {
    if state.services.isEmpty { return [] }
    let pod = state.templates[Int(template)].pod
    return state.services.indices.filter { state.services[$0].load.selects(pod) }
  }

  private mutating func balance(_ index: Int) {
    var service = state.services[index]
    service.sumUp(to: state.now)
    service.offered = service.load.curve.value(at: state.now)
    service.shares =
      service.load.prefersSameZone
      ? zonedShares(service) : Self.equalShares(service.offered, service.endpoints.count)
    var served: Int64 = 0
    for (pod, share) in zip(service.endpoints, service.shares) where answers(pod) {
      served += min(share, service.most)
      service.peakPercent = max(service.peakPercent, service.percent(of: share))
    }
    service.unserved = service.offered - served
    state.services[index] = service
  }

  private static func equalShares(_ load: Int64, _ count: Int) -> [Int64] {
    (0..<count).map { load / Int64(count) + (Int64($0) < load % Int64(count) ? 1 : 0) }
  }

  /// Clients of a zone without endpoints use those of all zones.
  private func zonedShares(_ service: SimulatedService) -> [Int64] {
    func zone(_ pod: Int32) -> String {
      state.nodes[Int(state.pods[pod].node)].node.labels[NodeType.zoneLabel] ?? ""
    }
    let zones = Set(state.nodes.filter(\.isRegistered).map { $0.node.labels[NodeType.zoneLabel] ?? "" }).sorted()
    let clients = Self.equalShares(service.offered, zones.count)
    var shares = [Int64](repeating: 0, count: service.endpoints.count)
    for (name, load) in zip(zones, clients) {
      var near = service.endpoints.indices.filter { zone(service.endpoints[$0]) == name }
      if near.isEmpty { near = Array(service.endpoints.indices) }
      for (index, share) in zip(near, Self.equalShares(load, near.count)) { shares[index] += share }
    }
    return shares
  }
}
