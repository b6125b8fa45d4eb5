/// Several names written as one, as shells do: `{a,b}` is either, `{1..10}` each integer; groups multiply.
///
/// `CL_{1..2}_{25,50}` is `CL_1_25`, `CL_1_50`, `CL_2_25`, `CL_2_50`. Groups do not nest.
public enum BraceExpansion {
  /// In the order in which they are written, the last group running fastest. Complexity: O(length of the result).
  public static func names(_ pattern: some StringProtocol) -> [String] {
    guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
      return [String(pattern)]
    }
    let head = pattern[..<open]
    let tails = names(pattern[pattern.index(after: close)...])
    let group = pattern[pattern.index(after: open)..<close]
    return choices(group).flatMap { choice in tails.map { head + choice + $0 } }
  }

  /// A longer range is no range.
  private static let longest = 1_000_000

  private static func choices(_ group: some StringProtocol) -> [String] {
    let ends = group.split(separator: ".", omittingEmptySubsequences: false)
    if ends.count == 3, ends[1].isEmpty, let first = Int32(ends[0]), let last = Int32(ends[2]), first <= last,
      Int(last) - Int(first) < longest
    {
      return (first...last).map { String($0) }
    }
    return group.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
  }
}
