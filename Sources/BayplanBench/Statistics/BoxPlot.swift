/// The five numbers of a box plot and the values beyond its whiskers.
/// Source: Tukey, Exploratory Data Analysis (1977), with quartiles of type 7 in place of hinges.
public struct BoxPlot: Sendable, Hashable {
  /// The least value within 1.5 interquartile ranges of the box, or the edge of the box.
  public let lowerWhisker: Double
  public let lowerQuartile: Double
  public let median: Double
  public let upperQuartile: Double
  /// The greatest value within 1.5 interquartile ranges of the box, or the edge of the box.
  public let upperWhisker: Double
  /// What lies beyond the whiskers, ascending.
  public let outliers: [Double]

  /// O(n log n).
  /// - Precondition: all values are finite.
  /// - Returns: nil without a value.
  public init?(_ values: [Double]) {
    if values.isEmpty { return nil }
    requireFinite(values)
    let sorted = values.sorted()
    lowerQuartile = Averages.quantile(sorted: sorted, at: 0.25)
    median = Averages.quantile(sorted: sorted, at: 0.5)
    upperQuartile = Averages.quantile(sorted: sorted, at: 0.75)
    let reach = 1.5 * (upperQuartile - lowerQuartile)
    let (least, greatest) = (lowerQuartile - reach, upperQuartile + reach)
    let inside = sorted.filter { least <= $0 && $0 <= greatest }
    // Quartiles lie between values: beside an outlier the outermost value inside may be within the box.
    lowerWhisker = min(lowerQuartile, inside.first ?? lowerQuartile)
    upperWhisker = max(upperQuartile, inside.last ?? upperQuartile)
    outliers = sorted.filter { $0 < least || greatest < $0 }
  }
}
