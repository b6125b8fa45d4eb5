import Foundation
import Testing

/// Every document that the golden files hold is what its schema says. Knows the part of JSON Schema that the schemas use.
@Suite struct SchemaTests {
  private static let folder = BayplanProcess.root.appendingPathComponent("Sources/BayplanReporting/Schemas")

  private static func read(_ url: URL) throws -> Any { try JSONSerialization.jsonObject(with: Data(contentsOf: url)) }

  @Test(arguments: [
    ("schedule", "schedule.json"), ("scheduler-explanation", "explain-large.json"),
    ("scheduler-explanation", "explain-two-reasons.json"), ("headroom", "headroom.json"),
    ("simulation", "simulate-day.json"), ("datasets", "datasets-list.json"),
    ("datasets-verification", "datasets-verify.json"),
  ])
  func documentsFollowTheirSchema(_ name: String, _ golden: String) throws {
    let schema = try Self.read(Self.folder.appendingPathComponent("\(name).schema.json"))
    let document = try Self.read(GoldenTests.folder.appendingPathComponent(golden))
    #expect(problems(document, schema, schema, "$") == [])
    // A schema that takes anything would not have noticed this.
    var broken = try #require(document as? [String: Any])
    broken["schema"] = "other"
    #expect(!problems(broken, schema, schema, "$").isEmpty)
  }

  /// What a document is not that its schema says.
  static func problems(_ document: String, schema name: String) throws -> [String] {
    let schema = try read(folder.appendingPathComponent("\(name).schema.json"))
    return SchemaTests().problems(try JSONSerialization.jsonObject(with: Data(document.utf8)), schema, schema, "$")
  }

  private func problems(_ value: Any, _ schema: Any, _ root: Any, _ path: String) -> [String] {
    guard var schema = schema as? [String: Any] else { return ["\(path): no schema"] }
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      guard let definition = ((root as? [String: Any])?["$defs"] as? [String: Any])?[name] as? [String: Any] else {
        return ["\(path): no definition \(name)"]
      }
      schema = definition
    }
    if let constant = schema["const"] as? String {
      return value as? String == constant ? [] : ["\(path) is not \(constant)"]
    }
    if let values = schema["enum"] as? [String] {
      return (value as? String).map(values.contains) ?? false ? [] : ["\(path) is none of \(values)"]
    }
    let types = schema["type"] as? [String] ?? [schema["type"] as? String ?? ""]
    if !types.contains(where: { isType(value, $0) }) { return ["\(path) is no \(types)"] }
    var result: [String] = []
    if let items = value as? [Any], let schema = schema["items"] {
      for (index, item) in items.enumerated() { result += problems(item, schema, root, "\(path)[\(index)]") }
    }
    guard let members = value as? [String: Any] else { return result }
    let properties = schema["properties"] as? [String: Any] ?? [:]
    for key in schema["required"] as? [String] ?? [] where members[key] == nil {
      result.append("\(path).\(key) is missing")
    }
    for (key, member) in members.sorted(by: { $0.key < $1.key }) {
      if let schema = properties[key] ?? schema["additionalProperties"] {
        result += problems(member, schema, root, "\(path).\(key)")
      } else if schema["properties"] != nil {
        result.append("\(path).\(key) is not in the schema")
      }
    }
    return result
  }

  private func isType(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "integer": value is Int && !(value is Bool && "\(value)".count > 1)
    case "number": value is Double || value is Int
    case "null": value is NSNull
    default: false
    }
  }
}
