/// The greatest number that divides all values; 1 where there is none but zero.
func commonDivisor(_ values: some Sequence<Int64>) -> Int64 {
  var result: Int64 = 0
  for var value in values {
    while value != 0 { (result, value) = (value, result % value) }
  }
  return max(1, result)
}
