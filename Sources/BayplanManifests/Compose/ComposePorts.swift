import BayplanModel

/// One entry of a service's `ports`.
struct ComposePort: Hashable, Sendable {
  var target: ClosedRange<Int32>
  /// Nil where the runtime chooses a free one.
  var published: ClosedRange<Int32>?
  var address = ""
  var transport = "TCP"
  /// Published by the swarm's routing mesh, which takes no port of the task's own node.
  var isIngress = false

  /// The ports taken on the node. Nil when the runtime chooses one from a range.
  var hostPorts: [HostPort]? {
    guard let published, !isIngress else { return [] }
    if published.lowerBound == 0 { return [] }
    if published.count > 1 && published.count != target.count { return nil }
    return published.map { HostPort(port: $0, protocol: transport, address: address) }
  }

  /// Short form `[address:][published[-end]:]target[-end][/protocol]`, or long form.
  /// - Returns: The reason when it is neither.
  static func parse(_ value: ComposeValue) -> Result<ComposePort, Reason> {
    if let text = value.text { return short(text) }
    guard case .mapping = value.content else { return .failure("\(value.kindDescription) is not a port") }
    guard let target = value["target"]?.text else { return .failure("the port has no target") }
    guard let range = range(target) else { return .failure("target '\(target)' is not a port") }
    var port = ComposePort(target: range)
    if let published = value["published"]?.text, !published.isEmpty {
      guard let range = self.range(published) else { return .failure("published '\(published)' is not a port") }
      port.published = range
    }
    port.address = value["host_ip"]?.text ?? ""
    let transport = (value["protocol"]?.text ?? "tcp").uppercased()
    guard transports.contains(transport) else { return .failure("protocol '\(transport)' is not tcp, udp or sctp") }
    port.transport = transport
    switch value["mode"]?.text ?? "" {
    case "", "host": break
    case "ingress": port.isIngress = true
    case let mode: return .failure("mode '\(mode)' is neither host nor ingress")
    }
    return check(port)
  }

  struct Reason: Error, ExpressibleByStringInterpolation {
    var text: String
    init(stringLiteral value: String) { text = value }
  }

  /// What makes two entries the same one when files are merged.
  static func uniqueKey(_ value: ComposeValue) -> String? {
    guard case .success(let port) = parse(value) else { return value.text }
    return "\(port.address) \(port.target) \(port.published.map { "\($0)" } ?? "") \(port.transport)"
  }

  private static let transports = ["TCP", "UDP", "SCTP"]

  private static func short(_ text: String) -> Result<ComposePort, Reason> {
    var rest = text.trimmed
    var port = ComposePort(target: 0...0)
    if let slash = rest.lastIndex(of: "/") {
      port.transport = rest[rest.index(after: slash)...].uppercased()
      guard transports.contains(port.transport) else {
        return .failure("protocol '\(rest[rest.index(after: slash)...])' is not tcp, udp or sctp")
      }
      rest = rest[..<slash]
    }
    var parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard let target = range(parts.removeLast()) else { return .failure("'\(text)' does not end with a port") }
    port.target = target
    if let published = parts.popLast(), !published.isEmpty {
      guard let range = range(published) else { return .failure("'\(published)' is not a published port") }
      port.published = range
    }
    // What is left is an address; one of version 6 has colons of its own.
    var address = parts.joined(separator: ":")
    if address.hasPrefix("[") && address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
    guard address.isEmpty || isAddress(address) else { return .failure("'\(address)' is not an address") }
    port.address = address
    return check(port)
  }

  private static func isAddress(_ text: String) -> Bool {
    if text.contains(":") { return text.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." || $0 == "%" } }
    let bytes = text.split(separator: ".", omittingEmptySubsequences: false)
    return bytes.count == 4 && bytes.allSatisfy { PortNumber.parse($0).map { $0 < 256 } ?? false }
  }

  private static func check(_ port: ComposePort) -> Result<ComposePort, Reason> {
    if port.target.lowerBound == 0 { return .failure("the target port is 0") }
    guard let published = port.published else { return .success(port) }
    if port.target.count > 1 && published.count != port.target.count {
      return .failure(
        "the ranges differ in length: \(published.count) published for \(port.target.count) target ports")
    }
    return .success(port)
  }

  private static func range(_ text: some StringProtocol) -> ClosedRange<Int32>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2, let first = PortNumber.parse(ends[0]), let last = PortNumber.parse(ends[ends.count - 1]),
      first <= last
    else { return nil }
    return first...last
  }
}
