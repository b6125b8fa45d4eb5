/// A Kubernetes quantity: an exact decimal number with a suffix, such as `100m`, `1.5Gi` or `1e3`.
///
/// Grammar and rounding follow apimachinery `resource.Quantity`: what is finer than a nano-unit is rounded away from
/// zero on parsing, `value` and `milliValue` round up, amounts are capped at 2^63 − 1.
public struct Quantity: Hashable, Sendable, CustomStringConvertible {
  /// Thousand-millionths of a unit, capped well above any amount that fits 64 bits.
  let nanos: Int128
  private let format: Format

  private enum Format: Hashable { case decimal, binary, exponent }

  /// A text that is not a quantity, and what may have been meant.
  public struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
    public var message: String
    public var fix: String?
    public var description: String { message }
  }

  /// - Throws: `ParseError` naming the offending part.
  public init(_ text: String) throws(ParseError) {
    func failure(_ fix: String? = nil) -> ParseError { ParseError(message: "'\(text)' is not a quantity", fix: fix) }
    var rest = Array(text.utf8)[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    let whole = rest.prefix { $0 >= 48 && $0 <= 57 }
    rest = rest.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else {
      throw failure(text.isEmpty ? "The value is empty." : "A quantity starts with a number, such as 500m or 2Gi.")
    }
    let suffix = String(decoding: rest, as: UTF8.self)
    guard let unit = Self.unit(suffix) else { throw failure(Self.hint(suffix)) }
    nanos = Self.scaled(whole, fraction, unit, isNegative: isNegative)
    format = unit.format
  }

  /// 10^`tens` × 2^`twos`.
  private struct Unit {
    var tens: Int
    var twos: Int
    var format: Format
  }

  private static func unit(_ suffix: String) -> Unit? {
    let decimal = ["n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]
    if let tens = decimal[suffix] { return Unit(tens: tens, twos: 0, format: .decimal) }
    let binary = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
    if let twos = binary[suffix] { return Unit(tens: 0, twos: twos, format: .binary) }
    guard suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst()) else { return nil }
    return Unit(tens: max(-1000, min(1000, exponent)), twos: 0, format: .exponent)
  }

  private static func hint(_ suffix: String) -> String? {
    switch suffix {
    case "K": "Maybe 'k' (1000) or 'Ki' (1024)."
    case "KB", "kb", "kB", "Kb", "ki": "Maybe 'k' (1000) or 'Ki' (1024)."
    case "MB", "mb", "mB", "Mb", "mi", "MiB": "Maybe 'M' (1000²) or 'Mi' (1024²); 'm' is a thousandth."
    case "GB", "gb", "gB", "Gb", "gi", "g", "GiB": "Maybe 'G' (1000³) or 'Gi' (1024³)."
    case "e", "E+", "E-": "An exponent needs digits: 1e3."
    default:
      suffix.contains(" ")
        ? "A quantity has no spaces."
        : "Suffixes are n, u, m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei."
    }
  }

  /// The number in nano-units, rounded away from zero, capped.
  private static func scaled(
    _ whole: ArraySlice<UInt8>, _ fraction: ArraySlice<UInt8>, _ unit: Unit, isNegative: Bool
  ) -> Int128 {
    let cap = Int128(Int64.max) * 1_000_000_000
    var mantissa: Int128 = 0
    var isInexact = false
    var dropped = 0
    // 24 significant digits decide everything within the cap; what follows can only round.
    var digits = 0
    for digit in whole + fraction {
      if digits >= 24 {
        dropped += 1
        if digit != 48 { isInexact = true }
        continue
      }
      mantissa = mantissa * 10 + Int128(digit - 48)
      if mantissa > 0 { digits += 1 }
    }
    if mantissa == 0 { return 0 }
    var tens = unit.tens + 9 - fraction.count + dropped
    var value = mantissa
    for _ in 0..<unit.twos {
      if value > cap { break }
      value *= 2
    }
    while tens > 0 && value <= cap {
      value *= 10
      tens -= 1
    }
    while tens < 0 && value > 0 {
      let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { isInexact = true }
      value = quotient
      tens += 1
    }
    if isInexact || (value == 0 && tens < 0) { value += 1 }
    value = min(value, cap)
    return isNegative ? -value : value
  }

  /// Whole units, rounded up.
  public var value: Int64 { Self.divided(nanos, by: 1_000_000_000) }
  /// Thousandths, rounded up.
  public var milliValue: Int64 { Self.divided(nanos, by: 1_000_000) }
  public var isNegative: Bool { nanos < 0 }

  private static func divided(_ value: Int128, by divisor: Int128) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return Int64(clamping: remainder > 0 ? quotient + 1 : quotient)
  }

  /// The canonical text: no fraction, the largest suffix that loses nothing.
  public var description: String {
    if nanos == 0 { return "0" }
    let unit: Int128 = 1_000_000_000
    if format == .binary && nanos % unit == 0 {
      let names = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
      var (amount, index) = (nanos / unit, 0)
      while amount % 1024 == 0 && index < 6 {
        amount /= 1024
        index += 1
      }
      return "\(amount)\(names[index])"
    }
    let names =
      format == .exponent
      ? ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"]
      : ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    var (amount, index) = (nanos, 0)
    while amount % 1000 == 0 && index < 9 {
      amount /= 1000
      index += 1
    }
    return "\(amount)\(names[index])"
  }

  /// An amount of the model as Kubernetes writes it: `500m`, `1536Mi`, `2`.
  public static func text(_ amount: Int64, of resource: Resource) -> String {
    switch resource {
    case .cpu: text(milli: amount)
    case .memory, .ephemeralStorage: text(bytes: amount)
    default: resource.rawValue.hasPrefix("hugepages-") ? text(bytes: amount) : String(amount)
    }
  }

  /// `1500` thousandths as `1500m`, `2000` as `2`.
  public static func text(milli: Int64) -> String { milli % 1000 == 0 ? "\(milli / 1000)" : "\(milli)m" }

  /// Bytes with the largest binary suffix that loses nothing.
  public static func text(bytes: Int64) -> String {
    let names = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    var (amount, index) = (bytes, 0)
    while amount != 0 && amount % 1024 == 0 && index < 6 {
      amount /= 1024
      index += 1
    }
    return "\(amount)\(names[index])"
  }
}
