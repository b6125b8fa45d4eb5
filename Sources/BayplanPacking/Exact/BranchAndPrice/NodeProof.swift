import BayplanModel

/// What closes a node, in terms of the rows of the run.
struct NodeProof {
  var gains: [Int64]
  var demand: [Int]
  var denominator: Int64 = 1
  /// Per bin type: no pattern is worth more.
  var worths: [Int64]
  /// Per bin type what a unit of room is worth in each dimension, times 2¹⁶: that bounds the worth where it suffices.
  var roomPrices: [[Int64]]
  var limitsWaste: Bool
  var cuts: [(cut: SubsetRowCut, price: Int64)]

  /// What a pricing has shown; duals are multiplied by 2 to the `shift`, so that the denominator, which has to be whole,
  /// loses nothing where costs are large.
  init(_ question: PatternPricing.Question, _ answer: PatternPricing.Answer, limitsWaste: Bool, shift: Int) {
    gains = question.gains.map { $0 << shift }
    demand = question.demand
    worths = answer.worths.map { $0 << shift }
    roomPrices = answer.roomPrices.map { $0.map { $0 << shift } }
    self.limitsWaste = limitsWaste
    cuts = question.cuts.map { ($0.cut, $0.price << shift) }
  }
}

extension BranchAndPriceRun {
  /// Numbers that all leaves together may take; a larger tree is not written down.
  static var leafLimit: Int { 4_000_000 }

  /// Notes a closed node, or one that is not going to be.
  mutating func close(_ node: borrowing Node) {
    guard var written = leaves else { return }
    leaves = nil
    let leaf = leaf(node)
    leafSize += 3 * leaf.decisions.count + leaf.duals.count + 4 * leaf.cuts.count
    if leafSize > Self.leafLimit { return }
    written.append(leaf)
    leaves = written
  }

  /// The decisions that lead to a node, and the duals that close it; without a proof the decisions leave no room. Rows
  /// are numbered along the path: the demand rows of the instance first, then those that merging adds, in order.
  func leaf(_ node: borrowing Node) -> PackingCertificate.Leaf {
    var numbers: [Int: Int] = [:]
    for row in parts.demands.indices { numbers[row] = row }
    var rows = Array(parts.demands.indices)
    var decisions: [PackingCertificate.Leaf.Decision] = []
    for decision in node.decisions {
      switch decision {
      case .pair(let pair, nil): decisions.append(.apart(numbers[pair.first]!, numbers[pair.second]!))
      case .pair(let pair, let row?):
        if numbers[row] == nil {
          numbers[row] = rows.count
          rows.append(row)
        }
        decisions.append(.together(numbers[pair.first]!, numbers[pair.second]!, into: numbers[row]!))
      case .atMost(let count, let bin): decisions.append(.atMost(count, binType: bin))
      case .atLeast(let count, let bin): decisions.append(.atLeast(count, binType: bin))
      }
    }
    var leaf = PackingCertificate.Leaf(decisions: decisions, denominator: 1, duals: [], limitsWaste: true)
    if let proof = node.proof {
      leaf.denominator = proof.denominator
      leaf.limitsWaste = proof.limitsWaste
      leaf.duals = rows.map { gain($0, proof) }
      leaf.cuts = proof.cuts.map { .init(groups: $0.cut.rows, price: $0.price) }
    }
    return leaf
  }

  /// The dual of a row; of one that was merged below the node of the proof, the sum of its halves'.
  private func gain(_ row: Int, _ proof: NodeProof) -> Int64 {
    if row < proof.demand.count && (proof.demand[row] > 0 || parts.rowHalves[row] == nil) { return proof.gains[row] }
    guard let pair = parts.rowHalves[row] else { return 0 }
    return gain(pair.first, proof) + gain(pair.second, proof)
  }
}
