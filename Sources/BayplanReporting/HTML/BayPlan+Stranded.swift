import BayplanModel

// Stranded capacity. Of a resource, all that is free on a node is stranded if there are pods in the plan that ask for no
// more of the resource than that, and every one of them lacks something else on the node: another resource, devices or a
// pod's slot. Amounts alone count, not the other rules. What is too little for any pod is free, not stranded.
extension BayPlan {
  static let strandedCaption =
    "Stranded: free on the node, enough for some pod of the plan, but each such pod would lack another resource, a device "
    + "or a pod slot there. By amounts alone; other rules are not counted."

  mutating func addStranded() {
    let demands = measures.indices.map { smallest(among: shapes.filter { $0.contains { $0 > 0 } }, asking: $0) }
    for index in bays.indices {
      let bay = bays[index]
      let free = measures.indices.map { bay.free($0) }
      let slots = bay.usage.node.allocatable[.pods]
      let hasSlot = slots == 0 || Int64(bay.usage.pods) < slots
      var short: Set<String> = []
      bays[index].stranded = measures.indices.map { measure in
        if free[measure] == 0 { return 0 }
        let candidates = demands[measure].filter { $0[measure] <= free[measure] }
        if candidates.isEmpty { return 0 }
        if !hasSlot {
          short.insert("pod slots")
          return free[measure]
        }
        let fits = candidates.contains { shape in measures.indices.allSatisfy { shape[$0] <= free[$0] } }
        if fits { return 0 }
        for shape in candidates {
          for other in measures.indices where shape[other] > free[other] { short.insert(measures[other].title) }
        }
        return free[measure]
      }
      bays[index].shortOf = short.sorted()
    }
  }

  /// Requests for a resource that no other request for it is below in everything: if none of these fits, none does.
  private func smallest(among shapes: [[Int64]], asking measure: Int) -> [[Int64]] {
    var result: [[Int64]] = []
    for shape in shapes.filter({ $0[measure] > 0 }).sorted(by: { $0.lexicographicallyPrecedes($1) })
    where !result.contains(where: { below in zip(below, shape).allSatisfy { $0 <= $1 } }) {
      result.append(shape)
    }
    return result
  }
}
