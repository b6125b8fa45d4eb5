import BayplanModel

extension CompiledCluster {
  /// An assignment that puts pods where placements say, as far as they speak of pending pods and of nodes that are there;
  /// `decode` gives it back but for the names of equal pods. Whether it keeps every rule is not looked at.
  /// Complexity: O(pods + nodes).
  public func encode(_ placements: [Placement]) -> Assignment {
    var bins: [String: (type: Int, copy: Int)] = [:]
    for (type, members) in sites.enumerated() {
      for (copy, member) in members.enumerated() where !view.sites[member].isElastic {
        bins[view.sites[member].node.name] = (type, copy)
      }
    }
    let places = Dictionary(placements.map { ($0.pod, $0.node) }, uniquingKeysWith: { first, _ in first })
    var counts: [SIMD2<Int32>: [Int: Int]] = [:]
    for (item, copies) in copies.enumerated() {
      for pods in copies {
        let nodes = Set(pods.map { places[view.cluster.pods[$0].id] })
        guard nodes.count == 1, let node = nodes.first!, let bin = bins[node] else { continue }
        counts[SIMD2(Int32(bin.type), Int32(bin.copy)), default: [:]][item, default: 0] += 1
      }
    }
    let order = counts.keys.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    return Assignment(
      loads: order.map { bin in
        BinLoad(
          binType: Int(bin.x), copy: Int(bin.y),
          pattern: Pattern(counts[bin]!.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
      })
  }
}
