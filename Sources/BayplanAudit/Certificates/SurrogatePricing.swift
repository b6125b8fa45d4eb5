import BayplanModel

/// Upper bounds U_n on what the pods that fit one node can gain.
struct SurrogatePricing {
  private struct ShareItem: Hashable {
    var milli: Int
    var gain: Int128
    var copies: Int64
  }

  private let dual: LagrangianDual
  private let relaxation: Relaxation
  /// Resource prices per proof and dimension.
  private let prices: [[Int128]]
  /// What a pod of a shape costs at the prices of a proof.
  private var covers: [[Int128]] = []
  private var shareValues: [[ShareItem]: [Int128]] = [:]
  private static let shift = Int128(Certificate.surrogateShift)

  init(_ dual: LagrangianDual) throws(NumbersTooLarge) {
    self.dual = dual
    relaxation = dual.relaxation
    let relaxation = relaxation
    prices = dual.certificate.nodeProofs.map { proof in
      (relaxation.resources.map { relaxation.kinds.contains($0) ? Int64(0) : proof.resourcePrices[$0.rawValue] ?? 0 }
        + relaxation.kinds.map { proof.resourcePrices[$0.rawValue] ?? 0 }).map { Int128($0) }
    }
    let used = Set(dual.proofOfBin)
    for (index, price) in prices.enumerated() {
      if !used.contains(index) {
        covers.append([])
        continue
      }
      var cover: [Int128] = []
      for shape in relaxation.shapes { cover.append(try Self.worth(shape.amounts, at: price)) }
      covers.append(cover)
    }
  }

  private static func worth(_ amounts: [Int64], at prices: [Int128]) throws(NumbersTooLarge) -> Int128 {
    var result: Int128 = 0
    for (amount, price) in zip(amounts, prices) where price > 0 && amount > 0 {
      result = try sum(result, try product(price, Int128(amount)))
    }
    return result
  }

  /// pi_p − sum_g gamma_g * coefficient
  private func gain(_ bundle: Int, _ coefficients: [Int: Int128]) throws(NumbersTooLarge) -> Int128 {
    let bundle = dual.bundles[bundle]
    var result = Int128(bundle.multiplier)
    if coefficients.isEmpty { return result }
    for row in bundle.rows {
      guard let coefficient = coefficients[row] else { continue }
      let multiplier = Int128(dual.certificate.groupRows[row].multiplier)
      result = try difference(result, try product(multiplier, coefficient))
    }
    return result
  }

  private func coefficients(of bin: Int) -> [Int: Int128] {
    Dictionary(dual.coefficients[bin].map { ($0.row, $0.value) }, uniquingKeysWith: { $0 + $1 })
  }

  /// How many pods of a bundle one node takes at most.
  private func copies(_ bundle: Int, in bin: Relaxation.Bin) -> Int64 {
    let shape = relaxation.shapes[dual.bundles[bundle].shape]
    var result = dual.copies[bundle]
    for (amount, free) in zip(shape.amounts, bin.free) where amount > 0 { result = min(result, free / amount) }
    let isAlone = shape.cliques.contains { bin.node.labels[relaxation.cliqueTerms[$0].topologyKey] != nil }
    return isAlone ? min(1, result) : result
  }

  /// The prices of the free room, plus what gains exceed the prices of requests: over all pods that one node takes,
  /// or for devices over the pods that share one device, whichever is less.
  mutating func bound(_ index: Int, proof: Int?) throws(NumbersTooLarge) -> Int128 {
    let bin = relaxation.bins[index]
    let coefficients = coefficients(of: index)
    var total: Int128 = 0
    if let proof { total = try Self.worth(bin.free, at: prices[proof]) }
    var deviceExcess: Int128 = 0
    var sharing: [(request: DeviceRequest, item: ShareItem)] = []
    for bundle in dual.bundles.indices where bin.admits(dual.bundles[bundle].shape) {
      let gain = try gain(bundle, coefficients)
      if gain <= 0 { continue }
      let cover = proof.map { covers[$0][dual.bundles[bundle].shape] } ?? 0
      let excess = try difference(try product(gain, 1 << Self.shift), cover)
      if excess <= 0 { continue }
      let copies = copies(bundle, in: bin)
      if copies == 0 { continue }
      let sum128 = try product(excess, Int128(copies))
      if let request = relaxation.shapes[dual.bundles[bundle].shape].devices {
        deviceExcess = try sum(deviceExcess, sum128)
        let share = ceilingQuotient(excess, Int128(request.count))
        sharing.append((request, ShareItem(milli: Int(request.milliPerDevice), gain: share, copies: copies)))
      } else {
        total = try sum(total, sum128)
      }
    }
    if !sharing.isEmpty { total = try sum(total, min(deviceExcess, try sharedValue(sharing, bin.shelves))) }
    return floorQuotient(total, 1 << Self.shift)
  }

  /// Each device on its own: the best set of shares in its free thousandths.
  private mutating func sharedValue(
    _ sharing: [(request: DeviceRequest, item: ShareItem)], _ shelves: [DeviceShelf]
  ) throws(NumbersTooLarge) -> Int128 {
    var total: Int128 = 0
    for shelf in shelves {
      var itemsOfModel: [String: [ShareItem]] = [:]
      for device in shelf.used.indices {
        let free = Int(max(0, 1000 - shelf.used[device]))
        let model = shelf.models[device]
        let items =
          itemsOfModel[model]
          ?? sharing.filter { $0.request.kind == shelf.kind && shelf.isAcceptable(device, for: $0.request) }.map(\.item)
        itemsOfModel[model] = items
        if shareValues[items] == nil { shareValues[items] = try Self.shareValues(items) }
        total = try sum(total, shareValues[items]?[free] ?? 0)
      }
    }
    return total
  }

  /// Value of the best set of shares for each capacity up to 1000 (bounded knapsack by dynamic programming).
  private static func shareValues(_ items: [ShareItem]) throws(NumbersTooLarge) -> [Int128] {
    var value = Array(repeating: Int128(0), count: 1001)
    for item in items where (1...1000).contains(item.milli) {
      var left = Int(min(item.copies, Int64(1000 / item.milli)))
      var chunk = 1
      while left > 0 {
        let taken = min(chunk, left)
        let weight = taken * item.milli
        let gain = try product(item.gain, Int128(taken))
        for capacity in stride(from: 1000, through: weight, by: -1) {
          value[capacity] = max(value[capacity], try sum(value[capacity - weight], gain))
        }
        left -= taken
        chunk *= 2
      }
    }
    return value
  }

  /// U_n by search, or `target` if that is more, with what makes it inexact.
  func price(
    _ index: Int, proof: Int?, target: Int128, workLimit: Int, tableSteps: inout Int
  ) throws(NumbersTooLarge) -> (bound: Int128, work: Int, doubt: String?) {
    let bin = relaxation.bins[index]
    let coefficients = coefficients(of: index)
    var dimensions = KnapsackDimensions(relaxation, bin)
    var items: [NodeKnapsack.Item] = []
    var hasDevices = false
    for bundle in dual.bundles.indices where bin.admits(dual.bundles[bundle].shape) {
      let gain = try gain(bundle, coefficients)
      if gain <= 0 { continue }
      let shape = relaxation.shapes[dual.bundles[bundle].shape]
      var uses = dimensions.uses(of: shape)
      for row in dual.bundles[bundle].rows where coefficients[row] == 1 {
        let groupRow = dual.certificate.groupRows[row]
        if case .antiAffinity = groupRow.rule {
          uses.append(
            .init(
              dimension: dimensions.row(row, limit: min(groupRow.limit, Int64(relaxation.pending.count))), amount: 1))
        }
      }
      hasDevices = hasDevices || shape.devices != nil
      items.append(.init(gain: gain, copies: dual.copies[bundle], uses: uses))
    }
    let capacity = dimensions.capacity
    // A price on each share of the whole room: what is scarce weighs more.
    let normal = capacity.indices.map { dimension in
      dimension < bin.free.count && capacity[dimension] > 0
        ? (Int128(1) << 62) / Int128(capacity[dimension]) : 0
    }
    var combinations: [[Int128]] = []
    if let proof {
      let missing = Array(repeating: Int128(0), count: capacity.count - bin.free.count)
      combinations.append(prices[proof] + missing)
    }
    combinations.append(normal)
    var knapsack = NodeKnapsack(
      items: items, capacity: capacity, combinations: combinations, bounding: Array(bin.free.indices),
      prices: proof.map { prices[$0] } ?? [], workLimit: max(0, workLimit),
      tableSteps: tableSteps)
    let result = knapsack.solve(target: target)
    tableSteps = knapsack.tableSteps
    var doubt: String?
    if !result.isExact {
      doubt = "the search for the best set of pods on a node stopped at its work limit"
    } else if hasDevices {
      doubt = "shares of devices are priced by their total"
    }
    return (result.bound, knapsack.work, doubt)
  }
}
