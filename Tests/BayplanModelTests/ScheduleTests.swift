import BayplanModel
import Testing

@Suite struct ScheduleTests {
  /// Every minute of a few years, asked one by one.
  @Test(arguments: [
    "* * * * *", "*/15 * * * *", "5 4 * * *", "0 0 1 * *", "0 12 13 * 5", "30 6 * * mon-fri", "0 0 29 2 *",
    "0,30 8-18/2 * jan,jul *", "@weekly", "@hourly", "59 23 31 12 *", "5/20 * * * *",
  ])
  func nextIsTheFirstMinuteThatMatches(_ text: String) throws {
    let schedule = try #require(CronSchedule(text))
    var time: Int64 = 1_767_571_200
    for _ in 0..<30 {
      let next = try #require(schedule.next(after: time))
      #expect(next > time && next % 60 == 0)
      // Asked again a moment before, the same; nothing between.
      #expect(schedule.next(after: next - 1) == next)
      for probe in stride(from: time, to: next, by: Int(max(60, (next - time) / 50 / 60 * 60))) {
        #expect(schedule.next(after: probe) == next)
      }
      time = next
    }
  }

  @Test func knownTimes() {
    // Monday, 5 January 2026, 00:00 UTC.
    let start: Int64 = 1_767_571_200
    func next(_ text: String) -> Int64? { CronSchedule(text)?.next(after: start).map { $0 - start } }
    #expect(next("0 9 * * *") == 32_400)
    #expect(next("0 0 * * 2") == 86_400)
    #expect(next("0 0 * * 7") == 518_400)
    // The 13th or a Friday, whichever comes first.
    #expect(next("0 0 13 * 5") == 345_600)
    #expect(next("0 0 30 2 *") == nil)
  }

  @Test(arguments: [
    "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "1,,2 * * * *",
  ])
  func nonsense(_ text: String) { #expect(CronSchedule(text) == nil) }

  @Test func lengthsOfTime() {
    for (text, millis) in [
      ("90s", 90_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("250ms", 250), ("1w", 604_800_000),
    ]
      as [(String, Millis)]
    {
      #expect(Millis(duration: text) == millis)
      #expect(Millis(duration: millis.durationText) == millis)
    }
    for text in ["", "s", "5", "5x", "-5s", "1h 30m", "99999999999999999999d", "5000000d"] {
      #expect(Millis(duration: text) == nil, "\(text)")
    }
  }
}
