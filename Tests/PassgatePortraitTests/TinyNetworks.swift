import Glibc

/// Networks of a few hundred bytes in ONNX, with the inputs and outputs of YuNet 2023mar and of SFace.
enum TinyNetworks {
  /// Finds cells of one size that are red: to each a face `side` pixels wide and high around the cell's own corner, with
  /// points so many pixels from it.
  static func detector(stride found: Int, side: Float, points: [(x: Float, y: Float)]) -> [UInt8] {
    var graph = Onnx.Graph(input: "input", shape: [1, 3, 640, 640])
    for stride in [8, 16, 32] {
      // Blue, green, red from 0 to 255: a score that is 1 where all of a cell is pure red.
      let weight = stride == found ? 1 / Float(255 * stride * stride) : 0
      graph.cells("cls_\(stride)", stride, [[-weight, -weight, weight]], bias: [0])
      graph.cells("obj_\(stride)", stride, [[-weight, -weight, weight]], bias: [0])
      let none: [Float] = [0, 0, 0]
      let cell = Float(stride)
      let size = log(side / cell)
      graph.cells("bbox_\(stride)", stride, Array(repeating: none, count: 4), bias: [0, 0, size, size])
      graph.cells(
        "kps_\(stride)", stride, Array(repeating: none, count: 10),
        bias: points.flatMap { [$0.x / cell, $0.y / cell] })
    }
    return graph.model
  }

  /// The mean colours of a face in 4 x 4 parts: 48 numbers.
  static func recogniser() -> [UInt8] {
    var graph = Onnx.Graph(input: "data", shape: [1, 3, 112, 112])
    graph.averages("fc1", side: 28)
    return graph.model
  }
}

/// As much of ONNX (onnx.proto3, opset 11) as those networks are made of.
enum Onnx {
  struct Graph {
    private var nodes: [UInt8] = []
    private var constants: [UInt8] = []
    private var outputs: [UInt8] = []
    private let inputName: String
    private let inputShape: [Int]

    init(input: String, shape: [Int]) {
      inputName = input
      inputShape = shape
    }

    /// One number of each row of weights a cell: a convolution that sees a cell at a time, then cells before numbers.
    mutating func cells(_ name: String, _ stride: Int, _ weights: [[Float]], bias: [Float]) {
      let kernel = weights.flatMap { row in
        row.flatMap { Array(repeating: $0, count: stride * stride) }
      }
      constants += Onnx.field(5, Onnx.tensor("\(name)_w", [weights.count, 3, stride, stride], kernel))
      constants += Onnx.field(5, Onnx.tensor("\(name)_b", [bias.count], bias))
      constants += Onnx.field(5, Onnx.tensor("\(name)_s", [1, -1, weights.count]))
      let sides = [stride, stride]
      node(
        "Conv", [inputName, "\(name)_w", "\(name)_b"], "\(name)_c", ["kernel_shape": sides, "strides": sides])
      node("Transpose", ["\(name)_c"], "\(name)_t", ["perm": [0, 2, 3, 1]])
      node("Reshape", ["\(name)_t", "\(name)_s"], name)
      outputs += Onnx.field(12, Onnx.value(name, []))
    }

    mutating func averages(_ name: String, side: Int) {
      node(
        "AveragePool", [inputName], "\(name)_p", ["kernel_shape": [side, side], "strides": [side, side]])
      node("Flatten", ["\(name)_p"], name)
      outputs += Onnx.field(12, Onnx.value(name, []))
    }

    private mutating func node(
      _ operation: String, _ inputs: [String], _ output: String, _ attributes: [String: [Int]] = [:]
    ) {
      var node = inputs.flatMap { Onnx.field(1, Array($0.utf8)) }
      node += Onnx.field(2, Array(output.utf8)) + Onnx.field(3, Array(output.utf8))
      node += Onnx.field(4, Array(operation.utf8))
      for (name, values) in attributes {
        let numbers = values.flatMap { Onnx.field(8, number: $0) }
        node += Onnx.field(5, Onnx.field(1, Array(name.utf8)) + numbers + Onnx.field(20, number: 7))
      }
      nodes += Onnx.field(1, node)
    }

    /// The file: ir_version 6, opset 11.
    var model: [UInt8] {
      let input = Onnx.field(11, Onnx.value(inputName, inputShape))
      let graph = nodes + Onnx.field(2, Array("tiny".utf8)) + constants + input + outputs
      return Onnx.field(1, number: 6) + Onnx.field(7, graph) + Onnx.field(8, Onnx.field(2, number: 11))
    }
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var rest = UInt64(bitPattern: Int64(value))
    var bytes: [UInt8] = []
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  fileprivate static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }

  fileprivate static func field(_ number: Int, number value: Int) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  /// FLOAT.
  fileprivate static func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> [UInt8] {
    let raw = values.flatMap { value in
      let bits = value.bitPattern
      return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) }
    }
    return shape.flatMap { field(1, number: $0) } + field(2, number: 1) + field(8, Array(name.utf8))
      + field(9, raw)
  }

  /// INT64.
  fileprivate static func tensor(_ name: String, _ values: [Int]) -> [UInt8] {
    let raw = values.flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    return field(1, number: values.count) + field(2, number: 7) + field(8, Array(name.utf8)) + field(9, raw)
  }

  /// A float tensor's name and shape.
  fileprivate static func value(_ name: String, _ shape: [Int]) -> [UInt8] {
    let dimensions = shape.flatMap { field(1, field(1, number: $0)) }
    let type = field(1, field(1, number: 1) + field(2, dimensions))
    return field(1, Array(name.utf8)) + field(2, type)
  }
}
