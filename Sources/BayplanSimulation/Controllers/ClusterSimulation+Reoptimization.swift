import BayplanModel
import BayplanPacking
import BayplanScheduling

/// A planner looks at all pods at once and moves some: it evicts as budgets allow, and their replacements are nominated to
/// where the plan has them. Nodes that the plan empties with the fewest moves come first.
extension ClusterSimulation {
  private struct Move {
    var pod: Int32
    var target: Int32
  }

  mutating func reoptimize() {
    guard let terms = scenario.reoptimization else { return }
    state.queue.schedule(Event(.reoptimize), at: state.now + terms.every)
    state.intents = [:]
    refreshScheduler()
    let movable = movablePods()
    if movable.isEmpty { return }
    guard let plan = plan(movable, terms) else { return }
    let moves = moves(to: plan, movable)
    var made = 0
    for move in moves where made < terms.moves && state.pods[move.pod].phase == .running {
      let position = nodePosition[Int(move.target)]
      refreshScheduler()
      if position < 0 || !scheduler.fits(modelPod(move.pod), on: Int(position)) { continue }
      if requestEviction(move.pod, .rebalancing) != nil { continue }
      state.intents[state.workloads[Int(state.pods[move.pod].workload)].current, default: []].append(move.target)
      made += 1
    }
    log(
      "Rebalanced", "Cluster", scenario.name, by: "bayplan",
      "\(made) of \(moves.count) moves made, up to \(terms.moves) allowed")
  }

  /// Pods whose controller makes another one when they go, and that no drain or loss is about to move.
  private func movablePods() -> [Int32] {
    var result: [Int32] = []
    for node in nodeOrder where state.nodes[Int(node)].answers && !state.nodes[Int(node)].node.isUnschedulable {
      for number in state.nodes[Int(node)].pods {
        let pod = state.pods[number]
        guard pod.phase == .running, pod.workload >= 0 else { continue }
        let workload = state.workloads[Int(pod.workload)]
        if workload.isLasting && workload.workload.kind != .daemonSet && pod.revision == workload.current {
          result.append(number)
        }
      }
    }
    return result
  }

  private mutating func plan(_ movable: [Int32], _ terms: Scenario.Reoptimization) -> Plan? {
    var cluster = visibleCluster()
    let free = Set(movable.map { modelPod($0).id })
    cluster.nodeTypes = []
    cluster.daemons = []
    cluster.notices = []
    var start: [Placement] = []
    for index in cluster.pods.indices where free.contains(cluster.pods[index].id) {
      start.append(Placement(pod: cluster.pods[index].id, node: cluster.pods[index].nodeName!))
      cluster.pods[index].nodeName = nil
    }
    var options = Planner.Options()
    options.strategy = terms.strategy
    options.limits = Limits(work: terms.workLimit)
    options.seed = scenario.seed
    options.start = start
    do throws(PlanningError) {
      return try Planner(options: options).plan(cluster)
    } catch {
      notices.note(.degraded, "A reoptimization was left out: \(error)")
      return nil
    }
  }

  /// Equal pods are as good as each other: of each template only the numbers per node matter.
  private func moves(to plan: Plan, _ movable: [Int32]) -> [Move] {
    var numbers: [PodID: Int32] = [:]
    for pod in movable { numbers[modelPod(pod).id] = pod }
    var nodes: [String: Int32] = [:]
    for node in nodeOrder { nodes[state.nodes[Int(node)].node.name] = node }
    struct Place: Hashable {
      var template: Int32
      var node: Int32
    }
    // How many more a node is to have.
    var lacking: [Place: Int] = [:]
    for placement in plan.placements {
      guard let pod = numbers[placement.pod], let target = nodes[placement.node] else { continue }
      let template = state.pods[pod].template
      lacking[Place(template: template, node: target), default: 0] += 1
      lacking[Place(template: template, node: state.pods[pod].node), default: 0] -= 1
    }
    var targets: [Int32: [Int32]] = [:]
    for (place, count) in lacking.sorted(by: { ($0.key.template, $0.key.node) < ($1.key.template, $1.key.node) })
    where count > 0 {
      targets[place.template, default: []] += Array(repeating: place.node, count: count)
    }
    var result: [Move] = []
    for pod in movable {
      let place = Place(template: state.pods[pod].template, node: state.pods[pod].node)
      guard lacking[place, default: 0] < 0, let target = targets[place.template]?.popLast() else { continue }
      lacking[place]! += 1
      result.append(Move(pod: pod, target: target))
    }
    var leaving: [Int32: Int] = [:]
    for move in result { leaving[state.pods[move.pod].node, default: 0] += 1 }
    func rank(_ move: Move) -> (Int, Int, Int32) {
      let node = state.pods[move.pod].node
      let stays = state.nodes[Int(node)].pods.count - leaving[node]!
      return (stays > 0 ? 1 : 0, leaving[node]!, move.pod)
    }
    return result.sorted { rank($0) < rank($1) }
  }
}
