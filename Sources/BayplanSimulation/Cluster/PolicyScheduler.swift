import BayplanModel
import BayplanPacking

/// A policy in the scheduler's place: Kubernetes' rules say where a pod may go, the policy where it goes. It takes shares
/// of devices into account, which kube-scheduler does not know, and evicts nobody.
struct PolicyScheduler: Sendable {
  static let random = "random"

  private var fleet: FleetScheduler
  private let isRandom: Bool
  /// By template.
  private var numbers: [Int32: Int] = [:]

  /// - Parameters:
  ///   - nodes: in the order in which ties are broken.
  ///   - specs: what is to be expected, and how often.
  /// - Throws: `InputError` for a name that means nothing, or a fleet that is too much.
  init(_ name: String, nodes: [Node], expecting specs: [(spec: PodSpec, count: Int)]) throws(InputError) {
    let fleet = try Fleet(nodes)
    isRandom = name == Self.random
    let typical = ArrivalExperiment.typicalShapes(of: specs, on: fleet)
    let policy = isRandom ? BestFitScore() : try FleetPolicies.standard.policy(named: name, typical: typical, on: fleet)
    self.fleet = FleetScheduler(fleet, policy: policy)
  }

  /// What choices depend on besides the fleet.
  var memory: [Int64] {
    get { fleet.memory }
    set { fleet.memory = newValue }
  }

  private mutating func number(_ template: Int32, _ spec: PodSpec) -> Int {
    if let number = numbers[template] { return number }
    let number = fleet.number(of: fleet.fleet.shape(of: spec))
    numbers[template] = number
    return number
  }

  /// Where only room decides.
  mutating func place(_ template: Int32, _ spec: PodSpec, _ random: inout SplitMix64) -> Fleet.Placement? {
    let number = number(template, spec)
    return isRandom ? fleet.admitAnywhere(number, &random) { _ in true } : fleet.admit(number)
  }

  mutating func place(
    _ template: Int32, _ spec: PodSpec, _ random: inout SplitMix64, where isAllowed: (Int) -> Bool
  ) -> Fleet.Placement? {
    let number = number(template, spec)
    return isRandom
      ? fleet.admitAnywhere(number, &random, where: isAllowed) : fleet.admit(number, where: isAllowed)
  }

  mutating func restore(_ template: Int32, _ spec: PodSpec, _ placement: Fleet.Placement) {
    let number = number(template, spec)
    fleet.restore(number, placement)
  }

  mutating func remove(_ template: Int32, _ spec: PodSpec, _ placement: Fleet.Placement) {
    let number = number(template, spec)
    fleet.release(number, placement)
  }
}

extension PodSpec {
  /// Nothing but resources and devices decides where it may go.
  var hasNoRules: Bool {
    nodeSelector.isEmpty && nodeAffinity == nil && hostPorts.isEmpty && podAffinity.isEmpty && podAntiAffinity.isEmpty
      && !topologySpread.contains(where: \.isHard) && !isGated
      && requests.amounts.keys.allSatisfy { $0 == .cpu || $0 == .memory }
  }
}
