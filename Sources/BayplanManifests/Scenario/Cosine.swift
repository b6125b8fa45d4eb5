import Foundation

/// The cosine by which a day's load swings.
func cosine(_ angle: Double) -> Double { cos(angle) }
