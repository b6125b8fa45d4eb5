import BayplanModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// The model's own Codable conformances, through Foundation's coders: a field that is added to a type is in the
// document at once. The large lists of a plan (pods, placements) are built by hand and do not come this way.
extension DataValue {
  /// What an `Encodable` value looks like, keys sorted.
  init(encoding value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      self = try JSONReader.read(Array(encoder.encode(value)), file: "\(type(of: value))")
    } catch {
      // The model holds strings, integers and finite numbers only.
      preconditionFailure("\(type(of: value)) cannot be written: \(error)")
    }
  }

  /// - Throws: `InputError` that says which part of `place` is missing or wrong.
  func decode<Value: Decodable>(_ type: Value.Type, at place: String) throws(InputError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(JSONWriter.compact(self).utf8))
    } catch let error as DecodingError {
      throw InputError(.invalidValue, object: place, error.explanation)
    } catch {
      throw InputError(.invalidValue, object: place, "\(error)")
    }
  }
}

extension DecodingError {
  fileprivate var explanation: String {
    func path(_ context: Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    return switch self {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing in '\(path(context))'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(path(context))' has a value of the wrong type"
    case .dataCorrupted(let context): "'\(path(context))': \(context.debugDescription)"
    @unknown default: "\(self)"
    }
  }
}
