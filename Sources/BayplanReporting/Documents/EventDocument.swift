import BayplanModel
import BayplanSimulation

/// Events of a simulation: as Kubernetes Event objects, one JSON document per line, or as lines to read.
public struct EventDocument: Sendable {
  private let startSeconds: Int64

  /// - Parameter startSeconds: what the virtual clock shows at the beginning, in seconds since 1970.
  public init(startSeconds: Int64) { self.startSeconds = startSeconds }

  /// `number` makes the name of the object.
  public func json(_ event: LoggedEvent, number: Int) -> String {
    let time = timestamp(event.at)
    let value = DataValue.object([
      .init("apiVersion", .string("v1")), .init("kind", .string("Event")),
      .init(
        "metadata",
        .object([
          .init("name", .string("\(event.name).\(String(number, radix: 16))")),
          .init("namespace", .string(event.namespace.isEmpty ? "default" : event.namespace)),
        ])),
      .init(
        "involvedObject",
        .object(
          [.init("kind", .string(event.kind))]
            + (event.namespace.isEmpty ? [] : [.init("namespace", .string(event.namespace))])
            + [.init("name", .string(event.name))])),
      .init("type", .string(event.isWarning ? "Warning" : "Normal")), .init("reason", .string(event.reason)),
      .init("message", .string(event.message)), .init("firstTimestamp", .string(time)),
      .init("lastTimestamp", .string(time)), .init("count", .integer(1)),
      .init("reportingComponent", .string(event.component)),
    ])
    return JSONWriter.compact(value)
  }

  public func line(_ event: LoggedEvent) -> String {
    let object = event.namespace.isEmpty ? event.name : "\(event.namespace)/\(event.name)"
    let kind = event.kind.lowercased()
    let time = event.at.durationText.aligned(to: 9)
    let mark = event.isWarning ? "!" : " "
    return TextStyle.neutralized(
      "\(time) \(mark) \(event.reason.padded(to: 20)) \(kind) \(object): \(event.message)")
  }

  private func timestamp(_ time: Millis) -> String {
    let seconds = startSeconds + time / 1000
    let day = seconds / 86_400
    let date = CivilDate(daysSince1970: day)
    let ofDay = seconds % 86_400
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let millis = String(1000 + time % 1000).dropFirst()
    return
      "\(date.year)-\(two(Int64(date.month)))-\(two(Int64(date.day)))T\(two(ofDay / 3600)):\(two(ofDay / 60 % 60)):\(two(ofDay % 60))\(time % 1000 == 0 ? "" : ".\(millis)")Z"
  }
}
