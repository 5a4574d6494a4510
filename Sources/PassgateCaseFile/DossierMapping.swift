package import PassgateDomain
package import PassgateWire

extension PassgateDomain.SceneScope {
  /// Throws for hours that are no minutes of a day, and for what is named twice.
  package init(_ scope: PassgateWire.SceneScope) throws(WireError) {
    self.init(
      scene: scope.scene,
      field: try counterpart(of: scope.field, in: "field") { PassgateWire.PublicField($0) },
      checks: try counterparts(of: scope.checks, in: "checks") { PassgateWire.CheckKind($0) },
      elements: try counterparts(of: scope.elements, in: "elements") { PassgateWire.OptionalElement($0) },
      documentTypes: try counterparts(of: scope.documentTypes, in: "document_types") {
        PassgateWire.DocumentType($0)
      },
      hours: DailyHours(
        from: try minute(scope.fromMinute, in: "from_minute"),
        until: try minute(scope.untilMinute, in: "until_minute")), legalBasis: scope.legalBasis)
  }
}

extension PassgateWire.SceneScope {
  package init(_ scope: PassgateDomain.SceneScope) {
    self.init(
      scene: scope.scene, field: PassgateWire.PublicField(scope.field),
      checks: sorted(scope.checks) { PassgateWire.CheckKind($0) },
      elements: sorted(scope.elements) { PassgateWire.OptionalElement($0) },
      documentTypes: sorted(scope.documentTypes) { PassgateWire.DocumentType($0) },
      fromMinute: UInt32(scope.hours.from), untilMinute: UInt32(scope.hours.until),
      legalBasis: scope.legalBasis)
  }
}

extension PassgateDomain.Volume {
  package init(_ volume: PassgateWire.Volume) {
    self.init(checksPerDay: volume.checksPerDay, peakPerMinute: volume.peakPerMinute)
  }
}

extension PassgateWire.Volume {
  package init(_ volume: PassgateDomain.Volume) {
    self.init(checksPerDay: volume.checksPerDay, peakPerMinute: volume.peakPerMinute)
  }
}

extension PassgateDomain.Organisation {
  package init(_ organisation: PassgateWire.Organisation) throws(WireError) {
    self.init(
      name: organisation.name,
      kind: try counterpart(of: organisation.kind, in: "kind") { PassgateWire.Organisation.Kind($0) },
      creditCode: organisation.creditCode)
  }
}

extension PassgateWire.Organisation {
  package init(_ organisation: PassgateDomain.Organisation) {
    self.init(
      name: organisation.name, kind: PassgateWire.Organisation.Kind(organisation.kind),
      creditCode: organisation.creditCode)
  }
}

extension PassgateDomain.Material {
  /// Throws for a kind that art. 6 does not have, and for a day that does not exist.
  package init(_ material: PassgateWire.Material) throws(WireError) {
    self.init(
      kind: try materialKind(material.kind, in: "kind"),
      mediaType: try counterpart(of: material.mediaType, in: "media_type") {
        PassgateWire.Material.MediaType($0)
      },
      title: material.title, digest: material.digest, byteCount: material.byteCount,
      expiresOn: try day(material.expiresOn, in: "expires_on"))
  }
}

extension PassgateWire.Material {
  package init(_ material: PassgateDomain.Material) {
    self.init(
      kind: UInt32(material.kind.rawValue), mediaType: PassgateWire.Material.MediaType(material.mediaType),
      title: material.title, digest: material.digest, byteCount: material.byteCount,
      expiresOn: material.expiresOn.iso)
  }
}

extension PassgateDomain.Dossier {
  package init(_ dossier: PassgateWire.Dossier) throws(WireError) {
    self.init(
      organisation: try inside("organisation") { () throws(WireError) in
        try PassgateDomain.Organisation(dossier.organisation)
      },
      scopes: try each(dossier.scopes, in: "scopes") { scope throws(WireError) in
        try PassgateDomain.SceneScope(scope)
      },
      volume: PassgateDomain.Volume(dossier.volume),
      materials: try each(dossier.materials, in: "materials") { material throws(WireError) in
        try PassgateDomain.Material(material)
      })
  }
}

extension PassgateWire.Dossier {
  package init(_ dossier: PassgateDomain.Dossier) {
    self.init(
      organisation: PassgateWire.Organisation(dossier.organisation),
      scopes: dossier.scopes.map { PassgateWire.SceneScope($0) }, volume: PassgateWire.Volume(dossier.volume),
      materials: dossier.materials.map { PassgateWire.Material($0) })
  }
}
