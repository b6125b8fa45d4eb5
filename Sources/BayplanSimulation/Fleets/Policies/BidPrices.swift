import BayplanLP

/// Places a pod where the room it costs is cheapest: the sales a node loses by it (`ExpectedSales`), at the price of the
/// node's group. Prices come from a linear program over what is to be expected and what is left, solved anew with every
/// hundredth of the fleet that fills, so that models and cores that run short become dear before they are gone.
///
/// Nobody knows how much is still to come. Prices are the mean over a few guesses, in parts of the room left.
/// Bid-price control as in revenue management (Talluri, van Ryzin 1998), without its refusals: a pod that fits is placed.
/// Complexity: a program of typical shapes × groups per price list, beside `ExpectedSales`.
public struct BidPrices: FleetPolicy {
  public var name: String { "BidPrices" }
  private let sales: ExpectedSales
  private let program: PriceProgram
  public private(set) var prices: [Int32]
  /// Prices are good while more than this is idle.
  private var threshold: Int64
  private let step: Int64
  /// What the solver failed with; the prices before stay in use.
  public private(set) var failure: SolverFailure?

  /// - Throws: a failure of the first solve; `unavailable` in a build without a solver.
  public init(
    _ typical: [TypicalShape], on fleet: Fleet, rows: Int = 8, seed: UInt64 = 7
  ) throws(SolverFailure) {
    sales = ExpectedSales(typical, on: fleet, rows: rows, seed: seed)
    program = PriceProgram(typical)
    step = max(1, fleet.capacityMilli / 100)
    threshold = fleet.idleMilli - step
    prices = try program.prices(on: fleet)
  }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    sales.rate(shape, node, free)
  }

  /// The prices, and until when they are good. Of another number of groups it means nothing.
  public var memory: [Int64] {
    get { prices.map(Int64.init) + [threshold] }
    set {
      guard newValue.count == prices.count + 1 else { return }
      prices = newValue.dropLast().map { Int32(truncatingIfNeeded: $0) }
      threshold = newValue[prices.count]
    }
  }

  public mutating func observe(_ fleet: Fleet) {
    if fleet.idleMilli > threshold { return }
    threshold = fleet.idleMilli - step
    do throws(SolverFailure) { prices = try program.prices(on: fleet) } catch { failure = error }
  }
}
