import BayplanModel

/// What a pod requests as a whole, as kube-scheduler computes it.
/// Source: kubernetes component-helpers resource/helpers.go; defaults as in pkg/apis/core/v1/defaults.go and the
/// LimitRanger admission plugin.
struct EffectiveRequests {
  private(set) var template: PodTemplate
  /// Containers that state neither request nor limit of a resource that has a default.
  private(set) var defaultedContainers = 0

  /// - Parameters:
  ///   - limitRanges: those of the namespace, empty for a pod that was admitted already.
  ///   - isBound: The pod has its place. Defaults are counted but not charged: kube-scheduler found room for what the
  ///     pod states, and charged more its node could seem too full for what it runs.
  init(
    _ template: PodTemplate, limitRanges: [KubernetesObjects.ContainerDefaults], defaults: DefaultRequests,
    isBound: Bool
  ) {
    self.template = template
    eachContainer { $0.requests.fillMissing(from: $0.limits) }
    fillPodLevel()
    for range in limitRanges {
      eachContainer { container in
        container.limits.fillMissing(from: range.limits)
        container.requests.fillMissing(from: range.requests)
      }
    }
    let stated = self.template
    fillDefaults(defaults)
    if isBound { self.template = stated }
  }

  private mutating func eachContainer(_ body: (inout ContainerTemplate) -> Void) {
    for index in template.containers.indices { body(&template.containers[index]) }
    for index in template.initContainers.indices { body(&template.initContainers[index]) }
  }

  /// With limits for the pod as a whole, a missing pod-level request becomes what the containers request together,
  /// or the limit where none of them requests any.
  private mutating func fillPodLevel() {
    guard template.podRequests != nil, !template.podLimits.isEmpty else { return }
    var requests = template.podRequests ?? Amounts()
    for (resource, amount) in containerRequests(withStatus: false).values
    where requests[resource] == nil && (resource == .cpu || resource == .memory) {
      requests[resource] = amount
    }
    requests.fillMissing(from: template.podLimits)
    template.podRequests = requests
  }

  /// Init containers that end run when the others do not, so a default would change nothing for them.
  private mutating func fillDefaults(_ defaults: DefaultRequests) {
    var defaulted = 0
    let podRequests = template.podRequests
    func fill(_ container: inout ContainerTemplate) {
      var isDefaulted = false
      for resource in defaults.amounts.names
      where container.requests[resource] == nil && container.limits[resource] == nil
        && podRequests?[resource] == nil && container.actual?[resource] == nil
      {
        let amount = defaults.amounts[resource]
        container.requests[resource] = resource == .cpu ? amount : amount * 1000
        isDefaulted = true
      }
      if isDefaulted { defaulted += 1 }
    }
    for index in template.containers.indices { fill(&template.containers[index]) }
    for index in template.initContainers.indices where template.initContainers[index].isSidecar {
      fill(&template.initContainers[index])
    }
    defaultedContainers = defaulted
  }

  /// What a running container holds: during a change in place the largest of what it asks for, what it was promised
  /// and what it has; what it asks for does not count where the node can never give it.
  private func held(_ container: ContainerTemplate) -> Amounts {
    guard let actual = container.actual else { return container.requests }
    var result = template.resizeInfeasible ? Amounts() : container.requests
    result.formMaximum(actual)
    result.formMaximum(container.allocated)
    return result
  }

  private func containerRequests(withStatus: Bool) -> Amounts {
    let amounts = { (container: ContainerTemplate) in withStatus ? held(container) : container.requests }
    var together = Amounts()
    for container in template.containers { together += amounts(container) }
    var sidecars = Amounts()
    var peak = Amounts()
    for container in template.initContainers {
      if container.isSidecar {
        let own = amounts(container)
        together += own
        sidecars += own
        peak.formMaximum(sidecars)
      } else {
        peak.formMaximum(container.requests + sidecars)
      }
    }
    together.formMaximum(peak)
    return together
  }

  /// What scores count; nil where it is what the pod requests.
  func scored(overhead: Amounts?) -> ScoredRequests? {
    let stated = total(overhead: overhead)
    // Once the pod runs, what it requests as a whole stands in for its containers, where it comes to anything.
    let isWhole = template.podRequests?.values.keys.contains(where: \.isPodLevel) == true
    let running = filled { !isWhole || stated[$0] == 0 }.total(overhead: overhead)
    var containers = filled { _ in true }
    containers.template.podRequests = nil
    let arriving = containers.total(overhead: overhead)
    func reduced(_ resources: Resources) -> Resources { [.cpu: resources[.cpu], .memory: resources[.memory]] }
    if [running, arriving].allSatisfy({ reduced($0) == reduced(stated) }) { return nil }
    return ScoredRequests(arriving: reduced(arriving), running: reduced(running))
  }

  /// With what scores count for a container that requests none of a resource.
  /// Source: kubernetes pkg/scheduler/util/pod_resources.go, and `calculateResource` in framework/types.go.
  private func filled(where isMissing: (Resource) -> Bool) -> EffectiveRequests {
    let values: [Resource: Int64] = [.cpu: 100, .memory: 200 * 1024 * 1024 * 1000]
    let defaults = Amounts(values: values.filter { isMissing($0.key) })
    var filled = self
    filled.eachContainer { container in
      container.requests.fillMissing(from: defaults)
      container.actual?.fillMissing(from: defaults)
    }
    return filled
  }

  func total(overhead: Amounts?) -> Resources {
    var total = containerRequests(withStatus: true)
    for (resource, amount) in template.podRequests?.values ?? [:] where resource.isPodLevel {
      total[resource] = amount
    }
    if let overhead { total += overhead }
    return total.resources
  }
}
