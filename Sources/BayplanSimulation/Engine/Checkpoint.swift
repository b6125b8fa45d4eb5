import BayplanModel
import Foundation

/// A simulation at one moment, to go on from later: of the same scenario, with the same result as if it had not stopped.
public struct Checkpoint: Sendable, Codable {
  static let schema = "bayplan/checkpoint/v1"

  var schema: String
  /// Of the scenario, see `fingerprint(of:)`.
  var fingerprint: UInt64
  /// Bytes written so far, by output: what was written after is written again.
  public var outputSizes: [String: Int64]
  public var eventNumber: Int
  var state: SimulationState
  var violations: [String]
  var notices: [Notice]

  /// - Throws: `InputError` for bytes that are no checkpoint.
  public init(_ bytes: Data, file: String) throws(InputError) {
    do {
      self = try PropertyListDecoder().decode(Checkpoint.self, from: bytes)
    } catch {
      throw InputError(
        .syntax, at: SourceLocation(file: file), "this is not a checkpoint, or not of this version",
        fix: "Begin again without --resume.")
    }
    if schema != Self.schema {
      throw InputError(
        .unsupported, at: SourceLocation(file: file), "the checkpoint is of the kind '\(schema.prefix(40))'")
    }
  }

  public var now: Millis { state.now }

  public func bytes() throws -> Data {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return try encoder.encode(self)
  }

  init(_ simulation: ClusterSimulation, fingerprint: UInt64) {
    schema = Self.schema
    self.fingerprint = fingerprint
    outputSizes = [:]
    eventNumber = 0
    state = simulation.state
    violations = simulation.violations
    notices = simulation.notices
  }

  /// FNV-1a over the scenario as JSON with sorted keys.
  static func fingerprint(of scenario: Scenario) -> UInt64 {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in (try? encoder.encode(scenario)) ?? Data() {
      hash ^= UInt64(byte)
      hash &*= 0x100_0000_01B3
    }
    return hash
  }
}

extension ClusterSimulation {
  /// Between instants only: while `run` is not at work.
  public var checkpoint: Checkpoint {
    mutating get {
      keepMemory()
      return Checkpoint(self, fingerprint: fingerprint)
    }
  }

  private var fingerprint: UInt64 {
    mutating get {
      let fingerprint = knownFingerprint ?? Checkpoint.fingerprint(of: scenario)
      knownFingerprint = fingerprint
      return fingerprint
    }
  }

  /// Goes on where a checkpoint of the same scenario stands.
  /// - Throws: `InputError` if the scenario is another one.
  public mutating func resume(_ checkpoint: Checkpoint) throws(InputError) {
    if checkpoint.fingerprint != fingerprint {
      throw InputError(
        .invalidValue, "the checkpoint is of another scenario or seed",
        fix: "Give the scenario that it was made from, unchanged, or begin again without --resume.")
    }
    state = checkpoint.state
    violations = checkpoint.violations
    notices = checkpoint.notices
    isSchedulerStale = true
  }
}
