import Glibc
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct TestKitTests {
  @Test func aTemporaryFolderRemovesAllItHoldsButNothingBehindALink() throws {
    let kept = try TemporaryDirectory()
    try Files.writeDurably([1], to: kept.path("file"))
    var gone = ""
    do {
      let folder = try TemporaryDirectory()
      gone = folder.path
      try Files.createDirectory(folder.path("a/b"))
      try Files.writeDurably([1], to: folder.path("a/b/file"))
      #expect(unsafe symlink(kept.path, folder.path("link")) == 0)
    }
    #expect(!Files.exists(gone))
    #expect(Files.exists(kept.path("file")))
  }

  @Test func sharedDataThatIsAbsentIsNil() {
    #expect(SharedData.path("no/such vector") == nil)
  }

  @Test(.enabled(if: SharedData.path("pki") != nil, "needs ../shared/testdata/pki"))
  func sharedDataIsFoundBesideThePackage() throws {
    let path = try #require(SharedData.path("pki"))
    #expect(Files.isDirectory(path))
  }
}
