/// How text output looks: colours, character set and width. A value, so that reports stay pure functions.
public struct TextStyle: Sendable {
  public var isColored: Bool
  /// Block characters and middle dots; otherwise plain ASCII.
  public var isUnicode: Bool
  public var width: Int
  /// Print every node and pod instead of folding long lists.
  public var isComplete: Bool

  public init(isColored: Bool = false, isUnicode: Bool = true, width: Int = 100, isComplete: Bool = false) {
    self.isColored = isColored
    self.isUnicode = isUnicode
    self.width = max(60, width)
    self.isComplete = isComplete
  }

  enum Color: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case bold = "1"
    case dim = "2"
  }

  func paint(_ text: String, _ color: Color) -> String {
    isColored && !text.isEmpty ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }

  var dot: String { isUnicode ? "·" : "-" }
  var times: String { isUnicode ? "×" : "x" }
  var ellipsis: String { isUnicode ? "…" : "..." }
  var check: String { isUnicode ? "✓" : "ok" }
  var cross: String { isUnicode ? "✗" : "x" }
  var dash: String { isUnicode ? "–" : "-" }
  /// The last line of a list that was folded.
  func more(_ count: Int) -> String { "  \(ellipsis) \(HumanUnits.count(count)) more (--all, or -o json)" }
  var arrow: String { isUnicode ? "→" : "->" }

  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A bar of `width` characters, filled to `share` (at most all of it).
  func bar(_ share: Double, width: Int) -> String {
    let share = min(max(share, 0), 1)
    if !isUnicode {
      // Something is never shown as nothing, nor almost full as full.
      var filled = Int((share * Double(width)).rounded())
      if share > 0 && filled == 0 { filled = 1 }
      if share < 1 && filled == width { filled = width - 1 }
      return String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    }
    var eighths = Int((share * Double(width * 8)).rounded())
    if share > 0 && eighths == 0 { eighths = 1 }
    if share < 1 && eighths == width * 8 { eighths -= 1 }
    let partial = Self.eighths[eighths % 8]
    let empty = width - eighths / 8 - (partial.isEmpty ? 0 : 1)
    return String(repeating: "█", count: eighths / 8) + partial + String(repeating: "░", count: empty)
  }

  /// The text with everything that could act on a terminal or hide in it spelled out: control characters, bidirectional
  /// overrides, zero-width and line-separating characters.
  public static func neutralized(_ text: String) -> String { neutralized(text, except: []) }

  /// - Parameter kept: scalars to leave as they are.
  static func neutralized(_ text: String, except kept: [Unicode.Scalar]) -> String {
    if text.unicodeScalars.allSatisfy({ !isUnsafe($0) || kept.contains($0) }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) && !kept.contains(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
    default: false
    }
  }

  /// As many of the parts as fit, separated by commas; at least one, cut if need be.
  func list(_ parts: [String], width: Int) -> String {
    var text = ""
    for (index, part) in parts.enumerated() {
      let longer = (text.isEmpty ? "" : text + ", ") + Self.neutralized(part)
      let rest = index == parts.count - 1 ? 0 : ellipsis.count + 2
      if longer.count + rest > width { return text.isEmpty ? name(part, width: width) : text + ", " + ellipsis }
      text = longer
    }
    return text
  }

  /// A sentence, neutralized, in lines of at most `width` characters where its words allow.
  func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    for word in Self.neutralized(text).split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width - 4 {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// A name fit for a column: neutralized, cut in the middle when it is longer than `width`.
  func name(_ text: String, width: Int = 48) -> String {
    let text = Self.neutralized(text)
    if text.count <= width { return text }
    let kept = width - ellipsis.count
    return "\(text.prefix(kept - kept / 2))\(ellipsis)\(text.suffix(kept / 2))"
  }
}

extension String {
  func padded(to width: Int) -> String {
    let missing = width - count
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }

  func aligned(to width: Int) -> String {
    let missing = width - count
    return missing > 0 ? String(repeating: " ", count: missing) + self : self
  }
}
