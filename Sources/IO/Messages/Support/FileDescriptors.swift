import CMessages

/// The `.proto` files of everything that a client may call, compiled: what reflection answers from.
public enum FileDescriptors {
  /// Each file's name, as others import it, and its serialized `google.protobuf.FileDescriptorProto`; dependencies first.
  public static let all: [(name: String, bytes: [UInt8])] = (0..<newswire_file_descriptor_count()).map { index in
    let file = newswire_file_descriptor(index)
    return (String(cString: file.name), Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
  }
}
