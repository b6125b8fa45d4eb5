import Foundation
import Testing

/// What pages of the documentation say that commands print is what they print. `BAYPLAN_UPDATE_GOLDEN=1 swift test` writes
/// it anew.
@Suite struct DocumentationTests {
  private static let folder = BayplanProcess.root.appendingPathComponent("Sources/Bayplan/Bayplan.docc")

  @Test(arguments: ["Data-sets", "Explaining-pending-pods", "Reports", "Scheduling", "Simulating"])
  func transcriptsAreTrue(_ page: String) throws {
    let url = Self.folder.appendingPathComponent(page + ".md")
    let text = try String(contentsOf: url, encoding: .utf8)
    var parts = text.components(separatedBy: "```\n")
    var count = 0
    for index in parts.indices where parts[index].hasPrefix("$ bayplan ") {
      let command = parts[index].prefix { $0 != "\n" }
      let arguments = command.dropFirst("$ bayplan ".count).split(separator: " ").map(String.init)
      let run = try BayplanProcess.run(arguments)
      #expect([0, 2].contains(run.code), "\(command): \(run.errors)")
      let transcript = "\(command)\n\(run.output)"
      if ProcessInfo.processInfo.environment["BAYPLAN_UPDATE_GOLDEN"] == "1" {
        parts[index] = transcript
      } else {
        #expect(parts[index] == transcript, "\(page): \(command)")
      }
      count += 1
    }
    #expect(count > 0)
    let updated = parts.joined(separator: "```\n")
    if updated != text { try Data(updated.utf8).write(to: url) }
  }
}
