import CNghttp2

/// A data source that reads the stream behind `stream`'s opaque pointer.
func dataProvider(_ stream: UnsafeMutableRawPointer) -> nghttp2_data_provider {
  nghttp2_data_provider(source: nghttp2_data_source(ptr: stream), read_callback: readData)
}

/// An nghttp2 session that calls back as below. Its user data must be set to the `HTTP2Session` before use;
/// `memory` must outlive it.
func makeSession(_ role: HTTP2Role, _ limits: HTTP2Limits, _ memory: SessionMemory) -> OpaquePointer {
  var option: OpaquePointer?
  nghttp2_option_new(&option)
  nghttp2_option_set_no_auto_window_update(option, 1)
  nghttp2_option_set_no_closed_streams(option, 1)
  // Resets are counted by ourselves: nghttp2 would give another error code.
  nghttp2_option_set_stream_reset_rate_limit(option, .max, .max)
  var session: OpaquePointer?
  var functions = memory.functions
  let result =
    switch role {
    case .server: nghttp2_session_server_new3(&session, callbacks.pointer, nil, option, &functions)
    case .client: nghttp2_session_client_new3(&session, callbacks.pointer, nil, option, &functions)
    }
  nghttp2_option_del(option)
  precondition(result == 0, "no memory for an HTTP/2 session")
  return session!
}

private struct Callbacks: @unchecked Sendable {
  let pointer: OpaquePointer
}

/// What nghttp2 calls; the same for all sessions.
private let callbacks: Callbacks = {
  var pointer: OpaquePointer?
  nghttp2_session_callbacks_new(&pointer)
  let made = pointer!
  installSending(made)
  installReceiving(made)
  return Callbacks(pointer: made)
}()

@inline(__always)
private func session<R>(_ data: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> R) -> R {
  Unmanaged<HTTP2Session>.fromOpaque(data!)._withUnsafeGuaranteedRef { body($0) }
}

@inline(__always)
private func stream<R>(_ data: UnsafeMutableRawPointer, _ body: (HTTP2Stream) -> R) -> R {
  Unmanaged<HTTP2Stream>.fromOpaque(data)._withUnsafeGuaranteedRef { body($0) }
}

private let readData: nghttp2_data_source_read_callback = { _, _, _, limit, flags, source, _ in
  stream(source!.pointee.ptr) { $0.nextData(atMost: limit, flags: flags!) }
}

private func installSending(_ made: OpaquePointer) {
  nghttp2_session_callbacks_set_send_callback(made) { _, bytes, count, _, data in
    session(data) { $0.write(UnsafeRawBufferPointer(start: bytes, count: count)) }
      ? count : Int(NGHTTP2_ERR_WOULDBLOCK.rawValue)
  }
  nghttp2_session_callbacks_set_send_data_callback(made) { _, _, header, count, source, data in
    session(data) { session in
      stream(source!.pointee.ptr) { session.writeData(header!, count, of: $0) }
    }
  }
  nghttp2_session_callbacks_set_data_source_read_length_callback(made) { _, _, _, connection, window, peerMax, data in
    session(data) { $0.dataFrameBytes(connection, window, peerMax) }
  }
  nghttp2_session_callbacks_set_on_frame_send_callback(made) { _, frame, data in
    session(data) { $0.frameSent(frame!) }
    return 0
  }
}

private func installReceiving(_ made: OpaquePointer) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(made) { _, frame, data in
    if frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
      session(data) { $0.requestBegan(frame!.pointee.hd.stream_id) }
    }
    return 0
  }
  nghttp2_session_callbacks_set_on_header_callback(made) { _, frame, name, nameCount, value, valueCount, _, data in
    session(data) { session in
      guard let stream = session.stream(frame!.pointee.hd.stream_id) else { return 0 }
      return session.fieldReceived(
        stream, UnsafeRawBufferPointer(start: name, count: nameCount),
        UnsafeRawBufferPointer(start: value, count: valueCount))
    }
  }
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made) { _, _, id, bytes, count, data in
    session(data) { $0.dataReceived($0.stream(id), UnsafeRawBufferPointer(start: bytes, count: count)) }
    return 0
  }
  nghttp2_session_callbacks_set_on_frame_recv_callback(made) { _, frame, data in
    session(data) { $0.frameReceived(frame!, $0.stream(frame!.pointee.hd.stream_id)) }
    return 0
  }
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made) { _, _, _, data in
    session(data) { $0.invalidFrameReceived() }
    return 0
  }
  nghttp2_session_callbacks_set_on_stream_close_callback(made) { _, id, code, data in
    session(data) { session in
      if let stream = session.stream(id) { session.streamClosed(stream, code) }
    }
    return 0
  }
}
