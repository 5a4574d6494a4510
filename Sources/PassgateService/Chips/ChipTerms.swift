import PassgateDomain
import PassgateWire

extension Asker {
  /// Why a claim is outside of its scene's agreement: asked before anything is looked up, so that nothing is
  /// learnt about its document.
  //= Measures art.9(1)
  func fault(_ claim: PassgateDomain.IdentityClaim) -> Policy.Fault? {
    policy.fault(scene: sceneID, elements: claim.elements, documentType: claim.number.type)
  }

  /// The elements that the agreement names for such documents.
  func elements(of type: PassgateDomain.DocumentType) -> ClaimElements {
    ClaimElements(PassgateDomain.OptionalElement.allCases.filter { mayLearn($0, of: type) })
  }

  /// Whether the agreement names an element of such documents.
  func mayLearn(
    _ element: PassgateDomain.OptionalElement, of type: PassgateDomain.DocumentType
  ) -> Bool {
    policy.fault(scene: sceneID, elements: ClaimElements([element]), documentType: type) == nil
  }
}
