/// When a CronJob begins: the five fields of a crontab line, in UTC.
/// Source: crontab(5); `@hourly` and its kin as in robfig/cron, which Kubernetes uses.
public struct CronSchedule: Hashable, Sendable, Codable {
  private var minutes: UInt64 = 0
  private var hours: UInt64 = 0
  private var days: UInt64 = 0
  private var months: UInt64 = 0
  private var weekdays: UInt64 = 0
  private var anyDay = false
  private var anyWeekday = false

  private static let macros = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]
  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// Nil for anything that is no schedule.
  public init?(_ text: String) {
    let fields = (Self.macros[text.lowercased()] ?? text).split(separator: " ").map(String.init)
    guard fields.count == 5, let minutes = Self.bits(fields[0], 0...59, []),
      let hours = Self.bits(fields[1], 0...23, []),
      let days = Self.bits(fields[2], 1...31, []), let months = Self.bits(fields[3], 1...12, Self.monthNames),
      var weekdays = Self.bits(fields[4], 0...7, Self.dayNames)
    else { return nil }
    if weekdays & 1 << 7 != 0 { weekdays = weekdays & ~(1 << 7) | 1 }
    (self.minutes, self.hours, self.days, self.months, self.weekdays) = (minutes, hours, days, months, weekdays)
    anyDay = fields[2].hasPrefix("*") || fields[2] == "?"
    anyWeekday = fields[4].hasPrefix("*") || fields[4] == "?"
  }

  /// A list of `*`, numbers, names and ranges, each with an optional step.
  private static func bits(_ field: String, _ range: ClosedRange<Int>, _ names: [String]) -> UInt64? {
    func number(_ text: Substring) -> Int? {
      if let index = names.firstIndex(of: text.lowercased()) { return range.lowerBound + index }
      guard let value = Int(text), range.contains(value) else { return nil }
      return value
    }
    var result: UInt64 = 0
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard let step = pieces.count == 2 ? Int(pieces[1]) : 1, step > 0 else { return nil }
      var from = range.lowerBound
      var to = range.upperBound
      if pieces[0] != "*" && pieces[0] != "?" {
        let ends = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = number(ends[0]), let last = ends.count == 2 ? number(ends[1]) : first, first <= last else {
          return nil
        }
        from = first
        // `5/15` goes on to the end.
        to = ends.count == 1 && pieces.count == 2 ? range.upperBound : last
      }
      for value in stride(from: from, through: to, by: step) { result |= 1 << UInt64(value) }
    }
    return result == 0 ? nil : result
  }

  /// The first time after a moment, in seconds since 1970; nil if there is none within nine years (30 February).
  /// Complexity: O(days looked at).
  public func next(after seconds: Int64) -> Int64? {
    var minute = seconds.floorDivided(by: 60) + 1
    let last = minute + 9 * 366 * 1440
    while minute < last {
      let day = minute.floorDivided(by: 1440)
      if !isOn(day) {
        minute = (day + 1) * 1440
        continue
      }
      let ofDay = Int(minute - day * 1440)
      if hours & 1 << UInt64(ofDay / 60) == 0 {
        minute += Int64(60 - ofDay % 60)
      } else if minutes & 1 << UInt64(ofDay % 60) == 0 {
        minute += 1
      } else {
        return minute * 60
      }
    }
    return nil
  }

  /// Where days of the month and of the week are both given, either will do.
  private func isOn(_ day: Int64) -> Bool {
    let date = CivilDate(daysSince1970: day)
    if months & 1 << UInt64(date.month) == 0 { return false }
    let fitsDay = days & 1 << UInt64(date.day) != 0
    let fitsWeekday = weekdays & 1 << UInt64(date.weekday) != 0
    return anyDay || anyWeekday ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
  }
}
