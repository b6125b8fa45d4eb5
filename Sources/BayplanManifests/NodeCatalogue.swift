import BayplanModel

/// Node types with prices, and where the prices come from.
public struct NodeCatalogue: Hashable, Sendable {
  /// When the prices held, as `2026-11` or `2026-11-23`.
  public var date: String
  public var source: String
  /// Of all prices, as `USD`.
  public var currency: String
  public var types: [NodeType]

  public init(date: String, source: String, currency: String, types: [NodeType]) {
    self.date = date
    self.source = source
    self.currency = currency
    self.types = types
  }

  /// Twelve generic shapes: general, compute and memory, some on arm64, one with a GPU.
  public static let builtIn = NodeCatalogue(
    date: "2026-11", source: "Bayplan's own illustrative prices, in the range of public on-demand lists",
    currency: "USD",
    types: [
      shape("general-2", cores: 2, gibibytes: 8, price: 96_000),
      shape("general-4", cores: 4, gibibytes: 16, price: 190_000),
      shape("general-8", cores: 8, gibibytes: 32, price: 376_000),
      shape("general-16", cores: 16, gibibytes: 64, price: 745_000),
      shape("compute-4", cores: 4, gibibytes: 8, price: 168_000),
      shape("compute-16", cores: 16, gibibytes: 32, price: 655_000),
      shape("memory-2", cores: 2, gibibytes: 16, price: 128_000),
      shape("memory-8", cores: 8, gibibytes: 64, price: 500_000),
      shape("arm-2", cores: 2, gibibytes: 8, price: 77_000, architecture: "arm64"),
      shape("arm-4", cores: 4, gibibytes: 16, price: 152_000, architecture: "arm64"),
      shape("arm-16", cores: 16, gibibytes: 64, price: 596_000, architecture: "arm64"),
      shape("gpu-8", cores: 8, gibibytes: 32, price: 760_000, gpus: 1),
    ])

  private static func shape(
    _ name: String, cores: Int64, gibibytes: Int64, price: MicroCost, architecture: String = "amd64", gpus: Int64 = 0
  ) -> NodeType {
    let pods: Int64 = 110
    let memory = gibibytes << 30
    return NodeType(
      name: name,
      labels: [
        "kubernetes.io/arch": architecture, "kubernetes.io/os": "linux", "node.kubernetes.io/instance-type": name,
      ],
      allocatable: [
        .cpu: cores * 1000 - reservedCPU(cores: cores), .memory: memory - reservedMemory(of: memory),
        .ephemeralStorage: 90 << 30, .pods: pods, Resource("nvidia.com/gpu"): gpus,
      ],
      price: price)
  }

  /// Millicores for the system: 6 % of the first core, 1 % of the second, half a percent of the next two and a
  /// quarter percent of the rest. Source: the node allocatable formula that managed Kubernetes services publish.
  static func reservedCPU(cores: Int64) -> Int64 {
    let first = min(cores, 1) * 60
    let second = max(0, min(cores, 2) - 1) * 10
    let next = max(0, min(cores, 4) - 2) * 5
    return first + second + next + (max(0, cores - 4) * 5 + 1) / 2
  }

  /// A quarter of the first 4 GiB, a fifth of the next 4, a tenth of the next 8 and 6 % of the rest, with 100 MiB for
  /// eviction on top. Source: as above.
  static func reservedMemory(of memory: Int64) -> Int64 {
    let gibibyte: Int64 = 1 << 30
    let first = min(memory, 4 * gibibyte) / 4
    let second = max(0, min(memory, 8 * gibibyte) - 4 * gibibyte) / 5
    let third = max(0, min(memory, 16 * gibibyte) - 8 * gibibyte) / 10
    let rest = max(0, memory - 16 * gibibyte) / 100 * 6
    return first + second + third + rest + (100 << 20)
  }
}
