import BayplanModel

/// Exact amounts in decimal notation, without floating point.
enum DecimalAmount {
  /// `text` × `scale`, rounded up; nil when `text` is not a plain non-negative decimal number or too large.
  static func scaled(_ text: some StringProtocol, by scale: Int64) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, text.utf8.count <= 64, text.utf8.contains(where: { $0 >= 48 && $0 <= 57 }) else {
      return nil
    }
    guard parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }) else { return nil }
    guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    // The fraction is below `scale`: digits beyond the 18th can only round up.
    var numerator: Int64 = 0
    var denominator: Int64 = 1
    var isInexact = false
    for digit in (parts.count == 2 ? parts[1] : "").utf8 {
      if denominator < 1_000_000_000_000_000_000 {
        numerator = numerator * 10 + Int64(digit - 48)
        denominator *= 10
      } else if digit != 48 {
        isInexact = true
      }
    }
    let wide = scale.multipliedFullWidth(by: numerator)
    let (quotient, remainder) = denominator.dividingFullWidth(wide)
    let (sum, overflowed) = product.addingReportingOverflow(quotient + (remainder > 0 || isInexact ? 1 : 0))
    return overflowed ? nil : sum
  }
}

/// Requests stated in image labels: `500m` or `0.5` cores, `256Mi` or `1G` bytes.
enum ResourceHint {
  static func amount(_ text: String, of resource: Resource) -> Int64? {
    let text = text.trimmed
    if resource == .cpu {
      return text.last == "m" ? DecimalAmount.scaled(text.dropLast(), by: 1) : DecimalAmount.scaled(text, by: 1000)
    }
    let units: [(String, Int64)] = [
      ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("k", 1_000), ("M", 1_000_000),
      ("G", 1_000_000_000), ("T", 1_000_000_000_000),
    ]
    for (suffix, scale) in units where text.hasSuffix(suffix) {
      return DecimalAmount.scaled(text.dropLast(suffix.count), by: scale)
    }
    return DecimalAmount.scaled(text, by: 1)
  }
}

/// Fills in requests where the input states none.
enum DefaultedRequests {
  /// - Parameters:
  ///   - limits: A default is never larger than what the container may use.
  ///   - count: How many containers share these requests.
  static func fill(
    _ requests: inout Resources, from defaults: Resources, limits: Resources = [:], of name: String, count: Int = 1,
    notices: inout [Notice]
  ) {
    for resource in defaults.names where requests[resource] == 0 {
      let limit = limits[resource]
      requests[resource] = limit > 0 ? min(limit, defaults[resource]) : defaults[resource]
      if count == 0 { continue }
      notices.note(
        .defaulted, "No \(resource.rawValue) request is stated: the default is taken.", count: count, example: name)
    }
  }
}
