import BayplanModel

/// Tables for pull requests and issues. Text of the input is only text: no markup, no links, no HTML, no further columns.
enum MarkdownTable {
  /// An empty line and the table, or nothing where there are no rows.
  static func lines(_ titles: [String], numbers: ClosedRange<Int>?, _ rows: [[String]]) -> [String] {
    rows.isEmpty ? [] : [""] + table(titles, isNumber: { numbers?.contains($0) ?? false }, rows)
  }

  static func table(_ titles: [String], isNumber: (Int) -> Bool, _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    let rule = titles.indices.map { isNumber($0) ? "--:" : "---" }
    return [line(titles.map(cell)), "|\(rule.joined(separator: "|"))|"] + rows.map { line($0.map(cell)) }
  }

  static func notices(_ notices: [Notice]) -> [String] {
    if notices.isEmpty { return [] }
    return [""] + notices.map { "- \($0.kind.words): \(cell($0.message)) (\($0.count))" }
  }

  /// What GitHub and GitLab would read as markup is escaped.
  static func cell(_ text: String) -> String {
    var result = ""
    for scalar in TextStyle.neutralized(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // A mention or a link to an issue would act, too.
      case "@": result += "&#64;"
      case "|", "*", "_", "`", "[", "]", "\\", "~", "#", "!": result += "\\\(scalar)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
