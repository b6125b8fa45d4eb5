// swift-tools-version: 6.1
import PackageDescription

// The manifest is the architecture: a target may only depend on targets listed before it.
// Traits keep an embedder's dependency graph small: `traits: []` fetches nothing but this package.
let yams: Target.Dependency = .product(
  name: "Yams", package: "Yams", condition: .when(traits: ["YAML"]))
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["CommandLine"]))
let grdb: Target.Dependency = .product(
  name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["CommandLine"]))
let crypto: Target.Dependency = .product(
  name: "Crypto", package: "swift-crypto", condition: .when(traits: ["CommandLine"]))
let glpkDefine: SwiftSetting = .define("GLPK", .when(traits: ["GLPK"]))

let package = Package(
  name: "bayplan",
  products: [
    .library(name: "Bayplan", targets: ["Bayplan"]),
    .executable(name: "bayplan", targets: ["BayplanCommand"]),
  ],
  traits: [
    .trait(name: "GLPK", description: "Link GLPK (GPL-3-or-later) as LP and MIP solver."),
    .trait(name: "YAML", description: "Read YAML (Kubernetes manifests, Compose files) through Yams."),
    .trait(
      name: "CommandLine", description: "Build the bayplan executable.", enabledTraits: ["YAML"]),
    .default(enabledTraits: ["GLPK", "YAML", "CommandLine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // L0: languages.
    .target(name: "BayplanModel"),
    .target(
      name: "CGLPK",
      cSettings: [.define("BAYPLAN_GLPK", .when(traits: ["GLPK"]))],
      linkerSettings: [.linkedLibrary("glpk", .when(traits: ["GLPK"]))]),
    .target(name: "BayplanLP", dependencies: ["CGLPK"], swiftSettings: [glpkDefine]),

    // L1: engine.
    .target(
      name: "BayplanPacking", dependencies: ["BayplanModel", "BayplanLP"],
      swiftSettings: [glpkDefine]),
    .target(name: "BayplanAudit", dependencies: ["BayplanModel"]),
    .target(name: "BayplanScheduling", dependencies: ["BayplanModel", "BayplanPacking", "BayplanAudit"]),
    .target(
      name: "BayplanSimulation",
      dependencies: ["BayplanModel", "BayplanLP", "BayplanPacking", "BayplanAudit", "BayplanScheduling"],
      swiftSettings: [glpkDefine]),
    .target(name: "BayplanManifests", dependencies: ["BayplanModel", yams], exclude: ["Schemas"]),
    .target(
      name: "BayplanDatasets", dependencies: ["BayplanModel", crypto],
      resources: [.embedInCode("Catalogue/Embedded")]),
    .target(name: "BayplanBench", dependencies: ["BayplanModel"]),
    .target(
      name: "BayplanReporting",
      dependencies: [
        "BayplanModel", "BayplanAudit", "BayplanScheduling", "BayplanSimulation", "BayplanDatasets", "BayplanBench",
      ],
      exclude: ["Schemas"]),

    // L2: what an embedder imports, and the command line.
    .target(
      name: "Bayplan",
      dependencies: [
        "BayplanModel", "BayplanLP", "BayplanPacking", "BayplanAudit", "BayplanScheduling",
        "BayplanSimulation", "BayplanManifests", "BayplanDatasets", "BayplanBench", "BayplanReporting",
      ]),
    .target(name: "CProcess"),
    .executableTarget(
      name: "BayplanCommand", dependencies: ["Bayplan", "CProcess", argumentParser, grdb],
      // In the program itself: it needs no file beside it.
      resources: [.embedInCode("Suites")]),

    // Tests.
    .target(
      name: "PackingTestSupport", dependencies: ["BayplanPacking"], path: "Tests/PackingTestSupport"),
    .testTarget(name: "BayplanModelTests", dependencies: ["BayplanModel"]),
    .testTarget(name: "BayplanLPTests", dependencies: ["BayplanLP"], swiftSettings: [glpkDefine]),
    .testTarget(
      name: "BayplanPackingTests", dependencies: ["BayplanPacking", "BayplanDatasets", "PackingTestSupport"],
      swiftSettings: [glpkDefine]),
    .testTarget(name: "BayplanAuditTests", dependencies: ["BayplanAudit"]),
    .testTarget(
      name: "BayplanSimulationTests",
      dependencies: ["BayplanSimulation", "BayplanLP", "BayplanPacking", "BayplanDatasets"]),
    .testTarget(name: "BayplanManifestsTests", dependencies: ["BayplanManifests"]),
    .testTarget(name: "BayplanDatasetsTests", dependencies: ["BayplanDatasets"]),
    .testTarget(name: "BayplanBenchTests", dependencies: ["BayplanBench"]),
    .testTarget(
      name: "BayplanSchedulingTests",
      dependencies: ["BayplanScheduling", "BayplanAudit", "BayplanDatasets", "BayplanManifests"],
      exclude: ["Oracle"]),
    .testTarget(
      name: "BayplanCommandTests", dependencies: ["Bayplan", "BayplanCommand"], exclude: ["Golden"],
      swiftSettings: [glpkDefine]),
  ],
  swiftLanguageModes: [.v6]
)
