// swift-tools-version: 6.3
import PackageDescription

// The arrows of the house: a target sees only what its line names, and CI checks the imports against it.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

// The face engine is templates: without optimisation, in debug builds too, a picture takes fifty times as long. AVX2 and
// FMA halve what is left; the trait takes back what they imply, for there is no condition "without a trait".
#if arch(x86_64)
  let processor: [CXXSetting] = [
    .unsafeFlags(["-mavx2", "-mfma"]), .unsafeFlags(["-mno-sse3"], .when(traits: ["Portable"])),
  ]
#else
  let processor: [CXXSetting] = []
#endif

let package = Package(
  name: "passgate",
  products: [
    .executable(name: "passgated", targets: ["passgated"]),
    .executable(name: "passgate-signer", targets: ["passgate-signer"]),
    .executable(name: "passgate-pki", targets: ["passgate-pki"]),
    .executable(name: "passgate", targets: ["passgate"]),
    .executable(name: "passgate-lab", targets: ["passgate-lab"]),
    .executable(name: "passgate-portrait", targets: ["passgate-portrait"]),
  ],
  traits: [
    .trait(
      name: "OpenCV",
      description:
        "A second face engine, OpenCV's dnn, for networks that the operator supplies: YuNet and SFace."),
    .trait(
      name: "Portable",
      description: "A face engine for x86-64 processors without AVX2: half as fast, and calibrated apart."),
  ],
  targets: [
    // base: one C library each
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CSQLite"),
    .systemLibrary(name: "CPKCS11"),
    .target(name: "CLinux"),
    .target(name: "CPCSC"),
    .target(name: "CPassgate", linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(
      name: "CPortrait",
      exclude: ["README.md"],
      cxxSettings: [
        .unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"]),
        .define("PASSGATE_OPENCV", .when(traits: ["OpenCV"])),
        .unsafeFlags(["-isystem", "/usr/include/opencv4"], .when(traits: ["OpenCV"])),
      ] + processor,
      linkerSettings: ["dlib", "blas", "lapack", "turbojpeg", "openjp2"].map { .linkedLibrary($0) }
        + ["opencv_core", "opencv_imgproc", "opencv_dnn"].map {
          .linkedLibrary($0, .when(traits: ["OpenCV"]))
        }),
    library("PassgateSystem", ["CLinux"]),
    library("PassgateCardReader", ["CPCSC"]),
    library("PassgateCrypto", ["COpenSSL", "CPKCS11"]),
    library("PassgateWire", ["CPassgate"]),
    // domain
    library("PassgateDomain", []),
    library("PassgateStore", ["PassgateDomain", "CSQLite"]),
    library("PassgateEngines", ["PassgateDomain", "PassgateCrypto"]),
    // the card side of chip readings, for tests and the laboratory alone
    library("PassgateSoftChip", ["PassgateEngines", "PassgateDomain", "PassgateCrypto"]),
    library("PassgatePKI", ["PassgateSettings", "PassgateCrypto", "PassgateSystem"]),
    library("PassgateCaseFile", ["PassgateDomain", "PassgateWire", "PassgateCrypto"]),
    // transport
    library("PassgateRPC", ["PassgateSystem", "PassgateWire", "PassgateCrypto"]),
    library("PassgateClient", ["PassgateWire", "PassgateCrypto", "PassgateSystem"]),
    library(
      "PassgateConformance",
      ["PassgateClient", "PassgateDomain", "PassgateWire", "PassgateCrypto", "PassgateSystem"]),
    // shell
    library(
      "PassgateService",
      [
        "PassgateRPC", "PassgateEngines", "PassgateStore", "PassgateCaseFile", "PassgateDomain",
        "PassgateWire", "PassgateCrypto", "PassgateSystem",
      ]),
    library("PassgateSettings", ["PassgateCrypto", "PassgateSystem"]),
    library(
      "PassgateProfile",
      ["PassgateClient", "PassgateSettings", "PassgateWire", "PassgateCrypto", "PassgateSystem"]),
    program(
      "passgated",
      [
        "PassgateService", "PassgateRPC", "PassgateStore", "PassgateDomain", "PassgateWire",
        "PassgateCrypto", "PassgateSystem", "PassgateSettings",
      ]),
    program(
      "passgate-signer",
      ["PassgateRPC", "PassgateWire", "PassgateCrypto", "PassgateSystem", "PassgateSettings"]),
    program("passgate-pki", ["PassgatePKI", "PassgateSettings", "PassgateCrypto", "PassgateSystem"]),
    program(
      "passgate",
      [
        "PassgateProfile", "PassgateConformance", "PassgateClient", "PassgateCaseFile", "PassgateDomain",
        "PassgateWire", "PassgateCrypto", "PassgateSystem", "PassgateSettings", "PassgateCardReader",
      ]),
    program(
      "passgate-lab",
      [
        "PassgateSoftChip", "PassgateProfile", "PassgateClient", "PassgateEngines", "PassgateDomain",
        "PassgateWire", "PassgateCrypto", "PassgateSystem", "PassgateSettings",
      ]),
    program(
      "passgate-portrait",
      ["CPortrait", "PassgateWire", "PassgateDomain", "PassgateCrypto", "PassgateSystem"]),
    // tests
    library(
      "PassgateTestKit",
      ["PassgateSystem", "PassgateCrypto", "PassgateSettings"]),
    .target(name: "CConfinementTrials", dependencies: ["CLinux"], path: "Tests/CConfinementTrials"),
    tests(
      "PassgateSystemTests", ["PassgateSystem", "PassgateSettings", "PassgateTestKit", "CConfinementTrials"]),
    tests("PassgateCryptoTests", ["PassgateCrypto", "CPKCS11", "PassgateSystem", "PassgateTestKit"]),
    tests("PassgateWireTests", ["PassgateWire", "PassgateCrypto", "PassgateTestKit"]),
    tests(
      "PassgateCaseFileTests",
      ["PassgateCaseFile", "PassgateDomain", "PassgateWire", "PassgateCrypto", "PassgateTestKit"]),
    tests("PassgateDomainTests", ["PassgateDomain", "PassgateTestKit"]),
    tests("PassgateStoreTests", ["PassgateStore", "PassgateSystem", "PassgateTestKit"]),
    tests(
      "PassgateSoftChipTests",
      [
        "PassgateSoftChip", "PassgateEngines", "PassgateDomain", "PassgateCrypto", "PassgateSettings",
        "PassgateSystem", "PassgateTestKit",
      ]),
    tests(
      "PassgateEnginesTests",
      [
        "PassgateSoftChip", "PassgateEngines", "PassgateDomain", "PassgateCrypto", "PassgateSystem",
        "PassgateTestKit",
      ]),
    tests(
      "PassgatePKITests",
      ["PassgatePKI", "PassgateSettings", "PassgateCrypto", "PassgateSystem", "PassgateTestKit"]),
    tests(
      "PassgateRPCTests",
      ["PassgateRPC", "PassgateWire", "PassgateCrypto", "PassgateSystem", "PassgateTestKit"]),
    tests(
      "PassgateServiceTests",
      [
        "PassgateService", "PassgateConformance", "PassgateClient", "PassgateRPC", "PassgateStore",
        "PassgateEngines", "PassgateSoftChip",
        "PassgateCaseFile", "PassgateDomain", "PassgateWire", "PassgateCrypto", "PassgateSystem",
        "PassgateSettings", "PassgateTestKit",
      ]),
    tests(
      "PassgateLabTests",
      [
        "passgate-lab", "PassgateSoftChip", "PassgateEngines", "PassgateDomain", "PassgateWire",
        "PassgateCrypto", "PassgateSystem", "PassgateTestKit",
      ]),
    tests(
      "PassgateSignerTests",
      [
        "passgate-signer", "PassgateRPC", "PassgateWire", "PassgateCrypto", "PassgateSystem",
        "PassgateSettings", "PassgateTestKit",
      ]),
    tests(
      "PassgatePortraitTests",
      [
        "passgate-portrait", "CPortrait", "PassgateService", "PassgateDomain", "PassgateWire",
        "PassgateCrypto", "PassgateSystem", "PassgateTestKit",
      ]),
    tests(
      "PassgateCommandTests",
      [
        "passgate", "PassgateCardReader", "PassgateCaseFile", "PassgateDomain", "PassgateWire",
        "PassgateCrypto",
        "PassgateSystem",
        "PassgateSettings", "PassgateTestKit",
      ]),
    tests(
      "PassgateDocsTests",
      [
        "passgated", "passgate", "PassgateProfile", "PassgateService", "PassgateClient", "PassgateCaseFile",
        "PassgateDomain", "PassgateWire", "PassgateCrypto", "PassgateSystem", "PassgateSettings",
        "PassgateTestKit",
      ]),
    tests(
      "EndToEndTests",
      [
        "passgated", "passgate", "passgate-signer", "passgate-lab", "passgate-portrait", "PassgateProfile",
        "PassgateClient",
        "PassgateSettings",
        "PassgateCaseFile", "PassgateDomain", "PassgateWire", "PassgateCrypto", "PassgateSystem",
        "PassgateTestKit",
      ]),
  ],
  cxxLanguageStandard: .cxx17
)
for target in package.targets where target.name == "PassgateTestKit" {
  target.path = "Tests/PassgateTestKit"
}
for target in package.targets where target.name == "PassgateCryptoTests" {
  target.exclude = ["Waivers"]
}
// A configuration is documented beside its code, which SwiftPM would take for a forgotten resource.
let described = ["passgate-signer", "passgated", "passgate", "passgate-portrait"]
for target in package.targets where described.contains(target.name) {
  target.exclude = ["README.md"]
}
