/// How devices are taken: a share from one, several whole or in equal parts from the lowest that fit.
extension PodShape {
  /// The tightest device that a share fits, the lowest of equals; -1 if none does.
  @inline(__always)
  static func tightestDevice(for milli: Int32, _ free: UnsafePointer<Int32>, _ count: Int) -> Int {
    var best = -1
    var least = Int32.max
    for device in 0..<count where free[device] >= milli && free[device] < least {
      least = free[device]
      best = device
    }
    return best
  }

  /// That of a shape that fits the node, 0 for one without devices.
  @inline(__always)
  func tightestDevice(_ free: UnsafePointer<Int32>, _ count: Int32) -> Int {
    max(0, Self.tightestDevice(for: milli, free, Int(count)))
  }

  @inline(__always)
  static func fittingDevices(for milli: Int32, _ free: UnsafePointer<Int32>, _ count: Int) -> Int32 {
    var fitting: Int32 = 0
    for device in 0..<count where free[device] >= milli { fitting += 1 }
    return fitting
  }

  /// Takes several devices, which must fit.
  /// - Returns: bits of the devices taken.
  @inline(__always) @discardableResult
  static func take(_ devices: Int32, of milli: Int32, from free: UnsafeMutablePointer<Int32>, _ count: Int) -> UInt64 {
    var left = devices
    var taken: UInt64 = 0
    for device in 0..<count where left > 0 && free[device] >= milli {
      free[device] -= milli
      left -= 1
      taken |= 1 << UInt64(truncatingIfNeeded: device)
    }
    return taken
  }

  /// The best way to place the shape on a node where it fits, and for a share the device.
  /// - Parameters:
  ///   - after: room for `count` numbers, what is left of each device when `score` is asked.
  @inline(__always)
  func bestPlacement(
    _ free: UnsafePointer<Int32>, _ count: Int, after: UnsafeMutablePointer<Int32>, _ score: () -> Int32
  ) -> (score: Int32, device: Int) {
    for device in 0..<count { after[device] = free[device] }
    if !isShare {
      Self.take(devices, of: milli, from: after, count)
      return (score(), 0)
    }
    var best: (score: Int32, device: Int) = (-1, 0)
    for device in 0..<count where free[device] >= milli {
      // Equal devices come to the same.
      if (0..<device).contains(where: { free[$0] == free[device] }) { continue }
      after[device] -= milli
      let score = score()
      if score > best.score { best = (score, device) }
      after[device] = free[device]
    }
    return best
  }
}
