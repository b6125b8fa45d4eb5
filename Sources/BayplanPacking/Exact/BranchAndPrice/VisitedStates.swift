/// A transposition table of the pattern search: how many items are undecided and how much room is left, with the
/// largest worth that came that far. New states replace old ones in the same place, which costs time, never a pattern.
struct VisitedStates {
  private static let size = 1 << 18
  /// The state in mixed radix, from 1, after the number of the search.
  private var keys: [UInt64] = []
  private var worths: [Int32] = []
  private var radices: [UInt64] = []
  private var isUsable = false
  private var search: UInt64 = 0
  private static let searchBits: UInt64 = 12

  /// States of rooms up to the one given; not kept where they do not fit a word.
  mutating func start(positions: Int, room: [Int64]) {
    radices = room.map { UInt64($0) + 1 }
    var states = UInt64(positions + 1)
    isUsable = room.count > 1
    for radix in radices {
      let (product, overflow) = states.multipliedReportingOverflow(by: radix)
      if overflow || product >> (64 - Self.searchBits) != 0 { isUsable = false }
      states = product
    }
    if isUsable && keys.isEmpty {
      keys = Array(repeating: 0, count: Self.size)
      worths = Array(repeating: 0, count: Self.size)
    }
  }

  /// Forgets everything.
  mutating func clear() {
    search += 1
    if search >> Self.searchBits != 0 {
      search = 1
      for index in keys.indices { keys[index] = 0 }
    }
  }

  /// False if the state was there before with at least that worth.
  @inline(__always)
  mutating func isNew(_ position: Int, _ room: [Int64], _ worth: Int32) -> Bool {
    if !isUsable { return true }
    var key = UInt64(position)
    for (index, radix) in radices.enumerated() { key = key &* radix &+ UInt64(bitPattern: room[index]) }
    // The place depends on the state alone: which states drive out which is the same in every search.
    let slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 46)
    key = key << Self.searchBits | search
    if keys[slot] == key && worths[slot] >= worth { return false }
    keys[slot] = key
    worths[slot] = worth
    return true
  }
}
