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

  /// Complexity: O(templates).
  func status(of budget: DisruptionBudget) -> BudgetStatus {
    var result = BudgetStatus()
    var expected = 0
    var owners = Set<Int32>()
    for (template, count) in state.templateCounts.enumerated() where count.pods > 0 && isCovered(template, by: budget) {
      result.healthy += count.ready
      if count.owners.isEmpty { expected += count.pods }
      owners.formUnion(count.owners)
    }
    for owner in owners { expected += state.workloads[Int(owner)].replicas }
    if let minimum = budget.minAvailable {
      result.desired = minimum.count(of: expected, roundsUp: true)
    } else if let maximum = budget.maxUnavailable {
      // The disruption controller rounds up here, too: it may allow one more.
      result.desired = max(0, expected - maximum.count(of: expected, roundsUp: true))
    }
    return result
  }

  func isCovered(_ number: Int32, by budget: DisruptionBudget) -> Bool {
    state.pods[number].isThere && isCovered(Int(state.pods[number].template), by: budget)
  }

  private func isCovered(_ template: Int, by budget: DisruptionBudget) -> Bool {
    budget.covers(state.templates[template].pod)
  }

  /// Asks to evict a pod. One that has no node yet may always go; one that is not ready while its budget is met
  /// (`IfHealthyBudget`); one of several budgets never.
  /// - Returns: the budget that does not allow it; nil if the pod goes.
  mutating func requestEviction(_ number: Int32, _ cause: EvictionCause) -> DisruptionBudget? {
    let pod = state.pods[number]
    if pod.phase == .running || pod.phase == .starting {
      let budgets = scenario.cluster.disruptionBudgets.filter { isCovered(number, by: $0) }
      if budgets.count > 1 { return budgets[0] }
      for budget in budgets {
        let status = status(of: budget)
        let isIdle = !pod.isReady && status.desired > 0 && status.healthy >= status.desired
        if status.allowed == 0 && !isIdle { return budget }
      }
    }
    if isChecked && pod.isReady { noteEviction(number) }
    evict(number, cause)
    return nil
  }
}
