/// Which devices of a bin the items of a pattern take. Exact: depth-first over items by falling size with best fit
/// first, so that a pattern is refused only if no arrangement exists.
enum DevicePacking {
  /// One entry per copy with a device demand, in the order of the pattern: the device indices it takes.
  static func pack(_ pattern: Pattern, bin: Int, instance: Instance) -> [(item: Int, devices: [Int])]? {
    let slots = instance.binTypes[bin].devices
    var demands: [(item: Int, demand: Instance.DeviceDemand)] = []
    for entry in pattern.items {
      guard let demand = instance.itemTypes[Int(entry.item)].device else { continue }
      for _ in 0..<entry.count { demands.append((Int(entry.item), demand)) }
    }
    if demands.isEmpty { return [] }
    // Large and picky first: whole devices, then big shares.
    let order = demands.indices.sorted {
      let (a, b) = (demands[$0].demand, demands[$1].demand)
      if a.count != b.count { return a.count > b.count }
      if a.milli != b.milli { return a.milli > b.milli }
      if a.acceptedClasses.nonzeroBitCount != b.acceptedClasses.nonzeroBitCount {
        return a.acceptedClasses.nonzeroBitCount < b.acceptedClasses.nonzeroBitCount
      }
      return $0 < $1
    }
    var free = slots.map(\.free)
    var chosen: [[Int]] = Array(repeating: [], count: demands.count)
    var budget = 200_000

    func search(_ position: Int) -> Bool {
      if position == order.count { return true }
      budget -= 1
      if budget < 0 { return false }
      let index = order[position]
      let demand = demands[index].demand
      let candidates = free.indices.filter {
        free[$0] >= demand.milli && demand.acceptedClasses & (1 << slots[$0].deviceClass) != 0
      }.sorted { (free[$0], $0) < (free[$1], $1) }
      if candidates.count < demand.count { return false }
      var tried = Set<[Int]>()
      for start in 0...(candidates.count - demand.count) {
        let places = Array(candidates[start..<start + demand.count])
        // Devices of equal class and free room are interchangeable.
        guard tried.insert(places.flatMap { [slots[$0].deviceClass, Int(free[$0])] }).inserted else { continue }
        for place in places { free[place] -= demand.milli }
        chosen[index] = places
        if search(position + 1) { return true }
        for place in places { free[place] += demand.milli }
        if demand.count > 1 && demand.acceptedClasses.nonzeroBitCount <= 1 { break }
      }
      return false
    }
    guard search(0) else { return nil }
    return demands.indices.map { (demands[$0].item, chosen[$0]) }
  }
}
