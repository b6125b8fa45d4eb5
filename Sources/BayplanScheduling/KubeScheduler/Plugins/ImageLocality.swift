import BayplanModel

/// The more of the pod's images a node holds, the better, less so for images that few nodes hold.
/// Source: kubernetes pkg/scheduler/framework/plugins/imagelocality/image_locality.go.
struct ImageLocality: ScorePlugin {
  static let name = "ImageLocality"
  private let images: [String]
  private let nodeCount: Int
  /// Per image its size on the first node by name that holds it, as the API server lists nodes, and the number of nodes.
  private var known: [String: (bytes: Int64, nodes: Int)] = [:]

  init?(_ context: PodContext, feasible: [Int]) {
    images = context.pod.spec.images.map(Self.tagged)
    nodeCount = context.nodes.count
    let wanted = Set(images)
    for state in context.nodes.sorted(by: { $0.node.name < $1.node.name }) {
      var counted = Set<String>()
      for image in state.node.images {
        for name in image.names where wanted.contains(name) && counted.insert(name).inserted {
          known[name] = (known[name]?.bytes ?? image.bytes, (known[name]?.nodes ?? 0) + 1)
        }
      }
    }
  }

  /// A name without a tag means `latest`.
  private static func tagged(_ name: String) -> String {
    let afterSlash = name.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return afterSlash.contains(":") ? name : name + ":latest"
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    let held = Set(node.node.images.flatMap(\.names))
    var sum: Int64 = 0
    for image in images where held.contains(image) {
      guard let (bytes, nodes) = known[image] else { continue }
      sum = sum.addingSaturated(Int64(Double(bytes) * (Double(nodes) / Double(nodeCount))))
    }
    let least: Int64 = 23 << 20
    let most = max(least + 1, (1000 << 20) * Int64(images.count))
    return Int64(Int128(100) * Int128(min(max(sum, least), most) - least) / Int128(most - least))
  }
}
