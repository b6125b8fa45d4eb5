extension FleetRelaxation {
  /// Which pods a plan may take.
  enum Selection: Sendable {
    /// Any.
    case any
    /// What a policy takes that never declines a pod that fits.
    case undeclined(AcceptanceOrder)
  }

  /// The most that pods taken gain together, and how many of each shape are taken then.
  func bestSelection(_ selection: Selection, _ gains: [Int64?]) -> (gain: Int64, counts: [Int64]) {
    switch selection {
    case .any:
      let counts = zip(demands, gains).map { $1 ?? 0 > 0 ? $0 : 0 }
      return (zip(counts, gains).reduce(0) { $0 + $1.0 * ($1.1 ?? 0) }, counts)
    case .undeclined(let order):
      return order.bestClosure(gains)
    }
  }

  /// A proven bound: at least the thousandths that any plan of such pods allocates.
  func bound(_ prices: Prices, _ selection: Selection) -> Int64 {
    let evaluation = evaluate(prices)
    return (evaluation.room + bestSelection(selection, evaluation.gains).gain) / Self.scale
  }
}

/// What is known of the pods that a policy accepts if it never declines one that fits, on a fleet that nothing leaves.
///
/// Room only shrinks. So a shape that did not fit once never fits again, and each shape is accepted up to some moment and
/// not after it: `accepted` is a prefix of its arrivals. And where a shape s asks for no more than t in every way, s fits
/// whatever node t fits: as long as t is accepted, s is. Accepted sets are closures of
///
///     (t, i) needs (s, j)   for s <= t and every arrival j of s before the i-th of t
///
/// and the best closure at given gains is a minimum cut (Picard 1976).
struct AcceptanceOrder: Sendable {
  private let shapeCount: Int
  /// Moments of its arrivals per shape, ascending.
  private let moments: [[Int32]]
  /// Shapes that fit wherever this one does, itself left out.
  private let below: [[Int]]

  init(_ relaxation: FleetRelaxation) {
    let shapes = relaxation.shapes
    shapeCount = shapes.count
    var moments = [[Int32]](repeating: [], count: shapes.count)
    for (moment, shape) in relaxation.arrivals.enumerated() { moments[Int(shape)].append(Int32(moment)) }
    self.moments = moments
    below = shapes.indices.map { upper in
      shapes.indices.filter { $0 != upper && shapes[$0].fitsWherever(shapes[upper]) }
    }
  }

  /// The closure that gains most, and how many pods of each shape are in it. Shapes without a gain are never accepted.
  func bestClosure(_ gains: [Int64?]) -> (gain: Int64, counts: [Int64]) {
    var counts = [Int64](repeating: 0, count: shapeCount)
    // Vertices are the arrivals of shapes that can be placed; edges lead to what they need.
    var first = [Int](repeating: -1, count: shapeCount)
    var members: [Int] = []
    for shape in 0..<shapeCount where gains[shape] != nil {
      first[shape] = members.count
      members += Array(repeating: shape, count: moments[shape].count)
    }
    var flow = MaximumFlow(vertices: members.count + 2)
    let (source, sink) = (members.count, members.count + 1)
    var sum: Int64 = 0
    for (number, shape) in members.enumerated() {
      let gain = gains[shape]!
      if gain > 0 {
        sum += gain
        flow.addEdge(from: source, to: number, capacity: gain)
      } else {
        flow.addEdge(from: number, to: sink, capacity: -gain)
      }
      if number > first[shape] { flow.addEdge(from: number, to: number - 1, capacity: .max) }
    }
    // What a gaining shape needs of gaining ones comes by itself: their needs are among its own.
    for shape in 0..<shapeCount where gains[shape] ?? 0 > 0 {
      for lower in below[shape] where gains[lower] ?? 1 <= 0 {
        var needed = -1
        for (number, moment) in moments[shape].enumerated() {
          let before = needed
          while needed + 1 < moments[lower].count, moments[lower][needed + 1] < moment { needed += 1 }
          // Otherwise the arrival before needs the same, and this one needs that arrival.
          if needed > before {
            flow.addEdge(from: first[shape] + number, to: first[lower] + needed, capacity: .max)
          }
        }
      }
    }
    let cut = flow.maximum(from: source, to: sink)
    let inside = flow.reachable(from: source)
    for (number, shape) in members.enumerated() where inside[number] { counts[shape] += 1 }
    return (sum - cut, counts)
  }
}

extension PodShape {
  /// Whether this shape fits every node that the other fits.
  func fitsWherever(_ other: PodShape) -> Bool {
    if cpu > other.cpu || memory > other.memory { return false }
    if devices == 0 { return true }
    return devices <= other.devices && milli <= other.milli
      && (models == 0 || (other.models != 0 && other.models & ~models == 0))
  }
}
