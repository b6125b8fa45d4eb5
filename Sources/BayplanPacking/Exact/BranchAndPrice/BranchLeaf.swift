/// A leaf of a finished tree: the decisions that lead to it, and duals that close it.
///
/// Rows are numbered along the path: the demand rows of the instance first, then those that merging adds, in order.
public struct BranchLeaf: Sendable {
  public enum Decision: Sendable, Hashable {
    /// A copy of each of two rows shares a bin, as a copy of the row `into`: a new one, or one that was made of the same
    /// pair under the same conflicts.
    case together(Int, Int, into: Int)
    /// No copies of the two rows share a bin.
    case apart(Int, Int)
    /// There are that many bins of a type at most, or at least; some may be empty.
    case atMost(Int, bin: Int)
    case atLeast(Int, bin: Int)
  }

  public var decisions: [Decision]
  public var denominator: Int64
  /// Per row; empty where the decisions leave nothing to prove.
  public var duals: [Int64]
  public var limitsWaste: Bool
  /// Subset-row cuts with a price: the sum over patterns of floor(count / 2), where count is the copies of the rows in
  /// the pattern, merged ones as what they were made of, is at most half the demand of the rows, rounded down.
  public var cuts: [(rows: [Int], price: Int64)] = []
}

/// What closes a node, in terms of the rows of the run.
struct NodeProof {
  var gains: [Int64]
  var demand: [Int]
  var denominator: Int64
  /// Per bin type: no pattern is worth more.
  var worths: [Int64]
  var limitsWaste: Bool
  var cuts: [(cut: SubsetRowCut, price: Int64)]
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

  /// Without a proof the decisions alone leave no room.
  private func leaf(_ node: borrowing Node) -> BranchLeaf {
    var numbers: [Int: Int] = [:]
    for row in parts.demands.indices { numbers[row] = row }
    var rows = Array(parts.demands.indices)
    var decisions: [BranchLeaf.Decision] = []
    for decision in node.decisions {
      switch decision {
      case .pair(let pair, nil): decisions.append(.apart(numbers[pair.first]!, numbers[pair.second]!))
      case .pair(let pair, let row?):
        if numbers[row] == nil {
          numbers[row] = rows.count
          rows.append(row)
        }
        decisions.append(.together(numbers[pair.first]!, numbers[pair.second]!, into: numbers[row]!))
      case .atMost(let count, let bin): decisions.append(.atMost(count, bin: bin))
      case .atLeast(let count, let bin): decisions.append(.atLeast(count, bin: bin))
      }
    }
    var leaf = BranchLeaf(decisions: decisions, denominator: 1, duals: [], limitsWaste: true)
    if let proof = node.proof {
      leaf.denominator = proof.denominator
      leaf.limitsWaste = proof.limitsWaste
      leaf.duals = rows.map { gain($0, proof) }
      leaf.cuts = proof.cuts.map { ($0.cut.rows, $0.price) }
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
