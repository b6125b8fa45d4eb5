import BayplanModel
import Foundation

/// Annotations for what Kubernetes has no field for, so that a cluster written out reads back the same.
enum Annotation {
  static let name = "bayplan/name"
  static let namespace = "bayplan/namespace"
  static let colocation = "bayplan/colocation"
  static let maxPerNode = "bayplan/max-per-node"
  static let podGroup = "bayplan/pod-group"
  /// `nvidia.com/gpu=1x500:T4,V100`: count, thousandths of each, acceptable models.
  static let device = "bayplan/device"
  /// `nvidia.com/gpu=4:T4;nvidia.com/gpu=2`: kind, count, model, one group after the other.
  static let devices = "bayplan/devices"
  /// Which devices of its node a placed pod takes: `0,1`.
  static let placedDevices = "bayplan/placed-devices"
  /// Per hour.
  static let price = "bayplan/price"
  static let nodeType = "bayplan/node-type"

  /// What other objects or several containers would say, as JSON.
  static let scoredRequests = "bayplan/scored-requests"
  static let defaultSpread = "bayplan/default-spread"

  static func json(_ value: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
  }

  static func decode<Value: Decodable>(_ text: String) -> Value? {
    try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  static func text(_ request: DeviceRequest) -> String {
    let models = request.models.isEmpty ? "" : ":" + request.models.joined(separator: ",")
    return "\(request.kind.rawValue)=\(request.count)x\(request.milliPerDevice)\(models)"
  }

  static func deviceRequest(_ text: String) -> DeviceRequest? {
    let (head, models) = split(text, at: ":")
    let (kind, amount) = split(head, at: "=")
    let (count, milli) = split(amount ?? "", at: "x")
    guard !kind.isEmpty, let number = Int32(count), (1...4096).contains(number), let share = Int32(milli ?? "1000"),
      (1...1000).contains(share), share == 1000 || number == 1
    else { return nil }
    return DeviceRequest(
      kind: Resource(kind), count: number, milliPerDevice: share,
      models: models?.split(separator: ",").map(String.init) ?? [])
  }

  static func text(_ groups: [DeviceGroup]) -> String {
    groups.map { "\($0.kind.rawValue)=\($0.count)" + ($0.model.isEmpty ? "" : ":\($0.model)") }
      .joined(separator: ";")
  }

  static func deviceGroups(_ text: String) -> [DeviceGroup]? {
    var result: [DeviceGroup] = []
    for part in text.split(separator: ";") {
      let (head, model) = split(String(part), at: ":")
      let (kind, count) = split(head, at: "=")
      guard !kind.isEmpty, let number = Int32(count ?? ""), (1...4096).contains(number) else { return nil }
      result.append(DeviceGroup(kind: Resource(kind), model: model ?? "", count: number))
    }
    return result
  }

  private static func split(_ text: String, at separator: Character) -> (String, String?) {
    guard let index = text.firstIndex(of: separator) else { return (text, nil) }
    return (String(text[..<index]), String(text[text.index(after: index)...]))
  }

  /// Money per hour, as a plain decimal.
  static func text(_ price: MicroCost) -> String {
    let (whole, fraction) = price.quotientAndRemainder(dividingBy: 1_000_000)
    if fraction == 0 { return String(whole) }
    var digits = String(fraction)
    digits = String(repeating: "0", count: 6 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }

  /// Digits beyond the sixth round to the nearest millionth.
  static func price(_ text: String) -> MicroCost? {
    let (whole, fraction) = split(text, at: ".")
    guard !(whole.isEmpty && (fraction ?? "").isEmpty), whole.utf8.allSatisfy(isDigit), whole.utf8.count <= 9,
      let units = whole.isEmpty ? 0 : Int64(whole)
    else { return nil }
    let digits = Array((fraction ?? "").utf8)
    guard digits.allSatisfy(isDigit) else { return nil }
    var micro: Int64 = 0
    for index in 0..<6 { micro = micro * 10 + (index < digits.count ? Int64(digits[index] - 48) : 0) }
    return units * 1_000_000 + micro + (digits.count > 6 && digits[6] >= 53 ? 1 : 0)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// The closest name that Kubernetes accepts.
  static func validName(_ name: String) -> String {
    let bytes = name.lowercased().utf8.map { byte in
      isDigit(byte) || (97...122).contains(byte) || byte == 46 ? byte : 45
    }
    let text = String(decoding: bytes.prefix(253), as: UTF8.self)
    return text.isEmpty ? "unnamed" : text
  }
}
