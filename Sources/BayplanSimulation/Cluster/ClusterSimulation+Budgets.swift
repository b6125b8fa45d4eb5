import BayplanModel

/// PodDisruptionBudgets, as the disruption controller and the eviction API have them.
/// Source: kubernetes pkg/controller/disruption and pkg/registry/core/pod/storage/eviction.go, as of 1.34.
extension ClusterSimulation {
  struct BudgetStatus {
    var healthy = 0
    var desired = 0
    var allowed: Int { max(0, healthy - desired) }
  }

  /// Tells the scheduler how many pods of each budget may go, where that has changed.
  mutating func refreshBudgets() {
    if !state.isBudgetDirty || scenario.cluster.disruptionBudgets.isEmpty { return }
    state.isBudgetDirty = false
    let allowed = scenario.cluster.disruptionBudgets.map { Int32(clamping: status(of: $0).allowed) }
    if allowed != disruptionsAllowed {
      disruptionsAllowed = allowed
      scheduler.setDisruptionsAllowed(allowed)
    }
  }

  /// Complexity: O(pods).
  func status(of budget: DisruptionBudget) -> BudgetStatus {
    var result = BudgetStatus()
    var expected = 0
    var owners = Set<Int32>()
    for number in state.pods.slots.indices.lazy.map(Int32.init) where isCovered(number, by: budget) {
      let pod = state.pods[number]
      if pod.isReady && pod.phase == .running { result.healthy += 1 }
      if pod.workload < 0 {
        expected += 1
      } else if owners.insert(pod.workload).inserted {
        expected += state.workloads[Int(pod.workload)].replicas
      }
    }
    if let minimum = budget.minAvailable {
      result.desired = minimum.count(of: expected, roundsUp: true)
    } else if let maximum = budget.maxUnavailable {
      // The disruption controller rounds up here, too: it may allow one more.
      result.desired = max(0, expected - maximum.count(of: expected, roundsUp: true))
    }
    return result
  }

  func isCovered(_ number: Int32, by budget: DisruptionBudget) -> Bool {
    if !state.pods[number].isThere { return false }
    let pod = template(of: number).pod
    guard pod.id.namespace == budget.namespace, let selector = budget.selector else { return false }
    return selector.matches(pod.spec.labels)
  }

  /// Asks to evict a pod. A pod that does not run yet may always go; one that runs and is not ready only while its budget
  /// is met (`IfHealthyBudget`).
  /// - Returns: the budget that does not allow it; nil if the pod goes.
  mutating func requestEviction(_ number: Int32, _ cause: EvictionCause) -> DisruptionBudget? {
    let pod = state.pods[number]
    if pod.phase == .running || pod.phase == .starting {
      for budget in scenario.cluster.disruptionBudgets where isCovered(number, by: budget) {
        let status = status(of: budget)
        let isAllowed = pod.isReady ? status.allowed > 0 : status.healthy >= status.desired
        if !isAllowed { return budget }
      }
    }
    if isChecked && pod.isReady { noteEviction(number) }
    evict(number, cause)
    return nil
  }
}
