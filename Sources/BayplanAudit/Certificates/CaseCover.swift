import BayplanModel

/// Verifies that the cases of a certificate leave no plan out.
///
/// Each set of nodes is a dimension: how many of its nodes take pending pods. A case is a box of such counts. Whether the
/// boxes cover all counts is found by cutting at their borders, each time where the fewest boxes are cut in two, so that
/// the leaves of a branching tree need no more cuts than the tree has nodes.
struct CaseCover {
  private typealias Box = [ClosedRange<Int64>]

  /// Boxes that are looked at before the check gives up.
  static let workLimit = 50_000_000

  private var boxes: [Box] = []
  /// What the dimensions count, in words.
  private let names: [String]
  private var work = 0

  enum Outcome {
    case covers
    case fails(String)
    case givesUp
  }

  init(_ cases: [Certificate.Case], _ relaxation: Relaxation) {
    let confined = (cases.first?.nodeProofs ?? []).indices.filter { index in
      cases.contains { $0.nodeProofs[index].isConfined }
    }
    names = confined.map { index in
      let proof = cases[0].nodeProofs[index]
      if let type = proof.nodeType { return "node type \(relaxation.cluster.nodeTypes[Int(type)].name)" }
      return "the set of node \(relaxation.cluster.nodes[Int(proof.nodes?.first ?? 0)].name)"
    }
    boxes = cases.map { part in
      confined.map { index in
        let proof = part.nodeProofs[index]
        return (proof.leastCount ?? 0)...(proof.mostCount ?? .max)
      }
    }
  }

  /// Why the sets and counts of the cases mean nothing, or not the same; nil if they do.
  static func fault(of cases: [Certificate.Case], _ relaxation: Relaxation) -> String? {
    guard let first = cases.first else { return "there is not a single case" }
    let confined = Set(
      first.nodeProofs.indices.filter { index in
        cases.contains { $0.nodeProofs.indices.contains(index) && $0.nodeProofs[index].isConfined }
      })
    for part in cases {
      let isSame =
        part.nodeProofs.count == first.nodeProofs.count
        && zip(part.nodeProofs, first.nodeProofs).allSatisfy {
          $0.nodes == $1.nodes && $0.nodeType == $1.nodeType && $0.zones == $1.zones
        }
      if !isSame { return "the cases speak about different nodes" }
      for proof in part.nodeProofs where proof.isConfined {
        let (least, most) = (proof.leastCount ?? 0, proof.mostCount ?? .max)
        if least < 0 || least > most { return "a case confines nodes to an empty range" }
        let size = proof.nodeType.map { relaxation.mostNodes(ofType: Int($0)) } ?? Int128(proof.nodes?.count ?? 0)
        if Int128(least) > size { return "a case asks for \(least) nodes of \(size)" }
      }
    }
    var nodes = Set<Int32>()
    for index in confined.sorted() {
      let proof = first.nodeProofs[index]
      if (proof.nodes?.first == nil) == (proof.nodeType == nil) {
        return "a confined set has to be of nodes or of a node type"
      }
      for node in proof.nodes ?? [] where !nodes.insert(node).inserted { return "node \(node) is confined twice" }
    }
    // Elsewhere the last proof counts; a confined set needs all its nodes.
    for (index, proof) in first.nodeProofs.enumerated() where !confined.contains(index) {
      if let node = proof.nodes?.first(where: nodes.contains) { return "node \(node) is in a confined set and another" }
    }
    for (type, nodeType) in relaxation.cluster.nodeTypes.enumerated() {
      for zone in nodeType.zones.isEmpty ? [nil] : nodeType.zones.map({ $0 }) {
        let claims = first.nodeProofs.indices.filter { first.nodeProofs[$0].isOf(type, zone) }
        if claims.count > 1 && claims.contains(where: confined.contains) {
          return "node type \(nodeType.name) is in a confined set and another"
        }
      }
    }
    return nil
  }

  mutating func check() -> Outcome {
    guard let width = boxes.first?.count else { return .covers }
    let all = Array(repeating: Int64(0)...Int64.max, count: width)
    var open: [(region: Box, boxes: [Int])] = [(all, Array(boxes.indices))]
    while let (region, candidates) = open.popLast() {
      work += candidates.count * width
      if work > Self.workLimit { return .givesUp }
      let touching = candidates.filter { index in zip(boxes[index], region).allSatisfy { $0.overlaps($1) } }
      if touching.isEmpty { return .fails("no case is about plans that use \(words(region))") }
      let isCovered = touching.contains { index in
        zip(boxes[index], region).allSatisfy { $0.lowerBound <= $1.lowerBound && $0.upperBound >= $1.upperBound }
      }
      if isCovered { continue }
      guard let cut = bestCut(region, touching) else { return .givesUp }
      var (below, above) = (region, region)
      below[cut.dimension] = region[cut.dimension].lowerBound...cut.last
      above[cut.dimension] = cut.last + 1...region[cut.dimension].upperBound
      open.append((above, touching))
      open.append((below, touching))
    }
    return .covers
  }

  /// The border of a box, inside the region, that cuts the fewest boxes in two.
  private mutating func bestCut(_ region: Box, _ touching: [Int]) -> (dimension: Int, last: Int64)? {
    var best: (dimension: Int, last: Int64)?
    var fewest = Int.max
    for dimension in region.indices {
      let side = region[dimension]
      var borders = Set<Int64>()
      for index in touching {
        let range = boxes[index][dimension]
        if range.lowerBound > side.lowerBound { borders.insert(range.lowerBound - 1) }
        if range.upperBound < side.upperBound { borders.insert(range.upperBound) }
      }
      work += borders.count * touching.count
      if work > Self.workLimit { return nil }
      for border in borders.sorted() {
        let count = touching.count {
          boxes[$0][dimension].lowerBound <= border && boxes[$0][dimension].upperBound > border
        }
        if count < fewest {
          fewest = count
          best = (dimension, border)
        }
      }
    }
    return best
  }

  /// One combination of counts in the region, for an error.
  private func words(_ region: Box) -> String {
    zip(region, names).map { "\($0.lowerBound) of \($1)" }.joined(separator: ", ")
  }
}
