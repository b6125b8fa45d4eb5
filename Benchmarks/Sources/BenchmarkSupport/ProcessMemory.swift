import Foundation

/// A line of /proc/self/status in MiB: `VmRSS` is what the process holds, `VmHWM` the most it has held.
public func processMebibytes(_ name: String) -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
  return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0) / 1024
}

/// Gives free memory back, and makes `VmHWM` start again from what the process holds then.
public func resetPeakMemory() {
  // Glibc has it, but its module does not say so.
  if let trim = dlsym(nil, "malloc_trim") {
    _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
  }
  try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
}
