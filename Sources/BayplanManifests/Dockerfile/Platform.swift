/// `os/arch/variant` of an image, in the words Kubernetes labels nodes with.
struct Platform: Sendable, Hashable {
  static let osLabel = "kubernetes.io/os"
  static let archLabel = "kubernetes.io/arch"

  var os: String?
  var architecture: String?

  /// `linux/arm64/v8`, or just an operating system or an architecture.
  init(_ text: String) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1 {
      os = parts[0]
      architecture = Self.normalizedArchitecture(parts[1])
    } else if Self.operatingSystems.contains(parts[0]) {
      os = parts[0]
    } else if !parts[0].isEmpty {
      architecture = Self.normalizedArchitecture(parts[0])
    }
  }

  /// Whether nodes carry such labels: WebAssembly and the like run on any.
  var isNodePlatform: Bool {
    os.map(Self.operatingSystems.contains) ?? true && architecture.map(Self.architectures.contains) ?? true
  }

  var nodeSelector: [String: String] {
    guard isNodePlatform else { return [:] }
    var selector: [String: String] = [:]
    selector[Self.osLabel] = os
    selector[Self.archLabel] = architecture
    return selector
  }

  /// The name Go and Kubernetes give an architecture.
  static func normalizedArchitecture(_ name: String) -> String {
    switch name.lowercased() {
    case "x86_64", "x86-64", "amd64": "amd64"
    case "aarch64", "arm64", "armv8": "arm64"
    case "i386", "i486", "i586", "i686", "386": "386"
    case "armhf", "armel", "armv6l", "armv7l", "arm": "arm"
    default: name.lowercased()
    }
  }

  private static let operatingSystems: Set<String> = ["linux", "windows", "darwin", "freebsd"]
  private static let architectures: Set<String> = [
    "amd64", "arm64", "arm", "386", "ppc64le", "ppc64", "s390x", "riscv64", "mips64le", "mips64", "mips", "mipsle",
    "loong64",
  ]
}
