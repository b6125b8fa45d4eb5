import BayplanModel
import BayplanPacking
import BayplanScheduling

/// A cluster in a box: controllers, scheduler, nodes and users on a virtual clock.
///
/// A run is a pure function of the scenario and its seed. Time jumps from event to event; at each instant all events are
/// handled in the order in which they were scheduled, then controllers and the scheduler act until nothing is left to do.
public struct ClusterSimulation: Sendable {
  public let scenario: Scenario
  var state: SimulationState
  /// What the scheduler knows, made anew when nodes change.
  var scheduler: LiveScheduler
  var isSchedulerStale = true
  /// Who decides instead; nil for kube-scheduler.
  var policy: PolicyScheduler?
  /// No rule but room decides where any pod may go.
  var isRuleFree = false
  /// Node numbers in the order of the scheduler, and back; -1 for nodes that it does not know.
  var nodeOrder: [Int32] = []
  var nodePosition: [Int32] = []
  var disruptionsAllowed: [Int32] = []
  /// The first template of each source of arrivals.
  var sourceTemplates: [Int32] = []
  /// Bytes of images, by name, as far as nodes of the input tell.
  let imageSizes: [String: Int64]
  /// Takes what happens, in order.
  public var onEvent: (@Sendable (LoggedEvent) -> Void)?
  /// Takes a row of the time series.
  public var onSample: (@Sendable (Sample) -> Void)?
  /// Checks every rule after every instant, by code that shares nothing with this.
  public var isChecked = false
  var trail = AuditTrail()
  /// What the checks have found.
  public internal(set) var violations: [String] = []
  public internal(set) var notices: [Notice]
  /// Of the scenario, once it was asked for: a trace in it makes it long.
  var knownFingerprint: UInt64?
  /// What pods of the scenario ask for, and how many there are of each; what a policy expects.
  let expected: [(spec: PodSpec, count: Int)]

  /// - Throws: `InputError` for names in the scenario that mean nothing.
  public init(_ scenario: Scenario) throws(InputError) {
    var prepared = scenario
    // A policy knows devices by themselves, kube-scheduler by their number.
    var seen = scenario.cluster
    if scenario.scheduling.isPolicy {
      seen.notices.removeSchedulerRules()
    } else {
      seen = scenario.cluster.schedulerView().cluster
    }
    prepared.cluster.nodes = seen.nodes
    prepared.cluster.pods = seen.pods
    let isSimulated: Set = [Notice.autoscalersLeftOut, Notice.nodeTypesLeftOut]
    notices = seen.notices.filter { !isSimulated.contains($0.message) }
    self.scenario = prepared
    expected = prepared.scheduling.isPolicy ? Self.expected(in: prepared) : []
    let images = seen.nodes.flatMap(\.images).flatMap { image in image.names.map { ($0, image.bytes) } }
    imageSizes = Dictionary(images, uniquingKeysWith: max)
    let resources = Self.resources(of: prepared)
    state = SimulationState(
      seed: scenario.seed, resources: resources, countsDevices: !scenario.scheduling.isPolicy)
    scheduler = LiveScheduler(SchedulerSnapshot(Cluster()), profiles: prepared.scheduling.profiles)
    let problems = scenario.problems()
    if !problems.isEmpty { throw InputError(problems.map { .init($0.code, object: $0.path, $0.message, fix: $0.fix) }) }
    if let strategy = scenario.reoptimization?.strategy, !Planner.strategyNames.contains(strategy) {
      throw InputError(
        .unsupported, object: "reoptimize.strategy", "there is no strategy '\(strategy.prefix(60))'",
        fix: "There are \(Planner.strategyNames.joined(separator: ", ")).")
    }
    if scenario.scheduling.isPolicy {
      policy = try PolicyScheduler(scenario.scheduling.strategy, nodes: seen.nodes, expecting: [])
      notices.note(.warning, "A policy decides: nobody is preempted, and preferences of pods play no part.")
    }
    populate()
  }

  private static func resources(of scenario: Scenario) -> [Resource] {
    var all = Set(scenario.cluster.nodes.flatMap(\.allocatable.amounts.keys))
    for type in scenario.cluster.nodeTypes {
      all.formUnion(type.allocatable.amounts.keys)
      all.formUnion(type.devices.map(\.kind))
    }
    all.formUnion(scenario.cluster.nodes.flatMap(\.devices).map(\.kind))
    all.subtract([.cpu, .memory, .pods])
    return [.cpu, .memory] + all.sorted()
  }

  public var now: Millis { state.now }
  public var isOver: Bool { state.now >= scenario.duration }

  // MARK: Running

  /// Goes on until a time, at most the end of the scenario.
  /// - Parameter shouldStop: asked between instants.
  public mutating func run(until end: Millis? = nil, shouldStop: () -> Bool = { false }) {
    let end = min(end ?? scenario.duration, scenario.duration)
    // There is always something at the very beginning: the first row of the time series.
    state.hasBegun = true
    while let time = state.queue.nextTime, time <= end {
      if shouldStop() { return }
      advance(to: time)
      while state.queue.nextTime == time, let event = state.queue.popFirst() {
        state.metrics.events += 1
        handle(event)
      }
      settle()
    }
    advance(to: end)
  }

  private mutating func advance(to time: Millis) {
    if time <= state.now { return }
    state.metrics.advance(by: time - state.now)
    state.now = time
  }

  /// Controllers, then the scheduler, until nothing is left to do at this instant.
  mutating func settle() {
    while true {
      if !state.dirtyWorkloads.isEmpty {
        let dirty = state.dirtyWorkloads.sorted()
        state.dirtyWorkloads.removeAll(keepingCapacity: true)
        for number in dirty where state.workloads[Int(number)].isDirty {
          state.workloads[Int(number)].isDirty = false
          reconcile(number)
        }
        continue
      }
      if state.isRelieved { relieve() }
      if state.active.isEmpty { break }
      schedulePods()
    }
    noteWholeness()
    balanceServices()
    if state.isSampleDue { sample() }
    if isChecked { audit() }
  }

  private mutating func handle(_ event: Event) {
    let number = event.subject
    switch event.kind {
    case .ready, .available, .finished, .gone, .tolerated:
      if state.pods.has(number, stamp: event.stamp) { handlePod(event.kind, number) }
    case .nodeBack: repair(number)
    case .nodeUp, .nodeSilent:
      if state.nodes[Int(number)].stamp == event.stamp { handleNode(event.kind, number) }
    case .evictNext: evictNext(Int(number))
    case .drain: drain(number)
    case .drainOver: endDrain(number)
    case .wake: wake()
    case .cron: fire(number)
    case .jobRetry, .jobDeadline:
      if state.workloads[Int(number)].stamp == event.stamp { handleJob(event.kind, number) }
    case .scaleByLoad: scaleByLoad(number)
    case .scaleNodes: scaleNodes()
    case .load:
      state.dirtyServices = Set(state.services.indices)
      if let next = nextLoadChange() { state.queue.schedule(Event(.load), at: next) }
    case .arrival: arrive(number)
    case .scripted: act(number)
    case .fault: strike(number, event.stamp)
    case .begin: begin(number)
    case .end: end(number)
    case .sample: state.isSampleDue = true
    case .reoptimize: reoptimize()
    }
  }

  // MARK: Messages

  /// The message is made only if somebody listens.
  func log(
    _ reason: String, _ kind: String, namespace: String = "", _ name: @autoclosure () -> String,
    by component: String, isWarning: Bool = false, _ message: @autoclosure () -> String
  ) {
    guard let onEvent else { return }
    onEvent(
      LoggedEvent(
        at: state.now, isWarning: isWarning, reason: reason, kind: kind, namespace: namespace, name: name(),
        message: message(), component: component))
  }

  func logPod(
    _ reason: String, _ number: Int32, by component: String, isWarning: Bool = false,
    _ message: @autoclosure () -> String
  ) {
    if onEvent == nil { return }
    log(
      reason, "Pod", namespace: namespace(of: number), state.pods[number].name, by: component, isWarning: isWarning,
      message())
  }

  func logNode(
    _ reason: String, _ number: Int32, by component: String, isWarning: Bool = false,
    _ message: @autoclosure () -> String
  ) {
    log(reason, "Node", state.nodes[Int(number)].node.name, by: component, isWarning: isWarning, message())
  }

  func logWorkload(
    _ reason: String, _ number: Int32, by component: String, isWarning: Bool = false,
    _ message: @autoclosure () -> String
  ) {
    let workload = state.workloads[Int(number)].workload
    log(
      reason, workload.kind.rawValue, namespace: workload.id.namespace, workload.id.name, by: component,
      isWarning: isWarning, message())
  }
}
