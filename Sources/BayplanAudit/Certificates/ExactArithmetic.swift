/// A number does not fit into 128 bits. No proof is accepted then: nothing is rounded.
struct NumbersTooLarge: Error {}

func sum(_ left: Int128, _ right: Int128) throws(NumbersTooLarge) -> Int128 {
  let (result, overflow) = left.addingReportingOverflow(right)
  if overflow { throw NumbersTooLarge() }
  return result
}

func difference(_ left: Int128, _ right: Int128) throws(NumbersTooLarge) -> Int128 {
  let (result, overflow) = left.subtractingReportingOverflow(right)
  if overflow { throw NumbersTooLarge() }
  return result
}

func product(_ left: Int128, _ right: Int128) throws(NumbersTooLarge) -> Int128 {
  let (result, overflow) = left.multipliedReportingOverflow(by: right)
  if overflow { throw NumbersTooLarge() }
  return result
}

/// The smallest integer not below `numerator / denominator`, for a positive denominator.
func ceilingQuotient(_ numerator: Int128, _ denominator: Int128) -> Int128 {
  let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
  return remainder > 0 ? quotient + 1 : quotient
}

/// The largest integer not above `numerator / denominator`, for a positive denominator.
func floorQuotient(_ numerator: Int128, _ denominator: Int128) -> Int128 {
  let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
  return remainder < 0 ? quotient - 1 : quotient
}

/// Not negative; of two zeros, 0.
func greatestCommonDivisor(_ one: Int128, _ other: Int128) -> Int128 {
  var (divisor, rest) = (Int128(one.magnitude), Int128(other.magnitude))
  while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
  return divisor
}
