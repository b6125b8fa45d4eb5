#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The natural logarithm by which topology spread weighs the number of domains.
func logarithm(_ count: Int) -> Double { log(Double(count)) }
