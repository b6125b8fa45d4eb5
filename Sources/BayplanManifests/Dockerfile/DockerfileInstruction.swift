import Foundation

/// The parts an instruction's arguments fall into.
struct DockerfileArguments {
  /// `--name=value`, or `--name` alone.
  var flags: [(name: String, value: String?)] = []
  /// What follows the flags.
  var rest: String
  /// The exec form; nil for the shell form.
  var json: [String]?
  /// The array holds something else than strings.
  var hasForeignJSON = false

  init(_ text: String, words: DockerfileWords) {
    var remaining = text.trimmed
    while remaining.hasPrefix("--") {
      let word = words.split(remaining, limit: 1).first ?? ""
      remaining = remaining.dropFirst(word.count).trimmed
      if word == "--" { break }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      flags.append((String(parts[0]).lowercased(), parts.count == 2 ? String(parts[1]) : nil))
    }
    rest = String(remaining)
    guard rest.first == "[", rest.utf8.count <= 1 << 20,
      let array = try? JSONSerialization.jsonObject(with: Data(rest.utf8)) as? [Any]
    else { return }
    json = array as? [String]
    hasForeignJSON = json == nil && !array.isEmpty
    if array.isEmpty { json = [] }
  }
}

/// Instructions, what they may carry and how often they take arguments.
enum DockerfileGrammar {
  static let instructions: Set<String> = [
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]

  static func flags(of keyword: String) -> Set<String> {
    switch keyword {
    case "FROM": ["platform"]
    case "RUN": ["mount", "network", "security", "device"]
    case "COPY": ["from", "chown", "chmod", "link", "parents", "exclude"]
    case "ADD": ["chown", "chmod", "link", "checksum", "keep-git-dir", "exclude", "unpack"]
    case "HEALTHCHECK": ["interval", "timeout", "start-period", "start-interval", "retries"]
    default: []
    }
  }

  /// An instruction with a name not far from `keyword`, for the fix.
  static func suggestion(for keyword: String) -> String? {
    instructions.sorted().map { ($0, distance($0, keyword)) }.filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
  }

  /// Levenshtein distance.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.prefix(20))
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let cost = min(row[column] + 1, row[column + 1] + 1, diagonal + (right[column] == character ? 0 : 1))
        diagonal = row[column + 1]
        row[column + 1] = cost
      }
    }
    return row[right.count]
  }
}

/// Times as Go writes them: `1h30m`, `1.5s`, `300ms`.
enum GoDuration {
  /// Milliseconds, rounded up; nil when `text` is not a non-negative duration.
  static func milliseconds(_ text: String) -> Int64? {
    var remaining = text.trimmed[...]
    if remaining == "0" { return 0 }
    guard !remaining.isEmpty, remaining.utf8.count <= 100 else { return nil }
    var nanoseconds: Int64 = 0
    while !remaining.isEmpty {
      let number = remaining.prefix { ("0"..."9").contains($0) || $0 == "." }
      remaining = remaining.dropFirst(number.count)
      let unit = remaining.prefix { !("0"..."9").contains($0) && $0 != "." }
      remaining = remaining.dropFirst(unit.count)
      guard let scale = units[String(unit)], let amount = DecimalAmount.scaled(number, by: scale) else { return nil }
      let (sum, overflow) = nanoseconds.addingReportingOverflow(amount)
      if overflow { return nil }
      nanoseconds = sum
    }
    return nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0)
  }

  private static let units: [String: Int64] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
    "h": 3_600_000_000_000, "d": 86_400_000_000_000,
  ]
}
