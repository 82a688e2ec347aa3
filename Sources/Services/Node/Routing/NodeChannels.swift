public import ClusterMetadata
internal import Model
public import Runtime
internal import Synchronization
public import Transport

/// The channels of a node to other nodes: one for each address and loop, made when it is first needed.
public final class NodeChannels: Sendable {
  private struct Key: Hashable {
    let host: String
    let port: UInt16
    let loop: ObjectIdentifier
  }

  /// A cluster's addresses change seldom; what is not used any more is given up beyond this many.
  private static let channelsMax = 1024

  private let tls: TLSContext
  private let options: ChannelOptions
  private let channels = Mutex<[Key: Channel]>([:])

  /// Channels that show the certificate of `tls`.
  public init(tls: TLSContext) {
    self.tls = tls
    options = Self.options
  }

  /// How nodes call each other: they try again soon, and notice a dead peer within seconds.
  public static var options: ChannelOptions {
    var options = ChannelOptions()
    options.connectTimeout = .seconds(3)
    options.backoff = Backoff(initial: .milliseconds(50), max: .seconds(2))
    options.keepaliveInterval = .seconds(5)
    options.keepaliveTimeout = .seconds(5)
    return options
  }

  /// The channel of `loop` to an address.
  public func channel(to address: ListenerAddress, on loop: EventLoop) -> Channel {
    let key = Key(host: address.host, port: address.port, loop: ObjectIdentifier(loop))
    return channels.withLock { channels in
      if let channel = channels[key] { return channel }
      if channels.count >= Self.channelsMax, let old = channels.first {
        channels[old.key] = nil
        old.value.close()
      }
      let channel = Channel(host: address.host, port: Int(address.port), tls: tls, loop: loop, options: options)
      channels[key] = channel
      return channel
    }
  }

  /// Closes all of them.
  public func close() {
    let all = channels.withLock { channels in
      defer { channels = [:] }
      return Array(channels.values)
    }
    for channel in all { channel.close() }
  }
}
