import Foundation

/// Times as the API server writes them: RFC 3339.
enum Timestamp {
  static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  /// Seconds since 1970, fractions cut off; nil for anything else.
  static func seconds(_ text: String) -> Int64? {
    for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
      if let date = try? style.parse(text) { return Int64(date.timeIntervalSince1970.rounded(.down)) }
    }
    return nil
  }
}
