import BayplanModel

/// A HorizontalPodAutoscaler at work.
struct LoadScaler: Sendable, Codable {
  struct Recommendation: Sendable, Codable {
    var at: Millis
    var replicas: Int
  }

  var autoscaler: Autoscaler
  /// Number of the workload; -1 while it is not known. Of a lasting workload it stays.
  var target: Int32 = -1
  /// Numbers of the services whose load it sees.
  var services: [Int32]
  var recommendations: [Recommendation] = []
}

/// Source: kubernetes pkg/controller/podautoscaler (horizontal.go, replica_calculator.go), as of 1.34, for the one metric
/// that is known here: CPU in percent of requests.
extension ClusterSimulation {
  static let scalingInterval: Millis = 15_000
  /// No change where use is within a tenth of the target.
  private static let toleranceMilli = 100

  mutating func scaleByLoad(_ number: Int32) {
    state.queue.schedule(Event(.scaleByLoad, number), at: state.now + Self.scalingInterval)
    let known = state.autoscalers[Int(number)].target
    if known < 0 || state.workloads[Int(known)].isStopped {
      state.autoscalers[Int(number)].target = workload(state.autoscalers[Int(number)].autoscaler.target) ?? -1
    }
    let scaler = state.autoscalers[Int(number)]
    let target = scaler.target
    guard target >= 0, let percent = scaler.autoscaler.cpuPercent else { return }
    let current = state.workloads[Int(target)].replicas
    if current == 0 { return }
    if scaler.recommendations.isEmpty {
      state.autoscalers[Int(number)].recommendations.append(.init(at: state.now, replicas: current))
    }
    let wanted = recommendation(target, scaler, percent: Int64(percent), current: current)
    state.autoscalers[Int(number)].recommendations.append(.init(at: state.now, replicas: wanted))
    let stabilized = stabilized(number, wanted, current: current)
    let most = max(2 * current, current + 4)
    let bounded = min(
      max(min(stabilized, most), Int(scaler.autoscaler.minReplicas)), Int(scaler.autoscaler.maxReplicas))
    if bounded != current {
      let use = use(of: target, scaler)
      let ready = state.workloads[Int(target)].pods.count { state.pods[$0].isReady }
      scale(
        target, to: bounded, by: "horizontal-pod-autoscaler",
        "cpu at \(ready == 0 ? 0 : use / Int64(ready)) % of requests, target \(percent) %")
    }
  }

  /// Percent of CPU requests in use, summed over the pods of a workload.
  private func use(of target: Int32, _ scaler: LoadScaler) -> Int64 {
    var sum: Int64 = 0
    for service in scaler.services {
      let service = state.services[Int(service)]
      for (pod, share) in zip(service.endpoints, service.shares) where state.pods[pod].workload == target {
        sum += service.percent(of: share)
      }
    }
    return sum
  }

  /// Pods that are not ready are taken to use nothing when that would mean to scale up.
  private func recommendation(_ target: Int32, _ scaler: LoadScaler, percent: Int64, current: Int) -> Int {
    let active = state.workloads[Int(target)].pods.filter { state.pods[$0].isActive }
    let ready = active.count { state.pods[$0].isReady }
    if ready == 0 { return current }
    let use = use(of: target, scaler)
    // use / (ready * percent) is the ratio to the target, in thousandths here.
    let ratio = use * 1000 / (Int64(ready) * percent)
    let tolerance = Int64(Self.toleranceMilli)
    if abs(ratio - 1000) <= tolerance { return current }
    let idle = active.count - ready
    if idle > 0 && ratio > 1000 {
      let cautious = use * 1000 / (Int64(active.count) * percent)
      if cautious <= 1000 + tolerance { return current }
      return max(current, Int((use + percent - 1) / percent))
    }
    return Int((use + percent - 1) / percent)
  }

  /// Down only as far as every recommendation within the window goes, up likewise.
  private mutating func stabilized(_ number: Int32, _ wanted: Int, current: Int) -> Int {
    let autoscaler = state.autoscalers[Int(number)].autoscaler
    let window = max(autoscaler.scaleDownWindowMillis, autoscaler.scaleUpWindowMillis)
    let (now, index) = (state.now, Int(number))
    state.autoscalers[index].recommendations.removeAll { $0.at < now - window }
    let recent = state.autoscalers[index].recommendations
    let down = recent.filter { $0.at >= now - autoscaler.scaleDownWindowMillis }.map(\.replicas).max() ?? wanted
    let up = recent.filter { $0.at >= now - autoscaler.scaleUpWindowMillis }.map(\.replicas).min() ?? wanted
    if up > current { return up }
    return min(current, down)
  }
}
