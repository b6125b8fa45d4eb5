import BayplanModel

/// Amounts as people write them. For reading only: documents carry the integers.
enum HumanUnits {
  /// Decimals without trailing zeros: `1.5`, `0.25`, `12`.
  static func decimal(_ value: Double, digits: Int) -> String {
    var text = fixed(value, digits: digits)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let whole = String(scaled / Int64(scale))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    if digits == 0 { return sign + whole }
    let fraction = String(scaled % Int64(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  /// With thousands separated: `4,950`.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return value < 0 ? "-\(result)" : result
  }

  /// `1 node`, `2 nodes`, `1,000 pods`; the plural of a noun in -y or -s is not needed here.
  static func count(_ value: Int, _ noun: String) -> String { "\(count(value)) \(noun)\(value == 1 ? "" : "s")" }

  /// A price per hour, as exact as the catalogue says it but with at least two decimals.
  static func money(_ micro: MicroCost) -> String {
    var digits = 6
    var value = micro.magnitude
    while digits > 2 && value % 10 == 0 {
      value /= 10
      digits -= 1
    }
    // Sums of list prices: more than four decimals say nothing.
    if digits > 4 { digits = 4 }
    return "\(micro < 0 ? "-" : "")$\(fixed(Double(micro.magnitude) / 1e6, digits: digits))"
  }

  static func price(_ micro: MicroCost) -> String { "\(money(micro))/h" }

  /// `76 %`; never 100 for less than all, never 0 for more than nothing.
  static func percent(_ share: Double) -> String {
    if share > 0 && share < 0.01 { return "<1 %" }
    if share > 0.99 && share < 1 { return "99 %" }
    if share > 1 && share < 1.01 { return "101 %" }
    return "\(fixed(share * 100, digits: 0)) %"
  }

  static func seconds(_ value: Double) -> String {
    value < 0.001 ? "1 ms" : value < 1 ? "\(fixed(value * 1000, digits: 0)) ms" : "\(fixed(value, digits: 1)) s"
  }

  /// A unit of a column: its name and what divides the amount.
  static func unit(of resource: Resource, isDevice: Bool, largest: Int64) -> (name: String, divisor: Double) {
    if isDevice { return ("", 1000) }
    switch resource {
    case .cpu: return ("cores", 1000)
    case .memory, .ephemeralStorage:
      let units: [(String, Double)] = [
        ("TiB", 1_099_511_627_776), ("GiB", 1_073_741_824), ("MiB", 1_048_576), ("KiB", 1024),
      ]
      // One unit up only when at least ten of it: 512 GiB nodes should not read 0.5 TiB.
      return units.first { Double(largest) >= $0.1 * ($0.0 == "TiB" ? 10 : 1) } ?? ("B", 1)
    default: return resource.rawValue.hasPrefix("hugepages-") ? ("MiB", 1_048_576) : ("", 1)
    }
  }

  /// One amount with its unit: `0.5 cores`, `1 core`, `2 GiB`, `3`.
  static func amount(_ value: Int64, of resource: Resource, isDevice: Bool = false) -> String {
    let unit = unit(of: resource, isDevice: isDevice, largest: value)
    let number = decimal(Double(value) / unit.divisor, digits: unit.divisor == 1000 ? 3 : 2)
    return unit.name.isEmpty ? number : "\(number) \(number == "1" && unit.name == "cores" ? "core" : unit.name)"
  }

  /// What a resource is called in a column head: `cpu`, `gpu` for `nvidia.com/gpu`.
  static func shortName(_ resource: Resource) -> String {
    resource == .ephemeralStorage ? "disk" : String(resource.rawValue.split(separator: "/").last ?? "?")
  }
}
