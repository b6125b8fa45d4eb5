import BayplanModel

/// Which nodes hold an image, by each of its names.
struct ImageIndex: Sendable {
  struct Entry: Sendable {
    /// On the first node by name that holds it, as the API server lists nodes.
    var bytes: Int64
    /// Indices, ascending.
    var holders: [Int32]
  }

  private var entries: [String: Entry] = [:]
  let nodeCount: Int

  init(_ nodes: [Node]) {
    nodeCount = nodes.count
    for (index, node) in nodes.enumerated().sorted(by: { $0.element.name < $1.element.name }) {
      for image in node.images {
        for name in image.names {
          var entry = entries.removeValue(forKey: name) ?? Entry(bytes: image.bytes, holders: [])
          if entry.holders.last != Int32(index) { entry.holders.append(Int32(index)) }
          entries[name] = entry
        }
      }
    }
    for name in entries.keys { entries[name]!.holders.sort() }
  }

  var isEmpty: Bool { entries.isEmpty }

  subscript(name: String) -> Entry? { entries[name] }
}

/// The more of the pod's images a node holds, the better, less so for images that few nodes hold.
/// Source: kubernetes pkg/scheduler/framework/plugins/imagelocality/image_locality.go.
struct ImageLocality: ScorePlugin {
  static let name = "ImageLocality"
  static let looksAtPods = false
  private let imageCount: Int
  /// What a node gains by each of the pod's images that some node holds.
  private let known: [(gain: Int64, holders: [Int32])]

  init?(_ context: PodContext, feasible: [Int]) {
    let index = context.snapshot.images
    imageCount = context.pod.spec.images.count
    known = context.pod.spec.images.map(Self.tagged).compactMap { index[$0] }.map { entry in
      let spread = Double(entry.holders.count) / Double(index.nodeCount)
      return (Int64(Double(entry.bytes) * spread), entry.holders)
    }
  }

  /// A name without a tag means `latest`.
  private static func tagged(_ name: String) -> String {
    let afterSlash = name.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return afterSlash.contains(":") ? name : name + ":latest"
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    var sum: Int64 = 0
    for image in known where image.holders.containsSorted(Int32(node.index)) { sum = sum.addingSaturated(image.gain) }
    let least: Int64 = 23 << 20
    let most = max(least + 1, (1000 << 20) * Int64(imageCount))
    return Int64(Int128(100) * Int128(min(max(sum, least), most) - least) / Int128(most - least))
  }
}

extension [Int32] {
  /// By bisection.
  fileprivate func containsSorted(_ value: Int32) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == value
  }
}
