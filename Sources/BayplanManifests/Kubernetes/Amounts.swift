import BayplanModel

/// Amounts per resource in thousandths of its unit. Unlike `Resources` they tell zero from absent, which decides
/// about defaults, and are finer than bytes: Kubernetes sums a pod's quantities before it rounds up.
struct Amounts: Hashable {
  var values: [Resource: Int64] = [:]

  subscript(resource: Resource) -> Int64? {
    get { values[resource] }
    set { values[resource] = newValue }
  }

  var isEmpty: Bool { values.isEmpty }

  static func += (left: inout Amounts, right: Amounts) {
    for (resource, amount) in right.values { left.values[resource, default: 0].add(amount) }
  }

  static func + (left: Amounts, right: Amounts) -> Amounts {
    var sum = left
    sum += right
    return sum
  }

  /// Takes the larger value of each resource.
  mutating func formMaximum(_ other: Amounts) {
    for (resource, amount) in other.values { values[resource] = Swift.max(values[resource] ?? 0, amount) }
  }

  mutating func fillMissing(from other: Amounts) {
    values.merge(other.values) { own, _ in own }
  }

  /// In the units of the model, rounded up.
  var resources: Resources {
    var result = Resources()
    for (resource, milli) in values {
      result[resource] = resource == .cpu ? milli : milli / 1000 + (milli % 1000 > 0 ? 1 : 0)
    }
    return result
  }
}

extension Int64 {
  fileprivate mutating func add(_ other: Int64) { self = addingSaturated(other) }
}

extension Field {
  /// More than this of anything is a mistake: eight pebibytes, and far beyond any machine.
  static let largestAmount: Int64 = 8 << 50

  /// A quantity in thousandths of its unit. Written as a string or a number.
  var milliQuantity: Int64? {
    let text: String
    switch node.content {
    case .string(let string), .number(let string): text = string
    default:
      report(
        "'\(key)' must be a quantity, not \(node.kindDescription)", fix: "Write it like 500m, 2, 128Mi or 1Gi.")
      return nil
    }
    do throws(Quantity.ParseError) {
      let quantity = try Quantity(text)
      if quantity.isNegative {
        report("'\(key)' is \(text.prefix(40)): amounts cannot be negative")
        return nil
      }
      guard quantity.value <= Self.largestAmount else {
        report(.limit, "'\(key)' is \(text.prefix(40)), more than any machine has", fix: "Look at its unit.")
        return nil
      }
      return quantity.milliValue
    } catch {
      report("'\(key)': '\(text.prefix(40))' is not a quantity", fix: Self.quantityFix(text, error))
      return nil
    }
  }

  private static func quantityFix(_ text: String, _ error: Quantity.ParseError) -> String {
    if text.contains("{{") || text.contains("${") || text.contains("$(") {
      return "Fill in the template before planning."
    }
    return error.fix ?? "Write it like 500m, 2, 128Mi or 1Gi."
  }

  /// A mapping of resources to quantities, such as `requests`.
  func amounts(_ key: String) -> Amounts {
    var result = Amounts()
    for field in mapping(key)?.pairs ?? [] {
      let resource = Resource(field.key)
      guard let milli = field.milliQuantity else { continue }
      if resource.isExtended && milli % 1000 != 0 {
        field.report(
          "'\(field.key)' must be a whole number, not \(field.node.text ?? "")",
          fix: "Extended resources are handed out whole.")
        continue
      }
      if resource == .memory && milli % 1000 != 0 {
        field.note(.warning, "A memory quantity has the suffix m, which means thousandths of a byte.")
      }
      result[resource] = milli
    }
    return result
  }
}

extension Resource {
  /// A device plugin's resource or one of the user's own, as opposed to those Kubernetes itself knows.
  var isExtended: Bool {
    guard let slash = rawValue.firstIndex(of: "/") else { return false }
    return !rawValue[..<slash].hasSuffix("kubernetes.io")
  }

  /// Resources that a pod may state as a whole.
  var isPodLevel: Bool { self == .cpu || self == .memory || rawValue.hasPrefix("hugepages-") }
}
